"""Links: what they say can be read by us alone, and nothing else opens anything."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.consents.choices import Channel
from seloste.outreach.queries.links import letters_of, opened
from seloste.outreach.rules.links import LASTS, Kind, Link

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ALL = frozenset(Kind)
#: How long every link is.
LETTERS = 100


def link(kind: Kind = Kind.PREFERENCES, made_at: datetime = AT) -> Link:
    return Link(kind=kind, subject=uuid4(), mark=bytes(range(32)), made_at=made_at)


@given(
    kind=st.sampled_from(Kind),
    subject=st.uuids(),
    mark=st.binary(min_size=32, max_size=32),
    channel=st.sampled_from(Channel),
    seconds=st.integers(min_value=0, max_value=2**33),
)
def test_link_says_what_was_put_into_it(kind: Kind, subject: UUID, mark: bytes, channel: Channel, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    made = Link(kind=kind, subject=subject, mark=mark, made_at=at, channel=channel)

    letters = letters_of(made)

    assert opened(letters, kinds=frozenset({kind}), at=at) == made
    assert len(letters) == LETTERS


@given(st.data())
def test_link_with_any_letter_changed_opens_nothing(data: st.DataObject) -> None:
    letters = letters_of(link())
    place = data.draw(st.integers(min_value=0, max_value=len(letters) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    changed = letters[:place] + other + letters[place + 1 :]

    found = opened(changed, kinds=ALL, at=AT)

    assert (found is not None) == (changed == letters)


@given(st.text(max_size=2 * LETTERS))
def test_made_up_letters_open_nothing(letters: str) -> None:
    assert opened(letters, kinds=ALL, at=AT) is None


def test_cut_or_prolonged_link_opens_nothing() -> None:
    letters = letters_of(link())

    shapes = [letters[:end] for end in range(len(letters))] + [letters + more for more in ("A", "=", "==", letters)]

    assert [shape for shape in shapes if opened(shape, kinds=ALL, at=AT)] == []


@pytest.mark.parametrize("kind", Kind)
def test_link_opens_nothing_but_its_own_kind_of_page(kind: Kind) -> None:
    assert opened(letters_of(link(kind)), kinds=ALL - {kind}, at=AT) is None


@pytest.mark.parametrize("kind", [Kind.PREFERENCES, Kind.ASKED])
def test_link_is_over_after_its_time(kind: Kind) -> None:
    lasts = LASTS[kind]
    assert lasts is not None
    letters = letters_of(link(kind))

    last, after = (opened(letters, kinds=ALL, at=AT + lasts + more) for more in (timedelta(), timedelta(seconds=1)))

    assert [last is None, after is None] == [False, True]


def test_link_of_a_clock_that_ran_ahead_is_not_taken() -> None:
    ahead = link(Kind.PREFERENCES, AT + timedelta(days=1))

    assert opened(letters_of(ahead), kinds=ALL, at=AT) is None


def test_one_click_has_no_end() -> None:
    letters = letters_of(link(Kind.ONE_CLICK))

    assert opened(letters, kinds=ALL, at=AT + timedelta(days=20 * 365)) is not None


def test_link_holds_neither_name_nor_address() -> None:
    import base64

    made = link()
    inside = base64.urlsafe_b64decode(letters_of(made) + "==")

    assert b"@" not in inside.replace(made.mark, b"").replace(made.subject.bytes, b"")[:11]
