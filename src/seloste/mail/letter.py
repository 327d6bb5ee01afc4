"""What a message says around its text: for marketing everything the law wants, for other messages who sends it.

The words are those of the message's language; what the notice says, it says itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import sha256
from html import escape
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.consents.choices import Carry, Rule
from seloste.declaration.load import current
from seloste.kernel.links import page_address
from seloste.mail.choices import MessageKind
from seloste.mail.models import Enclosure, Message
from seloste.mail.rules import markup
from seloste.mail.rules.envelope import on_the_wire
from seloste.mail.transport import Letter
from seloste.notices.queries.documents import address as notice_address
from seloste.notices.queries.layers import source_name, why
from seloste.notices.queries.publications import declared_hash
from seloste.notices.rules import wording
from seloste.register.models import ContactPoint

#: One rule of RFC 8058 with nothing added: providers compare it letter by letter.
ONE_CLICK = "List-Unsubscribe=One-Click"
#: Large enough to read, dark enough in both lights, and no more: what a reader has chosen stays.
STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:1.5rem;font:16px/1.5 Georgia,serif;color:#1d1d1b;background:#fff}"
    "main,footer{max-width:38rem;margin:0 auto}"
    "h1{font-size:1.4rem;line-height:1.25}h2{font-size:1.15rem}h3{font-size:1rem}"
    "a{color:#1d3fae}blockquote{margin:0;padding-left:1rem;border-left:3px solid #8a8a80}"
    ".label{font-weight:bold}"
    "footer{margin-top:2rem;padding-top:1rem;border-top:1px solid #8a8a80;font-size:14px}"
    "@media (prefers-color-scheme:dark){body{color:#ecebe4;background:#171715}a{color:#9db5ff}}"
)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A message as its reader sees it, in both forms."""

    subject: str
    text: str
    html: str

    @property
    def hash(self) -> str:
        """Return the SHA-256 of what the reader sees."""
        return sha256(f"{self.subject}\n\n{self.text}\n\n{self.html}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A paragraph around the text: words, and where it leads."""

    words: str
    url: str = ""
    is_label: bool = False

    def as_text(self) -> str:
        """Return the paragraph in plain text."""
        return f"{self.words}\n{self.url}" if self.url else self.words

    def as_html(self) -> str:
        """Return the paragraph as HTML."""
        mark = ' class="label"' if self.is_label else ""
        inside = f'<a href="{escape(self.url)}">{escape(self.words, quote=False)}</a>' if self.url else self._lines()
        return f"<p{mark}>{inside}</p>"

    def _lines(self) -> str:
        return "<br>".join(escape(line, quote=False) for line in self.words.splitlines())


def words(message: Message, *, rule: str, carries: Sequence[str]) -> Words:
    """Return the message with everything around it, as the decision of the rule wants it carried."""
    with override(message.language):
        before, after = list(_before(carries)), list(_after(message, rule, carries))
        return Words(subject=message.subject, text=_text(message, before, after), html=_html(message, before, after))


def _text(message: Message, before: Sequence[Part], after: Sequence[Part]) -> str:
    above = [part.as_text() for part in before]
    below = [part.as_text() for part in after]
    return "\n\n".join([*above, message.text, "-- ", *below]) + "\n"


def _html(message: Message, before: Sequence[Part], after: Sequence[Part]) -> str:
    inside = message.html or markup.from_text(message.text, settings.PUBLIC_ORIGIN)
    title = escape(message.subject, quote=False)
    return (
        f'<!doctype html>\n<html lang="{message.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main>"
        f"{''.join(part.as_html() for part in before)}<h1>{title}</h1>\n{inside}\n</main>\n"
        f"<footer>{''.join(part.as_html() for part in after)}</footer></body></html>\n"
    )


# --- The parts --------------------------------------------------------------------------------------------------------


def _before(carries: Sequence[str]) -> Iterator[Part]:
    if Carry.LABEL in carries:
        yield Part(words=_("Marketing message"), is_label=True)


def _after(message: Message, rule: str, carries: Sequence[str]) -> Iterator[Part]:
    if Carry.REASON in carries:
        yield Part(words=_("Why did I get this?") + " " + _reason(rule))
    if Carry.ARTICLE_14 in carries:
        yield from _article_14(message)
    if Carry.OBJECTION in carries:
        yield Part(words=_objection(message.purpose, message.language, declared_hash()), is_label=True)
    if Carry.OPT_OUT in carries:
        yield Part(words=_("I do not want these messages"), url=message.one_click_url)
        yield Part(words=_("What you may send me"), url=message.preferences_url)
    yield from _closing(message.language, declared_hash(), settings.PUBLIC_ORIGIN)


def _reason(rule: str) -> str:
    reasons = {
        Rule.CONSENT: _("You have consented to marketing by e-mail."),
        Rule.SOFT_OPT_IN: _("You are our customer, and this is about products like those you have bought from us."),
        Rule.ORGANISATION: _("This is your organisation's common address."),
        Rule.JOB: _("This is your address at work, and the matter belongs to your duties."),
    }
    return reasons[Rule(rule)]


@lru_cache(maxsize=64)
def _objection(purpose: str, language: str, _mark: str) -> str:
    """Return the right to object as the notice says it: clearly, and apart from all else (art. 21(4)).

    Worked out once for a notice, which is told by its mark.
    """
    declared = current()
    rights = wording.objections_for(declared, declared.purpose[purpose])
    return " ".join(right.text.in_language(language) for right in rights)


def _article_14(message: Message) -> Iterator[Part]:
    """Return what a person is owed whose data did not come from her: where from, what, why, how long, which rights."""
    declared, language = current(), message.language
    purpose, told = declared.purpose[message.purpose], why(message.purpose, language)
    source = _source_of(message)
    yield Part(words=_("We have not written to you before. This is what we know of you and why."), is_label=True)
    if source:
        yield Part(words=_("From where: %(source)s.") % {"source": source})
    yield Part(words=_("What data: %(data)s.") % {"data": wording.category_words(declared, purpose, language)})
    yield Part(words=_("Why and for how long: %(why)s") % {"why": told})
    if told.interest:
        yield Part(words=_("Our interest: %(interest)s") % {"interest": told.interest})
    receivers = wording.recipient_words(declared, purpose, language) or _("nobody")
    yield Part(words=_("Who receives the data: %(receivers)s.") % {"receivers": receivers})
    rights = wording.joined(right.name.in_language(language) for right in wording.rights_for(declared, purpose))
    yield Part(words=_("Your rights: %(rights)s.") % {"rights": rights})
    authority = f"{declared.authority.name.in_language(language)}, {declared.authority.email}"
    yield Part(words=_("You may complain to: %(authority)s.") % {"authority": authority})


def _source_of(message: Message) -> str:
    """Return where the address came from, as the notice calls it and with what was noted (art. 14(2)(f))."""
    points = ContactPoint.objects.filter(person_id=message.person, value=message.address, ended_at=None)
    found = points.order_by("collected_at", "id").values_list("source", "source_detail").first()
    if found is None:
        return ""
    name = source_name(found[0], message.language)
    return f"{name} ({found[1]})" if found[1] else name


@lru_cache(maxsize=8)
def _closing(language: str, _mark: str, _origin: str) -> tuple[Part, ...]:
    """Return who sends it and where the notice is; the same for every message under one notice."""
    with override(language):
        own = page_address("mydata:page", language=language)  # the room above's, known by its address alone
        return (
            Part(words=_sender()),
            Part(words=_("Privacy notice"), url=notice_address(language)),
            Part(words=_("My data: see, correct, erase"), url=own),
        )


def _sender() -> str:
    controller = current().controller
    place = f"{controller.street}, {controller.postal_code} {controller.city}"
    return _("Sender: %(name)s, %(place)s, %(email)s") % {
        "name": controller.name,
        "place": place,
        "email": controller.email,
    }


# --- The whole --------------------------------------------------------------------------------------------------------


def sender() -> str:
    """Return the address that messages come from."""
    return settings.MAIL_FROM or current().controller.email


def domain() -> str:
    """Return the domain in the marks of messages."""
    return on_the_wire(sender()).rpartition("@")[2].lower()


def letter(message: Message, said: Words, files: Iterable[Enclosure] = (), *, at: datetime) -> Letter:
    """Return the finished message: plain text always, HTML beside it, one recipient."""
    recipient = on_the_wire(message.address)
    content = EmailMultiAlternatives(
        subject=said.subject,
        body=said.text,
        from_email=formataddr((current().controller.name, sender())),
        to=[recipient],
        headers=headers(message, at=at),
    )
    content.encoding = _UTF8  # a charset object sets the encoding too
    content.attach_alternative(said.html, "text/html")
    for one in files:
        content.attach(one.name, bytes(one.content), one.content_type)
    return Letter(message_id=message.message_id, sender=on_the_wire(sender()), recipient=recipient, content=content)


def headers(message: Message, *, at: datetime) -> dict[str, str]:
    """Return the headers beyond the usual ones: a closed list, made here and nowhere else."""
    found = {"Message-ID": message.message_id, "Date": format_datetime(at)}
    if message.is_automatic:
        found["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot shall answer
    if message.kind == MessageKind.MARKETING:
        found |= _list_headers(message)
    return found


def _list_headers(message: Message) -> dict[str, str]:
    """Return RFC 8058 and RFC 2919: one click by https, and by mail for those who cannot."""
    by_mail = f"mailto:{current().controller.email}?subject={quote(f'unsubscribe {message.id.hex}')}"
    name = message.purpose.replace("_", "-")
    return {
        "List-Unsubscribe": f"<{message.one_click_url}>, <{by_mail}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-Id": f"<{name}.{domain()}>",
    }
