"""Where the tests' PostgreSQL is, for programs that tests start."""

from urllib.parse import urlencode

from django.db import connection


def address(database: str) -> str:
    """Return DATABASE_URL of a database on the tests' own server."""
    named = connection.settings_dict
    told = {"host": named["HOST"], "port": named["PORT"], "user": named["USER"], "password": named["PASSWORD"]}
    return f"postgresql:///{database}?" + urlencode({key: value for key, value in told.items() if value})
