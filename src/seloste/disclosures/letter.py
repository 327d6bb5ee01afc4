"""What a recipient is told, in its own language: in the message only that there is something, on its page what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.disclosures.choices import Because
from seloste.kernel.clock import local_date


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A message's words."""

    subject: str
    text: str


def message(because: Because, *, recipient: str, link: str, language: str) -> Written:
    """Return the message that leads to the notice. It names nobody."""
    declared = current()
    with override(language):
        told = {
            "because": because.label,
            "link": link,
            "recipient": recipient,
            "controller": declared.controller,
        }
        text = render_to_string("disclosures/mail/notice.txt", told)
        return Written(subject=_("Data that we gave you have changed: please read this notice"), text=text.strip())


def words(
    *, known_by: Mapping[str, Sequence[str]], given: Sequence[tuple[datetime, str]], what: str, language: str
) -> str:
    """Return whom a notice concerns, of what the recipient was given, and what changed."""
    with override(language):
        named = {"name": _("Name"), "email": _("E-mail"), "phone": _("Telephone")}
        lines = [f"{named[key]}: {', '.join(values)}" for key, values in known_by.items()]
        lines += [_given(at, reference) for at, reference in given]
        lines += [_("What changed: %(what)s") % {"what": what}] if what else []
    return "\n".join(lines)


def _given(at: datetime, reference: str) -> str:
    day = formats.date_format(local_date(at), "SHORT_DATE_FORMAT")
    told = _("Given to you on %(day)s") % {"day": day}
    return f"{told} ({reference})" if reference else told
