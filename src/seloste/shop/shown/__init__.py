"""What the shop's pages show."""
