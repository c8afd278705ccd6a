"""How much computing a training run takes, by exact formula, and how many parameters are counted.

Kaplan et al. 2020 (section 2.1, table 1) estimate 6 x parameters a token; that leaves attention
out and has to say which parameters. Here every product of matrices is counted, as Hoffmann et al.
2022 do (appendix F): forward once, backward twice, a product of m x k with k x n as 2 m k n.
"""

from __future__ import annotations

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from gptedu import checks
from gptedu.model import GPT, GPTConfig, count_parameters
from gptedu.sampling import seeded
from gptedu.training.loss import lm_loss

COUNTED = ("all", "matrices", "blocks")


def matrix_weights(config: GPTConfig) -> int:
    """Weights by which a token is multiplied: those of the blocks, and the head once.

    The token embedding is the head (they are tied); as an embedding it is only looked up, and so
    are positions. Gains and biases multiply no matrix.
    """
    return block_weights(config) + config.vocab_size * config.width


def block_weights(config: GPTConfig) -> int:
    """Weights of the blocks' matrices: Kaplan's "non-embedding" parameters (table 1)."""
    width = config.width
    return config.layers * (4 * width * width + 2 * width * config.inner_width)


def parameters(config: GPTConfig, counted: str = "all") -> int:
    """The size of a model as a law may count it.

    counted: "all", embeddings, gains and biases too (Hoffmann); "matrices", what a token is
    multiplied by (`matrix_weights`); or "blocks", without head and embeddings (Kaplan). In models
    as small as ours this choice changes the exponents (Pearce and Song 2024).
    """
    counted = checks.one_of("counted", counted, COUNTED)
    if counted == "all":
        return count_parameters(config)
    return matrix_weights(config) if counted == "matrices" else block_weights(config)


def flops_per_token(config: GPTConfig, context: int | None = None) -> int:
    """FLOPs of training on one token: 6 x matrix weights + 12 x layers x context x width.

    context: tokens in a window, None for the model's. The second part is attention: the products
    q k^T and (weights) v, each 2 x context x width forward and twice that backward, over the whole
    square, of which the causal mask throws half away. Norms, softmax and the optimiser's own work
    are left out.
    """
    context = config.context if context is None else checks.whole("context", context)
    return 6 * matrix_weights(config) + 12 * config.layers * context * config.width


def training_flops(config: GPTConfig, tokens: int) -> int:
    """FLOPs of a training run that predicts so many tokens, in windows of the model's context."""
    return checks.whole("tokens", tokens, least=0) * flops_per_token(config)


def counted_flops(config: GPTConfig, windows: int = 1) -> int:
    """FLOPs of one training step on so many windows, as torch's counter sees every product.

    It holds the formula against a real model: no weight of it is assumed.
    """
    model = GPT(config, seeded(0))
    batch = torch.randint(config.vocab_size, (windows, config.context + 1), generator=seeded(1))
    # Other kernels of attention compute some products twice to save memory, and are counted so.
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        lm_loss(model, batch).backward()
    return counter.get_total_flops()
