"""Who looks after the catalogue: whoever handles orders and may write (S8.3)."""

from seloste.kernel.duty import Duty

_BY_ITSELF = frozenset({"system", "operator"})


def may_edit(by: Duty) -> bool:
    """Tell whether the duty includes the catalogue."""
    return by.role in _BY_ITSELF or ("order" in by.purposes and "write" in by.may)
