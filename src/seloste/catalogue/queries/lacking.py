"""What is missing before a product can be on sale."""

from uuid import UUID

from seloste.catalogue.models import Address, Picture, Price, ProductText, Variant
from seloste.catalogue.rules.words import Lack, Words, lacks


def lacks_of(product_id: UUID) -> list[Lack]:
    """Return what the product lacks, in the order of the form; nothing where it can be sold."""
    variants = list(Variant.objects.filter(product=product_id).values_list("id", flat=True))
    priced = set(Price.objects.filter(variant__in=variants).values_list("variant_id", flat=True))
    pictures = Picture.objects.filter(product=product_id).prefetch_related("texts")
    return lacks(
        words_of(product_id),
        priced=[variant in priced for variant in variants],
        alts=[{text.language: text.alt for text in picture.texts.all()} for picture in pictures],
    )


def words_of(product_id: UUID) -> dict[str, Words]:
    """Return the product's words by language, with the present address in each."""
    slugs = {row.language: row.slug for row in Address.objects.filter(product=product_id).order_by("since", "id")}
    return {
        row.language: Words(
            title=row.title,
            summary=row.summary,
            text=row.text,
            included=row.included,
            slug=slugs.get(row.language, ""),
        )
        for row in ProductText.objects.filter(product=product_id)
    }
