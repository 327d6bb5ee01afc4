"""The shop's pages as everybody sees them."""

import io
import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from lxml import etree
from PIL import Image
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from tests.catalogue import make
from tests.make import duty

from seloste.catalogue import actions
from seloste.catalogue.choices import Interval, ProductKind
from seloste.catalogue.queries import pages
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


def picture(size: tuple[int, int] = (1200, 800), kind: str = "PNG") -> bytes:
    """Return a picture."""
    body = io.BytesIO()
    Image.new("RGB", size, "#1d3fae").save(body, kind)
    return body.getvalue()


@pytest.fixture
def guide() -> str:
    """A guide that is on sale, with a picture; its slug in Finnish."""
    variant = make.on_sale("Opas", slug="opas", at=now() - timedelta(days=1))
    alt = {"fi": "Kirja pöydällä", "sv": "En bok", "en": "A book"}
    actions.add_picture(by=duty(), at=now(), product_id=make.product_of(variant), content=picture(), alt=alt)
    return "opas-fi"


def test_pages_say_everything_in_three_languages(client: Client, guide: str) -> None:
    for prefix, language, price in (("", "fi", "49,00\xa0€"), ("/sv", "sv", "49,00\xa0€"), ("/en", "en", "€49.00")):
        page = client.get(f"{prefix}/kauppa/opas-{language}/").content.decode()
        assert f"<h1>Opas {language}</h1>" in page
        assert price in page
        assert f'<link rel="canonical" href="http://localhost:8000{prefix}/kauppa/opas-{language}/">' in page
        assert page.count('rel="alternate" hreflang=') == 4
        assert f'href="{prefix}/kauppa/opas-{language}/" lang="{language}"' in page, "the menu of languages"
        assert f"Opas {language}" in client.get(f"{prefix}/kauppa/").content.decode()


def test_data_for_search_engines_say_what_the_page_says(client: Client, guide: str) -> None:
    page = client.get(f"/kauppa/{guide}/").content.decode()

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    said = json.loads(found[1])
    offer = said["offers"][0]
    assert (said["@type"], said["name"], offer["price"], offer["priceCurrency"]) == (
        "Product",
        "Opas fi",
        "49.00",
        "EUR",
    )
    assert offer["availability"] == "https://schema.org/InStock"


def test_hostile_words_stay_words(client: Client) -> None:
    make.on_sale("</script><script>alert(1)</script>", slug="paha")

    page = client.get("/kauppa/paha-fi/").content.decode()

    assert "<script>alert" not in page
    assert page.count("<script") == 2


def test_picture_is_served_for_ever_and_holds_nothing_of_the_camera(client: Client) -> None:
    original = Image.new("RGB", (1600, 900), "#444")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kamera 3000", 6
    exif.get_ifd(0x8825)[2] = (60.0, 10.0, 15.0)
    body = io.BytesIO()
    original.save(body, "JPEG", exif=exif)
    variant = make.on_sale(slug="kuvallinen")
    product = make.product_of(variant)
    alt = {"fi": "a", "sv": "b", "en": "c"}
    actions.add_picture(by=duty(), at=now(), product_id=product, content=body.getvalue(), alt=alt)

    page = client.get("/kauppa/kuvallinen-fi/").content.decode()
    names = re.findall(r"/kuvat/[0-9a-f]{32}\.(?:webp|jpeg)", page)
    answers = [client.get(name) for name in sorted(set(names))]

    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        found = Image.open(io.BytesIO(answer.content))
        assert (dict(found.getexif()), found.height > found.width) == ({}, True), "turned upright, and nothing written"
        assert "immutable" in answer["Cache-Control"]
        assert b"Kamera" not in answer.content
    assert client.get("/kuvat/" + "0" * 32 + ".webp").status_code == 404


def test_page_takes_four_questions_once_and_one_afterwards(
    client: Client, guide: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for path in (f"/kauppa/{guide}/", "/kauppa/"):  # nothing is remembered of a catalogue that was just made
        with django_assert_num_queries(4):
            client.get(path)
        with django_assert_num_queries(1):
            client.get(path)


def test_page_follows_what_is_changed_and_what_day_it_is(
    client: Client, guide: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    product = pages.product_page(guide, "fi", now())
    assert isinstance(product, pages.ShownProduct)
    variant = product.variants[0].id
    coming = now() + timedelta(hours=1)
    actions.set_price(by=duty(), at=now(), variant_id=variant, amount=Decimal(60), valid_from=coming)
    assert "49,00" in client.get(f"/kauppa/{guide}/").content.decode()
    later = pages.product_page(guide, "fi", coming)
    assert isinstance(later, pages.ShownProduct)
    assert later.variants[0].gross == Decimal("60.00")
    actions.set_stock(by=duty(), at=now(), variant_id=variant, stock=1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(variant, 1)
    assert "https://schema.org/OutOfStock" in client.get(f"/kauppa/{guide}/").content.decode()
    actions.withdraw(by=duty(), at=now(), product_id=product.id)
    assert client.get(f"/kauppa/{guide}/").status_code == 404


def test_old_address_and_another_languages_lead_to_the_present_one(client: Client, guide: str) -> None:
    product = pages.product_page(guide, "fi", now())
    assert isinstance(product, pages.ShownProduct)
    actions.describe(by=duty(), at=now(), product_id=product.id, words={"fi": make.words("Opas", "uusi")["fi"]})

    assert client.get("/kauppa/opas-fi/")["Location"] == "/kauppa/uusi-fi/"
    assert client.get("/kauppa/opas-en/")["Location"] == "/kauppa/uusi-fi/"
    assert client.get("/kauppa/uusi-fi/").status_code == 200
    assert [client.get(f"/kauppa/{slug}/").status_code for slug in ("olematon", "a" * 300, "%00", "..")] == [404] * 4


def test_drafts_are_nobodys(client: Client) -> None:
    draft = make.product(slug="luonnos")
    make.variant(draft)

    assert client.get("/kauppa/luonnos-fi/").status_code == 404
    assert "Opas" not in client.get("/kauppa/").content.decode()


def test_page_sets_no_cookie_and_is_not_sent_twice(client: Client, guide: str) -> None:
    first = client.get(f"/kauppa/{guide}/")
    second = Client(headers={"If-None-Match": first["ETag"]}).get(f"/kauppa/{guide}/")

    assert (first.cookies, second.status_code) == ({}, 304)


def test_variants_prices_and_reduction_are_said(client: Client) -> None:
    at = now() - timedelta(days=40)
    product = make.product("Ylläpito", kind=ProductKind.SUBSCRIPTION, slug="yllapito", at=at)
    monthly = make.variant(product, "20.00", interval=Interval.MONTH, titles={"fi": "Kuukausi"}, at=at)
    make.variant(product, "200.00", interval=Interval.YEAR, titles={"fi": "Vuosi"}, vat_included=False, at=at)
    actions.publish(by=duty(), at=at, product_id=product)
    actions.set_price(by=duty(), at=now(), variant_id=monthly, amount=Decimal(15), is_reduction=True)

    page = client.get("/kauppa/yllapito-fi/").content.decode()

    assert page.count('type="radio"') == 2
    assert "20,00\xa0€" in page, "the lowest of the 30 days before"
    assert "20,00\xa0€" in client.get("/kauppa/").content.decode(), "wherever a reduction is told"
    assert "251,00\xa0€" in page, "200 without tax"


def test_search_engines_find_every_page_and_nobodys_own(client: Client, guide: str) -> None:
    make.product(slug="luonnos")

    found = client.get("/sitemap.xml")
    tree = etree.fromstring(found.content)
    urls = [place.text or "" for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    assert found["Content-Type"] == "application/xml"
    assert len(urls) == len(set(urls))
    assert {f"http://localhost:8000{path}" for path in ("/", "/sv/kauppa/", "/en/kauppa/opas-en/")} <= set(urls)
    assert not [url for url in urls if "luonnos" in url or "tyopoyta" in url]
    assert {client.get(url.removeprefix("http://localhost:8000")).status_code for url in urls} == {200}
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in robots
    assert "Disallow: /tyopoyta/" in robots


def test_cards_are_drawn_here(client: Client, guide: str) -> None:
    for path in (f"/kauppa/{guide}/kortti.jpg", "/kauppa/kortti.jpg", "/en/kauppa/opas-en/kortti.jpg"):
        assert Image.open(io.BytesIO(client.get(path).content)).size == (1200, 630)


def test_shop_is_looked_through_by_words_and_in_pages_of_twenty_four() -> None:
    for number in range(25):
        make.on_sale(f"Tuote {number:02}")
    browser = Client()

    first = browser.get("/kauppa/").content.decode()
    assert (first.count('class="ware"'), 'href="/kauppa/?sivu=2"' in first) == (24, True)
    second = browser.get("/kauppa/", {"sivu": "2"}).content.decode()
    assert (second.count('class="ware"'), 'rel="prev" href="/kauppa/"' in second) == (1, True)
    found = browser.get("/kauppa/", {"haku": "TUOTE 07"}).content.decode()
    assert (found.count('class="ware"'), "TUOTE 07" in found) == (1, True)
    none = browser.get("/kauppa/", {"haku": "<script>"}).content.decode()
    assert (none.count('class="ware"'), "<script>" in none) == (0, False)
    assert browser.get("/kauppa/", {"sivu": "x"}).content.decode().count('class="ware"') == 24
