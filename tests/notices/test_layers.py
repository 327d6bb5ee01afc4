"""The notice in small: beside forms and values, in labels, in three languages, without a database."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.notices.queries import layers, short_layer
from seloste.notices.rules import wording

LANGUAGES = ("fi", "sv", "en")
OBJECTIONS = ("objection", "marketing_objection")
#: What a law obliges to cannot be objected to; marketing can be, without a reason (art. 21(1)–(3)).
EXPECTED_OBJECTIONS = {
    "customer_care": ["objection"],
    "feedback": ["objection"],
    "direct_marketing": ["objection", "marketing_objection"],
    "rights": [],
    "order": ["objection"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", sorted(current().form))
def test_the_layer_beside_a_form_says_what_article_13_wants(form: str, language: str) -> None:
    declared = current()
    purpose = declared.purpose[declared.form[form].purpose]

    layer = short_layer(form, language)

    assert (layer.controller, layer.email) == ("Husgrove", "support@husgrove.com")
    assert layer.why == purpose.why.in_language(language)
    assert declared.basis[purpose.basis].in_language(language) in layer.basis
    assert wording.ARTICLES[purpose.basis] in layer.article
    assert any(str(number) in layer.period for number in (24, 3))
    assert declared.right["access"].name.in_language(language) in layer.rights
    assert [key for key in OBJECTIONS if declared.right[key].text.in_language(language) in layer.objection] == (
        EXPECTED_OBJECTIONS[declared.form[form].purpose]
    )
    assert layer.url == {"fi": "/tietosuoja/", "sv": "/sv/dataskydd/", "en": "/en/privacy/"}[language]
    assert layer.version == declared.meta.version


def test_the_right_to_object_stands_apart() -> None:
    layer = short_layer("contact", "fi")

    assert current().right["objection"].name.fi not in layer.rights
    html = render_to_string("web/parts/notice_short.html", {"short": layer})
    assert layer.objection in html
    assert layer.rights in html


def test_a_form_that_is_not_declared_has_no_layer() -> None:
    with pytest.raises(KeyError):
        short_layer("quiz", "fi")


@pytest.mark.parametrize(
    ("purpose", "articles"),
    [
        ("customer_care", {"15", "16", "17", "18", "20", "77"}),
        ("feedback", {"15", "16", "17", "18", "77"}),
        ("accounting", {"15", "16", "17", "18", "77"}),
        ("direct_marketing", {"15", "16", "17", "18", "20", "7(3)", "77"}),
    ],
)
def test_the_rights_follow_the_basis(purpose: str, articles: set[str]) -> None:
    declared = current()

    assert {right.article for right in wording.rights_for(declared, declared.purpose[purpose])} == articles


def test_only_marketing_can_be_forbidden_without_a_reason() -> None:
    declared = current()

    def objections(purpose: str) -> list[str]:
        return [right.article for right in wording.objections_for(declared, declared.purpose[purpose])]

    assert objections("direct_marketing") == ["21(1)", "21(2)–(3)"]
    assert objections("customer_care") == ["21(1)"]
    assert objections("accounting") == []


def shown(template: str, **context: object) -> str:
    return Template("{% load notice %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("template", "fi", "sv", "en"),
    [
        ("{% purpose_name 'direct_marketing' %}", "Suoramarkkinointi", "Direktmarknadsföring", "Direct marketing"),
        ("{% basis_name 'consent' %}", "Suostumus", "Samtycke", "Consent"),
        ("{% source_name 'meeting' %}", "Tapaaminen", "Möte", "Meeting"),
        ("{% category_name 'contact' %}", "Yhteystiedot", "Kontaktuppgifter", "Contact details"),
        ("{% role_name 'owner' %}", "Omistaja", "Ägare", "Owner"),
    ],
)  # fmt: skip
def test_a_key_is_said_in_the_readers_language(template: str, fi: str, sv: str, en: str) -> None:
    for language, words in zip(LANGUAGES, (fi, sv, en), strict=True):
        with override(language):
            assert shown(template) == words


@pytest.mark.parametrize("tag", ["purpose_name", "basis_name", "source_name", "category_name", "role_name"])
def test_a_key_of_former_days_is_shown_as_it_is_and_escaped(tag: str) -> None:
    assert shown("{% " + tag + " key %}", key="gone_<b>") == "gone_&lt;b&gt;"


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_we_have_this_names_reason_basis_and_end(language: str) -> None:
    declared = current()
    purpose = declared.purpose["feedback"]

    with override(language):
        words = shown("{% autoescape off %}{% why 'feedback' %}{% endautoescape %}")

    assert words.startswith(purpose.why.in_language(language))
    assert declared.basis[purpose.basis].in_language(language) in words
    assert "(GDPR 6(1)(f))" in words
    assert words.endswith(".")


def test_why_knows_the_sentences_of_the_notice() -> None:
    assert layers.why("order", "fi").clauses == current().purpose["order"].clauses


def test_words_for_the_middle_of_a_sentence_keep_their_abbreviations() -> None:
    assert wording.joined(["Nimi", "IP-osoite", "Yhteystiedot"]) == "Nimi, IP-osoite, yhteystiedot"
    assert wording.joined([]) == ""


def test_a_country_has_its_name_in_the_language() -> None:
    assert [wording.country_name("SE", language) for language in LANGUAGES] == ["Ruotsi", "Sverige", "Sweden"]
    assert wording.country_name("XX", "fi") == "XX"
