"""The models: GPT-1 (post-norm; Radford et al. 2018) and GPT-2 (pre-norm; Radford et al. 2019).

`GPT(config)(ids)` gives logits. Read `gpt.py` first; `masks.py` says who may look at whom,
`cache.py` keeps keys and values, `huggingface.py` reads published checkpoints.
"""

from __future__ import annotations

from gptedu.model.cache import KVCache
from gptedu.model.config import GPTConfig, count_parameters
from gptedu.model.gpt import GPT, Trace

__all__ = ["GPT", "GPTConfig", "KVCache", "Trace", "count_parameters"]
