"""Between the rooms and the reader: expected refusals become pages, and every page speaks its reader's language."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from psycopg.errors import ForeignKeyViolation

from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.web import views

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Turn what a room refuses into a page: 404 for what is not there for this duty, and the reason otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the framework's empty answer to a wrong method its words."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return views.not_that_way(request, response.headers.get("Allow", ""))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; everything else is a fault and goes on."""
        if isinstance(exception, Missing) or points_to_nothing(exception):
            return views.missing(request, exception if isinstance(exception, Missing) else Missing())
        if isinstance(exception, NotAllowed):
            return views.forbidden(request, exception)
        if isinstance(exception, Refusal):
            context = {"message": exception.message, "status": exception.status, "words": views.written(request)}
            return render(request, "web/errors/refused.html", context, status=exception.status)
        return None


def points_to_nothing(exception: Exception) -> bool:
    """Tell whether a row was refused because what it points to is gone: erased while somebody wrote about it.

    The deed that came second found nobody. Rows that something still points to are another matter, and a fault.
    """
    cause = exception.__cause__
    return isinstance(cause, ForeignKeyViolation) and "is not present in table" in (cause.diag.message_detail or "")


class PlainBodyMiddleware:
    """Refuse a form that is not UTF-8: the framework would read it as Latin-1, and keep what nobody wrote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the form is looked at once its page is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        """Look at the bytes of a form before anybody reads its fields."""
        if request.content_type == "application/x-www-form-urlencoded":
            try:
                request.body.decode()
            except UnicodeDecodeError:
                raise BadRequest("The form is not UTF-8.") from None


class LanguageMiddleware:
    """Let the address decide on public pages, the employee's setting at the desk. No cookie remembers it (S4.3)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the page by the language of its address; a signed-in person's own language would find another."""
        self._speak(request, translation.get_language_from_path(request.path_info) or "fi")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        """Speak the employee's language on pages behind the sign-in."""
        if getattr(view, "login_required", True) and request.user.is_authenticated:
            self._speak(request, request.user.language)

    def _speak(self, request: HttpRequest, language: str) -> None:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


class SignedOutMiddleware:
    """Give back what somebody wrote while the session ran out: a redirect to the sign-in page would lose it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what this is for comes later."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:  # noqa: ANN401
        """Answer a form that came after the session's end."""
        if request.method == "POST" and getattr(view, "login_required", True) and not request.user.is_authenticated:
            return render(request, "web/errors/signed_out.html", {"words": views.written(request)}, status=403)
        return None
