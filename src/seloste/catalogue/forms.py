# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What the staff type about products. Each form says its values in the terms of the deed it stands for."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.choices import Interval, ProductKind, RateClass, VatKind
from seloste.catalogue.rules.files import LARGEST_FILE
from seloste.catalogue.rules.pictures import LARGEST_UPLOAD
from seloste.catalogue.rules.words import INTERVALS, LANGUAGES, Words
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.forms import DayInput, LinesField, TextField
from seloste.kernel.refusals import Words as Said

#: The longest texts, in characters.
TITLE, SUMMARY, TEXT = 120, 240, 8000
_AMOUNT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
#: What is beside the label of what may be left for later, but not for ever.
LATER = _("needed before sale")
NAMES: Mapping[str, Said] = {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}


class AmountField(TextField):
    """An amount of money as people type it: ``1 234,50``."""

    def clean(self, value: Any) -> Any:
        """Return the amount, or nothing where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        plain = "".join(text.replace("€", "").split()).replace(",", ".")
        if not _AMOUNT.fullmatch(plain):
            raise forms.ValidationError(_("Type an amount such as 49,90."), code="amount")
        return Decimal(plain)


class CountField(forms.IntegerField):
    """A whole number from nothing up."""

    def __init__(self, **rest: Any) -> None:
        widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
        super().__init__(min_value=0, max_value=1_000_000, widget=widget, **rest)


class DeskForm(forms.Form):
    """A form of the desk. ``new`` is the id of what it adds: sent twice, it adds one."""

    def __init__(self, sent: Any = None, files: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(sent, files, auto_id="%s", initial=dict(initial or {}))


Choices = Iterable[tuple[str, Said]]


def _offer(form: forms.Form, groups: Choices, rates: Choices) -> None:
    form.fields["group"].choices = [("", "–"), *groups]  # type: ignore[attr-defined]
    form.fields["rate_class"].choices = list(rates)  # type: ignore[attr-defined]


def _say_later(form: forms.Form, *names: str) -> None:
    for name in names:
        form.fields[name].wanted = LATER  # type: ignore[attr-defined]


class GroupForm(DeskForm):
    """What a group is called in each language, and where it stands in the shop."""

    name_fi = TextField(label=_("Name in Finnish"), max_length=TITLE)
    name_sv = TextField(label=_("Name in Swedish"), max_length=TITLE)
    name_en = TextField(label=_("Name in English"), max_length=TITLE)
    position = CountField(label=_("Place"), help_text=_("Groups with smaller numbers come first."))

    def __init__(self, *args: Any, taken: frozenset[str], held: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.taken, self.held = taken, held

    def names(self) -> dict[str, str]:
        """Return the name in each language."""
        return {language: self.cleaned_data[f"name_{language}"] for language in LANGUAGES}

    def key(self) -> str:
        """Return the name under which the group is filed: it stays what it was at first."""
        return self.held or slugify(self.cleaned_data["name_fi"])

    def clean_name_fi(self) -> str:
        """Refuse a new group that is called like another."""
        name: str = self.cleaned_data["name_fi"]
        if not self.held and (not slugify(name) or slugify(name) in {*self.taken, "uusi"}):
            raise forms.ValidationError(_("Another group is called so already. Choose another name."))
        return name


class NewForm(DeskForm):
    """A new product: what it is and what it is called."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProductKind.choices, widget=forms.RadioSelect)
    vat_kind = forms.ChoiceField(
        label=_("To value added tax it is"),
        choices=VatKind.choices,
        widget=forms.RadioSelect,
        help_text=_("What is delivered over the network by itself is an electronic service; work of people is not."),
    )
    rate_class = forms.ChoiceField(label=_("Rate"), choices=RateClass.choices)
    group = forms.ChoiceField(label=_("Group"), required=False)
    title_fi = TextField(label=_("Name in Finnish"), max_length=TITLE)
    title_sv = TextField(label=_("Name in Swedish"), max_length=TITLE, required=False)
    title_en = TextField(label=_("Name in English"), max_length=TITLE, required=False)
    new = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *sent: Any, groups: Choices = (), rates: Choices = RateClass.choices, **rest: Any) -> None:
        super().__init__(*sent, **rest)
        _offer(self, groups, rates)
        _say_later(self, "title_sv", "title_en")

    def words(self) -> dict[str, Words]:
        """Return the names by language."""
        said = {language: self.cleaned_data[f"title_{language}"] for language in LANGUAGES}
        return {language: Words(title=title) for language, title in said.items() if title}


class ClassForm(DeskForm):
    """How a product is taxed and where it stands."""

    group = forms.ChoiceField(label=_("Group"), required=False)
    vat_kind = forms.ChoiceField(label=_("To value added tax it is"), choices=VatKind.choices, widget=forms.RadioSelect)
    rate_class = forms.ChoiceField(label=_("Rate"), choices=RateClass.choices)
    position = CountField(label=_("Place in its group"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *sent: Any, groups: Choices = (), rates: Choices = RateClass.choices, **rest: Any) -> None:
        super().__init__(*sent, **rest)
        _offer(self, groups, rates)


class WordsForm(DeskForm):
    """A product's words in all three languages, beside each other."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *sent: Any, **rest: Any) -> None:
        super().__init__(*sent, **rest)
        for language in LANGUAGES:
            self.fields |= {f"{name}_{language}": field for name, field in _word_fields(language).items()}
            _say_later(self, *(f"{name}_{language}" for name in ("title", "slug", "summary")))
            for name in ("title", "summary", "text", "included"):
                self.fields[f"{name}_{language}"].widget.attrs["lang"] = language

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields by what they are, each in the three languages, with what helps with all of them."""
        helps: Mapping[str, Said] = {
            "slug": _("Letters, digits and hyphens. Earlier addresses keep leading here."),
            "included": _("One thing on each line."),
        }
        return [
            {"help": helps.get(name, ""), "fields": [self[f"{name}_{language}"] for language in LANGUAGES]}
            for name in ("title", "slug", "summary", "text", "included")
        ]

    def words(self) -> dict[str, Words]:
        """Return the words by language."""
        typed = self.cleaned_data
        return {
            language: Words(
                title=typed[f"title_{language}"],
                summary=typed[f"summary_{language}"],
                text=typed[f"text_{language}"],
                included=typed[f"included_{language}"],
                slug=typed[f"slug_{language}"],
            )
            for language in LANGUAGES
        }


def _word_fields(language: str) -> dict[str, forms.Field]:
    name = NAMES[language]
    return {
        "title": TextField(label=_("Name (%s)") % name, max_length=TITLE, required=False),
        "slug": forms.SlugField(
            label=_("Address (%s)") % name,
            max_length=80,
            required=False,
            error_messages={
                "invalid": _("Use only the letters a to z, digits and hyphens, such as privacy-of-a-small-firm.")
            },
        ),
        "summary": _short(
            TextField(label=_("In one sentence (%s)") % name, max_length=SUMMARY, required=False, lines=True)
        ),
        "text": LinesField(label=_("Description (%s)") % name, max_length=TEXT, required=False),
        "included": LinesField(label=_("What is included (%s)") % name, max_length=TEXT, required=False),
    }


def _short(field: TextField) -> TextField:
    field.widget.attrs["rows"] = 3
    return field


class VariantForm(DeskForm):
    """A variant's code, names and whether it may be bought."""

    sku = TextField(label=_("Product code"), max_length=40)
    title_fi = TextField(label=_("Name in Finnish"), max_length=TITLE, required=False)
    title_sv = TextField(label=_("Name in Swedish"), max_length=TITLE, required=False)
    title_en = TextField(label=_("Name in English"), max_length=TITLE, required=False)
    is_available = forms.BooleanField(label=_("May be bought now"), required=False)
    position = CountField(label=_("Place among the variants"))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def titles(self) -> dict[str, str]:
        """Return the names by language."""
        return {language: self.cleaned_data[f"title_{language}"] for language in LANGUAGES}


class NewVariantForm(DeskForm):
    """A new variant with its first price."""

    sku = TextField(label=_("Product code"), max_length=40)
    title_fi = TextField(
        label=_("Name in Finnish"),
        max_length=TITLE,
        required=False,
        help_text=_("Only where the product has several variants."),
    )
    title_sv = TextField(label=_("Name in Swedish"), max_length=TITLE, required=False)
    title_en = TextField(label=_("Name in English"), max_length=TITLE, required=False)
    interval = forms.ChoiceField(label=_("Charged"), required=False, widget=forms.RadioSelect)
    amount = AmountField(label=_("Price in euros"), max_length=20)
    vat_included = forms.TypedChoiceField(
        label=_("The price is"),
        choices=[("yes", _("with value added tax")), ("no", _("without value added tax"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=_("What you choose here is exact; the other is reckoned from it."),
    )
    stock = CountField(label=_("How many there are"), required=False, help_text=_("Empty where it never ends."))
    new = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *sent: Any, kind: str = "", **rest: Any) -> None:
        super().__init__(*sent, **rest)
        self.fields["interval"].choices = [  # type: ignore[attr-defined]
            choice for choice in Interval.choices if choice[0] in INTERVALS[kind]
        ]

    def titles(self) -> dict[str, str]:
        """Return the names by language."""
        return {language: self.cleaned_data[f"title_{language}"] for language in LANGUAGES}


class PriceForm(DeskForm):
    """A price from a day on."""

    amount = AmountField(label=_("Price in euros"), max_length=20)
    vat_included = forms.TypedChoiceField(
        label=_("The price is"),
        choices=[("yes", _("with value added tax")), ("no", _("without value added tax"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        required=False,
        widget=DayInput,
        help_text=_("From midnight of that day. Empty: from now on."),
    )
    is_reduction = forms.BooleanField(
        label=_("Tell that the price is reduced"),
        required=False,
        help_text=_("The lowest price of the 30 days before is shown beside it, as the law wants."),
    )
    new = forms.UUIDField(widget=forms.HiddenInput)

    def since(self, at: datetime) -> datetime:
        """Return the moment from which the price holds."""
        day: date | None = self.cleaned_data["valid_from"]
        if day is None or day == local_date(at):
            return at
        return datetime.combine(day, time(), tzinfo=HELSINKI)


class StockForm(DeskForm):
    """How many there are."""

    stock = CountField(label=_("How many there are"), required=False, help_text=_("Empty where it never ends."))
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PictureForm(DeskForm):
    """A picture and what it shows."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP, at most 12 megabytes. Place, time and camera are left out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt_fi = TextField(label=_("What it shows, in Finnish"), max_length=SUMMARY, required=False)
    alt_sv = TextField(label=_("What it shows, in Swedish"), max_length=SUMMARY, required=False)
    alt_en = TextField(label=_("What it shows, in English"), max_length=SUMMARY, required=False)
    new = forms.UUIDField(widget=forms.HiddenInput)

    takes = LARGEST_UPLOAD

    def __init__(self, *sent: Any, **rest: Any) -> None:
        super().__init__(*sent, **rest)
        _say_later(self, *(f"alt_{language}" for language in LANGUAGES))

    def alts(self) -> dict[str, str]:
        """Return the words by language."""
        return {language: self.cleaned_data[f"alt_{language}"] for language in LANGUAGES}


class AltForm(DeskForm):
    """What a picture shows, and its place."""

    alt_fi = TextField(label=_("What it shows, in Finnish"), max_length=SUMMARY, required=False)
    alt_sv = TextField(label=_("What it shows, in Swedish"), max_length=SUMMARY, required=False)
    alt_en = TextField(label=_("What it shows, in English"), max_length=SUMMARY, required=False)
    position = CountField(
        label=_("Place among the pictures"), help_text=_("The first one is shown on the shop's page.")
    )

    def __init__(self, *sent: Any, **rest: Any) -> None:
        super().__init__(*sent, **rest)
        _say_later(self, *(f"alt_{language}" for language in LANGUAGES))

    def alts(self) -> dict[str, str]:
        """Return the words by language."""
        return {language: self.cleaned_data[f"alt_{language}"] for language in LANGUAGES}


class FileForm(DeskForm):
    """A file that buyers download."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, EPUB or ZIP, at most 25 megabytes. Who bought an earlier file keeps it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.epub,.zip"}),
    )
    new = forms.UUIDField(widget=forms.HiddenInput)

    takes = LARGEST_FILE
