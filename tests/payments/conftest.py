"""Payments happen under a notice that names the providers, with keys that are invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer
    from tests.payments.make import Shop


@pytest.fixture(scope="session")
def notice_with_providers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notice that names both providers."""
    from tests.payments import make

    return make.lay_over(tmp_path_factory.mktemp("notice") / "notice")


@pytest.fixture
def providers(notice_with_providers: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Both providers are set up and named; what they would be asked goes nowhere unless a gateway is up."""
    from tests.payments import make

    with make.under(notice_with_providers, monkeypatch):
        make.set_up(settings)
        yield settings


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The stand-in for the providers, a process of its own; gives its origin."""
    from seloste.config.gateway import Gateway

    running = Gateway(tmp_path_factory.mktemp("gateway"))
    yield running.start()
    running.stop()


@pytest.fixture
def short_connections(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the threads of the server let go of the database after each request: it is thrown away afterwards."""
    from django.db import connection

    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


@pytest.fixture
def shop(providers: Settings, gateway: str, short_connections: None, live_server: LiveServer) -> Shop:
    """Our side on a port of this machine, with the gateway as its providers."""
    from tests.payments import make

    providers.PUBLIC_ORIGIN = live_server.url
    make.set_up(providers, gateway)
    return make.Shop(origin=live_server.url, gateway=gateway)
