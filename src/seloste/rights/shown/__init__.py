"""Words and lists for the pages of requests."""
