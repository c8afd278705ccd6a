"""The models: GPT-1 (post-norm; Radford et al. 2018) and GPT-2 (pre-norm; Radford et al. 2019).

`GPT(config)(ids)` gives logits. Read `gpt.py` first; `masks.py` says who may look at whom,
`cache.py` keeps keys and values, `decode.py` reads one new token at a time, `huggingface.py` reads
published checkpoints.
"""

from __future__ import annotations

from gptedu.model.cache import KVCache
from gptedu.model.config import GPTConfig, count_parameters
from gptedu.model.fast.decode import Decoder
from gptedu.model.gpt import GPT, Trace

__all__ = ["GPT", "Decoder", "GPTConfig", "KVCache", "Trace", "count_parameters"]
