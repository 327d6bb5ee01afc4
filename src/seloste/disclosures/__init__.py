"""To whom data were given, and what these recipients have to be told (art. 15(1)(c), 19)."""
