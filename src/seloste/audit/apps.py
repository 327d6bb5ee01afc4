"""The room's place in Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of reads and writes."""

    name = "seloste.audit"
