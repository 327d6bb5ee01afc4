"""The embedded PostgreSQL: start, stop, share, recover."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_database_is_utf8_and_sorts_by_code_point() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), lower('ÄÖÅ'), 'ä' > 'z'")

        assert cursor.fetchone() == ("UTF8", "äöå", True)
