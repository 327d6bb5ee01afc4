"""The command line explains itself and tells expected trouble in one line."""

import os
from collections.abc import Iterator
from unittest import mock

import click
import pytest
from click.testing import CliRunner
from django.utils import translation
from django.utils.translation import gettext_lazy

from seloste.config import cli, preparation
from seloste.config.trouble import Trouble
from seloste.kernel.refusals import Refusal


@pytest.fixture(autouse=True)
def surroundings() -> Iterator[None]:
    """Leave the environment as it was: `seloste demo …` says in it by which notice its children run."""
    with mock.patch.dict(os.environ):
        yield


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


ALL = list(_commands(cli.main))
PASSED_ON = {("migrate",), ("makemigrations",), ("shell",)}


@pytest.mark.parametrize("path", [(), *(path for path in ALL if path not in PASSED_ON)], ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(cli.main, [*path, "--help"])

    assert answer.exit_code == 0
    assert answer.output.startswith("Usage: seloste")
    assert len(answer.output.splitlines()) > 3


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_says_in_a_line_what_it_does(path: tuple[str, ...]) -> None:
    command: click.Command | None = cli.main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)

    assert command is not None
    assert command.get_short_help_str(100).rstrip(".")


def test_unknown_command_is_bad_usage() -> None:
    answer = CliRunner().invoke(cli.main, ["sreve"])

    assert answer.exit_code == 2
    assert "No such command 'sreve'" in answer.output


def test_wrong_setting_is_one_line_on_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "abc")

    answer = CliRunner().invoke(cli.main, ["serve"])

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "Error: PORT=abc is wrong: it must be a whole number.\n"


def test_refusal_of_a_room_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def refuse() -> None:
        raise Refusal("There is no such person.")

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_arguments: refuse)
    answer = CliRunner().invoke(cli.main, ["refuse"])

    assert (answer.exit_code, answer.stderr) == (1, "Error: There is no such person.\n")


def test_settings_command_lists_every_setting() -> None:
    output = CliRunner().invoke(cli.main, ["settings"]).output

    assert "SELOSTE_ORIGIN\n    The site's public address" in output
    assert "DATABASE_URL\n" in output


def test_help_keeps_the_lines_of_its_examples() -> None:
    output = CliRunner().invoke(cli.main, ["--help"]).output

    assert "\n    seloste serve                  serve real people; needs SELOSTE_ORIGIN\n" in output
    assert "..." not in output.partition("Commands:")[2]


def test_refusal_inside_the_house_is_told_in_english() -> None:
    words = gettext_lazy("The notice has not been published: run seloste notice publish.")

    with pytest.raises(Trouble) as trouble, preparation.house(needs_database=False):
        raise Refusal(words)

    assert str(trouble.value) == "The notice has not been published: run seloste notice publish."
    with translation.override("fi"):
        assert str(words) != str(trouble.value)
