"""What the database itself keeps of subscriptions, and that the gate sees where it would not."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.notices.make import problems

pytestmark = pytest.mark.django_db
GUARDED = ("services_subscriptionchange", "services_subscriptionperiod")


def test_a_change_that_could_be_rewritten_does_not_pass_the_gate(tmp_path: Path) -> None:
    folder = tmp_path / "notice"
    shutil.copytree(settings.NOTICE_FOLDER, folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'never_changed' ORDER BY 1")
        assert tuple(row[0] for row in cursor.fetchall()) == GUARDED
        cursor.execute("DROP TRIGGER never_changed ON services_subscriptionchange")
        cursor.execute("ALTER TABLE services_subscriptionperiod DISABLE TRIGGER never_changed")
    found = {problem.place for problem in problems(folder) if problem.code == "E030"}
    assert found >= {f"{table}.never_changed" for table in GUARDED}
