"""Questions of the room: whether an address opens a page, whose page is open, and what stands on it."""

from seloste.mydata.queries.values import own_value

__all__ = ["own_value"]
