"""What the room does: counts are gathered and entered, lines logged, and what has come to its end is cleared."""
