"""Questions about requests: the queue, one request, how it stands for whoever holds its link."""
