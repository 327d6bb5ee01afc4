"""The staff's pages. Each parses a form or an address, asks or does one thing, and shows or leads on."""
