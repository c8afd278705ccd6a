"""Chapter 2's exercises, and GPT-2's four sizes."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.model import GPTConfig, count_parameters
from gptedu.prompting import concordance
from gptedu.world import Document, World

SIZES = {
    "117M": (12, 768, 12),
    "345M": (24, 1024, 16),
    "762M": (36, 1280, 20),
    "1542M": (48, 1600, 25),
}
"""GPT-2's sizes by the names of its paper (table 2): layers, width, heads."""
GPT1_VOCABULARY, GPT2_VOCABULARY = 40_478, 50_257


def gpt2_parameters(name: str, vocabulary: int = GPT2_VOCABULARY) -> int:
    """The number of parameters of one of GPT-2's sizes, from its configuration alone.

    The paper's names are too small. With the 40,478 rows that GPT-1's embedding has, all four come
    out as they are named, to the million; with GPT-2's own 50,257 rows they are 124M to 1,558M.
    """
    layers, width, heads = SIZES[name]
    return count_parameters(GPTConfig(vocabulary, 1024, layers, width, heads))


# --- 1: find the demonstrations ---------------------------------------------------------------


@lru_cache(maxsize=1)
def _pages() -> tuple[Document, ...]:
    return tuple(World(seed=0).documents("train", count=1500))


def _found(phrase: str) -> tuple[float, float]:
    """(share of the hits that are bracketed translations, share of those documents that are hit)"""
    pages = _pages()
    hits = concordance(pages, phrase)
    right = sum(hit.kind == "gloss" for hit in hits)
    wanted = [page for page in pages if page.kind == "gloss"]
    reached = sum(bool(concordance([page], phrase)) for page in wanted)
    return right / max(len(hits), 1), reached / len(wanted)


def _judge_search(phrase: object) -> str | None:
    if not isinstance(phrase, str):
        return "A phrase is asked for: a string, as you would type it into a search box."
    precision, recall = _found(phrase)
    if precision >= 0.95 and recall >= 0.95:
        return None
    if precision == 0:
        return f"{phrase!r} occurs in no such note. Read one of them once more, sign by sign."
    if precision < 0.95:
        return f"{phrase!r} finds other texts too: make it longer."
    return f"{phrase!r} misses some of the notes: what have they all in common?"


def _precision_is(low: float, high: float, recall: float):
    def applies(phrase: object) -> bool:
        if not isinstance(phrase, str) or not phrase:
            return False
        found = _found(phrase)
        return low <= found[0] < high and found[1] >= recall

    return applies


search = Exercise(
    id="02/search",
    title="Find the lesson nobody gave",
    difficulty=1,
    minutes=5,
    task=(
        "Some writers quote a Velan sentence and put its translation behind it in brackets. Find a "
        "**phrase of two or three characters** that finds all of these notes and nothing else."
    ),
    hints=(
        "Look at one hit of `(` with some text on both sides. Which sign stands before the "
        "bracket?",
        "The sentence is quoted. A quotation ends, then comes a space, then the bracket opens.",
        "Quotation mark, space, bracket. In Python, single quotes can hold a double one.",
    ),
    reference='" (',
    judge=_judge_search,
    mistakes=(
        Mistake(
            "the bracket alone",
            "(",
            "A bracket alone finds little programs too: `print(x)`. Add what stands before it in a "
            "note.",
            applies=_precision_is(0.2, 0.95, 0.9),
        ),
        Mistake(
            "one writer's words",
            "said:",
            "That finds some of the notes only: others are introduced in other words, or not at "
            "all. What have they in common?",
            applies=_precision_is(0.95, 1.1, 0.05),
        ),
        Mistake(
            "a word about it",
            "translation",
            "Nobody writes “translation” beside a translation: people just write it down. Search "
            "for how it looks, not for what it is called.",
            applies=lambda phrase: isinstance(phrase, str) and _found(phrase) == (0, 0),
        ),
    ),
)


# --- 2: a choice's score -----------------------------------------------------------------------


def _choice_score(logprobs, prompt_tokens):
    choice = logprobs[prompt_tokens:]
    return sum(choice), sum(choice) / len(choice)


choice_score = Exercise(
    id="02/choice-score",
    title="Which answer is likelier?",
    difficulty=2,
    minutes=8,
    task=(
        "`logprobs` holds the log-probability of every token of prompt + choice, a list of "
        "numbers; the first `prompt_tokens` of them belong to the prompt. Return **two numbers**: "
        "the choice's log-probability (raw), and the same per token of the choice (normalised)."
    ),
    hints=(
        "$\\log P(a, b) = \\log P(a) + \\log P(b \\mid a)$: the log-probability of several tokens "
        "is a sum.",
        "Only the choice's tokens count; the prompt is the same for every choice. "
        "`logprobs[prompt_tokens:]` are they.",
        "Their sum, and their sum over how many there are.",
    ),
    reference=_choice_score,
    probes=(
        probe([-1.0, -2.0, -0.5, -0.25, -3.0], 2),
        probe([-0.1, -4.0], 1),
        probe([-2.0, -1.5, -0.5, -0.75], 3),
    ),
    mistakes=(
        Mistake(
            "with the prompt",
            lambda logprobs, prompt_tokens: (sum(logprobs), sum(logprobs) / len(logprobs)),
            "The prompt's own tokens are in your sum. A surprising prompt is no fault of the "
            "choice: begin after `prompt_tokens`.",
        ),
        Mistake(
            "mean over everything",
            lambda logprobs, prompt_tokens: (
                sum(logprobs[prompt_tokens:]),
                sum(logprobs[prompt_tokens:]) / len(logprobs),
            ),
            "The raw score is right. The normalised one is divided by all the tokens; divide by "
            "those of the choice.",
        ),
        Mistake(
            "one token late",
            lambda logprobs, prompt_tokens: (
                sum(logprobs[prompt_tokens + 1 :]),
                sum(logprobs[prompt_tokens + 1 :]) / max(1, len(logprobs[prompt_tokens + 1 :])),
            ),
            "The choice's first token is missing, and it is the one that decides most. Positions "
            "count from 0, so the choice begins at `prompt_tokens`.",
        ),
        Mistake(
            "sum of probabilities",
            lambda logprobs, prompt_tokens: (
                sum(math.exp(value) for value in logprobs[prompt_tokens:]),
                sum(math.exp(value) for value in logprobs[prompt_tokens:])
                / len(logprobs[prompt_tokens:]),
            ),
            "You add probabilities. Probabilities of successive tokens multiply; it is their "
            "logarithms that add.",
        ),
    ),
)


# --- 3: overlap ---------------------------------------------------------------------------------


def _overlap(given, wanted):
    left, right = Counter(given), Counter(wanted)
    shared = sum((left & right).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(given), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def _sets(given, wanted):
    left, right = set(given), set(wanted)
    shared = len(left & right)
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def _shared(given, wanted):
    return sum((Counter(given) & Counter(wanted)).values())


overlap = Exercise(
    id="02/overlap",
    title="How good is a summary?",
    difficulty=2,
    minutes=10,
    task=(
        "`given` and `wanted` are lists of words. Return the **F1 of single words** (ROUGE-1): of "
        "the words given, the share that is wanted (precision); of the words wanted, the share "
        "that is given (recall); and their harmonic mean $2pr/(p+r)$. A word that occurs twice on "
        "one side and once on the other is shared **once**. No word in common gives 0."
    ),
    hints=(
        "`collections.Counter(words)` counts each word; `a & b` of two counters keeps the smaller "
        "count of each.",
        "`shared = sum((Counter(given) & Counter(wanted)).values())`",
        "Precision divides `shared` by `len(given)`, recall by `len(wanted)`.",
    ),
    reference=_overlap,
    probes=(
        probe(["my", "red", "lamp", "is", "lost"], ["my", "lamp", "is", "broken"]),
        probe(["the", "the", "the"], ["the", "dog"]),
        probe(["a", "b"], ["c"]),
        probe(["a", "b"], ["b", "a"]),
        probe(["lamp"], ["my", "lamp", "is", "lost"]),
    ),
    mistakes=(
        Mistake(
            "sets",
            _sets,
            "Repeated words count once in your sets: “the the the” is then as good as “the”. Count "
            "them (`collections.Counter`).",
        ),
        Mistake(
            "precision only",
            lambda given, wanted: _shared(given, wanted) / len(given),
            "That is precision alone: a summary of one safe word would be perfect. Recall is "
            "missing.",
        ),
        Mistake(
            "recall only",
            lambda given, wanted: _shared(given, wanted) / len(wanted),
            "That is recall alone: copying the whole text would be perfect. Precision is missing.",
        ),
        Mistake(
            "arithmetic mean",
            lambda given, wanted: (
                (_shared(given, wanted) / len(given) + _shared(given, wanted) / len(wanted)) / 2
            ),
            "You take the plain mean of precision and recall. The harmonic mean $2pr/(p+r)$ stays "
            "low where one of the two is low.",
        ),
    ),
)


# --- 4: perplexity ------------------------------------------------------------------------------


def _perplexity(documents):
    every = [value for logprobs in documents for value in logprobs]
    return math.exp(-sum(every) / len(every))


perplexity = Exercise(
    id="02/perplexity",
    title="How many words it hesitates between",
    difficulty=2,
    minutes=6,
    task=(
        "`documents` is a list of lists: the log-probability (natural logarithm) of every token of "
        "each document. Return the **perplexity** over all tokens together: "
        "$\\exp(-\\frac{1}{N}\\sum_i \\log P_i)$, with $N$ the number of tokens."
    ),
    hints=(
        "A model that gives every token a probability of 1/8 has a perplexity of 8.",
        "Put all log-probabilities into one list first: a long document has more to say than a "
        "short one.",
        "`math.exp(-sum(every) / len(every))`",
    ),
    reference=_perplexity,
    probes=(
        probe([[-1.0, -2.0, -3.0], [-0.5]]),
        probe([[math.log(1 / 8)] * 5]),
        probe([[-0.2], [-0.4, -0.6]]),
    ),
    mistakes=(
        Mistake(
            "sign",
            lambda documents: 1 / _perplexity(documents),
            "Your number is below 1: the sign is missing. Log-probabilities are negative, their "
            "surprise is positive.",
        ),
        Mistake(
            "a mean of documents",
            lambda documents: sum(_perplexity([d]) for d in documents) / len(documents),
            "You average one perplexity a document. Average over **tokens**, before the "
            "exponential: or a document of one word weighs as much as a novel.",
        ),
        Mistake(
            "sum, not mean",
            lambda documents: math.exp(-sum(sum(d) for d in documents)),
            "You take the sum where the mean belongs: the number grows with every token read. "
            "Divide by $N$.",
        ),
        Mistake(
            "base 2",
            lambda documents: 2 ** math.log(_perplexity(documents)),
            "You raise 2 to it, but these logarithms are natural: `math.exp` undoes them.",
        ),
    ),
)


# --- 5: parameters ------------------------------------------------------------------------------


def _parameters(vocabulary, context, layers, width):
    embeddings = vocabulary * width + context * width
    attention = width * 3 * width + 3 * width + width * width + width
    mlp = width * 4 * width + 4 * width + 4 * width * width + width
    norms = 2 * 2 * width
    return embeddings + layers * (attention + mlp + norms) + 2 * width


parameters = Exercise(
    id="02/parameters",
    title="Why “117M” has 124 million parameters",
    difficulty=3,
    minutes=12,
    task=(
        "Count the parameters of a GPT-2: token and position embeddings; in each layer two norms "
        "(gain and bias), attention (query, key and value of one `width × 3·width` matrix, then an "
        "output matrix) and an MLP (to `4·width` and back), **all with biases**; a last norm. The "
        "head that gives the logits is the token embedding once more, so it counts nothing."
    ),
    hints=(
        "A linear layer from $a$ to $b$ has $ab + b$ parameters, a norm $2 \\cdot$ width.",
        "A layer comes to $12w^2 + 13w$: $4w^2+4w$ of attention, $8w^2+5w$ of MLP, $4w$ of norms.",
        "`vocabulary*width + context*width + layers*(12*width**2 + 13*width) + 2*width`",
    ),
    reference=_parameters,
    probes=(
        probe(50_257, 1024, 12, 768),
        probe(2_000, 256, 4, 128),
        probe(100, 10, 1, 8),
    ),
    mistakes=(
        Mistake(
            "no biases",
            lambda v, c, n, w: v * w + c * w + n * (12 * w * w + 4 * w) + 2 * w,
            "The biases are missing: a linear layer from $a$ to $b$ has $ab + b$ parameters, nine "
            "widths of biases in a layer.",
        ),
        Mistake(
            "a head of its own",
            lambda v, c, n, w: _parameters(v, c, n, w) + v * w,
            "You count the head too. GPT-2 ties it to the token embedding (the same matrix, "
            "transposed): 38.6 million fewer in the small one.",
        ),
        Mistake(
            "no positions",
            lambda v, c, n, w: _parameters(v, c, n, w) - c * w,
            "The position embedding is missing: one row of `width` for each of the `context` "
            "places.",
        ),
        Mistake(
            "no last norm",
            lambda v, c, n, w: _parameters(v, c, n, w) - 2 * w,
            "Nearly: you are `2·width` short. GPT-2 has one more norm, after the last layer.",
        ),
    ),
)

EXERCISES = (search, choice_score, overlap, perplexity, parameters)
