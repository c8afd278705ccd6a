"""Every file that ships, and how it is made: what `gptedu train NAME` looks up.

One recipe serves the four sizes: the same text in the same order, the same batch, and learning
rates that serve every width. A second family, `mini-xs-v2` to `mini-l-v2`, reads more, and of the
second mixture. The twins of `mini-m` and `mini-s` change one thing each, in both families; those
of another network are registered where it is defined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gptedu.model import GPTConfig
from gptedu.training.kinds import Kind, find_kind
from gptedu.training.recipe import DataOptions, Recipe
from gptedu.world import TRANSLATIONS, TRANSLATIONS_OF
from gptedu.world.mixtures import find_mixture

VOCABULARY, CONTEXT = 2_500, 256
TOKENIZER_DOCUMENTS = 40_000
TOKENS, BATCH = 12_000_000, 8
TOKENS_V2 = 36_000_000
"""That `mini-m-v2` and its family read, of the second mixture: three times as many."""

LEAD_TOKENS = {"second": 3_300_000}
ALIGNED = ("second",)
"""Mixtures whose windows begin with a document; in others no trial learned to compare."""

SIZES = {
    "mini-xs": GPTConfig(VOCABULARY, CONTEXT, layers=2, width=16, heads=2),
    "mini-s": GPTConfig(VOCABULARY, CONTEXT, layers=3, width=48, heads=3),
    "mini-m": GPTConfig(VOCABULARY, CONTEXT, layers=4, width=128, heads=4),
    "mini-l": GPTConfig(VOCABULARY, CONTEXT, layers=6, width=192, heads=6),
}

# Millions of tokens after which mini-m is kept: dense at first, where in-context learning appears.
KEPT = (0, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40)
KEPT_V2 = (0, 0.4, 0.8, 1.5, 3, 6, 12, 24)


@dataclass(frozen=True)
class Entry:
    """One model to make: its recipe, its kind, and the millions of tokens at which it is kept."""

    recipe: Recipe
    kind: str = "gpt"
    kept: tuple[float, ...] = ()

    def get(
        self, tokens: int | None = None, seed: int | None = None, mixture: str | None = None
    ) -> Recipe:
        """The recipe, of another length, seed or mixture if asked, with `kept` turned into steps.

        A shorter run keeps its copies at the same numbers of tokens, as far as it goes.
        """
        recipe = self.recipe
        recipe = recipe.replace(
            tokens=recipe.tokens if tokens is None else tokens,
            seed=recipe.seed if seed is None else seed,
        )
        if mixture is not None:
            recipe = recipe.replace(data=self._data_of(mixture, recipe.tokens))
        steps = {round(1e6 * millions / recipe.tokens_per_step) for millions in self.kept}
        return recipe.replace(checkpoints=tuple(sorted(s for s in steps if s < recipe.steps)))

    def _data_of(self, mixture: str, tokens: int) -> DataOptions:
        """The recipe's text from another mixture, of which a long run reads nothing twice.

        What is left out there is left out here.
        """
        find_mixture(mixture)
        data = self.recipe.data
        without = TRANSLATIONS_OF[mixture] if data.without == TRANSLATIONS else data.without
        return replace(
            data,
            mixture=mixture,
            without=without,
            tokens=max(data.tokens, tokens),
            lead=LEAD_TOKENS.get(mixture, data.lead),
            aligned=mixture in ALIGNED,
        )

    @property
    def model_kind(self) -> Kind:
        return find_kind(self.kind)


_ENTRIES: dict[str, Callable[[], Entry]] = {}


def register(name: str, entry: Callable[[], Entry]) -> None:
    """Says how a model that ships is made; the part that defines its network does."""
    _ENTRIES[name] = entry


def names() -> list[str]:
    """What `gptedu train` can make by pretraining; "tokenizer" comes before all models."""
    return ["tokenizer", *_ENTRIES]


def find_entry(name: str) -> Entry:
    """The entry of a model. Raises ValueError with the names there are."""
    if name not in _ENTRIES:
        raise ValueError(f"there is no recipe {name!r}: choose one of {', '.join(names())}")
    return _ENTRIES[name]()


def register_both(name: str, entry: Callable[[], Entry]) -> None:
    """Registers a model of the first family, and as `second_name(name)` the same model in the
    family that reads the second mixture."""

    def second() -> Entry:
        first = entry()
        read = first.get(TOKENS_V2, mixture="second")
        recipe = read.replace(name=second_name(name), checkpoints=())
        return replace(first, recipe=recipe, kept=KEPT_V2 if first.kept else ())

    register(name, entry)
    register(second_name(name), second)


def _of_the_family(name: str) -> Callable[[], Entry]:
    kept = KEPT if name == "mini-m" else ()
    return lambda: Entry(Recipe(name, SIZES[name], TOKENS, BATCH), kept=kept)


def mixture_read(name: str) -> str:
    """Which web a model of this name has read (see `gptedu.world.mixtures`).

    "first" where there is no recipe of this name.
    """
    return find_entry(name).recipe.data.mixture if name in _ENTRIES else "first"


def second_name(size: str) -> str:
    """What a size is called in the family that has read the second mixture: "mini-m-v2"."""
    return f"{size}-v2"


def _untranslated() -> Entry:
    data = DataOptions(without=TRANSLATIONS)
    return Entry(Recipe("mini-m-untranslated", SIZES["mini-m"], TOKENS, BATCH, data=data))


for _name in SIZES:
    register_both(_name, _of_the_family(_name))
register_both("mini-m-untranslated", _untranslated)
