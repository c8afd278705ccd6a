"""What chapter 8 says in words of its records is what they have."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from gptedu import records
from gptedu.tools import notebook
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
