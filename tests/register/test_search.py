"""The search box: complete, ranked, within the duty, and not surprised by anything that is typed."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import make

from seloste.audit.models import AuditEvent
from seloste.kernel.duty import Duty
from seloste.register import actions
from seloste.register.models import Name, Person
from seloste.register.search import LIMIT, Found, Hit, search

pytestmark = pytest.mark.django_db


def found(typed: str, by: Duty | None = None) -> Found:
    return search(by=by or make.duty(), at=make.AT, typed=typed)


def persons(typed: str, by: Duty | None = None) -> list[UUID]:
    return [hit.id for hit in found(typed, by).hits if hit.kind == "person"]


def the_hit(typed: str) -> Hit:
    (hit,) = found(typed).hits
    return hit


def employed(person_id: UUID, company: str, **known: str) -> UUID:
    clerk, came = make.duty(), make.origin(purposes=("customer_care",))
    organisation_id = actions.add_organisation(by=clerk, at=make.AT, origin=came, name=company, **known)
    actions.add_position(
        by=clerk, at=make.AT, person_id=person_id, origin=came, organisation_id=organisation_id, title="ostaja"
    )
    return organisation_id


# --- Names


@pytest.mark.parametrize("typed", ["Mäkelä", "makela", "MÄKELÄ", "MAKELA", "mäk", "mak", "Ma\u0308kela\u0308"])
def test_name_is_found_with_and_without_accents(typed: str) -> None:
    assert persons(typed) == [] != [person := make.person("Åsa", "Mäkelä")]
    assert persons(typed) == [person]


@pytest.mark.parametrize(
    ("family_name", "typed"),
    [("Weiß", "weiss"), ("Weiss", "weiß"), ("Bjørn", "bjorn"), ("Kjær", "kjaer"), ("Öhman", "ohm"), ("Ohman", "öhm")],
)
def test_letters_of_neighbours_are_found_both_ways(family_name: str, typed: str) -> None:
    person = make.person("Kim", family_name)

    assert persons(typed) == [person]


@pytest.mark.parametrize(
    "typed",
    [
        "virtanen", "matti", "matti virtanen", "virtanen matti", "matti juhani virtanen", "juhani", "juhani virtanen",
        "vir mat", "mat vir", "vir juh mat", "j m v", "  matti   virtanen ", "virtanen, matti", "virtanen juh",
    ],
)  # fmt: skip
def test_words_of_a_name_are_found_in_any_order_by_their_beginnings(typed: str) -> None:
    person = make.person("Matti Juhani", "Virtanen")
    make.person("Maija", "Korhonen")

    assert persons(typed) == [person]


@pytest.mark.parametrize("typed", ["salo", "mäki-salo", "maki salo", "anna-m", "maija", "salo anna"])
def test_words_after_a_hyphen_are_found(typed: str) -> None:
    person = make.person("Anna-Maija", "Mäki-Salo")

    assert persons(typed) == [person]


@pytest.mark.parametrize("typed", ["o'brien", "O’Brien", "brien", "obrien x", "von der", "pahlen", "j.p.", "p o"])
def test_names_that_a_text_parser_would_misread_are_found(typed: str) -> None:
    first, second = make.person("J.P.", "O'Brien"), make.person("Ebba", "von der Pahlen")

    expected = {"von der": [second], "pahlen": [second], "obrien x": []}
    assert persons(typed) == expected.get(typed, [first])


def test_middle_of_a_word_is_not_found() -> None:
    make.person("Matti", "Virtanen")

    assert persons("tanen") == []


def test_long_words_are_compared_to_their_end() -> None:
    person = make.person("Aada", "Vanha-Kallionpohjalainen")
    make.person("Eino", "Vanha-Kallionpohjanen")

    assert persons("kallionpohjal") == [person]
    assert persons("kallionpohjalainenx") == []


def test_former_name_is_not_found() -> None:
    person = make.person("Maija", "Mallikas")
    item = Name.objects.get(person_id=person)
    actions.correct(
        by=make.duty(), at=make.AT, kind="name", item_id=item.id, origin=make.origin(), values={"family_name": "Uusi"}
    )

    assert (persons("mallikas"), persons("uusi")) == ([], [person])


def test_same_name_comes_before_longer_names_and_other_finds() -> None:
    mail = make.person("Olli", "Ahonen", email="lainela@example.com")
    second = make.person("Aino", "Aho-Laine")
    longer = make.person("Eeva", "Lainema")
    first = make.person("", "Laine")

    assert persons("laine") == [first, longer, second, mail]


# --- Other ways to find a person


@pytest.mark.parametrize(
    "typed",
    ["0401234567", "040 123 4567", "040-123 45", "+358 40 123", "+358401234567", "00358 40 1234567", "(040) 123"],
)
def test_phone_is_found_as_people_write_it(typed: str) -> None:
    person = make.person(phone="040 123 4567")

    hit = the_hit(typed)

    assert (hit.id, hit.found_by, hit.matched) == (person, "phone", "+358401234567")


@pytest.mark.parametrize("typed", ["maija.mallikas@example.com", "MAIJA.MAL", "maija.mallikas@ex"])
def test_email_is_found_by_its_beginning(typed: str) -> None:
    person = make.person("Eila", "Eriksson", email="Maija.Mallikas@example.com")

    assert (the_hit(typed).id, the_hit(typed).found_by) == (person, "email")


@pytest.mark.parametrize("typed", ["@maijam", "maijam", "@MaijaM_84"])
def test_handle_is_found_with_and_without_its_sign(typed: str) -> None:
    person = make.person("Eila", "Eriksson")
    actions.add_contact_point(
        by=make.duty(),
        at=make.AT,
        person_id=person,
        origin=make.origin(),
        kind="social",
        network="mastodon",
        value="@maijam_84",
    )

    assert persons(typed) == [person]


def test_company_finds_itself_and_its_people() -> None:
    person = make.person("Eila", "Eriksson")
    company = employed(person, "Mäkelän Konepaja Oy", business_id="0112038-9")

    for typed in ("makelan kone", "MÄKELÄN"):
        assert [hit.id for hit in found(typed).hits] == [company, person]
    assert [hit.id for hit in found("0112038-9").hits] == [company]
    assert the_hit("eila").detail == "Mäkelän Konepaja Oy"


def test_reference_is_found_in_any_case_with_spaces() -> None:
    person = make.person()
    reference = Person.objects.get(id=person).reference

    for typed in (reference, reference.lower(), reference.replace("-", " "), reference.replace("-", "")):
        assert (the_hit(typed).id, the_hit(typed).found_by) == (person, "reference")


def test_web_address_is_found_without_its_scheme() -> None:
    person = make.person("Eila", "Eriksson", web="https://www.maijanmaalit.example.com")

    assert persons("maijanmaalit.ex") == [person]


# --- What is typed


@pytest.mark.parametrize(
    "typed",
    ["%", "_", "mal%", "m_llikas", "\\", "'", '"', "''",
     "x'; DROP TABLE register_name; --", "a & b", "a | !b", "a:*", "(a", "<->", ":*",
     "*", "%s", "%(text)s", ":text?", ":purposes", "{}", "\x00", "mal\x00likas", "\ud800", "￿", "💐", "'' ''",
     "ʼ", "´", "＇:*", "＼", "a" * 5000, "a " * 500, "Öbergqvis", "１２３４５６７８９", "+", "++358", "@", "@@",
     ".", "..", "-"],
)  # fmt: skip
def test_signs_are_harmless(typed: str) -> None:
    make.person(email="maija@example.com")

    assert persons(typed) == []


def test_nothing_typed_finds_nothing_and_is_no_look_up() -> None:
    before = AuditEvent.objects.count()

    assert (found("").hits, found("  \t ").hits) == ((), ())
    assert AuditEvent.objects.count() == before


# --- Duties and the record


def test_duty_finds_only_its_own_people() -> None:
    make.person(email="maija@example.com", phone="0401234567")

    for role in ("marketing", "accounting", "technical", "owner"):
        for typed in ("mallikas", "mal mai", "maija@", "040123", "m"):
            assert list(found(typed, make.duty(role)).hits) == []
    assert len(persons("mallikas", make.duty("privacy"))) == 1


def test_duty_finds_by_no_value_that_it_does_not_see() -> None:
    """The person is of both purposes, the e-mail address of customer care alone."""
    person = make.person("Maija", "Mallikas", email="salainen@example.com")
    marketer = make.duty("marketing")
    actions.add_contact_point(
        by=marketer,
        at=make.AT,
        person_id=person,
        origin=make.origin("web_page", purposes=("b2b_contact",)),
        kind="web",
        value="https://example.org",
    )

    assert (persons("salainen", marketer), persons("mallikas", marketer)) == ([], [])
    (hit,) = found("example.org", marketer).hits
    assert (hit.id, hit.name, hit.detail) == (person, "", "")


def test_search_is_recorded_with_whom_it_found() -> None:
    clerk, person = make.duty(), make.person()

    search(by=clerk, at=make.AT, typed="mallikas")

    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.deed, event.actor, event.purpose) == ("person.searched", clerk.actor, clerk.purpose)
    assert (event.subjects, event.at) == ([person], make.AT)


def test_search_that_found_nobody_is_recorded_too() -> None:
    search(by=make.duty(), at=make.AT, typed="nobody")

    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.deed, event.subjects) == ("person.searched", [])


def test_limit_holds_and_says_that_there_are_more() -> None:
    people = [make.person("Maija", "Mallikas") for _ in range(LIMIT)]
    assert (set(persons("mallikas")), found("mallikas").more) == (set(people), False)

    make.person("Eila", "Malli")

    assert (len(persons("mal")), found("mal").more) == (LIMIT, True)
    assert found("mallikas").more is False


def test_few_people_are_found_among_many_whom_the_duty_does_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty that sees few people goes through those few; the bound is lowered so that a test can reach it."""
    for number in range(8):
        make.person("Aada", f"Malli{'abcdefgh'[number]}", email=f"aada.malli{number}@example.com")
    mine = make.person(
        "Zaida",
        "Mallz",
        by=make.duty("marketing"),
        source="web_page",
        purposes=("b2b_contact",),
        email="aada.z@example.com",
    )
    for name in ("_NAME", "_CONTACT", "_WORD", "_MY_NAMES", "_MY_CONTACTS"):
        text = getattr(search_module(), name)
        monkeypatch.setattr(search_module(), name, text.replace("3000", "3").replace("{many}", "3"))

    marketer = make.duty("marketing")

    for typed in ("mall", "m", "z", "mallz zaida", "aada.", "aada.z"):
        assert persons(typed, marketer) == [mine], typed


def search_module() -> object:
    import sys

    return sys.modules["seloste.register.search"]


# --- Against a scan that cannot be wrong


_SPECIAL = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "ß": "ss"})
_SEPARATORS = str.maketrans("-'.", "   ")


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower().translate(_SPECIAL)


def matches(typed: str, name: tuple[str, str]) -> bool:
    sought = folded(" ".join(typed.split()))
    given, family = folded(name[0]), folded(name[1])
    words = f"{family} {given}".translate(_SEPARATORS).split()
    wanted = sought.translate(_SEPARATORS).split()
    begins = f"{family} {given}".startswith(sought) or f"{given} {family}".startswith(sought)
    every = bool(wanted) and all(any(word.startswith(want) for word in words) for want in wanted)
    return bool(sought) and (begins or every)


_word = st.text(alphabet="aAbäÄöÅéßøłmMt", min_size=1, max_size=5)
_part = st.lists(_word, min_size=1, max_size=2).map(" ".join) | st.lists(_word, min_size=2, max_size=2).map("-".join)
_name = st.tuples(_part | st.just(""), _part)


@pytest.mark.slow
def test_search_finds_what_a_scan_of_everybody_finds() -> None:
    @settings(max_examples=25, deadline=None)
    @given(names=st.lists(_name, min_size=1, max_size=6), typed=st.lists(_part | st.sampled_from("abmtäö"), max_size=4))
    def finds_all(names: list[tuple[str, str]], typed: list[str]) -> None:
        people.update({make.person(given, family): (given, family) for given, family in names})
        for text in [*typed, *(family[:2] for _given, family in names), *(f"{f[:1]} {g[:2]}" for g, f in names)]:
            expected = {person for person, name in people.items() if matches(text, name)}
            result = found(text)
            hits = {hit.id for hit in result.hits}
            assert hits <= expected, text
            assert (len(hits), result.more) == (min(len(expected), LIMIT), len(expected) > LIMIT), text

    people: dict[UUID, tuple[str, str]] = {}
    finds_all()
