"""Reading what the bank tells: camt.053 and camt.054 (ISO 20022), any version, as untrusted as any file.

Of each booking only what came in is read, and of that only what bookkeeping needs: the bank's own mark, day, amount,
reference, who paid and from which account. Entities, document types and anything from elsewhere are refused.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

#: Larger files are split by the bank; nobody uploads one by hand.
LARGEST = 10 * 1024 * 1024
MOST_ENTRIES = 20_000
_ROOTS = {"BkToCstmrStmt": ("Stmt", "camt.053"), "BkToCstmrDbtCdtNtfctn": ("Ntfctn", "camt.054")}
_BOOKED = {"BOOK", ""}
_LONGEST = 140


class UnreadableError(ValueError):
    """The file is not a message of the bank that can be read. ``code`` says why, in a word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Money that came to the account."""

    key: str
    amount: Decimal
    currency: str
    booked_on: date
    reference: str
    payer_name: str
    payer_iban: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement or notification of one account. ``left_out`` counts what was paid out or is not booked yet."""

    kind: str
    account: str
    message: str
    from_on: date | None
    to_on: date | None
    entries: Sequence[Entry]
    left_out: int


def read(content: bytes) -> list[Statement]:
    """Return the statements in a file; UnreadableError for anything else."""
    if len(content) > LARGEST:
        raise UnreadableError("too_large")
    root = _root(content)
    found = [
        _statement(one, kind)
        for body in root
        for name, kind in [_ROOTS.get(_name(body), ("", ""))]
        for one in _all(body, name)
    ]
    if not found:
        raise UnreadableError("not_camt")
    if sum(len(one.entries) for one in found) > MOST_ENTRIES:
        raise UnreadableError("too_many")
    return found


def _root(content: bytes) -> "etree._Element":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableError("not_xml") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs forget it
        raise UnreadableError("has_doctype")
    return root


# --- Small parts ------------------------------------------------------------------------------------------------------


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname if not callable(element.tag) else ""  # a comment's tag is a function


def _all(parent: "etree._Element", name: str) -> Iterator["etree._Element"]:
    return (child for child in parent if name and _name(child) == name)


def _find(parent: "etree._Element | None", *path: str) -> "etree._Element | None":
    for name in path:
        parent = next(_all(parent, name), None) if parent is not None else None
    return parent


def _text(parent: "etree._Element | None", *path: str) -> str:
    found = _find(parent, *path)
    text = " ".join((found.text or "").split()) if found is not None else ""
    return text[:_LONGEST]


def _day(parent: "etree._Element | None", *path: str) -> date | None:
    found = _find(parent, *path)
    text = _text(found, "Dt") or _text(found, "DtTm") or (_text(parent, *path) if found is not None else "")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise UnreadableError("bad_day") from None


def _amount(element: "etree._Element | None") -> tuple[Decimal, str]:
    try:
        amount = Decimal((element.text or "").strip()) if element is not None else Decimal(0)
    except InvalidOperation:
        raise UnreadableError("bad_amount") from None
    if not amount.is_finite() or amount < 0 or amount >= 10**10 or amount != amount.quantize(Decimal("0.01")):
        raise UnreadableError("bad_amount")
    return amount.quantize(Decimal("0.01")), str(element.get("Ccy", "")) if element is not None else ""


# --- The statement ----------------------------------------------------------------------------------------------------


def _statement(element: "etree._Element", kind: str) -> Statement:
    account = _text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id")
    entries, left_out = [], 0
    for entry in _all(element, "Ntry"):
        if _is_booked_in(entry):
            entries.extend(_entries(entry))
        else:
            left_out += 1
    return Statement(
        kind=kind,
        account="".join(account.split()),
        message=_text(element, "Id"),
        from_on=_day(element, "FrToDt", "FrDtTm"),
        to_on=_day(element, "FrToDt", "ToDtTm"),
        entries=_with_keys(entries),
        left_out=left_out,
    )


def _is_booked_in(entry: "etree._Element") -> bool:
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    is_reversed = _text(entry, "RvslInd") in {"true", "1"}
    return _text(entry, "CdtDbtInd") == "CRDT" and status in _BOOKED and not is_reversed


def _entries(entry: "etree._Element") -> list[Entry]:
    """Return the single payments of a booking: a bank books many with references as one."""
    booked_on = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if booked_on is None:
        raise UnreadableError("no_day")
    mark = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    whole, currency = _amount(_find(entry, "Amt"))
    parts = [part for details in _all(entry, "NtryDtls") for part in _all(details, "TxDtls")]
    if not parts:
        return [_entry(None, mark, whole, currency, booked_on)]
    found = []
    for part in parts:
        amount, of = _amount_of(part, whole if len(parts) == 1 else None, currency)
        found.append(_entry(part, mark, amount, of, booked_on))
    if len(parts) > 1 and sum(one.amount for one in found) != whole and all(one.currency == currency for one in found):
        raise UnreadableError("does_not_add_up")
    return found


def _amount_of(part: "etree._Element", whole: Decimal | None, currency: str) -> tuple[Decimal, str]:
    element = _find(part, "Amt")
    if element is None:
        element = _find(part, "AmtDtls", "TxAmt", "Amt")
    if element is None or whole is not None:  # what was booked counts, not what the payer's bank calls it
        if whole is None:
            raise UnreadableError("bad_amount")
        return whole, currency
    return _amount(element)


def _entry(part: "etree._Element | None", mark: str, amount: Decimal, currency: str, booked_on: date) -> Entry:
    remittance = _find(part, "RmtInf")
    reference = _text(remittance, "Strd", "CdtrRefInf", "Ref")
    parties = _find(part, "RltdPties")
    return Entry(
        key=_text(part, "Refs", "AcctSvcrRef") or mark or _text(part, "Refs", "TxId"),
        amount=amount,
        currency=currency,
        booked_on=booked_on,
        reference=reference,
        payer_name=_text(parties, "Dbtr", "Nm") or _text(parties, "Dbtr", "Pty", "Nm"),
        payer_iban=_text(parties, "DbtrAcct", "Id", "IBAN"),
        words=_text(remittance, "Ustrd"),
    )


def _with_keys(entries: Sequence[Entry]) -> list[Entry]:
    """Give each a key of its own: the bank's, and where that is shared or missing, one made of what the entry says."""
    shared = Counter(entry.key for entry in entries)
    seen: Counter[str] = Counter()
    found = []
    for entry in entries:
        key = entry.key if entry.key and shared[entry.key] == 1 else _made_key(entry)
        seen[key] += 1
        found.append(replace(entry, key=key if seen[key] == 1 else f"{key}#{seen[key]}"))
    return found


def _made_key(entry: Entry) -> str:
    said = (entry.key, entry.booked_on.isoformat(), str(entry.amount), entry.reference, entry.payer_iban, entry.words)
    return f"{entry.key or entry.booked_on.isoformat()}~{hashlib.sha256('|'.join(said).encode()).hexdigest()[:16]}"
