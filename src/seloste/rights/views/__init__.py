"""Pages: for whoever asks, and for the employees who answer."""
