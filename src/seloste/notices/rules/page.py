"""The public notice in one language: its sentences, and everything that is generated from the declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from seloste.declaration.schema import Declaration, Section, TerminalItem
from seloste.declaration.words import date_words, period_words, retention_words
from seloste.kernel.periods import Period
from seloste.notices.rules import wording


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence under its id, with the law that asks for it."""

    id: str
    text: str
    law: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A numbered part: its sentences, then the names of the blocks that are printed after them."""

    number: int
    id: str
    title: str
    sentences: Sequence[Sentence]
    blocks: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PurposeCard:
    """A purpose with everything arts 13–14 want told of it."""

    key: str
    title: str
    text: str
    basis: str
    article: str
    law: str
    interest: str
    obligation: str
    subjects: str
    what: str
    sources: str
    period: str
    recipients: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A line of a generated list: a category, a right, a measure."""

    key: str
    name: str
    text: str
    note: str = ""
    apart: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """A source, and whether the person gave the data or someone else did."""

    key: str
    name: str
    from_person: bool
    public: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientLine:
    """A recipient, where it is, and by which mechanism data go there."""

    key: str
    name: str
    kind: str
    country: str
    transfer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionLine:
    """How long a purpose keeps data, and the law that says so."""

    key: str
    purpose: str
    period: str
    law: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TerminalLine:
    """Something stored on the device; ``lifetime`` is empty where it goes when the browser is closed."""

    key: str
    name: str
    kind: str
    need: str
    necessary: bool
    necessity: str
    lifetime: str
    host: str
    purpose: str = ""
    who: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """The whole notice in one language."""

    language: str
    title: str
    about: str
    controller: str
    address: Sequence[str]
    email: str
    version: str
    effective_on: date
    effective_words: str
    place: str
    parts: Sequence[Part]
    purposes: Sequence[PurposeCard]
    categories: Sequence[Named]
    sources: Sequence[SourceLine]
    recipients: Sequence[RecipientLine]
    retention: Sequence[RetentionLine]
    rights: Sequence[Named]
    terminal: Sequence[TerminalLine]
    measures: Sequence[Named]


def notice(declared: Declaration, language: str) -> Notice:
    """Return the notice in the language."""
    controller = declared.controller
    return Notice(
        language=language,
        title=declared.register_.name.in_language(language),
        about=declared.register_.about.in_language(language),
        controller=controller.name,
        address=(controller.street, f"{controller.country}-{controller.postal_code} {controller.city}"),
        email=controller.email,
        version=declared.meta.version,
        effective_on=declared.meta.effective_from,
        effective_words=date_words(declared.meta.effective_from, language),
        place=declared.meta.place.in_language(language),
        parts=[_part(section, language) for section in declared.section],
        purposes=[_card(declared, key, language) for key in declared.purpose],
        categories=_categories(declared, language),
        sources=_sources(declared, language),
        recipients=_recipients(declared, language),
        retention=_retention(declared, language),
        rights=_rights(declared, language),
        terminal=terminal(declared, language),
        measures=_measures(declared, language),
    )


def _part(section: Section, language: str) -> Part:
    return Part(
        number=section.number,
        id=f"part-{section.number}",
        title=section.title.in_language(language),
        sentences=[
            Sentence(id=clause.id, text=clause.text.in_language(language), law=clause.law) for clause in section.clause
        ],
        blocks=section.generated,
    )


def _card(declared: Declaration, key: str, language: str) -> PurposeCard:
    purpose = declared.purpose[key]
    return PurposeCard(
        key=key,
        title=purpose.name.in_language(language),
        text=purpose.why.in_language(language),
        basis=wording.basis_words(declared, purpose, language),
        article=wording.articles(purpose),
        law=purpose.law,
        interest=purpose.interest.in_language(language) if purpose.interest else "",
        obligation=purpose.obligation.in_language(language),
        subjects=purpose.subjects.in_language(language),
        what=wording.category_words(declared, purpose, language),
        sources=wording.source_words(declared, purpose, language),
        period=retention_words(declared, key, language),
        recipients=wording.recipient_words(declared, purpose, language),
    )


def _categories(declared: Declaration, language: str) -> list[Named]:
    return [
        Named(key=key, name=one.name.in_language(language), text=one.what.in_language(language))
        for key, one in declared.category.items()
    ]


def _sources(declared: Declaration, language: str) -> list[SourceLine]:
    return [
        SourceLine(key=key, name=one.name.in_language(language), from_person=one.from_person, public=one.public)
        for key, one in declared.source.items()
    ]


def _recipients(declared: Declaration, language: str) -> list[RecipientLine]:
    return [
        RecipientLine(
            key=key,
            name=one.name.in_language(language),
            kind=one.kind,
            country=wording.country_name(one.country, language),
            transfer=wording.transfer_words(one, language),
        )
        for key, one in declared.recipient.items()
    ]


def _retention(declared: Declaration, language: str) -> list[RetentionLine]:
    return [
        RetentionLine(
            key=key,
            purpose=purpose.name.in_language(language),
            period=retention_words(declared, key, language),
            law=purpose.retention.law,
        )
        for key, purpose in declared.purpose.items()
    ]


def _rights(declared: Declaration, language: str) -> list[Named]:
    return [
        Named(
            key=key,
            name=one.name.in_language(language),
            text=one.text.in_language(language),
            note=f"GDPR {one.article}",
            apart=one.separate,
        )
        for key, one in declared.right.items()
    ]


def terminal(declared: Declaration, language: str) -> list[TerminalLine]:
    """Return what is stored on the visitor's device."""
    return [_terminal_line(declared, key, one, language) for key, one in declared.terminal.items()]


def _terminal_line(declared: Declaration, key: str, item: TerminalItem, language: str) -> TerminalLine:
    asked = declared.terminal.get(item.asked_with or "", item)
    why = item.necessity or asked.text
    purpose = declared.purpose.get(asked.purpose or "")
    return TerminalLine(
        key=key,
        name=item.name,
        kind=item.kind,
        need=item.need or "",
        necessary=item.necessary,
        necessity=why.in_language(language) if why else "",
        lifetime=period_words(item.lifetime, language) if isinstance(item.lifetime, Period) else "",
        host=item.host,
        purpose=purpose.name.in_language(language) if purpose else "",
        who=_provider(asked, language),
    )


def _provider(item: TerminalItem, language: str) -> str:
    if item.provider is None:
        return ""
    where = f"{item.provider.name} ({wording.country_name(item.provider.country, language)})"
    transfer = item.provider.transfer
    return f"{where}. {transfer.text.in_language(language)}" if transfer else f"{where}."


def _measures(declared: Declaration, language: str) -> list[Named]:
    return [
        Named(key=key, name=one.name.in_language(language), text=one.text.in_language(language), note=one.clause)
        for key, one in declared.measure.items()
    ]


def plain_parts(values: Mapping[str, Any], language: str) -> list[Part]:
    """Return the sentences of a published notice from its plain values, whatever shape the rest of it had."""
    return [_plain_part(section, language) for section in values.get("section", ())]


def _plain_part(section: Mapping[str, Any], language: str) -> Part:
    number = int(section.get("number", 0))
    return Part(
        number=number,
        id=f"part-{number}",
        title=_said(section.get("title", {}), language),
        sentences=[
            Sentence(id=str(clause.get("id", "")), text=_said(clause.get("text", {}), language), law="")
            for clause in section.get("clause", ())
        ],
        blocks=(),
    )


def _said(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("fi", "")
