"""The base model, prompted as well as we can: "GPT (prompted)" of InstructGPT's figure 1."""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu.rlhf.judging import TRUE
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import Instruction, demonstration


def prompted(
    instructions: Sequence[Instruction],
    examples: Sequence[Instruction],
    k: int = 2,
    seed: int = 0,
) -> list[str]:
    """The same requests, put to a base model as well as we can. Generate with `stop="\n"`.

    Chapters 2 and 3 say how: in a form that its web knows (a question with "Answer:", "In other
    words,", a headed list), after `k` examples of the same kind of request with the best of 20
    demonstrations each, so they show all that a labeler likes. Before a question one example is of
    a text that answers it and the next of one that does not. No example is of the text itself.

    Raises ValueError where there is no example of a kind.
    """
    solved: dict[str, list[tuple[str, str]]] = {}  # kind -> (text, example with its answer)
    for i, each in enumerate(examples):
        example = _web_form(each) + _best_reply(each, f"{seed}/{i}")
        solved.setdefault(each.kind, []).append((each.text, example))
    rng = random.Random(f"prompted/{seed}")
    prompts = []
    for each in instructions:
        kinds = [each.kind] * k
        if each.kind in ("answer", "unsaid"):
            kinds = (["answer", "unsaid"] * k)[:k]
            rng.shuffle(kinds)
        others = {
            kind: [example for text, example in solved.get(kind, ()) if text != each.text]
            for kind in kinds
        }
        for kind, of_other_texts in others.items():
            if not of_other_texts:
                raise ValueError(f"no example is a {kind!r} of another text: give one")
        before = [rng.choice(others[kind]) for kind in kinds]
        prompts.append("\n\n".join([*before, _web_form(each)]))
    return prompts


def _web_form(instruction: Instruction) -> str:
    if instruction.kind == "rewrite":
        return f"{instruction.text} In other words,"
    if instruction.kind == "list":
        people = "people" in instruction.request
        return f"{instruction.text}\n{'People' if people else 'Things'}:"
    assert instruction.fact is not None
    return f"{instruction.text}\nQuestion: {instruction.fact.question}\nAnswer:"


def _best_reply(instruction: Instruction, seed: str) -> str:
    facts = World().facts
    draws = (Draw(facts, "train", random.Random(f"best/{seed}/{j}")) for j in range(20))
    replies = (demonstration(d, instruction) for d in draws)
    return max(replies, key=lambda reply: TRUE(instruction, reply))
