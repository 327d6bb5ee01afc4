"""The tables of the room. Every one is only added to."""

from seloste.consents.models.acknowledgements import AcknowledgedText, Acknowledgement
from seloste.consents.models.events import ConsentEvent, ObjectionEvent, Suppression, Wording

__all__ = ["AcknowledgedText", "Acknowledgement", "ConsentEvent", "ObjectionEvent", "Suppression", "Wording"]
