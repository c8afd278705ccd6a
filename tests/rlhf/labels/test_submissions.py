"""From what users send in to prompts that a model may learn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gptedu.rlhf.labels import prompt_sets as module
from gptedu.rlhf.labels.submissions import CAP, Prompts, personal_data, prepare
from gptedu.world import World
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction, submissions, user_split
from ordinary_requests import ordinary

SPLITS = ("train", "validation", "test")
LAMP = Fact("room", "lamp", "kitchen")


def request(number: int, user: str = "user-0000", words: str = "") -> Instruction:
    return Instruction("rewrite", f"The lamp {number}.", words, (LAMP,), LAMP, user=user)


def users_of(split: str, count: int) -> list[str]:
    users = (f"user-{i:04d}" for i in range(1_000))
    return [user for user in users if user_split(user) == split][:count]


@pytest.fixture(scope="module")
def sent() -> list[Instruction]:
    return list(submissions(World(), 20_000))


@pytest.fixture(scope="module")
def prompts(sent) -> Prompts:
    return prepare(sent)


def test_no_user_and_no_prompt_is_in_two_splits(prompts):
    for what in (lambda e: e.user, lambda e: e.prompt, lambda e: e.text):
        sets = [{what(each) for each in getattr(prompts, split)} for split in SPLITS]
        assert all(sets)
        assert sum(map(len, sets)) == len(set.union(*sets))
    for split in SPLITS:
        assert {user_split(each.user) for each in getattr(prompts, split)} == {split}


def test_every_submission_is_kept_or_removed_for_a_reason(sent, prompts):
    assert prompts.kept + sum(prompts.removed.values()) == len(sent)
    assert all(count > 50 for count in prompts.removed.values()), prompts.removed
    kept = [each.prompt for split in SPLITS for each in getattr(prompts, split)]
    assert len(kept) == len(set(kept)) == prompts.kept
    for split in SPLITS:  # the order stays
        places = {(e.user, e.prompt): i for i, e in reversed(list(enumerate(sent)))}
        order = [places[each.user, each.prompt] for each in getattr(prompts, split)]
        assert order == sorted(order)


def test_no_user_gives_more_than_the_cap(sent, prompts):
    for cap, found in ((CAP, prompts), (3, prepare(sent[:2_000], cap=3))):
        counts = Counter(each.user for split in SPLITS for each in getattr(found, split))
        assert max(counts.values()) == cap
        assert found.removed[f"beyond {cap} of one user"] > 0


def test_what_is_removed_counts_under_its_first_reason():
    some, other = users_of("train", 2)
    unseen = users_of("test", 1)[0]
    found = prepare(
        [
            request(1, some),
            request(1, other),  # another user sends the same: once is enough
            request(2, some, "Write to a@b.example."),
            request(3, some),
            request(4, some),  # the third of this user
            request(5, unseen),
        ],
        cap=2,
    )
    assert [each.text for each in found.train] == ["The lamp 1.", "The lamp 3."]
    assert [each.text for each in found.test] == ["The lamp 5."]
    assert found.validation == ()
    assert found.kept == 3
    assert found.removed == {
        "telephone number": 0,
        "e-mail address": 1,
        "postal address": 0,
        "sent twice": 1,
        "beyond 2 of one user": 1,
    }


@pytest.mark.parametrize("cap", [0, -1])
def test_a_cap_leaves_at_least_one(cap):
    with pytest.raises(ValueError, match=f"cap is {cap}: a user must be allowed at least 1"):
        prepare([], cap)


def test_nothing_sent_leaves_nothing():
    found = prepare([])
    assert found.kept == sum(found.removed.values()) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My number is 0123 456789.", ["telephone number"]),
        ("Ring 0123-456789 or 0301234567 at night.", ["telephone number"]),
        ("Write to ella@orvex.example.", ["e-mail address"]),
        ("Write to e.l-la+x@mail.orvex.co.example", ["e-mail address"]),
        ("I live at 7 Mill Street, Harwick.", ["postal address"]),
        ("It is 12 Station Road.", ["postal address"]),
        ("0123 456789 at 1 Mill Lane", ["telephone number", "postal address"]),
        ("The lamp is in the kitchen.", []),
        ("Buy 100 apples and 0 pears for 12345678.", []),
        ("The street has 7 lamps; meet me @ noon.", []),
        ("", []),
    ],
)  # fmt: skip
def test_personal_data_is_found_by_name(text, found):
    assert personal_data(text) == found


def test_all_personal_data_is_found_and_no_ordinary_prompt_is_taken_for_it(sent):
    """Whether a prompt is ordinary is read off the templates, not off what the filter finds."""
    alarms = [bool(personal_data(each.prompt)) for each in sent]
    assert alarms == [not ordinary(each) for each in sent]
    assert 0.02 < sum(alarms) / len(alarms) < 0.05


def test_no_prompt_of_the_chapter_serves_two_stages(monkeypatch, sent, prompts):
    monkeypatch.setattr(module, "SUBMISSIONS", 20_000)
    monkeypatch.setattr(module, "submissions", lambda world, count, seed: sent[:count])
    monkeypatch.setattr(module, "SFT_PROMPTS", 4_000)
    monkeypatch.setattr(module, "RM_PROMPTS", 3_000)
    found = module.prompt_sets.__wrapped__()
    assert found.sft + found.rm + found.ppo == prompts.train
    assert (len(found.sft), len(found.rm)) == (4_000, 3_000)
    assert len(found.ppo) > 1_000
    assert (found.validation, found.held_out) == (prompts.validation, prompts.test)
    assert found.removed == prompts.removed
    parts = (found.sft, found.rm, found.ppo, found.validation, found.held_out)
    asked = [{each.prompt for each in part} for part in parts]
    assert sum(map(len, asked)) == len(set.union(*asked)) == prompts.kept
    known = {each.user for part in parts[:3] for each in part}
    assert not known & {each.user for part in parts[3:] for each in part}


def test_who_asked_is_no_part_of_the_prompt():
    assert replace(request(1), user="user-0001").prompt == request(1).prompt
