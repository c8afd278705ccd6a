"""A RuleBench with a tiny model that can train, and requests for it."""

from __future__ import annotations

from gptedu.language_model import LanguageModel
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer
from gptedu.widgets import RuleBench
from gptedu.world.policy import Enquiry, draw_enquiries

TRAIN = draw_enquiries(12, seed=1)
TESTED = draw_enquiries(6, "validation", seed=2)


def tiny_start() -> LanguageModel:
    tokenizer = train_tokenizer([each.prompt for each in TRAIN], 400)
    shape = GPTConfig(tokenizer.vocab_size, 256, layers=1, width=16, heads=2)
    return LanguageModel(GPT(shape, seeded(0)).eval(), tokenizer, "tiny", {})


def bench(**options) -> RuleBench:
    kinds: dict[str, list[Enquiry]] = {"train": TRAIN, "tested": TESTED}
    return RuleBench(start=tiny_start(), **{**kinds, **options})
