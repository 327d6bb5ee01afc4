"""The way from a payment's page to the page of what is paid, for the payer alone.

A payment service is told the address of the payment's page, since it leads the payer back there. So that address opens
nothing but how the payment stands: whoever comes with it alone is not led on to what was bought, by whom and for whom.
"""

from collections.abc import Callable

from django.http import HttpRequest

#: Returns the path of the page of what is paid, for a browser that may see it; empty for every other.
Path = Callable[[HttpRequest, str], str]


paths: dict[str, Path] = {}


def lead_with(kind: str, path: Path) -> None:
    """Say how the page of ``<kind>:<uuid>`` is found. Called once, in the room's ``AppConfig.ready``."""
    paths[kind] = path


def path_home(request: HttpRequest, subject_key: str) -> str:
    """Return the path of the page of what is paid where this browser may see it; empty where it may not."""
    path = paths.get(subject_key.partition(":")[0])
    return path(request, subject_key) if path else ""
