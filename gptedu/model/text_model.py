"""A network with its tokenizer, its name and its card: the base of all that `gptedu.load` returns.

Each kind is a class that has the methods it can answer, and no others:

    LanguageModel        generate, logprobs, next_token, score, attention     gptedu.language_model
    NextTokenModel       logprobs, next_token, score (an LSTM)                gptedu.language_model
    MaskedLanguageModel  fill (BERT)                                          gptedu.finetuning.bert
    Scorer               texts -> rewards, by_token (a reward model)          gptedu.rlhf.reward
    Clip                 similarities, classify (pictures and texts)          gptedu.vision.clip
    PictureModel         ask, write, looks (pictures among words)             gptedu.vision.asking

Which class belongs to which network is said by the part that defines both, with `register`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import torch
from torch import nn

from gptedu.model.body import parameter_count
from gptedu.text import Tokenizer


@dataclass(eq=False, repr=False)
class TextModel:
    """A network that reads text. card: what is known of its making.

    Raises ValueError where the tokenizer has more entries than the network, TypeError where the
    network is of another kind, as when a LanguageModel is made of an LSTM.
    """

    model: Any
    tokenizer: Tokenizer
    name: str
    card: dict[str, Any] = field(default_factory=dict)

    what: ClassVar[str] = "a network with a tokenizer"
    """What a learner is told who asks it for something else."""

    def __post_init__(self) -> None:
        kind = kind_of(self.model)
        own = next((each for each in type(self).__mro__ if each in _KINDS.values()), type(self))
        if kind is not None and not issubclass(kind, own):
            raise TypeError(
                f"{self.name} is made of a {type(self.model).__name__}: make a {kind.__name__} of "
                f"it, not a {type(self).__name__}"
            )
        if self.tokenizer.vocab_size > self.model.config.vocab_size:
            raise ValueError(
                f"the tokenizer of {self.name} has {self.tokenizer.vocab_size} entries and the "
                f"model {self.model.config.vocab_size}: they do not belong together"
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __getattr__(self, attribute: str) -> Any:
        """Called for what is not there: says what this is, and what it lacks."""
        name = self.__dict__.get("name")
        if name is None or attribute.startswith("_"):  # while it is being copied or unpickled
            raise AttributeError(attribute)
        raise AttributeError(f"{name} is {self.what}; it has no {attribute!r}")

    @property
    def size(self) -> int:
        """How many parameters it has; a tied weight counts once."""
        return parameter_count(self.model)

    @property
    def device(self) -> torch.device:
        """Where its weights lie."""
        return self.model.token_embedding.weight.device


Model = TypeVar("Model", bound=TextModel)


def of_kind(lm: TextModel, kind: type[Model]) -> Model:
    """The same model, which is of this class. TypeError, saying what it is, where it is not."""
    if not isinstance(lm, kind):
        raise TypeError(f"a {kind.__name__} is needed, and {lm.name} is {lm.what}")
    return lm


_KINDS: dict[type[nn.Module], type[TextModel]] = {}


def register(network: type[nn.Module], kind: type[TextModel]) -> None:
    """Says what a network of this class is wrapped as."""
    _KINDS[network] = kind


def kind_of(model: object) -> type[TextModel] | None:
    """What a network is wrapped as; None for one of a class that nobody has registered."""
    return next((_KINDS[each] for each in type(model).__mro__ if each in _KINDS), None)


def wrap(model: nn.Module, tokenizer: Tokenizer, name: str, card: dict[str, Any]) -> TextModel:
    """A network as what it is. ValueError for one of a class that nobody has registered."""
    if kind := kind_of(model):
        return kind(model, tokenizer, name, card)
    known = ", ".join(sorted(network.__name__ for network in _KINDS))
    raise ValueError(f"{name} is a {type(model).__name__}: known are {known}")
