"""What the notice says of what is held: purposes, recipients, rights and the rest of art. 15(1), in her language."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from seloste.access.rules import contents as told
from seloste.access.rules.contents import Named
from seloste.declaration.load import current
from seloste.declaration.words import retention_words
from seloste.notices.queries.publications import declared_hash
from seloste.notices.rules import page, wording


def named(declared: Mapping[str, Any], key: str, language: str) -> Named:
    """Return something declared with its name; what is declared no more keeps its key."""
    return Named(key=key, name=declared[key].name.in_language(language) if key in declared else key)


def purpose_named(key: str, language: str) -> Named:
    """Return the purpose with its name."""
    return named(current().purpose, key, language)


def basis_named(key: str, language: str) -> Named:
    """Return the legal basis with its name."""
    words = {basis.value: text for basis, text in current().basis.items()}
    return Named(key=key, name=words[key].in_language(language) if key in words else key)


def bases_of(purposes: Iterable[str]) -> list[str]:
    """Return the legal bases of the purposes."""
    known = current().purpose
    return sorted({known[key].basis.value for key in purposes if key in known})


def criterion(purposes: Sequence[str], language: str) -> str:
    """Return from when the time runs, where the day is not known yet (art. 15(1)(d))."""
    known = [key for key in purposes if key in current().purpose]
    if not known:
        return _("as long as anything else about you is held")
    return "; ".join(retention_words(current(), key, language) for key in known)


@lru_cache(maxsize=8)
def _notice(language: str, _mark: str) -> page.Notice:
    return page.notice(current(), language)


def purposes(keys: Container[str], *, ends: Mapping[str, date], language: str) -> list[told.PurposeTold]:
    """Return what the notice says of the purposes, in its order, each with the day on which it ends for the person."""
    return [
        told.PurposeTold(
            key=card.key,
            name=card.title,
            why=card.text,
            basis=card.basis,
            article=card.article,
            interest=card.interest,
            period=card.period,
            recipients=card.recipients,
            until=ends.get(card.key),
        )
        for card in _notice(language, declared_hash()).purposes
        if card.key in keys
    ]


def recipients(purposes: Iterable[str], language: str) -> Sequence[told.Recipient]:
    """Return to whom the notice says that data of the purposes go."""
    return _declared_recipients(tuple(purposes), language, declared_hash())


@lru_cache(maxsize=256)
def _declared_recipients(purposes: tuple[str, ...], language: str, _mark: str) -> tuple[told.Recipient, ...]:
    declared = current()
    keys = dict.fromkeys(
        key for purpose in purposes if purpose in declared.purpose for key in declared.purpose[purpose].recipients
    )
    found = [(key, declared.recipient[key]) for key in keys if key in declared.recipient]
    return tuple(
        told.Recipient(
            key=key,
            name=one.name.in_language(language),
            kind=one.kind,
            country=wording.country_name(one.country, language),
            transfer=wording.transfer_words(one, language),
        )
        for key, one in found
    )


def rights(language: str) -> list[told.RightTold]:
    """Return what the notice says of each right."""
    return [
        told.RightTold(key=one.key, name=one.name, text=one.text, article=one.note)
        for one in _notice(language, declared_hash()).rights
    ]


def complaint(language: str) -> str:
    """Return where one may complain (art. 15(1)(f))."""
    one = current().authority
    where = ", ".join([one.name.in_language(language), one.address, one.email, one.phone, one.website])
    return _("You may complain to the supervisory authority: %(where)s.") % {"where": where}


def automated() -> str:
    """Return what is decided automatically (art. 15(1)(h))."""
    if any(one.automated_decisions or one.profiling for one in current().purpose.values()):
        return _("The purposes above say where decisions are automated.")
    return _("No decision about you is made automatically, and you are not profiled (GDPR 22).")


def company() -> told.Company:
    """Return who is responsible for the data."""
    one = current().controller
    return told.Company(
        name=one.name,
        address=f"{one.street}, {one.postal_code} {one.city}",
        email=one.email,
        phone=one.phone,
        business_id=one.business_id,
    )
