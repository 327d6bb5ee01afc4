"""Messages that leave, in the reader's words."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seloste.accounts import queries as accounts
from seloste.consents.choices import Carry, Rule
from seloste.kernel.duty import Duty
from seloste.mail.choices import MessageKind, MessageState, Why
from seloste.mail.queries import PAGE, Event, Line, Sheet
from seloste.notices.queries.layers import purpose_name
from seloste.register.choices import Language

TONES = {
    MessageState.ACCEPTED: ("good", "check"),
    MessageState.FAILED: ("bad", "cross"),
    MessageState.UNKNOWN: ("warn", "question"),
    MessageState.CANCELLED: ("", "cross"),
}


def filters(counts: Mapping[str, int], chosen: str, place: str) -> list[dict[str, Any]]:
    """Return the states as filters, with how many messages are in each."""
    whole = {"label": _("All"), "url": place, "current": not chosen, "count": sum(counts.values())}
    return [
        whole,
        *(
            {
                "label": capfirst(state.label),
                "url": f"{place}?tila={state}",
                "current": state == chosen,
                "count": counts[state],
            }
            for state in MessageState
            if counts.get(state)
        ),
    ]


def older(found: Sequence[Line], state: str, place: str) -> str:
    """Return the address of the page before, or nothing."""
    if len(found) < PAGE:
        return ""
    return f"{place}?{f'tila={state}&' if state else ''}ennen={found[-1].id}"


def line(found: Line, language: str) -> dict[str, Any]:
    """Return a message as a line of the list."""
    return {
        "message": found,
        "subject": found.subject or _("(the words have been erased)"),
        "kind": MessageKind(found.kind).label,
        "purpose": purpose_name(found.purpose, language),
        "state": _state(found.state),
    }


def _state(state: str) -> dict[str, str]:
    tone, icon = TONES.get(MessageState(state), ("accent", "clock"))
    return {"text": capfirst(str(MessageState(state).label)), "tone": tone, "icon": icon}


def sheet(found: Sheet, *, by: Duty, language: str) -> dict[str, Any]:
    """Return a message with its fates, and on what it was let out."""
    colleagues = accounts.names(by=by)
    return {
        "sheet": found,
        "line": line(found.line, language),
        "written_in": Language(found.language).label,
        "queued_by": colleagues.get(found.queued_by, ""),
        "queued_rule": _rule(found.queued_rule),
        "released_rule": _rule(found.released_rule),
        "carries": [Carry(one).label for one in found.carries],
        "why": _why(found.line.why),
        "events": [_event(one, colleagues) for one in found.events],
    }


def _event(event: Event, colleagues: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "at": event.at,
        "state": _state(event.state),
        "why": _why(event.why),
        "reply": f"{event.verb}: {event.reply}" if event.reply else "",
        "who": colleagues.get(event.actor, ""),
    }


def _why(key: str) -> str:
    return str(Why(key).label) if key else ""


def _rule(key: str) -> str:
    return str(Rule(key).label) if key else ""
