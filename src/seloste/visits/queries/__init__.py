"""What the room answers: how much the pages are used, and what the security log holds."""
