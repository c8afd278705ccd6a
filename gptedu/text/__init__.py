"""Text to numbers: byte-level BPE (GPT-2, section 2.2), and padded batches of ids."""

from __future__ import annotations

from gptedu.text.batches import Batch, pad
from gptedu.text.tokenizer import END_OF_TEXT, Tokenizer, train_tokenizer

__all__ = ["END_OF_TEXT", "Batch", "Tokenizer", "pad", "train_tokenizer"]
