"""Receipts of consents, made when they are asked for from what the events hold."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from seloste.audit.actions import record
from seloste.consents.choices import ConsentState
from seloste.consents.models import ConsentEvent
from seloste.consents.rules import receipt as receipts
from seloste.declaration.load import current
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.notices.queries.documents import address


@transaction.atomic
def receipt(*, by: Duty, at: datetime, reference: UUID, person_id: UUID | None = None) -> bytes:
    """Return the signed receipt of one event (JSON); Missing where it does not exist for this duty or this person."""
    row = ConsentEvent.objects.select_related("wording", "notice_version").filter(reference=reference).first()
    if row is None or not by.sees("consent", (row.purpose,)) or person_id not in {None, row.subject}:
        raise Missing
    record(by=by, at=at, deed="consent.receipt", subjects=[row.subject], categories=["consent"], item=reference)
    content = receipts.document(_said(row), current(), notice_address=address(row.wording.language))
    return json.dumps(
        receipts.sign(content, receipts.signing_key(settings.SEAL_KEY)), ensure_ascii=False, indent=1
    ).encode()


def _said(row: ConsentEvent) -> receipts.Said:
    return receipts.Said(
        reference=row.reference,
        subject=row.subject,
        purpose=row.purpose,
        channel=row.channel,
        state=ConsentState(row.state),
        language=row.wording.language,
        text=row.wording.text,
        text_hash=row.wording.text_hash,
        notice_version=row.notice_version.version,
        notice_hash=row.notice_version.text_hash,
        source=row.source,
        at=row.at,
        valid_until=row.valid_until,
    )
