"""How what was ordered is put on a page."""
