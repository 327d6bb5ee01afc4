"""Many at the same moment: one code opens one page, and guesses are counted one by one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests import make as house
from tests.mydata import make

from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.mydata.actions import entering
from seloste.mydata.models import Session
from seloste.mydata.queries import entrance
from seloste.mydata.queries.entrance import herself
from seloste.notices.queries import publications
from seloste.outreach.models import Asked
from seloste.outreach.rules.asking import MOST_TRIES, read_code

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture
def letter(transactional_db: None) -> Any:  # noqa: ANN401 -- a row of the outbox
    publications._published.clear()  # noqa: SLF001 -- a process remembers the notice; its table was emptied
    house.version_id(now() - make.LONG_AGO)
    make.known()
    return make.asked()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do it many times, all beginning together, each with a connection of its own."""
    together = Barrier(MANY, timeout=30)

    def one(number: int) -> Any:  # noqa: ANN401 -- what the work returns
        together.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def typed(code: str) -> Any:  # noqa: ANN401 -- likewise
    return entering.open_by_code(by=visitor("rights"), at=now(), address=make.ADDRESS, code=code, network="192.0.2.1")


def test_one_code_opens_one_page(letter: Any) -> None:  # noqa: ANN401 -- likewise
    code = read_code(make.code_in(letter))

    opened = [one for one in at_once(lambda _number: typed(code)) if one is not None]

    assert (len(opened), Session.objects.count()) == (1, 1)


def test_link_and_code_together_open_one_page(letter: Any) -> None:  # noqa: ANN401 -- likewise
    code = read_code(make.code_in(letter))
    letters = make.link_in(letter).rstrip("/").rsplit("/", 1)[-1]

    def work(number: int) -> Any:  # noqa: ANN401 -- likewise
        if number % 2:
            return typed(code)
        return entering.open_by_link(by=visitor("rights"), at=now(), letters=letters)

    assert len([one for one in at_once(work) if one is not None]) == 1
    assert Session.objects.count() == 1


def test_guesses_at_one_moment_are_counted_one_by_one(letter: Any) -> None:  # noqa: ANN401 -- likewise
    right = int(read_code(make.code_in(letter)))

    guesses = at_once(lambda number: typed(f"{(right + number + 1) % 10**6:06}"))

    assert guesses == [None] * MANY
    assert Asked.objects.get().tries == MOST_TRIES
    assert typed(f"{right:06}") is None


def test_new_proof_counts_its_guesses_too(letter: Any) -> None:  # noqa: ANN401 -- likewise
    begun = typed(read_code(make.code_in(letter)))
    entering.send_new_code(at=now(), opened=begun.opened, language="fi")
    right = int(read_code(make.code_in(make.letters()[-1])))

    def work(number: int) -> bool:
        code = f"{(right + number + 1) % 10**6:06}"
        return entering.prove_again(by=herself(), at=now(), opened=begun.opened, code=code)

    assert at_once(work) == [False] * MANY
    assert Session.objects.get().tries == MOST_TRIES
    assert not entering.prove_again(by=herself(), at=now(), opened=begun.opened, code=f"{right:06}")
    assert entrance.opened(begun.token, at=now()) is not None
