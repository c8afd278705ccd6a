"""A base model, asked as well as we can."""

from __future__ import annotations

import re

import pytest

from gptedu.chapters.instructgpt.prompted import prompted
from gptedu.rlhf.judging import TRUE
from gptedu.rlhf.labels.answers import MAX_TOKENS
from gptedu.training.command import shipped_tokenizer
from gptedu.world.requests import REPLY
from request_samples import requests


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
