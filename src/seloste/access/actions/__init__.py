"""Deeds of the room: making packages, deciding what of others leaves in them, handing them over."""

from seloste.access.actions.building import WAITS, Built, build
from seloste.access.actions.delivering import Delivered, Gone, download, empty, tell_of_downloads
from seloste.access.actions.reviewing import NotReviewed, review

__all__ = [
    "WAITS",
    "Built",
    "Delivered",
    "Gone",
    "NotReviewed",
    "build",
    "download",
    "empty",
    "review",
    "tell_of_downloads",
]
