"""Rules of the room: may a person be contacted, and what a receipt says. Plain Python; no table, no clock."""
