"""Chapter 7's figures: what they take from records, and what follows from it for a guess."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gptedu.chapters.vision import figures, reading
from gptedu.plots.style import alt_text
from gptedu.training.command import shipped_tokenizer
from gptedu.vision.stream import IMAGE, stream

FIRST = {"bound": {"complete": [52.0, 54.0], "one object": [50.0, 50.0]}}


@pytest.fixture
def recorded(monkeypatch):
    """Puts two runs of an experiment in the place of its record."""

    def put(*results: dict[str, Any], **settings: Any) -> None:
        record = SimpleNamespace(results=list(results), settings=settings)
        monkeypatch.setattr("gptedu.records.read", lambda slug, name: record)

    return put


def bars(figure: Any) -> dict[str, list[float]]:
    return {trace.name: list(trace.y) for trace in figure.data if trace.type == "bar"}


def test_binding_shows_both_tries_with_their_runs(recorded):
    found = {"complete": 90.0, "one object": 50.0}
    recorded({"bound": found}, {"bound": found}, **{"first try": FIRST})
    figure = figures.binding()
    assert bars(figure) == {"complete captions": [53, 90], "captions of one thing": [50, 50]}
    assert "guessing: first try: pictures of all kinds 50%" in alt_text(figure)


def test_guessing_is_one_of_what_can_be_said(recorded):
    recorded({"number": 30.0, "shape": 90.0}, {"number": 40.0, "shape": 90.0})
    assert bars(figures.counting()) == {"mini-clip": [35, 90]}
    assert "guessing: how many 20%, which shape 13%" in alt_text(figures.counting())
    assert figures.mean_of("counting", "number") == 35


@pytest.mark.parametrize(
    ("own", "exchanged", "said"),
    [
        (0.78, 0.76, "the two are nearly equal"),
        (0.9, 0.4, "the right one, clearly"),
        (0.4, 0.9, "the wrong one, clearly"),
    ],
)
def test_what_a_pair_of_captions_says(own, exchanged, said):
    assert figures.of_binding(own, exchanged) == said


def test_the_way_that_names_most(recorded):
    recorded({"contrastive": 40.0, "words": 5.0, "bag": 12.0})
    assert figures.of_ways() == "compare"
    recorded({"contrastive": 4.0, "words": 5.0, "bag": 12.0})
    assert figures.of_ways() == "predict which words"


@pytest.mark.parametrize(
    ("right", "blank", "said"),
    [(80, 22, "it can only guess"), (80, 78, "hardly any difference"),
     (80, 50, "something in between")],
)  # fmt: skip
def test_what_a_blank_picture_leaves(recorded, right, blank, said):
    each = {"right": right, "blank": blank, "another": blank, "chance": 20.0}
    recorded({"kinds": dict.fromkeys(reading.KINDS, each)})
    assert figures.of_blank() == said
    assert bars(figures.ask())["with a blank picture"] == [blank] * len(reading.KINDS)


@pytest.mark.parametrize(
    ("direct", "worked", "said"),
    [(30, 80, "step by step"), (80, 30, "at once"), (50, 52, "hardly a difference")],
)
def test_which_way_adds_better(recorded, direct, worked, said):
    ways = {"direct": direct, "worked": worked, "worked out": worked}
    recorded({"right": ways, "blank": dict.fromkeys(ways, 10.0)})
    assert figures.of_chart() == said
    assert bars(figures.chart()) == {
        "with the picture": [direct, worked, worked], "with a blank picture": [10.0] * 3
    }  # fmt: skip


def test_new_names_by_examples_and_by_words(recorded):
    few = {"right": 60.0, "told": 90.0, "shuffled": 51.0, "told_shuffled": 49.0}
    recorded(few | {"by shots": {2: few, 4: dict.fromkeys(few, 70.0)}})
    assert bars(figures.few_shot()) == {
        "examples": [60, 90, 70, 70], "shuffled examples": [51, 49, 70, 70]
    }  # fmt: skip
    recorded({"described": 80.0, "told": 85.0, "bare": 50.0, "exchanged": 20.0})
    assert bars(figures.describe()) == {"right name": [80, 85, 50, 20]}


def test_steps_with_the_picture_and_without(recorded):
    each = {"yes-no": 90.0, "odd": 80.0, "sum": 70.0}
    both = {"with": 80.0, "without": 25.0}
    recorded({"right": both, "rouge": both, "direct": both,
              "each with": each, "each without": dict.fromkeys(each, 30.0)})  # fmt: skip
    assert bars(figures.cot()) == {
        "with the picture": [80.0] * 3, "without the picture": [25.0] * 3
    }  # fmt: skip
    assert figures.stages().splitlines()[2] == (
        "     two bars: with the picture  70.0%, without  30.0%, guessing  5.9%"
    )
    assert alt_text(figures.cot()).endswith(  # a half, a ninth and a seventeenth
        "guessing: answers right 22%, answers right, at once 22%."
    )


def test_a_row_is_drawn_token_by_token():
    tokenizer = shipped_tokenizer()
    picture = np.zeros((24, 24, 3), dtype=np.uint8)
    picture[8:16, 16:] = 200  # the sixth part
    row = stream(tokenizer, f"{IMAGE} This is a", [picture], " red ball")
    figure = figures.row_of(tokenizer, row)
    assert len(figure.layout.images) == 9
    sources = [image.source for image in figure.layout.images]
    assert [i for i, source in enumerate(sources) if source != sources[0]] == [5]
    said = alt_text(figure)
    assert f"A row of {len(row.ids)} tokens: end · <image> · 9 tokens of a picture" in said
    assert said.endswith("red (learned) · ball (learned) · end (learned).")
