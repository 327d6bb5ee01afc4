"""The catalogue at the desk: from an empty draft to a product on sale, and everything that goes wrong on the way."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.catalogue import make
from tests.catalogue.test_pages import picture
from tests.desk.make import client
from tests.make import duty

from seloste.catalogue import actions, queries
from seloste.catalogue.choices import RateClass, VatKind
from seloste.catalogue.models import Change, Picture, Price, Product, SoldFile, Variant
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


def send(browser: Client, name: str, *args: UUID, **values: Any) -> Any:  # noqa: ANN401
    """Fill in a page's form, with what stands hidden in it, and send it."""
    place = reverse(f"products:{name}", args=args)
    page = browser.get(place).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(new|seen|was)"(?: value="([^"]*)")?', page))
    return browser.post(place, {**hidden, **values})


def test_product_is_made_described_priced_pictured_and_put_on_sale() -> None:
    browser = client()
    begun = send(
        browser, "new", kind="one_off", vat_kind="electronic", rate_class="standard", title_fi="Opas", title_sv="Guide"
    )
    product = Product.objects.get()
    assert begun["Location"] == reverse("products:product", args=[product.id])
    browser.post(reverse("products:publish", args=[product.id]))
    assert Product.objects.get().state == "draft", "a lot is missing"

    words = {f"{name}_{lang}": f"{name} {lang}" for name in ("title", "summary", "text") for lang in ("fi", "sv", "en")}
    assert send(browser, "words", product.id, **words, slug_en="a-guide").status_code == 302
    made = send(browser, "new_variant", product.id, sku="OPAS", amount="49,90", vat_included="yes", stock="3")
    assert made.status_code == 302
    alts = {"alt_fi": "kirja", "alt_sv": "bok", "alt_en": "book"}
    sent = SimpleUploadedFile("kuva.png", picture(), "image/png")
    assert send(browser, "new_picture", product.id, picture=sent, **alts).status_code == 302
    variant = Variant.objects.get()
    guide = SimpleUploadedFile("opas.pdf", b"%PDF-1.7" + b"x" * 400_000, "application/pdf")
    assert send(browser, "file", variant.id, file=guide).status_code == 302
    assert SoldFile.objects.values_list("size", flat=True).get() == 400_008
    browser.post(reverse("products:publish", args=[product.id]))

    assert "49,90" in Client().get("/kauppa/opas/").content.decode()
    sheet = browser.get(reverse("products:product", args=[product.id])).content.decode()
    assert [word in sheet for word in ("OPAS", "title sv", "opas.pdf", "49,90")] == [True] * 4
    listed = browser.get(reverse("products:list")).content.decode()
    assert [word in listed for word in ("title fi", "49,90", 'class="num">3</td>', ".webp")] == [True] * 4
    assert "25,5\N{NO-BREAK SPACE}%" in browser.get(reverse("products:new")).content.decode()
    assert set(Change.objects.values_list("what", flat=True)) == {
        *("added", "changed", "priced", "pictured", "filed", "published")
    }


def test_forms_sent_twice_do_their_deed_once() -> None:
    browser, by = client(), duty()
    product = make.product(by=by, at=now())
    variant = make.variant(product, at=now())
    new = str(uuid4())
    for _ in range(2):
        values = {"new": new, "sku": "TOINEN", "amount": "10", "vat_included": "no"}
        assert browser.post(reverse("products:new_variant", args=[product]), values).status_code == 302
        browser.post(
            reverse("products:price", args=[variant]),
            {"new": str(UUID(int=7)), "amount": "12", "vat_included": "yes"},
        )
        sent = SimpleUploadedFile("kuva.png", picture((400, 300)), "image/png")
        browser.post(reverse("products:new_picture", args=[product]), {"new": str(UUID(int=8)), "picture": sent})

    assert (Variant.objects.count(), Price.objects.count(), Picture.objects.count()) == (2, 3, 1)
    seen = browser.get(reverse("products:words", args=[product])).context["sheet"].seen
    words = {"seen": seen, "title_fi": "Uusi nimi"}
    for _ in range(2):
        assert browser.post(reverse("products:words", args=[product]), words).status_code == 302


def test_what_somebody_else_changed_is_not_overwritten_without_a_word() -> None:
    browser = client()
    product = make.product(at=now())
    seen = browser.get(reverse("products:words", args=[product])).context["sheet"].seen
    actions.describe(by=duty(), at=now(), product_id=product, words=make.words("Toisen"))

    mine = {"seen": seen, "title_fi": "Minun", "text_fi": "Pitkä teksti"}
    refused = browser.post(reverse("products:words", args=[product]), mine)

    assert refused.status_code == 422
    page = refused.content.decode()
    assert [word in page for word in ("Minun", "Pitkä teksti")] == [True, True], "nothing is lost"
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    assert browser.post(reverse("products:words", args=[product]), {**mine, "seen": again[1]}).status_code == 302


def test_bad_values_are_said_at_their_field_and_nothing_is_lost() -> None:
    browser = client()
    product = make.product(at=now())
    variant = make.variant(product, at=now(), stock=5)
    for amount in ("", "-1", "1,234", "1e3", "NaN", "١٢"):
        form = send(browser, "price", variant, amount=amount, vat_included="yes")
        assert (form.status_code, "amount" in form.context["form"].errors) == (422, True), amount
    late = send(browser, "price", variant, amount="5", vat_included="yes", valid_from="2020-01-01")
    assert "valid_from" in late.context["form"].errors
    for content in (b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"\0" * 99):
        sent = SimpleUploadedFile("kuva.png", content, "image/png")
        refused = send(browser, "new_picture", product, picture=sent, alt_fi="Säilyy")
        assert (refused.status_code, "picture" in refused.context["form"].errors) == (422, True)
        assert "Säilyy" in refused.content.decode()
    words = send(browser, "words", product, title_fi="131052-308T", summary_fi="a\x00b", slug_fi="ä ö")
    assert set(words.context["form"].errors) == {"title_fi", "summary_fi", "slug_fi"}
    actions.publish(by=duty(), at=now(), product_id=product)
    actions.take(variant, 2)
    stock = browser.post(reverse("products:stock", args=[variant]), {"stock": "5", "was": "5"})
    assert stock.status_code == 302, "5 is what there was: nothing to change would undo a sale"


def test_stock_that_moved_is_counted_once_more() -> None:
    browser = client()
    variant = make.on_sale(stock=5, at=now())
    actions.take(variant, 2)

    refused = browser.post(reverse("products:stock", args=[variant]), {"stock": "9", "was": "5"})

    assert (refused.status_code, Variant.objects.get().stock) == (422, 3)
    assert browser.post(reverse("products:stock", args=[variant]), {"stock": "9", "was": "3"}).status_code == 302


def test_price_from_a_day_on_is_seen_as_coming() -> None:
    browser = client()
    variant = make.on_sale(at=now())
    day = (now() + timedelta(days=3)).date()

    send(browser, "price", variant, amount="59,00", vat_included="yes", valid_from=day.isoformat(), is_reduction="on")

    sheet = browser.get(reverse("products:product", args=[make.product_of(variant)])).context["sheet"]
    assert [price.gross for price in sheet.variants[0].coming] == [Decimal("59.00")]
    offer = queries.offer(variant, now())
    assert offer is not None
    assert offer.amount == Decimal("49.00")


def test_preview_shows_drafts_to_the_staff_alone() -> None:
    product = make.product(slug="luonnos", at=now())
    make.variant(product, at=now())
    browser = client()

    for language in ("fi", "sv", "en"):
        page = browser.get(reverse("products:preview", args=[product, language])).content.decode()
        assert f"<h1>Opas {language}</h1>" in page
        assert 'name="robots" content="noindex' in page
    assert Client().get(reverse("products:preview", args=[product, "fi"])).status_code == 302
    assert browser.get(reverse("products:preview", args=[product, "xx"])).status_code == 404


def test_charlie_finds_no_catalogue_at_the_desk() -> None:
    variant = make.on_sale(at=now())
    product = make.product_of(variant)
    places = [reverse("products:list"), reverse("products:new")]
    places += [
        reverse(f"products:{name}", args=[product]) for name in ("product", "words", "new_variant", "new_picture")
    ]
    places += [reverse(f"products:{name}", args=[variant]) for name in ("variant", "price", "stock", "file")]
    for role in ("marketing", "owner"):
        browser = client(role)
        assert {browser.get(place).status_code for place in places} == {404}, role
    strange = client()
    assert strange.get(reverse("products:product", args=[uuid4()])).status_code == 404
    assert strange.get(reverse("products:price", args=[uuid4()])).status_code == 404


def test_only_the_staffs_files_are_read() -> None:
    product = make.product(at=now())
    sent = SimpleUploadedFile("kuva.png", picture((400, 300)), "image/png")

    assert Client().post(reverse("products:new_picture", args=[product]), {"picture": sent}).status_code == 403
    huge = SimpleUploadedFile("kuva.png", b"x" * (13 * 1024 * 1024), "image/png")
    answer = client().post(reverse("products:new_picture", args=[product]), {"picture": huge, "alt_fi": "x"})
    assert (answer.status_code, "picture" in answer.context["form"].errors) == (422, True)
    assert 'value="x"' in answer.content.decode(), "the fields beside it are kept"
    assert Picture.objects.count() == 0


def test_products_are_found_by_words_group_and_page_and_the_address_says_so() -> None:
    browser = client()
    actions.add_group(by=duty(), at=now(), key="oppaat", names=dict.fromkeys(("fi", "sv", "en"), "Oppaat"))
    for number in range(51):
        make.product(f"Tuote {number:02}", at=now())
    wanted = make.product("Sininen vihko", at=now())
    make.variant(wanted, at=now())
    actions.classify(
        by=duty(), at=now(), product_id=wanted, group="oppaat", position=0,
        vat_kind=VatKind.ELECTRONIC, rate_class=RateClass.STANDARD,
    )  # fmt: skip

    def titles(**asked: str) -> list[str]:
        answer = browser.get(reverse("products:list"), asked)
        return [one["row"].title for one in answer.context["rows"]]

    assert len(titles()) == 50
    assert len(titles(sivu="2")) == len(titles(sivu="99")) == 2
    assert titles(haku="VIHKO sininen") == titles(ryhma="oppaat") == ["Sininen vihko fi"]
    assert titles(haku="vihko", tila="published") == titles(haku="\x00ei mitään") == []
    page = browser.get(reverse("products:list"), {"haku": "tuote", "sivu": "2"}).content.decode()
    assert 'href="/tyopoyta/kauppa/tuotteet/?haku=tuote"' in page


def test_group_is_added_renamed_and_not_called_like_another() -> None:
    browser = client()
    names = {"name_fi": "Palvelut", "name_sv": "Tjänster", "name_en": "Services", "position": "2"}
    browser.post(reverse("products:new_group"), names)
    answer = browser.post(reverse("products:new_group"), names)
    assert (answer.status_code, "name_fi" in answer.context["form"].errors) == (422, True)
    renamed = {**names, "name_fi": "Palvelumme"}
    assert browser.post(reverse("products:group", args=["palvelut"]), renamed).status_code == 302
    page = browser.get(reverse("products:groups")).content.decode()
    assert ("Palvelumme" in page, "Tjänster" in page) == (True, True)
    assert browser.get(reverse("products:group", args=["muu"])).status_code == 404
    assert client("marketing").get(reverse("products:groups")).status_code == 404
