"""Rules of the shop. Plain Python; no table, no clock."""
