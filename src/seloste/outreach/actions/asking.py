"""Somebody types an address: the answer, the work and the words are the same, whoever it belongs to.

What happens is that one message leaves, with a link and a code. Who reads mail at the address decides the rest.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.floods import actions as floods
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.keys import key_of
from seloste.kernel.links import page_address
from seloste.kernel.marks import mark_of
from seloste.kernel.networks import network_of
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.outreach.choices import Opens
from seloste.outreach.models import Asked
from seloste.outreach.queries import links
from seloste.outreach.rules import asking

RIGHTS = "rights"
_CODE = "outreach.code"


@transaction.atomic
def ask(
    *,
    by: Duty,
    at: datetime,
    address: str,
    wanted: Sequence[str],
    language: str,
    network: str,
    notice_version_id: int,
    opened_id: UUID,
    opens: Opens = Opens.PREFERENCES,
) -> None:
    """Send a link and a code to the address. Whether the register knows it is neither asked nor told.

    What opens one's own data is left for the worker: its letter depends on what the register knows, and nothing here
    may. Past the limit of one address nothing is sent, and the answer is the same. The same form pressed twice for the
    same address (``opened_id`` marks its opening) sends once.
    """
    _refuse_flood("outreach.asked_from", network, at=at)
    mark = mark_of(address)
    request_id = uuid5(opened_id, mark.hex())
    if Asked.objects.filter(id=request_id).exists() or not _may_be_sent_to(mark, at=at):
        return
    declared = current().consent
    asked = Asked.objects.create(
        id=request_id,
        mark=mark,
        address=address,
        opens=opens,
        wanted=list(wanted),
        words=[asking.hash_of(declared[key].text.in_language(language)) for key in wanted],
        language=language,
        notice_version_id=notice_version_id,
        asked_at=at,
        until_at=at + asking.WAITS[opens],
        code=b"",
        code_until_at=at + asking.CODE_LASTS,
    )
    record(by=by, at=at, deed=f"{opens.value}.asked", categories=["contact"], item=asked.id)
    if opens is Opens.PREFERENCES:
        message_id = _send(asked, give_code(asked), by=by, at=at)
        Asked.objects.filter(id=asked.id).update(message_id=message_id)


def give_code(asked: Asked) -> str:
    """Draw a code for the request and return it, for the letter alone: what is kept is its keyed mark."""
    code = asking.code_of(secrets.randbelow(10**asking.CODE_LENGTH))
    Asked.objects.filter(id=asked.id).update(code=asking.sealed(code, request_id=asked.id, key=key_of(_CODE)))
    return code


def spoken(code: str) -> str:
    """Return the code as it is written in a letter: in two groups, easy to read over to another device."""
    return f"{code[:3]} {code[3:]}"


def _send(asked: Asked, code: str, *, by: Duty, at: datetime) -> UUID | None:
    """Queue the one message; its words depend on what was asked, and on nothing that the register knows."""
    declared = current()
    link = links.asked_url(
        request_id=asked.id, mark=bytes(asked.mark), language=asked.language, asked_at=asked.asked_at
    )
    shown = {
        "controller": declared.controller,
        "link": link,
        "code": spoken(code),
        "code_page": page_address("outreach:code", language=asked.language),
        "minutes": asking.CODE_LASTS // timedelta(minutes=1),
        "hours": asking.WAITS[Opens.PREFERENCES] // timedelta(hours=1),
        "words": [declared.consent[key].text.in_language(asked.language) for key in asked.wanted],
    }
    with override(asked.language):
        text = render_to_string("outreach/mail/asked.txt", shown)
        subject = _("Confirm that you want our newsletter") if asked.wanted else _("What we may send you: your link")
        try:
            return mail.queue(
                by=by,
                at=at,
                key=f"asked:{asked.id}",
                kind=MessageKind.SERVICE,
                purpose=RIGHTS,
                person_id=None,
                address=asked.address,
                language=asked.language,
                subject=str(subject),
                text=text,
            )
        except mail.MayNotContact:  # mail to the address comes back: that too is nobody's business but its owner's
            return None


@transaction.atomic
def enter_code(*, by: Duty, at: datetime, address: str, code: str, network: str) -> str | None:
    """Return the letters of the link that the newest code of the address stands for; None where it does not work."""
    asked = use_code(by=by, at=at, address=address, code=code, network=network, opens=Opens.PREFERENCES)
    return links.asked_letters(asked.id, mark=bytes(asked.mark), asked_at=asked.asked_at) if asked else None


@transaction.atomic
def use_code(*, by: Duty, at: datetime, address: str, code: str, network: str, opens: Opens) -> Asked | None:
    """Return what the newest code of the address was asked for, and use it up; None where it does not work.

    Nothing is raised for a wrong code: the guess must stay counted.
    """
    _refuse_flood("outreach.guessed_from", network, at=at)
    rows = Asked.objects.select_for_update().filter(mark=mark_of(address), opens=opens, code_until_at__gt=at)
    asked = rows.order_by("-asked_at", "-id").first()
    request_id = asked.id if asked else new_id(at)
    guess = asking.sealed(code, request_id=request_id, key=key_of(_CODE))
    if asked is None or asked.tries >= asking.MOST_TRIES or asked.code_used_at is not None:
        return None
    Asked.objects.filter(id=asked.id).update(tries=F("tries") + 1)
    if not code or not hmac.compare_digest(guess, bytes(asked.code)):
        return None
    Asked.objects.filter(id=asked.id).update(code_used_at=at)
    record(by=by, at=at, deed=f"{opens.value}.code_used", categories=["contact"], item=asked.id)
    return asked


def _may_be_sent_to(mark: bytes, *, at: datetime) -> bool:
    """Count the request, and tell whether the address has had fewer messages than the limits of an hour and a day."""
    return floods.is_few("outreach.asked_for", mark.hex(), at=at, limit=asking.TO_AN_ADDRESS)


def _refuse_flood(what: str, network: str, *, at: datetime) -> None:
    words = _("So many requests have come from your network within an hour that we must wait. Try again later.")
    floods.refuse_flood(what, network_of(network), at=at, limit=asking.FROM_A_NETWORK, words=words)


def forget_what_is_over(at: datetime) -> int:
    """Delete requests that nobody confirmed in time; return how many."""
    return Asked.objects.filter(until_at__lte=at).delete()[0]
