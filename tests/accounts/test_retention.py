"""What an employee leaves behind goes two years after the employment; the record of use no sooner and no later."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection, transaction
from tests.accounts import make

from seloste.accounts import actions, queries, retention
from seloste.accounts.models import Invitation, Session, UndertakingSignature, User
from seloste.audit.actions import record
from seloste.audit.actions import retention as engine
from seloste.audit.models import AuditEvent
from seloste.kernel.clock import local_date, now
from seloste.kernel.duty import Duty, system, visitor
from seloste.kernel.periods import Period, add
from seloste.kernel.retention import Store

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)


def cleared(store: Store, at: datetime | None = None) -> int:
    return engine.clear(store, by=system(store.purpose), at=at or now())


def due(store: Store) -> int:
    return sum(one.count for one in store.due(local_date(now()) - timedelta(days=1)))


def left(ago: timedelta, *, began: timedelta = 4 * YEAR) -> User:
    """Return an employee whose login was closed so long ago."""
    user = make.staff("marketing", at=now() - began)
    actions.disable(by=make.OPERATOR, at=now() - ago, user_id=user.id)
    return user


def look(by: Duty, ago: timedelta) -> None:
    with transaction.atomic():
        record(by=by, at=now() - ago, deed="person.read", subjects=[uuid4()])


@pytest.fixture(autouse=True)
def owner() -> User:
    """Somebody has to remain who can let people in."""
    return make.staff("owner")


def test_login_goes_two_years_after_it_was_closed_with_all_that_belongs_to_it() -> None:
    gone, kept = left(2 * YEAR), left(timedelta(days=700))

    assert due(retention.LOGINS) == 1
    assert cleared(retention.LOGINS) == 1

    assert not User.objects.filter(id=gone.id).exists()
    assert not Authenticator.objects.filter(user_id=gone.id).exists()
    assert not UndertakingSignature.objects.filter(user_id=gone.id).exists()
    assert User.objects.filter(id=kept.id).exists()
    assert UndertakingSignature.objects.filter(user_id=kept.id).exists()


def test_record_of_former_employee_goes_two_years_after_the_employment() -> None:
    gone, kept = left(2 * YEAR), left(timedelta(days=700))
    for user in (gone, kept):
        look(queries.own_duty(user), 3 * YEAR)
        look(queries.own_duty(user), 3 * YEAR - timedelta(days=1))
    mine = AuditEvent.objects.filter(actor=gone.id).count()

    told = due(retention.READ_LOG)
    assert cleared(retention.READ_LOG) == told >= mine >= 2

    assert not AuditEvent.objects.filter(actor=gone.id).exists()
    assert AuditEvent.objects.filter(actor=kept.id, deed="person.read").count() == 2


def test_record_of_who_is_still_employed_stays(owner: User) -> None:
    look(queries.own_duty(owner), 5 * YEAR)

    cleared(retention.READ_LOG)

    assert AuditEvent.objects.filter(actor=owner.id, deed="person.read").count() == 1


def test_what_no_employee_did_goes_two_years_after_it_was_done() -> None:
    two_years = local_date(now()) - add(local_date(now()), Period(months=-24))
    look(visitor("customer_care"), two_years)
    look(visitor("feedback"), two_years + timedelta(days=1))

    assert due(retention.READ_LOG) == cleared(retention.READ_LOG) == 1

    assert [event.purpose for event in AuditEvent.objects.filter(role="visitor")] == ["customer_care"]


def test_record_goes_after_its_login_has_gone() -> None:
    gone = left(2 * YEAR)
    look(queries.own_duty(gone), 3 * YEAR)

    cleared(retention.LOGINS)
    cleared(retention.READ_LOG)

    assert not AuditEvent.objects.filter(actor=gone.id).exists()


def test_record_goes_in_batches() -> None:
    for _ in range(5):
        look(visitor("customer_care"), 3 * YEAR)

    by = system("staff_access")
    with transaction.atomic():
        assert [retention.READ_LOG.clear(by, now(), 2) for _ in range(4)] == [2, 2, 1, 0]


def test_dead_links_and_sessions_go_the_next_day() -> None:
    actions.invite(by=make.OPERATOR, at=now(), email="uusi@example.com", name="Uusi", role="marketing")
    make.signed_in(make.staff())
    links = Invitation.objects.count()

    assert (cleared(retention.INVITATIONS), cleared(retention.SESSIONS)) == (0, 0)
    later = now() + timedelta(days=2)
    assert (cleared(retention.INVITATIONS, later), cleared(retention.SESSIONS, later)) == (links, 1)
    assert not Session.objects.exists()


def test_counters_go_the_next_day() -> None:
    cache.clear()  # counters of tests that commit may stand there still
    cache.set("attempts", 3, timeout=60)

    assert cleared(retention.LIMITS) == 0
    assert cleared(retention.LIMITS, now() + timedelta(days=2)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entry")
        assert cursor.fetchone() == (0,)
