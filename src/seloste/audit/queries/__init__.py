"""What the record and the machine can be asked."""

from seloste.audit.queries.events import PAGE, WHOLE, Event, Window, latest, what_touched, who_saw

__all__ = ["PAGE", "WHOLE", "Event", "Window", "latest", "what_touched", "who_saw"]
