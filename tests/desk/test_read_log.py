"""The record of reads, read at the desk."""

import ast
import csv
import re
from pathlib import Path
from uuid import UUID

import pytest
from django.db.models import TextChoices
from django.urls import reverse
from tests.desk import make

import seloste
from seloste.audit.models import AuditEvent
from seloste.desk.shown import DEEDS
from seloste.register.models import Person
from seloste.rights.choices import Happened as RequestHappened
from seloste.services.choices import ChangeKind, TaskState
from seloste.shop.choices import Happened

pytestmark = pytest.mark.django_db


def test_who_saw_a_person_is_told_with_role_and_purpose() -> None:
    person_id = make.person()
    make.client("customer_service").get(reverse("desk:person", args=[person_id]))

    page = make.client("privacy").get(reverse("desk:who_saw", args=[person_id])).content.decode()

    assert "Tiina Testaaja" in page
    assert "Asiakaspalvelu" in page


def test_looking_at_the_record_is_recorded() -> None:
    person_id = make.person()

    make.client("privacy").get(reverse("desk:who_saw", args=[person_id]))

    assert AuditEvent.objects.get(deed="audit.who_saw").subjects == [person_id]


def reference(person_id: UUID) -> str:
    return Person.objects.values_list("reference", flat=True).get(id=person_id)


def test_only_those_whose_job_it_is_read_the_record() -> None:
    person_id, browser = make.person(), make.client("customer_service")

    answers = [
        browser.get(reverse("desk:who_saw", args=[person_id])).status_code,
        browser.get(reverse("desk:record")).status_code,
    ]

    assert answers == [404, 404]


def test_what_an_account_did_is_told() -> None:
    person_id = make.person()
    make.client("customer_service").get(reverse("desk:person", args=[person_id]))
    actor = AuditEvent.objects.filter(deed="person.read").values_list("actor", flat=True).get()

    page = make.client("privacy").get(reverse("desk:touched", args=[actor])).content.decode()

    assert reverse("desk:who_saw", args=[person_id]) in page


def test_the_record_goes_on_where_a_page_ends() -> None:
    person_id, browser = make.person(), make.client("privacy")
    for _time in range(101):
        browser.get(reverse("desk:who_saw", args=[person_id]))

    page = browser.get(reverse("desk:who_saw", args=[person_id]))
    older = browser.get(page.context["older_url"])

    numbers = [[event.number for event, _name, _more in answer.context["events"]] for answer in (page, older)]
    assert len(numbers[0]) == 100
    assert max(numbers[1]) < min(numbers[0])


def test_the_record_is_had_as_a_file() -> None:
    person_id, browser = make.person(), make.client("privacy")

    answer = browser.get(reverse("desk:who_saw", args=[person_id]), {"muoto": "csv"})

    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert reference(person_id) in {line[5] for line in lines[1:]}


def test_a_page_of_the_record_that_is_no_number_is_the_first() -> None:
    browser = make.client("privacy")

    assert browser.get(reverse("desk:record"), {"before": "x"}).status_code == 200


def test_every_deed_that_pages_here_made_has_a_name() -> None:
    person_id, browser = make.person(email="maija@example.com"), make.client("privacy")
    for place in ("desk:home", "desk:messages", "desk:owed", "desk:ending", "desk:record"):
        browser.get(reverse(place))
    browser.get(reverse("desk:person", args=[person_id]))

    assert set(AuditEvent.objects.values_list("deed", flat=True)) <= set(DEEDS)


SOURCE = Path(seloste.__file__).parent
#: Deeds whose second half is a value of a closed list.
FAMILIES: dict[str, type[TextChoices]] = {
    "order": Happened,
    "subscription": ChangeKind,
    "activation": TaskState,
    "request": RequestHappened,
}


def deeds_in(code: str, *, subjects: set[str]) -> set[str]:
    """Return what a module records: what it calls a deed, and what it hands on that looks like one."""
    found = set()
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.keyword) and call.arg == "deed" and isinstance(call.value, ast.Constant):
            found.add(str(call.value.value))
        for told in call.args if isinstance(call, ast.Call) and "_log" not in ast.unparse(call.func) else []:
            if isinstance(told, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(told.value)):
                found |= {str(told.value)} if str(told.value).partition(".")[0] in subjects else set()
    return {deed for deed in found if deed}


def test_every_deed_that_code_records_has_words() -> None:
    subjects = {deed.partition(".")[0] for deed in DEEDS}
    modules = [path for folder in ("actions", "queries") for path in SOURCE.rglob(f"{folder}/*.py")]
    modules += [path for name in ("actions", "queries") for path in SOURCE.rglob(f"{name}.py")]
    recorded = {deed for path in modules for deed in deeds_in(path.read_text(), subjects=subjects)}
    recorded |= {f"{subject}.{kind}" for subject, kinds in FAMILIES.items() for kind in kinds.values}
    recorded -= {"activation.waiting"}  # that it waits is said as "activation.waits"

    assert len(recorded) > 120
    assert recorded - set(DEEDS) == set()


def test_the_record_is_narrowed_to_days_and_to_what_was_denied() -> None:
    person_id, browser = make.person(), make.client("privacy")
    make.client("accounting").get(reverse("desk:person", args=[person_id]))
    place = reverse("desk:who_saw", args=[person_id])
    browser.get(place)

    found = {
        asked: [name for _event, name, _more in browser.get(f"{place}?{asked}").context["events"]]
        for asked in ("denied=on", "until=2001-01-01", "since=2001-01-01&denied=on")
    }

    assert found == {
        "denied=on": [str(DEEDS["person.read"])],
        "until=2001-01-01": [],
        "since=2001-01-01&denied=on": [str(DEEDS["person.read"])],
    }
