"""Deeds about consents, objections, forbidden addresses and acknowledgements. Each only adds."""

from seloste.consents.actions.acknowledgements import AcknowledgementReference, acknowledge
from seloste.consents.actions.ending import expire
from seloste.consents.actions.events import NotProven
from seloste.consents.actions.giving import (
    GonePerson,
    NoLongerUndone,
    NotTheirAddress,
    OlderThanHerNo,
    annul,
    await_confirmation,
    give,
    give_confirmed,
    refuse,
    request,
    withdraw,
)
from seloste.consents.actions.objections import StandingObjection, lift_objection, object_to
from seloste.consents.actions.repeating import object_again, say_no_again, suppress_again
from seloste.consents.actions.suppressions import (
    LIFTED_BY_STAFF,
    MayBeMinor,
    NotLiftedHere,
    SuppressedAddress,
    lift_suppression,
    suppress,
)
from seloste.consents.rules.evidence import Evidence

__all__ = [
    "LIFTED_BY_STAFF",
    "AcknowledgementReference",
    "Evidence",
    "GonePerson",
    "MayBeMinor",
    "NoLongerUndone",
    "NotLiftedHere",
    "NotProven",
    "NotTheirAddress",
    "OlderThanHerNo",
    "StandingObjection",
    "SuppressedAddress",
    "acknowledge",
    "annul",
    "await_confirmation",
    "expire",
    "give",
    "give_confirmed",
    "lift_objection",
    "lift_suppression",
    "object_again",
    "object_to",
    "refuse",
    "request",
    "say_no_again",
    "suppress",
    "suppress_again",
    "withdraw",
]
