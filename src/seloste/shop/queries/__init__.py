"""Questions to the shop."""
