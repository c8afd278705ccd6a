"""Models for the browser tests: tiny, random and deterministic, with a tokenizer of words.

They have the interface of `gptedu.LanguageModel`, so the tests need no checkpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch

import gptedu
from gptedu.model import GPT, GPTConfig, Trace

TEXT = "the cat sat on the mat and the cat sat on </script><b>x"


class WordTokenizer:
    """Words and signs as tokens, numbered as they come; `<|endoftext|>` is 0."""

    end = 0

    def __init__(self, vocab_size: int) -> None:
        self.vocab_size = vocab_size
        self._ids = {"<|endoftext|>": 0}

    def encode(self, text: str) -> list[int]:
        found = re.findall(r" ?\w+|\s|[^\w\s]", text)
        return [self._ids.setdefault(word, len(self._ids)) for word in found]

    def pieces(self, ids: list[int]) -> list[str]:
        words = list(self._ids)
        return [words[i] if i < len(words) else f" w{i}" for i in ids]


@dataclass(frozen=True)
class Attention:
    pieces: list[str]
    weights: torch.Tensor


class TinyLm:
    """A random GPT with sharp attention, so that heads look different from one another."""

    def __init__(
        self, layers: int = 3, heads: int = 4, width: int = 32, context: int = 160
    ) -> None:
        torch.manual_seed(0)
        self.model = GPT(
            GPTConfig(vocab_size=400, context=context, layers=layers, width=width, heads=heads)
        )
        self.model.eval()
        with torch.no_grad():
            for parameter in self.model.parameters():
                if parameter.ndim == 2:
                    parameter.normal_(0, 2.2 / parameter.shape[1] ** 0.5)
        self.tokenizer = WordTokenizer(400)
        self.name = "tiny"

    def _ids(self, text: str) -> list[int]:
        ids = [0, *self.tokenizer.encode(text)]
        if len(ids) > self.model.config.context:
            raise ValueError(
                f"{len(ids)} tokens do not fit the context of {self.model.config.context}"
            )
        return ids

    @torch.inference_mode()
    def attention(self, text: str, heads_off: object = ()) -> Attention:
        ids, trace = self._ids(text), Trace()
        self.model.features(torch.tensor([ids]), trace=trace, heads_off=tuple(heads_off))
        return Attention(self.tokenizer.pieces(ids), torch.stack([a[0] for a in trace.attention]))

    @torch.inference_mode()
    def next_token(self, text: str, heads_off: object = ()) -> torch.Tensor:
        ids = torch.tensor([self._ids(text)])
        return self.model(ids, heads_off=tuple(heads_off))[0, -1].softmax(-1)


def view_modules() -> dict[str, str]:
    """Each widget's folder with its `widget.py`, for those that have a live view."""
    package = Path(gptedu.__file__).parent
    views = [*package.glob("widgets/*/view.js"), *package.glob("course/*/view.js")]
    return {view.parent.name: str(view.with_name("widget.py")) for view in sorted(views)}
