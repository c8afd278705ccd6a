"""Chapter 0's experiment: `gptedu measure start` records it.

A seed draws the weights at the start and the batches; the text is the same.
"""

from __future__ import annotations

import torch

from gptedu.chapters.start import training
from gptedu.chapters.start.exercises.predicting import next_token_loss
from gptedu.chapters.start.texts import web
from gptedu.records import Experiment, Run
from gptedu.text import train_tokenizer

ADDED = 0.01
"""To each count of pairs: of 1, 0.1 and 0.01 what is best for the count on the held-out pages."""


def bigram(seed: int) -> Run:
    """The loss of a trained model and of a count of pairs on the same held-out pages, in nats."""
    text = web()
    tokenizer = train_tokenizer(text.pages, training.VOCABULARY)
    read = training.stream(text.pages, tokenizer)
    held_out = training.rows(training.stream(text.held_out, tokenizer))
    model = training.train(read, seed)
    with torch.inference_mode():
        loss = next_token_loss(model(held_out), held_out).item()
    pairs = training.pair_loss(read, held_out, tokenizer.vocab_size, ADDED)
    return {"pairs": pairs, "gpt": loss}


EXPERIMENTS = {
    "bigram": Experiment(
        bigram,
        settings={
            "vocabulary": training.VOCABULARY,
            "context": training.CONTEXT,
            "layers": training.LAYERS,
            "width": training.WIDTH,
            "steps": training.STEPS,
            "rows": training.ROWS,
        },
    )
}
