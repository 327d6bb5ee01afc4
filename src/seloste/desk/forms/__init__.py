"""The desk's forms. Each reads what was typed and says with `enter` which deed it stands for."""

from seloste.desk.forms.about_person import ADDITIONS, AboutPerson, CorrectionForm, PositionForm
from seloste.desk.forms.entries import CloseProjectForm, InformedForm, OrganisationForm, PersonForm
from seloste.desk.forms.given import GivenForm, ToldForm
from seloste.desk.forms.looking import EventsForm, LanguageForm, SearchForm
from seloste.desk.forms.marketing import ConsentForm, ObjectionForm, RefusalForm, SaidForm, WithdrawalForm
from seloste.desk.forms.messages import KeepForm, NewFromMessage
from seloste.desk.forms.origin import DeskForm
from seloste.desk.forms.permissions import (
    AddressForm,
    LiftObjectionForm,
    LiftRestrictionForm,
    LiftSuppressionForm,
    ProhibitionForm,
    RelevanceForm,
    RestrictForm,
    SuppressForm,
)

__all__ = [
    "ADDITIONS",
    "AboutPerson",
    "AddressForm",
    "CloseProjectForm",
    "ConsentForm",
    "CorrectionForm",
    "DeskForm",
    "EventsForm",
    "GivenForm",
    "InformedForm",
    "KeepForm",
    "LanguageForm",
    "LiftObjectionForm",
    "LiftRestrictionForm",
    "LiftSuppressionForm",
    "NewFromMessage",
    "ObjectionForm",
    "OrganisationForm",
    "PersonForm",
    "PositionForm",
    "ProhibitionForm",
    "RefusalForm",
    "RelevanceForm",
    "RestrictForm",
    "SaidForm",
    "SearchForm",
    "SuppressForm",
    "ToldForm",
    "WithdrawalForm",
]
