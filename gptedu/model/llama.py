"""A Llama of the `transformers` library with the interface of our GPT.

So everything that stands on a GPT (generation with the cache, scores, attention, heads switched
off, the logit lens) works on a real pretrained model unchanged. Its weights are not ours to teach
from: rotary positions, RMS norms and grouped keys are `transformers`' code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from gptedu.model.body import Heads, Trace, check_one_input
from gptedu.model.gpt import heads_by_layer

LONGEST = 2048  # tokens; attention weights are kept whole, and grow with the square of this


@contextmanager
def no_bars() -> Iterator[None]:
    """Keeps `transformers` from drawing progress bars of its own."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@dataclass(frozen=True)
class LlamaConfig:
    """The shape of the model, under the names of `GPTConfig`."""

    vocab_size: int
    context: int
    layers: int
    width: int
    heads: int


class LlamaCache:
    """`transformers`' cache, and which of its tokens are real."""

    def __init__(self) -> None:
        from transformers import DynamicCache

        self.theirs = DynamicCache()
        self.real: Tensor | None = None  # [batch, length] bool
        self.length = 0


class Llama(nn.Module):
    """Takes what `GPT` takes, except for masks of its own: causal, with pads, is all it knows."""

    causal = True

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs.eval()
        shape = theirs.config
        self.config = LlamaConfig(
            vocab_size=shape.vocab_size,
            context=min(LONGEST, shape.max_position_embeddings),
            layers=shape.num_hidden_layers,
            width=shape.hidden_size,
            heads=shape.num_attention_heads,
        )

    @classmethod
    def from_folder(cls, folder: str | Path) -> Llama:
        """Reads a folder in Hugging Face's format, in float32.

        With `attn_implementation="eager"`: the default one computes no weights to look at.
        """
        from transformers import LlamaForCausalLM

        with no_bars():
            theirs = LlamaForCausalLM.from_pretrained(
                folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True
            )
        return cls(theirs)

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.theirs.model.embed_tokens

    @property
    def final_norm(self) -> nn.Module:
        return self.theirs.model.norm

    def new_cache(self, batch: int, length: int | None = None) -> LlamaCache:
        """An empty cache; it grows by itself, so the sizes are not needed."""
        return LlamaCache()

    def forward(self, ids: Tensor | None = None, **how: Any) -> Tensor:
        """Logits [batch, time, vocab_size]; takes what `features` takes."""
        return self.unembed(self.features(ids, **how))

    def unembed(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., width] to logits [..., vocab_size]."""
        return self.theirs.lm_head(hidden)

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        cache: LlamaCache | None = None,
        trace: Trace | None = None,
        heads_off: Heads = (),
    ) -> Tensor:
        """Final hidden states [batch, time, width]; see `GPT.features`.

        Raises ValueError for a mask [batch, query, key], which this model does not take.
        """
        check_one_input(ids, embeddings)
        given = cast(Tensor, ids if embeddings is None else embeddings)
        batch, time = given.shape[:2]
        if mask is None:
            mask = torch.ones(batch, time, dtype=torch.bool, device=given.device)
        if mask.shape != (batch, time):
            raise ValueError(
                f"mask of shape {tuple(mask.shape)}: this model takes [batch, time] = "
                f"[{batch}, {time}] only; load a GPT for masks of your own"
            )
        past = 0 if cache is None else cache.length
        if past + time > self.config.context:
            raise ValueError(
                f"{past + time} tokens do not fit the context of {self.config.context}: "
                "shorten the text or keep its end"
            )
        real = mask if cache is None or cache.real is None else torch.cat([cache.real, mask], dim=1)
        if positions is None:  # pads do not count
            positions = (real.cumsum(dim=1) - 1).clamp(min=0)[:, past:]
        with self._switched_off(heads_off), self._last_residual() as last:
            out = self.theirs.model(
                input_ids=ids,
                inputs_embeds=embeddings,
                attention_mask=real.long(),
                position_ids=positions,
                past_key_values=None if cache is None else cache.theirs,
                use_cache=cache is not None,
                output_attentions=trace is not None,
                output_hidden_states=trace is not None,
            )
        if cache is not None:
            cache.real, cache.length = real, past + time
        if trace is not None:
            trace.attention.extend(out.attentions)
            # Their last hidden state comes after the final norm; ours before it.
            trace.residual.extend([*out.hidden_states[:-1], last[0]])
        return out.last_hidden_state

    @contextmanager
    def _last_residual(self) -> Iterator[list[Tensor]]:
        seen: list[Tensor] = []
        hook = self.final_norm.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
        try:
            yield seen
        finally:
            hook.remove()

    @contextmanager
    def _switched_off(self, heads_off: Heads) -> Iterator[None]:
        """Zeroes the heads' slices of what goes into the output projection."""
        off = heads_by_layer(heads_off, self.config.layers, self.config.heads)

        def silence(heads: list[int]) -> Any:
            def hook(_: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
                parts = given[0].unflatten(-1, (self.config.heads, -1)).clone()
                parts[..., heads, :] = 0.0
                return (parts.flatten(-2), *given[1:])

            return hook

        hooks = [
            self.theirs.model.layers[layer].self_attn.o_proj.register_forward_pre_hook(
                silence(heads)
            )
            for layer, heads in off.items()
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
