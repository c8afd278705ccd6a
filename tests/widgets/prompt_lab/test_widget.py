"""PromptLab: prompts with examples, answers and scores, without a browser."""

from __future__ import annotations

import asyncio
import copy
import json
import threading

import numpy as np
import pytest
import torch
from widgets.prompt_lab.samples import EXAMPLES, TOKENIZER, tiny

from asking import ask
from gptedu.language_model import LanguageModel
from gptedu.widgets import PromptLab
from gptedu.widgets.prompt_lab.state import (
    example_order,
)
from gptedu.world import Question

QUESTION = Question(
    task="pairs/opposite",
    prompt="hot:",
    answer=" cold",
    choices=(" cold", " dry"),
    demonstrations=tuple(EXAMPLES),
    separator="\n",
    stop="\n",
)


# -------------------------------------------------------------------- the prompt


def test_it_is_the_prompt_that_the_measurements_use():
    from gptedu.evaluate import few_shot_prompt

    for k in (0, 2, 5):
        lab = PromptLab([tiny("m", 8)], QUESTION, k=k)
        assert lab.view["text"] == few_shot_prompt(QUESTION, k)


def test_questions_can_be_examples():
    shown = [Question("t", "tall:", " short", (), (), "; "), "big: small"]
    lab = PromptLab([tiny("m", 8)], "hot:", shown, k=2)
    assert lab.view["text"] == "tall: short; big: small; hot:"


# -------------------------------------------------------------------- the widget


def test_a_question_brings_its_examples_choices_and_expected_answer(family):
    lab = PromptLab(family, QUESTION, k=3)
    assert lab.view["text"] == "tall: short\nbig: small\nwet: dry\nhot:"
    assert lab.view["choices"] == ["cold", "dry"]
    assert lab.view["expected"] == " cold"
    for lm, answer in zip(family, lab.answers, strict=True):
        raw = lm.score(lab.view["text"], [" cold", " dry"]).raw
        assert answer["raw"] == tuple(raw)
        assert answer["right"] is (raw[0] > raw[1])
    lab.edit("cold:")
    assert lab.view["expected"] == ""


def test_k_order_and_ticks_choose_the_examples(family):
    lab = PromptLab({"one": family[1]}, "hot:", EXAMPLES, k=1)
    lab.settings(k=3)
    assert lab.view["used"] == EXAMPLES[:3]
    lab.use(1, on=False)
    assert lab.view["used"] == [EXAMPLES[0], EXAMPLES[2], EXAMPLES[3]]
    lab.use(1)
    lab.shuffle()
    assert lab.view["used"] == [EXAMPLES[i] for i in example_order(5, 1)[:3]]
    lab.shuffle(0)
    assert lab.view["used"] == EXAMPLES[:3]
    lab.run()
    assert lab.answers[0]["answer"] == family[1].generate(lab.view["text"])


def test_answers_to_an_older_prompt_are_told_from_those_to_this_one(family):
    lab = PromptLab(family, "hot:", EXAMPLES)
    assert all(answer["question"] == lab.view["question"] for answer in lab.answers)
    lab.settings(seed=5)  # greedy: a seed changes nothing
    assert all(answer["question"] == lab.view["question"] for answer in lab.answers)
    for change in ({"k": 1}, {"temperature": 0.5}, {"max_tokens": 3}, {"choices": "a | b"}):
        lab.settings(**change)
        assert all(answer["question"] != lab.view["question"] for answer in lab.answers)
        lab.run()
        assert all(answer["question"] == lab.view["question"] for answer in lab.answers)


def test_one_model_may_fail_and_the_others_answer():
    lab = PromptLab([tiny("short", 8, context=6), tiny("long", 16)], "tall: short\nhot:")
    assert [answer["state"] for answer in lab.answers] == ["error", "done"]
    assert "short reads at most 6" in lab.answers[0]["error"]


def test_mistakes_become_one_sentence_and_the_prompt_is_kept(family):
    lab = PromptLab(family, "hot:", EXAMPLES)

    assert not ask(lab, "run_soon", prompt="  ")
    assert "The prompt is empty" in lab.error
    assert lab.view["prompt"] == "  "
    for wrong in (
        {"do": "settings", "k": 9},
        {"do": "settings", "temperature": float("nan")},
        {"do": "settings", "max_tokens": 0},
        {"do": "settings", "seed": -1},
        {"do": "caption"},
    ):
        assert not ask(lab, **wrong)
        assert lab.error.endswith(".")
        assert lab.view["prompt"] == "  "
    assert ask(lab, "run_soon", prompt="wet:")
    assert lab.error == ""
    assert lab.answers[0]["state"] == "done"


def test_an_empty_prompt_at_first_is_a_sentence_too(family):
    lab = PromptLab(family, "")
    assert "The prompt is empty" in lab.error
    assert lab.picture().png.startswith(b"\x89PNG")


@pytest.mark.parametrize(("models", "k", "words"), [([], 0, "no models"), (None, 9, "5 examples")])
def test_a_lab_that_cannot_be_raises(family, models, k, words):
    with pytest.raises(ValueError, match=words):
        PromptLab(family if models is None else models, "hot:", EXAMPLES, k)


class Slow:
    """A model that answers when it is told to."""

    def __init__(self, lm: LanguageModel, name: str) -> None:
        self.lm, self.name, self.go = lm, name, threading.Event()
        self.go.set()
        self.model, self.tokenizer, self.card, self.size = lm.model, lm.tokenizer, {}, lm.size

    def generate(self, *given, **options):
        assert self.go.wait(10)
        return self.lm.generate(*given, **options)


async def until(test) -> None:
    for _ in range(500):
        if test():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


def test_answers_come_one_by_one_while_the_kernel_stays_free(family):
    slow = Slow(tiny("big", 64), "big")
    lab = PromptLab([slow, family[1]], "hot:", EXAMPLES)

    async def learner():
        slow.go.clear()
        ask(lab, "run_soon", prompt="wet:")
        await until(lambda: lab.answers[1]["state"] == "done")
        assert lab.answers[0]["state"] == "running"
        ask(lab, "edit", prompt="something else")  # while it computes
        slow.go.set()
        await until(lambda: lab.answers[0]["state"] == "done")
        assert lab.answers[0]["answer"] == slow.lm.generate("wet:")
        assert lab.answers[0]["question"] != lab.view["question"]

    asyncio.run(learner())


def test_a_stopped_run_and_an_older_run_say_nothing_more(family):
    slow = Slow(tiny("big", 64), "big")
    lab = PromptLab([slow], "hot:")

    async def learner():
        slow.go.clear()
        ask(lab, "run_soon", prompt="wet:")
        await until(lambda: lab.answers[0]["state"] == "running")
        ask(lab, "stop")
        assert lab.answers[0]["state"] == "stopped"
        slow.go.set()
        await asyncio.sleep(0.2)
        assert lab.answers[0]["state"] == "stopped"
        ask(lab, "run_soon", prompt="tall:")
        await until(lambda: lab.answers[0]["state"] == "done")
        assert lab.answers[0]["answer"] == slow.lm.generate("tall:")

    asyncio.run(learner())


def test_displaying_gives_a_caption_a_picture_and_the_view(family):
    lab = PromptLab(family, "</script><b>x", ["<b>: </script>"], k=1, choices=[" a", " b"])
    caption, picture, view = lab.outputs()
    assert "large, small" in caption[0]["text/plain"]
    assert picture[1]["image/png"]["alt"].startswith("One prompt")
    assert "application/vnd.jupyter.widget-view+json" in view[0]
    json.dumps([lab.view, lab.answers])


def test_the_module_is_small_and_imports_nothing():
    own = str(PromptLab._esm).split("// PromptLab:")[1]
    assert len(own.encode()) < 40_000
    assert "import " not in own
    assert "innerHTML" not in own
    assert "http" not in own


# -------------------------------------------------------------------- models, as they are


def test_a_model_before_and_after_tuning_stands_there_twice(family):
    base = family[0]
    tuned = LanguageModel(copy.deepcopy(base.model), TOKENIZER, base.name)
    with torch.no_grad():
        tuned.model.token_embedding.weight.mul_(-1)
    lab = PromptLab([base, tuned, base], "hot:")
    assert [each["name"] for each in lab.answers] == ["large", "large (2)", "large (3)"]
    assert [each["answer"] for each in lab.answers] == [
        lm.generate("hot:") for lm in (base, tuned, base)
    ]
    assert "large (2)" in lab.caption()


def test_answers_of_a_model_that_was_trained_since_are_marked():
    lms = [tiny("one", 16), tiny("two", 8)]
    lab = PromptLab(lms, "hot:")
    assert [each["weights"] for each in lab.answers] == lab.view["weights"]
    with torch.no_grad():
        lms[0].model.token_embedding.weight.mul_(-1)
    lab.outputs()  # displayed again
    assert [
        a["weights"] == now for a, now in zip(lab.answers, lab.view["weights"], strict=True)
    ] == [
        False,
        True,
    ]
    assert ask(lab, "run_soon", prompt="hot:")
    assert [each["weights"] for each in lab.answers] == lab.view["weights"]
    json.dumps([lab.view, lab.answers])


def test_numbers_of_any_library_are_taken(family):
    lab = PromptLab(
        family, "hot:", EXAMPLES, k=np.int64(2), seed=torch.tensor(3), temperature=np.float32(0.5)
    )
    lab.settings(k=np.int64(1), max_tokens=np.int32(4))
    assert (lab.view["k"], lab.view["seed"], lab.view["max_tokens"]) == (1, 3, 4)
    json.dumps([lab.view, lab.answers])
