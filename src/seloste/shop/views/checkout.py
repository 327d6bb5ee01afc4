"""The checkout: one page, one press. What is typed is never lost, and nothing of it names a price."""

import contextlib
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from seloste.catalogue.actions.stock import SoldOut
from seloste.catalogue.transport import prh, vies
from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, Refusal
from seloste.outreach.http import between_us
from seloste.payments import actions as payments
from seloste.payments.transport import open_ways
from seloste.shop import http, links
from seloste.shop.actions import cart as carts
from seloste.shop.actions import placing
from seloste.shop.actions import quote as quotes
from seloste.shop.actions.coupons import CouponRefused
from seloste.shop.choices import PaysBy
from seloste.shop.forms.checkout import CheckoutForm
from seloste.shop.queries import cart as queries
from seloste.shop.queries.cart import Frozen
from seloste.shop.rules import pricing
from seloste.shop.rules.buyers import needs_check
from seloste.shop.rules.pricing import Buyer, Change
from seloste.shop.rules.terms import terms as terms_in
from seloste.shop.shown.checkout import page, vat_said


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the checkout of the quote that the cart made, or take the order."""
    token, at = http.token_of(request), now()
    if request.method == "POST":
        shown = _shown(request, token)
        return _Checkout(request, shown).answer() if shown else _to_cart()
    found = queries.newest_quote(token, at=at)
    if found is None or found.order_id:
        return _to_cart()
    return between_us(_Checkout(request, found).show())


def _shown(request: HttpRequest, token: str) -> Frozen | None:
    """Return the quote that the page showed; somebody else's, or a made-up one, is none."""
    try:
        quote_id = UUID(request.POST.get("quote", ""))
    except ValueError:
        return None
    return queries.quote(quote_id, token=token, at=now())


class _Checkout:
    """One answer to one press."""

    def __init__(self, request: HttpRequest, shown: Frozen) -> None:
        self.request, self.shown = request, shown
        self.token, self.language = http.token_of(request), _language()
        self.quote = shown
        self.changes: list[Change] = []
        self.company_note = ""
        self.vat_standing: vies.Standing | None = None
        self.form = self._form()

    def _form(self) -> CheckoutForm:
        is_sent = self.request.method == "POST"
        lines = self.shown.priced.lines
        return CheckoutForm(
            language=self.language,
            ways=[PaysBy(way.value) for way in open_ways()],
            waivers={kind for line in lines for kind in placing.waivers_of(line)},
            has_goods=any(line.vat_kind == "goods" for line in lines),
            data=self.request.POST.dict() if is_sent else None,
        )

    def answer(self) -> HttpResponse:
        """Do what was pressed."""
        do = self.request.POST.get("do", "order")
        if self.shown.order_id:  # pressed twice, or gone back to: the order is there already
            return self._go_on(self.shown.order_id)
        is_valid = self.form.is_valid()
        if do == "company":
            return self._find_company()
        try:
            self._requote()
        except (quotes.NothingToOrder, quotes.NotAsItWas):
            return _to_cart()
        if do == "count":
            self.form.leave_unsaid("vat_number")  # what the price hangs on is told
            return self.show()
        if not self.form.agreed() or not is_valid:
            return self.show(HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.show(HTTPStatus.CONFLICT) if self.changes else self._place()

    # --- Prices -------------------------------------------------------------------------------------------------------

    def _requote(self) -> None:
        """Count anew where the quote is over or the buyer is another one, and find out what is other than was shown."""
        buyer, evidence = self._checked(self.form.buyer())
        if self.shown.is_of_this_cart and not self.shown.is_over and buyer == self.shown.buyer:
            return
        quote_id = quotes.make(at=now(), token=self.token, buyer=buyer, evidence=evidence)
        found = queries.quote(quote_id, token=self.token, at=now())
        assert found is not None  # noqa: S101 -- it was made a line ago
        self.quote = found
        self.changes = pricing.changes(self.shown.priced, found.priced, language=self.language)

    def _checked(self, buyer: Buyer) -> tuple[Buyer, str]:
        """Ask the register of VAT numbers where the tax hangs on it, once for a number (outside of any transaction)."""
        known = self.shown.buyer
        if not needs_check(buyer):
            return replace(buyer, vat_number_valid=False), ""
        is_same = (known.vat_number, known.country) == (buyer.vat_number, buyer.country)
        if is_same and known.vat_number_valid and not self.shown.is_over:  # an old answer is none
            self.vat_standing = vies.Standing.VALID
            return replace(buyer, vat_number_valid=True), self.shown.vat_evidence
        checked = vies.check(buyer.vat_number, country=buyer.country)
        self.vat_standing = checked.standing
        return replace(buyer, vat_number_valid=checked.is_valid), checked.consultation if checked.is_valid else ""

    def _find_company(self) -> HttpResponse:
        """Fill in the company's name from the register of companies; what was typed already stays."""
        looked = prh.find(self.request.POST.get("business_id", ""))
        typed = self.request.POST.dict() | {"is_business": "on"}
        if looked.company is not None:
            found = looked.company
            wanted = {"company": found.name, "street": found.street, "postal_code": found.postal_code}
            wanted |= {"city": found.town}
            typed |= {name: value for name, value in wanted.items() if value and not typed.get(name, "").strip()}
        elif looked.asked:
            self.company_note = _("The register of companies does not know this business ID.")
        else:
            self.company_note = _("The register of companies does not answer now. Type the name yourself, please.")
        self.form = self._form_with(typed)
        self.form.leave_unsaid()
        return self.show()

    def _form_with(self, typed: dict[str, str]) -> CheckoutForm:
        form = self._form()
        form.data = typed
        return form

    # --- The order ----------------------------------------------------------------------------------------------------

    def _place(self) -> HttpResponse:
        try:
            order_id = placing.place(
                by=visitor("order"),
                at=now(),
                cart_token=self.token,
                quote_id=self.quote.id,
                orderer=self.form.orderer(),
                agreed=self.form.agreement(button=_button(self.language)),
                pays_by=PaysBy(self.form.cleaned_data["pays_by"]),
                language=self.language,
                network=http.network_of(self.request),
                session_person_id=http.recognised(self.request),
            )
        except (SoldOut, quotes.NotAsItWas):
            return _to_cart()
        except CouponRefused as refusal:
            return self._without_coupon(refusal)
        except Missing:
            raise
        except Refusal as refusal:
            self.form.add_error(None, str(refusal.message))
            return self.show(refusal.status)
        return self._go_on(order_id)

    def _go_on(self, order_id: UUID) -> HttpResponse:
        return http.keep(HttpResponseRedirect(_next(order_id)), self.token)

    def _without_coupon(self, refusal: CouponRefused) -> HttpResponse:
        """Somebody else used the code last: say so, and count without it."""
        carts.drop_code(at=now(), token=self.token)
        self._requote()
        self.form.add_error(None, str(refusal.message))
        return self.show(refusal.status)

    def show(self, status: int = HTTPStatus.OK) -> HttpResponse:
        """Show the page with everything that was typed."""
        context: dict[str, Any] = page(
            self.form, self.quote, changes=self.changes, language=self.language, button=_button(self.language)
        )
        context |= {"company_note": self.company_note, "can_look_up": bool(settings.PRH_URL)}
        context |= {
            "vat_said": vat_said(self.vat_standing),
            "is_vat_left_out": self.vat_standing == vies.Standing.VALID,
        }
        return between_us(render(self.request, "shop/checkout.html", context, status=status))


def _next(order_id: UUID) -> str:
    """Return where a buyer goes from the order: to pay, or to the page that thanks."""
    found = queries.placed(order_id)
    if found and found.payment_id and not found.is_paid:
        with contextlib.suppress(Refusal):  # the provider is away: the page that leads there asks again
            payments.redirect(at=now(), payment_id=found.payment_id)
        return reverse("payments:go", args=[found.payment_reference])
    return reverse("shop:thanks", args=[links.sign(order_id)])


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, letters: str) -> HttpResponse:
    """Thank, and say what happens next. Whoever has the letters has the order's page too."""
    order_id = links.read(letters)
    found = queries.placed(order_id) if order_id else None
    if found is None:
        raise Missing
    context = {"order": found, "url": links.path(found.id, language=_language())}
    return between_us(render(request, "shop/thanks.html", context))


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of sale, with the instructions on withdrawal and the model form."""
    return render(request, "shop/terms.html", {"terms": terms_in(_language(), current().controller)})


def _button(language: str) -> str:
    return current().form["order"].button.in_language(language)


def _to_cart() -> HttpResponse:
    return HttpResponseRedirect(reverse("shop:cart"))


def _language() -> str:
    return get_language() or "fi"
