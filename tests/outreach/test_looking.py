"""No look changes anything: every address of the house, with real ids, as the owner and as a stranger (I27).

What scanners of mailboxes and browsers that fetch ahead do: GET and HEAD on whatever they find.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests import make
from tests.accounts import make as staff
from tests.desk import make as desk
from tests.outreach import make as outreach
from tests.rights import make as rights

from seloste.consents.models import ConsentEvent
from seloste.kernel.clock import now
from seloste.outreach.actions import mailings
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Project
from seloste.rights.choices import Right
from seloste.rights.queries import links as rights_links
from seloste.rights.rules.links import Kind

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Where a look may leave its trace: that somebody looked, the session, what limits how often, and how often pages
#: were seen.
TRACES = ("audit_auditevent", "accounts_session", "cache_entry", "visits_", "terminal_")


@pytest.fixture
def ids() -> dict[str, Any]:
    """Real things for the names in addresses: every page that can be found is found."""
    make.version_id(now())
    person_id = outreach.subscriber()
    told: Any = {
        "by": make.duty(),
        "at": now(),
        "person_id": person_id,
        "origin": make.origin(purposes=("projects",), at=now()),
    }
    register.open_project(**told, name="Uudistus", started_on=now().date())
    organisation = desk.organisation()
    mailing_id = uuid4()
    marketing = make.duty("marketing")
    mailings.write(by=marketing, at=now(), mailing_id=mailing_id, words={"fi": ("Otsikko", "Teksti")})
    mailings.choose_audience(by=marketing, at=now(), mailing_id=mailing_id)
    waiting = outreach.asked("odottaa@example.com", wanted=[outreach.CONSENT])
    request_id = rights.received(Right.ACCESS, at=now(), email="kysyja@example.com")
    reference = ConsentEvent.objects.values_list("reference", flat=True)[0]
    return {
        "person_id": person_id,
        "item_id": ContactPoint.objects.filter(person_id=person_id).values_list("id", flat=True)[0],
        "project": Project.objects.values_list("id", flat=True)[0],
        "organisation_id": organisation,
        "message_id": desk.message(),
        "mailing_id": mailing_id,
        "reference": reference,
        "letters": [
            waiting.strip("/").split("/")[-1],
            outreach.letter_link(person_id).strip("/").split("/")[-1],
            outreach.one_click(person_id).strip("/").split("/")[-1],
            *(rights_links.letters_of(request_id, kind) for kind in Kind),
        ],
        "request_id": request_id,
        "account_id": uuid4(),
    }


def every_address(ids: dict[str, Any]) -> Iterator[str]:
    """Yield every address that the house answers, by the languages of its pages, filled with real ids."""
    for pattern, names in _patterns(get_resolver(), ""):
        for letters in ids["letters"] if "letters" in names else [""]:
            yield "/" + _filled(pattern, {**ids, "letters": letters})


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, set[str]]]:
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here, set(entry.pattern.converters)
        else:
            yield from _patterns(entry, here)


def _filled(pattern: str, ids: dict[str, Any]) -> str:
    import re

    def value(found: re.Match[str]) -> str:
        kind, name = found["kind"] or "str", found["name"]
        known = {
            "kind": "contact",
            "what": "puhelu",
            "key": "contact",
            "version": make.VERSION,
            "first": "1.0",
            "second": make.VERSION,
        }
        usual = {"int": "1", "uuid": str(uuid4())}.get(kind, "x")
        return str(ids.get(name) or known.get(name) or usual)

    return (
        re.sub(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>", value, pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
    )


def contents() -> dict[str, str]:
    """Return of every table, but for traces of looks, a hash of all that it holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(row[0] for row in cursor.fetchall() if not row[0].startswith(TRACES))
        found = {}
        for table in tables:
            rows = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM public.{table} t"  # noqa: S608
            cursor.execute(rows)
            found[table] = cursor.fetchone()[0]
    return found


def browsers() -> list[tuple[str, Client]]:
    """Return who looks: a stranger, and an employee of every job."""
    quiet = {"raise_request_exception": False}
    found = [("stranger", Client(**quiet))]  # type: ignore[arg-type]
    for role in ("owner", "privacy", "marketing", "customer_service"):
        client = Client(**quiet)  # type: ignore[arg-type]
        found.append((role, staff.signed_in(staff.staff(role), client)))
    return found


def test_no_look_changes_anything(ids: dict[str, Any]) -> None:
    """HEAD is asked of whatever GET finds: what is nowhere for somebody is nowhere by any method."""
    lookers, addresses = browsers(), sorted(set(every_address(ids)))
    answers: dict[str, set[int]] = {}
    before = contents()

    for name, browser in lookers:
        for address in addresses:
            statuses = [browser.get(address).status_code]
            if statuses != [404]:
                statuses.append(browser.head(address).status_code)
            answers.setdefault(name, set()).update(statuses)
            answers.setdefault(address, set()).update(statuses)

    assert contents() == before
    assert len(addresses) > 80
    assert not [asked for asked, statuses in answers.items() if 500 in statuses]
    found: dict[str, set[int]] = {}  # a link of one kind opens nothing of another: each place counts once
    for address in addresses:
        place = next((address.replace(letters, "*") for letters in ids["letters"] if letters in address), address)
        found.setdefault(place, set()).update(answers[address])
    unseen = [place for place, statuses in found.items() if statuses == {404}]
    assert len(unseen) < len(found) / 4, unseen


def test_what_a_mailbox_scanner_follows_confirms_nothing(ids: dict[str, Any]) -> None:
    """A scanner opens every link of every message and every link on the pages behind them, two steps deep."""
    import re

    from seloste.mail.models import Message

    before = contents()
    seen: set[str] = set()
    queue = [
        link for text in Message.objects.values_list("text", flat=True) for link in re.findall(r"https?://\S+", text)
    ]
    for _step in range(2):
        pages = [Client().get(re.sub(r"^https?://[^/]+", "", link)) for link in queue]
        seen |= set(queue)
        found = {href for page in pages for href in re.findall(r'href="(/(?!static/)[^"#?]*)"', page.content.decode())}
        queue = sorted(found - seen)

    assert contents() == before
    assert len(seen) > 5


def test_prefetch_is_a_look(ids: dict[str, Any]) -> None:
    before = contents()

    for letters in ids["letters"]:
        for purpose in ("prefetch", "prefetch;prerender"):
            Client(headers={"Sec-Purpose": purpose, "Purpose": "prefetch"}).get(f"/suostumukset/{letters}/")
            Client(headers={"Sec-Purpose": purpose}).get(f"/suostumukset/peru/{letters}/")

    assert contents() == before
