"""A text's reward token by token, and what edits do to it: functions without Jupyter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gptedu.rlhf.reward.scorer import Reward, scores_of
from gptedu.widgets.base.png import visible

SCALES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
EDITS = ("delete", "repeat", "swap")
ABREAST = 48  # dots of the landscape that fit side by side
_ESCAPES = re.compile(r"(?:\\x[0-9a-f]{2})+")


@dataclass(frozen=True)
class Token:
    """A token and the reward after it.

    part: "start" (the token before the text), "prompt", "answer" or "end" (the one behind it,
    where the reward is read). change: against the reward one token before; 0 at the start.
    word: which of the answer's words it is part of.
    """

    piece: str
    part: str
    reward: float
    change: float
    word: int | None = None


@dataclass(frozen=True)
class Reading:
    """A prompt and an answer as the reward model reads them. reward: of the whole text."""

    prompt: str
    answer: str
    reward: float
    tokens: tuple[Token, ...]
    words: tuple[str, ...]


def with_space(prompt: str, answer: str) -> str:
    """The answer as it follows a prompt: with a space before it where nothing parts the two."""
    if prompt and answer and not prompt[-1].isspace() and not answer[0].isspace():
        return f" {answer}"
    return answer


def words_of(answer: str) -> tuple[str, ...]:
    """The answer's words, each with the space before it; joined they are the answer again."""
    return tuple(re.findall(r"\s*\S+|\s+", answer))


def named(word: str) -> str:
    """A word of an answer as it is told: without the space before it, if it is more than that."""
    return visible(word.strip() or word)


@contextmanager
def said_of(whose: str) -> Iterator[None]:
    """A scorer counts its texts from 0; here its errors say whose they are ({}: from 1 on)."""
    try:
        yield
    except ValueError as error:
        words = re.sub(r"^text (\d+)", lambda of: whose.format(int(of[1]) + 1), str(error))
        raise ValueError(words) from error


def edited(answer: str, word: int, edit: str) -> str:
    """The answer with one word deleted, said twice, or swapped with the next (spaces stay).

    Raises ValueError where there is no such word, or no next one.
    """
    words = list(words_of(answer))
    if not 0 <= word < len(words):
        raise ValueError(f"there is no word {word + 1}: the answer has {len(words)}")
    if edit == "delete":
        del words[word]
    elif edit == "repeat":
        again = words[word] if words[word][0].isspace() else f" {words[word]}"
        words.insert(word + 1, again)
    elif edit == "swap":
        if word + 1 == len(words):
            raise ValueError("the last word has none after it to be swapped with")
        first, second = words[word], words[word + 1]
        for place, other in ((word, second), (word + 1, first)):
            bare = words[place].lstrip()
            space = words[place][: len(words[place]) - len(bare)]
            words[place] = space + other.strip()
    else:
        raise ValueError(f"an answer cannot be edited by {edit!r}: choose {', '.join(EDITS)}")
    return "".join(words)


def read(scorer: Reward, prompt: str, answer: str) -> Reading:
    """The answer's reward and how it came about, token by token.

    scorer: any reward; one that has `by_token` (`gptedu.rlhf.reward.scorer.Scorer`) is asked after
    each token, any other word by word. Raises ValueError for an empty text, and what the scorer
    raises where one is too long.
    """
    if not (prompt + answer).strip():
        raise ValueError("there is nothing to score: type an answer")
    with said_of("this text"):
        by_token = getattr(scorer, "by_token", None)
        pieces, rewards = by_token(prompt + answer) if by_token else by_word(scorer, prompt, answer)
    values = rewards.tolist()
    border, words = len(prompt.encode()), words_of(answer)
    ends = _cumulated([len(word.encode()) for word in words])
    tokens, before = [], 0.0
    for i, (piece, end) in enumerate(zip(pieces, _ends(pieces, prompt + answer), strict=True)):
        part = "start" if i == 0 else "end" if i + 1 == len(pieces) else "answer"
        word = None
        if part == "answer" and end <= border:
            part = "prompt"
        elif part == "answer":
            word = next((w for w, until in enumerate(ends) if end - border <= until), None)
        change = values[i] - before if i else 0.0
        tokens.append(Token(piece, part, values[i], change, word))
        before = values[i]
    return Reading(prompt, answer, values[-1], tuple(tokens), words)


def by_word(reward: Reward, prompt: str, answer: str) -> tuple[list[str], Tensor]:
    """As `by_token`, for a reward that knows no tokens: what it gives for each longer beginning.

    The prompt is one piece. Beginnings of it are not scored: a rule may not know them.
    """
    words = words_of(answer)
    begun = [prompt + "".join(words[:count]) for count in range(len(words) + 1)]
    known = [text for text in begun if text.strip()]
    given = dict(zip(known, scores_of(reward, known).tolist(), strict=True))
    rewards = [given.get(text, 0.0) for text in begun]
    before = [prompt] if prompt else []
    values = [rewards[0], *rewards[:1] * len(before), *rewards[1:], rewards[-1]]
    return ["", *before, *words, ""], torch.tensor(values)


def _ends(pieces: Sequence[str], text: str) -> list[int]:
    """Where each token ends in the text, in bytes; the first and the last are outside it.

    A token that is part of a character is written as its bytes, such as `\\xe2\\x80`.
    """
    data, at, ends = text.encode(), 0, []
    for i, piece in enumerate(pieces):
        if 0 < i < len(pieces) - 1:
            own = piece.encode()
            known = data.startswith(own, at)
            at += len(piece) // 4 if not known and _ESCAPES.fullmatch(piece) else len(own)
        ends.append(at)
    return ends


def _cumulated(lengths: Sequence[int]) -> list[int]:
    return [sum(lengths[: i + 1]) for i in range(len(lengths))]


def edits_of(scorer: Reward, reading: Reading, word: int) -> dict[str, float | None]:
    """What each edit of a word would do to the reward; None where it cannot be made."""
    answers: dict[str, str] = {}
    for edit in EDITS:
        if edit != "swap" or word + 1 < len(reading.words):
            answers[edit] = edited(reading.answer, word, edit)
    texts = [reading.prompt + with_space(reading.prompt, answer) for answer in answers.values()]
    readable = [text for text in texts if text.strip()]
    values = scores_of(scorer, readable).tolist() if readable else []
    rewards = dict(zip(readable, values, strict=True))
    changes: dict[str, float | None] = dict.fromkeys(EDITS)
    for edit, text in zip(answers, texts, strict=True):
        if text in rewards:
            changes[edit] = rewards[text] - reading.reward
    return changes


def scale_of(changes: Sequence[float]) -> float:
    """Where the colours' scale ends: steps, so that colours of two tries mean the same."""
    largest = max((abs(change) for change in changes), default=0.0)
    return next((top for top in SCALES if largest <= top), largest)


def landscape(answers: Sequence[str], rewards: Sequence[float]) -> list[dict[str, Any]]:
    """The answers in the order of their rewards, each with a row to stand in.

    Dots that would touch are stacked: row 0 is the lowest.
    """
    order = sorted(range(len(answers)), key=lambda i: rewards[i])
    low, high = (rewards[order[0]], rewards[order[-1]]) if order else (0.0, 0.0)
    apart = (high - low) / ABREAST
    ends: list[float] = []  # the last reward in each row
    spots = []
    for i in order:
        row = next((r for r, end in enumerate(ends) if rewards[i] - end >= apart > 0), len(ends))
        ends[row : row + 1] = [rewards[i]]
        spots.append({"index": i, "answer": answers[i], "reward": rewards[i], "row": row})
    return spots
