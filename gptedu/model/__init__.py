"""The models: GPT-1 (post-norm; Radford et al. 2018) and GPT-2 (pre-norm; Radford et al. 2019).

`GPT(config)(ids)` gives logits. Read `gpt.py` first; `masks.py` says who may look at whom,
`cache.py` keeps keys and values, `body.py` is the interface that all networks share, `modes.py`
sets torch's shared state and gives it back, `huggingface.py` reads published checkpoints,
`llama.py` a real chat model. `fast/` has two faster forms of the forward pass, held equal to it by
tests.
"""

from __future__ import annotations

from gptedu.model.body import Body, Trace, Transformer, parameter_count
from gptedu.model.cache import KVCache
from gptedu.model.config import GPTConfig, count_parameters
from gptedu.model.fast.decode import Decoder
from gptedu.model.gpt import GPT

__all__ = [
    "GPT",
    "Body",
    "Decoder",
    "GPTConfig",
    "KVCache",
    "Trace",
    "Transformer",
    "count_parameters",
    "parameter_count",
]
