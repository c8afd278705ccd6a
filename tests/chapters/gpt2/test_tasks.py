"""Translations by prompt: what is counted as right."""

from __future__ import annotations

import pytest

from gptedu.chapters.gpt2.tasks import translated
from gptedu.world import World


class Writer:
    """Writes a given answer after each prompt, and keeps the prompts."""

    def __init__(self, answer):
        self.answer, self.prompts = answer, []

    def generate(self, prompts, max_tokens):
        self.prompts = prompts
        return [self.answer(i) for i in range(len(prompts))]


QUESTIONS = World(seed=0).questions("translate-into-english", "test", 4, seed=0)


@pytest.mark.parametrize("end", ["", ").\nmore", ".", "\nVelan: la mulo"])
def test_an_answer_ends_with_its_line_sentence_or_bracket(end):
    right = Writer(lambda i: f" {QUESTIONS[i].answer}{end}")
    assert translated(right, "Velan: {}\nEnglish:", 4) == 1.0
    assert right.prompts == [q.prompt for q in QUESTIONS]


def test_another_sentence_or_nothing_is_wrong():
    assert translated(Writer(lambda i: QUESTIONS[i - 1].answer), "{} (", 4) == 0.0
    assert translated(Writer(lambda i: ""), "{} (", 4) == 0.0
    assert translated(Writer(lambda i: QUESTIONS[i].answer if i else "no"), "{} (", 4) == 0.75
