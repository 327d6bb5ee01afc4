"""What is kept of a payer: shown to her, erased with the order, gone in time; what proves money stays to its day."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.make import AT
from tests.payments import make

from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import system
from seloste.kernel.kept import Stay, Surviving, Whose
from seloste.payments import actions, canary
from seloste.payments.actions import following
from seloste.payments.actions.folding import News, keep
from seloste.payments.choices import Origin, Way
from seloste.payments.kept import STORES
from seloste.payments.models import EventBody, Payment, PaymentEvent
from seloste.payments.retention import STORES as RETENTION
from seloste.payments.rules.keeping import accounting_end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("providers")]

HER = UUID(int=7)
WHOSE = Whose(persons=frozenset({HER}))
TODAY = local_date(AT)
BY_KEY = {store.key: store for store in STORES}


@pytest.fixture(autouse=True)
def hers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins with ``thing:hers`` is hers."""

    def keys_of(whose: Whose) -> dict[str, UUID | None]:
        keys = Payment.objects.filter(subject_key__startswith="thing:hers").values_list("subject_key", flat=True)
        return {key: HER for key in keys if HER in whose.persons}

    matter = actions.Matter(look=lambda _key: None, keys_of=keys_of)
    monkeypatch.setitem(following.matters, "thing", matter)


def erase() -> dict[str, int]:
    """Erase what goes when nothing of hers survives; return how many rows of each store went."""
    went: dict[str, int] = {}
    for store in sorted(STORES, key=lambda one: one.order):
        found = [
            one for one in store.records(WHOSE.afresh()) if not store.stays(one, Surviving(today=local_date(now())))
        ]
        went[store.key] = store.erase([one.id for one in found])
    return went


def tell(one: Payment, raw: bytes) -> None:
    news = News(provider=one.provider, account=one.account, origin=Origin.WEBHOOK, kind="told", payment=one.id, raw=raw)
    keep(by=system("order"), at=AT, news=news)


def test_what_a_provider_wrote_about_her_is_shown_and_goes_with_her() -> None:
    mine, others = make.payment(key="thing:hers"), make.payment(key="thing:somebody")
    tell(mine, b'{"email": "maija@example.com"}')
    tell(others, b'{"email": "pekka@example.com"}')
    words = BY_KEY["payments.words"].records(WHOSE.afresh())
    assert [(one.person, one.values["raw"]) for one in words] == [(HER, '{"email": "maija@example.com"}')]
    assert [one.values["amount"] for one in BY_KEY["payments.payments"].records(WHOSE.afresh())] == [make.SUM]
    went = erase()
    assert (went["payments.words"], went["payments.payments"]) == (1, 1)
    assert [bytes(body.raw) for body in EventBody.objects.all()] == [b'{"email": "pekka@example.com"}']


def test_what_proves_money_stays_for_the_books() -> None:
    make.paid(make.payment(key="thing:hers"))
    [record] = BY_KEY["payments.payments"].records(WHOSE.afresh())
    assert (record.about.purposes, record.about.until) == (("order", "accounting"), Payment.objects.get().keep_until)
    assert Payment.objects.get().keep_until.isoformat() == "2032-12-31"
    books = Surviving(purposes={"accounting": Stay(law="KPL 2:10", why="the books")}, today=TODAY)
    order = Surviving(purposes={"order": Stay(law="GDPR 6(1)(b)", why="another order of hers")}, today=TODAY)
    store = BY_KEY["payments.payments"]
    assert (store.stays(record, books) is not None, store.stays(record, order)) == (True, None)
    unpaid = make.payment(key="thing:hers-too")
    found = {one.id: one for one in store.records(WHOSE.afresh())}[unpaid.id]
    assert (store.stays(found, books), store.stays(found, order)) == (None, None)


def test_the_canary_leaves_nothing() -> None:
    canary.plant(at=now(), subject_key=f"thing:hers-{uuid4()}", word="Zqkanaria")
    assert erase()["payments.words"] == 1
    assert (Payment.objects.count(), EventBody.objects.count()) == (0, 0)
    assert PaymentEvent.objects.get().facts == {}


def test_everything_goes_when_its_time_is_up() -> None:
    make.paid(make.payment())
    tell(make.payment(Way.STRIPE), b"words")
    stores = {store.key: store for store in RETENTION}
    by = system("accounting")
    assert stores["payments.words"].clear(by, AT + timedelta(days=90), 100) == 0
    assert stores["payments.words"].clear(by, AT + timedelta(days=91), 100) == 1
    assert stores["payments.payments"].clear(by, AT + timedelta(days=3 * 365), 100) == 1
    assert stores["payments.payments"].clear(by, AT + timedelta(days=7 * 365), 100) == 1


@pytest.mark.parametrize(
    ("day", "ends", "last"),
    [
        ("2026-11-23", "12-31", "2032-12-31"),
        ("2026-11-23", "06-30", "2033-12-31"),
        ("2026-06-30", "06-30", "2032-12-31"),
    ],
)
def test_vouchers_are_kept_from_the_end_of_the_year_in_which_the_financial_year_ended(
    day: str, ends: str, last: str
) -> None:
    from datetime import date

    from seloste.declaration.load import current

    period = current().purpose["accounting"].retention.period
    assert accounting_end(date.fromisoformat(day), period, year_ends=ends) == date.fromisoformat(last)
