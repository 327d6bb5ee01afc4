"""What was asked, laid out for the page: plain values for the parts that the design system describes."""

from seloste.desk.shown.going import going_page, rooms
from seloste.desk.shown.machine import machine_page
from seloste.desk.shown.marketing import NOTHING_ALLOWS, WHY, marketing_page
from seloste.desk.shown.messages import STATES, keepable, letter, line, message, parts_of_name, states
from seloste.desk.shown.moments import moments
from seloste.desk.shown.organisation import organisation
from seloste.desk.shown.person import AT_ONCE, is_offered, person
from seloste.desk.shown.record import DEEDS, events, events_csv
from seloste.desk.shown.start import cards, hits, jobs

__all__ = [
    "AT_ONCE",
    "DEEDS",
    "NOTHING_ALLOWS",
    "STATES",
    "WHY",
    "cards",
    "events",
    "events_csv",
    "going_page",
    "hits",
    "is_offered",
    "jobs",
    "keepable",
    "letter",
    "line",
    "machine_page",
    "marketing_page",
    "message",
    "moments",
    "organisation",
    "parts_of_name",
    "person",
    "rooms",
    "states",
]
