"""A database that was copied or put back sends nothing until somebody has taken it over."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.fixtures import Settings
from tests import make
from tests.mail import make as mail
from tests.mail import relay as relays

from seloste.kernel.duty import operator
from seloste.mail import actions, home, jobs, queries
from seloste.mail.home import NotHome, Standing
from seloste.mail.jobs import Sender
from seloste.mail.models import Home, Message
from seloste.mail.transport import Smtp

ROOT = Path(__file__).parents[2]
OPERATOR = operator("customer_care", may=frozenset())
LATER = make.AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_mark(settings: Settings, tmp_path: Path) -> Path:
    settings.OUTBOX_MARK = tmp_path / "outbox"
    return tmp_path / "outbox"


def send(tmp_path: Path) -> list[str]:
    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url)).run(LATER)
        return relay.took()


@pytest.mark.django_db
def test_first_message_makes_the_place_a_home() -> None:
    assert home.standing() is Standing.NEW

    mail.service()

    assert home.standing() is Standing.HOME


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"installation": "x"}, {"cluster": "1/1"}, {"database": "1/other"}])
def test_what_does_not_fit_its_place_sends_nothing(changed: dict[str, str], tmp_path: Path) -> None:
    message_id = mail.service()
    Home.objects.update(**changed)

    assert home.standing() is Standing.COPIED
    assert (jobs.send(LATER), jobs.resolve(LATER)) == (0, 0)
    with pytest.raises(NotHome):
        send(tmp_path)
    assert Message.objects.get(id=message_id).state == "queued"
    assert queries.condition().standing is Standing.COPIED


@pytest.mark.django_db
def test_another_installation_on_the_same_database_sends_nothing(settings: Settings, tmp_path: Path) -> None:
    mail.service()
    settings.INSTALL_ID = "another"

    with pytest.raises(NotHome):
        send(tmp_path)


@pytest.mark.django_db
def test_database_put_back_to_an_earlier_day_sends_nothing(tmp_path: Path, own_mark: Path) -> None:
    mail.service()
    assert len(send(tmp_path)) == 1
    mail.service()
    Home.objects.update(claims=0)  # as it was when the backup was made

    assert next(own_mark.parent.glob("outbox-*")).read_text().split() == [settings.INSTALL_ID, "1"]
    assert home.standing() is Standing.PUT_BACK
    with pytest.raises(NotHome):
        send(tmp_path)


@pytest.mark.django_db
@pytest.mark.parametrize(("cancel_waiting", "then"), [(True, "cancelled"), (False, "queued")])
def test_adopting_lets_messages_leave_again(*, cancel_waiting: bool, then: str, tmp_path: Path) -> None:
    waiting, under_way = mail.service(), mail.service()
    claims = {one.message: one for one in actions.claim(by=mail.BY, at=make.AT)}
    actions.step(by=mail.BY, at=make.AT, release=claims[under_way])
    actions.give_back(by=mail.BY, at=make.AT, claims=[claims[waiting]])
    Home.objects.update(database="1/other")

    assert actions.adopt(by=OPERATOR, at=LATER, cancel_waiting=cancel_waiting) == int(cancel_waiting)

    assert home.standing() is Standing.HOME
    assert Message.objects.get(id=waiting).state == then
    assert Message.objects.get(id=under_way).state == "unknown"


@pytest.mark.django_db
def test_adopting_a_database_that_was_put_back_lasts(tmp_path: Path) -> None:
    mail.service()
    send(tmp_path)
    Home.objects.update(claims=0)

    actions.adopt(by=OPERATOR, at=LATER, cancel_waiting=True)
    mail.service()

    assert len(send(tmp_path)) == 2  # the ledger holds the one before as well


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_real_copy_of_the_database_sends_nothing(tmp_path: Path) -> None:
    """The copy is PostgreSQL's own, and the sender a process of its own with the same folder."""
    mail.service()
    own = connection.settings_dict
    name = f"{own['NAME']}_copy"
    connection.close()
    with relays.running(tmp_path / "ledger") as relay:
        with _copied(own["NAME"], name, own):
            url = f"postgresql://{own['USER']}@/{name}?host={own['HOST']}"
            told = subprocess.run(
                [sys.executable, "-m", "bench.nursery", relay.url, str(relay.ledger)],
                input=json.dumps({"at": LATER.timestamp()}) + "\n",
                env={**os.environ, "DATABASE_URL": url},
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
        assert json.loads(told.stdout)["signal"] == -1
        assert "NotHome" in told.stderr
        assert relay.took() == []


def _copied(template: str, name: str, own: dict[str, str]):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a context
    from contextlib import contextmanager

    import psycopg

    @contextmanager
    def copy():  # type: ignore[no-untyped-def]  # noqa: ANN202 -- likewise
        with psycopg.connect(host=own["HOST"], user=own["USER"], dbname="postgres", autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            try:
                yield
            finally:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    return copy()
