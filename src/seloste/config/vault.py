"""Encrypting for a key that is not on this machine (age, X25519): what lies in a backup folder tells nobody anything.

The public key encrypts and cannot decrypt. The secret one is printed once and kept elsewhere; nothing here writes it.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyrage

from seloste.config.trouble import Trouble

#: A megabyte between the two threads, so that neither waits for the other at every row.
_PIPE = 2**20


def new_key() -> tuple[str, str]:
    """Return a new pair: the public key and the secret one."""
    made = pyrage.x25519.Identity.generate()
    return str(made.to_public()), str(made)


def recipient(public: str) -> Any:  # noqa: ANN401 -- the package has no types
    """Return the key to encrypt for; ValueError where it is none."""
    try:
        return pyrage.x25519.Recipient.from_str(public.strip())
    except pyrage.RecipientError:
        raise ValueError("it must be the public key that `seloste backup --new-key` printed: age1…") from None


def identity(path: Path) -> Any:  # noqa: ANN401 -- likewise
    """Return the secret key that a file holds, on a line of its own; other lines and comments are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as wrong:
        raise Trouble(f"{path} cannot be read: {getattr(wrong, 'strerror', None) or 'it is no text'}.") from None
    for line in lines:
        if line.strip().startswith("AGE-SECRET-KEY-"):
            with contextlib.suppress(pyrage.IdentityError):
                return pyrage.x25519.Identity.from_str(line.strip())
    raise Trouble(f"{path} holds no secret key: a line that begins with AGE-SECRET-KEY-1 is looked for.")


@contextlib.contextmanager
def encrypting(target: IO[bytes], public: Sequence[str]) -> Iterator[IO[bytes]]:
    """Give a file to write to; what is written comes encrypted into the target. OSError where that cannot be written.

    When the block is left by an exception the target is not a whole file, and cannot be taken for one.
    """
    keys = [recipient(one) for one in public]
    reading, writing = _pipe()
    failed: list[BaseException] = []
    worker = threading.Thread(target=_encrypt, args=(reading, target, keys, failed), name="encrypt")
    worker.start()
    try:
        with os.fdopen(writing, "wb", buffering=_PIPE) as plain:
            yield plain
    except BrokenPipeError:
        worker.join()
        raise _told(failed) from None
    finally:
        worker.join()
    if failed:
        raise _told(failed)


def _encrypt(reading: int, target: IO[bytes], keys: Sequence[Any], failed: list[BaseException]) -> None:
    with os.fdopen(reading, "rb", buffering=_PIPE) as plain:
        try:
            pyrage.encrypt_io(plain, target, keys)
        except (pyrage.EncryptError, OSError) as wrong:
            failed.append(wrong)


def _told(failed: list[BaseException]) -> OSError:
    """Return what went wrong as the operating system's error: there is nothing else that can."""
    return OSError(str(failed[0]) if failed else "the file could not be encrypted")


class Unreadable(Trouble):
    """The file cannot be decrypted: another key, a damaged or cut-off file, or no backup at all."""


@contextlib.contextmanager
def decrypting(source: IO[bytes], key: Any) -> Iterator[IO[bytes]]:  # noqa: ANN401 -- likewise
    """Give a file to read the decrypted source from. Unreadable where it is not whole or not for this key."""
    reading, writing = _pipe()
    failed: list[str] = []
    worker = threading.Thread(target=_decrypt, args=(source, writing, key, failed), name="decrypt")
    worker.start()
    try:
        with os.fdopen(reading, "rb", buffering=_PIPE) as plain:
            yield plain
            while plain.read(_PIPE):  # the end of the file proves that none of it is missing
                pass
    except Exception:
        worker.join()
        if failed:
            raise Unreadable(failed[0]) from None
        raise
    finally:
        worker.join()
    if failed:
        raise Unreadable(failed[0])


def _decrypt(source: IO[bytes], writing: int, key: Any, failed: list[str]) -> None:  # noqa: ANN401 -- likewise
    try:
        with os.fdopen(writing, "wb", buffering=_PIPE) as plain:
            pyrage.decrypt_io(source, plain, [key])
    except BrokenPipeError:  # the reader has given up and says why
        return
    except pyrage.DecryptError as wrong:
        failed.append(_why(str(wrong)))
    except OSError as wrong:
        failed.append(_why(str(wrong)))


def _why(said: str) -> str:
    if "No matching keys" in said:
        return "The backup is encrypted for another key."
    return "The backup is damaged or cut off, or the file is none: take another one."


def _pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    with contextlib.suppress(OSError, AttributeError):  # Linux alone can widen it
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    return reading, writing
