"""The same weights in both libraries: a GPT of ours, and transformers' GPT-2."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from gptedu.model import GPT, GPTConfig
from gptedu.model.huggingface import rename_weights

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel


def pair(config: GPTConfig) -> tuple[GPT, GPT2LMHeadModel]:
    """The same random weights in both libraries, without dropout."""
    with quiet_transformers() as transformers, tempfile.TemporaryDirectory() as folder:
        shape = transformers.GPT2Config(
            vocab_size=config.vocab_size,
            n_positions=config.context,
            n_embd=config.width,
            n_layer=config.layers,
            n_head=config.heads,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=0,
            eos_token_id=0,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            theirs = transformers.GPT2LMHeadModel(shape)
        theirs.save_pretrained(folder)
        return GPT.from_hf(folder), theirs.eval()


def in_transformers(model: GPT) -> GPT2LMHeadModel:
    """A GPT of ours as a model of transformers, with the same weights."""
    _, theirs = pair(model.config)
    weights = model.state_dict()
    with torch.no_grad():
        for name, parameter in theirs.transformer.named_parameters():
            [ours] = rename_weights({name: parameter.detach()}, "gpt2")
            turned = ".c_" in name and name.endswith("weight")  # theirs are [in, out]
            parameter.copy_(weights[ours].t() if turned else weights[ours])
    return theirs


@contextmanager
def quiet_transformers() -> Iterator[Any]:
    """transformers, without its progress bars and advice."""
    import transformers

    before = transformers.logging.get_verbosity()
    bars = transformers.logging.is_progress_bar_enabled()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        yield transformers
    finally:
        transformers.logging.set_verbosity(before)
        if bars:
            transformers.logging.enable_progress_bar()
