"""The distribution, the draws, the tree and the lens: by themselves."""

from __future__ import annotations

import math

import pytest
import torch
from widgets.next_token.samples import TEXT

from gptedu.sampling import filter_logits, seeded
from gptedu.widgets.next_token.state import compute_next_token, draw, read_ids
from gptedu.widgets.next_token.tree import ROOT, Node, SamplingTree


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


def test_a_draw_does_not_depend_on_the_draws_before_it():
    logits = torch.randn(50, generator=seeded(0))
    generator = seeded(3)
    wanted = [
        int(torch.multinomial((logits * i).softmax(-1)[None], 1, generator=generator))
        for i in range(6)
    ]
    assert [draw(logits * i, 3, i) for i in range(6)] == wanted


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
