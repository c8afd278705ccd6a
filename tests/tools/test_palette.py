"""Pictures of plots in few colours: every area keeps its own, and stored notebooks show it."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gptedu.tools.notebook import PLOTLY
from gptedu.tools.palette import AREAS, with_palette
from gptedu.vision.world import COLOURS, Scene, Thing, draw

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"


def saved(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def page(areas: np.ndarray, side: int = 6) -> np.ndarray:
    """A white page with letters and lines in a thousand shades, and areas [n, 3] below them."""
    image = Image.new("RGB", (600, 400), "white")
    pen = ImageDraw.Draw(image)
    for i in range(60):
        colour = (4 * i, 90, 255 - 4 * i)
        pen.text((5 + 9 * i, 5), "ag", fill=colour, font=ImageFont.load_default(11))
        pen.line((0, 30 + i, 599, 90 + 2 * i), fill=colour)
    picture = np.asarray(image).copy()
    for i, colour in enumerate(areas):
        row, column = divmod(i, 60)
        y, x = 250 + side * row, side * column
        picture[y : y + side, x : x + side] = colour
    # Shades between all neighbours, as where a browser draws an edge between two pixels.
    mixed = (picture[:, 1:240].astype(int) + picture[:, :239]) // 2
    picture[:200, 1:240] = mixed[:200]
    return picture


def close_colours(count: int) -> np.ndarray:
    """Colours one level apart: a picture in few colours would hold them for one."""
    return np.array([(120 + i % 8, 100 + i // 8 % 8, 140 + i // 64) for i in range(count)])


def test_every_area_keeps_its_colour_however_small_and_however_close_to_others():
    areas = close_colours(100)
    picture = page(areas, side=2)
    shown = opened(with_palette(saved(picture)))
    for i, colour in enumerate(areas):
        row, column = divmod(i, 60)
        assert (shown[250 + 2 * row, 2 * column] == colour).all(), (i, colour)
    few = Image.open(io.BytesIO(saved(picture))).quantize(64, Image.Quantize.MAXCOVERAGE)
    lost = np.asarray(few.convert("RGB"))[250, 0:120:2] != areas[:60]
    assert lost.any(), "the page is too easy to show anything"


def test_edges_are_nearly_what_they_were():
    picture = page(close_colours(30))
    assert np.abs(opened(with_palette(saved(picture))) - picture).max() < 70


def test_of_too_many_areas_the_largest_keep_their_colours():
    every = np.stack(np.meshgrid(*[np.arange(0, 256, 32)] * 3), axis=-1).reshape(-1, 3)  # 512
    picture = np.zeros((80, 1024, 3), dtype=np.uint8)
    for i, colour in enumerate(every):
        picture[: 60 if i < AREAS - 1 else 6, 2 * i : 2 * i + 2] = colour  # black is one more
    png = with_palette(saved(picture))
    assert len(Image.open(io.BytesIO(png)).getpalette() or ()) <= 3 * 256
    shown = opened(png)[0]
    assert (shown[0 : 2 * (AREAS - 1) : 2] == every[: AREAS - 1]).all()
    assert np.abs(shown[::2] - every).max() <= 128  # the rest gets what is nearest


@pytest.mark.parametrize("picture", [np.zeros((1, 1, 3)), np.full((2, 3, 3), 7), np.eye(9)])
def test_the_smallest_pictures_stay_as_they_are(picture):
    picture = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
    assert (opened(with_palette(saved(255 * picture % 256))) == (255 * picture % 256)).all()


def test_things_in_every_colour_of_the_world_keep_it_beside_each_other():
    scenes = [Scene((Thing("ball", colour, place=4),)) for colour in COLOURS]
    small = np.concatenate([draw(scene, seed=i) for i, scene in enumerate(scenes)], axis=1)
    picture = page(close_colours(40))
    picture[300:324, : small.shape[1]] = small
    assert (opened(with_palette(saved(picture)))[300:324, : small.shape[1]] == small).all()


def stored_figures() -> list[tuple[str, Any, bytes]]:
    """Every stored figure of the chapters that has small pictures in it, and its own picture."""
    found = []
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        for i, cell in enumerate(nbformat.read(path, as_version=4).cells):
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                images = data.get(PLOTLY, {}).get("layout", {}).get("images")
                if images and "image/png" in data:
                    png = base64.b64decode(data["image/png"])
                    found.append((f"{path.stem}, cell {i}", images, png))
    return found


def test_stored_figures_show_small_pictures_in_their_own_colours():
    figures = stored_figures()
    assert figures, "no chapter has a figure with pictures in it"
    for name, images, png in figures:
        shown = {tuple(colour) for colour in opened(png).reshape(-1, 3)}
        for image in images:
            small = opened(base64.b64decode(image["source"].partition(",")[2]))
            for colour in np.unique(small.reshape(-1, 3), axis=0):
                assert tuple(colour) in shown, (name, colour)
