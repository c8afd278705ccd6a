"""GPT-3's eight sizes as its paper prints them, rebuilt and counted without memory (Table 2.1).

Each row becomes our own GPT on torch's meta device, where a tensor has a shape and no storage: 175
billion parameters cost as little as a hundred. Two rows cannot be built as they are printed, since
heads x head width is not the width; `quirks` finds them and says what is changed to build them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from gptedu.model import GPT, GPTConfig, count_parameters, parameter_count

VOCABULARY, CONTEXT = 50_257, 2_048


@dataclass(frozen=True)
class PublishedSize:
    """A row of the table. params: the printed number of parameters. head: width of one head.
    batch: tokens a step. rate: the highest learning rate.
    """

    name: str
    params: float
    layers: int
    width: int
    heads: int
    head: int
    batch: float
    rate: float


TABLE = (
    PublishedSize("Small", 125e6, 12, 768, 12, 64, 0.5e6, 6.0e-4),
    PublishedSize("Medium", 350e6, 24, 1024, 16, 64, 0.5e6, 3.0e-4),
    PublishedSize("Large", 760e6, 24, 1536, 16, 96, 0.5e6, 2.5e-4),
    PublishedSize("XL", 1.3e9, 24, 2048, 24, 128, 1e6, 2.0e-4),
    PublishedSize("2.7B", 2.7e9, 32, 2560, 32, 80, 1e6, 1.6e-4),
    PublishedSize("6.7B", 6.7e9, 32, 4096, 32, 128, 2e6, 1.2e-4),
    PublishedSize("13B", 13.0e9, 40, 5140, 40, 128, 2e6, 1.0e-4),
    PublishedSize("175B", 175.0e9, 96, 12288, 96, 128, 3.2e6, 0.6e-4),
)


@dataclass(frozen=True)
class Quirk:
    """A row whose figures contradict each other. printed: the row. buildable: the same with one
    figure changed so that it multiplies out. why: both, in a sentence.
    """

    printed: PublishedSize
    buildable: PublishedSize
    why: str


@dataclass(frozen=True)
class Rebuilt:
    """A row as our GPT. counted: its parameters. off: counted / printed - 1."""

    name: str
    config: GPTConfig
    printed: float
    counted: int

    @property
    def off(self) -> float:
        return self.counted / self.printed - 1


def quirk(size: PublishedSize) -> Quirk | None:
    """What is wrong with a row, None where heads x head width is its width.

    Either the number of heads is a slip, or the width is. Of the two networks that can be built,
    the one whose parameters come nearest to the printed number is taken. (The number of heads alone
    changes no count: queries, keys and values take width x width weights however many share them.)
    """
    product = size.heads * size.head
    if product == size.width:
        return None
    ways = [(replace(size, width=product), f"with a width of {product:,}")]
    if size.width % size.head == 0:
        heads = size.width // size.head
        ways.append((replace(size, heads=heads), f"with {heads} heads"))
    buildable, how = min(ways, key=lambda way: abs(_count(way[0]) / size.params - 1))
    return Quirk(
        size,
        buildable,
        f"{size.name}: {size.heads} heads x {size.head} = {product:,}, not the width of "
        f"{size.width:,}; {how} it can be built, and counts {_count(buildable) / 1e9:.2f}B",
    )


def _config(size: PublishedSize) -> GPTConfig:
    return GPTConfig(VOCABULARY, CONTEXT, size.layers, size.width, size.heads)


def _count(size: PublishedSize) -> int:
    return count_parameters(_config(size))


def quirks(sizes: tuple[PublishedSize, ...] = TABLE) -> list[Quirk]:
    """The rows that cannot be built as printed."""
    return [each for size in sizes if (each := quirk(size)) is not None]


def configuration(size: PublishedSize) -> GPTConfig:
    """The row as our configuration, a quirk put right."""
    wrong = quirk(size)
    return _config(size if wrong is None else wrong.buildable)


def rebuild(size: PublishedSize) -> Rebuilt:
    """The row built as our GPT on the meta device, and its parameters counted."""
    config = configuration(size)
    with torch.device("meta"):
        model = GPT(config)
    counted = parameter_count(model)
    return Rebuilt(size.name, config, size.params, counted)
