"""A mail provider instead of SMTP: told not to track, believed only as far as it can know, and named in the notice."""

from datetime import timedelta
from typing import Any

import pytest
from anymail.exceptions import AnymailRequestsAPIError, AnymailUnsupportedFeature
from pytest_django.fixtures import Settings
from requests import Response
from requests.exceptions import ConnectTimeout, ReadTimeout
from tests import make
from tests.mail import make as mail

from seloste.kernel.clock import elapsed
from seloste.mail import actions
from seloste.mail.jobs import Sender
from seloste.mail.models import Message
from seloste.mail.rules.course import Outcome
from seloste.mail.transport import NotSetUp, Provider, way_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> list[Any]:
    """The package's own test backend, which sends nothing and keeps what it was given."""
    settings.MAIL_PROVIDER = "anymail.backends.test.EmailBackend"
    from django.core import mail as django_mail

    django_mail.outbox = []
    kept: list[Any] = django_mail.outbox
    return kept


def test_message_goes_with_its_mark_and_is_not_tracked(provider: list[Any]) -> None:
    message_id = mail.marketing()

    assert Sender(Provider()).run(make.AT) == 1

    sent = provider[0]
    assert (sent.track_opens, sent.track_clicks) == (False, False)
    assert sent.extra_headers["Message-ID"] == f"<{message_id.hex}@husgrove.com>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.to == ["maija@example.com"]
    assert Message.objects.get(id=message_id).state == "accepted"


def refused(status: int) -> AnymailRequestsAPIError:
    response = Response()
    response.status_code = status
    return AnymailRequestsAPIError(response=response)


def caused(cause: Exception) -> AnymailRequestsAPIError:
    error = AnymailRequestsAPIError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (refused(400), Outcome.REFUSED),
        (refused(401), Outcome.UNREACHABLE),
        (refused(429), Outcome.UNREACHABLE),
        (refused(500), Outcome.UNKNOWN),
        (caused(ConnectTimeout()), Outcome.UNREACHABLE),
        (caused(ReadTimeout()), Outcome.UNKNOWN),
        (AnymailUnsupportedFeature(), Outcome.REFUSED),
        (ConnectionResetError(), Outcome.UNKNOWN),
    ],
    ids=["400", "401", "429", "500", "connect timeout", "read timeout", "unsupported", "reset"],
)
def test_provider_is_believed_only_as_far_as_it_can_know(
    error: Exception, outcome: Outcome, provider: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.service()
    claim = actions.claim(by=mail.BY, at=make.AT)[0]
    letter = actions.step(by=mail.BY, at=make.AT, release=claim)
    assert letter

    def fail(*_args: Any, **_rest: Any) -> None:  # noqa: ANN401 -- the package's own signature
        raise error

    out = Provider()
    assert out.open() is None
    monkeypatch.setattr(letter.content, "send", fail)
    assert out.send(letter, deadline=elapsed() + 5).outcome == outcome


def test_provider_that_the_notice_does_not_name_is_not_used(settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_PROVIDER = "", "anymail.backends.test.EmailBackend"
    message_id = mail.service()

    out = way_out()
    assert isinstance(out, NotSetUp)
    assert Sender(out).run(make.AT + timedelta(minutes=1)) == 0
    assert Message.objects.get(id=message_id).state == "queued"
