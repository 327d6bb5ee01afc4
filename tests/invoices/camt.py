"""Messages of an invented bank."""

from collections.abc import Sequence
from dataclasses import dataclass

IBAN = "FI2112345600000785"


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One payment that came in."""

    amount: str
    reference: str = ""
    key: str = ""
    words: str = ""
    name: str = "Maija Mallikas"
    side: str = "CRDT"
    status: str = "BOOK"
    currency: str = "EUR"


def _refers(one: Paid) -> str:
    reference = f"<Strd><CdtrRefInf><Ref>{one.reference}</Ref></CdtrRefInf></Strd>" if one.reference else ""
    words = f"<Ustrd>{one.words}</Ustrd>" if one.words else ""
    return f"<RmtInf>{words}{reference}</RmtInf>" if words or reference else ""


def _details(one: Paid) -> str:
    refs = f"<Refs><AcctSvcrRef>{one.key}</AcctSvcrRef></Refs>" if one.key else ""
    return (
        f"<TxDtls>{refs}<Amt Ccy='{one.currency}'>{one.amount}</Amt><RltdPties><Dbtr><Nm>{one.name}</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>FI7944052020036082</IBAN></Id></DbtrAcct></RltdPties>{_refers(one)}</TxDtls>"
    )


def _entry(total: str, first: Paid, inner: str) -> str:
    return (
        f"<Ntry><Amt Ccy='{first.currency}'>{total}</Amt><CdtDbtInd>{first.side}</CdtDbtInd><Sts>{first.status}</Sts>"
        f"<BookgDt><Dt>2026-11-27</Dt></BookgDt><AcctSvcrRef>{first.key}</AcctSvcrRef>"
        f"<NtryDtls>{inner}</NtryDtls></Ntry>"
    )


def message(*paid: Paid | Sequence[Paid], kind: str = "053", account: str = IBAN) -> bytes:
    """Return a statement (053) or a notification (054); several payments together are booked as one."""
    entries = []
    for one in paid:
        if isinstance(one, Paid):
            entries.append(_entry(one.amount, one, _details(one)))
        else:
            total = f"{sum(float(part.amount) for part in one):.2f}"
            entries.append(_entry(total, one[0], "".join(map(_details, one))))
    root, body = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.02'>"
        f"<{root}><GrpHdr><MsgId>M1</MsgId></GrpHdr><{body}><Id>S-1</Id><FrToDt><FrDtTm>2026-11-27T00:00:00</FrDtTm>"
        f"<ToDtTm>2026-11-27T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{''.join(entries)}</{body}></{root}></Document>"
    ).encode()
