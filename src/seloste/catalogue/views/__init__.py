"""The room's pages: the shop's own, and those on which the staff look after it."""
