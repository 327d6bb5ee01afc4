"""The public addresses of the notice, each in its language. They are promises: printed, linked and never changed."""

from typing import Any

from django.urls import path
from django.utils.functional import lazy
from django.utils.translation import get_language

from seloste.notices import views

app_name = "notices"


def _in_language(fi: str, sv: str, en: str) -> Any:  # noqa: ANN401 -- a lazy text, which path() takes
    """Return the address in the reader's language. Not a text to translate: a translator may not move a page."""
    words = {"fi": fi, "sv": sv, "en": en}
    return lazy(lambda: words.get(get_language() or "fi", fi), str)()


def _below(fi: str = "", sv: str = "", en: str = "") -> Any:  # noqa: ANN401 -- as above
    return _in_language(f"tietosuoja/{fi}", f"dataskydd/{sv}", f"privacy/{en}")


_VERSIONS = ("versiot/", "versioner/", "versions/")

urlpatterns = [
    path(_below(), views.notice_page, name="page"),
    path(_below("evasteet/", "kakor/", "cookies/"), views.terminal_page, name="terminal"),
    path(_below("tietosuojaseloste.pdf", "dataskyddsbeskrivning.pdf", "privacy-notice.pdf"), views.pdf, name="pdf"),
    path(_below("tietosuoja.jsonld", "dataskydd.jsonld", "privacy.jsonld"), views.jsonld, name="jsonld"),
    path(_below("tilt.json", "tilt.json", "tilt.json"), views.tilt, name="tilt"),
    path(_below(*_VERSIONS), views.versions_page, name="versions"),
    path(_below(*(f"{word}<version:number>/" for word in _VERSIONS)), views.version_page, name="version"),
    path(
        _below(*(f"{word}<version:first>/<version:second>/" for word in _VERSIONS)),
        views.difference_page,
        name="difference",
    ),
]
