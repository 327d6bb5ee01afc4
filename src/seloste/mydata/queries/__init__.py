"""Questions of the room: whether an address opens a page, whose page is open."""
