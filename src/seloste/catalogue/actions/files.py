"""Adding the file that buyers of a variant download."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import NotSellable, note
from seloste.catalogue.actions.variants import locked_variant
from seloste.catalogue.choices import What
from seloste.catalogue.models import SoldFile
from seloste.catalogue.rules.files import LARGEST_FILE, is_plain_name, media_type
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id


@transaction.atomic
def add_file(*, by: Duty, at: datetime, variant_id: UUID, name: str, content: bytes, new: UUID | None = None) -> UUID:
    """Add a file, which new buyers get from now on; return its id. What kind it is, is told by its first bytes.

    ``new`` is the id that a form gave: sent twice, it adds one file.
    """
    row = locked_variant(by, variant_id)
    if new is not None and SoldFile.objects.filter(id=new, variant=row).exists():
        return new
    if not content or len(content) > LARGEST_FILE:
        raise NotSellable(_("The file is empty, or larger than 25 megabytes."), field="file")
    if not is_plain_name(name):
        raise NotSellable(_("The file's name is one of letters, digits, dots and hyphens."), field="file")
    kind = media_type(name, content)
    if kind is None:
        raise NotSellable(
            _("Files for sale are PDF, EPUB or ZIP, and what is in them is what their name says."), field="file"
        )
    kept = SoldFile.objects.create(
        id=new or new_id(at),
        variant=row,
        name=name,
        media_type=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        content=content,
        added_at=at,
        added_by=by.actor,
    )
    note(row.product_id, What.FILED, by=by, at=at, detail={"sku": row.sku, "name": name, "sha256": kept.sha256})
    return kept.id
