"""Publishing: forwards only, once each, and nothing heavier than wording without a person's word."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.make import VERSION
from tests.notices.make import AT, add, replace, table

from seloste.audit.models import AuditEvent
from seloste.declaration import canonical, load
from seloste.declaration.diff import ChangeClass
from seloste.kernel.duty import operator
from seloste.kernel.refusals import Missing
from seloste.notices import queries
from seloste.notices.actions import PURPOSE, NotPublishable, ensure_published, ensure_published_to_nobody, publish
from seloste.notices.models import NoticeVersion
from seloste.notices.queries import publications
from seloste.notices.queries.publications import NotPublished

pytestmark = pytest.mark.django_db

BY = operator(PURPOSE, may=frozenset({"notice"}))


def new_version(folder: Path, version: str, *, effective_from: str = "2027-01-15") -> None:
    """Say in the notice that it is another version, as its editor would."""
    path = folder / "notice.toml"
    text = re.sub(
        r'^version( *)= "[\d.]+"', rf'version\g<1>= "{version}"', path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    text = re.sub(r"^effective_from = [\d-]+", f"effective_from = {effective_from}", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    load.forget()


def other_punctuation(folder: Path) -> None:
    replace(folder, "notice.toml", "Rekisterinpitäjä on Husgrove, Gamla", "Rekisterinpitäjä on: Husgrove, Gamla")


def test_the_first_notice_is_published_by_itself(folder: Path) -> None:
    version = ensure_published(at=AT)

    row = NoticeVersion.objects.get()
    assert (version.id, version.version, version.effective_from) == (row.id, VERSION, date(2026, 11, 23))
    assert row.declaration["section"][0]["clause"][0]["id"] == "S1"
    assert re.fullmatch("[0-9a-f]{64}", version.text_hash)


def test_the_same_notice_is_published_once(folder: Path) -> None:
    first = ensure_published(at=AT)
    again = publish(by=BY, at=AT, accept="new_purpose")

    assert again == first
    assert NoticeVersion.objects.count() == 1


def test_publishing_is_recorded(folder: Path) -> None:
    publish(by=BY, at=AT)

    event = AuditEvent.objects.get()
    assert (event.deed, event.role, event.purpose, event.at) == ("notice.published", "operator", "rights", AT)


def test_figures_waivers_and_open_questions_make_no_other_notice(folder: Path) -> None:
    first = ensure_published(at=AT)
    (folder / "waivers.toml").write_text("", encoding="utf-8")
    replace(folder, "census.toml", "fields     = ", "fields     = 1")
    path = folder / "purposes.toml"
    path.write_text(
        "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("confirm")),
        encoding="utf-8",
    )
    load.forget()

    assert ensure_published(at=AT) == first


def test_better_wording_is_published_by_itself(folder: Path) -> None:
    ensure_published(at=AT)
    other_punctuation(folder)
    new_version(folder, "2.9")

    assert ensure_published(at=AT).change_class is ChangeClass.EDITORIAL
    assert [one.version for one in queries.versions()] == ["2.9", VERSION]


@pytest.mark.parametrize(
    ("file", "old", "new", "change"),
    [
        ("purposes.toml", 'period = "P24M"', 'period = "P36M"', "material"),
        ("purposes.toml", '= ["contract", "legitimate_interest"]', '= ["legitimate_interest", "contract"]', "basis"),
        ("purposes.toml", "Toimitamme tilatun tuotteen", "Myymme tilatun tuotteen", "material"),
        ("categories.toml", "Etu- ja sukunimi", "Etu- ja sukunimi, ikä", "material"),
    ],
)  # fmt: skip
def test_a_heavier_change_waits_for_a_person(folder: Path, file: str, old: str, new: str, change: str) -> None:
    ensure_published(at=AT)
    replace(folder, file, old, new)
    new_version(folder, "3.0")

    with pytest.raises(NotPublishable, match=f"--accept {change} --effective-from 2027-01-15"):
        ensure_published(at=AT)
    with pytest.raises(NotPublishable):
        publish(by=BY, at=AT, accept="editorial", effective_from=date(2027, 1, 15))
    with pytest.raises(NotPublishable):
        publish(by=BY, at=AT, accept=change, effective_from=date(2027, 1, 14))
    with pytest.raises(NotPublishable):
        publish(by=BY, at=AT, accept=change)

    assert publish(by=BY, at=AT, accept=change, effective_from=date(2027, 1, 15)).change_class == change


def test_a_new_purpose_waits_for_a_person(folder: Path) -> None:
    ensure_published(at=AT)
    text = table(folder, "purposes.toml", "[purpose.order]")
    add(folder, "purposes.toml", "\n" + text.replace("[purpose.order]", "[purpose.resale]"))
    new_version(folder, "3.0")

    with pytest.raises(NotPublishable, match="new_purpose"):
        ensure_published(at=AT)


@pytest.mark.parametrize("version", [VERSION, "1.9", "0.1"])
def test_a_number_that_is_not_higher_is_refused(folder: Path, version: str) -> None:
    ensure_published(at=AT)
    other_punctuation(folder)
    new_version(folder, version)

    with pytest.raises(NotPublishable, match="raise the version"):
        publish(by=BY, at=AT, accept="editorial")


def test_demo_takes_up_a_heavier_change_by_itself(folder: Path) -> None:
    ensure_published(at=AT)
    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    new_version(folder, "2.9", effective_from="2026-11-23")

    assert ensure_published_to_nobody(at=AT).version == "2.9"


def test_demo_does_not_publish_other_words_under_the_same_number(folder: Path) -> None:
    ensure_published(at=AT)
    other_punctuation(folder)
    new_version(folder, VERSION)

    with pytest.raises(NotPublishable, match="raise the version"):
        ensure_published_to_nobody(at=AT)


def test_two_point_ten_is_higher_than_two_point_nine(folder: Path) -> None:
    new_version(folder, "2.9")
    ensure_published(at=AT)
    other_punctuation(folder)
    new_version(folder, "2.10")

    assert ensure_published(at=AT).version == "2.10"


def test_an_earlier_notice_is_not_published_again(folder: Path) -> None:
    ensure_published(at=AT)
    other_punctuation(folder)
    new_version(folder, "2.9")
    ensure_published(at=AT)
    replace(folder, "notice.toml", "Rekisterinpitäjä on: Husgrove", "Rekisterinpitäjä on Husgrove")
    new_version(folder, VERSION, effective_from="2026-11-23")

    with pytest.raises(NotPublishable, match="raise the version"):
        ensure_published(at=AT)


def test_a_heavier_change_takes_effect_after_people_can_be_told(folder: Path) -> None:
    ensure_published(at=AT)
    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    new_version(folder, "3.0", effective_from="2026-11-24")

    with pytest.raises(NotPublishable, match="set effective_from to 2026-11-25"):
        publish(by=BY, at=AT, accept="material", effective_from=date(2026, 11, 24))


# --- Which one is current ---------------------------------------------------------------------------------------------


def test_the_current_version_is_the_loaded_one(folder: Path) -> None:
    first = ensure_published(at=AT)

    assert queries.current_version() == first
    assert queries.current_version_id() == first.id
    assert queries.version(first.id) == first


def test_a_notice_that_is_not_published_has_no_version(folder: Path) -> None:
    with pytest.raises(NotPublished):
        queries.current_version()


@pytest.mark.django_db(transaction=True)
def test_the_current_version_is_asked_of_the_database_once(
    folder: Path, django_assert_num_queries: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "_published", {})
    ensure_published(at=AT)
    queries.current_version()

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert queries.current_version().version == VERSION


def test_a_version_that_never_was_is_missing(folder: Path) -> None:
    with pytest.raises(Missing):
        queries.version(999)
    with pytest.raises(Missing):
        publications.published("9.9")
    with pytest.raises(Missing):
        publications.difference(VERSION, "9.9")


def test_a_published_notice_reads_as_it_was(folder: Path) -> None:
    was = load.current()
    ensure_published(at=AT)

    declared = publications.published(VERSION).declared

    assert declared is not None
    assert canonical.plain(declared) == canonical.plain(was)
    assert declared.purpose == {
        key: purpose.model_copy(update={"confirm": None}) for key, purpose in was.purpose.items()
    }


def test_the_difference_of_two_versions_is_the_same_both_ways(folder: Path) -> None:
    ensure_published(at=AT)
    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    new_version(folder, "3.0")
    publish(by=BY, at=AT, accept="material", effective_from=date(2027, 1, 15))

    there = publications.difference(VERSION, "3.0")

    assert there == publications.difference("3.0", VERSION)
    assert [(one.place, one.before, one.after) for one in there.changes if one.place.startswith("purpose")] == [
        ("purpose.order.retention.period", "P24M", "P3Y")
    ]
    assert there.change_class is ChangeClass.MATERIAL


# --- The table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notices_noticeversion SET version = '9.9'",
        "DELETE FROM notices_noticeversion",
        "TRUNCATE notices_noticeversion CASCADE",
    ],
)
def test_a_published_notice_never_changes(folder: Path, statement: str) -> None:
    ensure_published(at=AT)

    with pytest.raises(DatabaseError, match="is only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert NoticeVersion.objects.get().version == VERSION


def test_the_day_of_effect_is_the_day_in_helsinki(folder: Path) -> None:
    ensure_published(at=AT)
    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    new_version(folder, "3.0", effective_from="2026-11-25")
    late = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)  # half past midnight on the 26th in Helsinki

    with pytest.raises(NotPublishable, match="2026-11-26"):
        publish(by=BY, at=late, accept="material", effective_from=date(2026, 11, 25))
