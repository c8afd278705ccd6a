"""Prompts with their answers as tokens, and the log-probability of the answers.

Rows are padded on the right: under the causal rule a pad behind a text changes nothing before it.
Only the tokens of the answers are unembedded: the logits of the prompts, several times as many,
would never be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from gptedu.model import GPT
from gptedu.model.fast.answer_states import Packed, pack, states_before
from gptedu.model.llama import Llama
from gptedu.sampling import row_logprobs
from gptedu.text import pad

# Answers behind one prompt: with more of them, attention takes longer than what is saved.
TOGETHER = 4
CACHED = 2**17  # numbers in the hidden states of one pass on a CPU: with mini-m, about ten texts


@dataclass(frozen=True)
class Episodes:
    """Prompts with their answers, as tokens: end-of-text, prompt, answer, pads.

    ids: int64 [batch, time]. mask: bool [batch, time], real tokens. answer_mask: bool
    [batch, time], the tokens of the answer, the end-of-text token that finishes it among them.
    prompts: int64 [batch], a number for each prompt, the same where neighbours share it.
    """

    ids: Tensor
    mask: Tensor
    answer_mask: Tensor
    prompts: Tensor

    @classmethod
    def of(cls, prompts: Sequence[list[int]], answers: Sequence[list[int]]) -> Episodes:
        """From the ids of prompts (end-of-text first) and of answers (none empty)."""
        batch = pad([prompt + answer for prompt, answer in zip(prompts, answers, strict=True)])
        starts = torch.tensor([len(prompt) for prompt in prompts])
        places = torch.arange(batch.ids.shape[1])
        numbers: list[int] = []
        for row, prompt in enumerate(prompts):
            again = row > 0 and prompt == prompts[row - 1]
            full = numbers.count(numbers[-1]) == TOGETHER if again else True
            numbers.append(numbers[-1] if again and not full else row)
        return cls(
            batch.ids,
            batch.mask,
            batch.mask & (places >= starts[:, None]),
            torch.tensor(numbers),
        )

    @classmethod
    def with_common_beginnings(cls, texts: Sequence[list[int]]) -> Episodes:
        """From the ids of whole texts, of at least two tokens each.

        Neighbours that have half of their tokens or more in common, from the first on, are taken
        for answers to one prompt, which is what they begin with; the prompt of any other text is
        all of it but the last token.
        """
        packs: list[list[list[int]]] = []
        begin: list[int] = []  # how many tokens the texts of each pack have in common
        for text in texts:
            if packs and len(packs[-1]) < TOGETHER:
                common = min(begin[-1], _common(packs[-1][0], text))
                if 2 * common >= max(len(text), *(len(other) for other in packs[-1])):
                    packs[-1].append(text)
                    begin[-1] = common
                    continue
            packs.append([text])
            begin.append(len(text) - 1)
        pairs = [
            (text[:common], text[common:])
            for pack, common in zip(packs, begin, strict=True)
            for text in pack
        ]
        return cls.of([prompt for prompt, _ in pairs], [rest for _, rest in pairs])

    def rows(self, which: Tensor) -> Episodes:
        """Some of the rows, cut where the longest of them ends."""
        mask = self.mask[which]
        end = int(mask.sum(dim=1).max())
        answers = self.answer_mask[which, :end]
        return Episodes(self.ids[which, :end], mask[:, :end], answers, self.prompts[which])

    @cached_property
    def packed(self) -> Packed:
        """The rows as networks read them: policy, value model and reference read the same."""
        return pack(self.ids, self.answer_mask, self.prompts)

    def to(self, device: torch.device | str) -> Episodes:
        parts = (self.ids, self.mask, self.answer_mask, self.prompts)
        return Episodes(*(part.to(device) for part in parts))

    def groups(self, which: Tensor, width: int) -> list[Tensor]:
        """The numbers of some rows, for one pass each: those of one prompt, and of like length,
        together.

        width: of the hidden states. On a CPU so many rows go together as its cache holds; on a GPU
        all.
        """
        if which.device.type != "cpu":
            return [which]
        packs: dict[int, list[int]] = {}
        for row, prompt in zip(which.tolist(), self.prompts[which].tolist(), strict=True):
            packs.setdefault(prompt, []).append(row)
        length, answer = self.mask.sum(dim=1).tolist(), self.answer_mask.sum(dim=1).tolist()
        sizes = {
            prompt: length[rows[0]] + sum(answer[row] for row in rows[1:])
            for prompt, rows in packs.items()
        }
        ordered = sorted(packs, key=lambda prompt: sizes[prompt])
        together = max(1, CACHED // (width * sizes[ordered[-1]]))
        return [
            torch.tensor([row for prompt in ordered[i : i + together] for row in packs[prompt]])
            for i in range(0, len(ordered), together)
        ]

    def spread(self, numbers: Tensor) -> Tensor:
        """One number for each answer token [n] to its place in [batch, time], 0 elsewhere."""
        zeros = torch.zeros(self.ids.shape, dtype=numbers.dtype, device=numbers.device)
        return zeros.masked_scatter(self.answer_mask, numbers)


def _common(one: list[int], other: list[int]) -> int:
    """With how many equal tokens two texts begin, short of the last of either."""
    longest = min(len(one), len(other)) - 1
    unlike = (place for place in range(longest) if one[place] != other[place])
    return next(unlike, longest)


def states_of(body: GPT | Llama, episodes: Episodes) -> Tensor:
    """Final hidden states before each of the n answer tokens, row by row: [n, width]."""
    ids, answer_mask, prompts = episodes.ids, episodes.answer_mask, episodes.prompts
    return states_before(body, ids, answer_mask, prompts, episodes.packed)


def answer_logits(model: GPT | Llama, episodes: Episodes) -> Tensor:
    """Logits [n, vocab] of which the n answer tokens, row by row, were drawn."""
    return model.unembed(states_of(model, episodes))


def logprobs_of(logits: Tensor, episodes: Episodes) -> Tensor:
    """log pi(token | all before it), [batch, time]; 0 where no answer stands."""
    return episodes.spread(row_logprobs(logits, episodes.ids[episodes.answer_mask]))


def answer_logprobs(model: GPT | Llama, episodes: Episodes) -> Tensor:
    """Log-probabilities of the answers' tokens, [batch, time], 0 elsewhere; carries gradient."""
    return logprobs_of(answer_logits(model, episodes), episodes)
