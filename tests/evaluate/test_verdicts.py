"""Verdicts are counted at their places, and against those that there could be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from gptedu import assets
from gptedu.evaluate import verdicts
from gptedu.evaluate.verdicts import verdict_accuracy
from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.world import World
from gptedu.world.documents.comparing import PAGES, pages
from gptedu.world.documents.comparing.verdicts import Page, Verdict

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
WORDS = (" different", " same")
FACTS = World(seed=0).facts


def model(context: int = 256) -> LanguageModel:
    config = GPTConfig(TOKENIZER.vocab_size, context, layers=1, width=16, heads=2)
    return LanguageModel(GPT(config, seeded(0)), TOKENIZER, "tiny")


class Oracle(nn.Module):
    """Gives all its weight to the token that follows in the rows it knows, or to another one."""

    def __init__(self, follows: dict[tuple[int, ...], int]) -> None:
        super().__init__()
        self.follows = follows
        self.config = SimpleNamespace(context=256)
        self.place = nn.Parameter(torch.zeros(1))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        logits = torch.zeros(*ids.shape, TOKENIZER.vocab_size)
        for row, known in zip(logits, ids.tolist(), strict=True):
            for place in range(len(known)):
                token = self.follows.get(tuple(known[: place + 1]))
                if token is not None:
                    row[place, token] = 1.0
        return logits


def test_an_oracle_is_right_and_its_opposite_wrong(monkeypatch):
    made = [page for kind in ("doubles", "sentences") for page in pages(FACTS, kind, "train", 5)]
    monkeypatch.setattr(verdicts, "check_predicts", lambda lm: None)
    for says, score in ((lambda one: one.right, 1.0), (lambda one: 1 - one.right, 0.0)):
        follows = {
            (TOKENIZER.end, *TOKENIZER.encode(prompt)): TOKENIZER.encode(one.words[says(one)])[0]
            for page in made
            for prompt, one in page.prompts()
        }
        lm = SimpleNamespace(model=Oracle(follows), tokenizer=TOKENIZER, device="cpu")
        assert verdict_accuracy(lm, made) == score


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_read_as_the_same_tokens_as_its_text(kind):
    for page in pages(FACTS, kind, "validation", 20):
        ids, found = verdicts._encoded(TOKENIZER, page, 10_000)
        assert ids == [TOKENIZER.end, *TOKENIZER.encode(page.text)]
        for (place, firsts, right), (prompt, one) in zip(found, page.prompts(), strict=True):
            assert ids[: place + 1] == [TOKENIZER.end, *TOKENIZER.encode(prompt)]
            assert ids[place + 1] == firsts[right] == TOKENIZER.encode(one.words[right])[0]


def test_the_score_is_that_of_each_verdict_on_its_own():
    lm = model()
    made = pages(FACTS, "claims", "validation", 4)
    rights = []
    for page in made:
        for prompt, one in page.prompts():
            likely = lm.next_token(prompt)
            firsts = [TOKENIZER.encode(word)[0] for word in one.words]
            rights.append(int(torch.stack([likely[i] for i in firsts]).argmax()) == one.right)
    assert verdict_accuracy(lm, made) == sum(rights) / len(rights)


def test_what_does_not_fit_the_context_is_left_out():
    short = Page((Verdict("- cup, cup:", WORDS, 1), Verdict("\n- cup, key:", WORDS, 0)))
    assert verdict_accuracy(model(8), [short]) in (0.0, 1.0)
    with pytest.raises(ValueError, match="no verdict within the context"):
        verdict_accuracy(model(4), [short])
