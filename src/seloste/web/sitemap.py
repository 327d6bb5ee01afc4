"""What search engines may find: the pages of the site with their languages, and what is nobody's business."""

from collections.abc import Iterator, Mapping

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seloste.catalogue.queries import pages
from seloste.catalogue.shown.addresses import absolute, in_languages
from seloste.kernel.clock import now

#: Pages that have one address in each language.
PAGES = (
    *("home", "catalogue:shop", "shop:terms", "shop:withdrawal"),
    *("notices:page", "terminal:page", "intake:contact", "intake:feedback", "rights:form"),
)
#: Pages of one person or of the staff. Asking not to be visited is no lock, and none is needed.
HIDDEN_PAGES = ("shop:cart", "shop:checkout", "mydata:page", "outreach:start")
HIDDEN = ("/tyopoyta/", "/tili/", "/tilaus/", "/maksu/", "/*/tilaus/", "/*/maksu/")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in every language, each with its translations."""
    response = render(request, "web/sitemap.xml", {"pages": list(_pages())}, content_type="application/xml")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where the list is, and what not to visit."""
    places = [place for name in HIDDEN_PAGES for place in in_languages(name).values()]
    told = {"hidden": [*HIDDEN, *dict.fromkeys(places)], "sitemap": absolute(reverse("sitemap"))}
    response = render(request, "web/robots.txt", told, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _pages() -> Iterator[dict[str, object]]:
    for name in PAGES:
        yield from _page(in_languages(name))
    for slugs in pages.published_addresses(now()):
        yield from _page(in_languages("catalogue:product", slugs))


def _page(places: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Return the page once for each of its addresses, with all of them beside it."""
    alternates = [(language, absolute(place)) for language, place in places.items()]
    for url in dict(alternates).values():
        yield {"url": url, "alternates": alternates if len(set(places.values())) > 1 else []}
        if len(set(places.values())) == 1:
            return
