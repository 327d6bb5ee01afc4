"""The public pages of the notice: three languages, no database, nothing of the reader kept."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from tests.make import VERSION
from tests.notices.make import AT, add, replace
from tests.notices.test_publishing import new_version, other_punctuation

from seloste.declaration.load import current
from seloste.kernel.duty import operator
from seloste.notices import views
from seloste.notices.actions import PURPOSE, ensure_published, publish
from seloste.notices.models import NoticeVersion

PAGES = {"fi": "/tietosuoja/", "sv": "/sv/dataskydd/", "en": "/en/privacy/"}
EVERY = [
    *PAGES.values(),
    "/tietosuoja/tietosuojaseloste.pdf",
    "/sv/dataskydd/dataskyddsbeskrivning.pdf",
    "/en/privacy/privacy-notice.pdf",
    "/tietosuoja/tietosuoja.jsonld",
    "/tietosuoja/tilt.json",
    "/en/privacy/tilt.json",
]


class Words(HTMLParser):
    """The ids and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.text = ""
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element's id, and anything that runs or styles in place."""
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.text += data


@pytest.mark.parametrize(("language", "address"), PAGES.items())
def test_the_notice_says_every_sentence_under_its_id(client: Client, language: str, address: str) -> None:
    response = client.get(address)  # no database is allowed in this test

    words = Words(response.content.decode())
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    for key, clause in current().clauses().items():
        assert key in words.ids
        assert clause.text.in_language(language) in words.text
    assert len(words.ids) == len(set(words.ids))
    assert words.inline == []


@pytest.mark.parametrize(("language", "address"), PAGES.items())
def test_the_notice_tells_all_that_is_generated(client: Client, language: str, address: str) -> None:
    words = Words(client.get(address).content.decode())

    declared = current()
    for key, purpose in declared.purpose.items():
        assert key in words.ids
        assert purpose.why.in_language(language) in words.text
        assert purpose.obligation.in_language(language) in words.text
        assert f"retention-{key}" in words.ids
    for kind in ("category", "source", "right", "measure"):
        assert {f"{kind}-{key}" for key in getattr(declared, kind)} <= set(words.ids)
    assert {f"item-{key}" for key in declared.terminal} <= set(words.ids)


def test_the_notice_links_to_itself_in_the_other_languages(client: Client) -> None:
    html = client.get("/sv/dataskydd/").content.decode()

    assert 'href="/tietosuoja/" lang="fi"' in html
    assert 'href="/en/privacy/" lang="en"' in html
    assert '<html lang="sv"' in html


@pytest.mark.parametrize("address", EVERY)
def test_what_the_reader_has_already_is_not_sent_again(client: Client, address: str) -> None:
    first = client.get(address)
    by_mark = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    by_time = client.get(address, headers={"if-modified-since": first.headers["Last-Modified"]})
    older = client.get(address, headers={"if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT"})

    assert (first.status_code, by_mark.status_code, by_time.status_code, older.status_code) == (200, 304, 304, 200)
    assert by_mark.content == b""
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers


def test_another_notice_has_another_mark(client: Client, folder: Path) -> None:
    first = client.get("/tietosuoja/")
    other_punctuation(folder)
    new_version(folder, "2.9")

    second = client.get("/tietosuoja/", headers={"if-none-match": first.headers["ETag"]})

    assert second.status_code == 200
    assert "Rekisterinpitäjä on: Husgrove" in second.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_notice_can_only_be_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/tietosuoja/").status_code == 405
    assert client.head("/tietosuoja/").status_code == 200


def test_nothing_of_a_reader_is_kept_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_kept", {})
    curious = Client(headers={"cookie": "language=en", "accept-language": "en"})

    page = curious.get("/tietosuoja/?q=<script>&name=Maija").content

    assert page == Client().get("/tietosuoja/").content
    assert b"Maija" not in page
    assert b"csrfmiddlewaretoken" not in page


@pytest.mark.parametrize(
    ("earlier", "address"),
    [
        ("/tietosuoja/evasteet/", "/evasteet/"),
        ("/sv/dataskydd/kakor/", "/sv/kakor/"),
        ("/en/privacy/cookies/", "/en/cookies/"),
    ],
)
def test_the_earlier_address_of_the_device_page_leads_to_it(client: Client, earlier: str, address: str) -> None:
    answer = client.get(earlier)

    assert (answer.status_code, answer.headers["Location"]) == (301, address)


def test_a_recipient_stands_in_the_notice(client: Client, folder: Path) -> None:
    add(
        folder,
        "recipients.toml",
        '\n[recipient.hosting]\nname.fi = "Esimerkki Oy"\nname.sv = "Exempel Ab"\nname.en = "Example Ltd"\n'
        'kind = "processor"\ncountry = "SE"\ncontract_date = 2026-11-01\n',
    )
    replace(folder, "purposes.toml", "subjects.fi", 'recipients = ["hosting"]\nsubjects.fi')
    new_version(folder, "3.0")

    text = Words(client.get("/tietosuoja/").content.decode()).text

    assert "Esimerkki Oy (Ruotsi)" in text


# --- Earlier notices --------------------------------------------------------------------------------------------------


@pytest.fixture
def two_versions(db: None, folder: Path) -> None:
    """A notice, and one after it that keeps order data longer and says two things better."""
    ensure_published(at=AT)
    other_punctuation(folder)
    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    replace(folder, "roles.toml", "Vastaa yhteydenottoihin", "Vastailee yhteydenottoihin")
    new_version(folder, "3.0")
    by = operator(PURPOSE, may=frozenset({"notice"}))
    publish(by=by, at=AT, accept="material", effective_from=date(2027, 1, 15))


def test_every_version_stays_listed(client: Client, two_versions: None) -> None:
    html = client.get("/tietosuoja/versiot/").content.decode()

    assert f"/tietosuoja/versiot/{VERSION}/" in html
    assert f"/tietosuoja/versiot/{VERSION}/3.0/" in html


@pytest.mark.parametrize("address", ["/tietosuoja/versiot/", "/sv/dataskydd/versioner/", "/en/privacy/versions/"])
def test_versions_are_listed_in_three_languages(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 200


def test_an_earlier_version_reads_as_it_was(client: Client, two_versions: None) -> None:
    words = Words(client.get(f"/tietosuoja/versiot/{VERSION}/").content.decode())

    assert "Rekisterinpitäjä on Husgrove, Gamla" in words.text
    assert "Rekisterinpitäjä on: Husgrove" not in words.text
    assert set(current().clauses()) <= set(words.ids)
    assert client.get("/tietosuoja/versiot/9.9/").status_code == 404


def test_a_version_of_an_older_shape_still_shows_its_sentences(client: Client, two_versions: None) -> None:
    values = NoticeVersion.objects.get(version=VERSION).declaration
    del values["purpose"]
    NoticeVersion.objects.create(
        version="1.0",
        text_hash="0" * 64,
        declaration=values | {"gone": True},
        change_class="material",
        effective_from=date(2024, 9, 20),
        published_at=AT,
        published_by=operator(PURPOSE, may=frozenset()).actor,
    )

    assert "Rekisterinpitäjä on Husgrove, Gamla" in client.get("/tietosuoja/versiot/1.0/").content.decode()


def test_the_public_difference_shows_what_the_public_reads(client: Client, two_versions: None) -> None:
    html = client.get(f"/tietosuoja/versiot/{VERSION}/3.0/").content.decode()

    assert "<del>24 kuukautta</del> <ins>3 vuotta</ins>" in html
    assert "Tilausten toimittaminen" in html
    assert "<ins>:</ins>" in html
    assert "Vastailee" not in html  # a job role is nothing the public was told


def test_a_difference_from_nowhere_is_missing(client: Client, two_versions: None) -> None:
    assert client.get(f"/tietosuoja/versiot/{VERSION}/9.9/").status_code == 404


def test_addresses_are_promises() -> None:
    from django.urls import reverse

    for language, address in PAGES.items():
        with override(language):
            assert reverse("notices:page") == address
