"""The house behind a port of this machine, for a browser."""

from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler


@pytest.fixture
def house(transactional_db: None) -> Iterator[str]:
    """Serve the house as it is, static files by its own middleware; passkeys need the name `localhost`."""
    from django.test.testcases import LiveServerThread

    def as_it_is(handler: WSGIHandler) -> WSGIHandler:
        return handler

    thread = LiveServerThread("localhost", static_handler=as_it_is)  # type: ignore[arg-type]  # a callable will do
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()
