"""Log-probabilities of tokens, and text drawn from them."""

from __future__ import annotations

from gptedu.sampling.continuations import continuation_logprobs
from gptedu.sampling.generate import draw_ids, filter_logits, generate, seeded
from gptedu.sampling.logprobs import row_logprobs, token_logprobs
from gptedu.sampling.stops import StopString

__all__ = [
    "StopString",
    "continuation_logprobs",
    "draw_ids",
    "filter_logits",
    "generate",
    "row_logprobs",
    "seeded",
    "token_logprobs",
]
