"""The shape of a GPT, and the number of its parameters."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from gptedu import checks

NORMS = ("pre", "post")
ACTIVATIONS = ("gelu_tanh", "gelu", "relu")


@dataclass(frozen=True)
class GPTConfig:
    """All that fixes a GPT's shape.

    >>> GPTConfig(vocab_size=2500, context=256, layers=4, width=128, heads=4)  # mini-m

    `norm="pre"` is GPT-2 (section 2.3): a norm before each sub-block and one at the end.
    `norm="post"` is GPT-1 (section 4.1): a norm after each residual addition, none at the end.
    `feedforward` is the MLP's inner width; None means 4 x width.
    """

    vocab_size: int
    context: int
    layers: int
    width: int
    heads: int
    norm: str = "pre"
    dropout: float = 0.0
    norm_eps: float = 1e-5
    feedforward: int | None = None
    activation: str = "gelu_tanh"

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "vocab_size", "context", "layers", "width", "heads")
        checks.settle(self, checks.whole, "feedforward", none="for 4 x width")
        if self.width % self.heads:
            raise ValueError(
                f"width {self.width} does not divide into {self.heads} heads: "
                "choose a width that is a multiple of heads"
            )
        checks.settle(self, checks.one_of, "norm", choices=NORMS)
        checks.settle(self, checks.one_of, "activation", choices=ACTIVATIONS)
        checks.settle(self, checks.number, "dropout", least=0, below=1)
        checks.settle(self, checks.positive, "norm_eps")

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def inner_width(self) -> int:
        """Width of the MLP's hidden layer."""
        return self.feedforward if self.feedforward is not None else 4 * self.width

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> GPTConfig:
        """The inverse of `to_dict`. Raises ValueError on a key that is unknown or missing."""
        known = [field.name for field in fields(cls)]
        if not isinstance(values, dict):
            raise ValueError(f"the configuration is {values!r}: give {', '.join(known)} by name")
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ValueError(
                f"unknown configuration keys {', '.join(unknown)}: the keys are {', '.join(known)}"
            )
        missing = [name for name in known[:5] if name not in values]
        if missing:
            raise ValueError(f"the configuration lacks {', '.join(missing)}: add them")
        return cls(**values)


def count_parameters(config: GPTConfig) -> int:
    """Parameters of `GPT(config)`, embeddings included, from the configuration alone.

    The head is tied to the token embedding, so it counts once.
    """
    width, inner = config.width, config.inner_width
    embeddings = (config.vocab_size + config.context) * width
    attention = (width + 1) * 3 * width + (width + 1) * width  # q, k, v; output
    mlp = (width + 1) * inner + (inner + 1) * width
    norms = 2 * 2 * width  # two norms, each a weight and a bias
    final_norm = 2 * width if config.norm == "pre" else 0
    return embeddings + config.layers * (attention + mlp + norms) + final_norm
