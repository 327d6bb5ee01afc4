"""A form's deed is done once, even when its twin comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from tests import make

from seloste.audit.actions import retention as engine
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.once.actions import NotYourForm, SentBefore, earlier, once
from seloste.once.models import SentForm
from seloste.once.retention import SENT_FORMS

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def to_page() -> str:
    return "/page/"


@pytest.mark.django_db
def test_twin_of_another_employee_or_with_something_else_in_it_is_no_twin() -> None:
    by, other, token = make.duty(), make.duty(), uuid4()
    once(by=by, at=AT, token=token, content="x", deed=to_page)

    assert once(by=by, at=AT, token=token, content="x", deed=lambda: "/another/") == "/page/"
    with pytest.raises(SentBefore):
        once(by=by, at=AT, token=token, content="y", deed=to_page)
    with pytest.raises(NotYourForm):
        once(by=other, at=AT, token=token, content="x", deed=to_page)
    asked = [(by, token, "x"), (by, token, "y"), (other, token, "x"), (by, uuid4(), "x")]
    assert [earlier(by=who, token=which, content=what) for who, which, what in asked] == ["/page/", "", "", ""]


@pytest.mark.django_db
def test_marks_go_after_a_day() -> None:
    once(by=make.duty(), at=AT, token=uuid4(), content="x", deed=to_page)

    assert [engine.clear(SENT_FORMS, by=system(SENT_FORMS.purpose), at=AT + days * DAY) for days in (1, 2)] == [0, 1]
    assert SentForm.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_moment_do_one_deed() -> None:
    by, token, start, done = make.duty(), uuid4(), Barrier(4), list[str]()

    def deed() -> str:
        done.append("done")
        return f"/{len(done)}/"

    def send() -> str:
        start.wait()
        try:
            return once(by=by, at=now(), token=token, content="x", deed=deed)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        places = [sent.result() for sent in [pool.submit(send) for _twin in range(4)]]

    assert (places, done) == (["/1/"] * 4, ["done"])
    assert SentForm.objects.count() == 1
