"""My data: the person's own page."""
