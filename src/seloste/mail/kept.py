"""What the outbox keeps about a person: what was sent to her, with its files."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.kernel.kept import (
    A_COPY,
    BY_STAFF,
    SHOWN,
    About,
    Kept,
    Record,
    Stay,
    Surviving,
    Whose,
    erase_rows,
    values_of,
)
from seloste.mail.choices import ENDED, MessageState
from seloste.mail.models import Enclosure, Message
from seloste.mail.rules.envelope import veiled

OF_NOBODY = {
    "mail.MessageEvent": (
        "only added to; it names a message by a random number and no address. The message, which alone leads to the"
        " person, is shown with its fate and is erased: from then on the event leads to nobody"
    ),
}
#: The purpose of messages about a request.
_RIGHTS = "rights"
_SAME_WORDS = "the same words as in the text, with their markup"
_WAY_OUT = "a link that decides in the person's name for whoever holds it; she has it in the message itself"

_FIELDS = {
    "kind": _("Kind"),
    "purpose": _("Purpose"),
    "address": _("Address"),
    "language": _("Language"),
    "subject": _("Subject"),
    "text": _("Text"),
    "queued_at": _("Written"),
    "queued_rule": _("By which rule we might write"),
    "queued_evidence": _("What the rule rests on"),
    "released_at": _("Sent"),
    "released_rule": _("By which rule we might send it"),
    "released_evidence": _("What that rule rests on"),
    "carries": _("What the message had to say"),
    "state": _("State"),
    "why": _("Why"),
    "reply": _("What the mail server answered"),
    "ended_at": _("Settled"),
}
_FILE_FIELDS = {"name": _("Name of the file"), "content": _("File")}


def _sent_to(whose: Whose) -> QuerySet[Message]:
    """Return the messages to the people, and those to an address that is theirs alone where nobody is named."""
    return Message.objects.filter(
        Q(person__in=whose.persons) | Q(person=None, address_mark__in=list(whose.marks))
    ).order_by("queued_at", "id")


def _messages(whose: Whose) -> list[Record]:
    return [
        Record(id=row.id, person=row.person, values=_values(row), about=_about(row))
        for row in _sent_to(whose).defer("html")
    ]


def _values(row: Message) -> dict[str, Any]:
    """Return what is shown: the words without the links that act for whoever holds them."""
    return {**values_of(row, _FIELDS), "text": veiled(row.text)}


def _about(row: Message) -> About:
    return About(source="email", since_at=row.queued_at, purposes=(row.purpose,), until=row.keep_until)


def _files(whose: Whose) -> list[Record]:
    rows = Enclosure.objects.filter(message__in=_sent_to(whose).order_by()).select_related("message").order_by("id")
    return [Record(id=row.pk, person=row.message.person, values=_file(row), about=_about(row.message)) for row in rows]


def _file(row: Enclosure) -> dict[str, Any]:
    return {"name": row.name, "content": bytes(row.content)}


def _message_stays(record: Record, surviving: Surviving) -> Stay | None:
    """Let a message stay for its purpose, and the answer to her request until the mail server has it.

    Such a letter goes in the night after (`rights.retention`).
    """
    is_on_its_way = record.values["state"] not in {*ENDED, MessageState.UNKNOWN}
    if record.about.purposes == (_RIGHTS,) and is_on_its_way:
        return _ON_ITS_WAY
    return surviving.keeps(record.about)


def _file_stays(record: Record, surviving: Surviving) -> Stay | None:
    return surviving.keeps(record.about)


_ON_ITS_WAY = Stay(
    law="GDPR 12(3)",
    why=_("The answer to the person's own request is on its way to her. It goes when it has left."),
    blocks=False,
)


def _erase_messages(ids: Sequence[Any]) -> int:
    """Delete messages with the files that are still with them; what a process holds is not sent (`actions.step`)."""
    _erase_files_of(ids)
    return erase_rows(Message, ids)


def _erase_files_of(ids: Iterable[Any]) -> None:
    erase_rows(Enclosure, list(Enclosure.objects.filter(message__in=list(ids)).values_list("pk", flat=True)))


STORES = (
    Kept(
        key="mail.files",
        name=_("Files that went with messages"),
        model=Enclosure,
        categories=frozenset({"correspondence"}),
        fields=_FILE_FIELDS,
        records=_files,
        stays=_file_stays,
        erase=partial(erase_rows, Enclosure),
        order=40,
    ),
    Kept(
        key="mail.messages",
        name=_("Messages that we sent"),
        model=Message,
        categories=frozenset({"contact", "correspondence"}),
        fields=_FIELDS,
        inner={
            "address_mark": A_COPY,
            "html": _SAME_WORDS,
            "one_click_url": _WAY_OUT,
            "preferences_url": _WAY_OUT,
            "notice_version": SHOWN,
            "queued_by": BY_STAFF,
            "ended_by": BY_STAFF,
        },
        records=_messages,
        stays=_message_stays,
        erase=_erase_messages,
        order=50,
    ),
)

__all__ = ["OF_NOBODY", "STORES"]
