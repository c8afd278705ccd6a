"""The reward model: a language model that gives a text a number instead of a next token.

InstructGPT (Ouyang et al. 2022, section 3.5): "starting from the SFT model with the final
unembedding layer removed, we trained a model to take in a prompt and response, and output a scalar
reward". It learns from comparisons alone, so only differences of rewards between answers to one
prompt mean anything.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu.model import GPT, GPTConfig
from gptedu.model.fast.answer_states import states_at_end
from gptedu.rlhf.labels.comparisons import Comparison, pairs
from gptedu.rlhf.ppo.episodes import Episodes
from gptedu.text import Tokenizer
from gptedu.training.checkpoint import load_model, save_model

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

Reward = Callable[[list[str]], Tensor]  # whole texts, prompt + answer -> [texts]


def scores_of(reward: Reward, texts: list[str]) -> Tensor:
    """A reward's float32 [texts]; ValueError unless it is one finite real number a text."""
    given = reward(texts)
    try:
        found = torch.as_tensor(given).detach()
    except (TypeError, ValueError, RuntimeError):  # torch's words differ with what it was given
        found = None
    if found is None or found.is_complex():
        raise ValueError(
            f"the reward gave {str(given)[:60]} for {len(texts)} texts: it must give one real "
            "number a text, as a list or a tensor"
        )
    scores = found.float()
    if scores.shape != (len(texts),):
        raise ValueError(
            f"the reward gave a tensor of shape {list(scores.shape)} for {len(texts)} texts: it "
            f"must give one number a text, [{len(texts)}]"
        )
    if not bool(scores.isfinite().all()):
        worst = int((~scores.isfinite()).nonzero()[0])
        raise ValueError(
            f"the reward gave {scores[worst].item()} for the text {texts[worst]!r}: it must give "
            "a finite number"
        )
    return scores


class RewardModel(nn.Module):
    """rewards [batch] from rows of tokens: a GPT's body and a linear head of one output.

    The head starts at zero, so that at first all texts are worth the same. It has no bias, which
    comparisons could not teach; `shift` [] takes its place (see `shift_to_zero`).

    generator: draws the body of an untrained model; `RewardModel.of` takes a trained one.
    """

    shift: Tensor

    def __init__(self, config: GPTConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.body = GPT(config, generator)
        self.head = nn.Linear(config.width, 1, bias=False)
        nn.init.zeros_(self.head.weight)
        self.register_buffer("shift", torch.zeros(()))

    @classmethod
    def of(cls, lm: LanguageModel) -> RewardModel:
        """The reward model that a language model becomes: its body copied, and a new head.

        Raises ValueError where the model is no GPT.
        """
        if not isinstance(lm.model, GPT):
            raise ValueError(
                f"{lm.name} is a {type(lm.model).__name__}: a reward model is made of a GPT, "
                "as 'mini-m' is"
            )
        model = cls(lm.model.config, torch.Generator())
        model.body = copy.deepcopy(lm.model)
        return model.to(lm.model.token_embedding.weight.device).eval()

    @property
    def config(self) -> GPTConfig:
        return self.body.config

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.body.token_embedding

    def at_every_token(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """What the head says after each token: [batch, time], at pads nothing of use.

        ids: [batch, time] int64. mask: bool [batch, time], True for a real token; pads may stand
        anywhere. The body's unembedding is never computed.
        """
        return self.head(self.body.features(ids, mask=mask)).squeeze(-1) + self.shift

    def at_end(self, texts: Episodes) -> Tensor:
        """The reward of each text, [batch]: what `forward` gives, and what is needed for it alone
        (see `answer_states`). The model must be in eval mode."""
        parts = texts.ids, texts.answer_mask, texts.prompts
        return self.head(states_at_end(self.body, *parts)).squeeze(-1) + self.shift

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """The reward of each row, read at its last real token: [batch].

        The mask alone says which token that is: the id of a pad may be that of the end of text.
        Raises ValueError for a row without a real token.
        """
        rewards = self.at_every_token(ids, mask)
        if mask is None:
            return rewards[:, -1]
        return rewards.gather(1, last_real(mask.to(rewards.device))[:, None]).squeeze(1)


def last_real(mask: Tensor) -> Tensor:
    """Place of the last True in each row: [batch, time] bool -> [batch] int64."""
    if not bool(mask.any(dim=1).all()):
        raise ValueError("a row has no real token: leave it out")
    places = torch.arange(mask.shape[1], device=mask.device)
    return torch.where(mask.bool(), places, -1).amax(dim=1)


def comparison_loss(rewards: Tensor, ranks: Sequence[int]) -> Tensor:
    """-log sigmoid(r_better - r_worse), a mean over the pairs of one prompt: a scalar.

    InstructGPT, equation 1, for one prompt with K answers: rewards is [K], each answer scored once,
    and ranks has K whole numbers, 1 for the best. As a mean over its K(K - 1)/2 pairs, a prompt
    with many answers weighs no more than one with few. Rewards that are all the same give log 2.
    Raises ValueError where all answers are tied, or the lengths differ.
    """
    if rewards.shape != (len(ranks),):
        raise ValueError(
            f"rewards of shape {list(rewards.shape)} for {len(ranks)} ranks: give one a rank"
        )
    ordered = pairs(ranks)
    if not ordered:
        raise ValueError("all answers are tied: there is no pair to learn from")
    better, worse = torch.tensor(ordered, device=rewards.device).T
    return -F.logsigmoid(rewards[better] - rewards[worse]).mean()


def read_texts(tokenizer: Tokenizer, texts: Sequence[str], context: int) -> list[list[int]]:
    """The ids of whole texts, the end-of-text token before and behind each.

    Raises ValueError, with the number of the text, where one does not fit the context.
    """
    rows = []
    for number, text in enumerate(texts):
        ids = [tokenizer.end, *tokenizer.encode(text), tokenizer.end]
        if len(ids) > context:
            raise ValueError(
                f"text {number} takes {len(ids)} tokens, with the end-of-text token before and "
                f"behind it, and the context is {context}: shorten its prompt or its answer "
                f"({text[:40]!r}...)"
            )
        rows.append(ids)
    return rows


class Scorer:
    """A reward model as a reward: whole texts in, prompt + answer each, their rewards out.

    >>> reward = Scorer(reward_model, lm.tokenizer)
    >>> reward([prompt + " Yes, gladly.", prompt + " No."])
    tensor([ 0.8315, -1.2046])

    batch: texts that are read together. Neighbours that begin alike, as answers to one prompt do,
    are read in one row (see `answer_states`).
    """

    def __init__(self, model: RewardModel, tokenizer: Tokenizer, batch: int = 64) -> None:
        self.model, self.tokenizer, self.batch = model, tokenizer, batch

    @torch.no_grad()
    def __call__(self, texts: Sequence[str]) -> Tensor:
        """[texts] float32 on the CPU, without a graph and without dropout.

        Raises ValueError for a text that does not fit the context, and FloatingPointError where
        the model gives a reward that is no number.
        """
        if isinstance(texts, str):
            raise TypeError(f"texts is {texts!r}: give a list of texts")
        rows = read_texts(self.tokenizer, texts, self.model.config.context)
        rewards = torch.zeros(len(rows))
        training, device = self.model.training, self.model.head.weight.device
        self.model.eval()
        for start in range(0, len(rows), self.batch):
            some = Episodes.with_common_beginnings(rows[start : start + self.batch]).to(device)
            every = torch.arange(len(some.ids), device=device)
            for group in some.groups(every, self.model.config.width):
                found = self.model.at_end(some.rows(group))
                rewards[start + group.cpu()] = found.float().cpu()
        self.model.train(training)
        _check_finite(rewards)
        return rewards

    @torch.no_grad()
    def by_token(self, text: str) -> tuple[list[str], Tensor]:
        """The tokens of a text, and the reward that the head would give after each of them.

        Both begin with the end-of-text token that stands before the text and end with the one
        behind it, whose reward is the text's. Those before it are what the model makes of the text
        so far: it was never asked there, so read them as a hint.
        """
        ids = read_texts(self.tokenizer, [text], self.model.config.context)[0]
        training, device = self.model.training, self.model.head.weight.device
        self.model.eval()
        rewards = self.model.at_every_token(torch.tensor([ids], device=device))[0].float().cpu()
        self.model.train(training)
        _check_finite(rewards)
        return self.tokenizer.pieces(ids), rewards


def accuracy(reward: Reward, comparisons: Sequence[Comparison]) -> float:
    """Share of pairs, 0 to 1, that a reward orders as the labeler did; equal rewards count half.

    All pairs of all comparisons count alike. Raises ValueError where there is no pair, and for a
    reward that does not give one finite number a text: a NaN is neither above nor below another.
    """
    if not any(comparison.pairs() for comparison in comparisons):
        raise ValueError("there is no pair to order: give comparisons that are not all ties")
    texts = [text for comparison in comparisons for text in comparison.texts]
    rewards = scores_of(reward, texts)
    right: list[float] = []
    for comparison, own in zip(
        comparisons, rewards.split([len(c.answers) for c in comparisons]), strict=True
    ):
        values = own.tolist()
        for better, worse in comparison.pairs():
            ahead, behind = values[better], values[worse]
            right.append(0.5 if ahead == behind else float(ahead > behind))
    return sum(right) / len(right)


def shift_to_zero(model: RewardModel, tokenizer: Tokenizer, demonstrations: Sequence[str]) -> None:
    """Shifts all rewards so that demonstrations score 0 on average (InstructGPT, section 3.5).

    demonstrations: whole texts, prompt + answer. Reward 0 then means "as good as a demonstration".
    """
    if not demonstrations:
        raise ValueError("there are no demonstrations to shift by: give at least one text")
    mean = Scorer(model, tokenizer)(demonstrations).double().mean()
    with torch.no_grad():
        model.shift -= mean.to(model.shift)


def standardise(model: RewardModel, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
    """Shifts and stretches all rewards so that these texts have mean 0 and standard deviation 1.

    A model that was fitted gently to few rankings orders texts well, but by hundredths of a point;
    a policy needs a score of a known size (Ziegler et al. 2019, section 2.2). Raises ValueError
    where all texts have the same reward.
    """
    rewards = Scorer(model, tokenizer)(texts).double()
    if len(texts) < 2 or not float(rewards.std()) > 0:
        raise ValueError("all texts have the same reward: fit the model to some rankings first")
    with torch.no_grad():
        model.head.weight /= rewards.std().to(model.head.weight)
        model.shift.zero_()
        model.shift -= Scorer(model, tokenizer)(texts).double().mean().to(model.shift)


def save_reward_model(
    folder: str | Path, model: RewardModel, card: dict[str, Any]
) -> dict[str, Any]:
    """Writes the model (float16) and its card, as `gptedu.load` reads them; returns the card."""
    about = card | {"kind": "reward", "model": model.config.to_dict()}
    return save_model(folder, model, about)


def load_reward_model(folder: str | Path) -> tuple[RewardModel, dict[str, Any]]:
    """The model, on the CPU and in evaluation mode, and its card.

    Raises what `load_model` raises, and ValueError where the folder holds another kind of model.
    """
    model, card = load_model(folder)
    if not isinstance(model, RewardModel):
        raise ValueError(f"{folder} holds a {type(model).__name__} and no reward model")
    return model, card


def _check_finite(rewards: Tensor) -> None:
    wrong = rewards[~rewards.isfinite()]
    if len(wrong):
        raise FloatingPointError(
            f"the reward model gives {wrong[0].item()}: its weights are spoiled, so fit it again"
        )
