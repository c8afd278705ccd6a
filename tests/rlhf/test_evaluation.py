"""How answers are judged, and a reward model that learns beside somebody who ranks."""

from __future__ import annotations

import itertools
import random
import re

import pytest
import torch

from gptedu.language_model import ChoiceScores
from gptedu.rlhf import evaluation
from gptedu.rlhf.evaluation import (
    TASKS,
    TRUE,
    abilities,
    calibration_error,
    choices,
    hallucinated,
    mean_score,
    prompted,
    win_rate,
)
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward import apprentice
from gptedu.rlhf.reward.apprentice import Apprentice
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.reward.model import RewardModel, standardise
from gptedu.rlhf.stages import MAX_TOKENS
from gptedu.training.command import shipped_tokenizer
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests.instructions import KINDS, REPLY, demonstration, instruction
from tiny_rlhf import tiny_lm


def draw(name: str, split: str = "train") -> Draw:
    return Draw(World().facts, split, random.Random(f"test/{name}"))


def requests(count: int, name: str = "", split: str = "train"):
    return [instruction(draw(f"{name} {i}", split), KINDS[i % 4]) for i in range(count)]


# --- answers judged


def by_length(asked, answer):
    return len(answer)


def test_a_win_rate_counts_draws_half():
    asked = requests(4)
    assert win_rate(asked, ["aa", "b", "cc", ""], ["a", "bb", "cc", "d"], by_length) == 0.375
    right = [demonstration(draw("x"), each) for each in asked]
    assert win_rate(asked, right, [""] * 4) == 1.0
    assert win_rate(asked, right, right) == 0.5
    assert mean_score(asked, ["a", "bb", "ccc", ""], by_length) == 1.5
    with pytest.raises(ValueError, match="shorter"):
        win_rate(asked, right, right[:3])
    with pytest.raises(ValueError, match="shorter"):
        mean_score(asked, right[:3], by_length)  # not the mean of three over four
    for nothing in (lambda: win_rate([], [], []), lambda: mean_score([], [], by_length),
                    lambda: hallucinated([], [])):  # fmt: skip
        with pytest.raises(ValueError, match="no answer to judge"):
            nothing()


def test_a_win_rate_and_that_of_the_other_side_make_one():
    rng, asked = random.Random(0), requests(40)
    for _ in range(20):
        one, other = ([" kitchen" * rng.randrange(4) for _ in asked] for _ in range(2))
        assert win_rate(asked, one, other) + win_rate(asked, other, one) == pytest.approx(1.0)


def test_what_is_made_up_counts_and_a_wrong_refusal_does_not():
    d = draw("made up")
    said = [instruction(d, "answer") for _ in range(4)]
    unsaid = [instruction(d, "unsaid") for _ in range(2)]
    answers = [
        f" {said[0].asked.but(d).say(d)}.",  # made up
        f" {said[1].asked.say(d)}.",
        " The text does not say that.",  # wrong, and nothing made up
        "",
        f" {unsaid[0].asked.say(d)}.",  # made up
        " That is not in the text.",
    ]
    assert hallucinated(said + unsaid, answers) == pytest.approx(2 / 6)
    assert hallucinated(said[2:3], answers[2:3]) == 0


# --- a base model asked as well as we can


def test_a_prompt_for_a_base_model_has_two_solved_examples_of_its_kind():
    asked, examples = requests(80, "asked", "test"), requests(80, "example")
    found = prompted(asked, examples)
    assert found == prompted(asked, examples) != prompted(asked, examples, seed=1)
    texts = {each.text: each for each in examples}
    for each, prompt in zip(asked, found, strict=True):
        *shown, last = prompt.split("\n\n")
        assert len(shown) == 2
        assert last.startswith(each.text)
        assert REPLY not in prompt
        assert not prompt.endswith(" ")  # the answer brings its space
        kinds = set()
        for one in shown:
            text = next(text for text in texts if one.startswith(text))
            kinds.add(texts[text].kind)
            tail = one.removeprefix(text)
            answer = re.fullmatch(r"(?: In other words,|\n.*:)( [^\n]+)", tail, re.S)[1]
            answer = answer if "Answer:" not in answer else answer.split("Answer:")[1]
            assert TRUE(texts[text], answer) == 1.5  # all that a labeler likes
        two = {"answer", "unsaid"}
        assert kinds == (two if each.kind in two else {each.kind})


def test_a_prompt_never_shows_what_it_asks():
    asked = requests(8)
    for each, prompt in zip(asked, prompted(asked, asked), strict=True):
        assert prompt.count(each.text) == 1


def test_a_kind_without_another_example_is_named():
    asked = requests(1)
    for examples in ([], asked):
        with pytest.raises(ValueError, match=r"no example is a .* of another text"):
            prompted(asked, examples)


def test_prompts_with_their_examples_fit_the_context():
    tokenizer = shipped_tokenizer()
    found = prompted(requests(200, "long", "test"), requests(400, "longer"))
    longest = max(len(tokenizer.encode(prompt)) for prompt in found)
    assert 1 + longest + MAX_TOKENS <= 256


# --- abilities and calibration


class Oracle:
    """Answers some of the questions of each task rightly, and says how it scores choices."""

    def __init__(self, known: float = 1.0, raw=None) -> None:
        self.known, self.raw, self.seen = known, raw, []

    def generate(self, prompts, max_tokens, stop):
        questions = next(
            q for task in TASKS for q in [World().questions(task, "test", len(prompts), seed=3)]
            if [each.prompt for each in q] == prompts
        )  # fmt: skip
        answers = [q.answer + "  " for q in questions]
        return [a if i < self.known * len(answers) else " no" for i, a in enumerate(answers)]

    def score(self, prompt, options):
        self.seen.append((prompt, options))
        return ChoiceScores(list(self.raw), list(self.raw))


@pytest.mark.parametrize("known", [0.0, 0.25, 1.0])
def test_abilities_are_the_share_answered_to_the_letter(known):
    assert abilities(Oracle(known), count=8, seed=3) == dict.fromkeys(TASKS, known)


def test_an_exam_has_the_right_answer_first_and_three_others():
    lm = Oracle(raw=torch.tensor([0.7, 0.1, 0.1, 0.1]).log().tolist())
    confidence, right = choices(lm, count=40)
    assert confidence.tolist() == pytest.approx([0.7] * 40)
    assert right.tolist() == [1.0] * 40
    for prompt, options in lm.seen:
        assert len(set(options)) == 4
        assert prompt.endswith("\nAnswer:")
        assert all(option.startswith(" ") for option in options)
    lm = Oracle(raw=[0.0, 5.0, 0.0, 0.0])
    confidence, right = choices(lm, count=5)
    assert right.tolist() == [0.0] * 5
    assert min(confidence.tolist()) > 0.97


def test_who_is_right_as_often_as_sure_has_no_calibration_error():
    """All ways to be right in two answers of ten at 0.2, five of ten at 0.5, and so on."""
    for tenths in range(11):
        confidence = torch.full((10,), tenths / 10)
        for wrong in itertools.islice(itertools.permutations(range(10), 10 - tenths), 30):
            right = torch.ones(10)
            right[list(wrong)] = 0.0
            assert calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-6)


def test_always_sure_and_half_right_is_wrong_by_half():
    for right in itertools.product((0.0, 1.0), repeat=4):
        error = calibration_error(torch.ones(4), torch.tensor(right))
        assert error == pytest.approx(1 - sum(right) / 4)


def test_the_calibration_error_equals_its_definition():
    generator = torch.Generator().manual_seed(0)
    confidence = torch.rand(500, generator=generator)
    right = (torch.rand(500, generator=generator) < confidence**2).float()
    bins: dict[int, list[tuple[float, float]]] = {}
    for c, r in zip(confidence.tolist(), right.tolist(), strict=True):
        bins.setdefault(min(int(c * 10), 9), []).append((c, r))
    expected = sum(
        abs(sum(c for c, _ in inside) - sum(r for _, r in inside)) for inside in bins.values()
    )
    assert calibration_error(confidence, right) == pytest.approx(expected / 500, abs=1e-6)
    # Errors of two directions do not cancel where they lie in different bins.
    assert calibration_error(torch.tensor([0.05, 0.95]), torch.tensor([1.0, 0.0])) == (
        pytest.approx(0.95)
    )


@pytest.mark.parametrize(
    ("confidence", "right", "says"),
    [
        ([], [], "at least one"),
        ([0.5, 0.5], [1.0], "one of each"),
        ([torch.nan], [1.0], "outside 0 to 1"),
        ([55.0], [1.0], "outside 0 to 1"),
    ],
)
def test_what_is_no_confidence_has_no_calibration_error(confidence, right, says):
    with pytest.raises(ValueError, match=says):
        calibration_error(torch.tensor(confidence), torch.tensor(right))


# --- the apprentice

HOW = RewardFitting(epochs=40, batch=4, learning_rate=3e-3)


def ranking(ranks=(1, 2), prompt="ab", answers=("c", "gg")):
    return Comparison(prompt, answers, ranks)


def test_an_apprentice_guesses_before_it_learns():
    learner = Apprentice(tiny_lm(), HOW)
    assert learner([]) is None
    assert learner([ranking((1, 1))]) is None  # a tie has no pair to guess
    first = ranking()
    assert learner([first]) == 0.5  # it knows nothing yet: having learned, it would be right
    better, worse = learner.scorer(first.texts).tolist()
    assert better > worse
    assert learner([first]) == 0.5  # it has guessed that one
    # The same answers the other way round: a guess from what it knew is wrong.
    assert learner([first, ranking((2, 1))]) == pytest.approx((0.5 + 0.0) / 2)


def test_what_an_apprentice_learned_from_has_mean_0_and_deviation_1():
    learner = Apprentice(tiny_lm(), HOW)
    rankings = [ranking(prompt="abcdefg"[:i]) for i in range(1, 6)]
    learner.learn(rankings)
    rewards = learner.scorer([text for each in rankings for text in each.texts])
    assert float(rewards.mean()) == pytest.approx(0.0, abs=1e-4)
    assert float(rewards.std()) == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(ValueError, match="all texts have the same reward"):
        standardise(RewardModel.of(tiny_lm()), tiny_lm().tokenizer, rankings[0].texts)


def test_an_apprentice_is_judged_by_its_last_guesses():
    learner, all_so_far, said = Apprentice(tiny_lm(), HOW), [], []
    for i in range(14):
        all_so_far.append(ranking(prompt="abcdefg"[: 1 + i % 7] + "ab"[i // 7]))
        said.append(learner(all_so_far))
    assert said[0] == 0.5
    assert said[9] < 1.0
    assert said[-1] == 1.0  # ten guesses on, the first is no longer counted


def test_an_apprentice_learns_from_all_of_them_each_time(monkeypatch):
    seen, whole = [], apprentice.fit

    def counted(model, known, *arguments, **named):
        seen.append(len(known))
        return whole(model, known, *arguments, **named)

    monkeypatch.setattr(apprentice, "fit", counted)
    rankings = [ranking(), ranking((1, 1)), ranking(prompt="dd")]
    learner = Apprentice(tiny_lm(), RewardFitting())
    learner(rankings)
    one = learner.scorer(rankings[0].texts)
    again = Apprentice(tiny_lm(), RewardFitting())
    again(rankings[:1])
    again(rankings)
    assert seen == [2, 1, 2]
    assert torch.equal(
        again.scorer(rankings[0].texts), one
    )  # anew: what came before leaves nothing


def test_an_apprentice_may_learn_seldom_and_guesses_all_the_same():
    learner, rankings = Apprentice(tiny_lm(), HOW, every=2), []
    said = []
    for prompt in ("a", "b", "c", "d"):
        rankings.append(ranking(prompt=prompt))
        said.append(learner(rankings))
    assert said == [0.5, 0.5, pytest.approx(2 / 3), 0.75]  # from the third on it knows
    with pytest.raises(ValueError, match="every is 0"):
        Apprentice(tiny_lm(), every=0)


def test_the_true_preference_is_the_one_that_judges():
    assert evaluation.TRUE(instruction(draw("true"), "unsaid"), " That is not in the text.") == 1.0
