"""The demo's pictures of what is sold: a few shapes in paper, ink and blue, drawn here and nobody else's."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

#: Drawn twice as large and made smaller, for smooth edges.
_SIZE, _SCALE = (1440, 960), 2
PAPER, SHEET, INK, BLUE, WASH, RULE = "#f4f4f0", "#ffffff", "#17191f", "#1d3fae", "#dfe6fa", "#c9c9c0"

Drawing = Callable[["Sheet"], None]


class Sheet:
    """A sheet to draw on, in the units of the finished picture."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (_SIZE[0] * _SCALE, _SIZE[1] * _SCALE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, w: float, h: float, *, fill: str, line: str = "", r: float = 12) -> None:
        """Draw a rectangle with round corners."""
        place = [v * _SCALE for v in (x, y, x + w, y + h)]
        self.pen.rounded_rectangle(place, r * _SCALE, fill=fill, outline=line or None, width=4 * _SCALE)

    def line(self, *points: tuple[float, float], fill: str, width: float = 6) -> None:
        """Draw a line through the points, with round ends."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self.pen.line(scaled, fill=fill, width=round(width * _SCALE), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            radius = width * _SCALE / 2
            self.pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)

    def dot(self, x: float, y: float, radius: float, *, fill: str, line: str = "") -> None:
        """Draw a circle."""
        place = [v * _SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(place, fill=fill, outline=line or None, width=4 * _SCALE)

    def shape(self, *points: tuple[float, float], fill: str, line: str = "") -> None:
        """Draw a closed shape."""
        self.pen.polygon(
            [(x * _SCALE, y * _SCALE) for x, y in points], fill=fill, outline=line or None, width=4 * _SCALE
        )

    def finished(self) -> bytes:
        """Return the picture as PNG."""
        body = io.BytesIO()
        self.image.resize(_SIZE, Image.Resampling.LANCZOS).save(body, "PNG")
        return body.getvalue()


def drawing(name: str) -> bytes:
    """Return the drawing of the name as PNG."""
    draw, ground = _DRAWINGS[name]
    sheet = Sheet(ground)
    draw(sheet)
    return sheet.finished()


def _form(on: Sheet) -> None:
    on.box(430, 110, 580, 740, fill=RULE)
    on.box(412, 92, 580, 740, fill=SHEET, line=INK)
    on.line((472, 172), (740, 172), fill=INK, width=18)
    for row in range(4):
        y = 240 + row * 118
        on.line((472, y), (600 + 40 * (row % 3), y), fill=RULE, width=12)
        on.box(472, y + 22, 460, 58, fill=PAPER, line=BLUE if row == 2 else RULE, r=8)
    on.line((492, 527), (640, 527), fill=BLUE, width=10)
    on.box(472, 726, 190, 66, fill=BLUE, r=8)


def _care(on: Sheet) -> None:
    for step in range(3):
        x, y = 330 + step * 90, 330 - step * 90
        on.box(x, y, 640, 440, fill=SHEET, line=INK)
        on.line((x + 4, y + 64), (x + 636, y + 64), fill=INK, width=4)
        for spot in range(3):
            on.dot(x + 40 + spot * 34, y + 33, 9, fill=RULE)
    for row, width in enumerate((420, 500, 300)):
        on.line((560, 320 + row * 56), (560 + width, 320 + row * 56), fill=RULE, width=14)
    on.dot(1090, 640, 130, fill=BLUE)
    on.line((1030, 645), (1075, 690), (1155, 592), fill=SHEET, width=24)


def _map(on: Sheet) -> None:
    spots = [(330, 280), (560, 180), (720, 430), (480, 620), (760, 740), (980, 250), (1110, 520), (960, 690)]
    for first, second in ((0, 1), (0, 3), (1, 2), (2, 3), (2, 5), (2, 6), (3, 4), (4, 7), (6, 7), (5, 6)):
        on.line(spots[first], spots[second], fill=INK if 2 in {first, second} else RULE, width=5)
    for place, (x, y) in enumerate(spots):
        on.dot(x, y, 78 if place == 2 else 40 + place % 3 * 8, fill=BLUE if place == 2 else SHEET, line=INK)
    on.line((690, 432), (714, 456), (756, 404), fill=SHEET, width=14)


def _talk(on: Sheet) -> None:
    on.shape((520, 560), (470, 700), (650, 560), fill=SHEET, line=INK)
    on.box(280, 210, 560, 360, fill=SHEET, line=INK, r=60)
    on.line((524, 568), (644, 568), fill=SHEET, width=8)
    for row, width in enumerate((360, 420, 240)):
        on.line((350, 310 + row * 76), (350 + width, 310 + row * 76), fill=RULE, width=18)
    on.shape((990, 660), (1060, 800), (880, 660), fill=BLUE)
    on.box(680, 420, 480, 260, fill=BLUE, r=60)
    for spot in range(3):
        on.dot(820 + spot * 100, 550, 26, fill=SHEET)


def _book(on: Sheet) -> None:
    on.shape((240, 260), (720, 330), (720, 800), (240, 730), fill=SHEET, line=INK)
    on.shape((1200, 260), (720, 330), (720, 800), (1200, 730), fill=SHEET, line=INK)
    for row in range(6):
        y = 350 + row * 56
        on.line((310, y), (650 - (row % 3) * 60, y + 50 - (row % 3) * 8), fill=RULE, width=10)
        if row > 1:
            on.line((790, y + 50), (1130 - (row % 2) * 90, y + (row % 2) * 13), fill=RULE, width=10)
    on.shape((1000, 180), (1090, 168), (1090, 420), (1045, 382), (1000, 432), fill=BLUE)
    on.line((720, 334), (720, 796), fill=INK, width=6)


def _notebook(on: Sheet) -> None:
    on.box(446, 126, 520, 720, fill=RULE)
    on.box(430, 110, 520, 720, fill=SHEET, line=INK)
    for step in range(1, 12):
        on.line((432 + step * 43, 114), (432 + step * 43, 826), fill=PAPER, width=3)
    for step in range(1, 16):
        on.line((434, 112 + step * 44), (946, 112 + step * 44), fill=PAPER, width=3)
    on.box(500, 200, 150, 270, fill=SHEET, line=INK, r=22)
    on.box(690, 200, 200, 270, fill=WASH, line=BLUE, r=14)
    on.box(500, 540, 390, 220, fill=SHEET, line=INK, r=10)
    angle = math.radians(-52)
    tip = (930.0, 660.0)
    dx, dy = math.cos(angle), math.sin(angle)
    on.line((tip[0] + 40 * dx, tip[1] + 40 * dy), (tip[0] + 420 * dx, tip[1] + 420 * dy), fill=BLUE, width=40)
    on.line(tip, (tip[0] + 44 * dx, tip[1] + 44 * dy), fill=INK, width=14)


_DRAWINGS: dict[str, tuple[Drawing, str]] = {
    "form": (_form, PAPER),
    "care": (_care, WASH),
    "map": (_map, PAPER),
    "talk": (_talk, WASH),
    "book": (_book, WASH),
    "notebook": (_notebook, PAPER),
}
