"""Into one's own page: an address is typed, a letter goes to it, its code or link opens the page in one browser.

Whatever the register knows decides the letter and nothing else. It is written by the worker, so that the page that took
the address does the same work, and answers in the same time, for everybody.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel import sweeps
from seloste.kernel.duty import Duty, system
from seloste.kernel.ids import new_id
from seloste.kernel.keys import key_of
from seloste.kernel.links import page_address
from seloste.kernel.refusals import Missing, Refusal
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.mail.rules import NotSendable
from seloste.mydata import rules
from seloste.mydata.choices import Standing
from seloste.mydata.models import Session
from seloste.mydata.queries.entrance import Door, door
from seloste.mydata.rules import Opened
from seloste.outreach.actions import asking
from seloste.outreach.choices import Opens
from seloste.outreach.models import Asked
from seloste.outreach.queries import links
from seloste.outreach.rules import asking as code_rules
from seloste.outreach.rules.links import Kind

PURPOSE = "rights"
_CODE = "mydata.code"
#: What writes the letters.
LETTERS = "mydata.letters"
_LINKS = frozenset({Kind.MYDATA})
_MOST_LETTERS = 100


class NoMoreCodes(Refusal):
    """More new codes than one opening of the page may send."""

    status = 429


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """An open page, and the token by which its browser is known. The token is kept nowhere else."""

    opened: Opened
    token: str


# --- Asking -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    *, by: Duty, at: datetime, address: str, language: str, network: str, notice_version_id: int, opened_id: UUID
) -> None:
    """Have a letter sent to the address. The work and the answer are the same for every address (T9)."""
    asking.ask(
        by=by,
        at=at,
        address=address,
        wanted=(),
        language=language,
        network=network,
        notice_version_id=notice_version_id,
        opened_id=opened_id,
        opens=Opens.MYDATA,
    )
    sweeps.wake(LETTERS)


def write_letters(at: datetime) -> int:
    """Write the letters that were asked for; return how many. What the worker does."""
    waiting = Asked.objects.filter(opens=Opens.MYDATA, code=b"", until_at__gt=at).order_by("asked_at")
    return sum(_write(asked_id, at=at) for asked_id in waiting.values_list("id", flat=True)[:_MOST_LETTERS])


@transaction.atomic
def _write(asked_id: UUID, *, at: datetime) -> bool:
    rows = Asked.objects.select_for_update(skip_locked=True).filter(id=asked_id, code=b"")
    asked = rows.first()
    if asked is None:
        return False
    found = door(asked.address, at=asked.asked_at)
    code = asking.give_code(asked)  # whoever has no code cannot guess it better than one who has
    message_id = _mail(asked, found, code, at=at)
    Asked.objects.filter(id=asked.id).update(message_id=message_id)
    return True


def _mail(asked: Asked, found: Door, code: str, *, at: datetime) -> UUID | None:
    """Queue the one letter: with the code and the link, or with the reason why there is none.

    It goes to the address as the register has it, however it was typed.
    """
    address = found.point.value if found.point else asked.address
    with override(asked.language):
        subject, text = _opening(asked, code) if found.point else _excuse(found)
        return _queue(key=f"mydata:{asked.id}", at=at, address=address, language=asked.language, told=(subject, text))


def _opening(asked: Asked, code: str) -> tuple[str, str]:
    letters = links.mydata_letters(asked.id, mark=bytes(asked.mark), asked_at=asked.asked_at)
    told = {
        "code": asking.spoken(code),
        "minutes": code_rules.CODE_LASTS // timedelta(minutes=1),
        "link": page_address("mydata:open", letters, language=asked.language),
    }
    return _("Your code for My data"), _letter("opens", told)


def _excuse(found: Door) -> tuple[str, str]:
    told = {
        "standing": found.standing.value,
        "opens_on": found.opens_on,
        "form": f"{_origin()}{reverse('rights:form')}",
    }
    return _("My data cannot be opened with this address"), _letter("cannot", told)


def _letter(name: str, told: dict[str, Any]) -> str:
    text = render_to_string(f"mydata/mail/{name}.txt", {**told, "controller": current().controller})
    return "\n\n".join(block.strip() for block in text.split("\n\n") if block.strip())


def _origin() -> str:
    return str(settings.PUBLIC_ORIGIN)


def _queue(*, key: str, at: datetime, address: str, language: str, told: tuple[str, str]) -> UUID | None:
    try:
        return mail.queue(
            by=system(PURPOSE),
            at=at,
            key=key,
            kind=MessageKind.SERVICE,
            purpose=PURPOSE,
            person_id=None,
            address=address,
            language=language,
            subject=told[0],
            text=told[1],
        )
    except (mail.MayNotContact, NotSendable):  # mail to it comes back: nobody's business but its owner's
        return None


# --- Opening ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_by_code(
    *, by: Duty, at: datetime, address: str, code: str, network: str, instead_of: str = ""
) -> Begun | None:
    """Open the page with the newest code of the address; None where it does not work, for whatever reason."""
    asked = asking.use_code(by=by, at=at, address=address, code=code, network=network, opens=Opens.MYDATA)
    return _open(asked, by=by, at=at, instead_of=instead_of) if asked else None


def opens(letters: str, *, at: datetime) -> bool:
    """Tell whether the link would open a page. Looking uses nothing up: scanners of mail follow every link."""
    link = links.opened(letters, kinds=_LINKS, at=at)
    rows = (
        Asked.objects.filter(id=link.subject, opens=Opens.MYDATA, code_used_at=None, until_at__gt=at) if link else None
    )
    return rows is not None and rows.exists()


@transaction.atomic
def open_by_link(*, by: Duty, at: datetime, letters: str, instead_of: str = "") -> Begun | None:
    """Open the page with a link, once; None where it does not work, for whatever reason."""
    link = links.opened(letters, kinds=_LINKS, at=at)
    if link is None:
        return None
    rows = Asked.objects.select_for_update().filter(id=link.subject, opens=Opens.MYDATA, until_at__gt=at)
    asked = rows.filter(code_used_at=None).first()
    if asked is None:
        return None
    Asked.objects.filter(id=asked.id).update(code_used_at=at)
    return _open(asked, by=by, at=at, instead_of=instead_of)


def _open(asked: Asked, *, by: Duty, at: datetime, instead_of: str) -> Begun | None:
    """Begin a session under a new random token; whatever token the browser brought along opens nothing any more."""
    found = door(asked.address, at=asked.asked_at)
    if found.standing is not Standing.OPENS or found.person_id is None or found.point is None:
        return None
    _end(instead_of)
    token = secrets.token_urlsafe(32)
    row = Session.objects.create(
        id=new_id(at),
        seal=rules.sealed(token),
        person=found.person_id,
        point=found.point.id,
        address=found.point.value,
        asked=asked.id,
        begun_at=at,
        proved_at=at,
        until_at=at + rules.OPEN_FOR,
    )
    record(by=by, at=at, deed="mydata.opened", subjects=[row.person], categories=["contact"], item=row.id)
    return Begun(opened=_as_opened(row), token=token)


def _as_opened(row: Session) -> Opened:
    return Opened(
        id=row.id,
        person_id=row.person,
        point_id=row.point,
        address=row.address,
        proved_at=row.proved_at,
        until_at=row.until_at,
    )


@transaction.atomic
def close(*, by: Duty, at: datetime, token: str) -> None:
    """Close the page: its row goes, and with it every right that the cookie gave."""
    row = Session.objects.filter(seal=rules.sealed(token)).first()
    if row is not None:
        row.delete()
        record(by=by, at=at, deed="mydata.closed", subjects=[row.person], item=row.id)


def _end(token: str) -> None:
    if token:
        Session.objects.filter(seal=rules.sealed(token)).delete()


def forget_what_is_over(at: datetime) -> int:
    """Delete sessions whose time is up; return how many."""
    return Session.objects.filter(until_at__lte=at).delete()[0]


# --- Proving again ----------------------------------------------------------------------------------------------------


@transaction.atomic
def send_new_code(*, at: datetime, opened: Opened, language: str) -> None:
    """Send a new code to the address that opened the page, while it still may; NoMoreCodes after a few."""
    row = Session.objects.select_for_update().filter(id=opened.id, until_at__gt=at).first()
    found = door(opened.address, at=row.begun_at) if row else None
    if row is None or found is None or found.person_id != row.person:
        raise Missing
    if row.codes >= rules.MOST_CODES:
        raise NoMoreCodes(_("Enough codes have been sent to you. Open the page anew, please."))
    code = code_rules.code_of(secrets.randbelow(10**code_rules.CODE_LENGTH))
    row.code = code_rules.sealed(code, request_id=row.id, key=key_of(_CODE))
    row.code_until_at, row.tries, row.codes = at + code_rules.CODE_LASTS, 0, row.codes + 1
    row.save(update_fields=["code", "code_until_at", "tries", "codes"])
    with override(language):
        told = {"code": asking.spoken(code), "minutes": code_rules.CODE_LASTS // timedelta(minutes=1)}
        key = f"mydata-again:{row.id}:{row.codes}"
        letter = (_("Your code for My data"), _letter("again", told))
        _queue(key=key, at=at, address=row.address, language=language, told=letter)


@transaction.atomic
def prove_again(*, by: Duty, at: datetime, opened: Opened, code: str) -> bool:
    """Take the new code: the proof is fresh again and the page stays open. A wrong guess stays counted."""
    row = Session.objects.select_for_update().filter(id=opened.id, until_at__gt=at).first()
    if row is None or not row.code or row.tries >= code_rules.MOST_TRIES or (row.code_until_at or at) <= at:
        return False
    Session.objects.filter(id=row.id).update(tries=F("tries") + 1)
    guess = code_rules.sealed(code, request_id=row.id, key=key_of(_CODE))
    if not code or not hmac.compare_digest(guess, bytes(row.code)):
        return False
    row.proved_at, row.until_at, row.code, row.tries = at, at + rules.OPEN_FOR, b"", row.tries + 1
    row.save(update_fields=["proved_at", "until_at", "code", "tries"])
    record(by=by, at=at, deed="mydata.proved", subjects=[row.person], categories=["contact"], item=row.id)
    return True
