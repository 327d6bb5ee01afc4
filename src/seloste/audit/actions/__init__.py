"""Deeds of the record: adding to it, and noting what the worker did by itself."""

from seloste.audit.actions.events import OutsideTransactionError, record

__all__ = ["OutsideTransactionError", "record"]
