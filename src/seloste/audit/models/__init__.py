"""The tables of the record, of the worker's runs, and of what the retention run did."""

from seloste.audit.models.events import AuditEvent
from seloste.audit.models.machine import Run, StoreState, SweepState

__all__ = ["AuditEvent", "Run", "StoreState", "SweepState"]
