"""The addresses of the shop's pages, in each language and as the world knows them."""

from collections.abc import Mapping

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
