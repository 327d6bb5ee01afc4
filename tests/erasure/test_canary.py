"""The night's proof: somebody invented is entered and erased by the real engine, and nothing of her is left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from tests import make

from seloste.audit.models import Run
from seloste.erasure import canary
from seloste.erasure.canary import LeftBehindError, nightly
from seloste.kernel import kept
from seloste.kernel.kept import Kept
from seloste.mail.models import Message
from seloste.register.models import Person

pytestmark = pytest.mark.django_db
#: Four in the morning in Helsinki.
NIGHT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def house(tmp_path: Path) -> None:
    make.version_id()
    (tmp_path / "logs").mkdir()
    settings.SWEPT_FOLDER = tmp_path


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kept]:
    mine = {store.key: store for store in kept.kept()}
    monkeypatch.setattr(kept, "_kept", mine)
    return mine


def forget(registered: dict[str, Kept], key: str) -> None:
    registered[key] = replace(registered[key], records=lambda _whose: [])


def test_nothing_is_left_of_somebody_invented() -> None:
    assert canary.prove(NIGHT) == {}

    assert not Person.objects.exists()
    assert not Message.objects.exists()


def test_the_one_who_is_planted_is_everywhere_and_nobody_sees_or_writes_to_her() -> None:
    from seloste.consents.choices import Channel
    from seloste.consents.queries import decide
    from seloste.register.search import search

    planted = canary.plant(NIGHT)

    found = canary.look(planted)
    seen = {value for values in found.values() for value in values}
    assert {*planted.words.values(), planted.email} - seen == {planted.words["given name"]}  # corrected, so sealed
    assert {place.split(".")[0] for place in found} >= {
        "register_name", "register_contactpoint", "register_postaladdress", "register_note", "register_feedback",
        "register_position", "register_organisation", "intake_interaction", "mail_message",
    }  # fmt: skip
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    by = make.duty()
    to: dict[str, Any] = {"person_id": planted.person_id, "channel": Channel.EMAIL, "address": planted.email}
    assert not decide(**to, is_marketing=True, at=NIGHT).allow
    assert [(hit.name, hit.withheld) for hit in search(by=by, at=NIGHT, typed=canary.FAMILY).hits] == [("", True)]


def test_first_night_comes_a_day_after_the_house_was_set_up_and_then_every_night() -> None:
    assert nightly(NIGHT - timedelta(days=1)) == 0
    assert nightly(NIGHT - timedelta(hours=10)) == 0
    assert nightly(NIGHT) == 1
    assert nightly(NIGHT + timedelta(hours=1)) == 0
    assert nightly(NIGHT + timedelta(hours=23)) == 0
    assert nightly(NIGHT + timedelta(days=1)) == 1
    assert not Person.objects.exists()


def test_a_room_that_forgets_rings_until_it_remembers(registered: dict[str, Kept]) -> None:
    nightly(NIGHT - timedelta(days=1))
    whole = registered["mail.messages"]
    forget(registered, "mail.messages")

    with pytest.raises(LeftBehindError, match=r"mail_message\.address"):
        nightly(NIGHT)
    with pytest.raises(LeftBehindError, match=r"mail_message\.address"):
        nightly(NIGHT + timedelta(minutes=10))
    assert Message.objects.count() == 1
    assert "Zq" not in "".join(Run.objects.values_list("error", flat=True))

    registered["mail.messages"] = whole
    assert nightly(NIGHT + timedelta(hours=2)) == 1
    assert nightly(NIGHT + timedelta(hours=3)) == 0


def test_a_file_that_keeps_something_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = canary.plant

    def careless(at: datetime) -> canary.Canary:
        planted = plant(at)
        (tmp_path / "logs" / "web.log").write_text(f"entered {planted.email}", encoding="utf-8")
        return planted

    monkeypatch.setattr(canary, "plant", careless)

    assert set(canary.prove(NIGHT)) == {"file logs/web.log"}


def test_a_table_that_nobody_knows_rings() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copies (name text)")
        cursor.execute(
            "CREATE FUNCTION seloste_copy() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO copies VALUES (NEW.given_name); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER copies AFTER INSERT ON register_name FOR EACH ROW EXECUTE FUNCTION seloste_copy()"
        )

    assert set(canary.prove(NIGHT)) == {"copies.name"}


def test_who_was_left_by_a_night_that_ended_in_the_middle_goes_the_next_night() -> None:
    canary.plant(NIGHT)
    real = make.person("Maija", canary.FAMILY, email="maija@example.com")

    assert canary.prove(NIGHT + timedelta(days=1)) == {}

    assert list(Person.objects.values_list("id", flat=True)) == [real]


@override_settings(NOT_SWEPT={})
def test_what_is_left_out_is_told_with_its_reason() -> None:
    from seloste.config import settings as house

    assert all(len(reason) > 20 for reason in house.NOT_SWEPT.values())
    assert canary.prove(NIGHT) == {}
