"""The exam: four distinct answers, the right one first, of the split that is asked for."""

from __future__ import annotations

import pytest
import torch

from gptedu.evaluate.exam import RIGHT, exam_scores
from gptedu.world.splits import split_of


class Listening:
    """Scores the answers by their place, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def score(self, prompt, choices):
        self.asked.append((prompt, choices))
        return type("Scores", (), {"raw": [0.0, -1.0, -2.0, -3.0]})


@pytest.mark.parametrize("split", ["test", "validation"])
def test_a_question_has_four_answers_of_which_the_text_has_the_first(split):
    lm = Listening()
    scores = exam_scores(lm, 12, split=split)
    assert torch.equal(scores, torch.tensor([[0.0, -1.0, -2.0, -3.0]] * 12))
    for prompt, choices in lm.asked:
        text = prompt.split("\nQuestion: ")[0]
        assert split_of(text) == split
        assert len(set(choices)) == 4
        assert choices[RIGHT].split()[-1].lower() in text.lower()


def test_the_seed_decides_the_questions():
    first, again, other = Listening(), Listening(), Listening()
    for lm, seed in ((first, 0), (again, 0), (other, 1)):
        exam_scores(lm, 3, seed)
    assert first.asked == again.asked != other.asked


def test_in_the_hard_exam_wrong_answers_stand_in_the_text():
    def near(hard):
        lm = Listening()
        exam_scores(lm, 40, hard=hard)
        asked = [
            (prompt.split("\nQuestion: ")[0].lower(), wrong) for prompt, (_, *wrong) in lm.asked
        ]
        assert all(len(set(choices)) == 4 for _, choices in lm.asked)
        return sum(each.split()[-1].lower() in text for text, wrong in asked for each in wrong)

    assert near(True) > 2 * near(False)
