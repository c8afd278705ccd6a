"""What the papers say of their own runs, as far as they say it: for "what a budget buys".

GPT-1 and GPT-2 give no FLOPs and no tokens, GPT-4 nothing at all. What has to be assumed is an
argument, and is said beside the result.
"""

from __future__ import annotations

from dataclasses import dataclass

from gptedu import checks
from gptedu.model import GPTConfig, count_parameters
from gptedu.scaling.budget import training_estimate

GPT1 = GPTConfig(40_000, 512, 12, 768, 12, norm="post")
GPT2 = GPTConfig(50_257, 1024, 48, 1600, 25)
GPT3_PARAMETERS, GPT3_TOKENS, GPT3_FLOPS = 175e9, 300e9, 3.14e23
GPT1_WORDS, GPT1_EPOCHS, GPT2_BYTES = 800e6, 100, 40e9


@dataclass(frozen=True)
class PublishedRun:
    """A run of a paper's. flops: as published, or by 6 N D. source: of what is known. assumed: what
    is not; empty where nothing is."""

    name: str
    parameters: float | None
    tokens: float | None
    flops: float
    source: str
    assumed: str = ""


def published_runs(
    *,
    tokens_a_word: float = 4 / 3,
    bytes_a_token: float = 4.0,
    gpt2_epochs: float = 1.0,
    gpt4_over_gpt3: float | None = None,
) -> list[PublishedRun]:
    """GPT-1 to GPT-3, and GPT-4 where it is said what to assume of it.

    tokens_a_word: of GPT-1's books, whose words are counted. bytes_a_token: of WebText, 40 GB.
    gpt2_epochs: how often it was read, which the paper does not say. gpt4_over_gpt3: its compute
    over GPT-3's, which OpenAI has not published; None leaves it out.
    """
    one = count_parameters(GPT1)
    books = GPT1_WORDS * checks.positive("tokens_a_word", tokens_a_word) * GPT1_EPOCHS
    two = count_parameters(GPT2)
    web = GPT2_BYTES / checks.positive("bytes_a_token", bytes_a_token)
    web *= checks.positive("gpt2_epochs", gpt2_epochs)
    runs = [
        PublishedRun(
            "GPT-1", one, books, training_estimate(one, books),
            "12 layers of 768, 100 epochs of BooksCorpus (section 4.1), whose 800 million words "
            "Devlin et al. 2018 count",
            f"{tokens_a_word:.2f} tokens a word",
        ),
        PublishedRun(
            "GPT-2", two, web, training_estimate(two, web),
            "48 layers of 1,600 (table 2), 40 GB of text (section 2.1)",
            f"{bytes_a_token:g} bytes a token, read {gpt2_epochs:g} times",
        ),
        PublishedRun(
            "GPT-3", GPT3_PARAMETERS, GPT3_TOKENS, GPT3_FLOPS, "tables 2.1 and D.1",
        ),
    ]  # fmt: skip
    if gpt4_over_gpt3 is not None:
        times = checks.positive("gpt4_over_gpt3", gpt4_over_gpt3)
        runs.append(
            PublishedRun(
                "GPT-4", None, None, times * GPT3_FLOPS,
                "nothing published", f"{times:g} times GPT-3's compute",
            )
        )  # fmt: skip
    return runs
