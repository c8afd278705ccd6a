"""RewardLens: a reward token by token, edits of words, tries and the landscape."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import torch
from widgets.reward_lens.samples import PROMPT, same

from asking import ask
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.widgets import RewardLens
from gptedu.widgets.reward_lens.state import (
    read,
)

ANSWERS = [" The cat sat.", " No.", " The dog saw the red house."]


# -------------------------------------------------------------------- the landscape


def test_the_landscape_is_scored_for_the_prompt_at_hand(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    for spot in lens.spots:
        assert same(spot["reward"], scorer, PROMPT + spot["answer"])
    lens.read("No.", prompt="The cat.\nReply:")
    for spot in lens.spots:
        assert same(spot["reward"], scorer, "The cat.\nReply:" + spot["answer"])
    low, high = lens.view["range"]
    assert all(low < spot["reward"] < high for spot in lens.spots)


# -------------------------------------------------------------------- the widget


def test_the_change_is_against_the_text_before(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    assert lens.view["change"] is None
    rewards = [lens.view["reward"]]
    for do in (
        lambda: lens.edit(1, "delete"),
        lambda: lens.read("No."),
        lambda: lens.load(2),
        lambda: lens.go_back(1),
        lambda: lens.go_back(3),
    ):
        do()
        rewards.append(lens.view["reward"])
        assert lens.view["change"] == pytest.approx(rewards[-1] - rewards[-2])
        assert same(rewards[-1], scorer, PROMPT + lens.view["answer"])
    assert [each["number"] for each in lens.view["tries"]] == [1, 2, 3, 4]
    assert lens.view["tries"][1]["how"] == "without “cat”"
    assert rewards[-1] == rewards[2]


def test_typing_is_one_try_and_is_compared_with_the_text_before_it(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    first = lens.view["reward"]
    for text in ("Th", "The", "The dog"):
        lens.read(text, typing=True)
        assert lens.view["change"] == pytest.approx(lens.view["reward"] - first)
    assert [each["answer"] for each in lens.view["tries"]] == [" The cat sat.", " The dog"]
    lens.read("The dog")  # the field is left: this try is done
    lens.read("The red", typing=True)
    assert len(lens.view["tries"]) == 3
    lens.select(0)
    lens.read("The red mat", typing=True)
    assert [each["number"] for each in lens.view["tries"]] == [1, 2, 3, 4]


def test_a_chosen_word_says_what_its_edits_would_do_and_stays_chosen(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    lens.select(1)
    assert set(lens.view["edits"]) == {"delete", "repeat", "swap"}
    assert "Word 2, cat: delete" in lens.announcement
    lens.edit(1, "swap")
    assert (lens.view["word"], lens.view["words"]) == (2, [" The", " sat.", " cat"])
    lens.edit(2, "delete")
    assert lens.view["word"] == 1
    lens.edit(0, "delete")
    lens.edit(0, "delete")
    assert (lens.view["word"], lens.view["words"]) == (None, [])
    assert same(lens.view["reward"], scorer, PROMPT)


def test_going_back_brings_the_prompt_with_it(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    lens.read("No.", prompt="The cat.\nReply:")
    lens.go_back(1)
    assert (lens.view["prompt"], lens.view["answer"]) == (PROMPT, " The cat sat.")
    assert all(same(s["reward"], scorer, PROMPT + s["answer"]) for s in lens.spots)


def test_mistakes_become_one_sentence_and_the_text_is_kept(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    for wrong in (
        {"do": "read", "answer": "cat " * 99},
        {"do": "read", "answer": "cat", "prompt": "dog " * 99},
        {"do": "read", "answer": " ", "prompt": ""},
        {"do": "select", "word": 9},
        {"do": "edit", "word": 0, "edit": "turn"},
        {"do": "load", "index": 7},
        {"do": "go_back", "number": 7},
        {"do": "caption"},
    ):
        assert not ask(lens, **wrong)
        assert lens.error.endswith(".")
        assert (lens.view["answer"], len(lens.view["tries"])) == (" The cat sat.", 1)
        assert lens.view["prompt"] == PROMPT
    assert ask(lens, "load", index=1)
    assert (lens.error, lens.view["answer"]) == ("", " No.")


def test_texts_that_do_not_fit_are_named_as_people_count_them(scorer):
    lens = RewardLens(scorer, PROMPT, [" No.", " No." * 20])
    with pytest.raises(ValueError, match=r"^this text takes \d+ tokens"):
        lens.read("cat " * 99)
    before = lens.spots
    longer = "The dog saw the cat. " * 3 + "\nReply:"
    with pytest.raises(ValueError, match=r"^answer 2 of those given takes"):
        lens.read(" No.", prompt=longer)
    lens.read(" The cat.")
    assert (lens.view["prompt"], lens.spots) == (PROMPT, before)


def test_a_try_with_another_prompt_says_so(scorer):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    for text in ("No", "No."):
        lens.read(text, prompt="The cat.\nReply:", typing=True)
        assert lens.view["tries"][-1]["how"] == "other prompt"
    lens.read("No.")
    lens.read("Yes.")
    assert [each["how"] for each in lens.view["tries"]] == ["as given", "other prompt", "typed"]


def test_a_space_at_the_end_can_be_told(scorer):
    lens = RewardLens(scorer, PROMPT, ["No. "])
    lens.select(1)
    assert lens.announcement.startswith("Word 2, ·: delete")
    lens.edit(1, "delete")
    assert lens.view["tries"][-1]["how"] == "without “·”"


def test_it_begins_with_nothing_where_nothing_is_given(scorer):
    lens = RewardLens(scorer)
    assert lens.view["reward"] is None
    assert lens.picture().png.startswith(b"\x89PNG")
    ask(lens, "edit", word=0, edit="delete")
    assert "no text yet" in lens.error
    lens.read("The cat")
    assert same(lens.view["reward"], scorer, "The cat")
    assert lens.view["change"] is None
    with pytest.raises(ValueError, match="list of answers"):
        RewardLens(scorer, PROMPT, " No.")


def test_displaying_gives_a_caption_a_picture_and_the_view(scorer):
    # A carriage return or U+2029 ends a paragraph; no picture can be measured with one inside.
    lens = RewardLens(scorer, "</script>\r\u2029<b>x:", [" <b>", " 日本\n😀\r"], name="<i>")
    caption, picture, view = lens.outputs()
    assert "<i>" in caption[0]["text/plain"]
    assert "<i>" not in caption[0]["text/html"]
    assert picture[1]["image/png"]["alt"].startswith("“<b>” has a reward")
    assert "application/vnd.jupyter.widget-view+json" in view[0]
    lens.load(1)
    again = lens.outputs()[1][0]["image/png"]
    assert again != picture[0]["image/png"]
    # A notebook that is opened again may hold either, and the view hides it.
    ends = lens.picture_mark.split()
    assert [len(ends), again.endswith(ends[1])] == [2, True]
    assert picture[0]["image/png"].endswith(ends[0])
    json.dumps([lens.view, lens.spots], allow_nan=False)


def test_the_module_is_small_and_imports_nothing():
    own = str(RewardLens._esm).split("// RewardLens:")[1]
    assert len(own.encode()) < 40_000
    assert "import " not in own
    assert "innerHTML" not in own
    assert "http" not in own


# -------------------------------------------------------------------- any reward, as it is


def vowels(texts: list[str]) -> list[float]:
    return [sum(text.count(letter) for letter in "aeiou") / 4 for text in texts]


def strict(texts: list[str]) -> torch.Tensor:
    """A rule that knows its prompt and nothing else, as a labeler's true score does."""
    for text in texts:
        if not text.startswith(PROMPT):
            raise ValueError(f"text 0 has no prompt that is known: {text[:20]!r}")
    return torch.tensor([float(len(text)) for text in texts])


@pytest.mark.parametrize("reward", [vowels, strict, lambda texts: torch.zeros(len(texts)).numpy()])
def test_a_plain_function_is_read_word_by_word(reward):
    lens = RewardLens(reward, PROMPT, ANSWERS)
    reading = read(reward, PROMPT, ANSWERS[0])
    assert [token.part for token in reading.tokens] == ["start", "prompt", *["answer"] * 3, "end"]
    assert [token.word for token in reading.tokens] == [None, None, 0, 1, 2, None]
    for count, token in enumerate(reading.tokens[2:5], 1):
        begun = PROMPT + "".join(reading.words[:count])
        assert token.reward == pytest.approx(float(reward([begun])[0]))
    assert reading.reward == pytest.approx(float(reward([PROMPT + ANSWERS[0]])[0]))
    assert lens.view["reward"] == reading.reward
    assert [spot["reward"] for spot in lens.spots] == sorted(spot["reward"] for spot in lens.spots)
    assert lens.picture().png.startswith(b"\x89PNG")
    for edit in ("repeat", "swap", "delete"):
        assert ask(lens, "edit", word=0, edit=edit), lens.error
    for typed in ("", " 日本 😀 </script>", "a\n\nb "):
        assert ask(lens, "read", answer=typed), lens.error
        assert lens.view["reward"] == pytest.approx(
            float(reward([PROMPT + lens.view["answer"]])[0])
        )


def test_without_a_prompt_a_plain_function_is_never_asked_for_nothing():
    asked = []
    RewardLens(lambda texts: asked.extend(texts) or vowels(texts), "", ["The cat", "no"])
    assert "" not in asked


def test_what_a_plain_function_gives_wrongly_is_said():
    lens = RewardLens(vowels, PROMPT, ANSWERS)
    for wrong in (lambda t: None, lambda t: [float("nan")] * len(t), lambda t: [1.0]):
        lens._scorer = wrong
        assert not ask(lens, "read", answer="other")
        assert "the reward gave" in lens.error.lower()
    with pytest.raises(ValueError, match="gave nan"):
        RewardLens(lambda texts: [float("nan")] * len(texts), PROMPT, ANSWERS)


def test_weights_that_change_behind_it_are_seen(scorer):
    own = Scorer(copy.deepcopy(scorer.model), scorer.tokenizer)
    lens = RewardLens(own, PROMPT, ANSWERS)
    lens.edit(0, "delete")
    old = lens.view["reward"]
    with torch.no_grad():
        own.model.head.weight.mul_(-2)
    caption = lens.outputs()  # displayed again
    assert caption
    assert lens.view["reward"] != old
    check_fresh(lens, own)
    own.model.head.weight.data.mul_(0.5)  # past the version
    assert ask(lens, "select", word=1)
    check_fresh(lens, own)


def check_fresh(lens, scorer):
    for each in lens.view["tries"]:
        assert same(each["reward"], scorer, PROMPT + each["answer"])
    assert all(same(spot["reward"], scorer, PROMPT + spot["answer"]) for spot in lens.spots)
    assert same(lens.view["reward"], scorer, PROMPT + lens.view["answer"])
    assert same(lens.view["before"], scorer, PROMPT + ANSWERS[0])


def test_a_rule_that_changes_is_seen():
    weight = [1.0]
    lens = RewardLens(lambda texts: [weight[0] * len(text) for text in texts], PROMPT, ANSWERS)
    lens.load(1)
    weight[0] = 2.0
    assert ask(lens, "select", word=0)
    assert lens.view["reward"] == 2 * len(PROMPT + ANSWERS[1])
    assert lens.view["change"] == 2 * (len(ANSWERS[1]) - len(ANSWERS[0]))


@pytest.mark.parametrize("whole", [np.int64, torch.tensor])
def test_whole_numbers_of_any_library_are_taken(scorer, whole):
    lens = RewardLens(scorer, PROMPT, ANSWERS)
    lens.load(whole(2))
    lens.select(whole(1))
    lens.edit(whole(0), "repeat")
    lens.go_back(whole(1))
    json.dumps([lens.view, lens.spots], allow_nan=False)
