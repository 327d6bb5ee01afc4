"""The shop's pages for everybody. Whoever brings no cookie gets a page as it was made once."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seloste.catalogue.queries import pages
from seloste.catalogue.queries.offers import MOST
from seloste.catalogue.queries.pages import Moved, ShownProduct
from seloste.catalogue.rules import looking
from seloste.catalogue.shown import addresses, cards, structured
from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.money import shown as money
from seloste.kernel.refusals import Missing

Context = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """The templates of a page: the whole, and the part that is the same for everybody."""

    page: str
    main: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """Something that was made once, and what it was made of."""

    of: object
    made: object


T = TypeVar("T")
_kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
#: How much a process keeps: pages, and their parts.
_MOST_KEPT = 1000


@login_not_required
@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """Everything that is on sale."""
    shelves = pages.shelves(_language(), now())
    look = _Look(page="catalogue/shop.html", main="catalogue/parts/shelves.html")
    sought, typed = looking.tidy(request.GET.get("haku", "")), request.GET.get("sivu", "")
    found = _found(shelves, sought, typed)
    if sought:  # what people seek is without end, so nothing is kept of it
        return render(request, look.page, _with_main(look, _shop_context(found, sought)))
    return _page(request, look, shelves, lambda: _shop_context(found, ""), part=found.number)


@login_not_required
@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One product: what it is, what it costs, and the form that puts it into the cart."""
    found = _find(slug)
    if isinstance(found, Moved):
        return redirect("catalogue:product", slug=found.slug)
    request.addresses = addresses.of_product(found)  # type: ignore[attr-defined]
    look = _Look(page="catalogue/product.html", main="catalogue/parts/product.html")
    return _page(request, look, found, lambda: product_context(found))


@login_not_required
@require_safe
def card(request: HttpRequest, slug: str = "") -> HttpResponse:  # noqa: ARG001
    """The card of a page, for sites that show one beside a link."""
    name = current().controller.name
    if not slug:
        return _file(cards.card(None, _("Shop"), _("Services, software and guides"), name), "image/jpeg")
    found = _find(slug)
    if isinstance(found, Moved):
        return redirect("catalogue:card", slug=found.slug)
    return _file(cards.card(found.picture, found.title, _price_line(found), name), "image/jpeg")


@login_not_required
@require_safe
def picture(request: HttpRequest, name: str, kind: str) -> HttpResponse:  # noqa: ARG001
    """A picture under the name that is its hash: whoever has it once never asks again."""
    content = pages.picture_file(name, kind)
    if content is None:
        raise Missing
    response = HttpResponse(content, content_type=f"image/{kind}")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


# --- What a page is made of


def product_context(found: ShownProduct) -> Context:
    """Return what the page of a product reads."""
    places = addresses.of_product(found)
    url = addresses.absolute(places[_language()])
    return {
        "product": found,
        "meta": _meta(places, url),
        "card_url": addresses.absolute(reverse("catalogue:card", args=[found.slugs[_language()]])),
        "structured": structured.product(found, url=url),
        "pictures": [_picture(shown) for shown in found.pictures],
        "most": MOST,
        "has_variants": len(found.variants) > 1,
        "first_available": next((v.id for v in found.variants if v.available), None),
        "rate": found.variants[0].rate if found.variants else None,
    }


def _found(shelves: Sequence[pages.Shelf], sought: str, typed: str) -> looking.Page[tuple[str, ShownProduct]]:
    """Return one page of the products that hold the words, each with the name of its shelf."""
    words = looking.words(sought)
    every = [(shelf.name, one) for shelf in shelves for one in shelf.products]
    return looking.page([one for one in every if looking.holds(_said(*one), words)], typed, size=looking.IN_SHOP)


def _said(shelf: str, one: ShownProduct) -> list[str]:
    variants = [word for variant in one.variants for word in (variant.title, variant.sku)]
    return [shelf, one.title, one.summary, *one.paragraphs, *one.included, *variants]


def _shop_context(found: looking.Page[tuple[str, ShownProduct]], sought: str) -> Context:
    places = addresses.in_languages("catalogue:shop")
    rows = [
        {
            "name": name,
            "cards": [
                {
                    "product": shown,
                    "url": reverse("catalogue:product", args=[shown.slugs[_language()]]),
                    "picture": _picture(shown.picture) if shown.picture else None,
                }
                for _name, shown in products
            ],
        }
        for name, products in groupby(found.rows, key=lambda row: row[0])
    ]
    return {
        "shelves": rows,
        "meta": _meta(places, addresses.absolute(places[_language()])),
        "card_url": addresses.absolute(reverse("catalogue:shop_card")),
        "here": reverse("catalogue:shop"),
        "sought": sought,
        "found": found,
        **addresses.pages(reverse("catalogue:shop"), {"haku": sought}, found.number, found.last),
    }


def _meta(places: Mapping[str, str], url: str) -> Context:
    return {
        "url": url,
        "alternates": [(language, addresses.absolute(place)) for language, place in places.items()],
        "default": addresses.absolute(places.get(settings.LANGUAGE_CODE, places[_language()])),
    }


def _picture(shown: pages.ShownPicture) -> Context:
    sizes = [f"{addresses.of_picture(name, 'webp')} {width}w" for width, name in shown.sizes]
    return {
        "alt": shown.alt,
        "width": shown.width,
        "height": shown.height,
        "srcset": ", ".join(sizes),
        "src": addresses.of_picture(shown.plain, "jpeg"),
    }


def _price_line(found: ShownProduct) -> str:
    cheapest = found.cheapest
    if cheapest is None:
        return found.summary
    amount = money(cheapest.gross, _language())
    return {
        "month": _("%(price)s a month"),
        "year": _("%(price)s a year"),
    }.get(cheapest.interval, "%(price)s") % {"price": amount}


# --- How it is served


def _find(slug: str) -> ShownProduct | Moved:
    language, at = _language(), now()
    found = pages.product_page(slug, language, at) or _elsewhere(slug, language)
    if found is None:
        raise Missing
    return found


def _elsewhere(slug: str, language: str) -> Moved | None:
    """Find a product whose address in another language this is, as when somebody changed the language in it."""
    for slugs in pages.published_addresses(now()):
        if slug in slugs.values() and slugs.get(language):
            return Moved(slug=slugs[language])
    return None


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _page(
    request: HttpRequest, look: _Look, of: object, context: Callable[[], Context], *, part: int = 1
) -> HttpResponse:
    """Render the page; for whoever brings no cookie, once for everybody, as long as what it is made of is the same.

    For others the frame around it is made each time: it says what is in the cart.
    """
    around = _once(("part", request.path, part, _language()), of, lambda: _with_main(look, context()))
    if request.COOKIES:
        return render(request, look.page, around)
    key = ("page", request.path, part, _language(), getattr(request, "framing", None))
    body, mark = _once(key, of, lambda: _finished(request, look, around))
    response = HttpResponse(body, headers={"ETag": mark, "Cache-Control": "private, no-cache"})
    answer = get_conditional_response(request, mark, None, response)
    return answer if isinstance(answer, HttpResponse) else response


def _once(key: tuple[object, ...], of: object, make: Callable[[], T]) -> T:
    """Return what was made for the key, made anew where what it is made of is another."""
    kept = _kept.get(key)
    if kept is None or kept.of is not of:
        kept = _kept[key] = _Kept(of=of, made=make())
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return kept.made  # type: ignore[return-value]  # what is made for a key is of one kind


def _with_main(look: _Look, context: Context) -> Context:
    return {**context, "main": render_to_string(look.main, context)}


def _finished(request: HttpRequest, look: _Look, context: Context) -> tuple[bytes, str]:
    """Return the page as a stranger sees it, and its mark."""
    stranger = HttpRequest()
    stranger.method, stranger.path, stranger.path_info = "GET", request.path, request.path_info
    for name in ("framing", "addresses", "shown", "choice"):
        if hasattr(request, name):
            setattr(stranger, name, getattr(request, name))
    body = render_to_string(look.page, context, request=stranger).encode()
    return body, quote_etag(sha256(body).hexdigest()[:32])


def _file(content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=86400"
    return response
