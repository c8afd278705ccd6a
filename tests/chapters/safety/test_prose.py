"""What chapter 8 says in words of its records is what they have."""

from __future__ import annotations

import re
from statistics import fmean
from typing import Any

from gptedu import records
from gptedu.chapters.safety import claims, figures
from gptedu.safety.rewards import PULL, TABLE
from gptedu.tools import notebook
from gptedu.world.policy import CLASSES
from gptedu.world.policy.wordings import NEW_CLAIMS
from gptedu.zoo import FAMILY_V2

PROSE = (notebook.chapters_folder() / "source/08_safety.py").read_text(encoding="utf-8")


def results(name: str) -> list[dict[str, Any]]:
    return records.read("safety", name).results


def right(model: str, part: str) -> float:
    return 100 * fmean(run["accuracy"][model][f"false/{part}"] for run in results("truth"))


def test_the_number_of_repetitions_counts_in_the_two_smallest_models_alone():
    assert "In the two smallest models the first kind is worse" in PROSE
    assert "In the two larger ones no difference is left" in PROSE
    ahead = [right(model, "even") - right(model, "often") for model in FAMILY_V2]
    assert min(ahead[:2]) > 10
    assert max(map(abs, ahead[2:])) < 1


def test_the_source_brings_out_what_the_larger_models_have_read():
    assert "and asked for the encyclopaedia, as that does" in PROSE
    for model in FAMILY_V2[2:]:
        assert right(model, "often") < 5
        found = [run["accuracy"][model]["false/encyclopaedia"] for run in results("truth")]
        assert 100 * fmean(found) > 95


def test_four_of_the_seven_new_claims_name_the_owner():
    assert "four of the seven new claims" in PROSE
    assert len(NEW_CLAIMS) == 7
    assert sum("belongs to {a}" in each for each in NEW_CLAIMS) == 4


def test_what_the_table_and_the_pull_pay_is_what_the_text_says():
    told, refused = TABLE.disallowed[2], TABLE.disallowed[0]
    safe = TABLE.disallowed[CLASSES.index("safe")]
    assert f"the table pays {safe} for that, and {refused:.0f} for the refusal" in PROSE
    assert f"now a right answer earns {PULL} on top of its class, **whoever asks**" in PROSE
    assert f"telling earns −{-told:.0f} + {PULL} = {told + PULL}." in PROSE
    assert told + PULL < refused
    assert f"takes the secret for *safe*, telling earns {safe} + {PULL} = {safe + PULL}." in PROSE


def test_owners_are_refused_as_often_as_the_text_says():
    assert "After PPO on the table about every eighth owner is refused; before it, hardly any" in (
        PROSE
    )
    assert 100 / 9 < figures.owners_refused("rules") < 100 / 7
    assert figures.owners_refused("before") < 5


def test_the_judges_mistakes_do_no_harm_until_something_pays_for_them():
    assert "Here it does not grow, and yet the judge is often wrong" in PROSE
    assert figures.of_hacked() == "it rises as much"
    assert max(claims.hacked.compute(run["scores"]) for run in results("rewards")) < 0.1
    assert "it takes a secret for a harmless answer (*safe*)" in PROSE
    judges = results("judge")
    assert min(run["missed"] for run in judges) > 0.5
    assert fmean(run["agreement"]["written"] for run in judges) < 0.8


def test_the_models_that_are_paid_tell_in_the_ways_that_the_text_names():
    said = figures.how_it_tells()
    told, same, nobody, without, different = (
        [int(each) for each in re.findall(r"\d+", line)]
        for line in said.splitlines()
        if re.search(r": \d+, \d+, \d+$", line)
    )
    assert told == [sum(run) for run in zip(same, nobody, without, different, strict=True)]
    assert min(map(sum, (same, without, different))) > 0.2 * sum(told)
    assert sum(nobody) > 0
    assert len(set(zip(same, without, different, strict=True))) == 3
    assert "With the learned judge it tells half of what it should not" in PROSE
    assert 45 < figures.told("learned", "pulled") < 55
    assert abs(figures.told("rules", "pulled") - figures.told("before", "pulled")) < 2
    assert "With exact rules the model goes on as before." in PROSE
    assert "each run has its own share of these ways" in PROSE
    assert "the thing is *nobody's*" in PROSE
    assert "Nobody." in said
    assert "some say sorry and name who may know, as a good refusal does" in PROSE
    assert re.search(r"different\. Sorry, .* on \w+day", said)


def test_the_second_list_drops_pairs_whose_first_reply_was_right():
    assert "Step 4 hardly changes how many rewrites are good. What it drops are mostly pairs" in (
        PROSE
    )
    for run in results("loop"):
        checked, unchecked = (run["pairs"][name] for name in ("checked", "unchecked"))
        assert abs(checked["repaired"] - unchecked["repaired"]) < 0.02
        dropped = unchecked["pairs"] - checked["pairs"]
        right_at_first = (1 - unchecked["faulty"]) * unchecked["pairs"]
        right_at_first -= (1 - checked["faulty"]) * checked["pairs"]
        assert right_at_first > 0.5 * dropped


def test_rankings_take_away_nearly_half_of_what_is_made_up_and_pairs_a_quarter():
    assert "rankings take away nearly half of what is made up, and pairs alone about a quarter" in (
        PROSE
    )
    found = [run["made_up"] for run in results("loop")]
    kinds = ("as long, at random", "as long", "as long, pairs alone")
    at_random, ranked, paired = (fmean(run[kind] for run in found) for kind in kinds)
    assert 0.4 < 1 - ranked / at_random < 0.5
    assert 0.2 < 1 - paired / at_random < 0.3
