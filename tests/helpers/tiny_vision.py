"""The models of chapter 7 for tests: tiny, of random weights, always the same."""

from __future__ import annotations

from gptedu import assets
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.encoders import ClipConfig, ClipModel
from gptedu.vision.stream import PictureReader


def tiny_clip(name: str = "tiny", seed: int = 0) -> Clip:
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    config = ClipConfig(tokenizer.vocab_size, width=16, heads=2, layers=1, shared=16)
    return Clip(ClipModel(config, seeded(seed)).eval(), tokenizer, name)


def tiny_reader(name: str = "tiny-reader") -> PictureModel:
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    body = GPT(GPTConfig(tokenizer.vocab_size, 80, layers=2, width=32, heads=2), seeded(0))
    return PictureModel(PictureReader(body, generator=seeded(1)).eval(), tokenizer, name)
