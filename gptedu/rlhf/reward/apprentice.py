"""A reward model that learns beside somebody who ranks, and says how well it knows their taste."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward.fitting import RewardFitting, fit
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scale import standardise
from gptedu.rlhf.reward.scorer import Scorer, accuracy
from gptedu.sampling import seeded

# Twenty rankings of somebody who is not always of one mind: a longer fit learns the exceptions.
GENTLY = RewardFitting(epochs=2, batch=2, learning_rate=3e-4)
LATELY = 10  # rankings over which agreement is averaged


class Apprentice:
    """Called with all rankings so far, it guesses the newest one, and then learns from them all.

    >>> apprentice = Apprentice(sft)
    >>> PreferenceRanker(items, "my_rankings.jsonl", on_ranked=apprentice)

    So every guess is about a ranking that it has not seen. `scorer` is what it has learned.
    every: it learns whenever so many rankings more are there.
    """

    def __init__(
        self,
        sft: LanguageModel,
        how: RewardFitting = GENTLY,
        seed: int = 0,
        every: int = 1,
    ) -> None:
        self.sft, self.how, self.seed = sft, how, checks.seed("seed", seed)
        self.every = checks.whole("every", every, give="1 or more rankings to learn after")
        self.scorer = Scorer(RewardModel.of(sft), sft.tokenizer)
        self._guessed: dict[tuple, float] = {}

    def __call__(self, comparisons: Sequence[Comparison]) -> float | None:
        """Share of pairs, 0 to 1, that it guessed rightly in the last rankings; None before any."""
        known = [each for each in comparisons if each.pairs()]
        if not known:
            return None
        if _key(known[-1]) not in self._guessed:
            self._guessed[_key(known[-1])] = accuracy(self.scorer, [known[-1]])
        if len(known) % self.every == 0:
            self.learn(known)
        lately = [self._guessed[_key(each)] for each in known if _key(each) in self._guessed]
        return statistics.mean(lately[-LATELY:])

    def learn(self, comparisons: Sequence[Comparison]) -> None:
        """Starts over and learns from all comparisons; their texts get mean 0 and deviation 1."""
        model = RewardModel.of(self.sft)
        chance = seeded(self.seed)
        fit(model, comparisons, self.sft.tokenizer, self.how, generator=chance, progress=False)
        texts = [text for each in comparisons for text in each.texts]
        standardise(model, self.sft.tokenizer, texts)
        self.scorer = Scorer(model, self.sft.tokenizer)


def _key(comparison: Comparison) -> tuple:
    return comparison.prompt, comparison.answers, comparison.ranks
