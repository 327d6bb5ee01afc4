"""A mail server that really speaks SMTP, remembers what it took before it says so, and can be told to misbehave."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Answers instead of the server's own; None lets it go on, an exception or a closed connection is a fault.
Answer = Callable[["Relay", SMTP, str], str | None]


@dataclass(kw_only=True)
class Relay:
    """What the server took, and how it behaves. ``answers`` names the verb at which it says something of its own."""

    ledger: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    mail: list[bytes] = field(default_factory=list)
    port: int = 0
    connections: int = 0

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"smtp://127.0.0.1:{self.port}"

    def took(self) -> list[str]:
        """Return the marks of the messages taken, one a time taken."""
        lines = self.ledger.read_text(encoding="utf-8").splitlines() if self.ledger.exists() else []
        return [line.split(" ")[0] for line in lines]

    def messages(self) -> list[EmailMessage]:
        """Return what was taken, read."""
        return [message_from_bytes(one, policy=policy.default) for one in self.mail]

    def note(self, content: bytes, recipients: list[str]) -> None:
        """Write down what is taken, on disk, before it is said."""
        mark = message_from_bytes(content, policy=policy.default)["Message-ID"]
        self.mail.append(content)
        with self.ledger.open("a", encoding="utf-8") as lines:
            lines.write(f"{mark} {' '.join(recipients)}\n")
            lines.flush()
            os.fsync(lines.fileno())


class _Handler:
    """Asks the relay's answers at each verb."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay

    def _own(self, verb: str, server: SMTP) -> str | None:
        answer = self.relay.answers.get(verb)
        return answer(self.relay, server, verb) if answer else None

    async def handle_EHLO(  # noqa: N802 -- the server's own names
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.relay.connections += 1
        said = self._own("EHLO", server)
        session.host_name = None if said else hostname
        return [said] if said else responses

    async def handle_NOOP(self, server: SMTP, _session: Session, _envelope: Envelope, _arg: str) -> str:  # noqa: N802
        return self._own("NOOP", server) or "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._own("MAIL", server)
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self._own("RCPT", server)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = self._own("before", server)
        if said is not None:
            return said
        self.relay.note(bytes(cast("bytes", envelope.content)), envelope.rcpt_tos)
        return self._own("after", server) or "250 2.0.0 taken"


class _Server(SMTP):
    """The server, which can refuse the connection and the verb DATA too."""

    async def _handle_client(self) -> None:
        relay: Relay = self.event_handler.relay
        said = relay.answers["connect"](relay, self, "connect") if "connect" in relay.answers else None
        if said is None:
            await super()._handle_client()
        else:
            await self.push(said)
            hang_up(relay, self, "connect")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        relay: Relay = self.event_handler.relay
        said = relay.answers["DATA"](relay, self, "DATA") if "DATA" in relay.answers else None
        if said is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(said)


class _Controller(Controller):
    def factory(self) -> Any:  # noqa: ANN401 -- the package's own signature
        return _Server(self.handler, hostname="relay.example.com", **self.SMTP_kwargs)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    ledger: Path, answers: Mapping[str, Answer] | None = None, *, smtp: Mapping[str, Any] | None = None
) -> Iterator[Relay]:
    """Have a mail server on this machine while the block runs; ``smtp`` is what the package's server is told."""
    relay = Relay(ledger=ledger, answers=dict(answers or {}), port=free_port())
    controller = _Controller(_Handler(relay), hostname="127.0.0.1", port=relay.port, **(smtp or {}))
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()


def say(words: str) -> Answer:
    """Answer with these words."""
    return lambda _relay, _server, _verb: words


def say_once(words: str) -> Answer:
    """Answer with these words the first time, and properly from then on (greylisting)."""
    said: list[str] = []

    def answer(_relay: Relay, _server: SMTP, verb: str) -> str | None:
        said.append(verb)
        return words if len(said) == 1 else None

    return answer


def hang_up(_relay: Relay, server: SMTP, _verb: str) -> str | None:
    """End the connection without a word."""
    transport: Any = server.transport
    transport.abort()
    return "421 gone"
