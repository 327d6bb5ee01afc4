"""A buyer without a network between: the same requests, straight into our code. Imported where Django is set up."""

from typing import Any

from django.test import Client
from lxml import html

from bench.shop import ANSWERS, OURS

_HEADERS = {"host": "127.0.0.1", "sec-fetch-site": "same-origin", "origin": "http://127.0.0.1"}


class Indoors:
    """One visitor of the shop."""

    def __init__(self, network: str) -> None:
        self._client = Client(headers=_HEADERS, REMOTE_ADDR=network)

    def buy(self, email: str) -> None:
        """Buy one thing by invoice; RuntimeError where it is not taken."""
        product = self._get(OURS)
        cart = self._send(product, "variant", {})
        checkout = self._send(self._get(cart), "n-", {"do": "checkout"}, at=cart)
        thanks = self._send(self._get(checkout), "acknowledged", {**ANSWERS, "email": email}, at=checkout)
        self._get(thanks)

    def _get(self, path: str) -> Any:  # noqa: ANN401 -- a tree of a library without types
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return html.document_fromstring(answer.content)

    def _send(self, page: Any, having: str, answers: dict[str, str], *, at: str = "") -> str:  # noqa: ANN401 -- likewise
        """Send the form with a field that begins so; return where it leads."""
        form = next(one for one in page.forms if any(name.startswith(having) for name in one.fields if name))
        answer = self._client.post(form.action or at, {**dict(form.form_values()), **answers})
        if answer.status_code not in {302, 303}:
            raise RuntimeError(f"{form.action or at} answered {answer.status_code}")
        return str(answer["Location"])
