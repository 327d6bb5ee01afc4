"""What each room finds of a person: all of hers, nobody else's; and that it goes when it is told to."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import make
from tests.erasure.lives import deliver, live
from tests.mail import make as mail

from seloste.kernel.kept import Kept, Record, Surviving, Whose, kept
from seloste.register import actions
from seloste.register.queries import whose

pytestmark = pytest.mark.django_db
#: Stores of the new rooms have tests of their own; these are the ones that a life fills.
FILLED = {
    "audit.events",
    "consents.objections",
    "consents.suppressions",
    "ledger.entries",
    "register.restrictions",
    "register.statements",
    "consents.acknowledgements",
    "consents.events",
    "intake.interactions",
    "intake.submissions",
    "mail.files",
    "mail.messages",
    "outreach.asked",
    "outreach.recipients",
    "register.addresses",
    "register.contact_points",
    "register.feedback",
    "register.grounds",
    "register.information",
    "register.names",
    "register.notes",
    "register.organisations",
    "register.person",
    "register.positions",
    "register.projects",
    "rights.checks",
    "rights.events",
    "rights.items",
    "rights.requests",
}


def found(person_id: UUID) -> dict[str, list[Record]]:
    hers = whose([person_id])
    return {store.key: list(store.records(hers)) for store in kept()}


def said(records: dict[str, list[Record]]) -> str:
    """Return everything that is told of the records, in small letters."""
    told = [(record.values, record.about) for rows in records.values() for record in rows]
    return repr(told).lower()


#: The formatted words of a letter repeat its text; what proved who asked goes when the matter ends.
NOT_SHOWN = {"mail.html", "check.evidence"}


#: What proves that we might do what we did, and stopped where she said no.
PROOF = {
    "audit.events",
    "consents.acknowledgements",
    "consents.events",
    "consents.objections",
    "consents.suppressions",
    "ledger.entries",
}


# --- Found -----------------------------------------------------------------------------------------------------------


def test_every_room_finds_all_of_a_person_and_nothing_of_anybody_else() -> None:
    one, other = live("one"), live("other", given_name="Zqsamanimi", family_name="Zqsukunimi")
    namesake = live("namesake", given_name="Zqsamanimi", family_name="Zqsukunimi")

    for mine in (one, other, namesake):
        words = said(found(mine.person_id))
        strangers = [life for life in (one, other, namesake) if life is not mine]
        assert {place for place, value in mine.planted.items() if value.lower() not in words} == NOT_SHOWN
        for stranger in strangers:
            theirs = {place: value for place, value in stranger.planted.items() if value not in mine.planted.values()}
            assert [place for place, value in theirs.items() if value.lower() in words] == []


def test_a_whole_life_fills_every_store() -> None:
    records = found(live("one").person_id)

    assert {key for key, rows in records.items() if rows} >= FILLED


def test_a_record_tells_exactly_the_fields_that_its_store_names() -> None:
    life = live("one")

    for store in kept():
        for record in store.records(whose([life.person_id])):
            assert record.values.keys() == store.fields.keys(), store.key
            assert record.person in {life.person_id, None}, store.key


def test_many_people_are_found_together_as_each_alone() -> None:
    lives = [live(tag) for tag in ("one", "two", "three")]
    together = whose([life.person_id for life in lives])

    for store in kept():
        alone = {record.id for life in lives for record in store.records(whose([life.person_id]))}
        assert {record.id for record in store.records(together)} == alone, store.key


@pytest.mark.parametrize("shared", ["contact.email", "mixed case"])
def test_who_shares_an_address_is_never_found_by_it(shared: str) -> None:
    one = live("one")
    address = one.email if shared == "contact.email" else one.email.replace("zq", "ZQ", 1)
    make.message(email=address, name="Kaisa Kuusi", message="Zqyhteinen viesti")
    make.person("Kaisa", "Kuusi", email=address, at=one.at + timedelta(days=1))

    records = found(one.person_id)

    assert "zqyhteinen" not in said(records)
    unowned = {key for key, rows in records.items() for record in rows if record.person is None}
    assert unowned <= {"consents.suppressions", "ledger.entries"}  # her number is hers alone, and closed


def test_an_address_of_her_own_finds_what_waits_whatever_its_capitals() -> None:
    one = live("one")
    make.message(email=one.email.replace("zq", "ZQ", 1), name="Joku Muu", message="Zqisoin kirjaimin")

    assert "zqisoin" in said(found(one.person_id))


def test_nobody_is_found_by_a_name() -> None:
    one = live("one")
    make.message(email="muu@example.com", name=f"{one.planted['name.given']} {one.planted['name.family']}")

    assert "muu@example.com" not in said(found(one.person_id))


def test_nothing_is_found_of_nobody() -> None:
    live("one")

    assert [store.key for store in kept() if store.records(Whose(persons=frozenset()))] == []


def test_an_organisation_of_two_is_neithers_and_an_organisation_of_one_is_hers() -> None:
    one = live("one")
    hers = found(one.person_id)["register.organisations"]
    two = make.person("Kaisa", "Kuusi")
    actions.add_position(
        by=make.duty(), at=make.AT, person_id=two, origin=make.origin(), organisation_id=hers[0].id, title="Johtaja"
    )

    assert [record.values["name"] for record in hers] == [one.planted["organisation.name"]]
    assert found(one.person_id)["register.organisations"] == []
    assert found(two)["register.organisations"] == []


def test_links_that_act_for_a_person_are_not_handed_out_with_her_messages() -> None:
    from seloste.mail.models import Message

    life = live("one")
    sent = Message.objects.filter(text__contains="/suostumukset/").get()
    shown = next(one for one in found(life.person_id)["mail.messages"] if one.id == sent.id)

    marks = re.findall(r"[\w-]{60,}", sent.text)
    assert marks
    assert "•••" in shown.values["text"]
    assert [mark for mark in marks if mark in shown.values["text"]] == []


def test_look_ups_are_told_by_the_day_and_the_purpose_without_the_employee() -> None:
    from seloste.audit.models import AuditEvent
    from seloste.register.queries import person_page

    life = live("one")
    by = make.duty()
    for minutes in (1, 2, 60):
        person_page(by=by, at=make.AT + timedelta(days=1, minutes=minutes), person_id=life.person_id)

    lines = [one for one in found(life.person_id)["audit.events"] if one.about.since_at.date() > make.AT.date()]  # type: ignore[union-attr]
    opened = AuditEvent.objects.filter(actor=by.actor).order_by("-id").first()

    assert opened is not None
    assert [line.values["count"] for line in lines if line.values["deed"] == opened.deed] == [3]
    assert str(by.actor) not in repr(lines)


# --- Whoever shares what with whom ------------------------------------------------------------------------------------

POOL = ("Aino.Aalto@example.com", "aino.aalto@example.com", "perhe@example.com", "b@example.com")
ADDRESSES = st.lists(st.sampled_from(POOL), max_size=3)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(theirs=st.lists(ADDRESSES, min_size=2, max_size=4), came=ADDRESSES, left=ADDRESSES, ended=st.booleans())
def test_what_leads_to_two_people_leads_to_nobody(
    theirs: list[list[str]], came: list[str], left: list[str], *, ended: bool
) -> None:
    """Whatever addresses people have or had, in whatever letters: only what is one person's alone finds anything."""
    with transaction.atomic():
        people = [_with(addresses, ended=ended) for addresses in theirs]
        for address in came:
            make.message(email=address)
        for address in left:
            mail.service(address=address)
        folded = [{address.lower() for address in addresses} for addresses in theirs]
        for number, person_id in enumerate(people):
            others = set().union(*folded[:number], *folded[number + 1 :])
            alone = folded[number] - others
            records = found(person_id)
            waiting = [one.values["email"] for one in records["intake.submissions"]]
            sent = [one.values["address"] for one in records["mail.messages"]]
            assert sorted(waiting) == sorted(address for address in came if address.lower() in alone)
            assert sorted(sent) == sorted(address for address in left if address.lower() in alone)
            hers = [one.values["value"].lower() for one in records["register.contact_points"]]
            assert set(hers) == folded[number]
        transaction.set_rollback(True)


def _with(addresses: list[str], *, ended: bool) -> UUID:
    """Return a person of the same name as everybody, with the addresses; with ``ended`` they are past ones."""
    person_id = make.person("Aino", "Aalto")
    for address in {address.lower(): address for address in addresses}.values():
        item = actions.add_contact_point(
            by=make.duty(), at=make.AT, person_id=person_id, origin=make.origin(), kind="email", value=address
        )
        if ended:
            actions.remove(by=make.duty(), at=make.AT, kind="contact", item_id=item)
    return person_id


# --- Gone ------------------------------------------------------------------------------------------------------------


def erased(person_id: UUID, surviving: Surviving) -> list[tuple[Kept, list[Record]]]:
    """Erase as the engine does: store after store what does not stay; return what was left to stay."""
    hers = whose([person_id])
    work: list[tuple[Kept, list[Record], list[Record]]] = []
    for store in kept():
        records = list(store.records(hers))
        goes = [record for record in records if store.stays(record, surviving) is None]
        work.append((store, goes, [record for record in records if record not in goes]))
    for store, goes, _stays in work:
        assert not goes or store.erase([record.id for record in goes]) == len(goes), store.key
    left = [(store, list(store.records(hers)), stays) for store, _goes, stays in work]
    for store, now, stays in left:
        assert {record.id for record in now} == {record.id for record in stays}, store.key
    return [(store, now) for store, now, _stays in left if now]


def test_a_whole_life_goes_but_for_what_proves_that_the_law_was_kept() -> None:
    one, other = live("one"), live("other")
    before = found(other.person_id)

    left = erased(one.person_id, Surviving(today=make.AT.date()))

    procedure = {"rights.requests", "rights.items", "rights.events", "rights.checks", "rights.letters"}
    assert {store.key for store, _records in left} == PROOF | procedure
    assert found(other.person_id) == before


def test_what_stays_says_why_by_which_law_and_until_when() -> None:
    life = live("one")
    surviving = Surviving(today=make.AT.date())

    for store in kept():
        for record in store.records(whose([life.person_id])):
            stay = store.stays(record, surviving)
            if stay is not None:
                assert stay.law.startswith("GDPR")
                assert len(str(stay.why)) > 40
                assert stay.until is not None or store.key in {"audit.events", "consents.suppressions"}
                assert not stay.blocks


@pytest.mark.parametrize("purpose", ["customer_care", "projects", "accounting"])
def test_what_a_surviving_purpose_needs_stays_and_the_rest_goes(purpose: str) -> None:
    from seloste.kernel.kept import Stay

    life = live("one")
    why: Any = {"law": "GDPR 17(3)(b)", "why": "The law obliges us to keep the data."}
    left = {
        store.key: records
        for store, records in erased(life.person_id, Surviving(purposes={purpose: Stay(**why)}, today=make.AT.date()))
    }

    about = {record.about.purposes for records in left.values() for record in records if record.about.purposes}
    needed = {"rights", "order", "staff_access", "direct_marketing", purpose}
    assert all(needed & set(purposes) for purposes in about)
    assert left["register.person"][0].person == life.person_id
    assert ("register.notes" in left) == (purpose == "customer_care")
    assert ("register.projects" in left) == (purpose == "projects")
    assert [record.values["purpose"] for record in left.get("register.grounds", [])] == (
        [] if purpose == "accounting" else [purpose]
    )


def test_the_answer_to_her_request_leaves_before_it_goes() -> None:
    from tests.rights import make as rights

    from seloste.kernel.duty import system
    from seloste.mail.models import Message
    from seloste.rights.choices import Right
    from seloste.rights.models import Request
    from seloste.rights.retention import LAST_WORDS

    rights.proved(Right.ACCESS)
    request = Request.objects.get()
    assert request.person is not None
    waiting = Message.objects.filter(purpose="rights", state="queued").count()
    assert waiting

    erased(request.person, Surviving(today=make.AT.date()))
    assert Message.objects.filter(state="queued").count() == waiting
    deliver(make.AT + timedelta(hours=5))
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}

    assert LAST_WORDS.clear(system("rights"), make.AT + timedelta(hours=6), 100) == 0
    assert LAST_WORDS.clear(system("rights"), make.AT + timedelta(days=1), 100) == waiting
    assert not Message.objects.exists()


# --- Quick at a million people ---------------------------------------------------------------------------------------

#: Tables of a few rows, whatever the number of people.
SMALL = {"notices_noticeversion", "consents_wording", "consents_acknowledgedtext", "outreach_mailing"}


def _scans(plan: dict[str, Any]) -> list[dict[str, Any]]:
    below = [node for part in plan.get("Plans", ()) for node in _scans(part)]
    return [plan, *below] if "Scan" in plan["Node Type"] else below


def _reads_all(scan: dict[str, Any]) -> bool:
    """Tell whether a scan reads a whole table or a whole index: nothing narrows where it looks."""
    if scan["Node Type"] in {"CTE Scan", "Function Scan", "Subquery Scan", "Values Scan"}:
        return False
    is_narrow = "Index Cond" in scan or (scan["Node Type"] == "Bitmap Heap Scan" and "Recheck Cond" in scan)
    return not is_narrow and scan.get("Relation Name", "") not in SMALL


def test_every_room_finds_a_person_by_an_index() -> None:
    """With other ways forbidden the planner reads a whole table only where no index helps, however small it is."""
    hers = whose([live(tag).person_id for tag in ("one", "two", "three")][:1])
    asked: list[tuple[str, Any]] = []

    def listen(execute: Any, words: str, values: Any, *rest: Any) -> Any:  # noqa: ANN401 -- Django's own contract
        asked.append((words, values))
        return execute(words, values, *rest)

    with connection.execute_wrapper(listen):
        for store in kept():
            list(store.records(hers))

    reads = []
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):  # what is left needs a condition of the index
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("SET LOCAL cpu_index_tuple_cost = 100")  # nor does it read a small index whole
        cursor.execute("ANALYZE")
        for words, values in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {words}", values)
            scans = _scans(cursor.fetchone()[0][0]["Plan"])
            reads += [
                f"{scan.get('Relation Name', scan.get('Index Name'))}: {words[:90]}"
                for scan in scans
                if _reads_all(scan)
            ]
    assert len(asked) > 25
    assert reads == []
