"""Logs as JSON lines that can name no person: only listed keys pass, and only values shaped like ids, counts and codes.

What a library writes in prose may hold an address or a query string, so its words are dropped: what stays is who
logged, how severe it is, the status code, and for an error its class and the lines of code it went through.
"""

import re
import traceback
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED: Final = frozenset({
    "at", "level", "event", "logger", "request", "method", "route", "status", "ms", "queries", "count", "user", "id",
    "person", "code", "command", "version", "port", "workers", "pid", "error", "where", "rule", "job", "table",
})  # fmt: skip

#: Letters, digits and a path template's or a code place's signs: no blanks and no @, so no name, address or sentence.
PLAIN = re.compile(r"[\w.:/<>\-]{1,200}", re.ASCII)

#: How many of the innermost lines of code of an error are told.
DEPTH = 12


def dictionary(level: str) -> dict[str, Any]:
    """Return the LOGGING setting: everything to standard error, through the allow-list."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": [_forget_words],
                                "processors": _processors()}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        # The web server says itself what it serves; a not-found page is no event.
        "loggers": {"django.request": {"level": "ERROR"}, "django.server": {"level": "ERROR"},
                    "_granian": {"level": "WARNING"}, "granian": {"level": "WARNING"}},
    }  # fmt: skip


def configure() -> None:
    """Send our own events through the same allow-list as everybody's."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _place_of_error,
        allow_listed,
        structlog.processors.JSONRenderer(sort_keys=True),
    ]


def _forget_words(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A library's message is prose with values in it; its status code is kept."""
    record = event.get("_record")
    event["event"] = "library"
    if record is not None and hasattr(record, "status_code"):
        event["status"] = record.status_code
    return event


def _place_of_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Tell an error by its class and the lines it went through, never by its words or values."""
    given = event.pop("exc_info", None) or getattr(event.get("_record"), "exc_info", None)
    if isinstance(given, BaseException):
        given = type(given), given, given.__traceback__
    if isinstance(given, tuple) and given[0] is not None:
        event["error"] = given[0].__name__
        event["where"] = _lines(given[2])
    return event


def _lines(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-DEPTH:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno}" for frame in frames]


def allow_listed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Drop every key that is not listed and every value that could be somebody's words."""
    return {key: _plain(value) for key, value in event.items() if key in ALLOWED}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [_plain(part) for part in value]
    text = str(value)
    return text if PLAIN.fullmatch(text) else "dropped"
