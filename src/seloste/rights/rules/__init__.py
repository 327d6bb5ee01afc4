"""Rules of the room. Plain Python; no table, no clock."""
