"""The notice to spoil, and a gate that asks PostgreSQL but once how it spells a rule."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, models

from seloste.declaration import load

#: All that the spelling of a rule hangs on, but for the rule itself.
COLUMNS = """
SELECT coalesce(md5(string_agg(concat_ws(' ', attrelid, attname, atttypid, atttypmod, attcollation), ','
                               ORDER BY attrelid, attnum)), '')
FROM pg_catalog.pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT to_regclass(told) FROM unnest(%s::text[]) told)
"""


@pytest.fixture(scope="session", autouse=True)
def rules_are_spelt_once() -> Iterator[None]:
    """Make the two hundred temporary tables of the gate once for the same rules on the same columns."""
    from seloste.notices.queries import catalog

    spell = catalog._spelt  # noqa: SLF001 -- the one thing of the gate that takes long
    known: dict[tuple[str, ...], list[tuple[tuple[str, str], str]] | None] = {}

    def remembered(ruled: list[type[models.Model]]) -> list[tuple[tuple[str, str], str]] | None:
        made = [said for model in ruled for said in catalog._making(model._meta.label, model)]  # noqa: SLF001
        with connection.cursor() as cursor:
            cursor.execute(COLUMNS, [[f'public."{model._meta.db_table}"' for model in ruled]])
            key = (*made, cursor.fetchone()[0])
        if key not in known:
            known[key] = spell(ruled)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(catalog, "_spelt", remembered)
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real notice, which this process runs by while the test lasts."""
    copy = tmp_path / "notice"
    shutil.copytree(load.DEFAULT_FOLDER, copy)
    monkeypatch.setenv("SELOSTE_NOTICE", str(copy))
    return copy
