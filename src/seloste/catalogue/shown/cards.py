"""The card that other sites show beside a link to us: drawn here, of our own letters and pictures."""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from seloste.catalogue.queries import pages
from seloste.catalogue.queries.pages import ShownPicture

SIZE = (1200, 630)
_PAPER, _SHEET, _INK, _ACCENT = "#f4f4f0", "#ffffff", "#17191f", "#1d3fae"
_MARGIN, _PICTURE_WIDTH = 72, 560
_FONTS = Path(__file__).parents[2] / "web" / "static" / "web" / "fonts"


@lru_cache(maxsize=64)
def card(shown: ShownPicture | None, title: str, line: str, name: str) -> bytes:
    """Return the card as JPEG: a title, a line below it, who we are, and a picture."""
    sheet = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(sheet)
    picture = _picture(shown)
    if picture is not None:
        sheet.paste(picture, (SIZE[0] - _PICTURE_WIDTH, 0))
    width = SIZE[0] - 2 * _MARGIN - (_PICTURE_WIDTH if picture is not None else 0)
    below = _write(pen, title, y=_MARGIN, width=width, font=_font("serif", 68, 600), fill=_INK, lines=4)
    _write(pen, line, y=below + 20, width=width, font=_font("sans", 34, 400), fill=_ACCENT, lines=2)
    foot = SIZE[1] - _MARGIN - 24
    pen.line([(_MARGIN, foot - 34), (_MARGIN + width, foot - 34)], fill=_INK, width=2)
    pen.line([(_MARGIN, foot - 28), (_MARGIN + width, foot - 28)], fill=_INK, width=2)
    pen.text((_MARGIN, foot - 12), name, font=_font("serif", 36, 600), fill=_INK)
    body = io.BytesIO()
    sheet.save(body, "JPEG", quality=86, optimize=True)
    return body.getvalue()


def _picture(shown: ShownPicture | None) -> Image.Image | None:
    content = pages.picture_file(shown.plain, "jpeg") if shown else None
    if content is None:
        return None
    whole = Image.open(io.BytesIO(content))
    corner = whole.getpixel((0, 0))
    return ImageOps.pad(whole, (_PICTURE_WIDTH, SIZE[1]), color=corner if isinstance(corner, tuple) else None)


@lru_cache(maxsize=8)
def _font(family: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / f"{family}-latin.woff2", size)
    axes = font.get_variation_axes()
    font.set_variation_by_axes([_axis(axis, size, weight) for axis in axes])
    return font


def _axis(axis: ImageFont.Axis, size: int, weight: int) -> float:
    name = (axis["name"] or b"").lower()
    usual, least, most = axis["default"] or 0, axis["minimum"] or 0, axis["maximum"] or 0
    wanted = weight if b"weight" in name else size if b"optical" in name else usual
    return float(min(max(wanted, least), most))


def _write(
    pen: ImageDraw.ImageDraw, text: str, *, y: int, width: int, font: ImageFont.FreeTypeFont, fill: str, lines: int
) -> int:
    """Write the text in lines that fit; return where it ends."""
    height = round(font.size * 1.15)
    for line in _lines(text, width=width, font=font)[:lines]:
        pen.text((_MARGIN, y), line, font=font, fill=fill)
        y += height
    return y


def _lines(text: str, *, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
