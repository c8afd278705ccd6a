"""NextToken: the distribution, the draws, the tree and the lens, without a browser."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from asking import ask
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.language_model import LanguageModel, NextTokenModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import filter_logits
from gptedu.text import train_tokenizer
from gptedu.widgets import NextToken
from gptedu.widgets.next_token.state import compute_next_token, draw, read_ids
from gptedu.widgets.next_token.tree import ROOT, Node, SamplingTree

TEXT = "The cat sat on the mat. The dog"


def tiny(norm: str = "pre", context: int = 48) -> LanguageModel:
    tokenizer = train_tokenizer([f"{TEXT} saw the cat. A mat is red. Ünder 水"] * 3, 300)
    config = GPTConfig(tokenizer.vocab_size, context, layers=3, width=32, heads=4, norm=norm)
    model = GPT(config, torch.Generator().manual_seed(1))
    with torch.no_grad():
        model.token_embedding.weight.mul_(3)  # far from uniform
    return LanguageModel(model, tokenizer, "tiny")


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return tiny()


# -------------------------------------------------------------------- the distribution


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [(1.0, None, None), (0.7, None, 0.8), (1.6, 5, None), (0.9, 20, 0.5), (0.0, None, None)],
)
def test_the_distribution_is_the_one_that_generation_samples_from(lm, temperature, top_k, top_p):
    result = compute_next_token(lm, TEXT, None, temperature, top_k, top_p)
    logits = lm.model(torch.tensor([read_ids(lm, TEXT)]))[0, -1].detach()
    wanted = filter_logits(logits, temperature, top_k, top_p)
    for candidate in result.candidates:
        assert candidate.probability == pytest.approx(
            float(wanted.softmax(-1)[candidate.token]), abs=1e-6
        )
        assert candidate.kept == bool(wanted[candidate.token].isfinite())
        assert candidate.model == pytest.approx(
            float(logits.softmax(-1)[candidate.token]), abs=1e-6
        )
    assert result.kept == int(wanted.isfinite().sum())
    shown = sum(candidate.probability for candidate in result.candidates)
    assert shown + result.others == pytest.approx(1.0, abs=1e-5)
    assert [c.rank for c in result.candidates] == list(range(1, 13))
    assert result.candidates[0].token == int(logits.argmax())


def test_it_agrees_with_next_token_of_the_language_model(lm):
    result = compute_next_token(lm, TEXT)
    wanted = lm.next_token(TEXT)
    assert result.entropy == pytest.approx(
        float(-(wanted * wanted.log2()).nan_to_num().sum()), abs=1e-4
    )
    for candidate in result.candidates:
        assert candidate.probability == pytest.approx(float(wanted[candidate.token]), abs=1e-6)


def test_every_position_sees_the_text_up_to_itself_only(lm):
    ids = read_ids(lm, TEXT)
    for position in (0, 3, len(ids) - 1):
        whole = compute_next_token(lm, TEXT, position)
        cut = lm.tokenizer.decode(ids[1 : position + 1])
        alone = compute_next_token(lm, cut)
        assert [c.token for c in whole.candidates] == [c.token for c in alone.candidates]
        assert whole.candidates[0].probability == pytest.approx(alone.candidates[0].probability)
        following = ids[position + 1] if position + 1 < len(ids) else None
        assert (whole.following.token if whole.following else None) == following


def test_greedy_leaves_one_token(lm):
    result = compute_next_token(lm, TEXT, temperature=0.0)
    assert result.kept == 1
    assert result.candidates[0].probability == 1.0
    assert not result.candidates[1].kept
    assert result.entropy == 0.0


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": math.nan},
        {"temperature": -1.0},
        {"top_k": 0},
        {"top_p": 0.0},
        {"position": 99},
        {"position": -1},
    ],
)
def test_settings_that_mean_nothing_raise(lm, settings):
    with pytest.raises(ValueError, match=r"give|position"):
        compute_next_token(lm, TEXT, **settings)


def test_a_text_longer_than_the_context_says_by_how_much(lm):
    with pytest.raises(ValueError, match=r"reads at most 47 .*: shorten it"):
        compute_next_token(lm, "cat " * 60)


# -------------------------------------------------------------------- sampling


@pytest.mark.parametrize("seed", [0, 7, 12345])
def test_sampling_takes_the_tokens_that_generate_takes(lm, seed):
    settings = {"temperature": 1.1, "top_k": 40, "top_p": 0.95}
    widget = NextToken(lm, TEXT, seed=seed, **settings)
    widget.step(12)
    sampled = lm.tokenizer.decode([t for t in widget._state.tree.tokens() if t != lm.tokenizer.end])
    assert sampled == lm.generate(TEXT, max_tokens=12, seed=seed, **settings)


def test_a_draw_does_not_depend_on_the_draws_before_it():
    logits = torch.randn(50, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(3)
    wanted = [
        int(torch.multinomial((logits * i).softmax(-1)[None], 1, generator=generator))
        for i in range(6)
    ]
    assert [draw(logits * i, 3, i) for i in range(6)] == wanted


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


# -------------------------------------------------------------------- the tree


def test_layout_gives_every_node_its_own_place_and_paths_run_straight():
    tree = SamplingTree()
    forks = []
    for step in range(4):
        forks.append(tree.current)
        nodes = [Node(10 * step + i, f"{step}{i}", 0.2) for i in range(4)]
        tree = tree.step(nodes[0], tuple(nodes[1:]))
    for parent in (forks[1], forks[3], ROOT):
        sibling = tree.children(parent)[2]
        tree = tree.go_to(sibling)
        tree = tree.step(Node(99, "x", 0.1), (Node(98, "y", 0.1),))
    spots = tree.layout()
    assert len({(s.column, s.row) for s in spots}) == len(spots) == len(tree.nodes) + 1
    places = {s.node: s for s in spots}
    assert places[ROOT].column == 0
    for index, node in enumerate(tree.nodes):
        assert places[index].column == places[node.parent].column + 1
    assert {places[i].row for i in (0, 4, 8, 12)} == {0}  # the first path
    assert {s.node for s in spots if s.on} == {ROOT, *tree.path()}


def test_a_known_token_keeps_its_place():
    tree = SamplingTree().step(Node(1, "a", 0.5), (Node(2, "b", 0.3),))
    again = tree.go_to(ROOT).step(Node(2, "b", 0.3), (Node(1, "a", 0.5),))
    assert len(again.nodes) == 2
    assert again.nodes[1].taken
    assert again.tokens() == [2]


def test_a_node_that_is_not_there_raises():
    with pytest.raises(ValueError, match="no node 5"):
        SamplingTree().go_to(5)


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
