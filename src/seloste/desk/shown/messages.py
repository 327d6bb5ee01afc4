"""Messages that wait, laid out for the page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.declaration.load import current
from seloste.desk.queries import MessageFound
from seloste.intake.choices import SubmissionState
from seloste.intake.queries import Message
from seloste.intake.rules import split_name
from seloste.kernel.duty import Duty
from seloste.register.choices import Language

#: The states of messages that can be listed, by their word in the address.
STATES = {
    "waiting": gettext_lazy("Waiting"),
    "handled": gettext_lazy("Handled"),
    "declined": gettext_lazy("Declined"),
}

#: The values of a message that somebody may choose to keep; its words are always kept with it.
KEEPABLE = ("email", "phone", "company")


def states(chosen: str) -> list[dict[str, Any]]:
    """Return the chips above the list of messages."""
    place = reverse("desk:messages")
    return [
        {"label": label, "url": f"{place}?state={state}", "current": state == chosen} for state, label in STATES.items()
    ]


def keepable(message: Message, language: str) -> list[tuple[str, str]]:
    """Return the values of a message that may be ticked."""
    asks = current().form[message.form].asks
    return [
        (name, f"{asks[name].label.in_language(language)}: {text}")
        for name, _category, text in message.values
        if name in KEEPABLE
    ]


def parts_of_name(message: Message) -> dict[str, str]:
    """Return the writer's name in its two parts, as a beginning: no rule splits every name."""
    given, family = split_name(message.value("name"))
    return {"given_name": given, "family_name": family}


def line(message: Message, language: str) -> dict[str, Any]:
    """Return a message as a line of the list."""
    written = message.value("message")
    return {
        "id": message.id,
        "reference": message.reference,
        "received_at": message.received_at,
        "writer": message.value("name") or message.value("email") or _("without a name"),
        "form_title": current().form[message.form].title.in_language(language),
        "beginning": written[:140] + ("…" if len(written) > 140 else ""),
    }


def letter(message: Message, *, language: str) -> dict[str, Any]:
    """Return a message as it is read: what was written, and the facts about it."""
    declared = current()
    form = declared.form[message.form]
    return {
        "letter": message,
        "form_title": form.title.in_language(language),
        "purpose": declared.purpose[message.purpose].name.in_language(language),
        "written": [
            (form.asks[name].label.in_language(language), text)
            for name, _category, text in message.values
            if name != "message"
        ],
        "body": message.value("message"),
        "written_in": Language(message.language).label,
    }


def message(found: MessageFound, *, by: Duty, language: str) -> dict[str, Any]:
    """Return the page of a message and the people it may be from."""
    return {
        **letter(found.message, language=language),
        "matches": found.matches,
        "is_waiting": found.message.state == "waiting",
        "can_bring_back": found.message.state in {"handled", "declined"},
        "state": SubmissionState(found.message.state).label,
        "can_enter": "write" in by.may,
    }
