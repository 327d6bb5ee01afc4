"""What the database itself keeps of subscriptions."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_changes_and_billed_periods_are_never_rewritten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'never_changed' ORDER BY 1")
        guarded = [row[0] for row in cursor.fetchall()]
    assert guarded == ["services_subscriptionchange", "services_subscriptionperiod"]
