# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What is typed about a request: by whoever asks, and by the employees who answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from seloste.access.choices import Verdict
from seloste.access.queries.reviewing import Line
from seloste.erasure.choices import HoldKind
from seloste.intake.forms import PublicForm
from seloste.kernel.clock import HELSINKI
from seloste.kernel.forms import DayInput, LinesField, MomentInput, TextField
from seloste.kernel.refusals import Words
from seloste.register.choices import Language
from seloste.register.rules import LINE, TEXT
from seloste.rights.choices import Channel, Method, Outcome, Reason, Right, Way

#: The declared form.
FORM = "rights"
#: The names of the boxes begin with this.
_BOX = "right_"
Choices = Sequence[tuple[str, Words]]
#: The ways in which an employee says something: on her own page only the page itself answers.
_WAYS = [(way.value, way.label) for way in Way if way is not Way.PAGE]

#: What each right means, for whoever chooses.
MEANS: Mapping[Right, Words] = {
    Right.ACCESS: _("What we hold about you, where it came from, why we keep it and who has seen it."),
    Right.RECTIFICATION: _("Something is wrong."),
    Right.COMPLETION: _("Something is missing."),
    Right.ERASURE: _("What is no longer needed goes. What the law tells us to keep stays until its day."),
    Right.PORTABILITY: _("What you have given us yourself, in a form that other systems can read."),
    Right.RESTRICTION: _("We only keep your data while something is being settled."),
    Right.OBJECTION: _("You have a reason of your own why we should not use your data."),
    Right.MARKETING_OBJECTION: _("Takes effect at once. No reason is needed."),
    Right.WITHDRAWAL: _("Takes effect at once. No reason is needed."),
}


class RequestForm(PublicForm):
    """The declared form with a box for each right, none of them ticked. No box at all is a question, and is answered.

    What is asked stands in boxes of their own, so that a request can hold several things.
    """

    def __init__(self, *, language: str, at: datetime, data: Mapping[str, str] | None = None) -> None:
        super().__init__(FORM, language=language, at=at, data=data)
        for right, means in MEANS.items():
            self.fields[f"{_BOX}{right.value}"] = forms.BooleanField(
                label=right.label, help_text=str(means), required=False
            )
        self.order_fields([*self.box_names(), "message", "name", "email", "website", "token"])

    @staticmethod
    def box_names() -> list[str]:
        """Return the names of the boxes."""
        return [f"{_BOX}{right.value}" for right in MEANS]

    def wanted(self) -> list[Right]:
        """Return what was ticked, or that it is a question."""
        return [right for right in MEANS if self.cleaned_data[f"{_BOX}{right.value}"]] or [Right.QUESTION]


class CodeForm(forms.Form):
    """A code that came to an address on file."""

    code = forms.CharField(
        label=_("Code from our message"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class MoreForm(forms.Form):
    """An answer to our question, or something to add."""

    text = LinesField(label=_("Your answer, or what you want to add"), max_length=5_000)


# --- For the desk -----------------------------------------------------------------------------------------------------


class _DeskForm(forms.Form):
    """A form of the desk: its fields have plain ids, and choices are offered when it is made."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", **rest})

    def offer(self, name: str, choices: Choices) -> None:
        """Offer these choices in the field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- said in the class below
        field.choices = [(key, str(words)) for key, words in choices]


class EnterForm(_DeskForm):
    """A request that came by telephone, by letter or in person."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    channel = forms.ChoiceField(
        label=_("How did it come?"), choices=[one for one in Channel.choices if one[0] != Channel.WEB_FORM]
    )
    received_at = forms.DateTimeField(
        label=_("When did it reach the company?"),
        widget=MomentInput,
        help_text=_("Not when somebody read it: the month runs from here. For a letter, the day it arrived."),
    )
    rights = forms.MultipleChoiceField(
        label=_("What is asked?"), choices=Right.choices, widget=forms.CheckboxSelectMultiple
    )
    message = LinesField(label=_("In the person's own words"), max_length=TEXT, required=False)
    name = TextField(label=_("Name"), max_length=LINE, required=False)
    email = TextField(label=_("E-mail address"), max_length=LINE, required=False)
    phone = TextField(label=_("Telephone number"), max_length=LINE, required=False)
    address = LinesField(label=_("Postal address"), max_length=1_000, required=False)
    language = forms.ChoiceField(label=_("Language of the answer"), choices=Language.choices)

    def __init__(self, *args: Any, at: datetime, **rest: Any) -> None:
        initial = {"received_at": at.astimezone(HELSINKI).replace(second=0, microsecond=0), **rest.pop("initial", {})}
        super().__init__(*args, initial=initial, **rest)
        self.fields["address"].widget.attrs["rows"] = 3

    def wanted(self) -> list[Right]:
        """Return what was ticked."""
        return [Right(right) for right in self.cleaned_data["rights"]]


class ReasonsForm(_DeskForm):
    """Words that the person reads, and the way they go."""

    reasons = LinesField(label=_("Reasons, as the person reads them"), max_length=TEXT)
    way = forms.ChoiceField(label=_("How is it told?"), choices=_WAYS)


class WhyForm(_DeskForm):
    """Why it could not be found out who asks."""

    reasons = LinesField(label=_("Why could it not be proved who asks?"), max_length=TEXT)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["reasons"].widget.attrs["rows"] = 2


class QuestionForm(_DeskForm):
    """A question to the person about what is meant."""

    question = LinesField(label=_("What do you need to ask?"), max_length=5_000)
    way = forms.ChoiceField(label=_("How is it asked?"), choices=_WAYS)


class PersonForm(_DeskForm):
    """Whom the request concerns, by the number that the register gave."""

    reference = TextField(
        label=_("The person's number"), max_length=20, help_text=_("It begins with H and stands on the person's page.")
    )


class WayForm(_DeskForm):
    """The way a letter goes."""

    way = forms.ChoiceField(label=_("How is it sent?"), choices=_WAYS)

    def __init__(self, *args: Any, ways: Choices = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        if ways:
            self.offer("way", ways)


class AnswerForm(WayForm):
    """The answer: a word before the decisions, where one is wanted, and the way it goes."""

    greeting = LinesField(label=_("A word of your own before the decisions"), max_length=5_000, required=False)
    field_order = ("greeting", "way")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["greeting"].widget.attrs["rows"] = 3


class ReviewForm(_DeskForm):
    """What of a record leaves, where other people may be named in it."""

    verdict = forms.ChoiceField(
        label=_("What is handed out?"),
        widget=forms.RadioSelect,
        choices=[
            (Verdict.WHOLE.value, _("All of it: nobody else is harmed")),
            (Verdict.BLACKED.value, _("All but the passages between [[ and ]]")),
            (Verdict.WITHHELD.value, _("None of its words")),
        ],
    )
    reasons = LinesField(
        label=_("Why, as the person reads it"),
        max_length=2_000,
        required=False,
        help_text=_("Needed where the words are withheld. Name nobody here."),
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["reasons"].widget.attrs["rows"] = 2
        self._lines = [line.field for line in lines]
        for line in lines:
            rows = min(24, 3 + line.text.count("\n") + len(line.text) // 70)
            self.fields[f"text_{line.field}"] = forms.CharField(
                label=line.name,
                strip=False,
                required=False,
                initial=line.marked,
                widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off", "spellcheck": "false"}),
                help_text=_("Black out a passage by putting [[ before it and ]] behind it. Change nothing else."),
            )
        self.order_fields(["verdict", *(f"text_{field}" for field in self._lines), "reasons"])

    def marked(self) -> dict[str, str]:
        """Return the texts with their marks, by the fields of the record."""
        return {field: self.cleaned_data[f"text_{field}"] for field in self._lines}


#: What can be written anew, with its name; texts of several lines are asked for in a large field.
_PARTS = {
    "given_name": _("Given names"),
    "family_name": _("Family name"),
    "value": _("How it should be"),
    "street": _("Street address"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "country": _("Country"),
    "title": _("Position"),
    "name": _("Project"),
    "description": _("Description"),
    "text": _("Text"),
}
_OPTIONAL = {"given_name", "postal_code", "title", "description"}


class RectifyForm(_DeskForm):
    """How one value should be: its parts, as they stand now."""

    def __init__(self, *args: Any, parts: Mapping[str, str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, text in parts.items():
            kind = LinesField if name in {"text", "description"} else TextField
            required = name not in _OPTIONAL
            self.fields[name] = kind(label=_PARTS[name], initial=text, required=required, max_length=20_000)

    def values(self) -> dict[str, str]:
        """Return the parts as they were written."""
        return {name: str(self.cleaned_data[name]) for name in self.fields}


class StatementForm(_DeskForm):
    """What the person says to complete what is held."""

    text = LinesField(
        label=_("The person's own statement, word for word"),
        max_length=5_000,
        help_text=_("It is shown wherever the value is shown, and goes with it."),
    )

    def values(self) -> dict[str, str]:
        """Return the statement."""
        return {"text": str(self.cleaned_data["text"])}


class NotedForm(_DeskForm):
    """What the person answered, and when that arrived."""

    text = LinesField(label=_("What did the person answer?"), max_length=TEXT)
    received_at = forms.DateTimeField(label=_("When did it arrive?"), widget=MomentInput)
    way = forms.ChoiceField(label=_("How did it come?"), choices=_WAYS)

    def __init__(self, *args: Any, at: datetime, **rest: Any) -> None:
        initial = {"received_at": at.astimezone(HELSINKI).replace(second=0, microsecond=0)}
        super().__init__(*args, initial=initial, **rest)


class AskForm(_DeskForm):
    """How it is asked who the person is, and why that is not certain."""

    method = forms.ChoiceField(label=_("How can the person show who asks?"))
    contact_point = forms.ChoiceField(label=_("Where does the code go?"), required=False)
    reason = LinesField(label=_("Why is it not certain who asks?"), max_length=1_000)

    def __init__(self, *args: Any, methods: Sequence[Method], points: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["reason"].widget.attrs["rows"] = 2
        self.offer("method", [(one.value, one.label) for one in methods])
        self.offer("contact_point", points)
        if not points:
            del self.fields["contact_point"]


class CheckForm(_DeskForm):
    """A check that the employee made."""

    method = forms.ChoiceField(
        label=_("What was checked?"),
        choices=[(one.value, one.label) for one in (Method.ORDER, Method.MANUAL)],
    )
    reason = LinesField(label=_("Why is it not certain who asks?"), max_length=1_000)
    evidence = LinesField(
        label=_("What did the check show?"),
        max_length=2_000,
        help_text=_("It is erased when the matter is closed. Never copies of identity documents."),
    )
    is_proved = forms.ChoiceField(
        label=_("Is it the person?"), choices=[("yes", _("Yes, it is proved")), ("no", _("No, it could not be proved"))]
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name in ("reason", "evidence"):
            self.fields[name].widget.attrs["rows"] = 2


class DecideForm(_DeskForm):
    """What becomes of one thing that was asked."""

    outcome = forms.ChoiceField(label=_("Decision"))
    reason = forms.ChoiceField(label=_("Ground, where it is not granted in full"), required=False)
    reasons = LinesField(label=_("Reasons, as the person reads them"), max_length=TEXT, required=False)
    evidence = LinesField(
        label=_("What proves that it is excessive"),
        max_length=TEXT,
        required=False,
        help_text=_("Only for a refusal as unfounded or excessive. A second employee must confirm it."),
    )

    def __init__(self, *args: Any, outcomes: Sequence[Outcome], grounds: Sequence[Reason], **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name in ("reasons", "evidence"):
            self.fields[name].widget.attrs["rows"] = 3
        self.offer("outcome", [("", _("Choose")), *((one.value, one.label) for one in outcomes)])
        self.offer("reason", [("", _("None: it is granted in full")), *((one.value, one.label) for one in grounds)])
        for name in () if grounds else ("reason", "evidence"):
            del self.fields[name]

    def ground(self) -> Reason | None:
        """Return the ground that was chosen."""
        chosen = self.cleaned_data.get("reason", "")
        return Reason(chosen) if chosen else None


class ReopenForm(_DeskForm):
    """Why the person was not content, and when that arrived."""

    reasons = LinesField(label=_("What was the person not content with?"), max_length=TEXT)
    received_at = forms.DateTimeField(label=_("When did it arrive?"), widget=MomentInput)

    def __init__(self, *args: Any, at: datetime, **rest: Any) -> None:
        initial = {"received_at": at.astimezone(HELSINKI).replace(second=0, microsecond=0)}
        super().__init__(*args, initial=initial, **rest)


class AddRightForm(_DeskForm):
    """What the person's own words mean, where no box said it."""

    right = forms.ChoiceField(label=_("What else do the words ask for?"))

    def __init__(self, *args: Any, rights: Sequence[Right], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("right", [(one.value, one.label) for one in rights])


class HoldForm(forms.Form):
    """Why everything about a person is kept for now, and when that is looked at again."""

    kind = forms.ChoiceField(label=_("Why"), choices=HoldKind.choices)
    reason = LinesField(label=_("In words: which claim, or whose order"), max_length=TEXT)
    review_on = forms.DateField(
        label=_("To be looked at again by"),
        help_text=_("Within a year. A hold that nobody looks at again raises an alarm."),
        widget=DayInput,
    )


class ReviewHoldForm(HoldForm):
    """Why a hold is still needed, and when it is looked at next."""

    kind = None  # type: ignore[assignment]
