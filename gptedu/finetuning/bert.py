"""Mini-BERT: GPT's network with its causal mask taken away, trained to fill in gaps.

Devlin et al. 2018, section 3.1: 15% of the tokens are chosen; 80% of those are shown as [Mask],
10% as a random token and 10% as they are; the loss is on the chosen tokens alone. A token sees
both its sides, which helps in reading; there is no next token to predict, so it cannot write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPT, GPTConfig, text_model
from gptedu.model.body import check_one_input
from gptedu.model.modes import evaluating
from gptedu.model.text_model import TextModel
from gptedu.sampling import row_logprobs
from gptedu.training import kinds, recipes
from gptedu.training.recipe import Recipe

BLANK = "___"


class MaskedModel(nn.Module):
    """A GPT that looks both ways, and one embedding more: [Mask], with id `vocab_size`.

    generator: draws the weights; without one, torch's global state does.
    """

    causal = False  # it sees the next token, so there is no language model to keep in fine-tuning

    def __init__(self, config: GPTConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.gpt = GPT(config, generator)
        self.mask_embedding = nn.Parameter(torch.empty(config.width))
        std = 0.5 / config.width**0.5  # as GPT.initialise draws the others
        nn.init.normal_(self.mask_embedding, std=std, generator=generator)

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.gpt.token_embedding

    @property
    def mask_id(self) -> int:
        """The id of [Mask]: the first behind the vocabulary."""
        return self.config.vocab_size

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """[batch, time] ids ([Mask] among them), or embeddings -> hidden [batch, time, width].

        mask: bool [batch, time], True for a real token. Every token sees all real tokens.
        """
        check_one_input(ids, embeddings)
        if ids is not None:
            masked = ids.eq(self.mask_id)
            embeddings = self.token_embedding(ids.masked_fill(masked, 0))
            embeddings = torch.where(masked[..., None], self.mask_embedding, embeddings)
        batch, time, _ = embeddings.shape
        if mask is None:
            mask = torch.ones(batch, time, dtype=torch.bool, device=embeddings.device)
        elif len(empty := (~mask.any(dim=1)).nonzero()):
            raise ValueError(f"row {int(empty[0])} has no real token: leave it out")
        positions = (mask.long().cumsum(dim=1) - 1).clamp(min=0)
        both_ways = mask[:, None, :].expand(batch, time, time)
        return self.gpt.features(embeddings=embeddings, mask=both_ways, positions=positions)

    def unembed(self, hidden: Tensor) -> Tensor:
        """[..., width] -> logits [..., vocab_size]. [Mask] itself is never an answer."""
        return self.gpt.unembed(hidden)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Logits [batch, time, vocab_size] for the token that stands (or stood) at each place."""
        return self.unembed(self.features(ids, mask=mask))


def mask_tokens(
    ids: Tensor, vocab_size: int, generator: torch.Generator, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    """Hides tokens for the model to find: inputs and chosen places, both [batch, time].

    Each token is chosen with probability `rate`. Of the chosen, 80% become [Mask] (id vocab_size),
    10% a random token, 10% stay: the model cannot trust what it sees anywhere.
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate is {rate}: choose a share of the tokens between 0 and 1")
    # Drawn on the CPU, so that a seed means the same masks on every device.
    chosen = torch.rand(ids.shape, generator=generator) < rate
    fate = torch.rand(ids.shape, generator=generator)
    random = torch.randint(vocab_size, ids.shape, generator=generator)
    chosen, fate, random = (x.to(ids.device) for x in (chosen, fate, random))
    inputs = torch.where(chosen & (fate < 0.8), vocab_size, ids)
    inputs = torch.where(chosen & (fate >= 0.8) & (fate < 0.9), random, inputs)
    return inputs, chosen


def masked_loss(model: nn.Module, batch: Tensor, generator: torch.Generator) -> Tensor:
    """Mean negative log-probability of the hidden tokens, in nats.

    batch: int64 [batch, context + 1] as the training loop gives it; the first token (which the
    causal models do not predict either) is left out.
    """
    ids = batch[:, 1:]
    inputs, chosen = mask_tokens(ids, _vocab_size(model), generator)
    if not bool(chosen.any()):
        chosen[0, 0] = True  # a tiny batch may draw none; a mean over nothing is no loss
    return -row_logprobs(model(inputs)[chosen], ids[chosen]).mean()


@dataclass(eq=False, repr=False)
class MaskedLanguageModel(TextModel):
    """A masked network with its tokenizer: it fills the gap in a text.

    >>> gptedu.load("mini-bert-v2").fill("The cat ___ on the mat.")
    """

    model: MaskedModel

    what: ClassVar[str] = (
        "a masked model, which fills gaps and predicts no next token: ask it with "
        f".fill('The cat {BLANK} on the mat.'), and load a GPT, as 'mini-m' is, to write with"
    )

    @torch.inference_mode()
    def fill(self, text: str) -> Tensor:
        """Probability of every token in place of the one "___" in a text: [vocab_size].

        The text stands behind <|endoftext|>, as in training, and both its sides are read. The space
        before the blank belongs to the token that is looked for. Raises ValueError where there is
        not one blank, or the text does not fit the context.
        """
        before, *after = checks.text("text", text, empty=True).split(BLANK)
        if len(after) != 1:
            raise ValueError(f"the text has {len(after)} blanks: give it one {BLANK!r}")
        encode = self.tokenizer.encode
        left = [self.tokenizer.end, *encode(before.removesuffix(" "))]
        ids = [*left, self.model.mask_id, *encode(after[0])]
        with evaluating(self.model):
            logits = self.model(torch.tensor([ids], device=self.device))[0, len(left)]
        return logits.softmax(dim=-1)


def _vocab_size(model: nn.Module) -> int:
    """Through the wrapper of a run on several processes, which hides its model in `.module`."""
    config: Any = getattr(model, "module", model).config
    return config.vocab_size


def mini_bert() -> recipes.Entry:
    """mini-m, except for its mask and what it predicts."""
    shape = recipes.SIZES["mini-m"]
    return recipes.Entry(Recipe("mini-bert", shape, recipes.TOKENS, recipes.BATCH), kind="bert")


text_model.register(MaskedModel, MaskedLanguageModel)
kinds.register("bert", kinds.Kind(GPTConfig, MaskedModel, masked_loss))
recipes.register_both("mini-bert", mini_bert)
