"""Questions of the staff's pages. Each look at people's orders leaves a line in the record."""
