"""Predictions, quizzes and the scale of a chapter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gptedu.course import kept, predictions
from gptedu.course.cards import asks, prediction_card, quiz_card, quiz_item, reveal_card
from gptedu.course.forms.widget import PredictionForm
from gptedu.course.predictions import guess_of, keep, predict, reveal
from gptedu.course.quizzes import Quiz, question
from gptedu.course.scale import scale
from gptedu.course.show import inline, markup, plain

PLAIN_ELEMENTS = set(re.findall(r"\w+", "div p h4 ul li strong em code pre details summary span"))
NUMBER = re.compile(r"[ ]*[-+−]?\d[\d,]*\.\d+(?:[eE][-+]?\d+)?")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(predictions, "_predictions", {})
    monkeypatch.setattr(predictions, "_revealed", {})
    monkeypatch.setenv(kept.STATE, str(tmp_path / "state"))


# ---------------------------------------------------------------- predictions


def test_a_guess_comes_back_beside_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    predict("gpt1/race", "How many points?", between=(0, 60), unit="points")
    keep("gpt1/race", 35)
    capsys.readouterr()
    reveal("gpt1/race", 21.34)
    said = capsys.readouterr().out
    assert "Your guess: 35.0 points. The result: 21.3 points." in said
    assert "13.7 points lower" in said


@pytest.mark.parametrize("unit", ["%", "percent"])
def test_between_two_shares_lie_points(unit: str, capsys: pytest.CaptureFixture[str]) -> None:
    predict("gpt1/race", "What share?", between=(0, 100), unit=unit)
    keep("gpt1/race", 30)
    reveal("gpt1/race", 86.1)
    assert "The result is 56.1 points higher." in capsys.readouterr().out


def test_without_a_guess_the_output_is_constant(capsys: pytest.CaptureFixture[str]) -> None:
    predict("gpt1/race", "How many points?", between=(0, 60))
    capsys.readouterr()
    reveal("gpt1/race", 21.34)
    assert capsys.readouterr().out == "Your guess: none yet. The result: 21.3.\n"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A notebook: what stands in it under each name; under "keep" what the form calls."""
    there: dict[str, Any] = {}

    def put(card: str, words: str, name: str) -> None:
        there[name] = card

    monkeypatch.setattr(predictions, "in_notebook", lambda: True)
    monkeypatch.setattr(predictions, "show", put)
    monkeypatch.setattr(predictions, "show_again", put)
    monkeypatch.setattr(
        PredictionForm, "ask", lambda asked, guess, keep, mark: there.update(keep=keep)
    )
    return there


def test_without_a_guess_the_result_is_folded_away_and_opens_with_a_later_guess(
    page: dict[str, Any],
) -> None:
    predict("gpt1/race", "How many points?", between=(0, 60), unit="points")
    reveal("gpt1/race", 21.34)
    before, result = page["gptedu-revealed-gpt1/race"], "21.3 points"
    assert result in before.split("<details>")[1]
    assert result not in before.split("<details>")[0]
    page["keep"](35)
    after = page["gptedu-revealed-gpt1/race"]
    assert "<details>" not in after
    assert result in after
    assert "13.7 points lower" in after
    # What the file will hold when the kernel is gone: the guess, and how to change it.
    assert "Your guess is kept: <strong>35.0 points</strong>" in page["gptedu-asked-gpt1/race"]
    assert "Shift+Enter" in page["gptedu-asked-gpt1/race"]


def test_a_question_that_is_asked_again_does_not_open_what_stands_below(
    page: dict[str, Any],
) -> None:
    for _ in range(2):
        predict("gpt1/race", "How many points?", between=(0, 60), unit="points")
    page["keep"](35)
    assert "gptedu-revealed-gpt1/race" not in page


def test_the_card_of_a_question_is_a_form_on_paper_that_says_which_key() -> None:
    number = prediction_card("How many?", "m", span=(0, 60), unit="points")
    choice = prediction_card("Which?", "m", options=("a", "b"))
    for card in (number, choice):
        assert "Shift+Enter" in card
        assert asks(card)
    assert "______ points (a number from 0 to 60)" in number
    assert not asks(reveal_card("How many?", None, "3", ""))
    assert asks(quiz_card([], "m"))


def test_guesses_outlive_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    predict("gpt1/race", "How many?", between=(0, 60))
    keep("gpt1/race", 12)
    assert guess_of("gpt1/race") == 12
    monkeypatch.setenv(kept.STATE, "")
    assert guess_of("gpt1/race") is None


def test_a_foreign_guess_is_none() -> None:
    predict("gpt1/which", "Which?", options=("a", "b"))
    keep("gpt1/which", "c")
    assert guess_of("gpt1/which") is None


def test_a_guess_is_kept_with_its_question_and_its_result() -> None:
    predict("gpt1/race", "How many?", between=(0, 60), unit="points")
    reveal("gpt1/race", 5.7)  # without a guess a result is of no use
    assert kept.events() == []
    for guess in (12, 12, 20):
        assert keep("gpt1/race", guess) == ""
    for _ in range(2):  # Run All twice
        reveal("gpt1/race", 5.7)
    first, second, result = kept.events()
    assert (first["guess"], second["guess"], result["result"]) == (12, 20, 5.7)
    assert (first["question"], first["between"], first["unit"]) == ("How many?", [0, 60], "points")


def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept.STATE, str(tmp_path / "file"))
    predict("gpt1/which", "Which?", options=("a", "b"))
    assert "cannot be written" in keep("gpt1/which", "a")
    assert guess_of("gpt1/which") == "a"


def test_predictions_that_make_no_sense_raise() -> None:
    with pytest.raises(ValueError, match="either options or between"):
        predict("x", "?")
    with pytest.raises(ValueError, match="lower end first"):
        predict("x", "?", between=(1, 1))
    with pytest.raises(KeyError, match="was not asked"):
        reveal("y", 1.0)
    predict("x", "?", options=("a", "b"))
    with pytest.raises(ValueError, match="not an option"):
        reveal("x", "c")


# ---------------------------------------------------------------- quizzes, cards, markup


def _asked() -> Any:
    return question("Why <i>?", right="`a`", wrong={"b": "Not b.", "c": "Not c."}, why="Since a.")


def test_options_are_shuffled_in_an_order_that_stays() -> None:
    assert _asked().options == _asked().options
    assert sorted(_asked().options) == ["`a`", "b", "c"]
    orders = {
        question(f"Question {i}", "a", {"b": "", "c": ""}, "").options.index("a") for i in range(20)
    }
    assert orders == {0, 1, 2}  # the right one is not always at the same place


def test_questions_that_make_no_sense_raise() -> None:
    with pytest.raises(ValueError, match="no wrong option"):
        question("?", "a", {}, "")
    with pytest.raises(ValueError, match="right and as wrong"):
        question("?", "a", {"a": ""}, "")
    with pytest.raises(ValueError, match="at least one"):
        Quiz("gpt1")


def test_the_first_answer_to_a_question_counts() -> None:
    quiz = Quiz("gpt1", _asked(), question("Else?", "a", {"b": ""}, ""))
    assert quiz.answered() == {}
    for right in (False, True):
        quiz.keep("Why <i>?", right)
    quiz.keep("A question of an older version", True)
    assert quiz.answered() == {"Why <i>?": False}
    assert [event["of"] for event in kept.events("quiz", "gpt1")] == [2, 2, 2]


def test_cards_keep_their_words_and_escape_what_is_not_markup() -> None:
    asked = _asked()
    item = quiz_item(
        1, asked.text, options=asked.options, right=asked.right, why=asked.why, wrong=asked.wrong
    )
    cards = [
        quiz_card([item], "m"),
        prediction_card("Is <script> **it**?", "m", options=("a < b", "c")),
        reveal_card("Is <script>?", "a < b", "c", ""),
    ]
    for card in cards:
        assert "<script" not in card
        assert "<i>" not in card
        assert set(re.findall(r"</?(\w+)", card)) <= PLAIN_ELEMENTS
    assert "Not b." in cards[0]
    assert "a &lt; b" in cards[1]


def test_markup() -> None:
    assert inline("`a*b*` **c** *d* $x_i$ 2*3*4 <") == (
        "<code>a*b*</code> <strong>c</strong> <em>d</em> $x_i$ 2*3*4 &lt;"
    )
    assert inline("2 * 3 * 4") == "2 * 3 * 4"
    assert markup("one\ntwo\n\n- a\n- b\n\n```python\nx = 1 < 2\n```") == (
        "<p>one two</p><ul><li>a</li><li>b</li></ul><pre><code>x = 1 &lt; 2</code></pre>"
    )
    assert plain("**a** `b` *c* 2 * 3") == "a b c 2 * 3"


# ---------------------------------------------------------------- scale


def test_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, value in (("small", 1), ("full", 2)):
        monkeypatch.setenv("GPTEDU_SCALE", asked)
        assert scale(small=1, full=2) == value
    monkeypatch.setenv("GPTEDU_SCALE", "huge")
    with pytest.raises(ValueError, match="'huge'"):
        scale(1, 2)
    monkeypatch.delenv("GPTEDU_SCALE")
    for gpu, value in ((False, 1), (True, 2)):
        monkeypatch.setattr("torch.cuda.is_available", lambda gpu=gpu: gpu)
        assert scale(1, 2) == value
