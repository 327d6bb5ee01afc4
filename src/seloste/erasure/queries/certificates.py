"""The certificate: what was erased when, what stays, why and until when. It holds no value of anything erased."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.erasure.queries.planning import words_of
from seloste.kernel.clock import HELSINKI
from seloste.kernel.kept import kept
from seloste.kernel.refusals import Missing, Words
from seloste.notices.queries.documents import STANDARDS

_LAYOUT = Path(__file__).parents[1] / "templates" / "erasure" / "certificate.typ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """So many records of a kind, erased."""

    name: Words
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """So many records of a kind that stay, by which law, why and until when."""

    name: Words
    count: int
    law: str
    why: str
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What can be said of an erasure that was verified, and to anybody: it names nobody."""

    job_id: UUID
    matter: str
    cause: Cause
    done_at: datetime
    gone: Sequence[Gone]
    stays: Sequence[Kept]
    proof: str

    @property
    def count(self) -> int:
        """Return how many records were erased."""
        return sum(one.count for one in self.gone)


def certificate(job_id: UUID) -> Certificate:
    """Return the certificate of an erasure that was verified; Missing for any other."""
    job = ErasureJob.objects.filter(id=job_id, state=JobState.VERIFIED).first()
    if job is None or job.ended_at is None or job.proof is None:
        raise Missing
    names = {store.key: store.name for store in kept()}
    return Certificate(
        job_id=job.id,
        matter=job.matter,
        cause=Cause(job.cause),
        done_at=job.ended_at,
        gone=[Gone(name=names.get(store, store), count=count) for store, count in _in_order(job.erased)],
        stays=[_stays(names, one) for one in job.stays],
        proof=bytes(job.proof).hex(),
    )


def _in_order(erased: Mapping[str, int]) -> list[tuple[str, int]]:
    places = {store.key: place for place, store in enumerate(kept())}
    return sorted(erased.items(), key=lambda item: (places.get(item[0], len(places)), item[0]))


def _stays(names: Mapping[str, Words], told: Mapping[str, Any]) -> Kept:
    return Kept(
        name=names.get(told["store"], told["store"]),
        count=told["count"],
        law=told["law"],
        why=words_of(told["why"]),
        until=date.fromisoformat(told["until"]) if told["until"] else None,
    )


# --- On paper ---------------------------------------------------------------------------------------------------------


def certificate_pdf(job_id: UUID, *, language: str) -> bytes:
    """Return the certificate as an accessible, archival PDF in the language; Missing where there is none."""
    with override(language):
        shown = certificate(job_id)
        document = typst.compile(
            _LAYOUT,
            root=_LAYOUT.parent,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"document": json.dumps(_printed(shown, language))},
            timestamp=shown.done_at.replace(microsecond=0),
        )
    return bytes(document)


def paragraphs(shown: Certificate) -> list[str]:
    """Return the certificate as plain text in the language in force, for the letter that answers the request."""
    day = formats.date_format(shown.done_at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
    head = _("Certificate of erasure %(number)s, %(day)s") % {"number": _number(shown), "day": day}
    gone = [f"– {one.name}: {one.count}" for one in shown.gone] or [_("Nothing was held any more.")]
    stays = [f"– {_line(one)}" for one in shown.stays]
    told = [head, "\n".join([_("Erased:"), *gone])]
    if stays:
        told.append("\n".join([_("What stays, why and until when:"), *stays]))
    told.append(_("Afterwards every store was searched again, by the person and by each of the person's addresses."))
    return told


def _line(one: Kept) -> str:
    return f"{one.name}: {one.count}. {one.why} ({one.law}) {_until(one.until)}"


def _until(day: date | None) -> str:
    if day is None:
        return _("The last day is not known yet.")
    return _("Until %(day)s.") % {"day": formats.date_format(day, "SHORT_DATE_FORMAT")}


def _number(shown: Certificate) -> str:
    return str(shown.job_id)[-12:].upper()


def _printed(shown: Certificate, language: str) -> dict[str, Any]:
    controller = current().controller
    return {
        "title": _("Certificate of erasure"),
        "language": language,
        "controller": controller.name,
        "from": [controller.name, controller.street, f"{controller.postal_code} {controller.city}"],
        "facts": [
            [_("Number"), _number(shown)],
            *([[_("Matter"), shown.matter]] if shown.matter else []),
            [_("Reason"), str(shown.cause.label)],
            [_("Erased and looked for again"), _moment(shown.done_at)],
        ],
        "gone": [[str(one.name), str(one.count)] for one in shown.gone],
        "stays": [[str(one.name), str(one.count), f"{one.why} ({one.law})", _until(one.until)] for one in shown.stays],
        "proof": shown.proof,
        "labels": {
            "gone": _("What was erased"),
            "stays": _("What stays, why and until when"),
            "nothing": _("Nothing was held any more."),
            "all": _("Nothing stays."),
            "what": _("What"),
            "count": _("Records"),
            "why": _("Why"),
            "until": _("Until"),
            "looked": _(
                "Afterwards every store was searched again, by the person and by each of the person's addresses: "
                "nothing was found but what this certificate names. Copies in backups go as these grow old, at the "
                "latest in 35 days; if one of them is ever put back, the erasure is done again before it is used."
            ),
            "proof": _("Mark of the verification (SHA-256)"),
            "page": _("Page"),
            "of": _("of"),
        },
    }


def _moment(at: datetime) -> str:
    return formats.date_format(at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")
