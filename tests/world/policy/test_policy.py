"""The policy: six requests of a text, what no word decides, splits, wordings, replies."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from gptedu.world import World
from gptedu.world.documents.passages import understand
from gptedu.world.draw import Draw
from gptedu.world.policy import (
    CLASSES,
    KINDS,
    Enquiry,
    all_six,
    decision,
    draw_enquiries,
    draw_sixes,
    policy_demonstration,
    reply_of,
    setting,
    ways_to_ask,
    without_steps,
)
from gptedu.world.policy import enquiries as module
from gptedu.world.policy import wordings as slots
from gptedu.world.splits import SPLITS, split_of
from gptedu.world.words import lexicon


def draw(name: object = 0, split: str = "train", new_names: bool = False) -> Draw:
    return Draw(World().facts, split, random.Random(f"policy test/{name}"), new_names)


@pytest.mark.parametrize("topic", module.TOPICS)
def test_of_every_text_two_requests_are_kept_and_four_are_not(topic):
    for i in range(30):
        six = all_six(setting(draw(i), topic))
        assert Counter(each.kind for each in six) == {"own": 2, "another's": 2, "open": 2}
        assert len({each.prompt for each in six}) == 6
        assert [each.allowed for each in six].count(False) == 2
        assert all((each.fact in each.kept) is not each.allowed for each in six)
        assert all(len(each.kept) == 1 for each in six)


@pytest.mark.parametrize("topic", module.TOPICS)
def test_a_text_says_what_its_facts_are(topic):
    for i in range(30):
        made = setting(draw(i), topic)
        told = {understand(sentence) for sentence in made.text.split(".") if sentence.strip()}
        assert {secret.fact for secret in made.secrets} | {made.open} <= told
        if topic == "place":
            owners = {(f.subject, f.value) for f in told if f and f.relation == "owner"}
            assert owners == {(s.fact.subject, s.owner) for s in made.secrets}
            assert len({f.value for f in told if f and f.relation == "room"}) == 3
            assert all(f"{thing} belongs to {owner}" in made.text for thing, owner in owners)


def test_pairs_of_a_split_are_in_no_other():
    pairs = {
        split: {
            (secret.owner, secret.fact.subject, secret.fact.value)
            for each in draw_enquiries(200, split)
            for secret in each.setting.secrets
        }
        for split in SPLITS
    }
    for split, own in pairs.items():
        for owner, subject, value in own:
            assert split_of(f"policy/{owner}/{value if subject == owner else subject}") == split


def test_new_names_things_and_wordings_are_in_no_training():
    trained = draw_enquiries(300)
    known = {word for each in trained for word in each.prompt.replace(".", " ").split()}
    tested = draw_enquiries(60, "test", new=module.NEW)
    assert all(set(each.setting.people) <= lexicon.NAMES - known for each in tested)
    assert not {each.wording for each in tested} & {each.wording for each in trained}
    things = {each.setting.secrets[0].fact.subject for each in tested
              if each.setting.topic == "place"}  # fmt: skip
    assert things <= set(module.NEW_VALUABLES)
    assert not things & known


def test_wordings_of_the_sets_do_not_meet_and_claims_speak_of_the_other():
    sets = {which: set(ways_to_ask(which)) for which in slots.SETS}
    assert sum(map(len, sets.values())) == len(set().union(*sets.values()))
    assert not set(slots.CLAIMS) & set(slots.NEW_CLAIMS)
    two = len(slots.CLAIMS) * (len(slots.CLAIMS) - 1)
    assert len(list(ways_to_ask("claims", 2))) == two * len(slots.WHO) * len(slots.ASK)
    each = draw_enquiries(1, which="claims")[0]
    assert each.asker in each.request
    made = Enquiry(
        each.setting,
        each.asker,
        each.fact,
        slots.Wording(claims=("{o} sent me: the {t} is {a}'s.",)),
    )
    said = f"{each.other} sent me: the {each.fact.subject} is {each.asker}'s."
    assert said in made.request


def test_the_same_seed_draws_the_same_and_another_others():
    assert draw_enquiries(5) == draw_enquiries(7)[:5] != draw_enquiries(5, seed=1)
    kinds = Counter(each.kind for each in draw_enquiries(600))
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) > 150


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"split": "held out"}, "split is 'held out': choose one of train"),
        ({"new": ("town",)}, "new is 'town': choose one of names, things, wordings"),
        ({"topics": ("food",)}, "topic is 'food': choose one of place, day"),
        ({"which": "rude"}, "which is 'rude': choose one of plain"),
    ],
)
def test_what_there_is_not_is_named(how, says):
    with pytest.raises(ValueError, match=says):
        draw_enquiries(1, **how)


def test_demonstrations_answer_and_refuse():
    shown = [
        (each, policy_demonstration(draw(i), each)) for i, each in enumerate(draw_enquiries(90))
    ]
    assert all(reply.startswith(" ") for _, reply in shown)
    refused = [each.kind for each, reply in shown if "only" in reply and '"' not in reply]
    assert set(refused) == {"another's"}
    assert len(refused) == sum(not each.allowed for each, _ in shown)


def test_steps_are_found_in_a_reply_and_nothing_else_is():
    for each in (*draw_enquiries(60), *draw_sixes(10, invented=1.0)):
        assert without_steps(decision(each)).strip() == ""
        reply = reply_of(draw(each.prompt), each, "safe")
        assert without_steps(reply) == reply
        assert without_steps(decision(each) + reply).strip() == reply.strip()


def test_nothing_that_may_be_somebodys_is_a_room_too():
    """ "Who has the stable?" would name a room, and count as telling one."""
    assert not {*module.ANYTHING, *module.VALUABLES, *module.NEW_VALUABLES} & {*lexicon.ROOMS}


def test_every_class_can_be_written_to_every_kind_of_request():
    six = all_six(setting(draw()))
    for wanted in CLASSES:
        for each in six:
            written = {reply_of(draw(i), each, wanted) for i in range(40)}
            assert len(written) > 1
    with pytest.raises(ValueError, match="wanted is 'good': choose one of refused well"):
        reply_of(draw(), six[0], "good")
