"""Rules of the staff's lists: their addresses, their pages, their files. Plain Python; no table, no clock."""
