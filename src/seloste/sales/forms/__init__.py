"""What is asked and typed on the staff's pages of the shop."""
