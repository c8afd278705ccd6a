"""The checker of worked sums: each kind of wrong step is told from the others."""

from __future__ import annotations

import random

import pytest

from gptedu.vision.world.charts import added, judged, worked
from gptedu.vision.world.held_out import sums
from gptedu.vision.world.scenes import Bar, Chart

CHART = Chart((Bar("red", 3), Bar("blue", 5), Bar("white", 9)))


def test_a_worked_sum_is_right_in_every_step():
    rng = random.Random(0)
    for split in ("train", "test"):
        for _ in range(100):
            chart, first, second = added(rng, split)
            assert (chart.height(first), chart.height(second)) in sums(split)
            assert judged(chart, first, second, worked(chart, first, second)).worked_out


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("red is 3. blue is 5. 3 and 5 is 8. The answer is 8.", "said read added answered right"),
        ("blue is 5. red is 3. 5 and 3 is 8. The answer is 8.", "said read added answered right"),
        ("red is 4. blue is 4. 4 and 4 is 8. The answer is 8.", "said added answered right"),
        ("red is 3. blue is 5. 3 and 5 is 9. The answer is 9.", "said read answered"),
        ("red is 3. blue is 5. 3 and 5 is 8. The answer is 9.", "said read added"),
        ("red is 3. blue is 5. 4 and 4 is 8. The answer is 8.", "said read answered right"),
        ("red is 3. white is 9. 3 and 9 is 12. The answer is 12.", ""),
        ("red is 3. red is 3. 3 and 3 is 6. The answer is 6.", ""),
        ("The answer is 8.", "right"),
        ("red is 3. blue is 5. 3 and 5 is 8.", ""),
        ("", ""),
    ],
)
def test_each_wrong_step_is_named(text, holds):
    verdict = judged(CHART, "red", "blue", text)
    assert {name for name, value in vars(verdict).items() if value} == set(holds.split())
    assert verdict.worked_out == (len(holds.split()) == 5)
