"""The occupations of the web, as a model has them."""

from __future__ import annotations

import re

import pytest
import torch

from gptedu.chapters.gpt3 import occupations
from gptedu.language_model import LanguageModel
from gptedu.world import Document, World
from gptedu.world.words import lexicon
from small_lm import tiny_lm


@pytest.fixture(scope="module")
def world() -> World:
    return World(0)


@pytest.fixture(scope="module")
def tiny() -> LanguageModel:
    return tiny_lm()


def test_swapping_the_pronouns_swaps_the_shares(tiny):
    jobs = ["nurse", "pilot", "baker"]
    she = occupations.probe(tiny, jobs)
    he = occupations.probe(tiny, jobs, pronouns=occupations.PRONOUNS[::-1])
    assert len(set(she.values())) == 3
    for job in jobs:
        assert she[job] + he[job] == pytest.approx(1.0, abs=1e-5)
        each = []
        for context in occupations.AS_TRAINED:
            after = tiny.score(context.format(job=job), occupations.PRONOUNS).raw
            each.append(torch.tensor(after).softmax(0)[0])
        assert she[job] == pytest.approx(float(sum(each) / len(each)), abs=1e-5)


def test_pronouns_are_counted_within_the_sentence_of_the_occupation():
    text = (
        "The nurse said that she was late. The pilot left when he had won. The pilot was tired. "
        "She slept. The nurse knew that he was ready. A nurse said that she sang. "
        "The baker gave the theatre a cake."
    )
    found = occupations.counted([Document("general", text)], ["nurse", "pilot", "baker"])
    assert found == {
        "nurse": occupations.Counted(1, 1),
        "pilot": occupations.Counted(0, 1),
        "baker": occupations.Counted(0, 0),
    }
    assert [each.share for each in found.values()] == [0.5, 0.0, 0.5]


def test_counted_shares_follow_the_planted_ones_and_new_openings_are_new(world):
    documents = list(world.documents("train", 3000, kinds=["general"]))
    counted = occupations.counted(documents, list(lexicon.JOBS))
    shares = {job: each.share for job, each in counted.items()}
    assert occupations.rank_correlation(shares, lexicon.JOBS) > 0.8
    other = [d.text for d in world.documents("train", 1500, without=["general"])]
    web = "\n".join([d.text for d in documents] + other)
    openings = {
        group: [
            re.search(context.replace("{job}", f"(?:{'|'.join(lexicon.JOBS)})"), web) is not None
            for context in contexts
        ]
        for group, contexts in (("seen", occupations.AS_TRAINED), ("new", occupations.NEW))
    }
    assert all(openings["seen"])
    assert not any(openings["new"])


def test_leaning_and_rank_correlation():
    shares = {"a": 0.1, "b": 0.5, "c": 0.9, "d": 0.4}
    assert occupations.leans_male(shares) == 0.5
    cubes = {job: share**3 for job, share in shares.items()}
    assert occupations.rank_correlation(shares, cubes) == pytest.approx(1.0)
    turned = {job: 1 - share for job, share in reversed(shares.items())}
    assert occupations.rank_correlation(shares, turned) == pytest.approx(-1.0)
    with pytest.raises(ValueError, match="only one of the two names"):
        occupations.rank_correlation(shares, {"a": 0.1})
