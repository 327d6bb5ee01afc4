"""The addresses of the shop's pages, in each language and as the world knows them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.catalogue.queries.pages import ShownProduct
from seloste.catalogue.rules.words import LANGUAGES


def absolute(path: str) -> str:
    """Return an address of the site as it is written elsewhere."""
    return f"{settings.PUBLIC_ORIGIN}{path}"


def in_languages(name: str, slugs: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a page's address in each language; with slugs, in those that have one."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            if slugs is None:
                found[language] = reverse(name)
            elif slugs.get(language):
                found[language] = reverse(name, args=[slugs[language]])
    return found


def of_product(product: ShownProduct) -> dict[str, str]:
    """Return the address of the product's page in each language."""
    return in_languages("catalogue:product", product.slugs)


def of_picture(name: str, kind: str) -> str:
    """Return the address of a picture's file."""
    return reverse("pictures:file", args=[name, kind])


def of_page(place: str, asked: Mapping[str, str], number: int) -> str:
    """Return the address of one page of a list, with what was asked of it."""
    said = {key: value for key, value in {**asked, "sivu": str(number) if number > 1 else ""}.items() if value}
    return f"{place}?{urlencode(said)}" if said else place


def pages(place: str, asked: Mapping[str, str], number: int, last: int) -> dict[str, str]:
    """Return the addresses of the pages before and after one of a list, and which of how many it is."""
    return {
        "newer_url": of_page(place, asked, number - 1) if number > 1 else "",
        "older_url": of_page(place, asked, number + 1) if number < last else "",
        "position": f"{number} / {last}" if last > 1 else "",
    }
