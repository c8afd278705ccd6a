"""Many paths in one go: independent, reproducible, and of one tokenizer."""

from __future__ import annotations

import dataclasses

import pytest

from gptedu.language_model import LanguageModel
from gptedu.reasoning.paths import Paths, digest, greedy_paths, sample_paths
from gptedu.text import train_tokenizer
from planted_paths import planted_paths, some_problems
from small_lm import small_lm

PROMPTS = ["the cold dog :", "big :", "the hot cat and the cold dog :"]


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return small_lm(context=96)


def test_each_problem_has_its_paths_in_the_order_of_the_prompts(lm):
    paths = sample_paths(lm, PROMPTS, 3, temperature=1.0, max_tokens=8, stop="\n")
    assert paths.prompts == tuple(PROMPTS)
    assert [len(texts) for texts in paths.texts] == [3, 3, 3]
    assert (paths.model, paths.vocabulary) == (lm.name, digest(lm.tokenizer))


def test_paths_of_one_prompt_differ_and_the_seed_decides_them(lm):
    first = sample_paths(lm, PROMPTS[:1], 32, temperature=1.0, max_tokens=8)
    assert len(set(first.texts[0])) > 16
    again = sample_paths(lm, PROMPTS[:1], 32, temperature=1.0, max_tokens=8)
    other = sample_paths(lm, PROMPTS[:1], 32, temperature=1.0, max_tokens=8, seed=1)
    assert first == again
    assert first.texts != other.texts


def test_paths_end_before_the_next_line(lm):
    paths = sample_paths(lm, PROMPTS, 8, temperature=1.5, max_tokens=20)
    assert not any("\n" in text for texts in paths.texts for text in texts)


def test_the_greedy_path_is_what_the_model_writes(lm):
    paths = greedy_paths(lm, PROMPTS, max_tokens=8)
    assert [text for (text,) in paths.texts] == [
        lm.generate(prompt, max_tokens=8, stop="\n") for prompt in PROMPTS
    ]


def test_a_vote_at_temperature_0_is_one_sentence(lm):
    with pytest.raises(ValueError, match=r"temperature is 0, at which all paths.*give one above 0"):
        sample_paths(lm, PROMPTS, temperature=0)
    with pytest.raises(ValueError, match="temperature is -1: give 0 or more"):
        sample_paths(lm, PROMPTS, temperature=-1)
    with pytest.raises(ValueError, match="prompts is too short"):
        sample_paths(lm, [])


def test_paths_of_another_tokenizer_are_one_sentence(lm):
    other = dataclasses.replace(lm, tokenizer=train_tokenizer(["a b c d"] * 9, 270), name="other")
    paths = Paths(("x",), (("y",),), "other", digest(other.tokenizer), 0.7, 0)
    paths.check_vocabulary(other)
    with pytest.raises(
        ValueError, match=r"the paths are of other, .*draw paths with random itself"
    ):
        paths.check_vocabulary(lm)


def test_answers_are_read_by_each_problems_choices():
    texts = ((" The answer is 7", " #### 8"), ("The answer is the key", "Tom"))
    paths = Paths(("a", "b"), texts, "m", "v", 0.7, 0)
    assert paths.answers([(), ("the key", "the lamp")]) == [["7", "8"], ["the key", None]]


def test_a_path_that_breaks_off_cannot_be_read():
    texts = ((" 7 and 5 is 12. 12 less", " 7 and 5 is 12. 12 less 3 is 9. The answer is 9"),)
    assert Paths(("a",), texts, "m", "v", 0.7, 0).answers() == [[None, "9"]]


def test_paths_of_other_problems_are_one_sentence():
    asked = some_problems(4)
    paths = planted_paths(asked)
    paths.check_problems(asked)
    with pytest.raises(ValueError, match=r"paths at place 0 are not of the problem .*same order"):
        paths.check_problems(asked[::-1])
    with pytest.raises(ValueError, match="paths of 4 problems, and 3 problems: give the paths of"):
        paths.check_problems(asked[:3])
