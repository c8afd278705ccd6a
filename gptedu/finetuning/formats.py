"""GPT-1's input formats: every task becomes rows of tokens (section 3.3, figure 1).

Three new tokens stand behind the vocabulary, [Start], [Delim] and [Extract]. The network reads a
row as it reads any text, and the answer is read at [Extract], the only place that has seen it all.

    classification    [Start] text [Extract]                           one row
    entailment        [Start] premise [Delim] hypothesis [Extract]     one row
    similarity        [Start] first [Delim] second [Extract], and      two rows
                      [Start] second [Delim] first [Extract]
    multiple choice   [Start] context [Delim] choice [Extract]         one row for each choice
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gptedu.text import Tokenizer
from gptedu.world import Classification, Entailment, MultipleChoice, Similarity

SPECIALS = ("start", "delim", "extract")

Example = Classification | Entailment | Similarity | MultipleChoice


@dataclass(frozen=True)
class Row:
    """One sequence for the network.

    ids: token ids; the specials are vocab_size, vocab_size + 1 and vocab_size + 2.
    roles: what each token is ("start", "premise", "delim", "hypothesis", "extract", ...).
    cut: the tokens of text that did not fit and were left out.
    """

    ids: tuple[int, ...]
    roles: tuple[str, ...]
    cut: int = 0

    @property
    def extract(self) -> int:
        """Position of [Extract]: always the last."""
        return len(self.ids) - 1


def familiar(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """Tokens that do in text what [Start], [Delim] and [Extract] do in a row: ids.

    The end of a document, before which nothing counts; a new line; and the colon, behind which the
    web puts its answers.
    """
    newline, colon = (tokenizer.encode(text)[-1] for text in ("\n", ":"))
    return tokenizer.end, newline, colon


@dataclass(frozen=True)
class Formats:
    """Turns examples into rows for a network of `vocab_size` tokens and `context` positions.

    encode: text -> token ids, for instance `tokenizer.encode`.

    A text too long for the context is cut, and `Row.cut` says by how much: reviews and premises
    lose their end, two sentences the end of the longer one, stories their beginning. A hypothesis
    or a choice is never cut, and neither are the specials: what cannot fit raises ValueError.
    """

    encode: Callable[[str], list[int]]
    vocab_size: int
    context: int

    @property
    def start(self) -> int:
        return self.vocab_size

    @property
    def delim(self) -> int:
        return self.vocab_size + 1

    @property
    def extract(self) -> int:
        return self.vocab_size + 2

    def classification(self, text: str) -> Row:
        """[Start] text [Extract]."""
        tokens = self._tokens("text", text)
        room = self._room(specials=2, whole=0, wanted=1)
        return self._row([("text", tokens[:room])], cut=len(tokens) - room)

    def entailment(self, premise: str, hypothesis: str) -> Row:
        """[Start] premise [Delim] hypothesis [Extract]."""
        tokens = self._tokens("premise", premise)
        ends = self._tokens("hypothesis", hypothesis)
        room = self._room(specials=3, whole=len(ends), wanted=1)
        parts = [("premise", tokens[:room]), ("hypothesis", ends)]
        return self._row(parts, cut=len(tokens) - room)

    def similarity(self, first: str, second: str) -> tuple[Row, Row]:
        """Both orders, since neither text comes first by nature; the same tokens in both."""
        one, two = self._tokens("first", first), self._tokens("second", second)
        room = self._room(specials=3, whole=0, wanted=2)
        # Half of the room is each text's own, and what one does not need is the other's: the same
        # rule for both, so that exchanging them changes nothing.
        keep_one = max(room - len(two), room // 2)
        keep_two = max(room - len(one), room // 2)
        cut = max(0, len(one) - keep_one) + max(0, len(two) - keep_two)
        one, two = one[:keep_one], two[:keep_two]
        parts = [("first", one), ("second", two)]
        return self._row(parts, cut), self._row(parts[::-1], cut)

    def multiple_choice(self, context: str, choices: Sequence[str]) -> tuple[Row, ...]:
        """One row for each choice; every row holds the same part of the context."""
        if len(choices) < 2:
            raise ValueError(f"multiple choice needs at least 2 choices, got {len(choices)}")
        tokens = self._tokens("context", context)
        ends = [self._tokens("choice", choice) for choice in choices]
        room = self._room(specials=3, whole=max(map(len, ends)), wanted=1)
        kept = tokens[max(0, len(tokens) - room) :]
        cut = len(tokens) - len(kept)
        return tuple(self._row([("context", kept), ("choice", end)], cut) for end in ends)

    def rows(self, example: Example) -> tuple[Row, ...]:
        """The rows of one labelled example of the miniature web."""
        match example:
            case Classification():
                return (self.classification(example.text),)
            case Entailment():
                return (self.entailment(example.premise, example.hypothesis),)
            case Similarity():
                return self.similarity(example.first, example.second)
            case MultipleChoice():
                return self.multiple_choice(example.context, example.choices)
        raise ValueError(
            f"no input format for {type(example).__name__}; the formats take Classification, "
            "Entailment, Similarity or MultipleChoice from gptedu.world"
        )

    def _tokens(self, name: str, text: str) -> list[int]:
        tokens = self.encode(text)
        if not tokens:
            raise ValueError(f"the {name} is empty ({text!r}): give it at least one token")
        return tokens

    def _room(self, specials: int, whole: int, wanted: int) -> int:
        """Tokens left for the text that may be cut; at least `wanted` of them must fit."""
        room = self.context - specials - whole
        if room < wanted:
            raise ValueError(
                f"{specials} special tokens and {whole + wanted} tokens of text do not fit in a "
                f"context of {self.context}: shorten the text or take a longer context"
            )
        return room

    def _row(self, parts: list[tuple[str, list[int]]], cut: int) -> Row:
        ids, roles = [self.start], ["start"]
        for number, (role, tokens) in enumerate(parts):
            if number:
                ids.append(self.delim)
                roles.append("delim")
            ids.extend(tokens)
            roles.extend([role] * len(tokens))
        return Row((*ids, self.extract), (*roles, "extract"), max(0, cut))
