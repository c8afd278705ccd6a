"""How good a model has become, by the true preference and by what it could do before.

InstructGPT, section 4: win rates against the SFT model, statements that the text does not support,
what is lost on older tasks (the alignment tax); and GPT-4's calibration before and after.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.labeler import Preference, qualities, refuses
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import situations
from gptedu.world.requests.instructions import Instruction, demonstration

Score = Callable[[Instruction, str], float]
TRUE: Score = Preference()

TASKS = {
    "reading": "answering from a text",
    "closed-book": "facts from memory",
    "translate-into-english": "into English",
    "summary": "summaries",
}
"""Chapter 2's tasks, on which the tax is measured."""


def win_rate(
    asked: Sequence[Instruction],
    answers: Sequence[str],
    others: Sequence[str],
    score: Score = TRUE,
) -> float:
    """Share of prompts whose answer is liked better than the other one; a draw counts half.

    This and what follows raise ValueError where there is nothing to judge, or not one answer to
    each prompt.
    """
    won = []
    for each, first, second in zip(asked, answers, others, strict=True):
        one, two = score(each, first), score(each, second)
        won.append(0.5 if one == two else float(one > two))
    return _mean(won)


def mean_score(asked: Sequence[Instruction], answers: Sequence[str], score: Score = TRUE) -> float:
    """Mean true score of the answers."""
    return _mean([score(*each) for each in zip(asked, answers, strict=True)])


def hallucinated(asked: Sequence[Instruction], answers: Sequence[str]) -> float:
    """Share of answers that state what the text does not say (closed-domain hallucination).

    A reply that wrongly denies what the text says is another fault, and not counted.
    """
    made_up = [
        qualities(each, answer).honest < 0 and not refuses(answer)
        for each, answer in zip(asked, answers, strict=True)
    ]
    return _mean(made_up)


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("there is no answer to judge: give at least one")
    return sum(values) / len(values)


def prompted(
    asked: Sequence[Instruction], examples: Sequence[Instruction], k: int = 2, seed: int = 0
) -> list[str]:
    """The same requests, put to a base model as well as we can. Ask with `stop="\n"`.

    Chapters 2 and 3 say how: in a form that its web knows (a question with "Answer:", "In other
    words,", a headed list), after `k` examples of the same kind of request with the best of 20
    demonstrations each, so they show all that a labeler likes. Before a question one example is of
    a text that answers it and the next of one that does not. No example is of the text itself.

    Raises ValueError where there is no example of a kind.
    """
    shown: dict[str, list[tuple[str, str]]] = {}
    for i, each in enumerate(examples):
        solved = _web_form(each) + _best_reply(each, f"{seed}/{i}")
        shown.setdefault(each.kind, []).append((each.text, solved))
    rng = random.Random(f"prompted/{seed}")
    prompts = []
    for each in asked:
        kinds = [each.kind] * k
        if each.kind in ("answer", "unsaid"):
            kinds = (["answer", "unsaid"] * k)[:k]
            rng.shuffle(kinds)
        others = {
            kind: [s for text, s in shown.get(kind, ()) if text != each.text] for kind in kinds
        }
        for kind, found in others.items():
            if not found:
                raise ValueError(f"no example is a {kind!r} of another text: give one")
        before = [rng.choice(others[kind]) for kind in kinds]
        prompts.append("\n\n".join([*before, _web_form(each)]))
    return prompts


def _web_form(asked: Instruction) -> str:
    if asked.kind == "rewrite":
        return f"{asked.text} In other words,"
    if asked.kind == "list":
        people = "people" in asked.request
        return f"{asked.text}\n{'People' if people else 'Things'}:"
    assert asked.asked is not None
    return f"{asked.text}\nQuestion: {asked.asked.question}\nAnswer:"


def _best_reply(asked: Instruction, seed: str) -> str:
    facts = World().facts
    draws = (Draw(facts, "train", random.Random(f"best/{seed}/{j}")) for j in range(20))
    return max((demonstration(d, asked) for d in draws), key=lambda reply: TRUE(asked, reply))


def abilities(lm: LanguageModel, count: int = 100, seed: int = 0) -> dict[str, float]:
    """Share of chapter 2's questions that are answered to the letter: task -> 0 to 1."""
    found = {}
    for task in TASKS:
        questions = World().questions(task, "test", count, seed=seed)
        given = lm.generate([each.prompt for each in questions], max_tokens=40, stop="\n")
        right = [a.strip() == q.answer.strip() for a, q in zip(given, questions, strict=True)]
        found[task] = sum(right) / count
    return found


@torch.inference_mode()
def choices(lm: LanguageModel, count: int = 300, seed: int = 0) -> tuple[Tensor, Tensor]:
    """A text, a question and four answers, as in an exam: (confidence, right), both [count].

    confidence: the probability of the likeliest answer among the four. right: 1.0 where it is the
    one that the text gives.
    """
    facts = World().facts
    confidence, right = torch.zeros(count), torch.zeros(count)
    for i in range(count):
        d = Draw(facts, "test", random.Random(f"choices/{seed}/{i}"))
        told, text = situations.told_passage(d, 2, 3)
        fact = d.pick(told)
        wrong = d.sample([a for a in fact.answers() if a != fact.answer], 3)
        scores = lm.score(
            f"{text}\nQuestion: {fact.question}\nAnswer:", [f" {a}" for a in (fact.answer, *wrong)]
        ).raw
        shares = torch.tensor(scores).softmax(dim=0)
        confidence[i], right[i] = shares.max(), float(shares.argmax() == 0)
    return confidence, right


def calibration_error(confidence: Tensor, right: Tensor, bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from accuracy, on average over answers.

    Answers are put into `bins` of equal width by confidence; in each bin the mean confidence is
    held against the share that is right, weighed by how many answers the bin has.

    confidence, right: [answers]. Raises ValueError where their shapes differ or are empty, and for
    a confidence outside 0 to 1.
    """
    if confidence.dim() != 1 or confidence.shape != right.shape or not len(right):
        raise ValueError(
            f"confidence {list(confidence.shape)} and right {list(right.shape)}: give one of each "
            "an answer, and at least one"
        )
    if not bool(((confidence >= 0) & (confidence <= 1)).all()):
        raise ValueError("a confidence lies outside 0 to 1: give probabilities")
    which = (confidence * bins).long().clamp(max=bins - 1)
    error = 0.0
    for b in range(bins):
        inside = which == b
        if inside.any():
            gap = (confidence[inside].mean() - right[inside].mean()).abs().item()
            error += gap * inside.float().mean().item()
    return error
