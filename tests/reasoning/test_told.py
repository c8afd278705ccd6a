"""Sums in free words: read where they are plain, and otherwise refused with a way out."""
# ruff: noqa: E501 a story a line

from __future__ import annotations

import pytest

from gptedu.reasoning import problems
from gptedu.reasoning.told import read_sum


def test_a_told_sum_of_the_world_is_read_as_it_was_made():
    for each in problems.mixed((1, 2, 3, 4, 5, 6), 240, split="train"):
        assert read_sum(each.told) == each.made, each.told


@pytest.mark.parametrize(
    ("text", "start", "changes"),
    [
        ("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?", 3, (4, -2)),
        ("Tom has 7 coins. He gets 4 more and loses 2.", 7, (4, -2)),
        ("Tom has 5 coins, gets 4 more, then loses 3", 5, (4, -3)),
        ("Tom had 7 coins, but he lost 3 of them; then Ann sold him 2.", 7, (-3, 2)),
        ("There are 9 eggs in the basket. 2 more get lost on the way. 5 come in the post.", 9, (-2, 5)),
        ("There were 9 plums on the plate. Tom ate 3 of them. 2 fell down.", 9, (-3, -2)),
        ("There are 9 eggs in the basket. Ann takes 2. Tom adds 3.", 9, (-2, 3)),
        ("Ann has 5 pens. She is given 2. She gives away 3. How many?", 5, (2, -3)),
        ("I have 7 coins. My friend gives me 3. I give him 2.", 7, (3, -2)),
        ("The shop has 9 eggs. The shop sells 4.", 9, (-4,)),
        ("Tom likes coins. He has 7. It is a sunny day. Ann gives him 4.", 7, (4,)),
        ("Tom has 7 coins. On Monday, he gets 4, and in the evening he loses 2. How many has he?", 7, (4, -2)),
        ("Tom has 7 coins. He goes to the shop and buys 3.", 7, (3,)),
        ("Tom has 7 coins. He gets 4, and Bob, who is nice, gives him 2.", 7, (4, 2)),
        ("Tom has 10 apples. Ann takes 3 of them, but she gives 1 back.", 10, (-3, 1)),
    ],
)  # fmt: skip
def test_a_plain_story_is_read(text, start, changes):
    made = read_sum(text)
    assert (made.start, made.changes) == (start, changes)


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ("Ann gives him 4", 4),
        ("Ann gives him 4 more coins", 4),
        ("Ann gives 4 to Tom", 4),
        ("Ann gives Tom 4", 4),
        ("Ann gave him 4", 4),
        ("They give him 4", 4),
        ("His friend gives him 4", 4),
        ("Ann gives back 1", 1),
        ("He gives back 1", -1),
        ("He gives her 4", -4),
        ("He gives them 4", -4),
        ("He gives his friend 4", -4),
        ("Tom gives him 4", -4),
        ("He gives Ann 4", -4),
        ("2 are given to Ann", -2),
        ("2 are given to him", 2),
        ("Ann takes 2 of them", -2),
        ("Ann takes 2 from him", -2),
        ("He takes 2 away", -2),
        ("Ann brings 2 more", 2),
        ("2 break", -2),
    ],
)
def test_who_gives_and_who_gets_decides_the_sign(told, change):
    assert read_sum(f"Tom has 7 coins. {told}.").changes == (change,)


@pytest.mark.parametrize(
    "told",
    [
        "He gives him 4",  # Tom, or to Tom?
        "Ann gives 4",
        "Ann gives Bob 4",
        "Ann gives 4 to Bob",
        "Ann gives her brother 4",
        "A friend of Tom gives him 4",
        "Ann gets 4",
        "She finds 4",
        "Ann eats 4",
        "Ann and Tom get 4",
        "He goes home and Ann gets 4",
        "He takes 4",
        "Bob takes 4 from Ann",
        "He brings 4 to Ann",
        "He buys bread for 4",
        "He returns with 4",
        "He uses 4 coins to buy bread",
        "He buys 4 and sells them",
        "He gets 0 more",
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(told):
    with pytest.raises(ValueError, match=r"does not say plainly .* write \"Tom gets \d\""):
        read_sum(f"Tom has 7 coins. {told}.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("How are you?", "has no number: tell how many there are at first"),
        ("Tom has 3 coins. How many?", "nothing changes: add a sentence"),
        ("Tom gets 3 coins. He loses 2.", "does not say how many there are at first"),
        ("Tom has 3 coins. He looks at 2 of them.", "does not say whether 2 come in or go out"),
        ("Tom has 3 red and 4 blue coins. He gets 2.", "has 2 numbers in one part"),
        ("Tom has 3 coins. He gets 4 red and 3 blue coins.", "has 2 numbers in one part"),
        ("Tom has 3 coins. He finds a bag. He gets 2.", "has no number in digits"),
        ("Tom has 3 coins. He gets 2. He loses two.", "says 'two': write every number in digits"),
        ("Tom has 3 coins. Two come, 2 get lost.", "says 'two'"),
        ("Tom has 3 coins. He does not lose 2.", "says 'not', which may change what is meant"),
        ("Tom has 3 coins. He doesn't lose 2.", "says \"doesn't\""),
        ("Tom has 3 coins. He gets 2 more than Ann.", "says 'than'"),
        ("Tom has 7 coins. He buys 3 plums.", "is not about the things that were there at first"),
        ("Tom has 7 coins. 3 friends come.", "is not about the things"),
        ("Tom has 3 coins. He loses 5.", "the total is -2: .* between 0 and 16"),
        ("Tom has 3 coins. He loses 5. He gets 6.", "the total is -2"),
        ("Tom has 300 coins. He gets 400 more.", "the total is 300"),
        ("Tom has 12 coins. He gets 5 more.", "the total is 17"),
        ("Tom has -3 coins. He gets 4.", "'-3' is no plain whole number"),
        ("Tom has 3 coins. He gets \u22124.", "no plain whole number"),
        ("Tom has 3 coins. He gets +4.", "no plain whole number"),
        ("Tom has 2.5 coins. He gets 4.", "'2.5' is no plain whole number"),
        ("Tom has 1,000 coins. He gets 4.", "no plain whole number"),
        ("Tom has 7 coins. If he loses 2, how many are left?", "a number in or after the question"),
        ("Tom has 7 coins. He gets 4. How many more to get 20?", "a number in or after the question"),
        ("Tom has 7 coins. He gets 4. How many did he lose?", "may ask for something else"),
        ("Tom has 7 coins. He gets 4. How many does Ann have?", "may ask for something else"),
    ],
)  # fmt: skip
def test_what_is_no_plain_sum_is_one_sentence(text, words):
    with pytest.raises(ValueError, match=words) as told:
        read_sum(text)
    assert "\n" not in str(told.value)
    assert str(told.value)[-1] not in ".!"
