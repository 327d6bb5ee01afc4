"""Questions about invoices."""

from seloste.invoices.queries.access import CATEGORY, PURPOSE, may_see
from seloste.invoices.queries.structured import ubl
from seloste.invoices.queries.vouchers import Listed, balance, of, was_invoiced

__all__ = ["CATEGORY", "PURPOSE", "Listed", "balance", "may_see", "of", "ubl", "was_invoiced"]
