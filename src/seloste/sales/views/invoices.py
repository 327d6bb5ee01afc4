"""The paper of an invoice."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.sales.queries import invoices as queries


@requires("read")
@require_safe
def document(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """The invoice as it was sent."""
    number, paper = queries.document(by=request.duty, at=now(), invoice_id=invoice_id)
    headers = {"Content-Disposition": f'attachment; filename="{number}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(paper, content_type="application/pdf", headers=headers)
