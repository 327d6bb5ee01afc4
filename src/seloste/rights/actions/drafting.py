"""The words of the next letter before it is sent, as the person would read them. Nothing is changed or kept."""

from uuid import UUID

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.rights import letter
from seloste.rights.actions.receiving import confirmation
from seloste.rights.actions.steps import check_duty
from seloste.rights.models import Request
from seloste.rights.rules.course import Next


def draft(*, by: Duty, request_id: UUID, step: Next) -> str:
    """Return the words of the letter that the next step sends; nothing where it sends none."""
    check_duty(by)
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        raise Missing
    if step is Next.ACKNOWLEDGE:
        return confirmation(request).text
    if step is Next.ANSWER:
        return letter.answer(request, list(request.items.order_by("id"))).text
    return ""
