"""Rules about what a visitor's device holds. Plain Python; no table, no clock, no framework.

A *question* is an optional item of the declaration, with the items that are asked together with it. A *choice* is what
a visitor answered, read from the visitor's own cookie: nothing on the server is asked to know it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from seloste.declaration.device import CHOICE_COOKIE, is_question
from seloste.declaration.schema import Declaration, Embed, Origins, TerminalItem
from seloste.declaration.words import period_words
from seloste.floods.rules import Limit
from seloste.kernel.periods import Period, add
from seloste.notices.rules.wording import country_name

#: Answers that one caller may give: an office behind one address is not a flood.
FROM_A_CALLER = Limit(an_hour=100)

# --- What is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One purpose and one party: what a visitor says yes or no to. ``mark`` changes with the words and the facts."""

    key: str
    purpose: str
    items: tuple[TerminalItem, ...]
    mark: str

    @property
    def item(self) -> TerminalItem:
        """Return the item whose words are asked."""
        return self.items[0]

    @property
    def origins(self) -> Origins:
        """Return from where a page may load after a yes."""
        return self.item.origins

    @property
    def embed(self) -> Embed | None:
        """Return what is shown after a yes, if anything."""
        return self.item.embed


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The words of a question in one language, as they are shown; together they are what is consented to."""

    title: str
    text: str
    who: str
    stored: Sequence[str]
    transfer: str

    @property
    def words(self) -> str:
        """Return all of it as one text, which is kept with every answer."""
        return "\n".join(part for part in (self.title, self.text, self.who, *self.stored, self.transfer) if part)

    @property
    def mark(self) -> str:
        """Return the SHA-256 of the words."""
        return sha256(self.words.encode()).hexdigest()


#: What stands between the name of an item and how long it stays.
_UNTIL_CLOSED = {"fi": "kunnes selain suljetaan", "sv": "tills webbläsaren stängs", "en": "until the browser is closed"}


def asked(question: Question, declared: Declaration, language: str) -> Asked:
    """Return the words of the question in the language."""
    item, provider = question.item, question.item.provider
    transfer = provider.transfer.text.in_language(language) if provider and provider.transfer else ""
    return Asked(
        title=declared.purpose[question.purpose].name.in_language(language),
        text=item.text.in_language(language) if item.text else "",
        who=f"{provider.name} ({country_name(provider.country, language)})" if provider else declared.controller.name,
        stored=[_stored(one, language) for one in question.items],
        transfer=transfer,
    )


def _stored(item: TerminalItem, language: str) -> str:
    until = item.lifetime if isinstance(item.lifetime, Period) else None
    said = period_words(until, language) if until else _UNTIL_CLOSED.get(language, _UNTIL_CLOSED["fi"])
    return f"{item.name}: {said}"


def questions(declared: Declaration) -> tuple[Question, ...]:
    """Return what the declaration has a visitor asked, in its order."""
    return tuple(_question(declared, key, item) for key, item in declared.terminal.items() if is_question(item))


def _question(declared: Declaration, key: str, item: TerminalItem) -> Question:
    beside = [other for other in declared.terminal.values() if other.asked_with == key]
    unmarked = Question(key=key, purpose=item.purpose or "", items=(item, *beside), mark="")
    return replace(unmarked, mark=_mark(unmarked, declared))


def _mark(question: Question, declared: Declaration) -> str:
    """Return the mark of the question: another Finnish word or fact, and it has to be asked anew.

    A better translation of the same Finnish words asks nobody again, as with every other text of the notice.
    """
    facts = [
        f"{one.name} {one.kind} {one.host} {one.lifetime} {one.party} {one.origins.model_dump_json()}"
        for one in question.items
    ]
    said = "\n".join([asked(question, declared, "fi").words, *facts])
    return sha256(said.encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """What follows from the declaration for every request, found once: questions and cookies by their names."""

    declared: Declaration
    questions: tuple[Question, ...]
    cookies: Mapping[str, TerminalItem]
    asked_by: Mapping[str, str]
    holds_for: Period

    def question(self, key: str) -> Question | None:
        """Return the question of the key; None where the declaration has none."""
        return next((one for one in self.questions if one.key == key), None)


PREFIX = "__Host-"


def book(declared: Declaration, *, is_secure: bool) -> Book:
    """Return what follows from the declaration. At home, without https, cookies stand without their prefix."""
    own = {
        _name(item.name, is_secure=is_secure): (key, item)
        for key, item in declared.terminal.items()
        if item.kind == "cookie" and item.party == "own"
    }
    return Book(
        declared=declared,
        questions=questions(declared),
        cookies={name: item for name, (_, item) in own.items()},
        asked_by={name: item.asked_with or key for name, (key, item) in own.items() if not item.necessary},
        holds_for=_holds_for(declared),
    )


def _name(name: str, *, is_secure: bool) -> str:
    return name if is_secure else name.removeprefix(PREFIX)


def _holds_for(declared: Declaration) -> Period:
    """Return for how long an answer holds; the shortest that the law of the house allows where nothing is asked."""
    periods = [one.lifetime for one in declared.terminal.values() if one.name == CHOICE_COOKIE]
    return next((period for period in periods if isinstance(period, Period)), Period(months=6))


# --- What was answered ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One answer: the mark of the words it was given to, yes or no, and on which date (in Helsinki)."""

    mark: str
    yes: bool
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a visitor's cookie says: a random device id, and the answers by question."""

    device: UUID
    answers: Mapping[str, Answered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Framing:
    """The two things by which a page that is the same for everybody may differ all the same."""

    is_due: bool
    gives: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What stands for this visitor now. What is not answered, to just these words and in time, is no."""

    book: Book
    given: Given | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)
    gpc: bool = False

    def allows(self, key: str) -> bool:
        """Tell whether the visitor consents to the question now. A browser that says no (GPC) says it for all."""
        return not self.gpc and self.answers.get(key, False)

    @property
    def is_due(self) -> bool:
        """Tell whether there is something to ask this visitor."""
        return not self.gpc and any(question.key not in self.answers for question in self.book.questions)

    @property
    def gives(self) -> bool:
        """Tell whether the visitor consents to anything, so that there is something to withdraw."""
        return any(self.allows(question.key) for question in self.book.questions)

    @property
    def framing(self) -> Framing:
        """Return what a page for everybody may differ by."""
        return Framing(self.is_due, self.gives)


#: A clock may be wrong by so many days before an answer from the future is not believed.
AHEAD = timedelta(days=1)


def choice(found: Given, book: Book, *, today: date, gpc: bool) -> Choice:
    """Return what stands today: answers to today's words, each for as long as an answer holds."""
    marks = {question.key: question.mark for question in book.questions}
    standing = {
        key: one.yes
        for key, one in found.answers.items()
        if marks.get(key) == one.mark and holds(one.on, book.holds_for, today=today)
    }
    return Choice(book=book, given=found, answers=standing, gpc=gpc)


def holds(answered_on: date, period: Period, *, today: date) -> bool:
    """Tell whether an answer still holds. One from the future is not believed: the clock was wrong then, or is now."""
    return answered_on <= today + AHEAD and today < add(answered_on, period)


# --- The answer in the cookie -----------------------------------------------------------------------------------------

_VERSION = "1"


def written(found: Given) -> str:
    """Return what the cookie says, in characters that a cookie may have; the caller signs it."""
    answers = (f"{key}-{one.mark}-{int(one.yes)}-{one.on.toordinal()}" for key, one in sorted(found.answers.items()))
    return f"{_VERSION}.{found.device.hex}.{'~'.join(answers)}"


def read(text: str) -> Given | None:
    """Return what a cookie with a good signature says; None for anything that is not of this version and whole."""
    try:
        version, device, answers = text.split(".")
        found = dict(_answer(one) for one in answers.split("~") if one)
        return Given(device=UUID(hex=device), answers=found) if version == _VERSION else None
    except (ValueError, OverflowError):
        return None


def _answer(text: str) -> tuple[str, Answered]:
    key, mark, yes, on = text.split("-")
    return key, Answered(mark=mark, yes=yes == "1", on=date.fromordinal(int(on)))


def age(found: Given, period: Period, *, today: date) -> int:
    """Return for how many seconds the cookie stays: until the last of its answers ends."""
    ends = max((add(one.on, period) for one in found.answers.values()), default=today)
    return max((ends - today).days, 0) * 24 * 60 * 60


# --- An answer that comes in ------------------------------------------------------------------------------------------


def answers_of(answer: str, keys: Collection[str], asks: Sequence[Question]) -> dict[str, bool]:
    """Return what a pressed button answers. A button that is not ours answers nothing; a box not ticked is no.

    ``all`` and ``none`` are about every question (closing the note is ``none``), ``some`` about every question by its
    box, ``allow`` and ``withdraw`` about the named ones only.
    """
    if answer in {"all", "none"}:
        return {question.key: answer == "all" for question in asks}
    if answer == "some":
        return {question.key: question.key in keys for question in asks}
    if answer in {"allow", "withdraw"}:
        return {question.key: answer == "allow" for question in asks if question.key in keys}
    return {}


def is_own_form(*, fetch_site: str, origin: str, referer: str, own: str) -> bool:
    """Tell whether a form was sent from a page of ours, as the visitor's browser says.

    Browsers tell it in headers that no page can set (Fetch Metadata; Origin, RFC 6454). A mark in a cookie would do
    the same, but then the mere question would store something on the device.
    """
    if fetch_site:
        return fetch_site == "same-origin"
    if origin:
        return origin == own
    return referer.startswith(f"{own}/")


# --- The cookies of a response ----------------------------------------------------------------------------------------


def longest_age(item: TerminalItem, today: date) -> int | None:
    """Return for how many seconds at most an item may stay; None where it goes with the browser."""
    if not isinstance(item.lifetime, Period):
        return None
    return (add(today, item.lifetime) - today).days * 24 * 60 * 60


#: The directives of the Content-Security-Policy for each kind of origin.
_DIRECTIVES = {"script": "script-src", "frame": "frame-src", "img": "img-src", "connect": "connect-src"}


def policy(asks: Sequence[Question]) -> dict[str, list[str]]:
    """Return what the Content-Security-Policy of a page gains by these questions being answered yes."""
    found: dict[str, list[str]] = {}
    for question in asks:
        for kind, directive in _DIRECTIVES.items():
            found.setdefault(directive, []).extend(getattr(question.origins, kind))
    return {directive: sorted(set(origins)) for directive, origins in found.items() if origins}
