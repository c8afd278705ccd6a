"""How an answer, a summary and a document are judged: three exercises of chapter 2."""

from __future__ import annotations

import math
from collections import Counter

from gptedu.course.exercises import Exercise, Mistake, probe


def choice_score(logprobs, prompt_tokens):
    choice = logprobs[prompt_tokens:]
    return sum(choice), sum(choice) / len(choice)


CHOICE_SCORE = Exercise(
    id="gpt2/choice-score",
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
    reference=choice_score,
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
            "one token early",
            lambda logprobs, prompt_tokens: (
                sum(logprobs[prompt_tokens - 1 :]),
                sum(logprobs[prompt_tokens - 1 :]) / len(logprobs[prompt_tokens - 1 :]),
            ),
            "The prompt's last token is in your sum. Positions count from 0, so the choice begins "
            "at `prompt_tokens`.",
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


def overlap(given, wanted):
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


def _found_in(words, others, given, wanted):
    shared = sum(word in others for word in words)
    return 2 * shared / (len(given) + len(wanted))


OVERLAP = Exercise(
    id="gpt2/overlap",
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
    reference=overlap,
    probes=(
        probe(["my", "red", "lamp", "is", "lost"], ["my", "lamp", "is", "broken"]),
        probe(["the", "the", "the"], ["the", "dog"]),
        probe(["the", "dog"], ["the", "the", "the"]),
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
            "each time it is given",
            lambda given, wanted: _found_in(given, wanted, given, wanted),
            "You count a given word as often as it is given: for “the the the” one “the” that is "
            "wanted counts three times. It is shared once.",
        ),
        Mistake(
            "each time it is wanted",
            lambda given, wanted: _found_in(wanted, given, given, wanted),
            "You count a wanted word as often as it is wanted: one “the” that is given counts "
            "three times for “the the the”. It is shared once.",
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


def perplexity(documents):
    every = [value for logprobs in documents for value in logprobs]
    return math.exp(-sum(every) / len(every))


PERPLEXITY = Exercise(
    id="gpt2/perplexity",
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
    reference=perplexity,
    probes=(
        probe([[-1.0, -2.0, -3.0], [-0.5]]),
        probe([[math.log(1 / 8)] * 5]),
        probe([[-0.2], [-0.4, -0.6]]),
    ),
    mistakes=(
        Mistake(
            "sign",
            lambda documents: 1 / perplexity(documents),
            "Your number is below 1: the sign is missing. Log-probabilities are negative, their "
            "surprise is positive.",
        ),
        Mistake(
            "a mean of documents",
            lambda documents: sum(perplexity([d]) for d in documents) / len(documents),
            "You average one perplexity a document. Average over **tokens**, before the "
            "exponential: or a document of one word weighs as much as a novel.",
        ),
        Mistake(
            "a mean of documents' means",
            lambda documents: math.exp(-sum(sum(d) / len(d) for d in documents) / len(documents)),
            "You average over each document, and then over documents: a document of one word then "
            "weighs as much as a novel. One mean over all **tokens**.",
        ),
        Mistake(
            "divided by documents",
            lambda documents: math.exp(-sum(sum(d) for d in documents) / len(documents)),
            "You divide by the number of documents. $N$ is the number of **tokens**.",
        ),
        Mistake(
            "no exponential",
            lambda documents: math.log(perplexity(documents)),
            "That is the mean loss, in nats. The exponential of it is the perplexity.",
        ),
        Mistake(
            "sum, not mean",
            lambda documents: math.exp(-sum(sum(d) for d in documents)),
            "You take the sum where the mean belongs: the number grows with every token read. "
            "Divide by $N$.",
        ),
        Mistake(
            "base 2",
            lambda documents: 2 ** math.log(perplexity(documents)),
            "You raise 2 to it, but these logarithms are natural: `math.exp` undoes them.",
        ),
    ),
)
