"""Logs name no person, whoever writes them and however."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client

from seloste.config import logs


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the root logger's handler writes, for the length of a test."""
    stream = StringIO()
    formatter = logs.dictionary("info")["formatters"]["json"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            **{key: value for key, value in formatter.items() if key != "()"},
        )
    )
    logger = logging.getLogger("seloste.test")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield stream
    logger.removeHandler(handler)


def _line(stream: StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(stream.getvalue())
    return line


def test_listed_keys_pass(written: StringIO) -> None:
    structlog.stdlib.get_logger("seloste.test").info(
        "page.served", route="desk:person", status=200, ms=12.5, request="01J8Z", email="aino@example.com"
    )

    line = _line(written)
    assert line.pop("at")
    assert line == {
        "event": "page.served", "level": "info", "logger": "seloste.test",
        "route": "desk:person", "status": 200, "ms": 12.5, "request": "01J8Z",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["Aino Esimerkki", "aino@example.com", "/desk/?q=aino", "Mannerheimintie 1"])
def test_value_that_could_be_somebodys_words_is_dropped(written: StringIO, value: str) -> None:
    structlog.stdlib.get_logger("seloste.test").info("page.served", route=value)

    assert _line(written)["route"] == "dropped"


def test_words_of_a_library_are_dropped_and_its_status_kept(written: StringIO) -> None:
    logging.getLogger("seloste.test").warning(
        "Not Found: %s", "/desk/?q=aino@example.com", extra={"status_code": 404, "request": "GET /?q=aino"}
    )

    line = _line(written)
    assert (line["event"], line["status"]) == ("library", 404)
    assert "aino" not in written.getvalue()


def test_error_is_told_by_its_class_and_place_without_its_words(written: StringIO) -> None:
    try:
        int("aino@example.com")
    except ValueError:
        logging.getLogger("seloste.test").exception("Could not save aino@example.com")

    line = _line(written)
    assert line["error"] == "ValueError"
    assert str(line["where"]).startswith("['tests/config/test_logs.py:")
    assert "aino" not in written.getvalue()


@pytest.mark.django_db
def test_request_is_told_by_its_pattern_at_level_debug(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="seloste.requests"):
        client.get("/tyopoyta/henkilot/0190163d-8694-739b-aea5-966c26f8ad91/?q=aino@example.com")

    told: list[Any] = [record.msg for record in caplog.records if record.name == "seloste.requests"]
    assert [(line["route"], line["status"]) for line in told] == [("tyopoyta/henkilot/<uuid:person_id>/", 302)]
    assert "aino" not in str(told)
