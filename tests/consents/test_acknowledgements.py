"""An acknowledgement is no consent: by its type, by its table, and whatever is done with it (I23–I24)."""

import ast
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import make
from tests.consents.make import ADDRESS, HERSELF, reachable

import seloste
from seloste.consents import actions, queries
from seloste.consents.choices import Acknowledged, Channel, ConsentState
from seloste.consents.models import AcknowledgedText, Acknowledgement, ConsentEvent
from seloste.declaration.load import current
from seloste.kernel.duty import system
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register.models import Ground

FORMS = st.lists(
    st.tuples(
        st.sampled_from(["fi", "sv", "en"]), st.sampled_from(["checkout", "phone order"]), st.text("AB1-", max_size=4)
    ),
    min_size=1,
    max_size=6,
)


def said(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deed is told
    return {"by": HERSELF, "at": make.AT, "kind": "order", "language": "fi", "form": "checkout", **changes}


@pytest.mark.django_db
def test_acknowledgement_keeps_the_words_the_notice_and_the_form() -> None:
    make.version_id()
    person_id = make.person()

    reference = actions.acknowledge(**said(person_id=person_id, about="T-1001"))

    row = Acknowledgement.objects.select_related("words", "notice_version").get(reference=reference)
    assert (row.subject, row.kind, row.form, row.about, row.role) == (
        person_id,
        "order",
        "checkout",
        "T-1001",
        "visitor",
    )
    assert row.notice_hash == row.notice_version.text_hash
    assert row.words.text.startswith(
        f"Olen saanut tietosuojaselosteen (versio {row.notice_version.version}) ja hyväksyn"
    )
    assert "{" not in row.words.text


@pytest.mark.django_db
def test_words_are_kept_once_a_language() -> None:
    person_id = make.person()
    for language in ("fi", "sv", "en", "fi"):
        actions.acknowledge(**said(person_id=person_id, language=language))

    assert sorted(AcknowledgedText.objects.values_list("language", flat=True)) == ["en", "fi", "sv"]


@pytest.mark.django_db
@settings(deadline=None, max_examples=50)
@given(FORMS)
def test_no_acknowledgements_ever_make_a_consent(forms: list[tuple[str, str, str]]) -> None:
    with transaction.atomic():
        person_id = reachable()
        before = _permissions(person_id)
        grounds = sorted(Ground.objects.filter(person_id=person_id).values_list("purpose", "basis"))
        for language, form, about in forms:
            actions.acknowledge(**said(person_id=person_id, language=language, form=form, about=about))

        assert _permissions(person_id) == before
        assert not before["email"]
        assert queries.consent_of(person_id, "direct_marketing", "email") is None
        assert queries.consent_of(person_id, "order", "email") is None
        assert ConsentEvent.objects.count() == 0
        assert sorted(Ground.objects.filter(person_id=person_id).values_list("purpose", "basis")) == grounds
        transaction.set_rollback(True)


def _permissions(person_id: UUID) -> dict[str, bool]:
    answers = queries.may_i_contact(by=make.duty("marketing"), at=make.AT, person_id=person_id)
    told = {str(answer.channel): answer.decision.allow for answer in answers}
    decided = queries.decide(
        person_id=person_id,
        channel=Channel.EMAIL,
        address=ADDRESS,
        is_marketing=True,
        at=make.AT,
    )
    return {**told, "decided": decided.allow}


@pytest.mark.django_db
def test_person_who_is_not_there_acknowledges_nothing() -> None:
    make.version_id()
    with pytest.raises(Missing):
        actions.acknowledge(**said(person_id=uuid4()))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["marketing_email", "direct_marketing", ""])
def test_only_what_the_notice_declares_is_acknowledged(kind: str) -> None:
    with pytest.raises(Missing):
        actions.acknowledge(**said(person_id=make.person(), kind=kind))


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "allowed"), [("customer_service", True), ("marketing", False), ("technical", False)])
def test_acknowledgement_on_the_telephone_is_noted_by_whose_job_orders_are(role: str, *, allowed: bool) -> None:
    told = said(person_id=make.person(), by=make.duty(role), form="phone order")
    if allowed:
        actions.acknowledge(**told)
    else:
        with pytest.raises(NotAllowed):
            actions.acknowledge(**told)


@pytest.mark.django_db
def test_nothing_acknowledges_by_itself() -> None:
    with pytest.raises(NotAllowed):
        actions.acknowledge(**said(person_id=make.person(), by=system("order")))


@pytest.mark.django_db
def test_consent_cannot_be_bound_to_acknowledged_words() -> None:
    person_id = make.person()
    actions.acknowledge(**said(person_id=person_id))
    row = Acknowledgement.objects.get()
    event = ConsentEvent(
        reference=row.reference,
        subject=person_id,
        purpose="order",
        channel="email",
        state="withdrawn",
        wording_id=row.words_id,  # the other table's number: there is no such wording of a consent
        notice_version_id=row.notice_version_id,
        source="order",
        at=row.at,
        actor=row.actor,
        role=row.role,
    )

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            event.save(force_insert=True)


def test_types_of_the_two_have_nothing_in_common() -> None:
    shared = {"id", "reference", "subject", "notice_version", "form", "at", "actor", "role"}  # whose and when, not what
    fields = [{field.name for field in model._meta.fields} for model in (Acknowledgement, ConsentEvent)]

    assert fields[0] & fields[1] == shared
    assert not set(Acknowledged.values) & set(ConsentState.values)
    assert not set(current().acknowledgement) & set(current().consent)
    assert set(current().acknowledgement) == set(Acknowledged.values)


def test_only_the_files_named_for_it_read_the_table() -> None:
    """Whatever decides about contact cannot even name an acknowledgement."""
    source = Path(seloste.__file__).parent
    readers = set()
    for path in source.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        if named & {"Acknowledgement", "AcknowledgedText"}:
            readers.add(str(path.relative_to(source)))

    assert readers <= {
        "consents/models/acknowledgements.py",
        "consents/models/__init__.py",
        "consents/actions/acknowledgements.py",
        "consents/kept.py",  # what the person is shown, and when it goes: neither decides about contact
        "consents/retention.py",
        "consents/queries/acknowledgements.py",
    }
