# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What the forms of the desk share: where the values come from."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.desk import rules
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty
from seloste.kernel.forms import TextField
from seloste.kernel.refusals import Words
from seloste.notices.queries import current_version_id
from seloste.once.forms import OnceForm
from seloste.register.rules import LINE, Origin

Choices = Sequence[tuple[str, Words]]
#: The first line of a choice that nobody has made yet.
NOTHING = ("", _("Choose"))


def noon(day: date) -> datetime:
    """Return the middle of the day in Helsinki, for what happened on a day at no known hour."""
    return datetime.combine(day, time(12), tzinfo=HELSINKI)


class DeskForm(OnceForm):
    """What the desk's forms ask of a value more than their fields do."""

    def not_future(self, name: str) -> Any:
        """Return the field's value, refused where it lies ahead."""
        value = self.cleaned_data[name]
        if (value.date() if isinstance(value, datetime) else value) > local_date(self.at):
            raise forms.ValidationError(_("This is in the future."))
        return value


class OriginForm(DeskForm):
    """What every entry tells: for which purpose it is held and where it came from (notice S5.3, S6)."""

    category: str
    source = forms.ChoiceField(label=_("Where did this come from?"))
    source_detail = TextField(
        label=_("Where exactly"),
        max_length=LINE,
        required=False,
        help_text=_(
            "For a public source or another company: the address of the page, or the name of the directory or company."
        ),
    )
    purpose = forms.ChoiceField(label=_("For what is this needed?"))

    def __init__(self, *args: Any, held: Sequence[str] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.held = held
        purposes = self.possible_purposes(self.by, category=self.category)
        self.offer_purposes(purposes)
        self.offer_sources(rules.allowed_sources(current(), purposes))
        self.order_fields([*self.own_names(), "source", "source_detail", "purpose"])

    @classmethod
    def possible_sources(cls) -> frozenset[str]:
        """Return the only sources this can have; none named where every source will do."""
        return frozenset()

    @classmethod
    def possible_purposes(cls, by: Duty, *, category: str) -> list[str]:
        """Return the duty's purposes that may hold the category from a source this can have."""
        sources = cls.possible_sources()
        allowed = rules.allowed_purposes(current(), by.purposes, category=category)
        return [key for key in allowed if not sources or sources.intersection(current().purpose[key].sources)]

    def own_names(self) -> list[str]:
        """Return the fields of the value itself."""
        return [name for name in self.fields if name not in {"source", "source_detail", "purpose"}]

    def offer_purposes(self, purposes: Sequence[str]) -> None:
        """Offer these purposes. Chosen is one for which the person is held already: a slip must not begin a new one."""
        language, declared = get_language() or "fi", current().purpose
        named = [(key, declared[key].name.in_language(language)) for key in purposes]
        usual = [key for key in (self.by.purpose, *self.held) if key in self.held and key in purposes]
        first = [] if usual or len(named) == 1 else [NOTHING]
        self.offer("purpose", [*first, *named])
        self.initial.setdefault("purpose", next(iter([*usual, *purposes[:1]])) if len(named) == 1 or usual else "")
        if len(named) == 1:
            self.fields["purpose"].widget = forms.HiddenInput()

    def offer_sources(self, sources: Sequence[str]) -> None:
        """Offer these sources; nothing is chosen beforehand where there are several."""
        language, declared = get_language() or "fi", current().source
        named = [(key, declared[key].name.in_language(language)) for key in sources]
        self.offer("source", [NOTHING, *named] if len(named) > 1 else named)

    def clean(self) -> dict[str, Any]:
        """Ask of the source what the notice asks: that the purpose may use it, and where a public one was found."""
        given = super().clean() or self.cleaned_data
        source = given.get("source")
        if source and any(source not in current().purpose[purpose].sources for purpose in self.purposes()):
            self.add_error("source", _("The notice does not let us have data from this source for this purpose."))
        elif source and not current().source[source].from_person and not given.get("source_detail"):
            self.add_error("source_detail", _("Say where this was found: the person has the right to know."))
        return given

    def purposes(self) -> tuple[str, ...]:
        """Return for what the values are held."""
        purpose = self.cleaned_data.get("purpose")
        return (purpose,) if purpose else ()

    def origin(self) -> Origin:
        """Return where the values come from."""
        return Origin(
            source=self.cleaned_data["source"],
            detail=self.cleaned_data.get("source_detail", ""),
            collected_at=self.at,
            purposes=self.purposes(),
            notice_version_id=current_version_id(),
        )

    def told(self) -> dict[str, Any]:
        """Return what every deed is told."""
        return {"by": self.by, "at": self.at, "origin": self.origin()}

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the cleaned texts of the fields."""
        return {name: self.cleaned_data[name] for name in names}
