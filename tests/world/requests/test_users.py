"""What users send in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from gptedu.world import World
from gptedu.world.requests.users import USERS, submissions, user_split
from gptedu.world.splits import split_of
from ordinary_requests import ordinary

WORLD = World()


@pytest.fixture(scope="module")
def sent():
    return list(submissions(WORLD, 4_000))


def test_submissions_are_a_function_of_the_seed(sent):
    assert list(submissions(World(), 50)) == sent[:50]
    assert list(submissions(WORLD, 50, seed=1)) != sent[:50]


def test_a_few_users_ask_for_most_of_it(sent):
    by_user = Counter(asked.user for asked in sent)
    assert all(re.fullmatch(r"user-\d{4}", user) for user in by_user)
    assert len(by_user) <= USERS
    busiest = sum(count for _, count in by_user.most_common(50))
    assert busiest > 0.5 * len(sent)


def test_a_users_texts_are_of_the_users_split(sent):
    assert {user_split(asked.user) for asked in sent} == {"train", "validation", "test"}
    assert all(split_of(asked.text) == user_split(asked.user) for asked in sent)


def test_some_are_sent_twice_and_some_say_who_sent_them(sent):
    again, latest = 0, {}
    for asked in sent:
        again += latest.get(asked.user) == asked
        latest[asked.user] = asked
    assert 0.06 < again / len(sent) < 0.12
    signed = [asked for asked in sent if not ordinary(asked)]
    assert 0.02 < len(signed) / len(sent) < 0.05
    for asked in signed:  # the rest of the request is as it was
        words = asked.request.split(". ", 1)[1]
        assert ordinary(replace(asked, request=words))
