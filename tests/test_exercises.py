"""Every exercise of every chapter: what its checker says to right, untouched and wrong answers."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

import gptedu.course
from gptedu.course import compare
from gptedu.course.exercises import Exercise, Hint, NotTried

CHAPTERS = sorted(
    module.name
    for module in pkgutil.iter_modules(gptedu.course.__path__)
    if re.fullmatch(r"chapter\d\d", module.name)
)


def _exercises(chapter: str) -> tuple[Exercise, ...]:
    return importlib.import_module(f"gptedu.course.{chapter}").EXERCISES


ALL = [pytest.param(each, id=each.id) for chapter in CHAPTERS for each in _exercises(chapter)]
MISTAKES = [
    pytest.param(each.values[0], mistake, id=f"{each.id}-{mistake.name}")
    for each in ALL
    for mistake in each.values[0].mistakes  # type: ignore[attr-defined]
]


def _not_implemented(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("your turn")


def _dots(*args: Any, **kwargs: Any) -> Any:
    return ...


def _empty(*args: Any, **kwargs: Any) -> Any:
    pass


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_of_its_own(chapter: str) -> None:
    exercises = _exercises(chapter)
    assert len(exercises) >= 4
    assert len({each.id for each in exercises}) == len(exercises)
    assert all(each.id.startswith(f"{chapter[-2:]}/") for each in exercises)


@pytest.mark.parametrize("exercise", ALL)
def test_the_reference_passes(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    exercise.check(exercise.reference)
    assert exercise.use(exercise.reference) is exercise.reference
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ALL)
def test_an_untouched_stub_is_told_so(
    exercise: Exercise, capsys: pytest.CaptureFixture[str]
) -> None:
    stubs = (None, ..., "  ") if exercise.judge else (_not_implemented, _dots, _empty, None, ...)
    for stub in stubs:
        with pytest.raises(NotTried):
            exercise.check(stub)
        assert exercise.use(stub) is exercise.reference
        said = capsys.readouterr().out
        assert "not tried yet" in said
        assert "reference" in said


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_named_mistake_gets_its_own_hint(
    exercise: Exercise, mistake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Hint) as told:
        exercise.check(mistake.wrong)
    assert not isinstance(told.value, NotTried)
    assert str(told.value) == mistake.message
    assert exercise.use(mistake.wrong) is exercise.reference
    assert "not right yet" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ALL)
def test_its_hints_are_distinct_and_enough(exercise: Exercise) -> None:
    messages = [mistake.message for mistake in exercise.mistakes]
    assert len(messages) >= 3
    assert len(set(messages)) == len(messages)
    assert len({mistake.name for mistake in exercise.mistakes}) == len(messages)
    assert len(exercise.hints) >= 2
    assert exercise.minutes > 0
    assert all(text.strip() for text in (*messages, *exercise.hints, exercise.task))
    compile(exercise.solution_source(), exercise.id, "exec")


@pytest.mark.parametrize("exercise", [each for each in ALL if not each.values[0].judge])  # type: ignore[attr-defined]
def test_a_constant_or_an_argument_handed_back_is_refused(exercise: Exercise) -> None:
    """The laziest wrong answers: what one probe asks for, and each argument as it came."""
    probes = exercise._probes()
    for wanted in exercise.behaviour(exercise.reference):
        with pytest.raises(Hint):
            exercise.check(lambda *args, wanted=wanted, **kwargs: wanted)
    for place in range(len(probes[0].args)):
        with pytest.raises(Hint):
            exercise.check(lambda *args, place=place, **kwargs: (*args, *kwargs.values())[place])


@pytest.mark.parametrize("exercise", [each for each in ALL if not each.values[0].judge])  # type: ignore[attr-defined]
def test_the_reference_says_the_same_twice(exercise: Exercise) -> None:
    assert compare.same(*(exercise.behaviour(exercise.reference) for _ in range(2)))
