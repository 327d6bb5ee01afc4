"""What may be written, and what is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seloste.kernel.text import IdentityCodeRefused, UnreadableText, holds_identity_code, plain_text


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "Henkilötunnus 131052-308T.",
        "hetu131052-308t",
        "131052 - 308T",
        "010594Y9021",
        "010594W9021",
        "131052\uff0d308T",
        "rivi\n131052-308T\nrivi",
        "13.10.52-308T",
        "1 3 1 0 5 2 - 3 0 8 T",
        "131052-\n308T",
        "١٣١٠٥٢-٣٠٨T",
        "১৩১০৫২-৩০৮T",
        "131052\u2013308T",
        "131052\u2212308T",
        "131052\u2011308T",
        "131052\u00ad-308T",
        "1310\u200b52-308T",
        "https://example.com/?q=131052%2D308T",
    ],
)
def test_identity_code_is_found_when_valid(text: str) -> None:
    assert holds_identity_code(text)
    with pytest.raises(IdentityCodeRefused):
        plain_text(text, lines=True)


@pytest.mark.parametrize(
    "text", ["131052-308U", "Tilaus 131052-3081", "040 123 4567", "1131052-308T", "321352-308T", ""]
)
def test_identity_code_is_not_found_when_check_fails(text: str) -> None:
    assert not holds_identity_code(text)


@given(
    st.dates().filter(lambda day: 1800 <= day.year <= 2099),
    st.integers(min_value=2, max_value=899),
    st.integers(min_value=0, max_value=5),
)
def test_every_valid_code_is_found(day: object, number: int, sign: int) -> None:
    date = day.strftime("%d%m%y")  # type: ignore[attr-defined]
    century = {18: "++++++", 19: "-YXWVU", 20: "ABCDEF"}[day.year // 100][sign]  # type: ignore[attr-defined]
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{date}{number:03}") % 31]

    assert holds_identity_code(f"koodi {date}{century}{number:03}{check} loppu")


@pytest.mark.parametrize(
    "text", ["\u200b\u200b", "\u00ad", "a\x00b", "a\x07b", "a\x1bb", "a\ufffdb", "a\u202eb", "a\rb", "a\u2028b"]
)
def test_unreadable_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadableText):
        plain_text(text, lines=True)


def test_line_breaks_are_refused_where_one_line_is_asked() -> None:
    with pytest.raises(UnreadableText):
        plain_text("Maija\r\nBcc: kaikki@example.com")


def test_text_is_trimmed_and_composed() -> None:
    assert plain_text("  A\u0308iti ", field="name") == "Äiti"


def test_emoji_and_other_scripts_are_text() -> None:
    assert plain_text("Terveisin 👩‍💻 Дарья") == "Terveisin 👩‍💻 Дарья"
