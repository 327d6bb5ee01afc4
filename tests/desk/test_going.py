"""What goes and when, and the page of the machine: who sees them, and that they tell the truth."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from tests import make
from tests.accounts.make import client_of
from tests.desk.make import client, tables

from seloste.audit.actions import retention as engine
from seloste.audit.actions import runs
from seloste.audit.models import Run, SweepState
from seloste.kernel import retention, sweeps
from seloste.kernel.clock import HELSINKI, local_date, now
from seloste.register.models import Ground

pytestmark = pytest.mark.django_db

PAGES = {
    "desk:going": {"privacy", "owner"},
    "desk:ending": {"customer_service", "marketing", "accounting", "privacy"},
    "desk:machine": {"technical", "owner", "privacy"},
}
ROLES = ("customer_service", "marketing", "accounting", "technical", "privacy", "owner")


@pytest.mark.parametrize("page", PAGES)
def test_page_is_there_for_those_whose_job_it_is_and_for_nobody_else(page: str) -> None:
    make.version_id(now())

    found = {role for role in ROLES if client_of(role).get(reverse(page)).status_code == 200}

    assert found == PAGES[page]
    assert {client_of(role).get(reverse(page)).status_code for role in set(ROLES) - found} == {404}


@pytest.mark.parametrize("role", ROLES)
def test_menu_leads_only_to_what_is_there(role: str) -> None:
    browser = client(role)
    page = browser.get(reverse("desk:home")).content.decode()

    for name, roles in PAGES.items():
        if f'href="{reverse(name)}"' in page:
            assert role in roles
    assert any(f'href="{reverse(name)}"' in page for name, roles in PAGES.items() if role in roles)


def run_ending(days: int, count: int = 1) -> None:
    last = local_date(now()) + timedelta(days=days)
    began = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    for _ in range(count):
        Run.objects.create(sweep="mail.send", started_at=began, ended_at=began, done=1, outcome="done", keep_until=last)


def words(page: str) -> str:
    return " ".join(client("privacy").get(reverse(page), headers={"accept-language": "en"}).content.decode().split())


@pytest.fixture
def only_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.audit.retention import RUNS

    monkeypatch.setattr(retention, "_stores", {RUNS.key: RUNS})


def test_looking_changes_nothing() -> None:
    browser = client("privacy")
    run_ending(-3)
    before = tables()

    for page in PAGES:
        assert browser.get(reverse(page)).status_code == 200

    assert tables() == before


def test_chart_holds_what_goes_each_night(only_runs: None) -> None:
    for days, count in ((-1, 2), (0, 1), (3, 8), (40, 5)):
        run_ending(days, count)

    found = client("privacy").get(reverse("desk:going")).context

    night = {bar.label: bar.count for bar in found["bars"] if bar.count}
    assert list(night.values()) == [2, 1, 8]  # tonight, the next night, four nights on
    assert len(found["bars"]) == 30
    assert [figure["value"] for figure in found["figures"]] == ["2", "11", "11"]
    assert max(bar.height for bar in found["bars"]) == 240


def test_overdue_is_an_alarm_and_being_in_time_is_not(only_runs: None) -> None:
    run_ending(-1)
    assert client("privacy").get(reverse("desk:going")).context["overdue"] == ""

    run_ending(-2, 3)
    page = client("privacy").get(reverse("desk:going"))

    assert page.context["overdue"] == "3"
    assert 'role="alert"' in page.content.decode()

    engine.run_day(now())
    assert client("privacy").get(reverse("desk:going")).context["overdue"] == ""


def test_store_that_fails_is_named(only_runs: None) -> None:
    (store,) = retention.stores()
    engine.note_failure(store, ValueError("Maija Mallikas"), at=now())

    page = client("privacy").get(reverse("desk:going"))

    assert page.context["failed"] == [store.name]
    assert "Mallikas" not in page.content.decode()


def test_people_past_their_end_are_counted_and_not_hidden() -> None:
    at = now() - timedelta(days=800)
    over, still = make.person(at=at), make.person(at=at)
    make.person(at=now())
    Ground.objects.filter(person_id__in=[over, still]).update(keep_until=local_date(now()) - timedelta(days=1))
    ground = Ground.objects.get(person_id=still)
    Ground.objects.create(
        **{field.attname: getattr(ground, field.attname) for field in Ground._meta.concrete_fields}
        | {"id": make.person(at=at), "purpose": "feedback", "keep_until": local_date(now())}
    )

    found = client("owner").get(reverse("desk:going")).context

    assert (found["past_grounds"], found["past_persons"]) == (3, 2)


# --- The machine ------------------------------------------------------------------------------------------------------


def lines() -> dict[str, dict[str, object]]:
    found = client("technical").get(reverse("desk:machine")).context
    return {line["key"]: line for line in found["lines"]}


def test_every_sweep_is_shown_even_where_it_has_never_run() -> None:
    assert set(lines()) == {sweep.key for sweep in sweeps.sweeps()}
    assert lines()["retention.run"]["tone"] == "warn"


def test_state_of_a_sweep_is_what_was_noted_last() -> None:
    at = now()
    runs.note_idle(sweep="retention.run", at=at)
    assert lines()["retention.run"]["tone"] == "good"

    runs.note_failed(sweep="retention.run", started_at=at, at=at, error="ValueError", failures=3)
    line = lines()["retention.run"]
    assert (line["tone"], line["error"], line["failures"]) == ("bad", "ValueError", 3)

    runs.note_done(sweep="retention.run", started_at=at, ended_at=at, done=7)
    line = lines()["retention.run"]
    assert (line["tone"], line["done"], line["failures"]) == ("good", "7", 0)

    SweepState.objects.update(looked_at=at - timedelta(hours=1))
    assert lines()["retention.run"]["tone"] == "bad"


def test_page_says_when_no_worker_runs() -> None:
    assert 'role="alert"' in client("technical").get(reverse("desk:machine")).content.decode()


def test_failures_in_a_row_leave_few_rows() -> None:
    at = now()
    for failures in range(1, 1025):
        runs.note_failed(sweep="retention.run", started_at=at, at=at, error="ValueError", failures=failures)

    assert Run.objects.count() == 12  # 1, 2, 4 … 1024, and 768


def test_clearing_is_told_in_the_read_log_with_its_count(only_runs: None) -> None:
    run_ending(-1, 4)
    engine.run_day(now())

    page = client("privacy").get(reverse("desk:record")).content.decode()

    assert "(4)" in page
    assert "audit_runs" not in page
