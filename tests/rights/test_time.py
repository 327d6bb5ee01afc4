"""What comes by itself: alarms to those who answer, and what goes when its time is up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests import make as house
from tests.accounts.make import staff
from tests.rights import make

from seloste.audit.actions import retention as engine
from seloste.declaration.load import current
from seloste.kernel import timeline
from seloste.kernel.duty import system
from seloste.mail.models import Message
from seloste.rights import actions, jobs
from seloste.rights.choices import Right, State
from seloste.rights.models import ClockEvent, Correspondence, Request, RequestItem
from seloste.rights.retention import REQUESTS

pytestmark = pytest.mark.django_db
#: Nine in the morning of the last day, in Helsinki.
LAST_DAY = datetime(2026, 12, 28, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def alarms(address: str) -> list[str]:
    rows = Message.objects.filter(address=address, key__startswith="rights-alarm").order_by("queued_at")
    return list(rows.values_list("text", flat=True))


def test_each_alarm_is_told_once_to_those_who_answer() -> None:
    privacy, owner = staff("privacy"), staff("owner")
    request = make.request(make.received(Right.ACCESS))
    begin = datetime(2026, 12, 13, 7, tzinfo=UTC)  # fifteen days before, at nine
    for hours in range(0, 17 * 24, 6):
        jobs.ring(begin - 6 * HOUR + hours * HOUR)

    told = alarms(privacy.email)
    assert len(told) == 5
    assert all(request.reference in text and "Maija" not in text for text in told)
    assert alarms(owner.email) != []


def test_owner_is_told_every_hour_when_an_answer_is_late() -> None:
    owner = staff("owner")
    make.received(Right.ACCESS)
    midnight = datetime(2026, 12, 28, 22, tzinfo=UTC)
    jobs.ring(midnight - timedelta(minutes=1))
    assert alarms(owner.email) == []
    for minutes in range(0, 180, 15):
        jobs.ring(midnight + timedelta(minutes=minutes))

    assert len(alarms(owner.email)) == 3


def test_answered_request_rings_no_more() -> None:
    privacy = staff("privacy")
    make.received(Right.MARKETING_OBJECTION)
    make.swept()
    jobs.ring(LAST_DAY)

    assert alarms(privacy.email) == []


def test_events_of_the_table_go_as_soon_as_the_declared_period_is_over() -> None:
    assert str(current().purpose["rights"].retention.period) == "P3Y"
    assert ClockEvent.goes_after == ("noted_at", "36 months")


def test_matter_goes_three_years_after_it_ended_and_an_open_one_never() -> None:
    long_ago = datetime(2019, 5, 2, 9, tzinfo=UTC)
    ended = make.received(Right.QUESTION, at=long_ago)
    still_open = make.received(Right.QUESTION, at=long_ago)
    actions.withdraw(by=make.HERSELF, at=long_ago + DAY, request_id=ended)
    assert [(due.on, due.count) for due in REQUESTS.due(date(2022, 5, 3))] == [(date(2022, 5, 3), 1)]

    assert engine.clear(REQUESTS, by=system("rights"), at=datetime(2022, 5, 3, 20, tzinfo=UTC)) == 0
    assert engine.clear(REQUESTS, by=system("rights"), at=datetime(2022, 5, 3, 21, tzinfo=UTC)) == 1

    assert list(Request.objects.values_list("id", flat=True)) == [still_open]
    for table in (RequestItem, Correspondence):
        assert set(table.objects.values_list("request_id", flat=True)) == {still_open}
    assert set(ClockEvent.objects.values_list("request", flat=True)) == {still_open}


def test_request_stands_on_the_timeline_of_those_who_answer_and_of_nobody_else() -> None:
    request = make.request(make.proved(Right.ACCESS))
    assert request.person is not None

    seen = [entry.reference for entry in timeline.entries(make.PRIVACY, request.person)]
    assert request.reference in seen
    others = timeline.entries(house.duty("customer_service"), request.person)
    assert request.reference not in [entry.reference for entry in others]
    assert request.state == State.ASSESSING
