"""Chapter 7's figures and lines: from the records, and from what was made just now."""

from __future__ import annotations

from gptedu.chapters.vision.claims import mean_of
from gptedu.chapters.vision.figures.clip import (
    binding,
    contrastive,
    counting,
    gain,
    in_batch,
    of_binding,
    of_ways,
    prompts,
    ranked,
    typographic,
    zero_shot,
)
from gptedu.chapters.vision.figures.reader import (
    ask,
    chart,
    cot,
    describe,
    few_shot,
    looks,
    odd,
    of_blank,
    of_chart,
    row_of,
    stages,
)
from gptedu.plots.vision.pictures import picture_sheet
from gptedu.plots.vision.tables import table_of

__all__ = [
    "ask",
    "binding",
    "chart",
    "contrastive",
    "cot",
    "counting",
    "describe",
    "few_shot",
    "gain",
    "in_batch",
    "looks",
    "mean_of",
    "odd",
    "of_binding",
    "of_blank",
    "of_chart",
    "of_ways",
    "picture_sheet",
    "prompts",
    "ranked",
    "row_of",
    "stages",
    "table_of",
    "typographic",
    "zero_shot",
]
