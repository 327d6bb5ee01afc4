"""One recipient, one line, one file: what may stand on the outside of a message. Everything doubtful is refused.

A list smuggled into one address (``a@example.com, b@example.org``) would reach both, whatever the library says.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.mail.choices import Unfit
from seloste.mail.rules import Attachment, NotSendable, OptOut

#: RFC 5322 §2.1.1 would have a line at 998 at most; a subject longer than this is read by nobody.
SUBJECT = 200
#: About fifty pages.
TEXT = 100_000
KEY = 200
#: Mail servers refuse more than 10 MB; encoding adds a third.
ATTACHMENTS_BYTES = 5 * 1024 * 1024
ATTACHMENTS = 5
#: The kinds of files a message may carry. None of them is run by opening it.
FILE_TYPES = frozenset({"application/pdf", "application/json", "text/plain", "text/csv"})

#: Signs with which an address names another one to pass the message on to (RFC 5321 appendix F.2; RFC 1123 §5.2.16).
_ROUTES = frozenset("%!")

#: The mark in a link that was made for one reader, and a code that may be typed instead of it.
_MARK = re.compile(r"(?<=/)[\w-]{60,}(?=/|$)", re.MULTILINE)
_CODE = re.compile(r"(?<!\d)\d{3} \d{3}(?!\d)")
#: A code that is all a line says, in a letter without a link.
_CODE_ALONE = re.compile(r"(?<=: )\d{3} \d{3}$", re.MULTILINE)
_VEIL = "•••"


def one_address(text: str) -> str:
    """Return the address in the register's normal form; NotSendable where it is not exactly one plain address."""
    try:
        found = validate_email(
            text, check_deliverability=False, allow_display_name=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        raise NotSendable(Unfit.ADDRESS, field="address") from None
    if text != text.strip() or found.ascii_email is None or set(found.local_part) & _ROUTES:
        raise NotSendable(Unfit.ADDRESS, field="address")
    return found.normalized


def on_the_wire(address: str) -> str:
    """Return the address as SMTP takes it: an international domain in its ASCII form (RFC 5891)."""
    if address.isascii():
        return address
    found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    return found.ascii_email or address  # Python's own codec is of RFC 3490: it would write to another domain


def one_subject(text: str) -> str:
    """Return the subject; NotSendable where it is empty, of several lines or not text."""
    said = _plain(text, field="subject", lines=False)
    if len(said) > SUBJECT:
        raise NotSendable(Unfit.TOO_LONG, field="subject")
    return said


def body(text: str) -> str:
    """Return the text of the message; NotSendable where it is empty, too long or not text."""
    said = _plain(text, field="text", lines=True)
    if len(said) > TEXT:
        raise NotSendable(Unfit.TOO_LONG, field="text")
    return said


def _plain(text: str, *, field: str, lines: bool) -> str:
    if "\r" in text.replace("\r\n", "\n"):
        raise NotSendable(Unfit.HEADER, field=field)
    try:
        said = plain_text(text, field=field, lines=lines)
    except Refusal as refusal:
        if field == "subject":
            raise NotSendable(Unfit.HEADER, field=field) from refusal
        raise
    if not said:
        raise NotSendable(Unfit.EMPTY, field=field)
    return said


def veiled(text: str) -> str:
    """Return a text as colleagues may read it: without what opens a page for whoever holds the message.

    A link made for one reader has a long mark in it, and a code may stand beside it: with either, an employee could say
    in the reader's name what only the reader may say.
    """
    unlinked = _MARK.sub(_VEIL, text)
    return (_CODE if unlinked != text else _CODE_ALONE).sub(_VEIL, unlinked)


def one_key(text: str) -> str:
    """Return the key by which a message is sent once; it names no person, so it is short and plain."""
    if not re.fullmatch(r"[\w.:/-]{1,200}", text, flags=re.ASCII):
        raise NotSendable(Unfit.KEY, field="key")
    return text


def own_opt_out(opt_out: OptOut, origin: str) -> OptOut:
    """Return the addresses where marketing is forbidden; NotSendable where either does not lead to our own site."""
    if not all(is_own(url, origin) for url in (opt_out.one_click_url, opt_out.preferences_url)):
        raise NotSendable(Unfit.OPT_OUT, field="opt_out")
    return opt_out


def is_own(url: str, origin: str) -> bool:
    """Tell whether the address leads to the site itself, and is written so that it can be nothing else."""
    if not re.fullmatch(r"[!-~]{1,2000}", url) or set(url) & set('<>"\\`{}|^,'):
        return False
    parts = urlsplit(url)
    return url.startswith(f"{origin}/") and f"{parts.scheme}://{parts.netloc}" == origin


def files(attachments: Sequence[Attachment]) -> Sequence[Attachment]:
    """Return the files; NotSendable where one cannot go."""
    if len(attachments) > ATTACHMENTS or sum(len(one.content) for one in attachments) > ATTACHMENTS_BYTES:
        raise NotSendable(Unfit.ATTACHMENT, field="attachments")
    for one in attachments:
        if one.content_type not in FILE_TYPES or not re.fullmatch(r"[\w][\w .\-]{0,99}", one.name):
            raise NotSendable(Unfit.ATTACHMENT, field="attachments")
    return attachments
