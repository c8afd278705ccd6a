"""What the base model could do before, and how sure a model is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu.chapters.instructgpt.old_tasks import OLD_TASKS, abilities, exam
from gptedu.language_model import ChoiceScores
from gptedu.training.command import shipped_tokenizer
from gptedu.world import World


class Oracle:
    """Answers some of the questions of each task rightly, and says how it scores choices."""

    def __init__(self, known: float = 1.0, raw=None) -> None:
        self.known, self.raw, self.seen = known, raw, []
        self.name, self.tokenizer = "oracle", shipped_tokenizer()
        self.model = SimpleNamespace(config=SimpleNamespace(context=256))

    def generate(self, prompts, max_tokens, stop):
        """The questions come in another order, since those of one length are put together."""
        tasks = (World().questions(task, "test", len(prompts), seed=3) for task in OLD_TASKS)
        known = next(
            {each.prompt: each.answer if i < self.known * len(prompts) else " no"
             for i, each in enumerate(task)}
            for task in tasks if {each.prompt for each in task} == set(prompts)
        )  # fmt: skip
        return [known[prompt] + "  " for prompt in prompts]

    def score(self, prompt, options):
        self.seen.append((prompt, options))
        return ChoiceScores(list(self.raw), list(self.raw))


@pytest.mark.parametrize("known", [0.0, 0.25, 1.0])
def test_abilities_are_the_share_answered_to_the_letter(known):
    assert abilities(Oracle(known), count=8, seed=3) == dict.fromkeys(OLD_TASKS, known)


def test_an_exam_has_the_right_answer_first_and_three_others():
    lm = Oracle(raw=torch.tensor([0.7, 0.1, 0.1, 0.1]).log().tolist())
    confidence, right = exam(lm, count=40)
    assert confidence.tolist() == pytest.approx([0.7] * 40)
    assert right.tolist() == [1.0] * 40
    for prompt, options in lm.seen:
        assert len(set(options)) == 4
        assert prompt.endswith("\nAnswer:")
        assert all(option.startswith(" ") for option in options)
    lm = Oracle(raw=[0.0, 5.0, 0.0, 0.0])
    confidence, right = exam(lm, count=5)
    assert right.tolist() == [0.0] * 5
    assert min(confidence.tolist()) > 0.97
