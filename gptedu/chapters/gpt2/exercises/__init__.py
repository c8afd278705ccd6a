"""Chapter 2's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.chapters.gpt2.exercises.prompts import (
    PROMPT as prompt,
)
from gptedu.chapters.gpt2.exercises.prompts import (
    SEARCH as search,
)
from gptedu.chapters.gpt2.exercises.scores import (
    CHOICE_SCORE as choice_score,
)
from gptedu.chapters.gpt2.exercises.scores import (
    OVERLAP as overlap,
)
from gptedu.chapters.gpt2.exercises.scores import (
    PERPLEXITY as perplexity,
)
from gptedu.chapters.gpt2.exercises.sizes import (
    GPT1_VOCABULARY,
    GPT2_VOCABULARY,
    SIZES,
    gpt2_parameters,
)
from gptedu.chapters.gpt2.exercises.sizes import (
    PARAMETERS as parameters,
)

__all__ = [
    "EXERCISES",
    "GPT1_VOCABULARY",
    "GPT2_VOCABULARY",
    "NOTES",
    "SIZES",
    "choice_score",
    "gpt2_parameters",
    "overlap",
    "parameters",
    "perplexity",
    "prompt",
    "search",
]

EXERCISES = (search, prompt, choice_score, overlap, perplexity, parameters)

NOTES = {
    "gpt2/why": (
        "We can take pages out and train again in half an hour; with 40 GB of web that was out of "
        "reach. Two more training runs of `mini-m`, from other seeds, are 97 points ahead of the "
        "twin as well."
    ),
    "gpt2/why-control": (
        "Summaries need none of the pages that were taken out, so the two should differ little. "
        "The room that is left goes to other pages, so the twin may even gain. `mini-m` of two "
        "other seeds is 6 points behind the twin and level with it: that much is the luck of a run."
    ),
    "gpt2/hint": (
        "Our forum has two roads at this place, and most of the cost is the posts where the model "
        "takes the other. News articles leave more roads open, and GPT-2's summaries were weak "
        "with the hint too. `mini-m` of two other seeds gains 19 and 27 points by it."
    ),
    "gpt2/size": (
        "The least of the four gains. Our world is so small that `mini-l` holds most of its "
        "facts; GPT-2's largest answered 4.1% of the Natural Questions. One training run of each "
        "size."
    ),
    "gpt2/size-steps": (
        "The smallest rise of the mean from one size to the next. Single tasks come at different "
        "sizes: translation and summaries are complete where memory for facts has hardly begun."
    ),
    "gpt2/perplexity": (
        "The smallest fall from one size to the next, on pages of the test split. Absolute "
        "numbers depend on the text and the tokenizer, so only their order compares."
    ),
    "gpt2/parameters": (
        "Exact, from the configuration. 9,779 more rows of 768 in the embedding are the 7.5 "
        "million between."
    ),
    "gpt2/real": (
        "What the hint brings `smollm2-135m-instruct` on four English posts, recorded. Far too "
        "few posts for more than a sign."
    ),
}
"""What the difference in scale does and does not explain, claim by claim."""
