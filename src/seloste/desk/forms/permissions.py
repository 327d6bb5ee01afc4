# ruff: noqa: ANN401 -- what a form is built with goes through to the framework
"""What opens and closes the ways to a person: bans of addresses, restriction, and what we found out ourselves."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from seloste.consents import actions as consents
from seloste.consents.actions import LIFTED_BY_STAFF
from seloste.consents.choices import SuppressionReason
from seloste.consents.queries import MARKETING, Address
from seloste.desk.forms.marketing import ProvenForm, SaidForm
from seloste.desk.forms.origin import DeskForm, noon
from seloste.kernel.forms import DayInput, TextField
from seloste.kernel.refusals import Words
from seloste.register import actions as register
from seloste.register.choices import RestrictionReason
from seloste.register.rules import LINE

#: Why an employee forbids an address. Erasure does it by itself.
REASONS = (SuppressionReason.OBJECTED, SuppressionReason.MINOR, SuppressionReason.BOUNCED)


class LiftObjectionForm(ProvenForm):
    """The person takes her objection back; nobody else can."""

    title, done = _("Note that the objection was lifted"), _("The objection was lifted. No consent follows from that.")

    def enter(self, person_id: UUID) -> None:
        """Note the lifting."""
        consents.lift_objection(**self.said(person_id), purpose=MARKETING)


class AddressForm(DeskForm):
    """Something about one of the person's addresses."""

    title: Words
    done: Words

    address = forms.ChoiceField(label=_("Which address?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, addresses: Sequence[Address], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.by_key = dict(self.keyed(addresses))
        self.offer("address", [(key, _in_words(one)) for key, one in self.by_key.items()])

    def keyed(self, addresses: Sequence[Address]) -> Iterator[tuple[str, Address]]:
        """Yield what can be chosen."""
        return ((f"{one.channel}.{one.item_id}", one) for one in addresses)

    def enter(self, person_id: UUID) -> None:
        """Do the deed."""
        raise NotImplementedError

    @property
    def chosen(self) -> Address:
        """Return the chosen address."""
        return self.by_key[self.cleaned_data["address"]]


def _in_words(one: Address) -> Words:
    return f"{capfirst(str(one.channel.label))}: {one.text}"


class SuppressForm(AddressForm):
    """An address is not to be contacted."""

    title, done = _("Forbid an address"), _("The address is on the list of those not to be contacted.")
    reason = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("reason", [(reason.value, capfirst(str(reason.label))) for reason in REASONS])

    def enter(self, person_id: UUID) -> None:  # noqa: ARG002 -- the address is all that is meant
        """Forbid the address."""
        one, reason = self.chosen, self.cleaned_data["reason"]
        consents.suppress(by=self.by, at=self.at, channel=one.channel, mark=one.mark, reason=reason)


class LiftSuppressionForm(ProvenForm, AddressForm):
    """An address may be contacted again; what proves it is kept."""

    title, done = _("Allow an address again"), _("The address was taken off the list.")

    field_order: Sequence[str] = ("address", "evidence_kind", "evidence", "evidence_on")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        del self.fields["source"]
        self.fields["evidence_on"].help_text = ""

    def keyed(self, addresses: Sequence[Address]) -> Iterator[tuple[str, Address]]:
        """Yield every address with every reason that an employee may lift."""
        for one in addresses:
            for reason in one.reasons:
                if reason in LIFTED_BY_STAFF:
                    yield f"{one.channel}.{one.item_id}.{reason}", one

    def enter(self, person_id: UUID) -> None:  # noqa: ARG002 -- the address is all that is meant
        """Lift the one reason."""
        one, reason = self.chosen, self.cleaned_data["address"].rpartition(".")[2]
        told = {"channel": one.channel, "address": one.text, "reason": reason}
        consents.lift_suppression(by=self.by, at=self.at, evidence=self.proof(), **told)


class RestrictForm(SaidForm):
    """The person wants her data kept and not used (art. 18)."""

    title, done = _("Restrict processing"), _("The processing is restricted. Nothing of marketing leaves.")
    reason = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)

    field_order: Sequence[str] = ("reason", "source", "evidence")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.offer("reason", [(reason.value, capfirst(str(reason.label))) for reason in RestrictionReason])

    def enter(self, person_id: UUID) -> None:
        """Restrict the processing."""
        told = {"source": self.cleaned_data["source"], "detail": self.cleaned_data["evidence"]}
        reason = self.cleaned_data["reason"]
        register.restrict(by=self.by, at=self.at, person_id=person_id, reason=reason, **told)


class LiftRestrictionForm(DeskForm):
    """A restriction ends, after the person was told that it does (art. 18(3))."""

    title, done = _("End the restriction"), _("The restriction has ended.")
    told_on = forms.DateField(
        label=_("When was the person told?"),
        widget=DayInput,
        help_text=_("A restriction may be lifted only after the person has been told of it (art. 18(3))."),
    )

    def clean_told_on(self) -> date:
        """Return the day, which cannot lie ahead."""
        return cast(date, self.not_future("told_on"))

    def enter(self, restriction_id: UUID) -> None:
        """End the restriction; told today means told by now."""
        told_at = min(noon(self.cleaned_data["told_on"]), self.at)
        register.lift_restriction(by=self.by, at=self.at, restriction_id=restriction_id, told_at=told_at)


class ProhibitionForm(DeskForm):
    """A number was looked up among those that forbid marketing calls."""

    title, done = _("Prohibition register checked"), _("Noted.")
    found = forms.ChoiceField(
        label=_("Is the number in the register of those who forbid marketing calls?"),
        widget=forms.RadioSelect,
        choices=[("no", _("No, calls are not forbidden")), ("yes", _("Yes, calls are forbidden"))],
        help_text=_("A look holds for 30 days."),
    )

    def enter(self, person_id: UUID, item_id: UUID) -> None:
        """Note what was found."""
        forbidden = self.cleaned_data["found"] == "yes"
        register.note_prohibition_check(
            by=self.by, at=self.at, person_id=person_id, item_id=item_id, forbidden=forbidden
        )


class RelevanceForm(DeskForm):
    """Which of our matters belong to the duties of a position (917/2014 202 §)."""

    title, done = _("What belongs to the person's duties"), _("Noted.")
    relevance = TextField(
        label=_("Which of our matters belong to the person's duties?"),
        max_length=LINE,
        required=False,
        help_text=_("In a few words, such as: decides on the company's web services. Leave empty if none does."),
    )

    def enter(self, person_id: UUID, item_id: UUID) -> None:
        """Note the relevance."""
        relevance = self.cleaned_data["relevance"]
        register.note_relevance(by=self.by, at=self.at, person_id=person_id, item_id=item_id, relevance=relevance)
