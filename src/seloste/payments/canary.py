"""What the nightly canary has here: a payment that was never made, and words of a provider that name her."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from seloste.kernel.clock import local_date
from seloste.kernel.duty import NOBODY
from seloste.kernel.ids import new_id
from seloste.kernel.money import CENT
from seloste.payments.choices import Origin, State, Way
from seloste.payments.models import EventBody, Payment, PaymentEvent


def plant(*, at: datetime, subject_key: str, word: str) -> None:
    """Plant a payment for something of the canary's; ``word`` stands in what its provider is said to have written."""
    over = local_date(at) - timedelta(days=1)  # an event goes only after its last day
    payment = Payment.objects.create(
        id=new_id(at),
        reference=uuid4().hex,
        subject_key=subject_key,
        provider=Way.PAYTRAIL,
        amount=CENT,
        language="fi",
        created_at=at,
        created_by=NOBODY,
        expected_at=at,
        state=State.EXPIRED,
        keep_until=over,
    )
    raw = f'{{"name": "{word}"}}'.encode()
    event = PaymentEvent.objects.create(
        id=new_id(at),
        provider=Way.PAYTRAIL,
        event_id=f"canary:{payment.id}",
        kind="canary",
        origin=Origin.WEBHOOK,
        payment=payment.id,
        digest=sha256(raw).digest(),
        received_at=at,
        received_by=NOBODY,
        keep_until=over,
    )
    EventBody.objects.create(event=event.id, raw=raw, keep_until=over)
