"""Things that happen at one moment happen once: presses, clicks, confirmations and workers beside each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from tests import make
from tests.outreach import make as outreach

from seloste.consents.choices import ConsentState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.kernel.clock import now
from seloste.mail.models import Message
from seloste.outreach.actions import asking, mailings
from seloste.outreach.models import Asked
from seloste.register.models import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


@pytest.fixture(autouse=True)
def published() -> None:
    from seloste.notices.queries import publications

    publications._published.clear()  # noqa: SLF001 -- a process remembers what the test before has emptied
    make.version_id(now())


def at_once(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do everything at one moment, each on a connection of its own; return what came of it."""
    barrier = Barrier(len(work))

    def done(one: Callable[[], Any]) -> Any:  # noqa: ANN401 -- whatever the work returns
        try:
            barrier.wait(timeout=20)
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as beside:
        return list(beside.map(done, work))


def press(path: str, **values: str) -> Callable[[], int]:
    return lambda: Client().post(path, values).status_code


def test_one_order_confirmed_many_times_at_once_is_one_person_and_one_consent() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])

    answers = at_once([press(link, do="confirm")] * AT_ONCE)

    assert answers == [302] * AT_ONCE
    assert (Person.objects.count(), ConsentEvent.objects.count()) == (1, 1)


def test_two_orders_of_one_address_confirmed_at_once_are_one_person() -> None:
    links = [outreach.asked(wanted=[outreach.CONSENT]) for _ in range(3)]

    at_once([press(link, do="confirm") for link in links])

    assert Person.objects.count() == 1
    assert set(ConsentEvent.objects.values_list("state", flat=True)) <= {ConsentState.GIVEN, ConsentState.RENEWED}


def test_clicks_at_once_withdraw_once() -> None:
    path = outreach.one_click(outreach.subscriber())

    answers = at_once([press(path)] * AT_ONCE)

    assert answers == [200] * AT_ONCE
    assert ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).count() == 1
    assert (Suppression.objects.count(), ObjectionEvent.objects.count()) == (1, 0)


def test_clicks_of_two_persons_with_one_address_wait_for_each_other_in_the_same_order() -> None:
    first, second = outreach.subscriber(), outreach.person()
    paths = [outreach.one_click(first), outreach.one_click(second)] * 3

    answers = at_once([press(path) for path in paths])

    assert answers == [200] * len(paths)


def test_one_code_typed_at_once_opens_once() -> None:
    outreach.ask()
    code = outreach.code_in(outreach.messages()[-1])

    answers = at_once([press(outreach.CODE, email=outreach.ADDRESS, code=code)] * AT_ONCE)

    assert sorted(answers) == [302] + [422] * (AT_ONCE - 1)


def test_guesses_at_once_are_all_counted() -> None:
    outreach.ask()
    code = outreach.code_in(outreach.messages()[-1])
    wrong = "000 000" if code != "000 000" else "111 111"

    at_once([press(outreach.CODE, email=outreach.ADDRESS, code=wrong)] * 8)

    assert Asked.objects.get().tries == 5


def test_presses_at_once_for_one_address_send_no_more_than_the_limit() -> None:
    def one() -> int:
        return outreach.ask().status_code

    assert at_once([one] * 8) == [200] * 8
    assert len(outreach.messages()) == 3


def test_the_same_press_many_times_at_once_sends_once() -> None:
    mark = outreach.token()

    answers = at_once([lambda: outreach.ask(token=mark).status_code] * AT_ONCE)

    assert answers == [200] * AT_ONCE
    assert len(outreach.messages()) == 1


def sendable(people: int) -> UUID:
    for number in range(people):
        outreach.subscriber(f"tilaaja{number}@example.com")
    mailing_id = uuid4()
    by = make.duty("marketing")
    mailings.write(by=by, at=now(), mailing_id=mailing_id, words={"fi": ("Syksy", "Hei!")})
    mailings.choose_audience(by=by, at=now(), mailing_id=mailing_id)
    return mailing_id


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="marketing"))


def test_letter_sent_from_two_windows_and_forwarded_by_two_workers_leaves_once() -> None:
    mailing_id = sendable(5)

    def send() -> None:
        mailings.send(by=make.duty("marketing"), at=now(), mailing_id=mailing_id)

    at_once([send] * 3)
    at_once([lambda: mailings.forward(now())] * 3)

    assert len(letters()) == 5
    assert len({one.person for one in letters()}) == 5


def test_stop_beside_a_worker_leaves_nothing_waiting() -> None:
    mailing_id = sendable(5)
    mailings.send(by=make.duty("marketing"), at=now(), mailing_id=mailing_id)

    at_once(
        [
            lambda: mailings.forward(now()),
            lambda: mailings.stop(by=make.duty("marketing"), at=now(), mailing_id=mailing_id),
        ]
    )
    mailings.forward(now())

    assert {one.state for one in letters()} <= {"cancelled"}


def test_audience_chosen_in_two_windows_is_chosen_once() -> None:
    from seloste.outreach.actions.mailings import TooLate
    from seloste.outreach.models import Recipient

    mailing_id = sendable(2)
    mailings.let_go(by=make.duty("marketing"), at=now(), mailing_id=mailing_id)

    def choose() -> str:
        try:
            mailings.choose_audience(by=make.duty("marketing"), at=now(), mailing_id=mailing_id)
        except TooLate:
            return "late"
        return "chosen"

    assert sorted(at_once([choose] * 3)) == ["chosen", "late", "late"]
    assert Recipient.objects.count() == 2


def test_forgetting_beside_a_confirmation_breaks_neither() -> None:
    link = outreach.asked(wanted=[outreach.CONSENT])

    at_once([press(link, do="confirm"), lambda: asking.forget_what_is_over(now())])

    assert ConsentEvent.objects.filter(state=ConsentState.GIVEN).count() == 1
