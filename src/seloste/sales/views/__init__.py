"""The staff's pages of the shop."""
