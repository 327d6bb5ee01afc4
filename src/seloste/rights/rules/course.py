"""The course of a request (GDPR 12): which deed may follow which state, what may be decided, what comes next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from seloste.rights.choices import OPEN, Identity, Outcome, Reason, Right, State


class Deed(StrEnum):
    """What moves a request from one state to another."""

    ACKNOWLEDGE = "acknowledge"
    ASK_IDENTITY = "ask_identity"
    BEGIN = "begin"
    CONCLUDE = "conclude"
    ANSWER = "answer"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


#: From where each deed may be done, and where it leads.
STEPS: Mapping[Deed, tuple[Collection[State], State]] = {
    Deed.ACKNOWLEDGE: ({State.RECEIVED}, State.ACKNOWLEDGED),
    Deed.ASK_IDENTITY: ({State.ACKNOWLEDGED, State.IDENTITY, State.ASSESSING}, State.IDENTITY),
    Deed.BEGIN: ({State.ACKNOWLEDGED, State.IDENTITY}, State.ASSESSING),
    Deed.CONCLUDE: ({State.ASSESSING}, State.FULFILLING),
    Deed.ANSWER: ({State.FULFILLING}, State.ANSWERED),
    Deed.CLOSE: ({State.ANSWERED}, State.CLOSED),
    Deed.WITHDRAW: (set(OPEN), State.WITHDRAWN),
    Deed.REOPEN: ({State.ANSWERED, State.CLOSED, State.WITHDRAWN}, State.ASSESSING),
}


def after(state: State, deed: Deed) -> State | None:
    """Return the state to which the deed leads; None where it may not be done."""
    froms, to = STEPS[deed]
    return to if state in froms else None


# --- Decisions --------------------------------------------------------------------------------------------------------

_REMEDY_KINDS = (Outcome.PARTLY, Outcome.REFUSED, Outcome.NOT_IDENTIFIABLE)
_ACCESS = frozenset({Right.ACCESS, Right.PORTABILITY})
_CHANGES = frozenset({Right.RECTIFICATION, Right.COMPLETION})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """A ground of refusal: the article it stands in, for which rights it is one; none named means for every right."""

    law: str
    rights: frozenset[Right] = frozenset()


GROUNDS: Mapping[Reason, Ground] = {
    Reason.NOT_IDENTIFIED: Ground(law="GDPR 11(2), 12(2), 12(6)"),
    Reason.EXCESSIVE: Ground(law="GDPR 12(5)(b)"),
    Reason.OTHERS_RIGHTS: Ground(law="GDPR 15(4), 20(4)", rights=_ACCESS),
    Reason.SECURITY: Ground(law="Tietosuojalaki 1050/2018 34 § 1 mom. 1 k", rights=frozenset({Right.ACCESS})),
    Reason.SERIOUS_DANGER: Ground(law="Tietosuojalaki 1050/2018 34 § 1 mom. 2 k", rights=frozenset({Right.ACCESS})),
    Reason.SUPERVISION: Ground(law="Tietosuojalaki 1050/2018 34 § 1 mom. 3 k", rights=frozenset({Right.ACCESS})),
    Reason.ACCURATE: Ground(law="GDPR 16", rights=_CHANGES),
    Reason.LEGAL_DUTY: Ground(law="GDPR 17(3)(b)", rights=frozenset({Right.ERASURE})),
    Reason.LEGAL_CLAIM: Ground(law="GDPR 17(3)(e)", rights=frozenset({Right.ERASURE})),
    Reason.STILL_NEEDED: Ground(law="GDPR 17(1)", rights=frozenset({Right.ERASURE})),
    Reason.NO_GROUND: Ground(law="GDPR 18(1)", rights=frozenset({Right.RESTRICTION})),
    Reason.COMPELLING: Ground(law="GDPR 21(1)", rights=frozenset({Right.OBJECTION})),
    Reason.NOT_PROVIDED: Ground(law="GDPR 20(1)", rights=frozenset({Right.PORTABILITY})),
}
#: What the law lets nobody refuse (art. 7(3), 21(3)), and a question, which is simply answered.
NEVER_REFUSED = frozenset({Right.MARKETING_OBJECTION, Right.WITHDRAWAL, Right.QUESTION})
#: Outcomes that tell the person about remedies (art. 12(4)).
REMEDIES = frozenset(_REMEDY_KINDS)


def grounds_of(right: Right) -> list[Reason]:
    """Return the grounds on which the right may be refused, wholly or in part."""
    if right in NEVER_REFUSED:
        return []
    return [reason for reason, ground in GROUNDS.items() if not ground.rights or right in ground.rights]


def may_be(right: Right, outcome: Outcome, reason: Reason | None) -> bool:
    """Tell whether the right may have this outcome for this reason."""
    if outcome in {Outcome.GRANTED, Outcome.NO_DATA}:
        return reason is None and not (right is Right.QUESTION and outcome is Outcome.NO_DATA)
    if reason is None or reason not in grounds_of(right):
        return False
    return (outcome is Outcome.NOT_IDENTIFIABLE) == (reason is Reason.NOT_IDENTIFIED)


def outcomes_of(right: Right, *, identity: Identity, address_confirmed: bool) -> list[Outcome]:
    """Return the outcomes that may be told to whoever asks, as far as it is known who that is.

    Without proof, nothing may be told that a stranger must not learn: not even that nothing is held (T9). Who has
    shown that an address is hers may be told that nothing is held at it.
    """
    if needs_no_proof(right) or identity in {Identity.VERIFIED, Identity.NOT_NEEDED}:
        return [one for one in Outcome if any(may_be(right, one, reason) for reason in (None, *Reason))]
    told = [Outcome.NOT_IDENTIFIABLE, Outcome.REFUSED]
    return [Outcome.NO_DATA, *told] if address_confirmed else told


def reasons_without_proof() -> frozenset[Reason]:
    """Return the only grounds that tell a stranger nothing about anybody."""
    return frozenset({Reason.NOT_IDENTIFIED, Reason.EXCESSIVE})


def needs_no_proof(right: Right) -> bool:
    """Tell whether the right is carried out for whoever asks: stopping marketing harms nobody (ladder, step 0)."""
    return right in NEVER_REFUSED


def needs_proof(rights: Iterable[str]) -> bool:
    """Tell whether any of the rights needs proof of who asks."""
    return any(not needs_no_proof(Right(right)) for right in rights)


# --- What comes next --------------------------------------------------------------------------------------------------


class Next(StrEnum):
    """The next lawful step, which the desk drafts."""

    ACKNOWLEDGE = "acknowledge"
    FIND_PERSON = "find_person"
    PROVE = "prove"
    WAIT = "wait"
    DECIDE = "decide"
    SECOND = "second"
    CARRY_OUT = "carry_out"
    ANSWER = "answer"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """All that the next step depends on."""

    state: State
    identity: Identity
    has_person: bool
    waits: bool
    undecided: int
    unseconded: int
    not_carried_out: int


def next_step(standing: Standing) -> Next:  # noqa: PLR0911 -- one line for each step
    """Return what should be done next; total: every standing has exactly one."""
    if standing.state in {State.CLOSED, State.WITHDRAWN}:
        return Next.NOTHING
    if standing.state is State.ANSWERED:
        return Next.CLOSE
    if standing.state is State.RECEIVED:
        return Next.ACKNOWLEDGE
    if standing.waits:
        return Next.WAIT
    if standing.identity in {Identity.OPEN, Identity.ASKED}:
        return Next.PROVE if standing.has_person else Next.FIND_PERSON
    if standing.undecided:
        return Next.DECIDE
    if standing.unseconded:
        return Next.SECOND
    return Next.CARRY_OUT if standing.not_carried_out else Next.ANSWER
