"""Pages of the room: the entrance, the overview, and what she decides."""
