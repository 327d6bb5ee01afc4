"""The room's addresses in the reader's language. The staff's page stands among the desk's."""

from typing import Any

from django.urls import path
from django.utils.functional import lazy
from django.utils.translation import get_language

from seloste.terminal import views

app_name = "terminal"

_PAGE = {"fi": "evasteet/", "sv": "kakor/", "en": "cookies/"}


def _below(fi: str = "", sv: str = "", en: str = "") -> Any:  # noqa: ANN401 -- a lazy text, which path() takes
    """Return the address in the reader's language. Not a text to translate: the address is printed and linked."""
    words = {"fi": fi, "sv": sv, "en": en}
    return lazy(lambda: _in(get_language() or "fi", words), str)()


def _in(language: str, words: dict[str, str]) -> str:
    known = language if language in _PAGE else "fi"
    return f"{_PAGE[known]}{words[known]}"


urlpatterns = [
    path(_below(), views.page, name="page"),
    path(_below("valinta/", "val/", "choice/"), views.choose, name="choose"),
    path(
        _below(*(f"{word}<uuid:reference>/" for word in ("kuitti/", "kvitto/", "receipt/"))),
        views.receipt,
        name="receipt",
    ),
    path(".well-known/gpc.json", views.gpc, name="gpc"),
]
