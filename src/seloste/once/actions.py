"""Doing what a form says, and doing it once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal
from seloste.once.models import SentForm

#: A form is not pressed twice a day apart.
REMEMBERED = timedelta(days=1)


class NotYourForm(Refusal):
    """A form that somebody else sent."""


class SentBefore(Refusal):
    """A form that did its deed comes again with something else in it: that is no twin, and must not be lost."""


@transaction.atomic
def once(*, by: Duty, at: datetime, token: UUID, content: str, deed: Callable[[], str]) -> str:
    """Do the deed and return the page it leads to; the same form sent again does nothing and leads to the same page.

    The mark is set in the deed's own transaction and before it: the twin of a double click waits at the primary key
    until the first is committed, and a deed that was refused leaves no mark.
    """
    mark = _mark(content)
    try:
        with transaction.atomic():
            SentForm.objects.create(token=token, sent_at=at, sent_by=by.actor, then="", content=mark)
    except IntegrityError:
        return _earlier(token, by=by, mark=mark)
    then = deed()
    SentForm.objects.filter(token=token).update(then=then)
    return then


def earlier(*, by: Duty, token: UUID, content: str) -> str:
    """Return where the form led when this employee sent it before, with the same in it; nothing where she did not."""
    sent = SentForm.objects.filter(token=token, sent_by=by.actor, content=_mark(content)).first()
    return sent.then if sent else ""


def _mark(content: str) -> str:
    return salted_hmac("seloste.once.form", content, algorithm="sha256").hexdigest()


def _earlier(token: UUID, *, by: Duty, mark: str) -> str:
    earlier = SentForm.objects.get(token=token)
    if earlier.sent_by != by.actor:
        raise NotYourForm(_("This form has expired. Load the page again, please."))
    if earlier.content != mark:
        raise SentBefore(_("This form was sent once already. To save what is written now as well, save again."))
    return earlier.then
