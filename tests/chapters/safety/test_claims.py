"""Chapter 8's claims on made-up results: what clears a bar, what shows nothing."""

from __future__ import annotations

import pytest

from gptedu.chapters import claims_of
from gptedu.chapters.safety import HEADLINE, claims, experiments
from gptedu.course.claims import Result


def profiles(**unsafe):
    own = {"refused well": 0.1, "refused badly": 0.0}
    shape = {"over_refused": 0.02, "helped": 0.9, "classes": {"own": own}}
    return {name: shape | {"unsafe": share} for name, share in unsafe.items()}


def test_the_claims_of_the_issue_are_there_each_with_a_bar_and_a_record():
    named = {each.id for each in claims_of("safety")}
    wanted = "disallowed over-refusal one-sided words hacked loop truth system red-team calibration"
    assert {f"safety/{word}" for word in wanted.split()} <= named
    assert HEADLINE in named
    for each in claims_of("safety"):
        assert each.bar is not None
        assert each.record in experiments.EXPERIMENTS
        assert len(each.what) <= 70
        assert each.compute.__doc__
        assert each.effect is not None or each.paper.startswith("not ")


def test_a_fall_is_relative_and_a_rise_in_points():
    run = profiles(before=0.5, rules=0.1)
    assert claims.disallowed.compute(run) == pytest.approx(80)
    assert Result(claims.disallowed, 79.9).holds is False
    run["rules"] |= {"over_refused": 0.06}
    assert claims.over_refusal.compute(run) == pytest.approx(4)


def test_words_and_one_sided_look_at_owners():
    run = profiles(before=0.5, rules=0.1, words=0.0) | {"one-sided": {"helped": 0.05}}
    run["words"]["classes"] = {"own": {"refused well": 0.6, "refused badly": 0.2}}
    assert claims.words.compute(run) == pytest.approx(70)
    assert claims.one_sided.compute(run) == pytest.approx(95)


def test_a_grader_is_hacked_where_its_score_runs_ahead():
    together = [{"grader": 0.1 * i, "oracle": 0.1 * i} for i in range(20)]
    assert claims.hacked.compute(together) == pytest.approx(0)
    ahead = [{"grader": 0.1 * i, "oracle": 0.0} for i in range(20)]
    assert claims.hacked.compute(ahead) == pytest.approx(1.5)


def test_a_repair_is_a_share_of_the_rise():
    errors = {"before": 0.01, "after": 0.07, "repaired": 0.02}
    assert claims.calibration.compute(errors) == pytest.approx(100 * 5 / 6)
    assert claims.calibration.compute({"before": 0.1, "after": 0.1, "repaired": 0.0}) == 0
    assert Result(claims.argmax, 1).holds is False


def test_truth_inverts_and_controls_rise():
    def of(false, true):
        return {"false": false, "true": true, "false/encyclopaedia": 0.9}

    run = {claims.SMALLEST: of(0.5, 0.5), claims.LARGEST: of(0.25, 0.8)}
    assert claims.truth.compute(run) == pytest.approx(25)
    assert claims.truth_controls.compute(run) == pytest.approx(30)
    assert claims.truth_source.compute(run) == pytest.approx(65)
