"""What a reply states and the text does not say: found by the parser, or by asking a model.

The parser reads the world's own sentences and is the oracle. A model is asked fact by fact, with
the text before it, and finds some of what is made up (and some that is not).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from gptedu.language_model import LanguageModel
from gptedu.world.documents import passages
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction
from gptedu.world.words.grammar import capitalised

UNSAID = "The text does not say that."
Lister = Callable[[Instruction, str], list[Fact]]
"""(request, reply) -> the statements of the reply that are taken to be made up."""


def stated(instruction: Instruction, reply: str) -> list[Fact]:
    """The facts that a reply states, in its order, each once.

    A value alone, as in "In the hall.", is stated of what was asked.
    """
    read = (_fact(instruction, sentence) for sentence in re.split(r"[.!?\n]", reply))
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


def asking(lm: LanguageModel) -> Lister:
    """A lister that asks a model about each statement, with the text in front.

    It lists a statement whose subject the text does not name, and one where the model's answer to
    the statement's own question is another one.
    """

    def listed(instruction: Instruction, reply: str) -> list[Fact]:
        claims = stated(instruction, reply)
        asked = [fact for fact in claims if named(instruction, fact)]
        answers = dict(zip(asked, ask(lm, instruction, asked), strict=True))
        return [f for f in claims if f not in answers or not _same(answers[f], f)]

    return listed


def ask(lm: LanguageModel, instruction: Instruction, facts: Sequence[Fact]) -> list[str]:
    """What a model answers to the question of each fact, from the text of the request."""
    if not facts:
        return []
    prompts = [f"{instruction.text}\nQuestion: {fact.question}\nAnswer:" for fact in facts]
    return lm.generate(prompts, max_tokens=10, stop="\n")


def correcting(lm: LanguageModel) -> Callable[[Instruction, str, Sequence[Fact]], str]:
    """A rewriter that asks a model for the value of each listed statement, and puts it in place.

    So a rewrite is as long as what it replaces. A statement stays as it was where the model's
    answer holds no value of that kind; `UNSAID` stands for one whose subject the text does not
    name.
    """

    def rewrite(instruction: Instruction, reply: str, faults: Sequence[Fact]) -> str:
        asked = [fact for fact in faults if named(instruction, fact)]
        answers = dict(zip(asked, ask(lm, instruction, asked), strict=True))

        def instead(fact: Fact, sentence: str) -> str:
            if fact not in answers:
                return UNSAID
            words = {word.lower() for word in re.findall(r"[^\W\d_]+", answers[fact])}
            value = next((v for v in passages.values_of(fact.relation) if v.lower() in words), "")
            return re.sub(rf"\b{fact.value}\b", value or fact.value, sentence, flags=re.IGNORECASE)

        return _each_sentence(instruction, reply, faults, instead)

    return rewrite


def left_out(instruction: Instruction, reply: str, faults: Sequence[Fact]) -> str:
    """A rewriter that leaves each listed statement out; where nothing stays, it says so."""
    rewritten = _each_sentence(instruction, reply, faults, lambda fact, sentence: "")
    return rewritten if rewritten.strip() else f" {UNSAID}"


def _fact(instruction: Instruction, sentence: str) -> Fact | None:
    """What a sentence states; None where that is no fact of the world's kind."""
    plain = sentence.strip().rstrip(".!?")
    asked = instruction.fact
    if (fact := passages.understand(plain)) is not None or asked is None:
        return fact
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", plain)}
    if words & (passages.named_words() - {asked.subject.lower()}) and asked.relation != "owner":
        return None  # it speaks of something else
    values = [v for v in passages.values_of(asked.relation) if v.lower() in words]
    return replace(asked, value=values[0]) if len(values) == 1 else None


def _each_sentence(
    instruction: Instruction,
    reply: str,
    faults: Sequence[Fact],
    instead: Callable[[Fact, str], str],
) -> str:
    """A reply whose sentences that state a fault are replaced."""
    kept = []
    for sentence in re.findall(r"[^.!?\n]+[.!?]?", reply):
        fact = _fact(instruction, sentence)
        if fact is not None and fact in faults:
            sentence = instead(fact, sentence)
        kept.append(capitalised(sentence.strip()))
    return " " + " ".join(filter(None, kept))


def _same(answer: str, fact: Fact) -> bool:
    return answer.strip().rstrip(".").lower() == fact.answer.lower()
