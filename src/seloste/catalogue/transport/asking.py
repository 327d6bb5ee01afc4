"""Asking a public register: briefly, without redirects, and with an answer of bounded size."""

import json
from collections.abc import Mapping
from typing import Any

import requests
from django.db import connection

#: Seconds to connect and to wait for an answer: somebody stands at the till.
TIMEOUTS = (2.0, 4.0)
#: Bytes of an answer that are read.
LARGEST = 256 * 1024

Answer = Mapping[str, Any]


class InTransactionError(RuntimeError):
    """The network was asked while rows were locked: a slow register would hold up every buyer."""


def ask(
    method: str, url: str, *, content: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
) -> Answer | None:
    """Return the JSON object that the register answers; None where it does not answer, or answers something else."""
    if connection.in_atomic_block:
        raise InTransactionError(url)
    try:
        with requests.request(
            method,
            url,
            json=content,
            params=query,
            timeout=TIMEOUTS,
            allow_redirects=False,
            stream=True,
            headers={"Accept": "application/json"},
        ) as response:
            found = _object(response) if response.status_code < 300 else None
    except requests.RequestException:
        return None
    return found


def _object(response: requests.Response) -> Answer | None:
    body = response.raw.read(LARGEST + 1, decode_content=True)
    if len(body) > LARGEST:
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def text(value: object) -> str:
    """Return a short text of an answer in one line; nothing for what is no text or stands for nothing."""
    said = " ".join(value.split()) if isinstance(value, str) else ""
    return "" if set(said) <= {"-"} else said[:200]
