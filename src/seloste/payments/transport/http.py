"""Requests to providers: short, with limits on time and size, to one fixed host, and never inside a transaction."""

import requests

from seloste.payments.transport import Away, outside

#: Seconds until a connection stands, and between two pieces of an answer.
TIMEOUT = (4.0, 12.0)
#: An answer of a provider is a few kilobytes.
LARGEST = 512 * 1024


def send(method: str, url: str, *, headers: dict[str, str], body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Send a request; return status, headers (small letters) and body. Raises Away."""
    outside()
    try:
        with requests.request(
            method, url, headers=headers, data=body or None, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            content = answer.raw.read(LARGEST + 1, decode_content=True)
            said = {name.lower(): value for name, value in answer.headers.items()}
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as wrong:
        raise Away(type(wrong).__name__, never_sent=True) from None
    except requests.ConnectionError as wrong:
        raise Away(type(wrong).__name__, never_sent="NewConnectionError" in str(wrong)) from None
    except (requests.RequestException, OSError) as wrong:
        raise Away(type(wrong).__name__) from None
    except Exception as wrong:
        if type(wrong).__module__.startswith("urllib3"):
            raise Away(type(wrong).__name__) from None
        raise
    if len(content) > LARGEST:
        raise Away("the answer is too large")
    return answer.status_code, said, content
