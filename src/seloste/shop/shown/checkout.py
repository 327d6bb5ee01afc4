"""What the checkout shows: the form in parts, the summary, what is agreed, and what must be known before (KSL 6:9)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from seloste.catalogue.choices import VatNote
from seloste.catalogue.transport.vies import Standing
from seloste.declaration.load import current
from seloste.kernel.money import shown as euros
from seloste.notices.queries import current_version, short_layer
from seloste.shop.actions.placing import MARKETING, waiver_words, waivers_of
from seloste.shop.choices import WaiverKind
from seloste.shop.forms.checkout import FOR_COMPANIES, FOR_GOODS, CheckoutForm
from seloste.shop.queries.cart import Frozen
from seloste.shop.rules.pricing import Change, Line
from seloste.shop.rules.terms import terms
from seloste.shop.shown import cart as shown


def page(form: CheckoutForm, quote: Frozen, *, changes: Sequence[Change], language: str, button: str) -> dict[str, Any]:
    """Return everything that the page reads."""
    declared = current()
    said = declared.acknowledgement["order"]
    version = current_version().version
    return {
        "form": form,
        "quote": quote.id,
        "title": declared.form["order"].title.in_language(language),
        "intro": declared.form["order"].intro.in_language(language),
        "button": button,
        "fields": _parts(form),
        "whys": {name: asked.why.in_language(language) for name, asked in declared.form["order"].asks.items()},
        "lines": shown.lines(quote.priced, language, changes),
        "gone": shown.gone(changes),
        "changes": changes,
        "sums": _sums(quote, language),
        "coupon": quote.coupon,
        "terms": terms(language, declared.controller),
        "acknowledgement": {
            "text": said.said(language, version=version),
            "note": said.note.in_language(language),
        },
        "marketing": declared.consent[MARKETING].text.in_language(language),
        "waivers": [(form[f"now_{kind.value}"], waiver_words(kind)) for kind in _waivers(quote)],
        "told": _told(quote, language),
        "short": short_layer("order", language),
        "controller": declared.controller,
    }


def _sums(quote: Frozen, language: str) -> dict[str, Any]:
    """Return the sums, with what is collected on the way and can be in none of them (KSL 6:9, 1 mom. 5 kohta)."""
    found = shown.sums(quote.priced, language)
    if any(line.vat_note == VatNote.EXPORT for line in quote.priced.lines):
        words = _("Import tax and customs duty of your country are not in the price: they are collected on arrival.")
        found["notes"].append(words)
    return found


def vat_said(standing: Standing | None) -> str:
    """Say at the number what came of asking the register, and what the buyer can do."""
    words = {
        Standing.VALID: _("The number is in force. No value added tax is charged: you account for it yourself."),
        Standing.INVALID: _(
            "The EU's register does not know this number, so value added tax is in the price. Check the number."
        ),
        Standing.NOT_ANSWERED: _(
            "The EU's register does not answer now, so value added tax is in the price. "
            "Update the price in a moment, or write to us before you order."
        ),
        Standing.NOT_ASKED: _(
            "We could not check the number, so value added tax is in the price. "
            "If it should not be, write to us before you order."
        ),
    }
    return words[standing] if standing else ""


def _parts(form: CheckoutForm) -> dict[str, list[Any]]:
    """Return the fields by the part of the page in which they stand."""
    asks = [name for name in current().form["order"].asks if name in form.fields]
    apart = {"is_business", "pays_by", "wishes", *FOR_COMPANIES, *FOR_GOODS}
    address = ("street", "postal_code", "city", "country")
    return {
        "who": [form[name] for name in asks if name not in apart and name not in address],
        "company": [form[name] for name in asks if name in FOR_COMPANIES],
        "address": [form[name] for name in asks if name in address],
        "delivery": [form[name] for name in asks if name in FOR_GOODS],
    }


def _waivers(quote: Frozen) -> list[WaiverKind]:
    return sorted({kind for line in quote.priced.lines for kind in waivers_of(line)})


def _told(quote: Frozen, language: str) -> list[dict[str, str]]:
    """Return the information before the contract that hangs on what is bought: how long it runs and how it ends."""
    told = [_about(line, language) for line in quote.priced.lines]
    return [one for one in told if one["text"]]


def _about(line: Line, language: str) -> dict[str, str]:
    texts = []
    if line.interval:
        words = {
            "month": _("Goes on month by month until you end it; %(price)s a month. No period of notice."),
            "year": _("Goes on year by year until you end it; %(price)s a year. We remind you before each new year."),
        }
        texts.append(words.get(line.interval, "") % {"price": euros(line.gross + line.discount, language)})
    if line.has_file:
        texts.append(_("A file to download, at once after payment. No copy protection."))
    if line.vat_kind == "electronic" and not line.has_file:
        texts.append(_("Works in an up-to-date browser. Starts at once after payment."))
    return {"title": line.title(language), "text": " ".join(texts), "url": reverse("shop:terms")}
