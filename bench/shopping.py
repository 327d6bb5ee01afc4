"""Buyers who use a shop through its pages, as a browser without scripts does: forms are filled in as they come."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

#: Buys one thing and raises where the shop does not take the order.
Buy = Callable[["Buyer"], None]


_numbers = itertools.count(1)


class Buyer:
    """One browser: a connection that stays open, cookies, the page it is on. Each comes from a network of its own."""

    def __init__(self, port: int) -> None:
        self.number = next(_numbers)
        address = f"127.{1 + self.number // 250 % 250}.{1 + self.number % 250}.1"  # all of it is this machine
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(address, 0))
        self._cookies: dict[str, str] = {}
        self.path = "/"
        self.page: Any = None
        self.requests = 0

    def get(self, path: str) -> None:
        """Open a page, following where it leads."""
        self._ask("GET", path)

    def send(self, having: str, answers: Mapping[str, str]) -> None:
        """Fill in the first form with a field whose name begins so, and send it; what it holds already stays."""
        form = next(one for one in self.page.forms if any(name.startswith(having) for name in one.fields if name))
        fields = dict(form.form_values()) | dict(answers)
        self._ask("POST", urljoin(self.path, form.action or self.path), urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        answer = self._once(method, path, body)
        while 300 <= answer.status < 400:
            path = urljoin(path, answer.getheader("Location") or "/")
            answer = self._once("GET", path, None)
        self.path, self.page = urlsplit(path).path, html.document_fromstring(self._text)
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status}")

    def _once(self, method: str, path: str, body: str | None) -> http.client.HTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
            headers["Origin"] = f"http://127.0.0.1:{self._connection.port}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        self._text = answer.read()
        self.requests += 1
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: found.value for name, found in SimpleCookie(line).items()}
        return answer


def rate(port: int, buy: Buy, *, buyers: int, seconds: float) -> float:
    """Return how many orders a second so many buyers at once make; each is a new buyer, and a failed order raises."""
    counts, ends, broken = [0] * buyers, time.monotonic() + seconds, list[BaseException]()

    def shop(place: int) -> None:
        try:
            while time.monotonic() < ends and not broken:
                buy(Buyer(port))
                counts[place] += 1
        except BaseException as trouble:  # noqa: BLE001 -- told by the caller
            broken.append(trouble)

    begun = time.monotonic()
    threads = [threading.Thread(target=shop, args=(place,)) for place in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return sum(counts) / (time.monotonic() - begun)


def buy_from_oscar(buyer: Buyer) -> None:
    """Buy as a guest: basket, address of the guest, preview, order."""
    buyer.get("/catalogue/service-7_8/")
    buyer.send("quantity", {"quantity": "1"})
    buyer.get("/checkout/")
    buyer.send("username", {"username": "maija@example.com", "options": "anonymous"})
    for _step in range(6):
        if buyer.path.endswith("/thank-you/"):
            return
        if buyer.path.endswith("/preview/"):
            buyer.send("action", {"action": "place_order"})
        else:
            buyer.get("/checkout/preview/")
    raise RuntimeError(f"no order: {buyer.path}")
