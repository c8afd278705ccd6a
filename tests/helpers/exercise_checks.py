"""What holds of every exercise: what its checker says to right, untouched and wrong answers.

A chapter's test module makes a class of these checks and names its exercises:

    class TestExercises(ExerciseChecks):
        chapter, exercises, unnamed = "gpt1", EXERCISES, {...}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from gptedu.course import differences
from gptedu.course.exercises import Exercise, Hint, NotTried


def not_implemented(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("your turn")


def dots(*args: Any, **kwargs: Any) -> Any:
    return ...


def empty(*args: Any, **kwargs: Any) -> Any:
    pass


def check_what_stubs_are_told(exercise: Exercise) -> None:
    """Only a function that returns nothing is asked for its `return`."""
    for stub, words in (
        (not_implemented, "not tried yet."),
        (dots, "not tried yet."),
        (empty, "not tried yet, or is there no `return`?"),
    ):
        with pytest.raises(NotTried) as told:
            exercise.check(stub)
        assert str(told.value) == f"Exercise {exercise.id}: {words}"


def check_a_last_norm_is_missed(exercise: Exercise, kind: Callable[[float], float]) -> None:
    """Where parameters are counted, `2·width` of them are missed, however many there are."""
    place = exercise.reference.__code__.co_varnames.index("width")
    exercise.check(lambda *args: kind(exercise.reference(*args)))
    with pytest.raises(Hint, match="Nearly: you are `2·width` short"):
        exercise.check(lambda *args: kind(exercise.reference(*args) - 2 * args[place]))


class ExerciseChecks:
    """chapter: its slug. unnamed: exercise's id -> wrong answers that no named mistake makes."""

    chapter: ClassVar[str]
    exercises: ClassVar[Sequence[Exercise]]
    unnamed: ClassVar[Mapping[str, Sequence[Callable[..., Any]]]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        names = set(metafunc.fixturenames)
        of_functions = [each for each in self.exercises if not each.judge]
        if {"exercise", "mistake"} <= names:
            pairs = [(each, mistake) for each in self.exercises for mistake in each.mistakes]
            ids = [f"{each.id}-{mistake.name}" for each, mistake in pairs]
            metafunc.parametrize(("exercise", "mistake"), pairs, ids=ids)
        elif "exercise" in names:
            metafunc.parametrize("exercise", self.exercises, ids=[e.id for e in self.exercises])
        elif "of_functions" in names:
            metafunc.parametrize("of_functions", of_functions, ids=[e.id for e in of_functions])

    def test_a_chapter_has_exercises_of_its_own(self) -> None:
        assert len(self.exercises) >= 4
        assert len({each.id for each in self.exercises}) == len(self.exercises)
        assert all(each.id.startswith(f"{self.chapter}/") for each in self.exercises)

    def test_the_reference_passes(
        self, exercise: Exercise, capsys: pytest.CaptureFixture[str]
    ) -> None:
        exercise.check(exercise.reference)
        assert exercise.use(exercise.reference) is exercise.reference
        assert "right" in capsys.readouterr().out

    def test_an_untouched_stub_is_told_so(
        self, exercise: Exercise, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stubs = (None, ..., "  ") if exercise.judge else (not_implemented, dots, empty, None, ...)
        for stub in stubs:
            with pytest.raises(NotTried):
                exercise.check(stub)
            assert exercise.use(stub) is exercise.reference
            said = capsys.readouterr().out
            assert "not tried yet" in said
            assert "reference" in said

    def test_a_function_that_returns_nothing_is_told_so(self, of_functions: Exercise) -> None:
        check_what_stubs_are_told(of_functions)

    def test_a_named_mistake_gets_its_own_hint(
        self, exercise: Exercise, mistake: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(Hint) as told:
            exercise.check(mistake.wrong)
        assert not isinstance(told.value, NotTried)
        assert str(told.value) == mistake.message
        assert exercise.use(mistake.wrong) is exercise.reference
        assert "not right yet" in capsys.readouterr().out

    def test_its_hints_are_distinct_and_enough(self, exercise: Exercise) -> None:
        messages = [mistake.message for mistake in exercise.mistakes]
        assert len(messages) >= 3
        assert len(set(messages)) == len(messages)
        assert len({mistake.name for mistake in exercise.mistakes}) == len(messages)
        assert len(exercise.hints) >= 2
        assert exercise.minutes > 0
        assert all(text.strip() for text in (*messages, *exercise.hints, exercise.task))

    def test_the_solution_shown_is_right(self, exercise: Exercise) -> None:
        """As a learner would run it: pasted into a cell of its own, under the learner's name."""
        module = (
            vars(__import__(exercise.reference.__module__, fromlist=["_"]))
            if callable(exercise.reference)
            else {}
        )
        own = {name: value for name, value in module.items() if not name.startswith("_")}
        source = exercise.solution_source()
        if callable(exercise.reference):
            name = exercise.reference.__name__
            assert source.startswith(f"def {name}(")
            del own[name]
            exec(compile(source, exercise.id, "exec"), own)
            exercise.check(own[name])
        else:
            exercise.check(eval(source))

    def test_a_constant_or_an_argument_handed_back_is_refused(self, of_functions: Exercise) -> None:
        """The laziest wrong answers: what one probe asks for, and each argument as it came."""
        probes = of_functions._probes()
        for wanted in of_functions.behaviour(of_functions.reference):
            with pytest.raises(Hint):
                of_functions.check(lambda *args, wanted=wanted, **kwargs: wanted)
        for place in range(len(probes[0].args)):
            with pytest.raises(Hint):
                of_functions.check(lambda *args, i=place, **kwargs: (*args, *kwargs.values())[i])

    def test_the_reference_says_the_same_twice(self, of_functions: Exercise) -> None:
        assert differences.same(*(of_functions.behaviour(of_functions.reference) for _ in range(2)))

    def test_a_wrong_answer_without_a_name_is_told_what_differs(
        self, of_functions: Exercise
    ) -> None:
        for wrong in self.unnamed[of_functions.id]:
            assert of_functions.mistake_of(wrong) is None
            with pytest.raises(Hint, match=r"it returns|raises|has to raise"):
                of_functions.check(wrong)
