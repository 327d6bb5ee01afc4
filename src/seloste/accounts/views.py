"""Pages about signing in, about one's own login, and about the staff."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seloste.accounts import actions, forms, middleware, queries
from seloste.accounts.http import StaffRequest, needs_proof, own_login, requires
from seloste.declaration import load
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing, Refusal

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
#: The browser forgets what it kept of the desk (W3C Clear Site Data); the cookie is emptied by the sign-out itself.
FORGET = '"cache", "storage"'


# --- Signing in and out


@login_not_required
@get_or_post
def sign_in(request: HttpRequest) -> HttpResponse:
    """Address and password."""
    _help_in_demo(request)
    return cast(HttpResponse, account.login(request))


def _help_in_demo(request: Any) -> None:  # noqa: ANN401 -- given what the pages of the demo show
    """Put the invented logins and the present code where the pages of the demo show them."""
    if settings.DEMO:
        request.demo_logins = queries.demo_logins(get_language() or "fi")
        request.demo_password = actions.DEMO_PASSWORD
        request.demo_code = actions.demo_code(at=now())


@login_not_required
@get_or_post
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code, or a passkey."""
    _help_in_demo(request)
    return _noting_refusal(request, mfa.authenticate(request))


@login_not_required
@get_or_post
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone: GET tells the browser what to ask it (JSON), POST brings its answer."""
    response = webauthn.login_webauthn(request)
    if request.method == "POST" and not request.user.is_authenticated:
        actions.note_refused_sign_in(at=now(), account_id=None, deed="session.passkey_refused")
    return cast(HttpResponse, response)


def _noting_refusal(request: HttpRequest, response: Any) -> HttpResponse:  # noqa: ANN401 -- the package has no types
    """Record a refused second factor: the form came back instead of leading on."""
    stage = getattr(request, "_login_stage", None)
    if request.method == "POST" and response.status_code == HTTPStatus.OK and stage:
        actions.note_refused_sign_in(at=now(), account_id=stage.login.user.pk, deed="session.code_refused")
    return cast(HttpResponse, response)


@login_not_required
@get_or_post
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign out; also leaves a sign-in that is half done."""
    if request.method == "POST" and request.user.is_authenticated:
        actions.note_ended(by=queries.own_duty(request.user), at=now())
    response = account.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = FORGET
    return cast(HttpResponse, response)


@login_not_required
@require_safe
def inactive(request: HttpRequest) -> HttpResponse:
    """Tell somebody whose account is closed."""
    return cast(HttpResponse, account.account_inactive(request))


@login_not_required
@get_or_post
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Follow an invitation: set the password; the second factor comes next."""
    invited = queries.invited_by(token, at=now())
    translation.activate(invited.language)
    form = forms.EnrolForm(request.POST or None, user=queries.account(invited.user_id))
    if not form.is_valid():
        return render(request, "accounts/enrol.html", {"form": form, "invited": invited})
    user = actions.accept_invitation(at=now(), token=token, password=form.cleaned_data["new"])
    return cast(HttpResponse, perform_password_login(request, {}, Login(user=user, redirect_url=None)))


# --- Proof of identity once more


@own_login
@get_or_post
def prove_with_password(request: StaffRequest) -> HttpResponse:
    """The password once more, before a deed that matters."""
    return _renewing(request, account.reauthenticate(request))


@own_login
@get_or_post
def prove_with_code(request: StaffRequest) -> HttpResponse:
    """A code once more."""
    _help_in_demo(request)
    response = mfa.reauthenticate(request)
    if request.method == "POST" and response.status_code == HTTPStatus.OK:
        actions.note_refused_sign_in(at=now(), account_id=request.user.id, deed="session.code_refused")
    return _renewing(request, response)


@own_login
@get_or_post
def prove_with_passkey(request: StaffRequest) -> HttpResponse:
    """A passkey once more."""
    return _renewing(request, webauthn.reauthenticate_webauthn(request))


def _renewing(request: StaffRequest, response: Any) -> HttpResponse:  # noqa: ANN401 -- the package has no types
    """Give the session another key once somebody has proved more than before (ASVS 7.2.4)."""
    if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
        request.session.cycle_key()
    return cast(HttpResponse, response)


# --- One's own login


@own_login
@require_safe
def own(request: StaffRequest) -> HttpResponse:
    """With what I prove myself, and where I am signed in."""
    context = {
        "proofs": queries.proofs_of(request.user.id),
        "sessions": queries.sessions_of(request.user.id, at=now(), this=request.session.session_key or ""),
    }
    return render(request, "accounts/own.html", context)


@own_login
@require_safe
def second_factor(request: StaffRequest) -> HttpResponse:
    """Lead a newcomer to a second factor; whoever has one goes on."""
    if queries.has_second_factor(request.user.id):
        return redirect("accounts:own")
    return render(request, "accounts/second_factor.html")


Proof = Callable[..., HttpResponse]


def changes_proof(deed: str) -> Callable[[Proof], Proof]:
    """Wrap a page of the package that changes a second factor: fresh proof before, record and ended sessions after."""

    def decorate(view: Proof) -> Proof:
        @own_login
        @get_or_post
        @needs_proof()
        @wraps(view)
        @transaction.atomic
        def watched(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            response = view(request, *args, **kwargs)
            if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
                _note(request, deed)
            return response

        return watched

    return decorate


def _note(request: StaffRequest, deed: str) -> None:
    by, keep = queries.own_duty(request.user), request.session.session_key or ""
    actions.note_changed_proof(by=by, at=now(), deed=deed, keep=keep)


@changes_proof("factor.app_added")
def add_app(request: StaffRequest) -> HttpResponse:
    """Set up a code app."""
    response = totp.activate_totp(request)
    if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
        actions.spend_code(user_id=request.user.id, at=now(), code=request.POST.get("code", ""))
    return cast(HttpResponse, response)


@changes_proof("factor.app_removed")
def remove_app(request: StaffRequest) -> HttpResponse:
    """Remove the code app, unless it is the last second factor."""
    return cast(HttpResponse, totp.deactivate_totp(request))


@changes_proof("factor.passkey_added")
def add_passkey(request: StaffRequest) -> HttpResponse:
    """Add a passkey."""
    return cast(HttpResponse, webauthn.add_webauthn(request))


@changes_proof("factor.passkey_renamed")
def rename_passkey(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a passkey another name."""
    return cast(HttpResponse, webauthn.edit_webauthn(request, pk=pk))


@changes_proof("factor.passkey_removed")
def remove_passkey(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a passkey, unless it is the last second factor."""
    if request.method == "POST" and queries.is_last_factor(request.user.id, but=pk):
        raise actions.LastFactor(_("This is your last second factor. Add another one first."))
    return cast(HttpResponse, webauthn.remove_webauthn(request, pk=pk))


@changes_proof("factor.codes_made")
def make_codes(request: StaffRequest) -> HttpResponse:
    """Make new recovery codes; the old ones stop working."""
    return cast(HttpResponse, recovery.generate_recovery_codes(request))


@own_login
@require_safe
@needs_proof()
def show_codes(request: StaffRequest) -> HttpResponse:
    """Show fresh recovery codes, once."""
    return cast(HttpResponse, recovery.view_recovery_codes(request))


@own_login
@get_or_post
def password(request: StaffRequest) -> HttpResponse:
    """Change the password."""
    form = forms.PasswordForm(request.POST or None, user=request.user)
    if not form.is_valid():
        return render(request, "accounts/password.html", {"form": form})
    by, keep = queries.own_duty(request.user), request.session.session_key or ""
    user = actions.change_password(by=by, at=now(), password=form.cleaned_data["new"], keep=keep)
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed, and your other sessions are signed out."))
    return redirect("accounts:own")


@own_login
@require_POST
def end_session(request: StaffRequest, session_id: str) -> HttpResponse:
    """Sign out another of my browsers."""
    actions.end_session(by=queries.own_duty(request.user), at=now(), session_id=session_id)
    messages.success(request, _("That session is signed out."))
    return redirect("accounts:own")


@own_login
@require_POST
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    by, keep = queries.own_duty(request.user), request.session.session_key or ""
    actions.end_other_sessions(by=by, at=now(), keep=keep)
    messages.success(request, _("All your other sessions are signed out."))
    return redirect("accounts:own")


# --- The undertaking and the purpose


@own_login
@get_or_post
def undertaking(request: StaffRequest) -> HttpResponse:
    """Read the confidentiality undertaking and sign it."""
    language = get_language() or "fi"
    form = forms.SignatureForm(
        request.POST or None, initial={"text_hash": queries.undertaking_hash(language), "language": language}
    )
    if form.is_valid() and _signs(request, form):
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/undertaking.html", _undertaking_page(request, form, language))


def _signs(request: StaffRequest, form: forms.SignatureForm) -> bool:
    words = {"language": form.cleaned_data["language"], "text_hash": form.cleaned_data["text_hash"]}
    try:
        actions.sign_undertaking(by=queries.own_duty(request.user), at=now(), **words)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


def _undertaking_page(request: StaffRequest, form: forms.SignatureForm, language: str) -> dict[str, Any]:
    said = load.current().undertaking
    return {
        "form": form,
        "title": said.title.in_language(language),
        "paragraphs": [part.in_language(language) for part in said.text],
        "is_signed": queries.has_signed(request.user.id),
        "name": request.user.name,
    }


@require_POST
def choose_purpose(request: StaffRequest) -> HttpResponse:
    """Turn to another purpose of the job role; it stands beside every look-up from now on."""
    form = forms.PurposeForm(request.POST)
    if not form.is_valid():
        raise Missing
    duty = queries.duty_of(request.user, form.cleaned_data["purpose"])
    request.session[middleware.PURPOSE] = duty.purpose
    actions.note_purpose(by=duty, at=now())
    return redirect(_safe(request, form.cleaned_data["next"] or request.headers.get("Referer", "")))


def _safe(request: HttpRequest, url: str) -> str:
    """Return the address if it is ours, the desk's otherwise."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else str(settings.LOGIN_REDIRECT_URL)


# --- The staff


@requires("staff")
@require_safe
def staff(request: StaffRequest) -> HttpResponse:
    """Everybody who works here."""
    language = get_language() or "fi"
    roles = {key: role.name.in_language(language) for key, role in load.current().role.items()}
    rows = [(one, roles.get(one.role, one.role)) for one in queries.staff(by=request.duty, at=now())]
    return render(request, "accounts/staff.html", {"rows": rows})


@requires("staff")
@get_or_post
@needs_proof()
def invite(request: StaffRequest) -> HttpResponse:
    """Make an account and show its link, once."""
    form = forms.InviteForm(request.POST or None)
    if form.is_valid():
        try:
            link = actions.invite(by=request.duty, at=now(), **form.cleaned_data)
            return _show_link(request, link)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal.message))
    return render(request, "accounts/invite.html", {"form": form})


def _show_link(request: StaffRequest, link: actions.Link) -> HttpResponse:
    """Show the link in the answer itself: it is kept nowhere, so the page cannot be opened again."""
    address = request.build_absolute_uri(reverse("accounts:enrol", args=[link.token]))
    employee = queries.employee(link.user_id, by=request.duty, at=now())
    return render(request, "accounts/link.html", {"address": address, "link": link, "employee": employee})


@requires("staff")
@require_safe
@needs_proof()
def employee(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """One employee: role, access, what can be done."""
    found = queries.employee(user_id, by=request.duty, at=now())
    form = forms.RoleForm(initial={"role": found.role})
    return render(
        request, "accounts/employee.html", {"employee": found, "form": form, "is_self": user_id == request.user.id}
    )


Staff = Callable[..., HttpResponse]


def _on_staff(view: Staff) -> Staff:
    """Wrap a deed on an employee: owner only, POST only, fresh proof; refusals are told on the employee's page."""

    @requires("staff")
    @require_POST
    @needs_proof("accounts:staff")
    @wraps(view)
    def deed(request: StaffRequest, user_id: UUID) -> HttpResponse:
        try:
            return view(request, user_id)
        except (actions.LastOwner, actions.NoSuchRole) as refusal:
            messages.error(request, str(refusal.message))
            return redirect("accounts:employee", user_id)

    return cast(Staff, deed)


@_on_staff
def invite_again(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Issue a new link, for a forgotten password or one that ran out."""
    return _show_link(request, actions.renew_invitation(by=request.duty, at=now(), user_id=user_id))


@_on_staff
def change_role(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Give the employee another job role."""
    actions.change_role(by=request.duty, at=now(), user_id=user_id, role=request.POST.get("role", ""))
    messages.success(request, _("The job role is changed."))
    return redirect("accounts:staff")


@_on_staff
def disable(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Close the account."""
    actions.disable(by=request.duty, at=now(), user_id=user_id)
    messages.success(request, _("The account is closed and its sessions are signed out."))
    return redirect("accounts:employee", user_id)


@_on_staff
def enable(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Open the account again."""
    actions.enable(by=request.duty, at=now(), user_id=user_id)
    messages.success(request, _("The account is open again."))
    return redirect("accounts:employee", user_id)


@_on_staff
def forget_factors(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Remove the second factors of somebody who lost them, and issue a link to begin anew."""
    actions.forget_factors(by=request.duty, at=now(), user_id=user_id)
    return _show_link(request, actions.renew_invitation(by=request.duty, at=now(), user_id=user_id))


@requires("staff", "audit", "notice")
@require_safe
def roles(request: StaffRequest) -> HttpResponse:
    """Who sees what: the job roles of the declaration as a matrix that anybody can check."""
    return render(request, "accounts/roles.html", queries.access_matrix(get_language() or "fi"))
