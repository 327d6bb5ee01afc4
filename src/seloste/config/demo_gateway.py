"""The demo's payments: the gateway beside the server, and a notice that names the companies it stands in for."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from seloste.config import demo_notice, environment, gateway
from seloste.config.trouble import Trouble

OVERLAY = Path(gateway.__file__).with_name("gateway.over.toml")


def prepare() -> None:
    """Have this process and its children run by a notice that names the gateway's companies."""
    found = environment.read()
    try:
        os.environ["SELOSTE_NOTICE"] = str(lay_over(found.notice, found.var / "notice"))
    except OSError as wrong:
        raise Trouble(f"{found.var} cannot be written: {wrong.strerror}. Choose another SELOSTE_VAR.") from None


def lay_over(base: Path, into: Path) -> Path:
    """Make a copy of the notice with the overlay on it; return it. One that is right already stays untouched."""
    return demo_notice.lay_over(base, into, [OVERLAY], words={})


@contextlib.contextmanager
def host() -> Iterator[str]:
    """Have the gateway answer while the block runs, and the settings name it; gives its origin."""
    running = gateway.Gateway(environment.read().var / "gateway")
    os.environ["SELOSTE_GATEWAY"] = running.start()
    os.environ.update(gateway.SETTINGS)
    try:
        yield os.environ["SELOSTE_GATEWAY"]
    finally:
        running.stop()
        for name in ("SELOSTE_GATEWAY", *gateway.SETTINGS):
            os.environ.pop(name, None)
