"""A picture drawn anew from what somebody uploaded: checked by what it holds, and without what the camera wrote."""

import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageCms, ImageOps

#: In bytes, and in pixels once unpacked: a few kilobytes can hold a picture that fills the memory.
LARGEST_UPLOAD = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE, SHORTEST_SIDE = 12_000, 200
#: Widths that are kept, as far as the picture has them; one in JPEG besides, for readers of links.
WIDTHS = (320, 640, 960, 1440)
PLAIN_WIDTH = 960
_ACCEPTED = ("JPEG", "PNG", "WEBP")
_PAPER = (255, 255, 255)


class Fault(StrEnum):
    """Why something is no picture that we keep."""

    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_PICTURE = "no_picture"


class NotAPicture(Exception):  # noqa: N818 -- becomes a refusal where the language is known
    """What was uploaded is not kept; ``fault`` tells why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A picture in one width and format."""

    width: int
    format: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Redrawn:
    """A picture in all its widths; ``width`` and ``height`` are those of the original, turned upright."""

    width: int
    height: int
    files: tuple[Drawn, ...]


def redraw(content: bytes) -> Redrawn:
    """Return the picture drawn anew; NotAPicture where it is none, too large or too small."""
    if len(content) > LARGEST_UPLOAD:
        raise NotAPicture(Fault.TOO_LARGE)
    try:
        plain = _upright(content)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as wrong:
        raise NotAPicture(Fault.TOO_MANY_PIXELS) from wrong
    except Exception as wrong:  # the decoders raise whatever they like on hostile bytes
        raise NotAPicture(Fault.NO_PICTURE) from wrong
    widths = [width for width in WIDTHS if width < plain.width] or []
    if plain.width <= WIDTHS[-1]:
        widths.append(plain.width)
    files = [_drawn(plain, width, "webp") for width in widths]
    files.append(_drawn(plain, min(PLAIN_WIDTH, plain.width), "jpeg"))
    return Redrawn(width=plain.width, height=plain.height, files=tuple(files))


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=_ACCEPTED) as found:
        _refuse_by_size(*found.size)
        found.load()
        turned = ImageOps.exif_transpose(found)
        return _on_paper(_in_srgb(turned))


def _refuse_by_size(width: int, height: int) -> None:
    """Refuse by what the head of the file says, before anything is unpacked."""
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotAPicture(Fault.TOO_MANY_PIXELS)
    if min(width, height) < SHORTEST_SIDE:
        raise NotAPicture(Fault.TOO_SMALL)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Turn the colours into those that every screen knows, for the profile goes with everything else."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return turned if turned is not None else picture


def _on_paper(picture: Image.Image) -> Image.Image:
    """Return the pixels alone, on white where they let through."""
    whole = picture.convert("RGBA")
    plain = Image.new("RGB", whole.size, _PAPER)
    plain.paste(whole, mask=whole.getchannel("A"))
    return plain


def _drawn(picture: Image.Image, width: int, kind: str) -> Drawn:
    height = max(1, round(picture.height * width / picture.width))
    scaled = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
    body = io.BytesIO()
    if kind == "webp":
        scaled.save(body, "WEBP", quality=82, method=4)
    else:
        scaled.save(body, "JPEG", quality=84, progressive=True, optimize=True)
    return Drawn(width=width, format=kind, content=body.getvalue())
