"""Signed links: each use's own, readable by this installation alone, and the same letters for ever."""

import ast
from collections import Counter
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

import seloste
from seloste.disclosures.queries import LETTERS as DISCLOSURES
from seloste.kernel.keys import key_of
from seloste.kernel.links import Letters, RowLinks, page_address
from seloste.outreach.queries import links as outreach
from seloste.outreach.rules.links import Kind as Outreach
from seloste.outreach.rules.links import Link
from seloste.rights.queries import links as rights
from seloste.rights.rules.links import Kind as Rights
from seloste.services.queries import links as services
from seloste.services.rules.links import Kind as Services
from seloste.shop import links as shop
from seloste.shop.rules.links import Kind as Shop

SECRET = "an invented secret of the tests"
ROW = UUID("01936a5e-7c00-7abc-8def-0123456789ab")
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
#: Letters that were written when each room still signed for itself, and that stand in people's mail since.
SENT: list[tuple[str, IntEnum | None, str]] = [
    ("shop", Shop.SHOWN, "AQGTal58AHq8je8BI0Vniavir_OclpcdWPfc0ldrkfb-N90NMkvETeUKyiA6dRhwAQ"),
    ("shop", Shop.MAILED, "AgGTal58AHq8je8BI0VniasA1zBnvGdeWQUGlzf8UaWWZyTAG6HEulvyIcXs9bCuvQ"),
    ("rights", Rights.VIEW, "AQGTal58AHq8je8BI0VniauIe8gW66XNpHyO6EeExkcfTuz-Pss1ify8_nIbLhFUmg"),
    ("rights", Rights.MAIL, "AgGTal58AHq8je8BI0VniasWQNk4asRzy1rWva09Kev5hrLO4mE_FUDaKRhVh0hGQg"),
    ("rights", Rights.ANSWER, "AwGTal58AHq8je8BI0VniatoC6xu9uwZXJ_TyhJOvDyFqCJyAGsZgqUArtGCpJ60FA"),
    ("rights", Rights.STOP, "BAGTal58AHq8je8BI0VniavXWm5e9i5DADAk6wegcKZHDo2Ro8Mqq1Z9p6FVCvFVig"),
    ("services", Services.SUBSCRIPTION, "AQGTal58AHq8je8BI0VniaufHmvK8bJ6B9jHuXgeUPrTQ9jt0hkiI-PocEsN4_i4uA"),
    ("services", Services.DOWNLOAD, "AgGTal58AHq8je8BI0VniavjJ4tcWUOmfaobvXsAimYMLJMc_oRbrb48wsVUn6Gu-w"),
    (
        "outreach",
        Outreach.PREFERENCES,
        "AQEAAAAAAGsCvSABk2pefAB6vI3vASNFZ4mrAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh88hJiUq51lHc3fl7hv2CW5",
    ),
    (
        "outreach",
        Outreach.ASKED,
        "AQIAAAAAAGsCvSABk2pefAB6vI3vASNFZ4mrAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9WED1_fSMzhEeYp7nmfWTr",
    ),
    (
        "outreach",
        Outreach.ONE_CLICK,
        "AQMAAAAAAGsCvSABk2pefAB6vI3vASNFZ4mrAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-4La6HPOr3WvUYX6M4471z",
    ),
    (
        "outreach",
        Outreach.MYDATA,
        "AQQAAAAAAGsCvSABk2pefAB6vI3vASNFZ4mrAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DYNEfJPxzV3V37ljLyHZO",
    ),
    ("disclosures", None, "AZNqXnwAeryN7wEjRWeJq2qwiimbl0zcUtiZCO0aLaY9VioEOzzRA1NMqiJCyqJB"),
]


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.SEAL_KEY = SECRET


def opened(letters: str) -> set[tuple[str, IntEnum | None]]:
    """Return the pages that the letters open, each with what the link says of itself."""
    found: set[tuple[str, IntEnum | None]] = set()
    if (link := shop.opened(letters)) is not None:
        assert link.row == ROW
        found.add(("shop", link.kind))
    for kind in Services:
        if services.opened(kind, letters) is not None:
            assert services.opened(kind, letters) == ROW
            found.add(("services", kind))
    if (link_to_request := rights.LINKS.read(letters)) is not None:
        assert link_to_request.row == ROW
        found.add(("rights", link_to_request.kind))
    for one in Outreach:
        if (said := outreach.opened(letters, kinds=frozenset({one}), at=AT)) is not None:
            assert said == Link(kind=one, subject=ROW, mark=bytes(range(32)), made_at=AT)
            found.add(("outreach", one))
    if (bytes_of := DISCLOSURES.read(letters)) is not None:
        assert bytes_of == ROW.bytes
        found.add(("disclosures", None))
    return found


@pytest.mark.parametrize(("room", "kind", "letters"), SENT)
def test_link_that_was_sent_opens_its_own_page_and_no_other(room: str, kind: IntEnum | None, letters: str) -> None:
    assert opened(letters) == {(room, kind)}


def test_links_are_written_as_they_always_were() -> None:
    written = [
        *(shop.sign(ROW, mailed=kind is Shop.MAILED) for kind in Shop),
        *(rights.letters_of(ROW, kind) for kind in Rights),
        *(services.letters_of(kind, ROW) for kind in Services),
        *(outreach.letters_of(Link(kind=one, subject=ROW, mark=bytes(range(32)), made_at=AT)) for one in Outreach),
        DISCLOSURES.write(ROW.bytes),
    ]

    assert written == [letters for _room, _kind, letters in SENT]


def test_link_of_another_installation_opens_nothing(settings: Settings) -> None:
    settings.SEAL_KEY = "another installation's secret"

    assert [letters for _room, _kind, letters in SENT if opened(letters)] == []


def test_each_use_of_a_key_is_named_once_in_the_house() -> None:
    """Two uses of one name would be one key, and the links of the one would open the pages of the other."""
    uses: Counter[str] = Counter()
    for path in Path(seloste.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if node.func.id in {"Letters", "RowLinks"} and isinstance(first, ast.Constant):
                    uses[str(first.value)] += 1

    assert uses == Counter({f"{room}.links": 1 for room in ("disclosures", "outreach", "rights", "services", "shop")})


# --- The mechanism ----------------------------------------------------------------------------------------------------


@given(said=st.binary(min_size=17, max_size=17), mark=st.sampled_from([16, 32]), data=st.data())
def test_letters_say_what_was_put_into_them_and_changed_ones_nothing(
    said: bytes, mark: int, data: st.DataObject
) -> None:
    use = Letters("tests.links", says=17, mark=mark)
    letters = use.write(said)
    place = data.draw(st.integers(0, len(letters) - 1))
    sign = data.draw(st.one_of(st.characters(categories=("Ll", "Lu", "Nd")), st.sampled_from("-_+/= ")))
    changed = letters[:place] + sign + letters[place + 1 :]

    assert (len(letters), use.read(letters)) == (use.length, said)
    assert use.read(changed) is None or changed == letters
    bad = (letters[:-1], letters + "A", letters + "=", letters + "==", f" {letters}", letters * 2, "", "å" * use.length)
    assert [one for one in bad if use.read(one) is not None] == []
    assert Letters("tests.other", says=17, mark=mark).read(letters) is None
    assert Letters("tests.links", says=17, mark=48 - mark).read(letters) is None


@given(st.text(max_size=120))
def test_made_up_letters_open_nothing(letters: str) -> None:
    assert RowLinks("tests.links", Shop).read(letters) is None


def test_keys_of_two_uses_have_nothing_in_common() -> None:
    assert key_of("tests.one") == key_of("tests.one")
    assert len(key_of("tests.one")) == 32
    assert key_of("tests.one") != key_of("tests.two")


def test_address_of_a_page_is_whole_and_in_the_language(settings: Settings) -> None:
    settings.PUBLIC_ORIGIN = "https://rekisteri.example.com"

    assert page_address("rights:form", language="fi") == "https://rekisteri.example.com/oikeudet/"
    assert page_address("rights:form", language="sv").startswith("https://rekisteri.example.com/sv/")
