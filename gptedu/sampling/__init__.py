"""Log-probabilities of tokens, and text drawn from them."""

from __future__ import annotations

from gptedu.sampling.generate import draw_ids, filter_logits, generate, seeded
from gptedu.sampling.logprobs import token_logprobs

__all__ = ["draw_ids", "filter_logits", "generate", "seeded", "token_logprobs"]
