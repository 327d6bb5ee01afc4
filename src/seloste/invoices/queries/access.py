"""Who may see invoices: those who keep the books, those who look after rights, and the system itself."""

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Words

PURPOSE = "accounting"
CATEGORY = "billing"
#: Duties of nobody in particular: what the system does by itself, and what a person does on a page of her own.
_OWN = frozenset({"system", "visitor", "operator"})


def may_see(by: Duty) -> bool:
    """Tell whether the duty looks after invoices."""
    return by.sees(CATEGORY, (PURPOSE,)) and "read" in by.may


def check(by: Duty, *, writes: bool = False, refusal: Words = "") -> None:
    """Refuse a duty that has no business with invoices: to it they do not exist."""
    if by.role in _OWN:
        return
    if not may_see(by):
        raise Missing
    if writes and "write" not in by.may:
        raise NotAllowed(refusal)
