"""Prompts with their answers as tokens, read once for several answers."""

from __future__ import annotations

import copy

import pytest
import torch

from gptedu.model.fast.answer_states import states_at_end, states_before
from gptedu.rlhf.episodes import Episodes
from ppo_samples import ONE_EACH, SHARED, draw
from tiny_rlhf import END, tiny_lm


@pytest.mark.parametrize("prompts", [ONE_EACH, SHARED, [[END, 3]] * 6])
@pytest.mark.parametrize("shape", [{}, {"norm": "post"}, {"layers": 1}])
def test_states_of_answers_are_those_of_the_whole_pass(shape, prompts):
    model = tiny_lm(sharp=3.0, **shape).model.double()
    answers = [[1, 2, END], [3], [4, 5, 6, 7, 1, 2], [END], [1, 1, 1, END], [7, 6]]
    episodes = Episodes.of(prompts, answers[: len(prompts)])
    whole = copy.deepcopy(model)
    expected = whole.features(episodes.ids, mask=episodes.mask)[:, :-1][episodes.answer_mask[:, 1:]]
    found = states_before(model, episodes.ids, episodes.answer_mask, episodes.prompts)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    weights = draw(*expected.shape).double()
    (found * weights).sum().backward()
    (expected * weights).sum().backward()
    for (name, ours), theirs in zip(model.named_parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, rtol=0, atol=1e-12, msg=name)


COMMON = [
    [END, 1, 2, 3, 4, END],
    [END, 1, 2, 3, END],
    [END, 1, 2, 3, 5, 6, END],
    [END, 1, 2, END],  # more than half in common with the first, but not with the third
    [END, 1, 2, END],  # the same text again
    [END, 7, 7, 7, 7, END],
    *[[END, 5, 5, 5, last] for last in (1, 2, 3, 4, 6)],  # one more than go together
]


def test_texts_that_begin_alike_are_taken_for_answers_to_one_prompt():
    episodes = Episodes.with_common_beginnings(COMMON)
    assert episodes.prompts.tolist() == [0, 0, 0, 3, 3, 5, 6, 6, 6, 6, 10]
    assert [row[mask].tolist() for row, mask in zip(episodes.ids, episodes.mask, strict=True)] == (
        COMMON
    )
    assert episodes.answer_mask.sum(dim=1).tolist() == [2, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("shape", [{}, {"norm": "post"}, {"layers": 1}])
def test_the_state_at_the_end_is_that_of_the_whole_pass(shape):
    model = tiny_lm(sharp=3.0, **shape).model.double()
    episodes = Episodes.with_common_beginnings(COMMON)
    found = states_at_end(model, episodes.ids, episodes.answer_mask, episodes.prompts)
    alone = torch.cat([model.features(torch.tensor([text]))[:, -1] for text in COMMON])
    torch.testing.assert_close(found, alone, rtol=0, atol=1e-12)


def test_another_body_is_read_by_its_features():
    class Other(torch.nn.Module):
        def features(self, ids):
            return torch.stack([ids, 2 * ids], dim=-1).float()

    episodes = Episodes.of([[END, 1], [END, 2, 3]], [[4, 5, END], [6]])
    found = states_before(Other(), episodes.ids, episodes.answer_mask, episodes.prompts)
    assert found[:, 0].tolist() == [1, 4, 5, 3]
