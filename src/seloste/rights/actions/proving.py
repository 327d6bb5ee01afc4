"""Who asks is found out: no more than the answer needs, and never from what was changed just before (law.md §3.5)."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.keys import key_of
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.outreach.rules.asking import CODE_LENGTH, MOST_TRIES, code_of, read_code, sealed
from seloste.register.queries import heading
from seloste.rights import letter
from seloste.rights.actions import effects, sending
from seloste.rights.actions.steps import (
    answer_doubt,
    check_duty,
    locked,
    move,
    must_be_open,
    note,
    set_identity,
    too_late,
)
from seloste.rights.choices import Doubt, Happened, Identity, Letter, Method, Result, State
from seloste.rights.models import IdentityCheck, Request
from seloste.rights.queries import links, people
from seloste.rights.rules import course, identity
from seloste.rights.rules.course import Deed
from seloste.rights.rules.identity import OnFile, StrongIdentification
from seloste.rights.rules.links import Kind

#: A code waits for a person who reads mail once in a week.
CODE_LASTS = timedelta(days=7)
_CODE = "rights.code"
_PROVABLE = (Identity.OPEN, Identity.ASKED)


class ProvesNothing(Refusal):
    """A check that would not show who asks."""


# --- Whom it concerns -------------------------------------------------------------------------------------------------


@transaction.atomic
def assign(*, by: Duty, at: datetime, request_id: UUID, person_id: UUID) -> None:
    """Note whom the request concerns. That proves nothing yet; her older addresses are told that it was made."""
    check_duty(by)
    heading(by=by, at=at, person_id=person_id)
    request = locked(request_id)
    must_be_open(request)
    if request.identity == Identity.VERIFIED and request.person != person_id:
        raise ProvesNothing(_("It has been proved that another person asks."))
    if request.person != person_id:
        _assign(request, person_id, by=by, at=at)


def _assign(request: Request, person_id: UUID, *, by: Duty, at: datetime) -> None:
    request.person = person_id
    request.checks.filter(result=Result.OPEN).update(
        result=Result.FAILED, decided_at=at, decided_by=by.actor, code=None
    )
    set_identity(request, Identity(request.identity))
    note(request, Happened.ASSIGNED, by=by, at=at)
    if request.identity != Identity.NOT_NEEDED:
        told = people.to_be_told(person_id, received_at=request.received_at, but=request.email)
        sending.warn(request, told, letter.write(Letter.WARNING, request), by=by, at=at)


# --- Asking -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    *,
    by: Duty,
    at: datetime,
    request_id: UUID,
    method: Method,
    reason: str,
    contact_point_id: UUID | None = None,
) -> UUID:
    """Ask who it is, for a reason that is told; a code goes to an address that was on file before. Return the check.

    ProvesNothing where the way does not lead high enough, or the address is too new, shared or dead.
    """
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    if request.identity not in _PROVABLE:
        raise too_late(request)
    why = _reason(reason)
    points = people.fit(request.person, received_at=request.received_at) if request.person else []
    if method is not Method.ORDER:  # anybody may be asked for an order number: the question tells nothing (T9)
        _must_be_offered(request, method, points)
    chosen = _chosen(points, method, contact_point_id)
    request.checks.filter(result=Result.OPEN).update(
        result=Result.FAILED, decided_at=at, decided_by=by.actor, code=None
    )
    check = IdentityCheck(
        id=new_id(at),
        request=request,
        method=method,
        reason=why,
        contact_points=[point.id for point in chosen],
        asked_at=at,
        asked_by=by.actor,
    )
    _send_question(request, check, chosen, by=by, at=at)
    check.save(force_insert=True)
    if request.state != State.RECEIVED:
        move(request, Deed.ASK_IDENTITY, by=by, at=at)
    set_identity(request, Identity.ASKED)
    note(request, Happened.ASKED, by=by, at=at, doubt=Doubt.IDENTITY, reasons=why)
    return check.id


def _provable(request: Request) -> UUID:
    if request.identity not in _PROVABLE:
        raise too_late(request)
    if request.person is None:
        raise effects.NobodyFound(_("Find whom the request concerns first."))
    return request.person


def _reason(reason: str) -> str:
    """More may be asked only where there is a doubt, and the doubt is said (12(6))."""
    why = plain_text(reason, field="reason", lines=True)
    if not why:
        raise ProvesNothing(_("Say why it is not certain who asks. The person is told."), field="reason")
    return why


def _must_be_offered(request: Request, method: Method, points: Sequence[OnFile]) -> None:
    if method not in offered(request, points):
        raise ProvesNothing(_("This does not show well enough who asks."), field="method")


def offered(request: Request, points: Sequence[OnFile]) -> list[Method]:
    """Return the ways of proving that lead high enough for what is asked."""
    return offered_for(request.items.values_list("right", flat=True), points, has_strong=strong() is not None)


def offered_for(rights: Iterable[str], points: Sequence[OnFile], *, has_strong: bool) -> list[Method]:
    """Return the ways of proving that lead high enough for the rights, with what is fit on file."""
    return identity.offered(points, identity.needed(rights), has_strong=has_strong)


def _chosen(points: Sequence[OnFile], method: Method, wanted: UUID | None) -> list[OnFile]:
    if method is not Method.CODE:
        return list(points) if method is Method.ORDER else []
    found = [point for point in points if point.id == wanted and point.kind == "email"]
    if not found:
        words = _("A code goes only to an e-mail address that was on file long before the request, and is hers alone.")
        raise ProvesNothing(words, field="contact_point")
    return found


def _send_question(request: Request, check: IdentityCheck, chosen: Sequence[OnFile], *, by: Duty, at: datetime) -> None:
    """Send the question: a code to the address on file, anything else to the address of the request, if any."""
    told = {"reason": check.reason, "link": links.url_of(request.id, Kind.VIEW, language=request.language)}
    if check.method == Method.CODE:
        code = code_of(secrets.randbelow(10**CODE_LENGTH))
        check.address, check.code = chosen[0].value, sealed(code, request_id=check.id, key=key_of(_CODE))
        check.code_until_at = at + CODE_LASTS
        mailed = _question(request, {**told, "code": f"{code[:3]} {code[3:]}", "days": CODE_LASTS.days})
        kept = _question(request, {**told, "code": "••• •••", "days": CODE_LASTS.days})
        sending.send(
            request, Letter.IDENTITY, kept, by=by, at=at, to=check.address, person_id=request.person, mailed=mailed
        )
    elif check.method == Method.ORDER:
        sending.try_to_send(request, Letter.IDENTITY, _question(request, told), by=by, at=at)


def _question(request: Request, told: Mapping[str, object]) -> letter.Written:
    return letter.write(Letter.IDENTITY, request, **told)


# --- Being answered ---------------------------------------------------------------------------------------------------


@transaction.atomic
def enter_code(*, by: Duty, at: datetime, request_id: UUID, typed: str) -> bool:
    """Take a code that somebody typed or told; tell whether it is the one. A wrong guess stays counted."""
    request = locked(request_id)
    check = request.checks.select_for_update().filter(result=Result.OPEN, method=Method.CODE).first()
    guess = sealed(read_code(typed), request_id=check.id if check else request.id, key=key_of(_CODE))
    if check is None or check.code is None or check.tries >= MOST_TRIES or (check.code_until_at or at) <= at:
        return False
    check.tries += 1
    check.save(update_fields=["tries"])
    if not hmac.compare_digest(guess, bytes(check.code)) or request.identity != Identity.ASKED:
        return False
    _verified(request, check, by=by, at=at)
    return True


@transaction.atomic
def confirm_address(*, by: Duty, at: datetime, request_id: UUID) -> None:
    """Note that whoever reads mail at the address of the request says that she asked.

    Where exactly one person had that address on file well before the request, it is proved who asks, as by a code.
    """
    request = locked(request_id)
    must_be_open(request)
    if request.email_confirmed_at is not None:
        return
    request.email_confirmed_at = at
    request.save(update_fields=["email_confirmed_at"])
    holders = people.holders(request.email)
    if request.identity in _PROVABLE and len(holders) == 1 and request.person in {None, holders[0]}:
        _prove_by_address(request, holders[0], by=by, at=at)


def _prove_by_address(request: Request, person_id: UUID, *, by: Duty, at: datetime) -> None:
    points = people.fit(person_id, received_at=request.received_at)
    mine = [point for point in points if (point.kind, point.value) == ("email", request.email)]
    if not mine or Method.CODE not in offered(request, mine):
        return
    if request.person is None:
        _assign(request, person_id, by=by, at=at)
    check = _check(request, Method.CODE, _same_address(request), by=by, at=at)
    check.contact_points, check.address = [mine[0].id], request.email
    check.save(force_insert=True)
    _verified(request, check, by=by, at=at)


def prove_by_code(request: Request, *, by: Duty, at: datetime, person_id: UUID, point: OnFile, reason: str) -> None:
    """Note that a code to an address on file has shown who asks; the room that asked for it has looked at the address.

    ProvesNothing where such a code does not lead high enough for what is asked.
    """
    _assign(request, person_id, by=by, at=at)
    if request.identity not in _PROVABLE:
        return
    _must_be_offered(request, Method.CODE, [point])
    check = _check(request, Method.CODE, reason, by=by, at=at)
    check.contact_points, check.address = [point.id], point.value
    check.save(force_insert=True)
    _verified(request, check, by=by, at=at)


def _same_address(request: Request) -> str:
    with override(request.language):
        return gettext("The request came with an address that was on file before it.")


def _check(request: Request, method: Method, reason: str, *, by: Duty, at: datetime) -> IdentityCheck:
    request.checks.filter(result=Result.OPEN).update(
        result=Result.FAILED, decided_at=at, decided_by=by.actor, code=None
    )
    return IdentityCheck(id=new_id(at), request=request, method=method, reason=reason, asked_at=at, asked_by=by.actor)


@transaction.atomic
def note_check(
    *, by: Duty, at: datetime, request_id: UUID, method: Method, reason: str, evidence: str, is_proved: bool
) -> None:
    """Note a check that an employee made: by an order or licence number, or in another way, which is told.

    An order number proves only together with delivery to an address on file; the answer can then go nowhere else.
    """
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    person_id = _provable(request)
    points = people.fit(person_id, received_at=request.received_at)
    if method not in {Method.ORDER, Method.MANUAL}:
        raise ProvesNothing(_("This does not show well enough who asks."), field="method")
    _must_be_offered(request, method, points)
    shown = plain_text(evidence, field="evidence", lines=True)
    if not shown:
        raise ProvesNothing(_("Say what the check was, so that it can be judged later."), field="evidence")
    check = _check(request, method, _reason(reason), by=by, at=at)
    check.evidence, check.contact_points = shown, [point.id for point in points]
    check.save(force_insert=True)
    if is_proved:
        _verified(request, check, by=by, at=at)
    else:
        _failed(request, by=by, at=at, reasons=check.reason)


@transaction.atomic
def give_up(*, by: Duty, at: datetime, request_id: UUID, reasons: str) -> None:
    """Note that it could not be established who asks; what may be answered then tells nobody anything."""
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    if request.identity not in _PROVABLE or request.state == State.RECEIVED:
        raise too_late(request)
    _failed(request, by=by, at=at, reasons=_reason(reasons))


def _verified(request: Request, check: IdentityCheck, *, by: Duty, at: datetime) -> None:
    _decide(check, Result.VERIFIED, by=by, at=at)
    set_identity(request, Identity.VERIFIED)
    answer_doubt(request, Doubt.IDENTITY, by=by, at=at)
    note(request, Happened.VERIFIED, by=by, at=at)
    _begin(request, by=by, at=at)
    effects.hold_meanwhile(request, by=by, at=at)


def _failed(request: Request, *, by: Duty, at: datetime, reasons: str) -> None:
    for check in request.checks.filter(result=Result.OPEN):
        _decide(check, Result.FAILED, by=by, at=at)
    set_identity(request, Identity.FAILED)
    answer_doubt(request, Doubt.IDENTITY, by=by, at=at)
    note(request, Happened.NOT_VERIFIED, by=by, at=at, reasons=reasons)
    _begin(request, by=by, at=at)


def _begin(request: Request, *, by: Duty, at: datetime) -> None:
    if course.after(State(request.state), Deed.BEGIN) is not None:
        move(request, Deed.BEGIN, by=by, at=at)


def _decide(check: IdentityCheck, result: Result, *, by: Duty, at: datetime) -> None:
    check.result, check.decided_at, check.decided_by, check.code = result, at, by.actor, None
    check.save(update_fields=["result", "decided_at", "decided_by", "code"])


# --- The port for strong identification -------------------------------------------------------------------------------

_services: dict[str, StrongIdentification] = {}


def install(service: StrongIdentification) -> None:
    """Install the service of strong identification. Called once, in the ``AppConfig.ready`` of the room that has it."""
    _services["strong"] = service


def strong() -> StrongIdentification | None:
    """Return the installed service, or None."""
    return _services.get("strong")


@transaction.atomic
def take_strong_result(*, by: Duty, at: datetime, check_id: UUID) -> bool | None:
    """Ask the service what came of an identification; None while it does not know."""
    check = IdentityCheck.objects.select_related("request").filter(id=check_id, result=Result.OPEN).first()
    service = strong()
    if check is None or service is None or check.method != Method.STRONG:
        raise Missing
    request = locked(check.request_id)
    is_hers = service.result(check_id=check.id, person_id=_provable(request))
    if is_hers is True:
        _verified(request, check, by=by, at=at)
    elif is_hers is False:
        _failed(request, by=by, at=at, reasons=check.reason)
    return is_hers
