"""The files that buyers download. Who may have one is decided where the order is known (services)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Substr

from seloste.catalogue.models import SoldFile

#: How many bytes are asked of the database at a time.
PIECE = 256 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file without its bytes. ``size`` is in bytes."""

    id: UUID
    variant_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


def newest(variant_id: UUID) -> File | None:
    """Return the newest file of the variant, or None where it has none."""
    return newest_of([variant_id]).get(variant_id)


def newest_of(variant_ids: Iterable[UUID]) -> dict[UUID, File]:
    """Return the newest file of each of the variants that have one."""
    rows = SoldFile.objects.filter(variant__in=list(variant_ids)).defer("content").order_by("added_at", "id")
    return {row.variant_id: _file(row) for row in rows}


def file(file_id: UUID) -> File | None:
    """Return a file, the newest of its variant or an older one; None where there is none."""
    row = SoldFile.objects.filter(id=file_id).defer("content").first()
    return _file(row) if row else None


def chunks(file_id: UUID) -> Iterator[bytes]:
    """Return the bytes of a file in pieces, each asked for by itself, so that a large file is never held whole."""
    size = SoldFile.objects.values_list("size", flat=True).get(id=file_id)
    for start in range(1, size + 1, PIECE):
        piece = SoldFile.objects.annotate(piece=Substr(F("content"), start, PIECE)).values_list("piece", flat=True)
        yield bytes(piece.get(id=file_id))


def _file(row: SoldFile) -> File:
    return File(
        id=row.id,
        variant_id=row.variant_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
    )
