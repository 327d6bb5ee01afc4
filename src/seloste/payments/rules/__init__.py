"""Rules of the payments."""
