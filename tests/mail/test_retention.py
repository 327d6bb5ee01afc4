"""Words of messages go after a month, the messages with their purpose; nothing goes before its day."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests import make
from tests.mail import make as mail
from tests.mail import relay as relays

from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system
from seloste.mail.jobs import Sender
from seloste.mail.models import Enclosure, Message, MessageEvent
from seloste.mail.rules import Attachment
from seloste.mail.transport import Smtp

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
#: So long ago that every period is over by the database's own clock too, which guards what is only added to.
LONG_AGO = make.AT.replace(year=2020)


def sent(tmp_path: Path) -> None:
    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url)).run(LONG_AGO)


def clear(key: str, days: int) -> int:
    store = next(one for one in retention.stores() if one.key == key)
    return store.clear(system("customer_care"), LONG_AGO + days * DAY, 100)


def test_words_go_after_thirty_days_and_the_message_stays(tmp_path: Path) -> None:
    file = Attachment(name="kuitti.pdf", content_type="application/pdf", content=b"x")
    message_id = mail.service(at=LONG_AGO, attachments=[file])
    sent(tmp_path)

    assert (clear("mail.words", 30), clear("mail.words", 31)) == (0, 1)

    message = Message.objects.get(id=message_id)
    assert (message.subject, message.text, message.html, Enclosure.objects.count()) == ("", "", "", 0)
    assert (message.state, message.address, message.released_rule) == ("accepted", "maija@example.com", "S1.service")


def test_words_of_marketing_take_the_links_along(tmp_path: Path) -> None:
    mail.marketing(at=LONG_AGO, person_id=mail.consenting_at(LONG_AGO))
    sent(tmp_path)

    clear("mail.words", 31)

    assert Message.objects.values_list("one_click_url", "preferences_url", "text").get() == ("", "", "")


def test_words_that_are_asked_for_stay_as_long_as_the_message(tmp_path: Path) -> None:
    mail.service(at=LONG_AGO, keep_for="purpose")
    sent(tmp_path)

    assert (clear("mail.words", 31), clear("mail.words", 731)) == (0, 1)


def test_message_goes_with_its_fates_when_its_purpose_is_over(tmp_path: Path) -> None:
    mail.service(at=LONG_AGO)
    sent(tmp_path)

    assert clear("mail.service", 730) == 0  # 24 months from 25 November 2020 end on 25 November 2022
    assert (clear("mail.service", 731), Message.objects.count(), MessageEvent.objects.count()) == (1, 0, 0)


def test_what_waits_keeps_its_words() -> None:
    mail.service(at=LONG_AGO)

    assert clear("mail.words", 100) == 0


def test_due_tells_the_days(tmp_path: Path) -> None:
    mail.service(at=LONG_AGO)
    sent(tmp_path)
    store = next(one for one in retention.stores() if one.key == "mail.words")

    last = local_date(LONG_AGO) + timedelta(days=30)
    assert [(one.on, one.count) for one in store.due(last)] == [(last, 1)]
    assert list(store.due(last - DAY)) == []
    assert store.held
    assert store.held() == 1
