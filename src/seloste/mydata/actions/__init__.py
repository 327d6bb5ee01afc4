"""Deeds of the room: a page is asked for, opened, proved again and closed; and what she decides on it."""
