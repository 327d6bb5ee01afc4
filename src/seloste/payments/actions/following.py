"""What other rooms hang on payments: what something is and whether it is still wanted, and what follows from money."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from seloste.kernel.duty import Duty
from seloste.kernel.kept import Whose
from seloste.payments.models import Payment

#: What can become of a payment. "surplus" is money that nothing asks for: paid twice, or after a cancellation.
KINDS = ("paid", "failed", "refunded", "disputed", "surplus")

#: Does what follows, in the transaction that changes the payment. Called once for each change, and must be idempotent.
Deed = Callable[[Duty, datetime, Payment], object]
deeds: dict[str, list[Deed]] = {kind: [] for kind in KINDS}


def when(kind: str, deed: Deed) -> None:
    """Register what follows. Called once, in the room's ``AppConfig.ready``; KeyError for an unknown kind."""
    deeds[kind].append(deed)


def follow(kind: str, by: Duty, at: datetime, payment: Payment) -> None:
    """Do everything that follows."""
    for deed in deeds[kind]:
        deed(by, at, payment)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How what is paid stands now, as its own room says.

    ``reference`` is the number that the payer and the provider read (``T-…``), ``email`` the payer's address for a
    provider that demands one. ``is_wanted`` is false once it was cancelled: money that comes then goes back. ``to_pay``
    is what is still open, None where that is not known here. ``is_open`` is false where nothing is left to be done: an
    erasure of its person takes it.
    """

    reference: str
    email: str = ""
    is_wanted: bool = True
    to_pay: Decimal | None = None
    is_open: bool = True


def _nobody(_keys: Collection[str]) -> Mapping[str, UUID]:
    return {}


def _nothing(_whose: Whose) -> Mapping[str, UUID | None]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A kind of thing that is paid for. ``look`` returns how one stands, None where there is none (any more).

    ``persons`` tells whose they are, ``keys_of`` which are the person's (None where she is no one in the register yet).
    """

    look: Callable[[str], Standing | None]
    persons: Callable[[Collection[str]], Mapping[str, UUID]] = _nobody
    keys_of: Callable[[Whose], Mapping[str, UUID | None]] = _nothing


matters: dict[str, Matter] = {}


def register(kind: str, matter: Matter) -> None:
    """Register what ``<kind>:<uuid>`` is. Called once, in the room's ``AppConfig.ready``."""
    matters[kind] = matter


def look(subject_key: str) -> Standing | None:
    """Return how what is paid stands; None where its room does not know it."""
    matter = matters.get(subject_key.partition(":")[0])
    return matter.look(subject_key) if matter else None


#: Sends the link to the page of what is paid to the address that was given with it, and nowhere else.
Send = Callable[[str, datetime], None]
senders: dict[str, Send] = {}


def send_links_with(kind: str, send: Send) -> None:
    """Say who sends the links to the pages of ``<kind>:<uuid>``. Called once, in the room's ``AppConfig.ready``."""
    senders[kind] = send


def sends_link(subject_key: str) -> bool:
    """Tell whether what is paid has a page of which a link can be sent."""
    return subject_key.partition(":")[0] in senders


def send_link(*, at: datetime, subject_key: str) -> None:
    """Have the link sent. Nothing tells whoever asked whether it was: not even that it was asked for too often."""
    if sends_link(subject_key):
        senders[subject_key.partition(":")[0]](subject_key, at)


def is_wanted(subject_key: str) -> bool:
    """Tell whether the money is still asked for; what nobody answers for is taken as asked for."""
    standing = look(subject_key)
    return standing is None or standing.is_wanted


def is_settled(subject_key: str) -> bool:
    """Tell whether nothing is left to be paid, as far as its room says."""
    standing = look(subject_key)
    return standing is not None and standing.to_pay is not None and standing.to_pay <= 0


def keys_of(whose: Whose) -> dict[str, UUID | None]:
    """Return the keys of everything the people pay for."""
    found: dict[str, UUID | None] = {}
    for matter in matters.values():
        found.update({key: person or found.get(key) for key, person in matter.keys_of(whose).items()})
    return found


def persons(keys: Collection[str]) -> dict[str, UUID]:
    """Return whose the things are, so far as they are somebody's in the register."""
    found: dict[str, UUID] = {}
    for kind, matter in matters.items():
        mine = [key for key in keys if key.startswith(f"{kind}:")]
        found.update(matter.persons(mine) if mine else {})
    return found
