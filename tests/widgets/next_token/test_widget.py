"""NextToken: the distribution, the draws, the tree and the lens, without a browser."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from widgets.next_token.samples import TEXT, tiny

from asking import ask
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.language_model import LanguageModel, NextTokenModel
from gptedu.widgets import NextToken
from gptedu.widgets.next_token.state import compute_next_token, read_ids

# -------------------------------------------------------------------- sampling


@pytest.mark.parametrize("seed", [0, 7, 12345])
def test_sampling_takes_the_tokens_that_generate_takes(lm, seed):
    settings = {"temperature": 1.1, "top_k": 40, "top_p": 0.95}
    widget = NextToken(lm, TEXT, seed=seed, **settings)
    widget.step(12)
    sampled = lm.tokenizer.decode([t for t in widget._state.tree.tokens() if t != lm.tokenizer.end])
    assert sampled == lm.generate(TEXT, max_tokens=12, seed=seed, **settings)


def test_a_seed_that_means_nothing_raises(lm):
    for seed in (-1, 1.5, True, 2**63):
        with pytest.raises(ValueError, match="whole number of 0 or more"):
            NextToken(lm, TEXT, seed=seed)


def test_steps_keep_the_likely_alternatives(lm):
    widget = NextToken(lm, TEXT)
    widget.step()
    view = widget.view
    spots = {spot["node"]: spot for spot in view["tree"]["spots"]}
    likeliest = compute_next_token(lm, TEXT).candidates
    taken = [s for s in spots.values() if s["node"] >= 0 and s["taken"]]
    assert len(taken) == 1
    others = {s["token"] for s in spots.values() if s["node"] >= 0 and not s["taken"]}
    assert others == {c.token for c in likeliest if c.token != taken[0]["token"]} & others
    assert len(others) == 3
    for spot in spots.values():
        if spot["node"] >= 0 and spot["token"] in {c.token for c in likeliest}:
            wanted = next(c.model for c in likeliest if c.token == spot["token"])
            assert spot["probability"] == pytest.approx(wanted, abs=1e-6)


def test_a_fork_goes_on_from_the_alternative_and_undo_comes_back(lm):
    widget = NextToken(lm, TEXT, seed=2)
    widget.step(3)
    before = widget.view
    alternative = next(
        s for s in before["tree"]["spots"] if s["node"] >= 0 and not s["taken"] and s["column"] == 1
    )
    widget.go_to(alternative["node"])
    assert widget.view["tokens"][-1] == alternative["piece"]
    assert widget.view["tree"]["steps"] == 1
    widget.step(2)
    assert widget.view["tree"]["steps"] == 3
    # What follows is the model's view of the forked text, not of the first one.
    ids = [*read_ids(lm, TEXT), *widget._state.tree.tokens()]
    logits = lm.model(torch.tensor([ids]))[0, -1]
    assert widget.view["candidates"][0]["token"] == int(logits.argmax())
    widget.undo()
    widget.undo()
    assert widget.view == before


def test_undo_gives_back_text_and_tree_but_keeps_the_settings(lm):
    widget = NextToken(lm, TEXT)
    widget.step(2)
    tokens = widget.view["tokens"]
    widget.settings(temperature=0.5)
    widget.read("A mat")
    assert widget.view["tree"]["spots"] == []
    widget.undo()
    assert widget.view["tokens"] == tokens
    assert widget.view["settings"]["temperature"] == 0.5


def test_sampling_inside_the_text_sets_its_rest_aside(lm):
    widget = NextToken(lm, TEXT)
    ids = read_ids(lm, TEXT)
    widget.select(2)
    token = widget.view["candidates"][4]["token"]
    widget.choose(token)
    assert widget._read(widget._state)[0] == [*ids[:3], token]
    assert widget.view["set_aside"] == len(ids) - 3
    assert widget.view["position"] == 3
    widget.clear()
    assert widget._read(widget._state)[0] == ids
    assert widget.view["position"] == 2


def test_choosing_on_the_sampled_path_forks_there(lm):
    widget = NextToken(lm, TEXT)
    widget.step(4)
    root = widget._state.root
    widget.select(root + 2)
    path = widget._state.tree.tokens()
    other = next(c["token"] for c in widget.view["candidates"] if c["token"] != path[2])
    widget.choose(other)
    assert widget._state.tree.tokens() == [*path[:2], other]
    nodes = widget._state.tree.nodes
    assert sum(node.taken for node in nodes) == 5


def test_the_context_never_overflows(lm):
    small = tiny(context=12)
    widget = NextToken(small, "The cat")
    widget.step(50)
    ids = widget._read(widget._state)[0]
    assert len(ids) <= 12
    if ids[-1] != small.tokenizer.end:
        assert len(ids) == 12
        with pytest.raises(ValueError, match="the context is full"):
            widget.step()


def test_an_end_of_text_ends_the_sampling(lm):
    widget = NextToken(lm, TEXT)
    widget.choose(lm.tokenizer.end)
    with pytest.raises(ValueError, match="the text has ended"):
        widget.step()


# -------------------------------------------------------------------- the lens


def test_a_model_without_a_trace_has_no_lens_and_everything_else(lm):
    config = LSTMConfig(lm.tokenizer.vocab_size, 48, 16, 16)
    twin = NextTokenModel(LSTMModel(config), lm.tokenizer, "lstm")
    widget = NextToken(twin, TEXT)
    assert widget.view["lens"] == []
    assert len(widget.view["candidates"]) == 12
    assert widget.picture().png.startswith(b"\x89PNG")


# -------------------------------------------------------------------- the widget


def test_messages_change_the_state_and_mistakes_become_a_sentence(lm):
    widget = NextToken(lm, TEXT)

    assert ask(widget, "settings", temperature=0.4, top_k=3)
    assert widget.view["kept"] == 3
    before = widget.view
    for wrong in (
        {"do": "settings", "temperature": math.nan},
        {"do": "read", "text": "cat " * 99},
        {"do": "select", "position": 999},
        {"do": "go_to", "node": 5},
        {"do": "undo"},
        {"do": "__init__"},
    ):
        assert not ask(widget, **wrong)
        assert widget.error.endswith(".")
        assert "\n" not in widget.error
        assert widget.view == before
    assert ask(widget, "step", count=1)
    assert widget.error == ""


def test_hostile_and_odd_texts_travel_as_they_are(lm):
    for text in ("", "</script><b>x", "水\n\t\x00 ü", "<|endoftext|>"):
        widget = NextToken(lm, text)
        assert widget.view["text"] == text
        assert widget.picture().png.startswith(b"\x89PNG")
        json.dumps(widget.view)


def test_displaying_gives_a_caption_a_picture_and_the_view(lm):
    widget = NextToken(lm, TEXT)
    widget.step(5)
    caption, picture, view = widget.outputs()
    assert "tiny" in caption[0]["text/plain"]
    assert set(picture[0]) == {"image/png", "text/plain"}
    assert picture[1]["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" in view[0]
    assert repr(widget) == repr(NextToken(lm, "other"))


def test_the_module_is_small_and_imports_nothing():
    source = NextToken._esm if isinstance(NextToken._esm, str) else str(NextToken._esm)
    own = source.split("// NextToken:")[1]
    assert len(own.encode()) < 40_000
    assert "import " not in own.replace("important", "")
    assert "innerHTML" not in own
    assert "http" not in own.replace("http://www.w3.org/2000/svg", "")


# -------------------------------------------------------------------- the model, as it is


def train(lm: LanguageModel, way: str) -> None:
    with torch.no_grad():
        if way == "load":
            lm.model.load_state_dict({k: v * 1.5 for k, v in lm.model.state_dict().items()})
        elif way == "data":
            lm.model.token_embedding.weight.data[3:].mul_(-1)
        else:
            for parameter in lm.model.parameters():
                parameter.add_(0.05 * torch.randn(parameter.shape))


@pytest.mark.parametrize("way", ["load", "data", "step"])
def test_weights_that_change_behind_it_are_seen(way):
    lm = tiny()
    widget = NextToken(lm, TEXT)
    widget.step(3)
    old = widget.view
    train(lm, way)
    widget.outputs()  # displayed again
    fresh = NextToken(lm, TEXT)
    fresh.select(fresh.view["position"])
    now = widget.view
    assert now["tree"]["spots"] != old["tree"]["spots"]
    assert now["tokens"] == old["tokens"]  # what was sampled stays
    ids = [*read_ids(lm, TEXT), *widget._state.tree.tokens()]
    wanted = lm.model(torch.tensor([ids])).detach()[0].softmax(-1)
    assert now["candidates"][0]["token"] == int(wanted[-1].argmax())
    for node in (spot for spot in now["tree"]["spots"] if spot["node"] >= 0 and spot["on"]):
        place = len(read_ids(lm, TEXT)) - 1 + node["column"]
        assert node["probability"] == pytest.approx(
            float(wanted[place - 1, node["token"]]), abs=1e-5
        )
    assert now["lens"][-1]["tokens"][0][0] == now["candidates"][0]["piece"]
    widget.undo()  # to a tree that is older than the change
    assert [c["token"] for c in widget.view["candidates"]] == [
        c["token"] for c in fresh.view["candidates"]
    ]


def test_a_request_sees_the_new_weights_and_a_slider_computes_nothing_anew(monkeypatch):
    lm = tiny()
    widget = NextToken(lm, TEXT)
    read = []
    forward = lm.model.forward
    monkeypatch.setattr(lm.model, "forward", lambda *a, **k: read.append(1) or forward(*a, **k))
    ask(widget, "settings", temperature=0.5)
    assert not read
    train(lm, "step")
    assert ask(widget, "select", position=2)
    assert read
    wanted = compute_next_token(lm, TEXT, 2, 0.5)
    assert widget.view["candidates"][0]["probability"] == pytest.approx(
        wanted.candidates[0].probability, abs=1e-6
    )


@pytest.mark.parametrize("whole", [np.int64, torch.tensor, np.array])
def test_whole_numbers_of_any_library_are_taken(lm, whole):
    widget = NextToken(lm, TEXT)
    widget.select(whole(2))
    widget.step(whole(2))
    widget.choose(whole(5))
    widget.go_to(whole(0))
    assert widget.view["tree"]["steps"] == 1
    json.dumps(widget.view)
    for call in (widget.select, widget.step, widget.choose, widget.go_to):
        for wrong in (2.5, True, "2", None):
            with pytest.raises(ValueError, match="give a whole number"):
                call(wrong)
