# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What a person says about marketing: yes, no, no longer, never. Nothing is ever chosen beforehand (art. 4(11))."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from seloste.consents import actions as consents
from seloste.consents.actions import Evidence
from seloste.consents.choices import STAFF_EVIDENCE, Channel, EvidenceKind
from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.desk import rules
from seloste.desk.forms.origin import NOTHING, DeskForm
from seloste.kernel.forms import DayInput, TextField
from seloste.kernel.refusals import Words
from seloste.register.choices import Language
from seloste.register.rules import LINE


class SaidForm(DeskForm):
    """Where the person said it, and how we know."""

    title: Words
    done: Words

    source = forms.ChoiceField(label=_("How did the person tell us?"))
    evidence = TextField(
        label=_("How do we know?"),
        max_length=LINE,
        required=False,
        help_text=_("When, where and to whom it was said, or the number of the message."),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        language, declared = get_language() or "fi", current().source
        own = [key for key in rules.allowed_sources(current(), [MARKETING]) if declared[key].from_person]
        self.offer("source", [NOTHING, *((key, declared[key].name.in_language(language)) for key in own)])

    def enter(self, person_id: UUID) -> None:
        """Do the deed."""
        raise NotImplementedError

    def said(self, person_id: UUID) -> dict[str, Any]:
        """Return what every deed is told."""
        told = {"source": self.cleaned_data["source"], "evidence": self.cleaned_data["evidence"]}
        return {"by": self.by, "at": self.at, "person_id": person_id, **told}


class ObjectionForm(SaidForm):
    """The person forbids marketing altogether."""

    title, done = _("Note an objection to marketing"), _("The objection was noted. Marketing has ended.")

    def enter(self, person_id: UUID) -> None:
        """Note the objection."""
        consents.object_to(**self.said(person_id), purpose=MARKETING)


class WithdrawalForm(SaidForm):
    """The person no longer consents: as easy as can be (art. 7(3))."""

    title, done = _("Note a withdrawal of consent"), _("The withdrawal was noted. It is in force.")
    consent = forms.ChoiceField(label=_("Which marketing ends?"), widget=forms.RadioSelect)

    field_order: Sequence[str] = ("consent", "source", "evidence")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        asked = [(key, asked) for key, asked in current().consent.items() if asked.purpose == MARKETING]
        self.offer("consent", [(key, capfirst(str(Channel(asked.channel).label))) for key, asked in asked])

    def enter(self, person_id: UUID) -> None:
        """Note the withdrawal."""
        consents.withdraw(**self.said(person_id), consent=self.cleaned_data["consent"])


class ProvenForm(SaidForm):
    """Something that counts only with evidence that the person said it herself (art. 7(1))."""

    evidence_kind = forms.ChoiceField(label=_("What proves it?"))
    evidence = TextField(
        label=_("Where is it kept?"),
        max_length=LINE,
        help_text=_("So that it is found again: the folder and page, or the number of the message or recording."),
    )
    evidence_on = forms.DateField(
        label=_("Of which day is it?"), widget=DayInput, help_text=_("A consent runs from this day.")
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("evidence_kind", [NOTHING, *((kind.value, capfirst(str(kind.label))) for kind in STAFF_EVIDENCE)])

    def clean_evidence_on(self) -> date:
        """Return the day, which cannot lie ahead."""
        return cast(date, self.not_future("evidence_on"))

    def proof(self) -> Evidence:
        """Return the evidence."""
        kind = EvidenceKind(self.cleaned_data["evidence_kind"])
        return Evidence(kind=kind, kept=self.cleaned_data["evidence"], on=self.cleaned_data["evidence_on"])

    def said(self, person_id: UUID) -> dict[str, Any]:
        """Return what every deed is told, with the evidence."""
        return {**super().said(person_id), "evidence": self.proof()}


class WordsForm(SaidForm):
    """An answer to words that were read or heard: which ones, in which language."""

    words = forms.ChoiceField(label=_("To which words did the person answer?"), widget=forms.RadioSelect)

    field_order: Sequence[str] = ("words", "source", "evidence")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("words", list(_words()))

    def answered(self, person_id: UUID) -> dict[str, Any]:
        """Return what the deeds about words are told."""
        consent, _dot, language = self.cleaned_data["words"].partition(".")
        return {**self.said(person_id), "consent": consent, "language": language}


def _words() -> Iterator[tuple[str, Words]]:
    """Yield every declared consent in every language, in full: what is noted is what was said."""
    for key, asked in current().consent.items():
        if asked.purpose == MARKETING:
            channel = capfirst(str(Channel(asked.channel).label))
            for language, name in Language.choices:
                yield f"{key}.{language}", _in_full(channel, name, language, asked.text.in_language(language))


def _in_full(channel: str, name: Words, language: str, text: str) -> SafeString:
    return format_html(
        '<span><strong>{}</strong> ({})<br><span lang="{}">{}</span></span>', channel, name, language, text
    )


class ConsentForm(ProvenForm, WordsForm):
    """The person consents; it must be provable (art. 7(1))."""

    title, done = _("Note a consent to marketing"), _("The consent was noted.")

    field_order: Sequence[str] = ("words", "source", "evidence_kind", "evidence", "evidence_on")

    def enter(self, person_id: UUID) -> None:
        """Note the consent, which can be taken back at once if it was a slip."""
        reference = consents.give(**self.answered(person_id))
        self.undo = reverse("desk:annul", args=[person_id, reference])


class RefusalForm(WordsForm):
    """The person was asked and said no."""

    title, done = _("Note a refusal of consent"), _("The refusal was noted.")

    def enter(self, person_id: UUID) -> None:
        """Note the refusal."""
        consents.refuse(**self.answered(person_id))
