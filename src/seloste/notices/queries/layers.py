"""The notice in small: beside a form, beside a value, in a label. All of it from the declaration; no table is asked."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.declaration.words import retention_words
from seloste.notices.rules import wording


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortLayer:
    """What a person is told beside a form (art. 13; KHO:2023:81): enough to decide, the whole notice one click away."""

    controller: str
    email: str
    purpose: str
    why: str
    basis: str
    article: str
    law: str
    interest: str
    period: str
    recipients: str
    rights: str
    objection: str
    url: str
    version: str


def short_layer(form_key: str, language: str) -> ShortLayer:
    """Return the layer beside the form in the language; KeyError where no such form is declared."""
    declared = current()
    key = declared.form[form_key].purpose
    purpose = declared.purpose[key]
    rights = wording.rights_for(declared, purpose)
    return ShortLayer(
        controller=declared.controller.name,
        email=declared.controller.email,
        purpose=purpose.name.in_language(language),
        why=purpose.why.in_language(language),
        basis=wording.basis_words(declared, purpose, language),
        article=wording.articles(purpose),
        law=purpose.law,
        interest=purpose.interest.in_language(language) if purpose.interest else "",
        period=retention_words(declared, key, language),
        recipients=wording.recipient_words(declared, purpose, language),
        rights=wording.joined(right.name.in_language(language) for right in rights),
        objection=" ".join(right.text.in_language(language) for right in wording.objections_for(declared, purpose)),
        url=notice_url(language),
        version=declared.meta.version,
    )


def notice_url(language: str) -> str:
    """Return the address of the notice in the language."""
    with override(language):
        return reverse("notices:page")


# --- Words of the declaration for labels ------------------------------------------------------------------------------
# A key the declaration no longer has may still stand in old rows and in the record: it is shown as it is.


def purpose_name(key: str, language: str) -> str:
    """Return what the notice calls the purpose."""
    purpose = current().purpose.get(key)
    return purpose.name.in_language(language) if purpose else key


def basis_name(key: str, language: str) -> str:
    """Return what the notice calls the basis."""
    return next((text.in_language(language) for basis, text in current().basis.items() if basis == key), key)


def source_name(key: str, language: str) -> str:
    """Return what the notice calls the source."""
    source = current().source.get(key)
    return source.name.in_language(language) if source else key


def category_name(key: str, language: str) -> str:
    """Return what the notice calls the category."""
    category = current().category.get(key)
    return category.name.in_language(language) if category else key


def role_name(key: str, language: str) -> str:
    """Return what the declaration calls the job role."""
    role = current().role.get(key)
    return role.name.in_language(language) if role else key


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why a value is held: the purpose in words, its basis with the article, and how long."""

    purpose: str
    why: str
    basis: str
    article: str
    law: str
    interest: str
    period: str
    clauses: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.why} {self.basis} ({self.article}). {self.period[:1].upper()}{self.period[1:]}."


def why(key: str, language: str) -> Why:
    """Return the answer to "why do we have this?" for the purpose; KeyError where it is not declared."""
    declared = current()
    purpose = declared.purpose[key]
    return Why(
        purpose=purpose.name.in_language(language),
        why=purpose.why.in_language(language),
        basis=wording.basis_words(declared, purpose, language),
        article=wording.articles(purpose),
        law=purpose.law,
        interest=purpose.interest.in_language(language) if purpose.interest else "",
        period=retention_words(declared, key, language),
        clauses=purpose.clauses,
    )
