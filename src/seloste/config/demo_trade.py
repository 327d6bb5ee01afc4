"""What the demo's shop has sold: orders and invoices of every fate, so that each page of the desk shows something.

Everything comes in through the real deeds, on the days on which it would have; names and addresses are invented. Beside
the database lies an account statement (camt.053) that an employee can read in at the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from seloste.catalogue.models import Variant
from seloste.config import environment
from seloste.invoices.actions import bank
from seloste.invoices.choices import Kind
from seloste.invoices.models import Invoice
from seloste.invoices.queries import unpaid
from seloste.kernel.duty import system, visitor
from seloste.notices.queries import current_version_id
from seloste.register.choices import Source
from seloste.rights import actions as rights
from seloste.rights.choices import Channel, Right
from seloste.services.actions import changing
from seloste.services.actions.door import Asked
from seloste.services.choices import AskedBy
from seloste.services.models import Subscription
from seloste.shop.actions import cart, coupons, forward, messages, placing, refunding, withdrawing
from seloste.shop.actions import quote as quotes
from seloste.shop.choices import PaysBy, Why
from seloste.shop.models import Order
from seloste.shop.rules.buyers import Orderer
from seloste.shop.rules.pricing import Buyer

#: The file's name in the demo's own folder.
STATEMENT = "tiliote-camt053.xml"
_SEED = UUID("0f3c5f0e-5b0e-4d53-9c57-5e105e000002")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """An order: so many days ago, of what, by whom, and after how many days it was paid (never where None)."""

    days: int
    sku: str
    given: str
    family: str
    paid_after: int | None = None
    quantity: int = 1
    company: Mapping[str, str] = field(default_factory=dict)


_FIRM = {"company": "Näyteikkuna Ky", "business_id": "1234567-1"}
SALES = (
    Sale(days=44, sku="VIHKO", given="Helmi", family="Mallikas", quantity=2),
    Sale(days=36, sku="KARTOITUS", given="Oskari", family="Kokeilija", paid_after=9, company=_FIRM),
    Sale(days=24, sku="OPAS-PDF", given="Åsa", family="Åström", paid_after=3),
    Sale(days=15, sku="YLLAPITO-LAAJA-KK", given="Ilmari", family="Esimerkki", paid_after=2),
    Sale(days=11, sku="VIHKO", given="Saimi", family="Öhman", paid_after=4, quantity=3),
    Sale(days=9, sku="OPAS-PDF", given="Väinö", family="Näytteinen", paid_after=5),
    Sale(days=6, sku="TUNTI", given="Oskari", family="Kokeilija", quantity=2, company=_FIRM),
    Sale(days=4, sku="VIHKO", given="Lumi", family="Rantanen", paid_after=3),
    Sale(days=2, sku="YLLAPITO-PERUS-KK", given="Toivo", family="Lehtonen"),
)


def load(*, at: datetime) -> None:
    """Let the shop have sold; once."""
    if Order.objects.exists():
        return
    sold: dict[int, Order] = {}
    happens = [(at - timedelta(days=one.days), place, "placed") for place, one in enumerate(SALES)]
    happens += [
        (at - timedelta(days=one.days - one.paid_after), place, "paid")
        for place, one in enumerate(SALES)
        if one.paid_after is not None
    ]
    for moment, place, what in sorted(happens):
        if what == "placed":
            sold[place] = _order(SALES[place], at=moment)
        else:
            _pay(sold[place], at=moment)
        for _step in range(2):
            forward.forward(moment + timedelta(minutes=10))
    _afterwards(sold, at=at)
    _statement(at=at)


def _order(sale: Sale, *, at: datetime) -> Order:
    variant = Variant.objects.get(sku=sale.sku).id
    network = f"192.0.2.{sale.days}"
    token = cart.put(at=at, token="", variant_id=variant, quantity=sale.quantity, language="fi", network=network)
    made = placing.place(
        by=visitor("order"),
        at=at,
        cart_token=token,
        quote_id=quotes.make(at=at, token=token, buyer=Buyer(is_business=bool(sale.company))),
        orderer=_orderer(sale),
        agreed=placing.Agreed(
            acknowledged=True, terms=True, button="Tilaan ja maksan", digital_now=True, service_now=True
        ),
        pays_by=PaysBy.INVOICE,
        language="fi",
        network=network,
    )
    forward.forward(at)
    return Order.objects.get(id=made)


def _orderer(sale: Sale) -> Orderer:
    name = f"{sale.given}.{sale.family}".lower().translate(str.maketrans("åäö", "aao"))
    more: dict[str, Any] = {"is_business": True, **sale.company} if sale.company else {}
    return Orderer(
        given_name=sale.given, family_name=sale.family, email=f"{name}.tilaaja@example.com", street="Mallikatu 7",
        postal_code="00100", city="Helsinki", **more,
    )  # fmt: skip


def _pay(order: Order, *, at: datetime) -> None:
    """Let the money come as it comes: with a statement of the bank that is read in."""
    invoice = Invoice.objects.get(order_key=f"order:{order.id}", kind=Kind.INVOICE)
    paid = Payment(amount=invoice.payable, reference=invoice.reference, name=invoice.buyer_name)
    bank.read(by=system("accounting"), at=at, content=statement([paid], at=at))


def _afterwards(sold: Mapping[int, Order], *, at: datetime) -> None:
    """Let customers write, withdraw and change, and let something come to the account that fits nothing."""
    customer, staff = visitor("order"), system("order")
    large = Subscription.objects.get(order=sold[3])
    smaller = Variant.objects.get(sku="YLLAPITO-PERUS-KK").id
    asked = Asked(by=AskedBy.CUSTOMER, source=Source.PHONE, on=(at - timedelta(days=1)).date(), name="Ilmari Esimerkki")
    changing.switch(
        by=staff, at=at - timedelta(days=1), subscription_id=large.id, token=_token("smaller"), asked=asked,
        variant=smaller, credit=True,
    )  # fmt: skip
    line = sold[4].lines.get()
    refunding.refund(
        by=staff, at=at - timedelta(days=2), order_id=sold[4].id, key="demo", why=Why.GOODWILL,
        amounts={line.id: Decimal("14.50")}, words="Yksi vihko oli kastunut matkalla.",
    )  # fmt: skip
    text = "Hei! Voisinko saada laskun viitteeksi kustannuspaikan 4400?"
    messages.write(by=customer, at=at - timedelta(hours=5), order_id=sold[6].id, text=text, token=_token("message"))
    text = "Perun tilauksen, vihko ei ollut sitä mitä hain."
    withdrawing.state(by=customer, at=at - timedelta(hours=3), order_id=sold[7].id, token=_token("back"), text=text)
    coupons.add(by=staff, at=at - timedelta(days=30), code="SYKSY10", kind="percent", value=Decimal(10), limit=100)
    odd = Payment(amount=Decimal("35.00"), reference="", name="Pekka Sjöberg", words="kiitos hyvästä palvelusta")
    bank.read(by=system("accounting"), at=at - timedelta(hours=20), content=statement([odd], at=at))
    rights.receive(by=visitor("rights"), at=at - timedelta(days=3), arrival=_request(at - timedelta(days=3)))


def _request(at: datetime) -> rights.Arrival:
    return rights.Arrival(
        channel=Channel.WEB_FORM, language="fi", received_at=at, wanted=[rights.Wanted(right=Right.ACCESS)],
        notice_version_id=current_version_id(), token=_token("request"), name="Saimi Öhman",
        email="saimi.ohman.tilaaja@example.com", message="Haluaisin nähdä, mitä tietoja minusta on.",
    )  # fmt: skip


def _token(what: str) -> UUID:
    return uuid5(_SEED, what)


# --- The bank ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """Money that comes to the account."""

    amount: Decimal
    reference: str
    name: str
    words: str = ""


def statement(paid: list[Payment], *, at: datetime) -> bytes:
    """Return an account statement of the invented bank, as banks send it (ISO 20022 camt.053)."""
    day, entries = at.date().isoformat(), "".join(_entry(one, at=at, place=n) for n, one in enumerate(paid, 1))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt>"
        f"<GrpHdr><MsgId>DEMO-{at:%Y%m%d%H%M}</MsgId></GrpHdr><Stmt><Id>DEMO-{at:%Y%m%d%H%M}</Id>"
        f"<FrToDt><FrDtTm>{day}T00:00:00</FrDtTm><ToDtTm>{day}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{settings.SELLER['iban']}</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(one: Payment, *, at: datetime, place: int) -> str:
    words = f"<Ustrd>{one.words}</Ustrd>" if one.words else ""
    refers = f"<Strd><CdtrRefInf><Ref>{one.reference}</Ref></CdtrRefInf></Strd>" if one.reference else ""
    number = f"{at:%Y%m%d}DEMO{uuid5(_SEED, f'{one.reference}{one.name}{place}').hex[:8]}"
    return (
        f"<Ntry><Amt Ccy='EUR'>{one.amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
        f"<BookgDt><Dt>{at.date().isoformat()}</Dt></BookgDt><AcctSvcrRef>{number}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><AcctSvcrRef>{number}</AcctSvcrRef></Refs><Amt Ccy='EUR'>{one.amount}</Amt>"
        f"<RltdPties><Dbtr><Nm>{one.name}</Nm></Dbtr></RltdPties><RmtInf>{words}{refers}</RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )


def _statement(*, at: datetime) -> None:
    """Write a statement that can be read in: it pays what is open, one of it in part, and one thing nobody knows."""
    still = list(unpaid.unpaid(Invoice.objects.all()).order_by("seq"))
    paid = [Payment(amount=row.payable, reference=row.reference, name=row.buyer_name) for row in still[:-1]]
    paid += [Payment(amount=Decimal("10.00"), reference=row.reference, name=row.buyer_name) for row in still[-1:]]
    paid.append(Payment(amount=Decimal("19.90"), reference="", name="Venla Ahonen", words="Opas"))
    file = Path(environment.read().var) / STATEMENT
    file.write_bytes(statement(paid, at=at))
