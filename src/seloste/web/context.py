"""What stands around every page: the site's name and menu, and for the staff the bar and the rooms."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from seloste.accounts.http import StaffRequest
from seloste.declaration.load import current
from seloste.desk.frame import Frame
from seloste.shop.http import token_of
from seloste.shop.queries.cart import count
from seloste.web.views import RIGHTS

NATIVE = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An entry of a menu."""

    label: str
    url: str
    current: bool = False


class Site:
    """The public frame. Everything is found only when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def name(self) -> str:
        """Return the controller's name."""
        return current().controller.name

    @property
    def email(self) -> str:
        """Return the address for questions about the register (S2)."""
        return current().controller.email

    @property
    def address(self) -> list[str]:
        """Return the controller's postal address in lines."""
        controller = current().controller
        return [controller.street, f"{controller.postal_code} {controller.city}"]

    @cached_property
    def home_url(self) -> str:
        """Return the start page in the page's language."""
        return reverse("home")

    @cached_property
    def notice_url(self) -> str:
        """Return the notice in the page's language."""
        return reverse("notices:page")

    @cached_property
    def cookies_url(self) -> str:
        """Return the page of what is stored on the device."""
        return reverse("terminal:page")

    @cached_property
    def mydata_url(self) -> str:
        """Return the person's own page, or its entrance."""
        return reverse("mydata:page")

    @property
    def demo_mail_url(self) -> str:
        """Return where the demo's mail can be read; empty anywhere else."""
        return reverse("mail:inbox") if settings.DEMO else ""

    @cached_property
    def shop_url(self) -> str:
        """Return the shop's first page."""
        return reverse("catalogue:shop")

    @cached_property
    def menu(self) -> list[Link]:
        """Return the pages of the site. The cart is counted only for a browser that has one."""
        token = token_of(self._request)
        things = count(token) if token else 0
        pages = [
            (_("Shop"), self.shop_url),
            (_("Cart (%d)") % things if things else _("Cart"), reverse("shop:cart")),
            (_("Privacy notice"), self.notice_url),
            (_("Contact us"), reverse("intake:contact")),
            (_("Give feedback"), reverse("intake:feedback")),
        ]
        return [Link(label=label, url=url, current=self._request.path == url) for label, url in pages]

    @cached_property
    def footer(self) -> list[Link]:
        """Return what stands at the foot."""
        return [
            Link(label=_("Privacy notice"), url=self.notice_url),
            Link(label=_("Cookies"), url=self.cookies_url),
            Link(label=_("My data"), url=self.mydata_url),
            Link(label=_("Your rights"), url=f"{self.notice_url}#{RIGHTS}"),
            Link(label=_("Data protection request"), url=reverse("rights:form")),
            Link(label=_("Consents and marketing"), url=reverse("outreach:start")),
            Link(label=_("Terms of sale"), url=reverse("shop:terms")),
            Link(label=_("Withdraw from the contract here"), url=reverse("shop:withdrawal")),
            Link(label=_("Staff"), url=reverse("desk:home")),
        ]

    @cached_property
    def languages(self) -> list[dict[str, Any]]:
        """Return the same page in the three languages; none where a page has one address for all."""
        named: dict[str, str] = getattr(self._request, "addresses", {})  # what has a name of its own in each language
        urls = {code: named.get(code) or _in_language(self._request, code) for code in NATIVE}
        if len(set(urls.values())) < len(NATIVE):
            return []
        return [
            {"code": code, "name": name, "url": urls[code], "current": code == get_language()}
            for code, name in NATIVE.items()
        ]


def _in_language(request: HttpRequest, code: str) -> str:
    """Return the page's address in the language. Where the way to the page is known, it is not looked for again."""
    match = request.resolver_match
    if match is None:
        return translate_url(request.path, code)
    with override(code):
        return reverse(match.view_name, args=match.args, kwargs=match.kwargs)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template the site, and the desk where somebody is signed in."""
    if not hasattr(request, "duty"):
        return {"site": Site(request)}
    found: StaffRequest = request  # type: ignore[assignment]
    return {"site": Site(request), "desk": Frame(found), "can_write": "write" in found.duty.may}
