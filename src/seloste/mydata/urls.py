"""The room's addresses in the reader's language. They are printed and linked, so they are no texts to translate."""

from typing import Any

from django.urls import path
from django.utils.functional import lazy
from django.utils.translation import get_language

from seloste.mydata.views import deeds, entrance, orders

app_name = "mydata"

_PAGE = {"fi": "omat-tiedot/", "sv": "mina-uppgifter/", "en": "my-data/"}


def below(fi: str = "", sv: str = "", en: str = "") -> Any:  # noqa: ANN401 -- a lazy text, which path() takes
    """Return the address in the reader's language."""
    words = {"fi": fi, "sv": sv, "en": en}
    return lazy(lambda: _in(get_language() or "fi", words), str)()


def _in(language: str, words: dict[str, str]) -> str:
    known = language if language in _PAGE else "fi"
    return f"{_PAGE[known]}{words[known]}"


def _of_item(*words: str) -> Any:  # noqa: ANN401 -- likewise
    return below(*(f"{word}/<slug:kind>/<uuid:item_id>/" for word in words))


urlpatterns = [
    path(below(), entrance.page, name="page"),
    path(below("koodi/", "kod/", "code/"), entrance.code, name="code"),
    path(below("avaa/<slug:letters>/", "oppna/<slug:letters>/", "open/<slug:letters>/"), entrance.by_link, name="open"),
    path(below("sulje/", "stang/", "close/"), entrance.close, name="close"),
    path(below("tilaukset/", "bestallningar/", "orders/"), orders.page, name="orders"),
    path("tilaukset/", orders.short, name="orders_short"),
    path(_of_item("korjaa", "ratta", "correct"), deeds.correct, name="correct"),
    path(below("selvitys/", "utlatande/", "statement/"), deeds.statement, name="statement"),
    path(below("lataa/", "ladda-ner/", "download/"), deeds.download, name="download"),
    path(below("markkinointi/", "marknadsforing/", "marketing/"), deeds.marketing, name="marketing"),
    path(below("rajoita/", "begransa/", "restrict/"), deeds.restrict, name="restrict"),
    path(below("vastusta/", "invand/", "object/"), deeds.object_to, name="object"),
    path(below("poista/", "radera/", "erase/"), deeds.erase, name="erase"),
]
