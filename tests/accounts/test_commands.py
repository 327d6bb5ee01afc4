"""`seloste staff` as an operator runs it."""

import contextlib
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from tests.accounts import make

from seloste.accounts.models import User
from seloste.config import preparation
from seloste.config.cli import main
from seloste.config.trouble import Trouble

Run = Callable[..., Result]
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line, in the house that is already up."""
    monkeypatch.setattr(preparation, "house", lambda **_options: contextlib.nullcontext())
    return lambda *arguments: CliRunner().invoke(main, ["staff", *arguments])


def test_first_owner_comes_in_by_the_printed_link(run: Run) -> None:
    result = run("invite", "--name", "Oona Omistaja", "--role", "owner", "oona@example.com")

    found = re.search(r"/tili/kutsu/\S+", result.output)
    assert found, result.output
    response = Client().post(found.group(), {"new": make.PASSWORD, "again": make.PASSWORD})
    assert (response.status_code, User.objects.get().role) == (302, "owner")


def test_known_person_gets_a_new_link(run: Run) -> None:
    user = make.staff()

    result = run("invite", user.email)

    assert "/tili/kutsu/" in result.output
    assert User.objects.count() == 1


def test_new_account_needs_name_and_role(run: Run) -> None:
    result = run("invite", "oona@example.com")

    assert (result.exit_code, User.objects.count()) == (1, 0)
    assert result.output == "Error: A new account needs --name and --role.\n"


def test_undeclared_role_is_one_line(run: Run) -> None:
    result = run("invite", "--name", "A", "--role", "admin", "a@example.com")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_list_shows_who_works_here(run: Run) -> None:
    user = make.staff("marketing")

    line = run("list").output

    assert [word in line for word in (user.email, "marketing", "second factor", "signed")] == [True] * 4


def test_role_and_closing_by_command(run: Run) -> None:
    make.staff("owner")
    user = make.staff()

    run("role", user.email, "marketing")
    run("disable", user.email)
    closed = User.objects.get(id=user.id)
    run("enable", user.email)

    assert (closed.role, closed.is_active, User.objects.get(id=user.id).is_active) == ("marketing", False, True)


def test_last_owner_is_not_closed_by_command(run: Run) -> None:
    user = make.staff("owner")

    result = run("disable", user.email)

    assert (result.exit_code, User.objects.get(id=user.id).is_active) == (1, True)


def test_unknown_login_is_one_line(run: Run) -> None:
    assert run("disable", "nobody@example.com").output == "Error: Nobody signs in as nobody@example.com.\n"


def test_production_refuses_open_demo_accounts() -> None:
    make.staff()

    with pytest.raises(Trouble, match="demo accounts"):
        preparation.refuse_invented_accounts()


def test_production_starts_where_demo_accounts_are_closed() -> None:
    user = make.staff()
    User.objects.filter(id=user.id).update(is_active=False, disabled_at=user.created_at, disabled_by=user.id)

    preparation.refuse_invented_accounts()
