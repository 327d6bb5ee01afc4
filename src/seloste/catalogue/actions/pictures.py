"""Adding, describing and removing pictures."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions.deeds import NotSellable, check, locked, note
from seloste.catalogue.actions.products import still_sellable
from seloste.catalogue.choices import What
from seloste.catalogue.models import Picture, PictureFile, PictureText
from seloste.catalogue.rules import pictures
from seloste.catalogue.rules.pictures import Fault, NotAPicture, Redrawn
from seloste.catalogue.rules.words import LANGUAGES
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, Words
from seloste.kernel.text import plain_text

#: How many pictures a product may have.
MOST = 8

_WHY: Mapping[Fault, Words] = {
    Fault.TOO_LARGE: _("The picture is larger than 12 megabytes."),
    Fault.TOO_SMALL: _("The picture is too small: each side has at least 200 pixels."),
    Fault.TOO_MANY_PIXELS: _("The picture has too many pixels: at most 40 million, and 12 000 on a side."),
    Fault.NO_PICTURE: _("This is no picture that can be read. Use JPEG, PNG or WebP."),
}


def add_picture(
    *,
    by: Duty,
    at: datetime,
    product_id: UUID,
    content: bytes,
    alt: Mapping[str, str] | None = None,
    new: UUID | None = None,
) -> UUID:
    """Draw the uploaded picture anew and add it as the product's last; return its id. NotSellable where it is none.

    ``new`` is the id that a form gave: sent twice, it adds one picture.
    """
    check(by)
    try:
        drawn = pictures.redraw(content)
    except NotAPicture as wrong:
        raise NotSellable(_WHY[wrong.fault], field="picture") from None
    return _keep(by=by, at=at, product_id=product_id, drawn=drawn, alt=alt or {}, new=new)


@transaction.atomic
def _keep(
    *, by: Duty, at: datetime, product_id: UUID, drawn: Redrawn, alt: Mapping[str, str], new: UUID | None
) -> UUID:
    product = locked(by, product_id)
    if new is not None and Picture.objects.filter(id=new, product=product).exists():
        return new
    count = Picture.objects.filter(product=product).count()
    if count >= MOST:
        raise NotSellable(_("A product has at most eight pictures."), field="picture")
    picture = Picture.objects.create(
        id=new or new_id(at),
        product=product,
        position=count + 1,
        width=drawn.width,
        height=drawn.height,
        added_at=at,
        added_by=by.actor,
    )
    PictureFile.objects.bulk_create(
        PictureFile(
            picture=picture,
            width=file.width,
            format=file.format,
            name=sha256(file.content).hexdigest()[:32],
            content=file.content,
        )
        for file in drawn.files
    )
    note(product_id, What.PICTURED, by=by, at=at, detail={"alt_fi": ["", alt.get("fi", "")]})
    _say(picture, alt)
    still_sellable(product)
    return picture.id


@transaction.atomic
def describe_picture(
    *, by: Duty, at: datetime, picture_id: UUID, alt: Mapping[str, str], position: int | None = None
) -> None:
    """Say what a picture shows, in the languages given, and where it stands among the product's pictures."""
    picture = _locked(by, picture_id)
    changed: dict[str, object] = dict(_say(picture, alt))
    if position is not None and position != picture.position:
        changed["position"] = [picture.position, position]
        Picture.objects.filter(id=picture_id).update(position=position)
    if changed:
        note(picture.product_id, What.CHANGED, by=by, at=at, detail=changed)
    still_sellable(picture.product)


@transaction.atomic
def remove_picture(*, by: Duty, at: datetime, picture_id: UUID) -> None:
    """Remove a picture; nothing happens where it is gone already."""
    check(by)
    if Picture.objects.filter(id=picture_id).exists():
        picture = _locked(by, picture_id)
        said = PictureText.objects.filter(picture=picture, language=LANGUAGES[0]).values_list("alt", flat=True).first()
        Picture.objects.filter(id=picture_id).delete()
        note(picture.product_id, What.UNPICTURED, by=by, at=at, detail={"alt_fi": [said or "", ""]})


def _locked(by: Duty, picture_id: UUID) -> Picture:
    product_id = Picture.objects.filter(id=picture_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise Missing
    product = locked(by, product_id)
    picture = Picture.objects.filter(id=picture_id).first()
    if picture is None:
        raise Missing
    picture.product = product
    return picture


def _say(picture: Picture, alt: Mapping[str, str]) -> dict[str, list[str]]:
    changed: dict[str, list[str]] = {}
    before = dict(PictureText.objects.filter(picture=picture).values_list("language", "alt"))
    for language in LANGUAGES:
        if language in alt and alt[language] != before.get(language, ""):
            said = plain_text(alt[language], field=f"alt_{language}")
            PictureText.objects.update_or_create(picture=picture, language=language, defaults={"alt": said})
            changed[f"alt_{language}"] = [before.get(language, ""), said]
    return changed
