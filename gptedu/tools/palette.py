"""A picture of a plot in few colours, of which every area keeps its own.

A notebook holds many pictures, and plots have few colours. But edges are drawn in hundreds of
shades, and a choice of colours by how often they come gives these more room than a small area has.
Where a caption says "a green moon", the moon has to be green.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

EDGES = 64
"""Colours for what is no area: the edges of letters and lines."""
AREAS = 256 - EDGES
"""The most areas with a colour of their own: a palette has 256 in all."""
_AT_ONCE = 4096  # colours whose nearest is looked for


def with_palette(png: bytes) -> bytes:
    """The same picture with a palette: areas exactly as they are, edges nearly.

    A colour is that of an area where it fills two by two pixels somewhere. Of more than AREAS such
    colours the largest areas keep theirs. What is left gets the nearest colour of the palette.
    """
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int32)
    packed = picture @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32)
    colours, places = np.unique(packed, return_inverse=True)
    areas = _areas(packed, colours)
    rest = np.setdiff1d(np.arange(len(colours)), areas)
    split = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    palette = np.concatenate([split[areas], _chosen(split[rest])])
    nearest = np.concatenate(
        [_nearest(split[i : i + _AT_ONCE], palette) for i in range(0, len(split), _AT_ONCE)]
    )
    indices = nearest[places.reshape(packed.shape)].astype(np.uint8)
    made = Image.fromarray(indices, mode="P")
    made.putpalette(palette.astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    made.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _areas(packed: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Which colours fill two by two pixels somewhere, the most often first: their numbers."""
    here = packed[:-1, :-1]
    same = (here == packed[1:, :-1]) & (here == packed[:-1, 1:]) & (here == packed[1:, 1:])
    found, sizes = np.unique(here[same], return_counts=True)
    largest = found[np.argsort(-sizes, kind="stable")][:AREAS]
    return np.searchsorted(colours, largest)


def _chosen(rest: np.ndarray) -> np.ndarray:
    """At most EDGES of these colours [n, 3], far apart from each other."""
    if len(rest) <= EDGES:
        return rest
    line = Image.fromarray(rest.astype(np.uint8)[None], mode="RGB")
    few = line.quantize(EDGES, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette = few.getpalette() or []
    return np.array(palette[: 3 * EDGES], dtype=np.int32).reshape(-1, 3)


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """For each colour [n, 3] the number of the nearest one of the palette."""
    apart = colours[:, None, :] - palette[None, :, :]
    return (apart * apart).sum(axis=2).argmin(axis=1)
