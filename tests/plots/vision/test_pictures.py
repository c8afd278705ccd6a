"""Sheets of pictures, tables with pictures in front, rows with pictures among the words."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gptedu.plots.style import alt_text
from gptedu.plots.vision.pictures import looked_at, picture_sheet, png
from gptedu.plots.vision.streams import stream_row
from gptedu.plots.vision.tables import table_of

BLACK = np.zeros((24, 24, 3), dtype=np.uint8)


def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 4, (24, 24, 3)).astype(np.uint8) * 60


def decoded(address: str) -> np.ndarray:
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def test_a_picture_is_shown_pixel_by_pixel():
    picture = noise()
    shown = decoded(png(picture))
    assert shown.shape == (120, 120, 3)
    np.testing.assert_array_equal(shown[2::5, 2::5], picture)
    np.testing.assert_array_equal(shown[4::5, 0::5], picture)  # hard edges


def test_a_frame_goes_around_a_picture_and_hides_none_of_it():
    picture = noise()
    shown = decoded(png(picture, framed=True))
    assert shown.shape == (128, 128, 3)
    np.testing.assert_array_equal(shown[4:-4:5, 4:-4:5], picture)
    around = np.ones((128, 128), dtype=bool)
    around[4:-4, 4:-4] = False
    assert (shown[around] == 128).all()


def test_a_sheet_has_four_in_a_row_with_their_captions():
    figure = picture_sheet([BLACK, noise(), BLACK, BLACK, BLACK], ["a", "b", "c", "d", "<e>"])
    images = figure.layout.images
    assert [round(image.x, 2) for image in images] == [0, 1.12, 2.24, 3.36, 0]
    assert images[4].y > images[0].y == 0
    np.testing.assert_array_equal(decoded(images[1].source)[::5, ::5], noise())
    assert [note.text for note in figure.layout.annotations] == ["a", "b", "c", "d", "&lt;e&gt;"]
    assert alt_text(figure) == "Pictures: a; b; c; d; <e>."


def test_a_sheet_needs_a_caption_for_each_picture():
    with pytest.raises(ValueError, match="2 pictures and 1 captions"):
        picture_sheet([BLACK, BLACK], ["a"])
    with pytest.raises(ValueError, match="at least one"):
        picture_sheet([], [])


def test_where_it_looks_is_framed_the_more_the_more_it_looks():
    share = np.arange(9).reshape(3, 3) / 36
    figure = looked_at({"What?": (BLACK, share)}, title="Looks")
    frames = [shape.line.color for shape in figure.layout.shapes if shape.line.width == 5]
    depths = [float(frame.rstrip(")").rpartition(",")[2]) for frame in frames]
    assert len(depths) == 9
    assert depths == sorted(depths)
    assert (depths[0], depths[-1]) == (0, 1)
    assert alt_text(figure) == "Looks. What?: most at row 3, column 3."
    with pytest.raises(ValueError, match="no panels"):
        looked_at({})


def test_a_table_says_its_numbers_and_frames_what_belongs_together():
    figure = table_of(
        [[0.5, -0.25], [0, 1]], ["one", "two"], ["a", "b"], title="T", marked=[(0, 0)]
    )
    words = [note.text for note in figure.layout.annotations]
    assert {"one", "two", "a", "b", "0.50", "−0.25", "0.00", "1.00"} == set(words)
    assert [shape.line.width for shape in figure.layout.shapes] == [3, 0.5, 0.5, 0.5]
    fills = [shape.fillcolor for shape in figure.layout.shapes]
    assert fills[1] == "rgb(255, 255, 255)"  # the least
    assert fills[3] == "rgb(0, 114, 178)"  # the most
    assert alt_text(figure) == "T. one: a 0.50, b -0.25; two: a 0.00, b 1.00."


def test_a_tables_rows_may_be_pictures():
    figure = table_of([[1.0], [2.0]], [BLACK, noise()], ["a"], title="T")
    assert len(figure.layout.images) == 2
    assert "picture 2: a 2.00" in alt_text(figure)


def test_a_table_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"shape \[1, 2\]: give 2 rows and 2 columns"):
        table_of([[1, 2]], ["one", "two"], ["a", "b"], title="T")


def test_a_row_shows_words_tags_and_the_parts_of_pictures():
    parts = [BLACK[:8, :8]] * 9
    pieces = ["<image>", *parts, "</image>", " a", "\n", " zib"]
    figure = stream_row(pieces, [False] * 13 + [True])
    assert len(figure.layout.images) == 9
    words = [note.text for note in figure.layout.annotations]
    assert words[:5] == ["&lt;image&gt;", "&lt;/image&gt;", "a", "↵", "zib"]
    assert words.count("▲") == 1
    assert alt_text(figure).endswith(
        "14 tokens: <image> · 9 tokens of a picture · </image> · a · zib (learned)."
    )
    with pytest.raises(ValueError, match="2 tokens and 1 marks"):
        stream_row(["a", "b"], [True])


def test_a_long_row_goes_on_in_the_next_line():
    figure = stream_row(["word"] * 40, [False] * 40)
    boxes = figure.layout.shapes
    assert len({box.y0 for box in boxes}) > 1
    assert max(box.x1 for box in boxes) <= 680
