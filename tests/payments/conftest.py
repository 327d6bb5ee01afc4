"""Payments happen under a notice that names the providers, with keys that are invented."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(scope="session")
def notice_with_providers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notice that names both providers."""
    from tests.payments import make

    return make.lay_over(tmp_path_factory.mktemp("notice") / "notice")


@pytest.fixture
def providers(
    notice_with_providers: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LazySettings]:
    """Both providers are set up and named; what they would be asked goes nowhere unless a gateway is up."""
    from tests.payments import make

    with make.under(notice_with_providers, monkeypatch):
        make.set_up(settings)
        yield settings
