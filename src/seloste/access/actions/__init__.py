"""Deeds of the room: making packages, deciding what of others leaves in them, handing them over."""

from seloste.access.actions.building import WAITS, Built, build
from seloste.access.actions.delivering import Delivered, Gone, download, empty, tell_of_downloads

__all__ = ["WAITS", "Built", "Delivered", "Gone", "build", "download", "empty", "tell_of_downloads"]
