"""Fetching a file: the page says what it is, the button counts and gives it."""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from seloste.catalogue.queries import files
from seloste.catalogue.queries.files import File
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.refusals import Missing, Refusal
from seloste.outreach.http import open_page
from seloste.services.actions import downloads
from seloste.services.queries import download as queries
from seloste.services.queries import links
from seloste.services.rules.links import Kind
from seloste.shop import links as orders

PURPOSE = "order"


@open_page
def download(request: HttpRequest, letters: str) -> HttpResponse:
    """Show what the link fetches, or give it. Looking counts nothing: mail programs look into every link."""
    found = links.opened(Kind.DOWNLOAD, letters)
    if found is None:
        return render(request, "services/dead.html", status=HTTPStatus.NOT_FOUND)
    try:
        if request.method == "POST":
            return _stream(downloads.fetch(by=visitor(PURPOSE), at=now(), link_id=found).file)
        ready = queries.ready(found, at=now())
    except Missing:
        return render(request, "services/dead.html", status=HTTPStatus.NOT_FOUND)
    except Refusal as refusal:
        return _gone(request, refusal)
    return render(request, "services/download.html", {"ready": ready})


@open_page
def new_link(request: HttpRequest, letters: str, deliverable_id: UUID) -> HttpResponse:
    """Make a link to a file of the order whose page's letters these are."""
    order_id = orders.read(letters)
    if order_id is None:
        return render(request, "services/dead.html", status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("shop:order", args=[letters]))
    try:
        made = downloads.make_link(by=visitor(PURPOSE), at=now(), order_id=order_id, deliverable_id=deliverable_id)
    except Missing:
        return render(request, "services/dead.html", status=HTTPStatus.NOT_FOUND)
    except Refusal as refusal:
        return _gone(request, refusal, letters=letters)
    return HttpResponseRedirect(reverse("services:download", args=[links.letters_of(Kind.DOWNLOAD, made)]))


def _stream(file: File) -> HttpResponse:
    response = StreamingHttpResponse(files.chunks(file.id), content_type="application/octet-stream")
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]  # a response in pieces is one all the same


def _gone(request: HttpRequest, refusal: Refusal, *, letters: str = "") -> HttpResponse:
    """Say why; only who came from the order's page is led back there: a link to a file opens the file alone (T18)."""
    context = {"why": refusal.message, "order_url": reverse("shop:order", args=[letters]) if letters else ""}
    return render(request, "services/gone.html", context, status=refusal.status)
