"""The rules of a choice, over everything a cookie may hold and every day a clock may show."""

import string
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.config.demo_third_party import lay_over
from seloste.declaration import load
from seloste.declaration.schema import Declaration
from seloste.kernel.periods import Period, add
from seloste.terminal import queries, rules

DEVICE = UUID("6f2c0d4e-1111-4222-8333-444455556666")
TODAY = date(2026, 11, 25)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
YEAR = Period(months=12)


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declaration:
    """The notice with the demo's third party."""
    return load.load(lay_over(load.DEFAULT_FOLDER, tmp_path_factory.mktemp("terminal") / "notice"))


@pytest.fixture(scope="module")
def book(declared: Declaration) -> rules.Book:
    return rules.book(declared, is_secure=True)


def answered(book: rules.Book, *, yes: bool, on: date = TODAY) -> rules.Given:
    return rules.Given(
        device=DEVICE,
        answers={one.key: rules.Answered(mark=one.mark, yes=yes, on=on) for one in book.questions},
    )


# --- The cookie


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{1,40}", fullmatch=True),
        st.builds(
            rules.Answered, mark=st.text("0123456789abcdef", min_size=12, max_size=12), yes=st.booleans(), on=DAYS
        ),
        max_size=8,
    ),
    st.uuids(),
)
def test_what_is_written_is_read_back(answers: dict[str, rules.Answered], device: UUID) -> None:
    given_ = rules.Given(device=device, answers=answers)

    text = rules.written(given_)

    assert rules.read(text) == given_
    assert queries.unsealed(queries.sealed(given_)) == given_
    assert set(queries.sealed(given_)) <= set(string.ascii_letters + string.digits + "-_.~:")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_without_a_fault(text: str) -> None:
    assert rules.read(text) is None or isinstance(rules.read(text), rules.Given)
    assert queries.unsealed(text) is None


@given(st.data())
def test_a_cookie_that_was_changed_or_cut_says_nothing(data: st.DataObject) -> None:
    whole = queries.sealed(
        rules.Given(device=DEVICE, answers={"map": rules.Answered(mark="a" * 12, yes=False, on=TODAY)})
    )
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(sorted(set(string.printable) - {whole[place]})))

    assert queries.unsealed(whole[:place]) is None
    assert queries.unsealed(whole[:place] + other + whole[place + 1 :]) is None


@pytest.mark.parametrize("value", ["", ":", "1..:", "x" * 5000, "\x00", "1.2.3", "é", "1.6f2c.map-a-1-1:sig"])
def test_odd_cookies_say_nothing(value: str) -> None:
    assert queries.unsealed(value) is None


def test_a_signature_for_something_else_is_none_of_ours() -> None:
    from django.core import signing

    text = rules.written(rules.Given(device=DEVICE))

    assert queries.unsealed(signing.Signer(salt="another").sign(text)) is None
    assert queries.unsealed(signing.Signer().sign(text)) is None


# --- For how long an answer holds


@given(DAYS, st.integers(-800, 800))
def test_an_answer_holds_for_its_period_and_is_not_asked_sooner(on: date, later: int) -> None:
    today = on + timedelta(days=later)

    holds = rules.holds(on, YEAR, today=today)

    assert holds == (later >= -1 and today < add(on, YEAR))
    if 0 <= later <= 180:
        assert holds  # never asked again within six months
    if later > 366:
        assert not holds  # and never believed for more than a year


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2028, 2, 29), date(2029, 2, 27)),
        (date(2027, 2, 28), date(2028, 2, 27)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 12, 30)),
    ],
)
def test_the_leap_day_is_the_last_of_february(on: date, last: date) -> None:
    assert rules.holds(on, YEAR, today=last)
    assert not rules.holds(on, YEAR, today=last + timedelta(days=1))


def test_a_clock_set_back_makes_nobody_consent_for_longer(book: rules.Book) -> None:
    from_the_future = answered(book, yes=True, on=TODAY + timedelta(days=400))

    found = rules.choice(from_the_future, book, today=TODAY, gpc=False)

    assert not found.gives
    assert found.is_due


def test_a_clock_that_is_an_hour_off_over_midnight_asks_nobody_again(book: rules.Book) -> None:
    found = rules.choice(answered(book, yes=True, on=TODAY + timedelta(days=1)), book, today=TODAY, gpc=False)

    assert found.gives
    assert not found.is_due


@given(DAYS)
def test_the_cookie_never_stays_longer_than_declared(on: date) -> None:
    found = rules.Given(device=DEVICE, answers={"map": rules.Answered(mark="a" * 12, yes=True, on=on)})

    seconds = rules.age(found, YEAR, today=on)

    assert seconds == (add(on, YEAR) - on).days * 86_400
    assert rules.age(found, YEAR, today=on + timedelta(days=500)) == 0


# --- What stands


def test_nothing_answered_is_no(book: rules.Book) -> None:
    nothing = rules.Choice(book=book)

    assert [nothing.is_due, nothing.gives, nothing.allows("map")] == [True, False, False]


def test_other_words_are_another_question(declared: Declaration, book: rules.Book) -> None:
    item = declared.terminal["map"]
    assert item.text is not None
    assert item.provider is not None
    others = {
        "fi words": item.model_copy(update={"text": item.text.model_copy(update={"fi": "Jotain muuta."})}),
        "provider": item.model_copy(update={"provider": item.provider.model_copy(update={"name": "Toinen Oy"})}),
        "origins": item.model_copy(
            update={"origins": item.origins.model_copy(update={"script": ("https://x.example",)})}
        ),
        "lifetime": item.model_copy(update={"lifetime": Period(months=13)}),
        "name": item.model_copy(update={"name": "muu"}),
    }
    for what, other in others.items():
        changed = rules.book(with_item(declared, other), is_secure=True)
        found = rules.choice(answered(book, yes=True), changed, today=TODAY, gpc=False)
        assert [found.gives, found.is_due] == [False, True], what


def test_a_better_translation_asks_nobody_again(declared: Declaration, book: rules.Book) -> None:
    item = declared.terminal["map"]
    assert item.text is not None
    other = item.model_copy(update={"text": item.text.model_copy(update={"sv": "Bättre svenska.", "en": "Better."})})

    found = rules.choice(
        answered(book, yes=True), rules.book(with_item(declared, other), is_secure=True), today=TODAY, gpc=False
    )

    assert [found.gives, found.is_due] == [True, False]


def test_an_item_that_is_asked_with_another_changes_the_question(declared: Declaration, book: rules.Book) -> None:
    item = declared.terminal["map"]
    beside = item.model_copy(
        update={"name": "toinen", "asked_with": "map", "text": None, "purpose": None, "provider": None, "embed": None}
    )
    more = declared.model_copy(update={"terminal": {**declared.terminal, "beside": beside}})
    changed = rules.book(more, is_secure=True)

    found = rules.choice(answered(book, yes=True), changed, today=TODAY, gpc=False)

    assert [one.key for one in changed.questions] == ["map"]
    assert rules.asked(changed.questions[0], more, "fi").stored == ["kartta_laite: 30 päivää", "toinen: 30 päivää"]
    assert found.is_due


def with_item(declared: Declaration, item: object) -> Declaration:
    return declared.model_copy(update={"terminal": {**declared.terminal, "map": item}})


@given(yes=st.booleans(), known=st.booleans())
def test_a_browser_that_says_no_is_never_asked_and_never_overruled(book: rules.Book, *, yes: bool, known: bool) -> None:
    found = rules.choice(answered(book, yes=yes), book, today=TODAY, gpc=True)
    found = found if known else replace(found, given=None, answers={})

    assert [found.is_due, found.gives, found.allows("map")] == [False, False, False]


@given(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=4))
def test_a_button_that_is_not_ours_answers_nothing(book: rules.Book, answer: str, keys: list[str]) -> None:
    found = rules.answers_of(answer, keys, book.questions)

    known = {"all", "none", "some", "allow", "withdraw"}
    assert set(found) <= {one.key for one in book.questions}
    if answer not in known:
        assert found == {}
    if any(found.values()):
        assert answer == "all" or (answer in {"some", "allow"} and "map" in keys)


# --- The policy of a page


def test_the_policy_says_each_kind_of_content_by_itself(declared: Declaration) -> None:
    origins = {"script": ("https://a.example",), "img": ("https://b.example",), "connect": ("https://c.example",)}
    item = declared.terminal["map"]
    item = item.model_copy(update={"origins": item.origins.model_copy(update=origins)})

    found = rules.policy(rules.questions(with_item(declared, item)))

    assert found == {
        "script-src": ["https://a.example"],
        "frame-src": ["http://127.0.0.1:8790"],
        "img-src": ["https://b.example"],
        "connect-src": ["https://c.example"],
    }


def test_the_notice_as_it_is_asks_nothing() -> None:
    assert rules.questions(load.load(load.DEFAULT_FOLDER)) == ()


@pytest.mark.parametrize(("is_secure", "prefix"), [(True, "__Host-"), (False, "")])
def test_cookies_are_known_by_the_name_they_have_here(declared: Declaration, prefix: str, *, is_secure: bool) -> None:
    found = rules.book(declared, is_secure=is_secure)

    assert set(found.cookies) == {f"{prefix}{name}" for name in ("sid", "csrf", "mydata", "cart", "choice")}
    assert found.asked_by == {}
