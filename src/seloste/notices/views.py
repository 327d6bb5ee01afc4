"""The public pages of the notice and its documents; and, for the desk to guard, pages for those who look after it."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from seloste.declaration import diff, lint, load
from seloste.notices.queries import documents, publications
from seloste.notices.rules import comparison
from seloste.notices.rules import page as rules_page

HTML, PDF, JSON, JSONLD = "text/html; charset=utf-8", "application/pdf", "application/json", "application/ld+json"


# --- What is made once and served many times --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A finished answer: its bytes, their mark, and since when they have been so."""

    body: bytes
    mark: str
    changed: str


_kept: dict[tuple[str, str, str, object], Kept] = {}


def _served(request: HttpRequest, name: str, kind: str, make: Callable[[str], bytes]) -> HttpResponse:
    """Answer with what was made once for the language and the notice; 304 where the reader has it already.

    What is kept differs by the frame around it alone: whether the reader is still to be asked about cookies.
    """
    language = _language()
    key = (name, language, publications.declared_hash(), getattr(request, "framing", None))
    if key not in _kept:
        body = make(language)
        _kept[key] = Kept(body=body, mark=quote_etag(sha256(body).hexdigest()[:32]), changed=_changed())
    kept = _kept[key]
    told = {"ETag": kept.mark, "Last-Modified": kept.changed, "Cache-Control": "public, no-cache"}
    response = HttpResponse(kept.body, content_type=kind, headers=told)
    answer = get_conditional_response(request, kept.mark, parse_http_date(kept.changed), response)
    return answer if isinstance(answer, HttpResponse) else response


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _changed() -> str:
    """Return when the newest file that the pages are made of changed, as HTTP writes it."""
    package = Path(__file__).parents[1]
    made_of = [*load.folder().glob("*.toml"), *package.glob("*/templates/**/*.*"), *package.glob("locale/**/*.mo")]
    return formatdate(max(path.stat().st_mtime for path in made_of), usegmt=True)


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> bytes:
    """Render a page as a stranger sees it: what is kept for everybody holds nothing of anybody."""
    stranger = HttpRequest()
    stranger.method, stranger.path, stranger.path_info = "GET", request.path, request.path_info
    stranger.framing = getattr(request, "framing", None)  # type: ignore[attr-defined]
    return render_to_string(template, context, request=stranger).encode()


# --- The public notice ------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def notice_page(request: HttpRequest) -> HttpResponse:
    """The notice, from the loaded declaration: no table is asked, so it is read even where the database is down."""
    return _served(
        request,
        "page",
        HTML,
        lambda language: _page(request, "notices/notice.html", {"notice": documents.notice(language)}),
    )


@login_not_required
@require_safe
def terminal_page(_request: HttpRequest) -> HttpResponse:
    """What is stored on the reader's device has a page of its own; this was its address, and stays one."""
    return HttpResponsePermanentRedirect(reverse("terminal:page"))


@login_not_required
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The notice on paper: a tagged PDF (PDF/UA-1, PDF/A-2a)."""
    return _served(request, "pdf", PDF, documents.pdf)


@login_not_required
@require_safe
def jsonld(request: HttpRequest) -> HttpResponse:
    """The notice for machines, in the W3C Data Privacy Vocabulary; all three languages in one document."""
    return _served(request, "jsonld", JSONLD, lambda _language: documents.jsonld())


@login_not_required
@require_safe
def tilt(request: HttpRequest) -> HttpResponse:
    """The notice in the Transparency Information Language."""
    return _served(request, "tilt", JSON, documents.tilt_document)


# --- Earlier notices --------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def versions_page(request: HttpRequest) -> HttpResponse:
    """All published notices, newest first."""
    return render(request, "notices/versions.html", {"versions": publications.steps()})


@login_not_required
@require_safe
def version_page(request: HttpRequest, number: str) -> HttpResponse:
    """A published notice as it was."""
    published = publications.published(number)
    language = _language()
    context = {
        "version": published.version,
        "is_current": published.version.text_hash == publications.declared_hash(),
        "notice": rules_page.notice(published.declared, language) if published.declared else None,
        "parts": rules_page.plain_parts(published.values, language),
    }
    return render(request, "notices/version.html", context)


@login_not_required
@require_safe
def difference_page(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """What changed between two published notices, as far as it stands in what the public reads."""
    found = publications.difference(first, second)
    return render(request, "notices/difference.html", _difference(found, public=True))


def _difference(found: publications.Difference, *, public: bool) -> dict[str, object]:
    language = _language()
    kept = [change for change in found.changes if diff.is_public(change) or not public]
    read = [change for change in kept if comparison.is_in_language(change, language)]
    return {
        "before": found.before,
        "after": found.after,
        "change_class": found.change_class,
        "changes": [comparison.shown(change, found.values, language) for change in read],
        "elsewhere": len(kept) - len(read),
    }


# --- For those who look after the notice. The desk wraps these in the duty they need ----------------------------------


@require_safe
def record_page(request: HttpRequest) -> HttpResponse:
    """The record of processing activities (GDPR art. 30)."""
    return render(request, "notices/record.html", documents.record_sheet(_language()))


@require_safe
def record_csv(_request: HttpRequest) -> HttpResponse:
    """The record of processing activities for a spreadsheet."""
    response = HttpResponse(documents.record_csv(_language()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="art30.csv"'
    return response


@require_safe
def lint_page(request: HttpRequest) -> HttpResponse:
    """What Arts 12–14 want and the notice lacks, and what the controller has still to confirm."""
    language = _language()
    findings = [
        {
            "severity": one.severity,
            "article": one.article,
            "text": one.message.in_language(language),
            "where": one.where,
        }
        for one in lint.lint(load.current())
    ]
    return render(request, "notices/lint.html", {"findings": findings})


@require_safe
def staff_versions_page(request: HttpRequest) -> HttpResponse:
    """All published notices, for the staff."""
    return render(request, "notices/staff_versions.html", {"versions": publications.steps()})


@require_safe
def staff_difference_page(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """What changed between two published notices, inner parts included."""
    found = publications.difference(first, second)
    return render(request, "notices/staff_difference.html", _difference(found, public=False))
