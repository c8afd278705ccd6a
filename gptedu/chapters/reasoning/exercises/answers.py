"""Reading an answer out of a text: an exercise."""

from __future__ import annotations

import re

from gptedu.course.exercises import Exercise, Mistake, probe


def answer(text):
    _, announced, rest = text.rpartition("The answer is")
    found = re.search(r"-?\d+", rest.replace(",", "")) if announced else None
    return int(found[0]) if found else None


def _of(text, pick, keep=lambda text: text):
    found = re.findall(r"-?\d+", keep(text))
    return int(found[pick]) if found else None


def _first_announced(text):
    _, announced, rest = text.partition("The answer is")
    found = re.search(r"-?\d+", rest.replace(",", "")) if announced else None
    return int(found[0]) if found else None


def _with_commas(text):
    _, announced, rest = text.rpartition("The answer is")
    found = re.search(r"-?\d+", rest) if announced else None
    return int(found[0]) if found else None


def _unannounced(text):
    """Where nothing is announced, `rpartition` and `split` leave the whole text."""
    found = re.search(r"-?\d+", text.rpartition("The answer is")[2].replace(",", ""))
    return int(found[0]) if found else None


def _without_sign(text):
    number = answer(text)
    return None if number is None else abs(number)


def _as_text(text):
    number = answer(text)
    return None if number is None else str(number)


ANSWER = Exercise(
    id="reasoning/answer",
    title="What does it say?",
    difficulty=2,
    minutes=8,
    task=(
        'Return the answer of a solution as an int: the first number after the **last** "The '
        'answer is". `1,000` is one thousand, `$29` is 29, `-3` is below zero. Return None '
        "where these words are missing, or no number follows: such a path has no vote."
    ),
    hints=(
        'A model may correct itself: "The answer is 4. No: The answer is 5". `text.rpartition(…)` '
        "splits at the last place.",
        "Commas between digits go before you look for digits: `rest.replace(',', '')`.",
        "`re.search(r'-?\\d+', rest.replace(',', ''))`, and None where it finds nothing.",
    ),
    reference=answer,
    probes=(
        probe("7 and 5 is 12. 12 less 3 is 9. The answer is 9"),
        probe("The answer is 1,000 coins"),
        probe("The answer is $29. Tom had 30 before"),
        probe("The answer is 4. No: The answer is 5"),
        probe("down 5: The answer is -3"),
        probe("7 and 5 is 12. 12 less"),
        probe("The answer is not known"),
    ),
    mistakes=(
        Mistake(
            "the last number of the text",
            lambda text: _of(text, -1, lambda text: text.replace(",", "")),
            "You take the last number of the whole text. In `The answer is $29. Tom had 30 before` "
            "that is not the answer, and where nothing is announced there is none.",
        ),
        Mistake(
            "the first number of the text",
            lambda text: _of(text, 0, lambda text: text.replace(",", "")),
            "You take the first number of the whole text. Mostly that is where the story begins.",
        ),
        Mistake(
            "the first that is announced",
            _first_announced,
            "You split at the first `The answer is`. A model may correct itself: the last one "
            "counts.",
        ),
        Mistake(
            "one of 1,000",
            _with_commas,
            "Nearly. `1,000` becomes 1: take the commas away before you look for digits.",
        ),
        Mistake(
            "a number where none is announced",
            _unannounced,
            "Where nothing is announced, yours takes a number of the text: what is left after the "
            "split is then the whole text. A path that breaks off would vote for a number from "
            "its middle. Return None.",
        ),
        Mistake(
            "the minus lost",
            _without_sign,
            "Nearly. `-3` becomes 3: look for digits with a minus in front, `-?\\d+`.",
        ),
        Mistake(
            "a text",
            _as_text,
            "These are the right digits, as a text. Return an int: `'07'` and `'7'` are one vote.",
        ),
    ),
    solution="""
    def answer(text):
        _, announced, rest = text.rpartition("The answer is")
        found = re.search(r"-?\\d+", rest.replace(",", "")) if announced else None
        return int(found[0]) if found else None
    """,
)
