"""A receipt says what was consented to, and can be verified by anyone without us."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from tests import make
from tests.consents.make import evidence

from seloste.audit.models import AuditEvent
from seloste.consents import actions, queries
from seloste.consents.rules.receipt import BadReceiptError, public_key, signing_key, verify
from seloste.kernel.refusals import Missing

pytestmark = pytest.mark.django_db


def receipt_of(deed: str = "give") -> bytes:
    marketer = make.duty("marketing")
    reference = getattr(actions, deed)(
        by=marketer,
        at=make.AT,
        person_id=make.person(),
        consent="marketing_email",
        language="sv",
        source="meeting",
        **({"evidence": evidence()} if deed == "give" else {}),
    )
    return queries.receipt(by=marketer, at=make.AT, reference=reference)


def key() -> str:
    return public_key(signing_key(settings.SEAL_KEY))


def test_receipt_covers_what_the_standard_asks() -> None:
    content = verify(receipt_of(), trusted=key())

    assert content["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert content["dpv:hasStatement"]["@value"].startswith("Husgrove får skicka mig")
    assert content["dpv:hasNotice"]["dct:language"] == "sv"
    assert content["dpv:hasDataController"]["dpv:hasContact"] == "support@husgrove.com"
    assert content["dct:valid"] == "2028-11-25"
    assert all(content[name] for name in ("@id", "dpv:hasDataSubject", "dpv:hasPurpose", "dpv:hasWithdrawalMethod"))


def test_withdrawal_has_its_receipt_too() -> None:
    assert verify(receipt_of("withdraw"))["dpv:hasConsentStatus"] == "dpv:ConsentWithdrawn"


def test_giving_out_a_receipt_is_recorded() -> None:
    receipt_of()

    assert AuditEvent.objects.order_by("-id")[0].deed == "consent.receipt"


@pytest.mark.parametrize("name", ["dpv:hasConsentStatus", "dpv:hasDataSubject", "dct:date", "dct:valid"])
def test_changed_receipt_is_refused(name: str) -> None:
    envelope = json.loads(receipt_of())
    envelope["receipt"][name] = "x"

    with pytest.raises(BadReceiptError, match="changed"):
        verify(json.dumps(envelope).encode())


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"\xff", b'{"receipt": {}, "signature": {"key": "x", "value": "y"}}']
)
def test_what_is_no_receipt_is_refused(text: bytes) -> None:
    with pytest.raises(BadReceiptError, match="not a receipt"):
        verify(text)


def test_receipt_of_another_installation_is_refused() -> None:
    with pytest.raises(BadReceiptError, match="another key"):
        verify(receipt_of(), trusted=public_key(signing_key("someone else's secret")))


def test_unknown_receipt_does_not_exist() -> None:
    with pytest.raises(Missing):
        queries.receipt(by=make.duty("marketing"), at=make.AT, reference=uuid4())
