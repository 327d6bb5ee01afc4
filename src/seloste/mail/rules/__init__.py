"""Rules of the outbox. Plain Python; no table, no clock."""

from dataclasses import dataclass

from seloste.kernel.refusals import Refusal
from seloste.mail.choices import Unfit


class NotSendable(Refusal):
    """A message that must not enter the outbox as it is."""

    def __init__(self, reason: Unfit, *, field: str, what: str = "") -> None:
        super().__init__(reason.label % {"what": what} if what else reason.label, field=field)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """Where marketing is forbidden: by one click (RFC 8058), and choice by choice. Absolute addresses of our own."""

    one_click_url: str
    preferences_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content_type: str
    content: bytes
