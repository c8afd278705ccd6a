"""The recorded answers of a model of the real web, as they are shown."""

from __future__ import annotations

from gptedu.chapters.gpt2.web_questions import questions, recorded, sample


def answers(given="some words"):
    every = questions()
    return {"answers": [{"task": q.task, "prompt": q.prompt, "given": given} for q in every]}


def test_every_task_is_shown_and_posts_with_both_answers():
    lines = sample(answers(), each=2).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "into English", "closed-book", "reading", "summary"
    ]  # fmt: skip
    assert sum("with TL;DR:" in line for line in lines) == 2
    assert sum("without:" in line for line in lines) == 2
    assert "    Question: What is the capital of France?" in lines
    assert "    French: Le chat dort sur la table." in lines


def test_an_empty_answer_is_said_and_a_long_one_ends_in_a_whole_word():
    assert sample(answers("")).count("(nothing)") == 15  # 3 of 4 tasks, and 3 without the hint
    long = " ".join(["wonderful"] * 30)
    shown = [line.strip() for line in sample(answers(long), width=40).splitlines()]
    cut = [line for line in shown if "wonderful" in line]
    assert cut
    for line in cut:
        words = line.split(":")[-1].split()
        assert words[-1] == "…"
        assert set(words[:-1]) == {"wonderful"}


def test_what_is_recorded_can_be_shown_in_a_narrow_notebook():
    assert max(map(len, sample(recorded()).splitlines())) <= 78
