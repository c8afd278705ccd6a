"""A learner's own pictures: taken as they look, or refused in one sentence."""

from __future__ import annotations

import io
import random
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from gptedu.vision.own_pictures import MOST_BYTES, Refused, read_picture
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import SIDE, draw


def saved(image: Image.Image, kind: str = "PNG", **how) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def of(array: np.ndarray) -> Image.Image:
    return Image.fromarray(array)


RED = Image.new("RGB", (48, 48), (200, 30, 40))


def png(width: int, height: int, *, chunks: bytes = b"", data: bytes = b"") -> bytes:
    """A PNG with a head of one's own."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + head + chunks + body + chunk(b"IEND", b"")


# --- taken


def test_our_own_pictures_come_back_as_they_were(tmp_path):
    rng = random.Random(0)
    for kind in scenes.KINDS:
        picture = draw(scenes.random_scene(kind, rng), seed=1)
        (tmp_path / "own.png").write_bytes(saved(of(picture)))
        assert (read_picture(tmp_path / "own.png") == picture).all()
        assert (read_picture(str(tmp_path / "own.png")) == picture).all()
        large = of(picture).resize((240, 240), Image.Resampling.NEAREST)
        assert (read_picture(saved(large)) == picture).all()
        gif = read_picture(saved(of(picture), "GIF")).astype(int)
        assert abs(gif - picture).max() <= 8
        jpeg = read_picture(saved(large, "JPEG", quality=95)).astype(int)
        assert abs(jpeg - picture).mean() < 4


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("L", (30, 30), 90), (90, 90, 90)),
        (Image.new("1", (30, 30), 1), (255, 255, 255)),
        (RED.quantize(4), (200, 30, 40)),
        (RED.convert("RGBA"), (200, 30, 40)),
        (of(np.full((9, 9), 90 * 257, dtype=np.uint16)), (90, 90, 90)),
        (Image.new("RGB", (1, 1), (1, 2, 3)), (1, 2, 3)),
    ],
    ids=["grey", "two colours", "palette", "opaque alpha", "16 bits", "one pixel"],
)
def test_other_kinds_of_colour(image, colour):
    picture = read_picture(saved(image))
    assert picture.shape == (SIDE, SIDE, 3)
    assert picture.dtype == np.uint8
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 1
    assert tuple(picture[0, 0]) == colour


def test_printers_colours_of_a_jpeg():
    picture = read_picture(saved(Image.new("CMYK", (30, 30), (0, 255, 255, 0)), "JPEG"))
    assert picture[12, 12, 0] > 200
    assert picture[12, 12, 1:].max() < 60


def test_a_long_picture_stands_in_the_middle_of_a_black_square():
    wide = read_picture(saved(Image.new("RGB", (96, 48), (255, 255, 255))))
    assert wide[6:18].min() == 255
    assert wide[:6].max() == wide[18:].max() == 0


def test_a_photo_is_turned_as_its_camera_says():
    half = np.zeros((40, 40, 3), dtype=np.uint8)
    half[:20] = 255  # the upper half
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    picture = read_picture(saved(of(half), "JPEG", exif=exif))
    assert picture[:10].mean() < 10
    assert picture[14:].mean() > 245


def test_a_telephones_photo_with_a_second_one_behind_it():
    second = Image.new("RGB", (48, 48), (0, 0, 255))
    picture = read_picture(saved(RED, "MPO", save_all=True, append_images=[second]))
    assert abs(picture[12, 12].astype(int) - (200, 30, 40)).max() <= 4


# --- refused


def animated(kind: str = "GIF") -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def see_through() -> bytes:
    clear = RED.convert("RGBA")
    clear.putpixel((3, 3), (0, 0, 0, 0))
    return saved(clear)


def see_through_palette() -> bytes:
    return saved(RED.convert("P"), "PNG", transparency=RED.convert("P").getpixel((0, 0)))


NOISE = of(np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8))
HOSTILE = {
    "nothing": (b"", "is empty"),
    "text": (b"hello, this is text", "is no PNG, JPEG or GIF"),
    "bmp": (saved(RED, "BMP"), "is no PNG, JPEG or GIF"),
    "tiff": (saved(RED, "TIFF"), "is no PNG, JPEG or GIF"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no PNG, JPEG or GIF"),
    "png cut": (saved(NOISE)[:900], "is damaged"),
    "jpeg cut": (saved(NOISE, "JPEG")[:900], "is damaged"),
    "gif cut": (saved(NOISE, "GIF")[:900], "is damaged"),
    "png head alone": (b"\x89PNG\r\n\x1a\n", "is damaged"),
    "jpeg head alone": (b"\xff\xd8\xff\xe0", "is damaged"),
    "png flipped": (saved(NOISE)[:500] + b"\x00\xff" * 50 + saved(NOISE)[600:], "is damaged"),
    "no pixels": (png(24, 24), "is damaged"),
    "no width": (png(0, 24), "damaged|no size"),
    "a billion pixels": (png(40_000, 40_000), "is too large"),
    "fifty million pixels": (png(10_000, 5_000), "is too large"),
    "a line": (png(4_000, 10), "is too long"),
    "animated": (animated(), "is animated"),
    "animated png": (animated("PNG"), "is animated"),
    "transparent": (see_through(), "is partly transparent"),
    "transparent palette": (see_through_palette(), "is partly transparent"),
    "too many bytes": (b"\x89PNG" + b"0" * MOST_BYTES, "has 20 MB: give at most 20 MB"),
}


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_taken_is_refused_in_one_sentence(content, words):
    with pytest.raises(Refused, match=words) as told:
        read_picture(content)
    said = str(told.value)
    assert "\n" not in said
    assert len(said) < 130
    assert not said.endswith(".")


def test_a_bomb_of_text_is_refused():
    bomb = zlib.compress(b"a" * 100_000_000)
    content = b"x\x00\x00" + bomb
    chunk = struct.pack(">I", len(content)) + b"zTXt" + content
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + content))
    with pytest.raises(Refused):
        read_picture(png(24, 24, chunks=chunk, data=b"\x00" * 24 * 73))


def test_a_file_that_is_not_there_or_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file 'nowhere\.png'"):
        read_picture("nowhere.png")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_picture(tmp_path)
    with pytest.raises(TypeError, match="source is a int"):
        read_picture(3)
    (tmp_path / "mine.png").write_bytes(b"text")
    with pytest.raises(Refused, match=r"^mine\.png is no PNG"):
        read_picture(tmp_path / "mine.png")


def test_whatever_bytes_come_nothing_else_is_raised():
    """Each kind of file with bytes changed by chance."""
    rng = random.Random(0)
    for content in (saved(NOISE), saved(NOISE, "JPEG"), saved(NOISE, "GIF"), animated()):
        for _ in range(60):
            harmed = bytearray(content)
            for _ in range(rng.randint(1, 8)):
                harmed[rng.randrange(len(harmed))] = rng.randrange(256)
            with suppress(Refused):
                assert read_picture(bytes(harmed)).shape == (SIDE, SIDE, 3)
