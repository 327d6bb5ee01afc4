"""Everything about a person, with the reasons (art. 15; I40)."""

import pytest
from tests import make
from tests.access import make as access

from seloste.access.queries import contents
from seloste.audit.models import AuditEvent
from seloste.declaration.load import current
from seloste.kernel.kept import kept
from seloste.kernel.refusals import Missing
from seloste.register import queries as register

pytestmark = pytest.mark.django_db


def test_every_declared_category_is_told_also_those_of_which_nothing_is_held() -> None:
    found = contents(by=access.HERSELF, at=access.AT, person_id=access.person(), language="fi")
    assert [one.key for one in found.categories] == list(current().category)
    empty = {one.key for one in found.categories if one.is_empty}
    assert {"order", "licence", "contract", "delivery", "billing"} <= empty
    assert not empty & {"identity", "contact", "position", "feedback", "project", "web_address", "organisation"}


def test_each_record_says_where_from_since_when_why_on_which_basis_and_until_when() -> None:
    found = contents(by=access.HERSELF, at=access.AT, person_id=access.person(), language="fi")
    street = next(one for one in found.entries if one.store == "register.addresses")
    assert street.source is not None
    assert (street.source.key, street.source.name, street.source_detail) == ("meeting", "Tapaaminen", "Messut k1")
    assert street.since_at == access.BEFORE
    assert [one.key for one in street.purposes] == ["customer_care"]
    assert [one.key for one in street.bases] == ["legitimate_interest"]
    assert street.until is not None
    assert {value.name: value.shown for value in street.values}["Katuosoite"] == "Katuk1 1"


def test_every_table_that_keeps_something_of_her_is_there() -> None:
    person_id = access.person()
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    whose = register.whose([person_id])
    held = {store.key for store in kept() if store.records(whose)}
    assert held == {entry.store for entry in found.entries}
    assert {"register.names", "register.notes", "register.positions", "register.grounds"} <= held
    keys = [(entry.store, entry.id) for entry in found.entries]
    assert len(keys) == len(set(keys))


def test_what_may_name_others_waits_for_a_look_and_her_own_words_do_not() -> None:
    found = contents(by=access.HERSELF, at=access.AT, person_id=access.person(), language="fi")
    assert {entry.store for entry in found.held_back} == {"register.notes", "register.projects"}
    assert all("k1" not in value.shown for entry in found.held_back for value in entry.values)
    assert "Palaute k1: hyvin toimii!" in {value.shown for entry in found.entries for value in entry.values}


def test_her_own_words_wait_where_they_name_somebody_else_whom_we_know() -> None:
    make.person("Matti", "Virtanen", email="matti.virtanen@example.com")
    person_id = access.person(but=frozenset({"feedback"}))
    given = make.origin("web_form", at=access.BEFORE, purposes=("feedback",))
    from seloste.register.actions import add_feedback

    add_feedback(
        by=access.CLERK,
        at=access.BEFORE,
        person_id=person_id,
        origin=given,
        text="Kiitos Matti Virtaselle!",
        given_at=access.BEFORE,
    )
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    assert "register.feedback" in {entry.store for entry in found.held_back}


def test_look_ups_are_told_by_day_and_purpose_and_never_by_whom() -> None:
    person_id = access.person()
    clerk = make.duty("customer_service")
    for _ in range(3):
        register.person_page(by=clerk, at=access.AT, person_id=person_id)
    found = contents(by=access.HERSELF, at=access.later(), person_id=person_id, language="fi")
    today = [one for one in found.look_ups if one.on == access.AT.date()]
    assert [(one.purpose.key, one.times) for one in today] == [(clerk.purpose, 3)]
    assert str(clerk.actor) not in repr(found)


def test_the_rest_of_article_15_is_told_in_her_language() -> None:
    found = contents(by=access.HERSELF, at=access.AT, person_id=access.person(), language="sv")
    assert {one.key for one in found.purposes} >= {"customer_care", "feedback", "projects"}
    assert all(one.period and one.basis for one in found.purposes)
    assert current().authority.name.sv in found.complaint
    assert found.notice_version == current().meta.version
    assert len(found.rights) == len(current().right)


def test_being_told_is_recorded_and_only_for_whoever_answers_requests() -> None:
    person_id = access.person()
    contents(by=access.PRIVACY, at=access.AT, person_id=person_id, language="fi")
    event = AuditEvent.objects.latest("id")
    assert (event.deed, event.subjects, event.actor) == ("access.contents", [person_id], access.PRIVACY.actor)
    for role in ("customer_service", "marketing", "accounting", "technical"):
        with pytest.raises(Missing):
            contents(by=make.duty(role), at=access.AT, person_id=person_id, language="fi")
