"""The catalogue at the desk: the list, a product with everything that belongs to it, and a form for each deed."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts.http import StaffRequest, requires
from seloste.catalogue import actions
from seloste.catalogue.actions.deeds import ChangedMeanwhile
from seloste.catalogue.choices import ProductKind, ProductState
from seloste.catalogue.forms import (
    AltForm,
    ClassForm,
    FileForm,
    GroupForm,
    NewForm,
    NewVariantForm,
    PictureForm,
    PriceForm,
    StockForm,
    VariantForm,
    WordsForm,
)
from seloste.catalogue.queries import desk as queries
from seloste.catalogue.queries import pages
from seloste.catalogue.rules import looking
from seloste.catalogue.rules.words import LANGUAGES
from seloste.catalogue.shown import addresses
from seloste.catalogue.shown import desk as shown
from seloste.catalogue.views.public import product_context
from seloste.kernel.clock import local_date, now
from seloste.kernel.forms import refuse
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words

form_methods = require_http_methods(["GET", "HEAD", "POST"])
Deed = Callable[[], object]


# --- Looking


@requires("write")
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """All products, or those in one state."""
    said = {key: looking.tidy(request.GET.get(key, "")) for key in ("tila", "ryhma", "haku")}
    asked = queries.Asked(
        state=said["tila"], group=said["ryhma"], sought=said["haku"], page=request.GET.get("sivu", "")
    )
    found = queries.rows(by=request.duty, at=now(), asked=asked, language=_language())
    context = {
        "rows": [{"row": row, "tone": shown.TONES[row.state], "lacking": _names(row.lacking)} for row in found.rows],
        "filters": _filters(said),
        "groups": queries.groups(_language()),
        "asked": said,
        **addresses.pages(reverse("products:list"), said, found.number, found.last),
    }
    return render(request, "catalogue/desk/list.html", context)


@requires("write")
@require_safe
def product(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """One product: words, variants with prices, pictures, what is missing, and who changed what."""
    sheet = queries.sheet(by=request.duty, at=now(), product_id=product_id)
    context = {
        "sheet": sheet,
        "tone": shown.TONES[sheet.state],
        "rate": shown.rate(sheet.rate_class, local_date(now())),
        "words": [(code, shown.LANGUAGES[code], sheet.words.get(code)) for code in LANGUAGES],
        "lacks": [shown.lack(lack) for lack in sheet.lacks],
        "history": [shown.change(change) for change in sheet.history],
        "public_url": _public_url(sheet),
        "takes_file": sheet.kind in {ProductKind.ONE_OFF, ProductKind.LICENCE},
    }
    return render(request, "catalogue/desk/product.html", context)


@requires("write")
@require_safe
def preview(request: StaffRequest, product_id: UUID, language: str) -> HttpResponse:
    """The product's page as the visitor will see it, in one language."""
    queries.check_duty(request.duty)
    found = pages.preview(product_id, language, now())
    if found is None or language not in LANGUAGES:
        raise Missing
    with override(language):
        around = product_context(found) if found.slugs.get(language) else {"product": found}
        languages = [(code, shown.LANGUAGES[code], code == language) for code in LANGUAGES]
        context = {**around, "is_preview": True, "previewed": product_id, "languages_of": languages}
        return render(request, "catalogue/desk/preview.html", context)


# --- A product


@requires("write")
@form_methods
def new(request: StaffRequest) -> HttpResponse:
    """Begin a product."""
    queries.check_duty(request.duty)
    form = NewForm(*_sent(request), initial=_new(), **_choices())

    def deed() -> str:
        typed = form.cleaned_data
        names = ("kind", "vat_kind", "rate_class", "group", "new")
        made = actions.add_product(
            by=request.duty, at=now(), words=form.words(), **{name: typed[name] for name in names}
        )
        return _place(made)

    return _answer(request, form, deed, title=_("New product"), done=_("The draft was saved."))


@requires("write")
@form_methods
def words(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """The words in all three languages beside each other."""
    sheet = queries.sheet(by=request.duty, at=now(), product_id=product_id)
    held = {
        f"{name}_{language}": getattr(said, name)
        for language, said in sheet.words.items()
        for name in ("title", "slug", "summary", "text", "included")
    }
    form = WordsForm(*_sent(request), initial={**held, "seen": sheet.seen})

    def deed() -> str:
        seen = form.cleaned_data["seen"]
        actions.describe(by=request.duty, at=now(), product_id=product_id, words=form.words(), seen=seen)
        return _place(product_id)

    template = "catalogue/desk/words.html"
    return _answer(
        request, form, deed, title=_("Texts"), done=_("The texts were saved."), template=template, sheet=sheet
    )


@requires("write")
@form_methods
def classify(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """How the product is taxed, and where it stands."""
    sheet = queries.sheet(by=request.duty, at=now(), product_id=product_id)
    held = {name: getattr(sheet, name) for name in ("group", "vat_kind", "rate_class", "position", "seen")}
    form = ClassForm(*_sent(request), initial=held, **_choices())

    def deed() -> str:
        actions.classify(by=request.duty, at=now(), product_id=product_id, **form.cleaned_data)
        return _place(product_id)

    return _answer(request, form, deed, title=_("Tax and place"), done=_("Saved."), sheet=sheet)


@requires("write")
@require_POST
def publish(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """Put the product on sale."""
    return _step(request, product_id, actions.publish, _("The product is on sale."))


@requires("write")
@require_POST
def withdraw(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """Take the product off sale."""
    return _step(
        request, product_id, actions.withdraw, _("The product is no longer on sale. Contracts that run go on.")
    )


# --- Groups


@requires("write")
@require_safe
def groups(request: StaffRequest) -> HttpResponse:
    """The groups in which products stand in the shop."""
    return render(request, "catalogue/desk/groups.html", {"rows": queries.group_rows(by=request.duty)})


@requires("write")
@form_methods
def group(request: StaffRequest, key: str = "") -> HttpResponse:
    """Add a group, or say what one is called and where it stands."""
    rows = {row.key: row for row in queries.group_rows(by=request.duty)}
    if key and key not in rows:
        raise Missing
    held = rows.get(key)
    first = {f"name_{code}": name for code, name in held.names.items()} if held else {}
    position = held.position if held else len(rows)
    form = GroupForm(*_sent(request), initial={**first, "position": position}, taken=frozenset(rows), held=key)

    def deed() -> str:
        place = form.cleaned_data["position"]
        actions.add_group(by=request.duty, at=now(), key=form.key(), names=form.names(), position=place)
        return reverse("products:groups")

    return _answer(request, form, deed, title=_("Product group") if key else _("New product group"), done=_("Saved."))


# --- Its variants


@requires("write")
@form_methods
def new_variant(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """Add a variant with its first price."""
    sheet = queries.sheet(by=request.duty, at=now(), product_id=product_id)
    form = NewVariantForm(*_sent(request), initial=_new(), kind=sheet.kind)

    def deed() -> str:
        typed = form.cleaned_data
        actions.add_variant_with_price(
            by=request.duty,
            at=now(),
            product_id=product_id,
            titles=form.titles(),
            **{name: typed[name] for name in ("sku", "interval", "stock", "amount", "vat_included", "new")},
        )
        return _place(product_id)

    return _answer(request, form, deed, title=_("New variant"), done=_("The variant was added."), sheet=sheet)


@requires("write")
@form_methods
def variant(request: StaffRequest, variant_id: UUID) -> HttpResponse:
    """Change a variant."""
    sheet, held = queries.variant(by=request.duty, at=now(), variant_id=variant_id)
    titles = {f"title_{language}": title for language, title in held.titles.items()}
    first = {name: getattr(held, name) for name in ("sku", "is_available", "position")}
    form = VariantForm(*_sent(request), initial={**first, **titles, "seen": sheet.seen})

    def deed() -> str:
        typed = form.cleaned_data
        actions.change_variant(
            by=request.duty,
            at=now(),
            variant_id=variant_id,
            titles=form.titles(),
            **{name: typed[name] for name in ("sku", "is_available", "position", "seen")},
        )
        return _place(sheet.id)

    return _answer(request, form, deed, title=_("Variant %s") % held.sku, done=_("Saved."), sheet=sheet)


@requires("write")
@form_methods
def price(request: StaffRequest, variant_id: UUID) -> HttpResponse:
    """Set a price from a day on, with all earlier ones below."""
    sheet, held = queries.variant(by=request.duty, at=now(), variant_id=variant_id)
    first = {"vat_included": "yes" if held.price is None or held.price.vat_included else "no"}
    form = PriceForm(*_sent(request), initial={**_new(), **first})

    def deed() -> str:
        typed, at = form.cleaned_data, now()
        names = ("amount", "vat_included", "is_reduction", "new")
        told = {name: typed[name] for name in names}
        actions.set_price(by=request.duty, at=at, variant_id=variant_id, valid_from=form.since(at), **told)
        return _place(sheet.id)

    return _answer(
        request,
        form,
        deed,
        title=_("Price of %s") % held.sku,
        done=_("The price was set."),
        template="catalogue/desk/price.html",
        sheet=sheet,
        variant=held,
    )


@requires("write")
@form_methods
def stock(request: StaffRequest, variant_id: UUID) -> HttpResponse:
    """Say how many there are."""
    sheet, held = queries.variant(by=request.duty, at=now(), variant_id=variant_id)
    form = StockForm(*_sent(request), initial={"stock": held.stock, "was": held.stock})

    def deed() -> str:
        typed = form.cleaned_data
        actions.set_stock(by=request.duty, at=now(), variant_id=variant_id, stock=typed["stock"], was=(typed["was"],))
        return _place(sheet.id)

    return _answer(request, form, deed, title=_("Stock of %s") % held.sku, done=_("The stock was saved."), sheet=sheet)


@requires("write")
@form_methods
def file(request: StaffRequest, variant_id: UUID) -> HttpResponse:
    """Add the file that buyers download."""
    sheet, held = queries.variant(by=request.duty, at=now(), variant_id=variant_id)
    form = FileForm(*_sent(request), initial=_new())

    def deed() -> str:
        sent = form.cleaned_data["file"]
        actions.add_file(
            by=request.duty,
            at=now(),
            variant_id=variant_id,
            name=sent.name,
            content=sent.read(),
            new=form.cleaned_data["new"],
        )
        return _place(sheet.id)

    return _answer(request, form, deed, title=_("File of %s") % held.sku, done=_("The file was added."), sheet=sheet)


file.takes_files = FileForm.takes  # type: ignore[attr-defined]


# --- Its pictures


@requires("write")
@form_methods
def new_picture(request: StaffRequest, product_id: UUID) -> HttpResponse:
    """Add a picture."""
    sheet = queries.sheet(by=request.duty, at=now(), product_id=product_id)
    form = PictureForm(*_sent(request), initial=_new())

    def deed() -> str:
        typed = form.cleaned_data
        content = typed["picture"].read()
        told = {"content": content, "alt": form.alts(), "new": typed["new"]}
        actions.add_picture(by=request.duty, at=now(), product_id=product_id, **told)
        return _place(product_id)

    return _answer(request, form, deed, title=_("New picture"), done=_("The picture was added."), sheet=sheet)


new_picture.takes_files = PictureForm.takes  # type: ignore[attr-defined]


@requires("write")
@form_methods
def picture(request: StaffRequest, picture_id: UUID) -> HttpResponse:
    """Say what a picture shows."""
    sheet, held = queries.picture(by=request.duty, at=now(), picture_id=picture_id)
    first = {f"alt_{language}": held.alts.get(language, "") for language in LANGUAGES}
    form = AltForm(*_sent(request), initial={**first, "position": held.position})

    def deed() -> str:
        position = form.cleaned_data["position"]
        actions.describe_picture(by=request.duty, at=now(), picture_id=picture_id, alt=form.alts(), position=position)
        return _place(sheet.id)

    template = "catalogue/desk/picture.html"
    return _answer(
        request, form, deed, title=_("Picture"), done=_("Saved."), template=template, sheet=sheet, picture=held
    )


@requires("write")
@require_POST
def remove_picture(request: StaffRequest, product_id: UUID, picture_id: UUID) -> HttpResponse:
    """Remove a picture."""

    def deed(**told: Any) -> None:  # noqa: ANN401 -- who and when
        del told["product_id"]
        actions.remove_picture(picture_id=picture_id, **told)

    return _step(request, product_id, deed, _("The picture was removed."))


# --- How a form is answered


def _sent(request: StaffRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Return what a product can be put to: groups, and classes of tax with their rates of today."""
    return {"groups": queries.groups(_language()), "rates": shown.rates(local_date(now()))}


def _new() -> dict[str, UUID]:
    """Return the id of what a form will add, so that it is added once however often the form is sent."""
    return {"new": uuid4()}


def _answer(
    request: StaffRequest,
    form: forms.Form,
    deed: Callable[[], str],
    *,
    title: Words,
    done: Words,
    template: str = "catalogue/desk/form.html",
    **around: object,
) -> HttpResponse:
    """Show the form, or do its deed and go where it leads. What was refused is said; nothing is lost."""
    if form.is_bound and form.is_valid():
        then = _done(form, deed)
        if then:
            messages.success(request, str(done))
            return redirect(then)
    _say_too_large(request, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, {"form": form, "title": title, **around}, status=status)


def _say_too_large(request: StaffRequest, form: forms.Form) -> None:
    """Say at its field that a file is too large to be taken, and not that there is none."""
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField) and getattr(request, "has_too_large_file", False):
            form.errors[name] = form.error_class([_("The file is too large.")])


def _done(form: forms.Form, deed: Callable[[], str]) -> str:
    try:
        return deed()
    except (Missing, NotAllowed):
        raise
    except ChangedMeanwhile as changed:
        refuse(form, changed)
        _see_anew(form, changed.seen)
    except Refusal as refusal:
        refuse(form, refusal)
    return ""


def _see_anew(form: forms.Form, seen: int) -> None:
    """Let the form be saved over what was changed meanwhile, now that the employee has been told."""
    form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]  # what was sent is a QueryDict


def _step(request: StaffRequest, product_id: UUID, deed: Callable[..., None], done: Words) -> HttpResponse:
    """Do the deed of one button and say so; say why where it was refused."""
    queries.check_duty(request.duty)
    try:
        deed(by=request.duty, at=now(), product_id=product_id)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(done))
    return redirect(_place(product_id))


def _place(product_id: UUID) -> str:
    return reverse("products:product", args=[product_id])


def _language() -> str:
    return get_language() or LANGUAGES[0]


def _names(codes: tuple[str, ...]) -> str:
    return ", ".join(str(shown.LANGUAGES[code]) for code in codes)


def _filters(asked: Mapping[str, str]) -> list[Mapping[str, object]]:
    here = reverse("products:list")
    offered = [("", _("All")), *[(str(value), label) for value, label in ProductState.choices]]
    return [
        {
            "label": label,
            "url": addresses.of_page(here, {**asked, "tila": value}, 1),
            "current": value == asked["tila"],
        }
        for value, label in offered
    ]


def _public_url(sheet: queries.Sheet) -> str:
    slug = sheet.words["fi"].slug if "fi" in sheet.words else ""
    if sheet.state != ProductState.PUBLISHED or not slug:
        return ""
    with override("fi"):
        return reverse("catalogue:product", args=[slug])
