"""torch's shared state, set for a while and given back: modes, gradients, the default type.

A model may be asked for a text in the middle of its own training, and a notebook may begin with
`torch.set_grad_enabled(False)` or another default type. Whoever needs one of these to be something
asks for it here, for as long as it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def evaluating(*models: nn.Module) -> Iterator[None]:
    """Evaluation mode (no dropout) within the block; afterwards each module's own mode again."""
    training = [module for model in models for module in model.modules() if module.training]
    for model in models if training else ():
        model.eval()
    try:
        yield
    finally:
        for module in training:  # not model.train(): some of its parts may have been frozen
            module.training = True


@contextmanager
def learning() -> Iterator[None]:
    """Gradients on and new tensors in float32 within the block, whatever the notebook has set."""
    with torch.inference_mode(False), torch.enable_grad(), float32():
        yield


@contextmanager
def float32() -> Iterator[None]:
    """New tensors in float32 within the block."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
