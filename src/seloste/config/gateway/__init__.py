"""The demo's payment provider: a process of its own on this machine, in the place of Paytrail and of Stripe.

It speaks both protocols, has a page on which nothing real is paid, and misbehaves on demand. It cannot be switched on
where real people are served (`environment`), knows no other keys than these, and imports nothing of the register.
"""

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

#: Keys that open nothing but the gateway.
PAYTRAIL_ACCOUNT, PAYTRAIL_SECRET = "990001", "esimerkki-ei-avaa-mitaan"
STRIPE_ACCOUNT, STRIPE_KEY = "acct_esimerkki", "sk_test_esimerkki"
STRIPE_WEBHOOK_SECRET = "whsec_esimerkki"  # noqa: S105 -- likewise

#: What a process that buys through the gateway is told.
SETTINGS = {
    "SELOSTE_PAYTRAIL_ACCOUNT": PAYTRAIL_ACCOUNT,
    "SELOSTE_PAYTRAIL_SECRET": PAYTRAIL_SECRET,
    "SELOSTE_STRIPE_ACCOUNT": STRIPE_ACCOUNT,
    "SELOSTE_STRIPE_KEY": STRIPE_KEY,
    "SELOSTE_STRIPE_WEBHOOK_SECRET": STRIPE_WEBHOOK_SECRET,
}


class Gateway:
    """The gateway, from `start` to `stop`. What was paid there is kept in the folder and is known again afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it on a free port; return its origin, such as ``http://127.0.0.1:40123``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(50)
            port = listening.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", "seloste.config.gateway", str(listening.fileno()), str(self.folder)],
                stdin=subprocess.DEVNULL,
                pass_fds=[listening.fileno()],
                process_group=0,
            )
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End it. Does nothing where none was started."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
                return
            process.kill()
            process.wait()
