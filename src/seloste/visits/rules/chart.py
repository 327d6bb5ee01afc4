"""A chart of bars, worked out on the server: places and heights as whole numbers in a field of 1000 by 240."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 240
#: How high a bar stands whose count is hidden: as high for one as for four.
HIDDEN_HEIGHT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What a bar stands for. ``count`` and ``earlier`` are None where hidden; ``earlier`` also where there is none."""

    label: str
    count: int | None
    earlier: int | None = None
    tick: str = ""
    is_free: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A bar and the words that stand with it. Places are texts, for no language may write its own commas into them."""

    x: str
    y: str
    width: str
    height: str
    mark: str
    tick: str
    point: Point


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Everything that is drawn: bars, the line of the time compared with, and the lines of the scale."""

    bars: Sequence[Bar]
    line: str
    scale: Sequence[tuple[str, int]]
    top: int


def draw(points: Sequence[Point]) -> Chart:
    """Return the chart of the points. Its scale begins at nothing and ends at a round number."""
    top = round_top(max([1, *_known(points)]))
    step = WIDTH / max(1, len(points))
    return Chart(
        bars=[_bar(number, point, step, top) for number, point in enumerate(points)],
        line=_line(points, step, top),
        scale=[(_text(HEIGHT - HEIGHT * part / 4), round(top * part / 4)) for part in (4, 2, 0)],
        top=top,
    )


def _known(points: Sequence[Point]) -> list[int]:
    return [count for point in points for count in (point.count, point.earlier) if count is not None]


def round_top(largest: int) -> int:
    """Return the next number that reads well at the top of a scale and halves into one that does, too."""
    size = 4
    while True:
        for step in (1, 2, 3, 4, 5, 6, 8):
            if size * step >= largest and size * step <= 8 * size:
                return size * step
        size *= 10


def _bar(number: int, point: Point, step: float, top: int) -> Bar:
    gap = min(step * 0.3, 8)
    drawn = HIDDEN_HEIGHT if point.count is None else HEIGHT * point.count / top
    high = max(drawn, 2) if point.count != 0 else 0
    return Bar(
        x=_text(number * step + gap / 2),
        y=_text(HEIGHT - high),
        width=_text(step - gap),
        height=_text(high),
        mark="hidden" if point.count is None else "free" if point.is_free else "",
        tick=point.tick,
        point=point,
    )


def _line(points: Sequence[Point], step: float, top: int) -> str:
    """Return the path of the time compared with; it breaks where a count is hidden."""
    parts, draws = [], False
    for number, point in enumerate(points):
        if point.earlier is None:
            draws = False
            continue
        x, y = _text((number + 0.5) * step), _text(HEIGHT - HEIGHT * point.earlier / top)
        parts.append(f"{'L' if draws else 'M'}{x} {y}")
        draws = True
    return " ".join(parts)


def _text(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")
