"""What the gateway knows: payments, refunds, and how each of them is to go wrong. On disk after each change."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seloste.kernel.clock import now

#: The ways to go wrong, as the page offers them: key, name, what happens.
MISBEHAVIOURS = (
    ("duplicate", "Viesti tulee viidesti", "Sama maksu kerrotaan kaupalle viisi kertaa, osin samalla hetkellä."),
    ("late", "Viesti tulee myöhässä", "Maksusta kerrotaan vasta hetken kuluttua siitä, kun maksaja on palannut."),
    ("missing", "Viesti katoaa", "Kaupalle ei kerrota maksusta mitään, eikä maksaja palaa kauppaan."),
    ("reordered", "Viestit väärässä järjestyksessä", "Vanha viesti epäonnistumisesta tulee maksun viestin jälkeen."),
    ("forged", "Väärennetty viesti", "Mitään ei makseta, mutta joku kirjoittaa kaupalle, että maksettiin."),
    ("wrong_amount", "Väärä summa", "Maksetaan yksi sentti."),
    ("wrong_currency", "Väärä valuutta", "Maksetaan sama määrä dollareita."),
    ("refund_first", "Palautus ennen maksua", "Maksu palautetaan, ja siitä kerrotaan ennen maksua."),
    ("slow", "Hidas pankki", "Maksu vahvistuu vasta puolen minuutin kuluttua."),
    ("errors", "Palvelu on poikki", "Maksu onnistuu, mutta seuraavat kyselyt saavat vastaukseksi virheen 500."),
)
KEYS = frozenset(key for key, _, _ in MISBEHAVIOURS)


@dataclass
class Refund:
    """Money sent back."""

    id: str
    amount: int
    key: str
    told: str = ""
    state: str = "ok"


@dataclass
class Payment:
    """A payment: ``state`` is new, pending, ok, fail or expired; ``ready_at`` is when a slow one becomes ok."""

    id: str
    way: str
    stamp: str
    shown: str
    amount: int
    currency: str
    language: str
    back: str
    cancelled: str
    told: str
    made_at: float
    state: str = "new"
    ready_at: float = 0.0
    intent: str = ""
    disputed: str = ""
    errors: int = 0
    refunds: list[Refund] = field(default_factory=list)

    def settled(self, at: float) -> str:
        """Return the state at the time: a slow payment becomes ok by itself."""
        return "ok" if self.state == "pending" and self.ready_at <= at else self.state

    def refunded(self) -> int:
        """Return how much was sent back."""
        return sum(one.amount for one in self.refunds if one.state != "fail")


class Books:
    """All payments, by one lock."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "books.json"
        self._lock = threading.RLock()
        self.payments: dict[str, Payment] = {}
        self.answers: dict[str, Any] = {}
        #: What was delivered, for whoever looks: way, status or error, and of which payment.
        self.delivered: list[tuple[str, str, str]] = []
        if self._file.exists():
            self._load(json.loads(self._file.read_text(encoding="utf-8")))

    def _load(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            refunds = [Refund(**one) for one in row.pop("refunds")]
            self.payments[row["id"]] = Payment(**row, refunds=refunds)

    @contextmanager
    def open(self) -> Iterator["Books"]:
        """Have the books to oneself while the block runs; they are on disk afterwards."""
        with self._lock:
            yield self
            written = self._file.with_suffix(".new")
            written.write_text(json.dumps([asdict(one) for one in self.payments.values()]), encoding="utf-8")
            written.replace(self._file)

    def add(self, payment: Payment) -> Payment:
        """Enter a payment."""
        self.payments[payment.id] = payment
        return payment

    def find(self, wanted: Callable[[Payment], bool]) -> Payment | None:
        """Return a payment."""
        return next((one for one in self.payments.values() if wanted(one)), None)

    def refund(self, payment: Payment, amount: int, key: str, *, name: str, told: str = "") -> Refund | None:
        """Send money back; None where there is not so much."""
        if payment.settled(moment()) != "ok" or not 0 < amount <= payment.amount - payment.refunded():
            return None
        made = Refund(id=name, amount=amount, key=key, told=told)
        payment.refunds.append(made)
        return made


def moment() -> float:
    """Return seconds since 1970."""
    return now().timestamp()


def new(prefix: str = "") -> str:
    """Return a new id."""
    return prefix + (uuid.uuid4().hex if prefix else str(uuid.uuid4()))
