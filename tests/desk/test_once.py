"""A form's deed is done once, even when its twin comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from tests import make

from seloste.desk.actions import once
from seloste.desk.models import SentForm
from seloste.kernel.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


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
