"""The demo's third party: a notice that asks, in a folder of its own, and a server that plays the other company."""

import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from seloste.config import demo_third_party
from seloste.config.trouble import Trouble
from seloste.declaration import load


def test_the_other_company_serves_a_map_and_sets_its_cookie() -> None:
    with demo_third_party.host(port=0) as origin:
        with urlopen(f"{origin}/kartta") as answer:  # noqa: S310 -- our own server on this machine
            page, cookie = answer.read().decode(), answer.headers["Set-Cookie"]
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{origin}/")  # noqa: S310 -- likewise

    assert "Esimerkkikartta" in page
    assert cookie.startswith(f"{demo_third_party.COOKIE}=")
    assert "Max-Age=2592000" in cookie


def test_the_notice_declares_what_the_other_company_sets(tmp_path: Path) -> None:
    item = load.load(demo_third_party.lay_over(load.DEFAULT_FOLDER, tmp_path / "notice")).terminal["map"]

    assert (item.name, item.host) == (demo_third_party.COOKIE, demo_third_party.HOST)
    assert item.embed is not None
    assert item.embed.address == f"http://{demo_third_party.HOST}:{demo_third_party.PORT}/kartta"


def test_a_busy_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind((demo_third_party.HOST, 0))
        taken.listen()
        with pytest.raises(Trouble, match="is in use"), demo_third_party.host(port=taken.getsockname()[1]):
            pass


def test_the_demo_with_a_third_party_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELOSTE_VAR", str(tmp_path))
    monkeypatch.setenv("SELOSTE_NOTICE", str(load.DEFAULT_FOLDER))

    demo_third_party.prepare()

    assert load.folder() == tmp_path / "third-party" / "notice"
    assert load.load(load.folder()).meta.version == "2.90"
    assert not list(load.DEFAULT_FOLDER.glob("*.over.toml"))
