"""What a stranger or an accident could make of a letter, a number, an address in other letters, or many presses."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests import make
from tests.outreach import make as outreach
from tests.outreach.test_at_once import at_once

from seloste.consents import actions as consents
from seloste.consents.choices import Channel
from seloste.consents.queries import is_suppressed
from seloste.floods.rules import Limit
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.mail import actions as mail
from seloste.mail.models import Message
from seloste.mail.rules.course import Outcome, Result
from seloste.outreach.actions import mailings
from seloste.outreach.rules import asking
from seloste.register.models import ContactPoint, Person

SENDER = system("customer_care")


@pytest.fixture(autouse=True)
def published() -> None:
    from seloste.notices.queries import publications

    publications._published.clear()  # noqa: SLF001 -- a process remembers what the test before has emptied
    make.version_id(now())


def on_its_way() -> UUID:
    """Return a mailing whose one message is in the outbox."""
    outreach.subscriber()
    mail.cancel(by=SENDER, at=now(), message_id=Message.objects.get().id)
    mailing_id, by = uuid4(), make.duty("marketing")
    mailings.write(by=by, at=now(), mailing_id=mailing_id, words={"fi": ("Syksy", "Hei!")})
    mailings.choose_audience(by=by, at=now(), mailing_id=mailing_id)
    mailings.send(by=by, at=now(), mailing_id=mailing_id)
    assert mailings.forward(now()) == 1
    return mailing_id


def stop(mailing_id: UUID) -> None:
    mailings.stop(by=make.duty("marketing"), at=now(), mailing_id=mailing_id)


def waiting() -> list[str]:
    return list(Message.objects.filter(kind="marketing").values_list("state", flat=True))


@pytest.mark.django_db
def test_stopped_letter_that_a_sender_holds_does_not_leave() -> None:
    mailing_id = on_its_way()
    (held,) = mail.claim(by=SENDER, at=now())

    stop(mailing_id)

    assert mail.step(by=SENDER, at=now(), release=held) is None
    assert waiting() == ["cancelled"]


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.UNREACHABLE])
def test_stopped_letter_that_comes_back_from_the_mail_server_is_called_off(outcome: Outcome) -> None:
    mailing_id = on_its_way()
    (held,) = mail.claim(by=SENDER, at=now())
    assert mail.step(by=SENDER, at=now(), release=held) is not None
    stop(mailing_id)

    mail.step(by=SENDER, at=now(), done=mail.Done(claim=held, result=Result(outcome=outcome, verb="RCPT")))
    mailings.forward(now())

    assert waiting() == ["cancelled"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_presses_at_once_from_one_network_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FROM_A_NETWORK", Limit(an_hour=3))

    def press(number: int) -> Callable[[], int]:
        return lambda: outreach.ask(f"uhri{number}@example.com").status_code

    answers = at_once([press(number) for number in range(8)])

    assert sorted(answers) == [200] * 3 + [429] * 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_guesses_at_once_over_many_addresses_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FROM_A_NETWORK", Limit(an_hour=3))

    def guess(number: int) -> Callable[[], int]:
        values = {"email": f"uhri{number}@example.com", "code": "123 456"}
        return lambda: Client().post(outreach.CODE, values).status_code

    answers = at_once([guess(number) for number in range(8)])

    assert sorted(answers) == [422] * 3 + [429] * 5


@pytest.mark.django_db
def test_address_written_with_capitals_in_the_register_can_be_confirmed() -> None:
    person_id = make.person(at=now(), email="Maija.Meikalainen@example.com")

    path = outreach.asked("maija.meikalainen@example.com", wanted=[outreach.CONSENT])
    answer = Client().post(path, {"do": "confirm"})

    assert answer.status_code == 302
    assert Person.objects.count() == 1
    assert ContactPoint.objects.get(person_id=person_id, kind="email").verified_at is not None


@pytest.mark.django_db
def test_lifting_ones_own_ban_opens_no_number_that_somebody_else_closed() -> None:
    number = "+358401234567"
    clerk = make.duty("marketing")
    consents.suppress(by=clerk, at=now() - timedelta(days=1), channel=Channel.PHONE, address=number)
    consents.suppress(by=clerk, at=now() - timedelta(days=1), channel=Channel.SMS, address=number)
    stranger = make.person(at=now(), email="vieras@example.com", phone=number)
    link = outreach.letter_link(stranger, "vieras@example.com")

    Client().post(link, {"do": "object"})
    Client().post(link, {"do": "lift"})

    assert is_suppressed(Channel.EMAIL, "vieras@example.com") is False
    assert is_suppressed(Channel.PHONE, number)
    assert is_suppressed(Channel.SMS, number)
