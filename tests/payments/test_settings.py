"""Invented money stays at home: the gateway, test keys and real keys never meet the wrong people (P50)."""

from pathlib import Path
from typing import Any

import pytest

from seloste.config import demo_gateway, environment, gateway
from seloste.config.environment import WrongSetting, read
from seloste.declaration import load, reviewed

REAL = {"SELOSTE_PAYTRAIL_ACCOUNT": "123456", "SELOSTE_PAYTRAIL_SECRET": "salainen"}
LIVE = {"SELOSTE_STRIPE_KEY": "sk_live_x", "SELOSTE_STRIPE_WEBHOOK_SECRET": "whsec_x"}
PRODUCTION = {"SELOSTE_ORIGIN": "https://example.com"}
DEMO = {"SELOSTE_DEMO": "true"}
HERE = {"SELOSTE_GATEWAY": "http://127.0.0.1:8791"}


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({**PRODUCTION, **HERE}, "SELOSTE_GATEWAY takes invented payments"),
        ({**PRODUCTION, **HERE, **REAL}, "SELOSTE_GATEWAY takes invented payments"),
        (HERE, "SELOSTE_GATEWAY takes invented payments"),
        ({**DEMO, "SELOSTE_GATEWAY": "http://gateway.example.com"}, "SELOSTE_GATEWAY takes invented payments"),
        ({**DEMO, "SELOSTE_GATEWAY": "http://10.0.0.7"}, "SELOSTE_GATEWAY takes invented payments"),
        ({**DEMO, **REAL}, "SELOSTE_DEMO takes no real payments"),
        ({**DEMO, **LIVE}, "SELOSTE_DEMO takes no real payments"),
        ({**PRODUCTION, "SELOSTE_PAYTRAIL_ACCOUNT": "123456"}, "go together"),
        ({**PRODUCTION, "SELOSTE_STRIPE_KEY": "sk_live_x"}, "go together"),
        ({**PRODUCTION, **REAL, "SELOSTE_PAYTRAIL_ACCOUNT": "375917"}, "test keys"),
        ({**PRODUCTION, **LIVE, "SELOSTE_STRIPE_KEY": "sk_test_x"}, "test keys"),
        ({**PRODUCTION, **LIVE, "SELOSTE_STRIPE_KEY": "rk_test_x"}, "test keys"),
    ],
)
def test_money_that_would_be_invented_or_given_away_is_refused_at_start(environ: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting, match=words) as refused:
        read(environ)
    assert "salainen" not in str(refused.value)
    assert "whsec_" not in str(refused.value)


def test_real_keys_in_production_and_the_gateway_in_the_demo_are_taken() -> None:
    assert read({**PRODUCTION, **REAL, **LIVE}).gateway is None
    assert read({**DEMO, **HERE, **gateway.SETTINGS}).gateway == "http://127.0.0.1:8791"


def test_a_provider_that_the_notice_does_not_name_stops_the_start(settings: Any) -> None:  # noqa: ANN401 -- pytest-django's
    from seloste.config import preparation
    from seloste.config.trouble import Trouble

    preparation.refuse_unnamed_providers()
    settings.PAYTRAIL_ACCOUNT = "123456"
    with pytest.raises(Trouble, match=r"recipient\.paytrail"):
        preparation.refuse_unnamed_providers()


def test_the_check_finds_a_provider_that_the_notice_does_not_name(settings: Any) -> None:  # noqa: ANN401 -- pytest-django's
    from seloste.config.commands import check

    assert check._unnamed_providers() == []  # noqa: SLF001 -- the gate's own part
    settings.STRIPE_KEY = "sk_live_x"
    [found] = check._unnamed_providers()  # noqa: SLF001 -- likewise
    assert (found.code, found.place) == ("E070", "recipient.stripe")


def test_the_demos_notice_names_the_gateways_companies_and_is_written_once(tmp_path: Path) -> None:
    made = demo_gateway.lay_over(load.DEFAULT_FOLDER, tmp_path / "notice")
    declared = load.load(made)
    assert {"paytrail", "stripe"} <= declared.recipient.keys()
    assert declared.meta.version == f"{load.load(load.DEFAULT_FOLDER).meta.version}1"
    assert not [one for one in reviewed.drift(declared, made) if "recipient." in one.place]
    before = made.stat().st_ino
    assert demo_gateway.lay_over(load.DEFAULT_FOLDER, made).stat().st_ino == before


def test_the_gateway_knows_nothing_of_the_register() -> None:
    import subprocess
    import sys

    program = (
        "import sys, seloste.config.gateway.__main__\n"
        "wrong = [name for name in sys.modules if name.startswith(('django', 'seloste.payments', 'seloste.shop'))]\n"
        "sys.exit(bool(wrong))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_settings_are_listed_without_their_secrets() -> None:
    assert {"SELOSTE_PAYTRAIL_SECRET", "SELOSTE_STRIPE_KEY", "SELOSTE_STRIPE_WEBHOOK_SECRET"} <= environment.UNSPEAKABLE
