"""Questions of the room: everything about a person, what has to be looked through, how a package stands."""

from seloste.access.queries.contents import contents
from seloste.access.rules.contents import Category, Contents, Entry, LookUp

__all__ = ["Category", "Contents", "Entry", "LookUp", "contents"]
