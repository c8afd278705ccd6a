"""The checker itself: what it accepts, refuses, and says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from gptedu.course.cards import exercise_card
from gptedu.course.differences import difference, same
from gptedu.course.exercises import Exercise, Hint, Mistake, NotTried, probe


def scaled(values: list[float], factor: float) -> list[float]:
    return [factor * value for value in values]


def _exercise(**changes: Any) -> Exercise:
    parts: dict[str, Any] = {
        "id": "00/scaled",
        "title": "Scale a list",
        "difficulty": 1,
        "minutes": 2,
        "task": "Multiply **each** value by `factor`.",
        "hints": ("A comprehension.", "`[factor * v for v in values]`"),
        "reference": scaled,
        "probes": (probe([1.0, 2.0], 3.0), probe([], factor=2.0), probe([-1.0], 0.5)),
        "mistakes": (
            Mistake("added", lambda values, factor: [factor + v for v in values], "You added."),
            Mistake("divided", lambda values, factor: [v / factor for v in values], "You divided."),
            Mistake("first", lambda values, factor: [factor * values[0]], "Only the first."),
        ),
    }
    return Exercise(**parts | changes)


@dataclass(frozen=True)
class Pair:
    first: int
    second: list[float]


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def _told(exercise: Exercise, answer: Any) -> str:
    with pytest.raises(Hint) as told:
        exercise.check(answer)
    return str(told.value)


def test_right_answers_in_another_form_pass() -> None:
    exercise = _exercise()
    exercise.check(lambda values, factor: tuple(v * factor for v in values))
    exercise.check(lambda values, factor: [v * factor * (1 + 1e-6) for v in values])


@pytest.mark.parametrize(
    "odd", [10**400, -(10**5000), [10**5000], 1j, torch.ones(2) * 1j, Unspeakable()], ids=type
)
@pytest.mark.parametrize("right", [2.0, [1.0, 2.0], torch.ones(2), {"a": 1}])
def test_whatever_is_returned_has_its_sentence(odd: Any, right: Any) -> None:
    exercise = _exercise(reference=lambda: right, probes=(probe(),), mistakes=())
    assert "it returns" in _told(exercise, lambda: odd)


def test_a_mistake_is_recognised_by_what_it_does() -> None:
    def other_words(values: list[float], factor: float) -> list[float]:
        out = []
        for value in values:
            out += [value / factor]
        return out

    assert _told(_exercise(), other_words) == "You divided."


def test_a_mistake_that_raises_is_known_by_its_exception() -> None:
    assert _told(_exercise(), lambda values, factor: [values[0] * factor]) == "Only the first."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda values, factor: [2 * factor * v for v in values], "yours is twice that"),
        (lambda values, factor: [-factor * v for v in values], "sign is the other way round"),
        (lambda values, factor: [*values, factor], "3 values"),
        (lambda values, factor: sum(values), "a number"),
        (lambda values, factor: print(end="") if values else [], "is there a `return`"),
        (lambda values: values, "TypeError"),
        (7, "A function is asked for"),
    ],
)
def test_an_unnamed_wrong_answer_is_told_what_differs(answer: Any, words: str) -> None:
    assert words in _told(_exercise(), answer)


def test_an_answer_that_changes_its_input_spoils_nothing() -> None:
    def pops(values: list[float], factor: float) -> list[float]:
        out = []
        while values:
            out.append(factor * values.pop(0))
        return out

    exercise = _exercise()
    exercise.check(pops)
    exercise.check(scaled)


def test_an_answer_that_is_a_stub_only_on_some_inputs_is_not_called_untried() -> None:
    told = _told(_exercise(), lambda values, factor: values if not values else None)
    assert "not tried" not in told


def test_judged_answers() -> None:
    exercise = _exercise(
        probes=(),
        reference="a: ",
        judge=lambda answer: None if answer == "a: " else "No.",
        mistakes=(
            Mistake("space", "b ", "A space.", applies=lambda answer: answer.endswith(" ")),
            Mistake("upper", "A", "Upper case."),
            Mistake("lower", "a", "Nearly."),
        ),
    )
    exercise.check("a: ")
    assert _told(exercise, "x ") == "A space."
    assert _told(exercise, "A") == "Upper case."
    assert _told(exercise, "zzz") == "No."
    with pytest.raises(NotTried):
        exercise.check("  ")


def test_use_goes_on_with_the_right_function(capsys: pytest.CaptureFixture[str]) -> None:
    exercise = _exercise()

    def mine(values: list[float], factor: float) -> list[float]:
        return [v * factor for v in values]

    assert exercise.use(mine) is mine
    assert exercise.use(lambda values, factor: values) is scaled
    assert "✗ Exercise 00/scaled: not right yet." in capsys.readouterr().out


def test_a_hint_knows_the_name_of_its_mistake() -> None:
    with pytest.raises(Hint) as told:
        _exercise().check(lambda values, factor: [v / factor for v in values])
    assert told.value.mistake == "divided"
    with pytest.raises(Hint) as told:
        _exercise().check(lambda values, factor: [])
    assert told.value.mistake == ""


def test_probes_can_wait_until_they_are_needed() -> None:
    made = []

    def probes() -> list[Any]:
        made.append(1)
        return [probe([1.0], 2.0)]

    exercise = _exercise(probes=probes)
    assert not made
    exercise.check(scaled)
    assert made


def test_what_cannot_be_an_exercise_raises() -> None:
    with pytest.raises(ValueError, match="difficulty 6"):
        _exercise(difficulty=6)
    with pytest.raises(ValueError, match="either probes or a judge"):
        _exercise(probes=())
    with pytest.raises(ValueError, match="no hint 3: give 1 to 2"):
        _exercise().hint(3)


def test_the_card_opens_one_hint_after_another_and_escapes() -> None:
    card = exercise_card(
        "a/b",
        "</h4><script>x",
        difficulty=2,
        minutes=5,
        task="Do **it**.",
        hints=("one <b>", "two"),
        solution="def scaled(values): ...",
    )
    assert "<script>" not in card
    assert "&lt;script&gt;" in card
    order = [card.index(text) for text in ("one &lt;b&gt;", "two", "Solution", "def scaled")]
    assert order == sorted(order)
    # Nested: no details is closed before the last is opened.
    assert card.index("</details>") > card.index("Solution")


@pytest.mark.parametrize(
    ("yours", "right", "words"),
    [
        (torch.zeros(2, 3), torch.zeros(3, 2), "shape (2, 3), where (3, 2) is right"),
        (torch.zeros(2), torch.zeros(2, dtype=torch.long), "values of type"),
        ([0.0, 0.0], torch.zeros(2), "a list, where a tensor"),
        (torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0]), "4 at [1], where 2 is right (1 of 2"),
        (True, 1, "True, where 1 is right"),
        (float("nan"), 1.0, "nan"),
        ({"a": 1}, {"a": 1, "b": 2}, "without the key 'b'"),
        ({"a": 1, "c": 2}, {"a": 1}, "does not belong"),
        ([[1], [2, 3]], [[1], [2, 4]], "3 at [1][1], where 4 is right"),
        ([1.0, {"a": (2.0, 5.0)}], [1.0, {"a": (2.0, 4.0)}], "5 at [1]['a'][1], where 4 is right"),
        ([torch.zeros(2, 2)], [torch.eye(2)], "0 at [0][0, 0], where 1 is right (2 of 4"),
        ([torch.tensor([3, 4])], [torch.tensor([3, 5])], "4 at [0][1], where 5 is right"),
        (torch.tensor(3.0), torch.tensor(7.0), "3, where 7 is right"),
        ([None], [2.0], "nothing (None) at [0], where a number"),
        (Pair(1, [2.0, 3.0]), Pair(1, [2.0, 4.0]), "3 at .second[1], where 4 is right"),
        ("a", "b", "'a', where 'b' is right"),
        (None, "b", "nothing (None)"),
    ],
)
def test_differences_in_words(yours: Any, right: Any, words: str) -> None:
    assert words in str(difference(yours, right))


@pytest.mark.parametrize("kind", [int, np.int64, torch.tensor, lambda n: torch.tensor([0, n])])
def test_whole_numbers_are_compared_exactly(kind: Any) -> None:
    right = 124_439_808
    assert same(kind(right), kind(right))
    assert not any(same(kind(right + off), kind(right)) for off in (-1536, -1, 1, right))


def test_a_float_may_stand_for_a_whole_number_if_it_is_one() -> None:
    right = 124_439_808
    assert same(float(right), right)
    assert same(0.1 * 3 * 10, 3)
    assert not any(same(right + off, right) for off in (-1536.0, 0.5, math.inf, math.nan))


@pytest.mark.parametrize(
    ("yours", "words"),
    [
        (124_438_272, "124438272, where 124439808 is right (1,536 too few)"),
        (124_438_272.0, "124438272, where 124439808 is right (1,536 too few)"),
        (124_439_809, "(1 too many)"),
        (2 * 124_439_808, "(yours is twice that)"),
        (7, "7, where 124439808 is right"),
    ],
)
def test_how_far_a_whole_number_is_off_is_said(yours: float, words: str) -> None:
    assert str(difference(yours, 124_439_808)).endswith(words)


def test_numbers_have_six_digits_at_most_wherever_they_stand() -> None:
    third = torch.tensor([0.3, 2.0])
    shown = probe(third, [0.1 + 0.2, (1.0,)], {"a": 1 / 3}, 0.7000000001, 12345678).words()
    assert shown == "[0.3, 2], [0.3, (1,)], {'a': 0.333333}, 0.7, 12345678"
    exercise = _exercise(reference=lambda x: x + 1, probes=(probe(third),), mistakes=())
    assert _told(exercise, lambda x: x) == (
        "answer([0.3, 2]): it returns 0.3 at [0], where 1.3 is right (2 of 2 values differ)."
    )


def test_what_is_the_same() -> None:
    assert same(torch.tensor(2.0), 2.0)
    assert same(2, torch.tensor(2))
    assert same((1, [2.0]), [1, (2.0000001,)])
    assert same(torch.tensor([float("nan")]), torch.tensor([float("nan")]))
    assert same(torch.tensor([float("-inf")]), torch.tensor([float("-inf")]))
    assert not same(torch.tensor([1.0]), torch.tensor([1.001]))


def test_a_loss_that_carries_no_gradient_is_no_loss() -> None:
    def loss(x: torch.Tensor) -> torch.Tensor:
        return (x * x).mean()

    probes = (probe(torch.tensor([1.0, 2.0], requires_grad=True)),)
    exercise = _exercise(reference=loss, probes=probes, mistakes=())
    exercise.check(lambda x: x.square().sum() / 2)
    for turn in (torch.Tensor.item, torch.Tensor.detach, torch.Tensor.tolist):
        assert "no gradient flows" in _told(exercise, lambda x, turn=turn: turn(loss(x)))
    assert "text, where a tensor is asked for" in _told(exercise, lambda x: "loss")
