"""What is kept of an uploaded picture, and what is no picture at all."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from seloste.catalogue.rules.pictures import LARGEST_UPLOAD, Fault, NotAPicture, redraw


def saved(picture: Image.Image, kind: str, **rest: object) -> bytes:
    """Return the picture as a file."""
    body = io.BytesIO()
    picture.save(body, kind, **rest)
    return body.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NO_PICTURE),
        (b"GIF89a" + b"\0" * 50, Fault.NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Fault.NO_PICTURE),
        (saved(Image.new("RGB", (300, 300)), "GIF"), Fault.NO_PICTURE),
        (saved(Image.new("RGB", (300, 300)), "PNG")[:-40], Fault.NO_PICTURE),
        (saved(Image.new("RGB", (199, 900)), "PNG"), Fault.TOO_SMALL),
        (bomb(60_000, 60_000), Fault.TOO_MANY_PIXELS),
        (bomb(12_001, 300), Fault.TOO_MANY_PIXELS),
        (bomb(2**31 - 1, 2**31 - 1), Fault.TOO_MANY_PIXELS),
        (b"\xff\xd8\xff" + b"x" * LARGEST_UPLOAD, Fault.TOO_LARGE),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(content: bytes, fault: Fault) -> None:
    with pytest.raises(NotAPicture) as refused:
        redraw(content)

    assert refused.value.fault == fault


def test_widths_are_those_the_picture_has() -> None:
    wide = redraw(saved(Image.new("RGB", (2000, 1000)), "JPEG"))
    small = redraw(saved(Image.new("RGB", (400, 300)), "PNG"))

    assert [(file.width, file.format) for file in wide.files] == [
        *((320, "webp"), (640, "webp"), (960, "webp"), (1440, "webp")),
        (960, "jpeg"),
    ]
    assert [(file.width, file.format) for file in small.files] == [(320, "webp"), (400, "webp"), (400, "jpeg")]


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P", "1", "CMYK", "I;16"])
def test_every_kind_of_pixels_becomes_plain(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"

    drawn = redraw(saved(Image.new(mode, (240, 240)), kind))

    assert {Image.open(io.BytesIO(file.content)).mode for file in drawn.files} == {"RGB"}


def test_words_in_a_picture_are_left_out() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Maija Mallikas")
    words.add_itxt("XML:com.adobe.xmp", "<x>Maija Mallikas</x>")

    drawn = redraw(saved(Image.new("RGB", (240, 240)), "PNG", pnginfo=words, icc_profile=b"not a profile"))

    assert not [file for file in drawn.files if b"Mallikas" in file.content or b"profile" in file.content]
