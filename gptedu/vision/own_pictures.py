"""A picture of the learner's own, brought to the size and colours that the models know, or refused.

What is refused is refused in one sentence, and before its pixels are unpacked wherever its head
says enough: a small file may claim to be a picture of a billion pixels.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from gptedu import assets
from gptedu.vision.world.drawing import SIDE

FORMATS = ("PNG", "JPEG", "GIF")
MOST_BYTES, MOST_PIXELS = 20_000_000, 40_000_000
LONGEST = 20
"""Times that a picture may be as long as it is wide, or as wide as long."""
_OTHER = "save it as PNG, JPEG or GIF and give that"


def read_picture(source: str | Path | bytes) -> np.ndarray:
    """uint8 [24, 24, 3] of a PNG, a JPEG or a GIF: a file, or its bytes.

    The whole picture is kept: it is made small as it is, in the middle of a black square, and its
    colours become red, green and blue. Raises FileNotFoundError where there is no such file, and
    ValueError, in one sentence, for a picture that is damaged, too large, too long, animated or
    partly transparent, and for another format.
    """
    content, name = _content(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_head(picture, name)
                picture.load()
                return _small(_plain_colours(picture, name))
    except (Refused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f"{name} is too large: give at most {MOST_PIXELS:,} pixels") from None
    except Exception as error:
        # Pillow raises a dozen kinds of error for damaged files, of its own and of its decoders.
        if not content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8")):
            raise Refused(f"{name} is no PNG, JPEG or GIF: {_OTHER}") from error
        raise Refused(f"{name} is damaged and cannot be read: {_OTHER} again") from error


class Refused(ValueError):
    """A picture that is not taken; the message is one sentence for the learner."""


def _content(source: str | Path | bytes) -> tuple[bytes, str]:
    """The bytes, and how the picture is called in a sentence."""
    if isinstance(source, bytes | bytearray | memoryview):
        content, name = bytes(source), "the picture"
    elif isinstance(source, str | Path):
        path = assets.expanded(source)
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {str(source)!r}: give a picture's path")
        if path.stat().st_size > MOST_BYTES:
            raise _too_many_bytes(path.name, path.stat().st_size)
        content, name = path.read_bytes(), path.name
    else:
        raise TypeError(f"source is a {type(source).__name__}: give a path, or the file's bytes")
    if not content:
        raise Refused(f"{name} is empty: {_OTHER}")
    if len(content) > MOST_BYTES:
        raise _too_many_bytes(name, len(content))
    return content, name


def _too_many_bytes(name: str, size: int) -> Refused:
    return Refused(f"{name} has {size / 1e6:.0f} MB: give at most {MOST_BYTES / 1e6:.0f} MB")


def _check_head(picture: Image.Image, name: str) -> None:
    """What can be told before the pixels are unpacked."""
    width, height = picture.size
    if width < 1 or height < 1:
        raise Refused(f"{name} has no size ({width} × {height}): {_OTHER}")
    if width * height > MOST_PIXELS:
        raise Refused(
            f"{name} is too large ({width:,} × {height:,}): give at most {MOST_PIXELS:,} pixels"
        )
    if max(width, height) > LONGEST * min(width, height):
        raise Refused(
            f"{name} is too long ({width} × {height}): in {SIDE} pixels nothing would be left of it"
        )
    # A photo with a second one behind it, as some telephones save them, is no animation.
    if picture.format in ("PNG", "GIF") and getattr(picture, "is_animated", False):
        raise Refused(f"{name} is animated: give one picture of it")


def _plain_colours(picture: Image.Image, name: str) -> Image.Image:
    """The picture in RGB, as a viewer shows it: turned as its camera says, 16 bits as 8."""
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I") or turned.mode == "F":
        # Pillow would cut 16 bits off at 255, which makes nearly everything white.
        deep = np.asarray(turned, dtype=np.float64)
        return Image.fromarray((deep / 257).clip(0, 255).astype(np.uint8)).convert("RGB")
    if "A" in turned.getbands() or "transparency" in turned.info:
        alpha = np.asarray(turned.convert("RGBA"))[..., 3]
        if alpha.min() < 255:
            raise Refused(f"{name} is partly transparent: give it a background")
    return turned.convert("RGB")


def _small(picture: Image.Image) -> np.ndarray:
    """As it is, in the middle of a black square of SIDE pixels; a small one is made larger."""
    share = SIDE / max(picture.size)
    width, height = (max(1, round(length * share)) for length in picture.size)
    how = Image.Resampling.BOX if share < 1 else Image.Resampling.NEAREST
    canvas = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    scaled = picture.resize((width, height), how)
    canvas[top : top + height, left : left + width] = np.asarray(scaled)
    return canvas
