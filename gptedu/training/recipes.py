"""Every file that ships, and how it is made: what `gptedu train NAME` looks up.

One recipe serves the four sizes: the same text in the same order, the same batch, and learning
rates that serve every width. The twins of `mini-m` and `mini-s` change one thing each.
"""

from __future__ import annotations

from dataclasses import dataclass

from gptedu.model import GPTConfig
from gptedu.training.kinds import MODEL_KINDS, Kind, find
from gptedu.training.recipe import DataOptions, Recipe
from gptedu.world import TRANSLATIONS

VOCABULARY, CONTEXT = 2_500, 256
TOKENIZER_DOCUMENTS = 40_000
TOKENS, BATCH = 12_000_000, 8

SIZES = {
    "mini-xs": GPTConfig(VOCABULARY, CONTEXT, layers=2, width=16, heads=2),
    "mini-s": GPTConfig(VOCABULARY, CONTEXT, layers=3, width=48, heads=3),
    "mini-m": GPTConfig(VOCABULARY, CONTEXT, layers=4, width=128, heads=4),
    "mini-l": GPTConfig(VOCABULARY, CONTEXT, layers=6, width=192, heads=6),
}

# Millions of tokens after which mini-m is kept: dense at first, where in-context learning appears.
KEPT = (0, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4, 6, 8, 10)


@dataclass(frozen=True)
class Entry:
    """One model to make: its recipe, its kind, and the millions of tokens at which it is kept."""

    recipe: Recipe
    kind: str = "gpt"
    kept: tuple[float, ...] = ()

    def get(self, tokens: int | None = None, seed: int | None = None) -> Recipe:
        """The recipe, of another length or seed if asked, with `kept` turned into steps.

        A shorter run keeps its copies at the same numbers of tokens, as far as it goes.
        """
        recipe = self.recipe
        recipe = recipe.replace(
            tokens=recipe.tokens if tokens is None else tokens,
            seed=recipe.seed if seed is None else seed,
        )
        steps = {round(1e6 * millions / recipe.tokens_per_step) for millions in self.kept}
        return recipe.replace(checkpoints=tuple(sorted(s for s in steps if s < recipe.steps)))

    @property
    def model_kind(self) -> Kind:
        return MODEL_KINDS[self.kind]


def _lstm() -> object:
    """An LSTM with as many parameters as mini-s, looked up when it is asked for (see `kinds`)."""
    return find(MODEL_KINDS["lstm"].config).same_size(SIZES["mini-s"])


def names() -> list[str]:
    """What `gptedu train` can make; "tokenizer" comes before all models."""
    twins = ["mini-m-untranslated", "mini-lstm", "mini-bert"]
    return ["tokenizer", *SIZES, *twins]


def find_entry(name: str) -> Entry:
    """The entry of a model. Raises ValueError with the names there are."""
    if name in SIZES:
        kept = KEPT if name == "mini-m" else ()
        return Entry(Recipe(name, SIZES[name], TOKENS, BATCH), kept=kept)
    medium = SIZES["mini-m"]
    if name == "mini-m-untranslated":
        data = DataOptions(without=TRANSLATIONS)
        return Entry(Recipe(name, medium, TOKENS, BATCH, data=data))
    if name == "mini-lstm":
        return Entry(Recipe(name, _lstm(), TOKENS, BATCH), kind="lstm")
    if name == "mini-bert":
        return Entry(Recipe(name, SIZES["mini-s"], TOKENS, BATCH), kind="bert")
    raise ValueError(f"there is no recipe {name!r}: choose one of {', '.join(names())}.")
