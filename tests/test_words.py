"""The words: whatever the code and the pages say is there in Finnish and Swedish, and no English is left on a page."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Engine, Node, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.test import Client
from django.urls import resolve, reverse
from django.utils.formats import date_format
from django.utils.translation import override
from tests import make as house
from tests.accounts import make as staff
from tests.consents.make import evidence
from tests.desk import make
from tests.rights import make as requests

from seloste.accounts.models import User
from seloste.consents import actions as consents
from seloste.declaration.load import current
from seloste.kernel.clock import now
from seloste.outreach.actions import mailings
from seloste.register import actions as register
from seloste.rights.choices import Right

SOURCE = Path(__file__).parents[1] / "src" / "seloste"
LANGUAGES = ("fi", "sv")
#: What names a text to translate, and how many of its first arguments are texts.
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?\w+[^>]*>|<\w+:\w+>")
#: English words that no Finnish or Swedish sentence contains.
ENGLISH = re.compile(
    r"\b(the|and|of|with|you|your|this|that|from|are|have|been|which|please|by|to|visitor|operator)\b", re.IGNORECASE
)


# --- The catalogues


@cache
def catalog(language: str) -> Catalog:
    """Return the translations of the language."""
    with (SOURCE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalog(language) if message.id)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the singular and the plural of a message, or its only form."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def said_by_code() -> set[tuple[str, ...]]:
    """Return every text that the code gives to translation."""
    found: set[tuple[str, ...]] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                given = node.args[: CALLS[node.func.id]]
                assert all(isinstance(text, ast.Constant) for text in given), f"{path}:{node.lineno}"
                found.add(tuple(str(ast.literal_eval(text)) for text in given))
    return found


def said_by_templates() -> set[tuple[str, ...]]:
    """Return every text that the templates give to translation."""
    engine = Engine.get_default()
    found: set[tuple[str, ...]] = set()
    for path in [path for ending in ("html", "txt") for path in SOURCE.rglob(f"templates/**/*.{ending}")]:
        nodes: list[Node] = list(Template(path.read_text(encoding="utf-8"), engine=engine).nodelist)
        for node in [inner for outer in nodes for inner in outer.get_nodes_by_type(Node)]:
            if isinstance(node, TranslateNode):
                found.add((node.filter_expression.var.literal.replace("%", "%%"),))  # as the engine asks for it
            elif isinstance(node, BlockTranslateNode):
                parts = [node.singular, node.plural] if node.plural else [node.singular]
                found.add(tuple(node.render_token_list(part)[0] for part in parts))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_said_is_translated_and_nothing_else(language: str) -> None:
    """Renew the catalogues with .ci/words where this fails."""
    translated = {forms(message.id) for message in messages(language)}

    assert translated == said_by_code() | said_by_templates()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_whole(language: str) -> None:
    assert [
        message.id
        for message in messages(language)
        if message.fuzzy
        or len(forms(message.string)) != (catalog(language).num_plurals if message.pluralizable else 1)
        or not all(forms(message.string))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_source(language: str) -> None:
    for message in messages(language):
        wanted = Counter(PLACEHOLDER.findall(forms(message.id)[-1]))
        for text in forms(message.string):
            assert Counter(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_typography_is_that_of_the_language(language: str) -> None:
    """Quotes are ” on both sides; a text ends as its source does; nothing is spaced twice."""
    for message in messages(language):
        for text in forms(message.string):
            assert not re.search(r"[“„\"']|[^\S\n]{2}|\n{3}|^\s|\s$", re.sub(r"<[^>]*>", "", text)), text
            ends = [re.sub(r"^[^.:?/]$", "", said.replace("”", "")[-1:]) for said in (forms(message.id)[0], text)]
            assert len(text) == 1 or ends[0] == ends[1], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_words_are_the_written_ones(language: str) -> None:
    """Nobody who runs Seloste has gettext, so the compiled words are kept with the written ones."""
    with (SOURCE / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {forms(message.id): forms(message.string) for message in read_mo(file) if message.id}

    assert compiled == {forms(message.id): forms(message.string) for message in messages(language)}


# --- Dates and addresses


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("fi", "2.11.2026", "2.11.2026 9.05"),
        ("sv", "2.11.2026", "2.11.2026 9.05"),
        ("en", "2 Nov 2026", "2 Nov 2026 09:05"),
    ],
)
def test_dates_cannot_be_mistaken(language: str, day: str, moment: str) -> None:
    at = house.AT.replace(month=11, day=2, hour=7, minute=5)

    with override(language):
        assert date_format(at, "SHORT_DATE_FORMAT") == day
        assert date_format(at.replace(hour=9), "SHORT_DATETIME_FORMAT") == moment


PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("home", ()), ("intake:contact", ()), ("intake:feedback", ()), ("intake:thanks", ("x",)),
    ("notices:page", ()), ("terminal:page", ()), ("notices:pdf", ()), ("notices:jsonld", ()), ("notices:tilt", ()),
    ("notices:versions", ()), ("notices:version", ("1.0",)), ("notices:difference", ("1.0", "2.0")),
)  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_public_page_has_an_address_of_its_own_in_each_language(language: str) -> None:
    with override(language):
        addresses = {name: reverse(name, args=args) for name, args in PAGES}

        assert {name: resolve(address).view_name for name, address in addresses.items()} == {n: n for n in addresses}
    assert len(set(addresses.values())) == len(PAGES)


# --- The pages


class Reader(HTMLParser):
    """Reads a page as people do: its texts, the texts that are read aloud, and where it leads."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: set[str] = set()
        self.language: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is said in attributes, and links."""
        given = {name: value or "" for name, value in attrs}
        self.texts += [given[name] for name in self.SPOKEN if name in given]
        self.language = [tag] if tag in {"script", "style", "code"} or given.get("lang") == "en" else self.language
        if tag == "a" and "hreflang" not in given:
            self.links.add(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        """Listen again after what was in another language."""
        if self.language == [tag]:
            self.language = []

    def handle_data(self, data: str) -> None:
        """Keep what is said."""
        if not self.language and data.strip():
            self.texts.append(" ".join(unescape(data).split()))


@cache
def pieces(language: str) -> tuple[str, ...]:
    """Return the pieces of English messages, two words or more, that the language says otherwise."""
    english = {
        piece.strip(" .:“”")
        for message in messages(language)
        for source, said in zip(forms(message.id), forms(message.string), strict=False)
        if source != said
        for piece in PLACEHOLDER.split(source)
    }
    return tuple(piece for piece in english if piece.count(" ") >= 1 and len(piece) > 7)


@lru_cache(maxsize=1)
def read(page: str) -> Reader:
    """Read a page once: for its words and for its links."""
    return Reader(page)


def english_on(page: str, language: str) -> list[str]:
    """Return the texts of a page that were left in English."""
    return [text for text in read(page).texts if is_english(text, language)]


@cache
def is_english(text: str, language: str) -> bool:
    """Tell whether the text was left in English; a page's frame says the same on every page."""
    return ENGLISH.search(text) is not None or any(holds(text, piece) for piece in pieces(language))


def holds(text: str, piece: str) -> bool:
    """Tell whether the piece stands in the text in whole words."""
    return piece in text and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text) is not None


def left_in_english(browser: Client, start: str, language: str, *, most: int = 3) -> dict[str, list[str]]:
    """Walk the site from the start, ``most`` pages of a kind; return the English texts that are found, by address."""
    waiting, seen, kinds, found = [start], {start}, Counter[str](), dict[str, list[str]]()
    while waiting:
        address = waiting.pop(0)
        answer = browser.get(address, follow=True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        spoken = page.partition('<html lang="')[2][:2]
        assert spoken in {language, "fi"}, address  # who signs in is not yet known, and is spoken to in Finnish
        links = read(page).links
        for text in english_on(page, spoken) + refused(browser, address, page, spoken):
            found.setdefault(address, []).append(text)
        for link in sorted(links):
            # Whole addresses stand in documents, whose language is their own.
            place = link if link.startswith("?") or "://" in link else urlsplit(link).path
            place = urlsplit(address).path + place if place.startswith("?") else place
            if place.startswith("/") and place not in seen and not place.startswith(settings.STATIC_URL):
                seen.add(place)
                with override(spoken):
                    kind = resolve(urlsplit(place).path).view_name
                kinds[kind] += 1
                if kinds[kind] <= most:
                    waiting.append(place)
    assert len(seen) > 4, seen
    return found


def refused(browser: Client, address: str, page: str, language: str) -> list[str]:
    """Send the page's own form empty; return the English of what is said about it."""
    own = [tag for tag in re.findall(r"<form[^>]*>", page) if "novalidate" in tag and "action=" not in tag]
    if not own:
        return []
    answer = browser.post(address, {})
    return english_on(answer.content.decode(), language) if answer.status_code in {200, 403, 409, 422} else []


def register_with_something() -> None:
    """Enter a person with a timeline, an organisation, messages, a letter and a request, all in Finnish or Swedish."""
    at = now()
    person = make.person(email="maija@example.com", phone="040 123 4567")
    make.message()
    make.message("feedback", message="Kiitos, hyvin toimii.")
    make.organisation()
    told: dict[str, Any] = {"by": house.duty(), "at": at, "person_id": person}
    register.open_project(
        **told, origin=house.origin(at=at, purposes=("projects",)), name="Uudistus", started_on=at.date()
    )
    register.add_note(**told, origin=house.origin(at=at), text="Soittaa huomenna.")
    marketing: dict[str, Any] = {"by": house.duty("marketing"), "at": at}
    said: dict[str, Any] = {"consent": "marketing_email", "language": "fi", "source": "meeting"}
    consents.give(**told | marketing, **said, evidence=evidence(at.date()))
    letter = uuid4()
    mailings.write(**marketing, mailing_id=letter, words={"fi": ("Uutisia", "Hei!"), "sv": ("Nyheter", "Hej!")})
    mailings.choose_audience(**marketing, mailing_id=letter)
    consents.object_to(**told, purpose="direct_marketing", source="phone")
    requests.received(Right.ACCESS, Right.ERASURE, at=at)


@pytest.fixture
def browser() -> Client:
    """A browser of a visitor; the notice is published."""
    house.version_id(now())
    return Client()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_on_public_pages(browser: Client, language: str) -> None:
    with override(language):
        start = reverse("home")

    assert left_in_english(browser, start, language) == {}


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", sorted(current().role))
def test_no_english_is_left_at_the_desk(browser: Client, language: str, role: str) -> None:
    register_with_something()
    employee = staff.staff(role)
    User.objects.filter(pk=employee.pk).update(language=language)
    browser = staff.signed_in(employee, browser)

    assert left_in_english(browser, reverse("desk:home"), language) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("factor", "signed"), [(False, False), (True, False)])
def test_no_english_is_left_on_the_way_in(browser: Client, factor: bool, signed: bool) -> None:  # noqa: FBT001
    browser = staff.signed_in(staff.staff(factor=factor, signed=signed), browser)

    page = browser.get(reverse("desk:home"), follow=True).content.decode()

    assert english_on(page, "fi") == []


@pytest.mark.django_db
def test_no_english_is_left_at_sign_in(browser: Client) -> None:
    employee = staff.staff()
    wrong = browser.post(reverse("account_login"), {"login": employee.email, "password": "wrong"})
    asked = browser.post(reverse("account_login"), {"login": employee.email, "password": staff.PASSWORD}, follow=True)
    refused = browser.post(reverse("mfa_authenticate"), {"code": "000000"})

    for answer in (browser.get(reverse("account_login")), wrong, asked, refused):
        assert english_on(answer.content.decode(), "fi") == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ei-ole/", "/sv/finns-inte/"])
def test_no_english_is_left_on_a_page_that_is_not_there(browser: Client, address: str) -> None:
    page = browser.get(address).content.decode()

    assert english_on(page, "sv" if address.startswith("/sv/") else "fi") == []
