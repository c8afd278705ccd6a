"""What a reply states and the text does not say: found by the parser, or by asking a model.

The parser reads the world's own sentences and is the oracle. A model is asked fact by fact, with
the text before it, and finds some of what is made up (and some that is not).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.world.documents import passages
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction
from gptedu.world.words.grammar import capitalised

UNSAID = "The text does not say that."
TEMPERATURE = 0.7
_ROUNDS = 100
"""Seeds that lie between those of two rewriters: one for each round."""
_JOINED = re.compile(r"(,? (?:and|but) |; ?)")
_NEGATED = re.compile(r"\b(not|never)\b", re.IGNORECASE)
Lister = Callable[[Instruction, str], list[Fact]]
"""(request, reply) -> the statements of the reply that are taken to be made up."""


def stated(instruction: Instruction, reply: str) -> list[Fact]:
    """The facts that a reply states, in its order, each once.

    A value alone, as in "In the hall.", is stated of what was asked. A sentence of several, as "The
    lamp is in the kitchen and the cup is in the attic.", states what its parts state.
    """
    read = (
        _fact(instruction, clause)
        for sentence in re.split(r"[.!?\n]", reply)
        for clause in _clauses(sentence)[::2]
    )
    return list(dict.fromkeys(fact for fact in read if fact is not None))


def made_up(instruction: Instruction, reply: str) -> list[Fact]:
    """Those that the text does not tell: what an oracle lists."""
    return [fact for fact in stated(instruction, reply) if fact not in instruction.told]


def named(instruction: Instruction, fact: Fact) -> bool:
    """Whether the text names whom or what a statement is about.

    Where it does not, the text cannot say it. A model need not be asked then: it would make up an
    answer, and the same one again the next time.
    """
    return re.search(rf"\b{re.escape(fact.subject)}\b", instruction.text, re.IGNORECASE) is not None


def of_all(function: Callable[..., Any], cases: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a lister, rewriter or grader gives in each case: one that has `many` is asked once."""
    many = getattr(function, "many", None)
    return many(cases) if many else [function(*case) for case in cases]


def answers(
    lm: LanguageModel,
    cases: Sequence[tuple[Instruction, Sequence[Fact]]],
    temperature: float = 0.0,
    seed: int = 0,
) -> list[dict[Fact, str]]:
    """What a model answers to the questions of facts that the text names, from the text.

    cases: requests, each with facts. Gives fact -> answer for each case.
    """
    asked = [(place, fact) for place, (instruction, facts) in enumerate(cases)
             for fact in facts if named(instruction, fact)]  # fmt: skip
    found: list[dict[Fact, str]] = [{} for _ in cases]
    if asked:
        prompts = [
            f"{cases[place][0].text}\nQuestion: {fact.question}\nAnswer:" for place, fact in asked
        ]
        written = lm.generate(prompts, max_tokens=10, stop="\n", temperature=temperature, seed=seed)
        for (place, fact), answer in zip(asked, written, strict=True):
            found[place][fact] = answer
    return found


@dataclass(frozen=True)
class ModelLister:
    """A lister that asks a model about each statement, with the text in front.

    It lists a statement whose subject the text does not name, and one where the model's answer to
    the statement's own question is another one.
    """

    lm: LanguageModel

    def many(self, cases: Sequence[tuple[Instruction, str]]) -> list[list[Fact]]:
        """The lists of several replies; the model is asked once."""
        claims = [stated(*case) for case in cases]
        asked = [(case[0], own) for case, own in zip(cases, claims, strict=True)]
        return [
            [fact for fact in own if fact not in said or not _same(said[fact], fact)]
            for own, said in zip(claims, answers(self.lm, asked), strict=True)
        ]

    def __call__(self, instruction: Instruction, reply: str) -> list[Fact]:
        """What is listed of one reply."""
        return self.many([(instruction, reply)])[0]


@dataclass(frozen=True)
class ModelRewriter:
    """A rewriter that asks a model for the value of each listed statement, and puts it in place.

    temperature: of its answers. The lister takes the likeliest answer to the same question, so with
    0 it would confirm each wrong answer that the rewriter puts in place, and a further round would
    give the same again. seed: decides the answers, together with the number of the round.

    A rewrite is as long as what it replaces. A statement stays as it was where the model's answer
    holds no value of that kind; `UNSAID` stands for one whose subject the text does not name.
    Raises ValueError for a temperature below 0.
    """

    lm: LanguageModel
    temperature: float = TEMPERATURE
    seed: int = 0
    number: int = 1

    def __post_init__(self) -> None:
        checks.number("temperature", self.temperature, least=0)
        checks.seed("seed", self.seed)

    def in_round(self, number: int) -> ModelRewriter:
        """The same, with answers drawn anew for each round."""
        return replace(self, number=number)

    def many(self, cases: Sequence[tuple[Instruction, str, Sequence[Fact]]]) -> list[str]:
        """The rewrites of several replies; the model is asked once."""
        seed = _ROUNDS * self.seed + self.number
        asked = [(instruction, faults) for instruction, _, faults in cases]
        drawn = answers(self.lm, asked, self.temperature, seed)
        return [_corrected(*case, own) for case, own in zip(cases, drawn, strict=True)]

    def __call__(self, instruction: Instruction, reply: str, faults: Sequence[Fact]) -> str:
        """The rewrite of one reply."""
        return self.many([(instruction, reply, faults)])[0]


def _corrected(
    instruction: Instruction, reply: str, faults: Sequence[Fact], answers: Mapping[Fact, str]
) -> str:
    def instead(fact: Fact, sentence: str) -> str:
        if fact not in answers:
            return UNSAID
        words = {word.lower() for word in re.findall(r"[^\W\d_]+", answers[fact])}
        value = next((v for v in passages.values_of(fact.relation) if v.lower() in words), "")
        return re.sub(rf"\b{fact.value}\b", value or fact.value, sentence, flags=re.IGNORECASE)

    return _each_sentence(instruction, reply, faults, instead)


def left_out(instruction: Instruction, reply: str, faults: Sequence[Fact]) -> str:
    """A rewriter that leaves each listed statement out; where nothing stays, it says `UNSAID`."""
    rewritten = _each_sentence(instruction, reply, faults, lambda fact, sentence: "")
    return rewritten if rewritten.strip() else f" {UNSAID}"


def _clauses(sentence: str) -> list[str]:
    """The parts of a sentence that state something each, and between them what joins them.

    A sentence that the world's grammar knows as it is stays whole ("…, and then she sat down").
    """
    if passages.understand(sentence) is not None:
        return [sentence]
    return _JOINED.split(sentence)


def _fact(instruction: Instruction, clause: str) -> Fact | None:
    """What a clause states; None where that is no fact of the world's kind."""
    plain = clause.strip().rstrip(".!?")
    asked = instruction.fact
    if (fact := passages.understand(plain)) is not None or asked is None:
        return fact
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", plain)}
    if words & (passages.named_words() - {asked.subject.lower()}) and asked.relation != "owner":
        return None  # it speaks of something else
    values = [v for v in passages.values_of(asked.relation) if v.lower() in words]
    if len(values) != 1 or _NEGATED.search(plain):
        return None
    return replace(asked, value=values[0])


def _each_sentence(
    instruction: Instruction,
    reply: str,
    faults: Sequence[Fact],
    instead: Callable[[Fact, str], str],
) -> str:
    """A reply whose sentences that state a fault are replaced."""
    kept = []
    for sentence in re.findall(r"[^.!?\n]+[.!?]?", reply):
        end = sentence[-1] if sentence[-1] in ".!?" else ""
        parts = _clauses(sentence.removesuffix(end))
        whole = True
        for place in range(0, len(parts), 2):
            fact = _fact(instruction, parts[place])
            if fact is not None and fact in faults:
                parts[place] = instead(fact, parts[place])
                whole &= parts[place] not in ("", UNSAID)
        if whole:
            kept.append(capitalised("".join(parts).strip()) + end)
            continue
        # What is left of a sentence that lost a part is a sentence, or several.
        *others, last = (part.strip() for part in parts[::2])
        kept += [_sentence(part, end or ".") for part in others] + [_sentence(last, end)]
    return " " + " ".join(part for part in kept if part.strip(".!? "))


def _sentence(text: str, end: str) -> str:
    return text if text in ("", UNSAID) else capitalised(text) + end


def _same(answer: str, fact: Fact) -> bool:
    return answer.strip().rstrip(".").lower() == fact.answer.lower()
