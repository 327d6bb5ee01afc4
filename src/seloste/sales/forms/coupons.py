# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""A new coupon."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.forms import DayInput, EurosField, TextField
from seloste.kernel.money import CENT, NOTHING
from seloste.once.forms import OnceForm
from seloste.sales.queries.products import product_options
from seloste.shop.actions import coupons
from seloste.shop.choices import CouponKind


class CouponForm(OnceForm):
    """The code, what it takes off, and where it ends."""

    code = TextField(
        label=_("Code"), max_length=40, help_text=_("3 to 40 letters and digits. Capitals make no difference.")
    )
    kind = forms.ChoiceField(label=_("What does it take off?"), widget=forms.RadioSelect)
    value = EurosField(label=_("How much?"), min_value=CENT, help_text=_("Per cent or euros."))
    limit = forms.IntegerField(
        label=_("How often in all?"), required=False, min_value=1, widget=forms.TextInput({"class": "short"})
    )
    per_address = forms.IntegerField(
        label=_("How often by one customer?"), required=False, min_value=1, widget=forms.TextInput({"class": "short"})
    )
    least = EurosField(label=_("From which total on?"), required=False)
    since = forms.DateField(label=_("First day"), widget=DayInput)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput)
    products = forms.MultipleChoiceField(
        label=_("For which products?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for all."),
    )  # fmt: skip
    note = TextField(label=_("What is it for?"), max_length=200, required=False, help_text=_("A campaign; no names."))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("kind", [(kind.value, capfirst(str(kind.label))) for kind in CouponKind])
        self.offer("products", product_options())
        self.initial.setdefault("since", local_date(self.at))

    def add(self) -> UUID:
        """Make it."""
        told = self.cleaned_data
        since, until = told["since"], told["until"]
        begins = datetime.combine(since, time(0), tzinfo=HELSINKI)
        ends = datetime.combine(until + timedelta(days=1), time(0), tzinfo=HELSINKI) if until else None
        return coupons.add(
            by=self.by,
            at=self.at,
            code=told["code"],
            kind=told["kind"],
            value=told["value"],
            limit=told["limit"],
            per_address=told["per_address"],
            least=told["least"] or NOTHING,
            valid_from=max(begins, self.at) if since == local_date(self.at) else begins,
            valid_until=ends,
            products=[UUID(product) for product in told["products"]],
            note=told["note"],
        )
