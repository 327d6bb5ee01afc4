"""Questions about the catalogue. What is sold is nobody's: the public may ask them all, but for drafts."""

from seloste.catalogue.queries.files import File
from seloste.catalogue.queries.offers import Offer, lowest_30_days, offer, offers, offers_of

__all__ = ["File", "Offer", "lowest_30_days", "offer", "offers", "offers_of"]
