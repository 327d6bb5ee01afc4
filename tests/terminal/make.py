"""Visitors and their answers."""

from typing import Any

from django.test import Client

#: What a browser says of a form that a page of the same site sent.
OWN = {"sec-fetch-site": "same-origin"}
ORIGIN = "http://127.0.0.1:8790"


def visitor(**headers: str) -> Client:
    """Return a browser that has never been here."""
    return Client(headers={**OWN, **headers})


def answer(browser: Client, what: str, *items: str, **sent: str) -> Any:  # noqa: ANN401 -- the test client's response
    """Press a button of the banner or of the page."""
    return browser.post("/evasteet/valinta/", {"answer": what, "item": list(items), "back": "/", **sent})


def asked(browser: Client, place: str = "/") -> bool:
    """Tell whether the page asks the visitor."""
    return 'id="asking-title"' in browser.get(place).content.decode()


def policy(browser: Client, place: str = "/") -> str:
    """Return the page's Content-Security-Policy."""
    return str(browser.get(place).headers["Content-Security-Policy"])
