"""What is shown of a record: by itself."""

from __future__ import annotations

from widgets.ppo_monitor.samples import trained

from gptedu.widgets.base.stepping import Stepping
from gptedu.widgets.ppo_monitor.state import (
    lines_of,
    panels_of,
    samples_at,
    step_shown,
)


def test_panels_hold_every_line_and_leave_room_for_the_steps_to_come():
    one, two = (lines_of(trained(n).record, "kl") for n in (4, 30))
    for panel in panels_of([one, two], "kl", until=12):
        for lines in (one, two):
            for x, y in zip(lines["x"][panel["axis"]], lines["y"][panel["name"]], strict=True):
                assert panel["x"][0] <= x <= panel["x"][1]
                assert panel["y"][0] <= y <= panel["y"][1]
    assert panels_of([one], "step", until=40)[0]["x"] == [0.0, 40.0]


def test_answers_stay_for_five_steps_while_it_trains():
    record = trained(13).record
    assert [step_shown(record[:n], None, True) for n in (1, 4, 5, 9, 13)] == [1, 1, 5, 5, 10]
    assert step_shown(record, None, False) == 13
    assert [step_shown(record, look, False) for look in (-3, 4, 99)] == [1, 4, 13]
    assert step_shown([], 3, False) is None
    record[11]["samples"] = []
    assert samples_at(record, 12) == (
        11,
        [{"prompt": "<b>\r:", "answer": " </script> 11\x1d.", "reward": "0.10", "truth": "–"}],
    )


def test_stepping_meets_a_start_at_its_end():
    """A press that comes when the last step is done is neither lost nor doubled."""
    taken: list[int] = []
    stepping = Stepping(lambda: taken.append(1), lambda: None, lambda: None)
    for _ in range(300):
        stepping.start(1)
    assert stepping.wait(10)
    assert not stepping.running
    assert 1 <= len(taken) <= 300
    before = len(taken)
    stepping.start(5)
    assert stepping.wait(10)
    assert len(taken) == before + 5
