"""How a message reaches the world: an SMTP server spoken to verb by verb, or a provider's interface.

Both answer with a `Result` that never claims more than is known: what broke before the last byte of a message was on
its way was not sent; what broke after it is unknown. Signing (DKIM) is the mail server's business.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.header import Header
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests
from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from seloste.declaration.load import current
from seloste.kernel.clock import elapsed
from seloste.mail.rules import replies
from seloste.mail.rules.course import Outcome, Result

#: A verb is answered within seconds, or the server is in trouble.
CONNECT_SECONDS = 10.0
VERB_SECONDS = 20.0
#: Called at each step with its name; tests stop the process there.
Step = Callable[[str], None]


def no_step(_name: str) -> None:
    """Go on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A finished message and where it goes on the wire: one sender, one recipient."""

    message_id: str
    sender: str
    recipient: str
    content: EmailMultiAlternatives

    def as_bytes(self) -> bytes:
        """Return the message as it goes over the wire, without the dots that SMTP adds."""
        message: Any = self.content.message()
        message.replace_header(
            "Subject", Header(str(self.content.subject), header_name="Subject")
        )  # else its line is empty
        return bytes(message.as_bytes(linesep="\r\n"))


class Transport(Protocol):
    """A way out."""

    def open(self) -> Result | None:
        """Be ready to send; the trouble where that is not possible."""

    def send(self, letter: Letter, *, deadline: float, step: Step = no_step) -> Result:
        """Send one letter, and say what is known of it. Never raises for what a mail server does.

        ``deadline`` is of `clock.elapsed`: a process that slept past it sends nothing any more.
        """

    def close(self) -> None:
        """End the connection."""

    def was_accepted(self, message_id: str) -> bool | None:
        """Tell whether the mail server took the message; None where it cannot tell."""


class NotSetUp:
    """No way out is configured, or the notice does not know of it: nothing leaves, and the desk says so."""

    def __init__(self, why: str = "SELOSTE_SMTP is not set") -> None:
        self._why = why

    def open(self) -> Result | None:
        """Say what is missing."""
        return Result(outcome=Outcome.UNREACHABLE, verb="setup", reply=self._why)

    def send(self, letter: Letter, *, deadline: float, step: Step = no_step) -> Result:  # noqa: ARG002 -- the contract
        """Refuse, as nothing can be open."""
        return Result(outcome=Outcome.UNREACHABLE, verb="setup")

    def close(self) -> None:
        """There is nothing to end."""

    def was_accepted(self, message_id: str) -> bool | None:  # noqa: ARG002 -- the contract
        """Nobody knows."""
        return None


# --- SMTP -------------------------------------------------------------------------------------------------------------


class _Lines:
    """Replies read line by line, all of them within the exchange's time: a server that drips cannot stretch it."""

    def __init__(self, connection: "_Verbs") -> None:
        self._connection = connection
        self._kept = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._kept and len(self._kept) < limit:
            sock = self._connection.sock
            if sock is None:
                break
            sock.settimeout(self._connection.remaining())
            came = sock.recv(4096)
            if not came:
                break
            self._kept += came
        end = min(self._kept.find(b"\n") + 1 or len(self._kept), limit)
        line, self._kept = self._kept[:end], self._kept[end:]
        return line

    def close(self) -> None:
        self._kept = b""


class _Verbs(smtplib.SMTP):
    """smtplib with one clock over each exchange."""

    sock: socket.socket | None
    file: Any

    def __init__(self, *, host: str, is_tls: bool, patience: float) -> None:
        self.deadline = elapsed() + patience
        self._is_tls = is_tls
        super().__init__(local_hostname=_own_name(), timeout=patience)
        self._host = host  # whose certificate it must be

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if self._is_tls else plain

    def within(self, seconds: float) -> None:
        """Give what follows so much time, all together."""
        self.deadline = elapsed() + seconds

    def remaining(self) -> float:
        """Return the seconds left; TimeoutError where there are none."""
        left = min(self.deadline - elapsed(), VERB_SECONDS)
        if left <= 0:
            raise TimeoutError
        return left

    def send(self, s: Any) -> None:  # noqa: ANN401 -- smtplib's own signature
        """Send within the time that is left; smtplib would tear a timeout down to a lost connection too."""
        if self.sock:
            self.sock.settimeout(self.remaining())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply within the time that is left."""
        if self.file is None:
            self.file = _Lines(self)
        return super().getreply()


class Smtp:
    """One SMTP server, whose connection stays open from message to message."""

    def __init__(
        self, url: str, *, ledger: Path | None = None, needs_tls: bool | None = None, patience: float = CONNECT_SECONDS
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 587)
        self._is_tls = parts.scheme == "smtps"
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        is_near = self._host in {"localhost", "127.0.0.1", "::1"}
        self._needs_tls = not is_near if needs_tls is None else needs_tls
        self._patience = patience
        self._ledger = ledger
        self._smtp: _Verbs | None = None
        self._recipient = ""  # of the letter at hand: no reply is kept with it

    def open(self) -> Result | None:
        """Connect, greet, encrypt and sign in, or find that the connection still answers."""
        if self._smtp is not None and self._answers():
            return None
        self.close()
        verb = "connect"
        try:
            for verb, step in self._beginning():
                code, reply = step()
                if not 200 <= code < 300:
                    return self._broken(verb, code, reply)
        except (OSError, smtplib.SMTPException) as wrong:
            return self._broken(verb, *_said(wrong))
        return None

    def _answers(self) -> bool:
        smtp = self._connection()
        with suppress(OSError, smtplib.SMTPException):
            smtp.within(self._patience)
            return smtp.noop()[0] == 250
        return False

    def _beginning(self) -> list[tuple[str, Callable[[], tuple[int, Any]]]]:
        smtp = self._smtp = _Verbs(host=self._host, is_tls=self._is_tls, patience=self._patience)
        steps: list[tuple[str, Callable[[], tuple[int, Any]]]] = [
            ("connect", lambda: smtp.connect(self._host, self._port)),
            ("EHLO", self._greet),
        ]
        if self._needs_tls and not self._is_tls:  # never in clear text over a network, and never by chance
            steps += [("STARTTLS", self._encrypt), ("EHLO", self._greet)]
        if self._login:
            steps.append(("AUTH", self._sign_in))
        return steps

    def _greet(self) -> tuple[int, Any]:
        self._connection().within(VERB_SECONDS)
        return self._connection().ehlo()

    def _encrypt(self) -> tuple[int, Any]:
        self._connection().within(VERB_SECONDS)
        return self._connection().starttls(context=ssl.create_default_context())

    def _sign_in(self) -> tuple[int, Any]:
        self._connection().within(VERB_SECONDS)
        return self._connection().login(*(self._login or ("", "")))

    def send(self, letter: Letter, *, deadline: float, step: Step = no_step) -> Result:
        """Send one letter: MAIL, RCPT, DATA, the content, and the reply that decides."""
        smtp = self._connection()
        smtp.deadline = deadline
        self._recipient = letter.recipient
        content = _dotted(letter.as_bytes())
        verb = "MAIL"
        try:
            step("MAIL")
            code, reply = smtp.mail(letter.sender)
            if code != 250:
                return self._refused("MAIL", code, reply)
            verb = "RCPT"
            step("RCPT")
            code, reply = smtp.rcpt(letter.recipient)
            if code not in {250, 251}:
                return self._refused("RCPT", code, reply)
            verb = "DATA"
            step("DATA")
            code, reply = smtp.docmd("DATA")
            if code != 354:
                return self._refused("DATA", code, reply)
            smtp.remaining()
        except (OSError, smtplib.SMTPException) as wrong:  # not one byte of the message has gone
            return self._broken(verb, *_said(wrong))
        return self._content(smtp, content, step)

    def _content(self, smtp: _Verbs, content: bytes, step: Step) -> Result:
        """Send the content; from here on, silence means that nobody knows."""
        try:
            step("content")
            smtp.send(content)
            step("sent")
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as wrong:
            self.close()
            return Result(outcome=Outcome.UNKNOWN, verb="end", reply=self._words(*_said(wrong)))
        step("answered")
        return self._decided(code, reply)

    def _decided(self, code: int, reply: bytes) -> Result:
        if 200 <= code < 300:
            return Result(outcome=Outcome.ACCEPTED, verb="end", reply=self._words(code, reply))
        if 400 <= code < 600:
            return self._refused("end", code, reply)
        self.close()
        return Result(outcome=Outcome.UNKNOWN, verb="end", reply=self._words(code, reply))

    def _refused(self, verb: str, code: int, reply: bytes) -> Result:
        """What a server refuses for good concerns this message, unless it refuses us: then every message waits."""
        words = self._words(code, reply)
        if code == 421 or not 400 <= code < 600 or (verb == "MAIL" and code >= 500 and code != 552):
            return self._broken(verb, code, reply)
        self._begin_anew()
        outcome = Outcome.REFUSED if code >= 500 else Outcome.DEFERRED
        dead = outcome is Outcome.REFUSED and verb == "RCPT" and _is_dead(code, words)
        return Result(outcome=outcome, verb=verb, reply=words, is_dead_address=dead)

    def _begin_anew(self) -> None:
        """Forget the message at hand, so that the next one starts clean."""
        try:
            if self._connection().rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _broken(self, verb: str, code: int, reply: Any) -> Result:  # noqa: ANN401 -- bytes or words
        self.close()
        return Result(outcome=Outcome.UNREACHABLE, verb=verb, reply=self._words(code, reply))

    def _words(self, code: int, reply: Any) -> str:  # noqa: ANN401 -- bytes of a server or our own words
        """Return a reply as it may be kept."""
        text = reply.decode("ascii", "replace") if isinstance(reply, bytes) else str(reply)
        said = replies.kept(text, self._recipient)
        return f"{code} {said}".strip() if code > 0 else said

    def close(self) -> None:
        """Say goodbye where that is possible, and end the connection."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.within(1.0)
                if smtp.sock:
                    smtp.quit()
            smtp.close()

    def was_accepted(self, message_id: str) -> bool | None:
        """Ask the server's ledger, where there is one; no other SMTP server can be asked."""
        if self._ledger is None or not self._ledger.exists():
            return None
        with self._ledger.open(encoding="utf-8") as lines:
            return any(line.split(" ", 1)[0].rstrip() == message_id for line in lines)

    def _connection(self) -> _Verbs:
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected("there is no connection")
        return self._smtp


def _own_name() -> str:
    return urlsplit(settings.PUBLIC_ORIGIN).hostname or "localhost"


def _dotted(content: bytes) -> bytes:
    """Return the content with its dots doubled and its end (RFC 5321 §4.5.2)."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _said(wrong: Exception) -> tuple[int, Any]:
    if isinstance(wrong, smtplib.SMTPResponseException):
        return wrong.smtp_code, wrong.smtp_error
    return 0, "the time was up" if isinstance(wrong, TimeoutError) else type(wrong).__name__


def _is_dead(code: int, words: str) -> bool:
    """Tell whether a refusal at RCPT means that the address does not work (RFC 3463 §3.2): not a full box, not us."""
    status = re.match(r"\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b", words)
    if status:
        return status[1] in {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
    return code in {550, 551, 553}


# --- A provider -------------------------------------------------------------------------------------------------------


class Provider:
    """A mail provider's own interface, by django-anymail. Opens and clicks are never followed."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> Result | None:
        """Make the session; the provider is spoken to only when there is something to send."""
        try:
            self._connection = self._connection or get_connection(settings.MAIL_PROVIDER)
            self._connection.open()
        except (AnymailError, OSError) as wrong:
            return Result(outcome=Outcome.UNREACHABLE, verb="setup", reply=type(wrong).__name__)
        return None

    def send(self, letter: Letter, *, deadline: float, step: Step = no_step) -> Result:
        """Send one letter; a provider that cannot be told not to track is not used."""
        message: Any = letter.content
        message.track_opens = message.track_clicks = False
        message.connection = self._connection
        step("content")
        if elapsed() >= deadline:
            return Result(outcome=Outcome.UNREACHABLE, verb="send", reply="the time was up")
        try:
            message.send()
        except AnymailAPIError as wrong:
            return _by_status(wrong.status_code, wrong.__cause__)
        except AnymailError as wrong:  # the provider cannot do what the message needs, and was not asked
            return Result(outcome=Outcome.REFUSED, verb="setup", reply=type(wrong).__name__)
        except OSError as wrong:
            return Result(outcome=Outcome.UNKNOWN, verb="send", reply=type(wrong).__name__)
        step("answered")
        return _by_recipient(message.anymail_status, letter.recipient)

    def close(self) -> None:
        """End the session."""
        if self._connection is not None:
            with suppress(OSError, AnymailError):
                self._connection.close()
        self._connection = None

    def was_accepted(self, message_id: str) -> bool | None:  # noqa: ARG002 -- the contract
        """Providers have no common way to be asked."""
        return None


def _by_status(status: int | None, cause: BaseException | None) -> Result:
    """Say what a provider's refusal means: only what it clearly did not take counts as not sent."""
    if status is None:
        near = isinstance(cause, requests.exceptions.ConnectTimeout)
        return Result(outcome=Outcome.UNREACHABLE if near else Outcome.UNKNOWN, verb="send")
    words = f"HTTP {status}"
    if status in {401, 403, 429}:  # our key or our quota: every message waits
        return Result(outcome=Outcome.UNREACHABLE, verb="send", reply=words)
    if 400 <= status < 500:
        return Result(outcome=Outcome.REFUSED, verb="send", reply=words)
    return Result(outcome=Outcome.UNKNOWN, verb="send", reply=words)


def _by_recipient(status: Any, recipient: str) -> Result:  # noqa: ANN401 -- anymail's own kind of answer
    found = status.recipients.get(parseaddr(recipient)[1])
    said = found.status if found else None
    outcome = {
        "sent": Outcome.ACCEPTED,
        "queued": Outcome.ACCEPTED,
        "invalid": Outcome.REFUSED,
        "rejected": Outcome.REFUSED,
        "failed": Outcome.REFUSED,
    }.get(said or "", Outcome.UNKNOWN)
    return Result(outcome=outcome, verb="send", reply=said or "", is_dead_address=said == "invalid")


# --- Which -----------------------------------------------------------------------------------------------------------


def way_out() -> Transport:
    """Return the configured way out."""
    if settings.SMTP_URL:
        return Smtp(settings.SMTP_URL, ledger=settings.SMTP_LEDGER)
    if not settings.MAIL_PROVIDER:
        return NotSetUp()
    if not current().recipient:  # whoever carries the messages receives them: art. 13(1)(e), S7.2
        return NotSetUp("notice/recipients.toml does not name the mail provider")
    return Provider()
