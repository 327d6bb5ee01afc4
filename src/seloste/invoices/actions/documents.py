"""Making the documents of vouchers: once each, kept in their original form."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from seloste.invoices.models import Document, Invoice
from seloste.invoices.queries.papers import paper
from seloste.invoices.queries.reading import voucher
from seloste.invoices.queries.structured import ubl_of
from seloste.invoices.rules.chain import digest
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing

#: Older ones are made when somebody asks: nobody looks through all vouchers for them again and again.
RECENT = timedelta(days=3)
#: Made in one run of the sweep; the rest is found by the next.
BATCH = 50


def document(invoice_id: UUID, at: datetime) -> Document:
    """Return the document of a voucher as it was made; the first to ask makes it. Missing where there is no voucher."""
    made = Document.objects.filter(invoice=invoice_id).first()
    return made or _make(invoice_id, at)


def _make(invoice_id: UUID, at: datetime) -> Document:
    told = voucher(invoice_id)
    ubl = ubl_of(told)
    pdf = paper(told, ubl)
    keep_until = Invoice.objects.filter(id=invoice_id).values_list("keep_until", flat=True).first()
    if keep_until is None:
        raise Missing
    row = Document(
        invoice_id=invoice_id,
        pdf=pdf,
        ubl=ubl,
        pdf_sha256=digest(pdf),
        ubl_sha256=digest(ubl),
        made_at=at,
        keep_until=keep_until,
    )
    with transaction.atomic():
        Document.objects.bulk_create([row], ignore_conflicts=True)  # two may ask in one moment: the first one's stays
    return Document.objects.get(invoice=invoice_id)


def make_due(at: datetime) -> int:
    """Make what nobody has asked for yet; return how many."""
    recent = Invoice.objects.filter(issued_on__gte=local_date(at) - RECENT, document=None)
    ids = list(recent.order_by("issued_on", "seq").values_list("id", flat=True)[:BATCH])
    made = 0
    for invoice_id in ids:
        document(invoice_id, max(at, now()))
        made += 1
    return made
