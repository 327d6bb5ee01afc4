"""What pages and documents say of a purpose, put together from the declaration in one language."""

from collections.abc import Iterable

from babel import Locale

from seloste.declaration.schema import Basis, Declaration, Purpose, Recipient, Right

#: GDPR art. 6(1): the paragraph of each basis.
ARTICLES = {
    Basis.CONSENT: "6(1)(a)",
    Basis.CONTRACT: "6(1)(b)",
    Basis.LEGAL_OBLIGATION: "6(1)(c)",
    Basis.LEGITIMATE_INTEREST: "6(1)(f)",
}

#: Rights that only some bases bring with them (arts 7(3), 20(1)(a), 21(1)).
_RIGHTS_OF = {
    "7(3)": {Basis.CONSENT},
    "20": {Basis.CONSENT, Basis.CONTRACT},
    "21(1)": {Basis.LEGITIMATE_INTEREST},
}
#: Not rights that a person uses against us: duties of ours, courts, and what the notice says does not happen (S4.10).
_NOT_ASKED_OF_US = {"19", "22", "79"}
_MARKETING = "21(2)–(3)"


def joined(words: Iterable[str]) -> str:
    """Join with commas, keeping the first capital only: "Nimi, yhteystiedot, asema"."""
    return ", ".join(word if number == 0 else lowered(word) for number, word in enumerate(words))


def lowered(words: str) -> str:
    """Return the words for the middle of a sentence: an abbreviation or a name in capitals stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def basis_words(declared: Declaration, purpose: Purpose, language: str) -> str:
    """Return the bases of the purpose, the usual one first."""
    return joined(declared.basis[basis].in_language(language) for basis in purpose.bases)


def articles(purpose: Purpose) -> str:
    """Return the paragraphs of GDPR art. 6 that the purpose rests on."""
    return "GDPR " + ", ".join(ARTICLES[basis] for basis in purpose.bases)


def category_words(declared: Declaration, purpose: Purpose, language: str) -> str:
    """Return the categories of data of the purpose."""
    return joined(declared.category[key].name.in_language(language) for key in purpose.categories)


def source_words(declared: Declaration, purpose: Purpose, language: str) -> str:
    """Return the sources that the purpose may draw from."""
    return joined(declared.source[key].name.in_language(language) for key in purpose.sources)


def recipient_words(declared: Declaration, purpose: Purpose, language: str) -> str:
    """Return who receives the data of the purpose, with the country; empty where nobody does."""
    found = [declared.recipient[key] for key in purpose.recipients]
    return "; ".join(f"{one.name.in_language(language)} ({country_name(one.country, language)})" for one in found)


def country_name(code: str, language: str) -> str:
    """Return the name of the country in the language (CLDR)."""
    name: str = Locale(language).territories.get(code, code)
    return name


def transfer_words(recipient: Recipient, language: str) -> str:
    """Return by which mechanism data go to the recipient outside the EEA; empty where they do not."""
    return recipient.transfer.text.in_language(language) if recipient.transfer else ""


def rights_for(declared: Declaration, purpose: Purpose) -> list[Right]:
    """Return the rights a person has against this purpose, those that must stand apart left out (art. 21(4))."""
    return [right for right in declared.right.values() if not right.separate and _applies(right, purpose)]


def objections_for(declared: Declaration, purpose: Purpose) -> list[Right]:
    """Return the rights that the law wants said clearly and apart from everything else."""
    return [right for right in declared.right.values() if right.separate and _applies(right, purpose)]


def _applies(right: Right, purpose: Purpose) -> bool:
    if right.article == _MARKETING:
        return purpose.dpv == "dpv:DirectMarketing"
    if right.article in _NOT_ASKED_OF_US:
        return False
    return not _RIGHTS_OF.get(right.article, set(purpose.bases)).isdisjoint(purpose.bases)
