"""Whole requests through every middleware: what is noted of them, and what is stored nowhere."""

import re
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.desk import make as desk
from tests.make import version_id
from tests.visits import make

from seloste.visits.actions.books import Books
from seloste.visits.models import DayCount, HourCount, SecurityLine

pytestmark = pytest.mark.django_db

TABLES = ("visits_hourcount", "visits_daycount", "visits_folded", "visits_securityline")


def entered(books: Books, what: str) -> dict[str, int]:
    books.enter()
    return make.counted(what)


def lines(books: Books) -> list[tuple[str, str, str, int]]:
    books.enter()
    return list(SecurityLine.objects.order_by("id").values_list("reason", "method", "path", "status"))


def everything_stored(books: Books) -> str:
    """Return every value of every row of the room, and of its journal."""
    journal = "".join(path.read_text() for path in books.folder.glob("*/*.leaf")) if books.folder else ""
    books.enter()
    with connection.cursor() as cursor:
        rows = []
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            rows += [row[0] for row in cursor.fetchall()]
    return journal + "\n".join(rows)


# --- Counting ---------------------------------------------------------------------------------------------------------


def test_reader_is_counted_by_page_and_language(books: Books) -> None:
    version_id()
    reader = make.visitor()
    for path in ("/", "/tietosuoja/", "/sv/dataskydd/", "/en/"):
        assert reader.get(path).status_code == 200

    assert entered(books, "page") == {"home": 2, "notices:page": 2}
    assert make.counted("language") == {"fi": 2, "sv": 1, "en": 1}
    assert make.counted("device") == {"computer": 4}


def test_page_that_is_not_there_counts_as_an_answer_alone(books: Books) -> None:
    make.visitor().get("/salainen/maija.mallikas/")

    assert entered(books, "status") == {"4xx": 1}
    assert make.counted("page") == {}


def test_staff_and_staff_pages_are_not_counted(books: Books) -> None:
    desk.client("technical").get("/", headers={"user-agent": make.FIREFOX, "accept": "text/html"})
    reader = make.visitor()
    reader.get("/tyopoyta/")
    reader.get("/tili/kirjaudu/")
    reader.get("/tyopoyta/ei-ole/")

    books.enter()

    assert DayCount.objects.count() == 0


def test_nothing_is_set_on_the_device_and_no_script_is_asked_for(books: Books) -> None:
    answer = make.visitor().get("/")

    assert not answer.cookies
    assert "Accept-CH" not in answer


@pytest.mark.parametrize("header", [{"HTTP_SEC_GPC": "1"}, {"HTTP_DNT": "1"}])
def test_objection_by_the_browser_leaves_one_number(books: Books, header: dict[str, str]) -> None:
    make.visitor(**header).get("/?utm_campaign=kesa", HTTP_REFERER="https://bing.com/")

    books.enter()

    assert list(DayCount.objects.values_list("what", "value", "count")) == [("left_out", "objected", 1)]


def test_static_files_are_neither_counted_nor_logged(books: Books) -> None:
    found = re.search(r'href="(/static/web/seloste[^"]+\.css)"', make.visitor().get("/").content.decode())
    assert found
    assert make.visitor().head(found[1]).status_code == 200

    assert entered(books, "page") == {"home": 1}


def test_counting_asks_no_table_while_answering(
    books: Books, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert make.visitor().get("/").status_code == 200
        assert make.visitor().get("/wp-login.php").status_code == 404


def test_nothing_is_counted_where_no_books_are_open(tmp_path: Path) -> None:
    make.visitor().get("/")

    assert DayCount.objects.count() == 0


# --- The security log -------------------------------------------------------------------------------------------------


def test_reading_public_pages_leaves_no_line(books: Books) -> None:
    reader = make.visitor()
    for path in ("/", "/tietosuoja/", "/yhteys/"):
        reader.get(path)

    assert lines(books) == []


def test_refused_and_missing_and_sent_are_logged_by_pattern(books: Books) -> None:
    caller = Client(enforce_csrf_checks=True)
    caller.get("/wp-login.php?user=maija")
    caller.post("/tili/kirjaudu/", {"login": "maija@example.com", "password": "salasana"})
    caller.delete("/tietosuoja/")
    caller.get("/tili/kutsu/abcdefghijklmnop/")

    found = lines(books)

    assert found[0] == ("missing", "GET", "/wp-login.php", 404)
    assert found[1][:3] == ("sign_in", "POST", "/tili/kirjaudu/")
    assert found[2][:2] == ("refused", "DELETE")
    assert [line[2] for line in found if line[0] == "missing"][1:] == ["/tili/kutsu/<slug:token>/"]


@pytest.mark.parametrize(
    "path",
    [
        "/suostumukset/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6/",
        "/x/maija.mallikas@example.com/",
        "/x/0401234567/",
        "/x/aB3dE/",
        "/x/" + "a" * 21 + "/",
        "/x/%00%0a/",
        "/x/äö/",
    ],
)
def test_of_an_address_of_no_page_only_plain_words_are_kept(books: Books, path: str) -> None:
    Client().get("/ei" + path)

    assert {line[2] for line in lines(books)} <= {"/ei/x/…/", "/ei/suostumukset/…/"}


def test_address_that_was_refused_for_its_host_shows_no_token(books: Books) -> None:
    Client().get("/tili/kutsu/abcdefghij/", HTTP_HOST="evil.example")

    assert lines(books) == [("refused", "GET", "/tili/kutsu/<slug:token>/", 400)]


def test_flood_on_one_page_is_one_line_with_its_number(books: Books) -> None:
    for _number in range(50):
        Client().get("/wp-login.php")

    assert lines(books) == [("missing", "GET", "/wp-login.php", 404)]
    assert SecurityLine.objects.get().times == 50


def test_flood_on_many_pages_is_bounded_for_each_address(books: Books) -> None:
    for number in range(200):
        Client(REMOTE_ADDR="192.0.2.7").get(f"/scan/{number}")
    Client(REMOTE_ADDR="192.0.2.8").get("/scan/1")

    lines(books)

    assert SecurityLine.objects.filter(address="192.0.2.7").count() == 21
    assert sum(SecurityLine.objects.values_list("times", flat=True)) == 201


# --- Whose address ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "trusted", "logged"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", ("10.0.0.0/8",), "198.51.100.4"),
        ("10.0.0.1", (), "10.0.0.1"),
    ],
)
def test_forwarded_address_is_believed_from_a_trusted_proxy_alone(
    books: Books, peer: str, trusted: tuple[str, ...], logged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.handlers.wsgi import WSGIHandler

    from seloste.config.proxies import Gatehouse

    # A real request looks whether its connection is too old; the test's transaction lives on this one.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    environ: dict[str, Any] = {
        "REMOTE_ADDR": peer, "PATH_INFO": "/wp-login.php", "HTTP_X_FORWARDED_FOR": "192.0.2.66, 198.51.100.4",
        "HTTP_X_REAL_IP": "192.0.2.67", "HTTP_CF_CONNECTING_IP": "192.0.2.68", "HTTP_FORWARDED": "for=192.0.2.69",
        "HTTP_HOST": "localhost",
    }  # fmt: skip
    setup_testing_defaults(environ)
    networks = tuple(ip_network(network) for network in trusted)
    gatehouse = Gatehouse(WSGIHandler(), trusted=networks, is_secure=False)
    list(gatehouse(environ, lambda *_told: lambda _bytes: None))

    books.enter()

    assert SecurityLine.objects.get().address == logged


@pytest.mark.parametrize(("length", "status"), [(2 * 1024 * 1024, 413), (100, 408)])
def test_what_the_gatehouse_refuses_is_logged_with_the_address_it_believes(
    books: Books, length: int, status: int
) -> None:
    from seloste.config.proxies import Gatehouse
    from seloste.visits.middleware import note_refusal

    def nobody(_environ: object, _start: object) -> list[bytes]:
        raise AssertionError

    environ: dict[str, Any] = {
        "REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.4", "REQUEST_METHOD": "POST",
        "PATH_INFO": "/yhteys/aB3dE99/", "CONTENT_LENGTH": str(length), "wsgi.input": BytesIO(b"x"),
    }  # fmt: skip
    proxies = (ip_network("10.0.0.0/8"),)
    gatehouse = Gatehouse(nobody, trusted=proxies, is_secure=False, patience=1, note_refusal=note_refusal)
    list(gatehouse(environ, lambda *_told: lambda _bytes: None))

    assert lines(books) == [("refused", "POST", "/yhteys/…/", status)]
    assert SecurityLine.objects.get().address == "198.51.100.4"


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_address_that_is_none_breaks_nothing(books: Books, address: str) -> None:
    Client(REMOTE_ADDR=address).get("/wp-login.php")

    assert books.enter()
    assert SecurityLine.objects.count() == 1


# --- Canaries ---------------------------------------------------------------------------------------------------------

CANARY = "Kanarialintu"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(["agent", "query", "referrer path", "referrer user", "address", "header", "cookie", "body"]),
    path=st.sampled_from(["/", "/tietosuoja/", "/ei-ole/", "/yhteys/", "/tili/kirjaudu/"]),
    method=st.sampled_from(["get", "post", "head"]),
    around=st.sampled_from(
        ["{}", "%s={}", "utm_campaign={}!", "utm_campaign=%41{}", "kampanja={}.x", "a b {}", "\t{}"]
    ),
)
def test_nothing_that_was_sent_is_stored_in_the_statistics(
    books: Books, where: str, path: str, method: str, around: str
) -> None:
    """What the visitor's side sends in any place appears in no row of the counts; and of the log only where it may."""
    word = around.format(CANARY)
    sent: dict[str, str] = dict(make.BROWSER)
    query, body = "", {}
    if where == "agent":
        sent["HTTP_USER_AGENT"] = f"{make.FIREFOX} {word}"
    elif where == "query":
        query = f"?q={word}&{word}"
    elif where == "referrer path":
        sent["HTTP_REFERER"] = f"https://bing.com/{word}?{word}"
    elif where == "referrer user":
        sent["HTTP_REFERER"] = f"https://{CANARY}@bing.com/"
    elif where == "address":
        sent["REMOTE_ADDR"] = "203.0.113.199"
    elif where == "header":
        sent |= {"HTTP_X_FORWARDED_FOR": word, "HTTP_ACCEPT_LANGUAGE": word, "HTTP_SEC_CH_UA_MOBILE": word}
    elif where == "cookie":
        sent["HTTP_COOKIE"] = f"x={CANARY}"
    else:
        body = {"login": word, "message": word}
    DayCount.objects.all().delete()
    SecurityLine.objects.all().delete()
    HourCount.objects.all().delete()
    getattr(Client(), method)(path + query, body, **sent)

    stored = everything_stored(books).lower()

    counts = [row for row in stored.split("\n") if row]
    told = [row for row in counts if CANARY.lower() in row or "203.0.113.199" in row]
    assert not told or where in {"agent", "address"}
    assert all("/" in row for row in told)  # lines of the security log have a path; counts have none
