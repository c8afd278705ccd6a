"""Where the reward is read, and the files of a reward model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import gptedu
from gptedu.finetuning import LSTMConfig, LSTMModel
from gptedu.language_model import NextTokenModel
from gptedu.rlhf.reward.model import RewardModel, last_real, load_reward_model, save_reward_model
from gptedu.rlhf.reward.scorer import Scorer, read_texts
from gptedu.sampling import seeded
from gptedu.text import pad
from gptedu.training.checkpoint import save_model
from gptedu.widgets.next_token.state import read_ids
from reward_samples import CONTEXT, ranked


def in_pads(row: list[int], where: str, pads: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """A row with pads around it or inside it, and its mask: [1, time] each."""
    cut = {"right": len(row), "left": 0, "middle": len(row) // 2, "before the end": len(row) - 1}
    ids = row[: cut[where]] + pads + row[cut[where] :]
    mask = [True] * cut[where] + [False] * len(pads) + [True] * (len(row) - cut[where])
    return torch.tensor([ids]), torch.tensor([mask])


@pytest.mark.parametrize("where", ["right", "left", "middle", "before the end"])
def test_the_reward_is_read_at_the_last_real_token_wherever_pads_stand(model, tokenizer, where):
    end = tokenizer.end
    row = read_texts(tokenizer, ["the cat\nReply: sat."], CONTEXT)[0]
    expected = model(torch.tensor([row]))
    for pads in ([end], [end] * 7, [5, end, 9], [7] * 5):  # the end of text, or whatever
        ids, mask = in_pads(row, where, pads)
        torch.testing.assert_close(model(ids, mask), expected, rtol=0, atol=1e-12)
        model.eval()
    wrong = model(torch.tensor([row[:-1]]))  # the end-of-text token matters
    assert (wrong - expected).abs() > 1e-3


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_padded_batch_scores_as_each_row_alone(model, tokenizer, side):
    rows = read_texts(tokenizer, [" cat", "", "the cat sat on a red mat\nReply: dog."], CONTEXT)
    batch = pad(rows, side, value=tokenizer.end)
    alone = torch.cat([model(torch.tensor([row])) for row in rows])
    torch.testing.assert_close(model(batch.ids, batch.mask), alone, rtol=0, atol=1e-12)
    last = model.at_every_token(batch.ids, batch.mask)[torch.arange(3), last_real(batch.mask)]
    assert torch.equal(last, model(batch.ids, batch.mask))


def test_a_row_without_a_real_token_has_no_reward(model):
    mask = torch.tensor([[True, False], [False, False]])
    with pytest.raises(ValueError, match="no real token"):
        model(torch.zeros(2, 2, dtype=torch.long), mask)


def test_the_body_is_a_copy_and_the_head_new(lm):
    model = RewardModel.of(lm)
    for name, tensor in lm.model.state_dict().items():
        assert torch.equal(model.body.state_dict()[name], tensor)
    assert not model.head.weight.any()
    assert not model.shift.any()
    assert not model.training
    with torch.no_grad():
        model.body.final_norm.weight.zero_()
    assert lm.model.final_norm.weight.all()


def test_a_reward_model_is_made_of_a_gpt(lm):
    odd = LSTMModel(LSTMConfig.same_size(lm.model.config), seeded(0))
    with pytest.raises(ValueError, match="odd is a LSTMModel"):
        RewardModel.of(NextTokenModel(odd, lm.tokenizer, "odd"))


@pytest.fixture
def saved(model, tokenizer, tmp_path) -> Path:
    folder = tmp_path / "tiny-rm"
    save_reward_model(folder, model.float(), {"name": "tiny-rm"})
    tokenizer.save(folder / "tokenizer.json")
    return folder


def test_a_saved_reward_model_gives_the_same_rewards(model, tokenizer, saved):
    texts = ranked(0, 9).texts
    before = Scorer(model, tokenizer)(texts)
    again, card = load_reward_model(saved)
    assert card == json.loads((saved / "card.json").read_text())
    assert (card["kind"], card["name"]) == ("reward", "tiny-rm")
    torch.testing.assert_close(Scorer(again, tokenizer)(texts), before, rtol=0, atol=0.02)
    assert again.shift.item() == pytest.approx(0.7, abs=1e-3)
    assert not again.training


def test_a_reward_model_has_a_name_and_no_next_token(saved):
    lm = gptedu.load(saved, device="cpu")
    assert isinstance(lm.model, RewardModel)
    assert isinstance(lm, Scorer)
    assert lm(["the cat\nReply: sat."]).isfinite().all()
    for ask in (
        lambda: lm.generate("The cat"),
        lambda: lm.generate(["The cat", "A dog"]),
        lambda: lm.logprobs("The cat"),
        lambda: lm.next_token("The cat"),
        lambda: lm.score("The", [" cat", " dog"]),
        lambda: lm.attention("The cat"),
        lambda: read_ids(lm, "The cat"),
        lambda: RewardModel.of(lm),
    ):
        with pytest.raises(
            (AttributeError, TypeError, ValueError),
            match=r"tiny-rm .*(predicts no next token|made of a GPT)",
        ):
            ask()


def test_another_model_is_no_reward_model(lm, tmp_path):
    save_model(tmp_path / "gpt", lm.model, {"model": lm.model.config.to_dict()})
    with pytest.raises(ValueError, match="holds a GPT and no reward model"):
        load_reward_model(tmp_path / "gpt")
