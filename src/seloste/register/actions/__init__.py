"""Deeds of the register. Each is told who, when and from where; each leaves one line in the record."""

from seloste.register.actions.adding import (
    add_address,
    add_contact_point,
    add_feedback,
    add_note,
    add_position,
    close_project,
    name_person,
    open_project,
)
from seloste.register.actions.correcting import bring_back, correct, make_correctable, remove, state
from seloste.register.actions.duties import HeldAlready, NotCurrent, OutsideTheNotice, check_duty
from seloste.register.actions.grounds import end_ground, touch
from seloste.register.actions.items import add_item, current_item
from seloste.register.actions.organisations import add_organisation, organisation_called
from seloste.register.actions.persons import add_person, note_information_given, set_language
from seloste.register.actions.reach import (
    hold_for,
    note_bounce,
    note_prohibition_check,
    note_relevance,
    verify_contact_point,
)
from seloste.register.actions.restriction import (
    lift_restriction,
    restrict,
    restrict_again,
)

__all__ = [
    "HeldAlready",
    "NotCurrent",
    "OutsideTheNotice",
    "add_address",
    "add_contact_point",
    "add_feedback",
    "add_item",
    "add_note",
    "add_organisation",
    "add_person",
    "add_position",
    "bring_back",
    "check_duty",
    "close_project",
    "correct",
    "current_item",
    "end_ground",
    "hold_for",
    "lift_restriction",
    "make_correctable",
    "name_person",
    "note_bounce",
    "note_information_given",
    "note_prohibition_check",
    "note_relevance",
    "open_project",
    "organisation_called",
    "remove",
    "restrict",
    "restrict_again",
    "set_language",
    "state",
    "touch",
    "verify_contact_point",
]
