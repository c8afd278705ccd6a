"""bertviz's views: a page that needs nothing from the network, made of our attention."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import torch

from tiny_models import TEXT, TinyLm

pytest.importorskip("bertviz")

from gptedu.widgets import bertviz_view
from gptedu.widgets.bertviz.state import library


class Elements(HTMLParser):
    """The elements of a page, and the text that stands outside of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.text += data


@pytest.fixture(scope="module")
def lm() -> TinyLm:
    return TinyLm()


@pytest.mark.parametrize("view", ["head", "model"])
def test_page_loads_nothing(lm: TinyLm, view: str) -> None:
    html = bertviz_view(lm, TEXT, view).page
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)\s*=", html)
    assert "require.min.js" not in html
    # Each script ends where it should: a token "</script>" or "<b>" must not end one.
    reader = Elements()
    reader.feed(html)
    # jQuery, d3, require.js's place, bertviz's own, and the height of the frame.
    assert reader.names.count("script") == 5
    assert "b" not in reader.names
    assert "(c) OpenJS Foundation" not in reader.text


def test_numbers_are_the_models(lm: TinyLm) -> None:
    html = bertviz_view(lm, TEXT, "head", layers=[1]).page
    found = re.search(r"const params = (\{.*?\});", html)
    assert found is not None
    attention = json.loads(found.group(1))["attention"][0]
    exact = lm.attention(TEXT).weights.numpy()[1:2]
    assert np.abs(np.array(attention["attn"]) - exact).max() <= 0.5 / 255 + 0.5e-3 + 1e-6
    assert attention["left_text"][-1] == "x"
    assert "<" in attention["left_text"]


def test_bad_requests_say_the_way_out(lm: TinyLm) -> None:
    with pytest.raises(ValueError, match="neuron"):
        bertviz_view(lm, TEXT, "neuron")
    with pytest.raises(ValueError, match="empty"):
        bertviz_view(lm, "")
    with pytest.raises(ValueError, match="layers"):
        bertviz_view(lm, TEXT, layers=[3])
    with pytest.raises(ValueError, match="heads"):
        bertviz_view(lm, TEXT, heads=[4])
    with pytest.raises(ValueError, match="AttentionExplorer"):
        bertviz_view(TinyLm(12, 12, 48), "the cat " * 60)
    with pytest.raises(ModuleNotFoundError, match="pip install nothing-of-the-kind"):
        library("nothing-of-the-kind", "x.js")


def test_the_page_is_not_stored(lm: TinyLm) -> None:
    view = bertviz_view(lm, TEXT)
    stored = json.dumps([data for data, _ in view.outputs()])
    assert len(stored) < 200_000
    assert len(view.page) > len(stored)
    assert "requirejs" not in stored


@pytest.mark.parametrize("heads", [np.array([0, 2]), torch.tensor([0, 2]), (np.int64(0), 2)])
def test_heads_and_layers_of_any_library(lm: TinyLm, heads: object) -> None:
    plain = bertviz_view(lm, "the cat", heads=[0, 2], layers=[1, 0])
    found = bertviz_view(lm, "the cat", heads=heads, layers=np.array([1, 0]))  # type: ignore[arg-type]
    assert without_ids(found.page) == without_ids(plain.page)
    for wrong in ([0.5], [True], ["0"], [4], [-1]):
        with pytest.raises(ValueError, match="one of heads is"):
            bertviz_view(lm, "the cat", heads=wrong)
        with pytest.raises(ValueError, match="one of layers is"):
            bertviz_view(lm, "the cat", layers=wrong)


def without_ids(text: str) -> str:
    return re.sub(r"bertviz-[0-9a-f]+", "", text)
