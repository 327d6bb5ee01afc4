"""The confidentiality undertaking."""

import pytest
from django.db import DatabaseError, connection, transaction
from tests.accounts import make

from seloste.accounts import actions, queries
from seloste.accounts.models import UndertakingSignature
from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_signature_says_who_signed_which_words_when() -> None:
    user, at = make.staff(signed=False), now()

    make.sign(user, at=at)

    row = UndertakingSignature.objects.get()
    assert (row.user_id, row.signed_by, row.signed_at, row.language) == (user.id, user.id, at, "fi")
    assert row.text_hash == queries.undertaking_hash("fi")
    assert AuditEvent.objects.latest("id").deed == "undertaking.signed"


def test_signature_is_refused_for_other_words() -> None:
    user = make.staff(signed=False)

    with pytest.raises(actions.TextChanged):
        actions.sign_undertaking(by=queries.own_duty(user), at=now(), language="fi", text_hash="0" * 64)

    assert not queries.has_signed(user.id)


def test_signature_counts_in_whichever_language_it_was_read() -> None:
    user = make.staff(signed=False)
    words = queries.undertaking_hash("sv")

    actions.sign_undertaking(by=queries.own_duty(user), at=now(), language="sv", text_hash=words)

    assert queries.has_signed(user.id)


def test_signature_of_a_colleague_does_not_count() -> None:
    make.staff()

    assert not queries.has_signed(make.staff(signed=False).id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_undertakingsignature SET language = 'sv'",
        "DELETE FROM accounts_undertakingsignature",
        "TRUNCATE accounts_undertakingsignature",
    ],
)
def test_signatures_are_only_added_to(statement: str) -> None:
    make.staff()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert UndertakingSignature.objects.count() == 1


def test_unticked_box_signs_nothing() -> None:
    client = make.signed_in(make.staff(signed=False))
    initial = client.get("/tili/sitoumus/").context["form"].initial

    response = client.post("/tili/sitoumus/", initial)

    assert (response.status_code, UndertakingSignature.objects.count()) == (200, 0)


def test_box_is_not_ticked_beforehand() -> None:
    page = make.signed_in(make.staff(signed=False)).get("/tili/sitoumus/").content.decode()

    assert "checked" not in page
