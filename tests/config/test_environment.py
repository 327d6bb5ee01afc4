"""Settings: what is wrong is said in one line that names the variable and what is right."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from seloste.config import environment
from seloste.config.environment import WrongSetting, read

RANDOM = "pB7xQ2mVt9Lz4KcW8nRf3JhYs6GdEu1AoTiXwZqCvNbMkPyHjU5r0SlDgF"


def test_defaults_serve_this_machine() -> None:
    found = read({})

    assert (found.public_origin, found.is_secure, found.demo, found.workers) == (
        "http://localhost:8000",
        False,
        False,
        2,
    )


def test_port_is_part_of_the_default_address() -> None:
    assert read({"PORT": "8123"}).public_origin == "http://localhost:8123"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PORT": "abc"}, "PORT=abc is wrong: it must be a whole number."),
        ({"PORT": "0"}, "PORT=0 is wrong: it must be 1 or more."),
        ({"PORT": "70000"}, "PORT=70000 is wrong: it must be 65535 or less."),
        ({"SELOSTE_WORKERS": "none"}, "SELOSTE_WORKERS=none is wrong: it must be a whole number."),
        ({"SELOSTE_DEMO": "perhaps"}, "SELOSTE_DEMO=perhaps is wrong: it must be true or false."),
        (
            {"SELOSTE_LOG_LEVEL": "loud"},
            "SELOSTE_LOG_LEVEL=loud is wrong: it must be 'debug', 'info', 'warning' or 'error'.",
        ),
        (
            {"SELOSTE_ORIGIN": "example.com"},
            "SELOSTE_ORIGIN=example.com is wrong: it must be an address such as https://example.com.",
        ),
        (
            {"SELOSTE_ORIGIN": "https://example.com/shop"},
            (
                "SELOSTE_ORIGIN=https://example.com/shop is wrong: "
                "it must be the scheme, the host and the port only, such as https://example.com."
            ),
        ),
        (
            {"SELOSTE_ORIGIN": "https://example.com:99999"},
            "SELOSTE_ORIGIN=https://example.com:99999 is wrong: it must have a port between 1 and 65535 or none.",
        ),
        (
            {"SELOSTE_ORIGIN": "http://example.com"},
            "SELOSTE_ORIGIN must begin with https:// unless it is this machine (127.0.0.1, localhost).",
        ),
        (
            {"SELOSTE_ORIGIN": "https://example.com", "SELOSTE_DEMO": "true"},
            "SELOSTE_DEMO has open logins and invented people: it must not run on an https address.",
        ),
        (
            {"SELOSTE_TRUSTED_PROXIES": "10.0.0.0/8, nonsense"},
            (
                "SELOSTE_TRUSTED_PROXIES=10.0.0.0/8, nonsense is wrong: "
                "it must be networks such as 127.0.0.1, 10.0.0.0/8, separated by commas."
            ),
        ),
        (
            {"DATABASE_URL": "mysql://root:hunter2@db/seloste"},
            "DATABASE_URL is wrong: it must begin with postgresql:// because Seloste runs on PostgreSQL only.",
        ),
        (
            {"DATABASE_URL": "postgresql://db"},
            "DATABASE_URL is wrong: it must name the database, such as postgresql://user@host/seloste.",
        ),
        (
            {"SELOSTE_SECRET_KEY": "secret"},
            "SELOSTE_SECRET_KEY is wrong: it must be random and at least 50 characters; leave it out to have one made.",
        ),
        (
            {"SELOSTE_SECRET_KEY": "a" * 64},
            "SELOSTE_SECRET_KEY is wrong: it must be random and at least 50 characters; leave it out to have one made.",
        ),
        ({"SELOSTE_ORIGN": "x"}, "SELOSTE_ORIGN is not a setting of Seloste; did you mean SELOSTE_ORIGIN?"),
        ({"SELOSTE_XYZZY": "x"}, "SELOSTE_XYZZY is not a setting of Seloste; `seloste settings` lists them."),
        (
            {"SELOSTE_SECRET_KEY_FILE": "/nonexistent/key"},
            (
                "SELOSTE_SECRET_KEY_FILE=/nonexistent/key cannot be read: "
                "No such file or directory; name a file that holds the value."
            ),
        ),
        ({"PORT": "1", "PORT_FILE": "/x"}, "PORT and PORT_FILE are both set: keep one of them."),
    ],
)
def test_wrong_setting_is_told_in_one_line(environ: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(environ)

    assert str(wrong.value) == words


def test_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{RANDOM}\n")

    found = read({"SELOSTE_SECRET_KEY_FILE": str(tmp_path / "key")})

    assert found.secret_key is not None
    assert found.secret_key.get_secret_value() == RANDOM


def test_empty_variable_counts_as_absent() -> None:
    assert read({"PORT": "", "SELOSTE_ORIGIN": ""}).port == 8000


def test_trusted_proxies_are_networks() -> None:
    found = read({"SELOSTE_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,::1"})

    assert found.trusted_proxies == (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1"))


def test_production_without_an_address_is_refused() -> None:
    with pytest.raises(WrongSetting, match="SELOSTE_ORIGIN is missing"):
        environment.require_for_production(read({}))


@pytest.mark.parametrize("environ", [{"SELOSTE_DEMO": "true"}, {"SELOSTE_ORIGIN": "https://example.com"}])
def test_demo_or_an_address_may_be_served(environ: dict[str, str]) -> None:
    environment.require_for_production(read(environ))


def test_secrets_are_never_shown() -> None:
    assert RANDOM not in repr(read({"SELOSTE_SECRET_KEY": RANDOM}))
