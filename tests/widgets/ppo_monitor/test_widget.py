"""PPOMonitor: what it shows is the record, and training survives whatever is pressed."""

from __future__ import annotations

import _thread
import asyncio
import json
import threading
import time

import numpy as np
import pytest
import torch
import tqdm
from widgets.ppo_monitor.samples import HANG, Run, trained

from asking import ask
from gptedu.plots.ppo_curves import curve
from gptedu.sampling import seeded
from gptedu.widgets import PPOMonitor
from gptedu.widgets.ppo_monitor.state import (
    LARGE,
    said_at,
)


def finish(monitor: PPOMonitor) -> None:
    assert monitor._training.wait(10)
    assert not monitor._training.running


# -------------------------------------------------------------------- what is shown


def test_every_line_on_the_screen_is_recomputed_from_the_record():
    other = trained(9)
    for against in ("step", "kl", "sqrt_kl"):
        monitor = PPOMonitor(Run(), others={"other": other.record})
        monitor.run(6, progress=False)
        monitor.settings(against=against, mean_of=3)
        for panel in monitor.view["panels"]:
            name = panel["name"]
            axis = against if name in LARGE else "step"
            assert panel["axis"] == axis
            for lines, record, mean_of in (
                (monitor.view["lines"], monitor._run.record, 3),
                (monitor.view["raw"][0], monitor._run.record, 1),
                (monitor.others[0]["lines"], other.record, 3),
            ):
                assert (lines["x"][axis], lines["y"][name]) == curve(record, name, axis, mean_of)


def test_a_run_without_a_true_score_has_no_panel_for_it():
    monitor = PPOMonitor(record=trained(3, truth=False).record)
    assert [panel["name"] for panel in monitor.view["panels"]] == [
        "reward", "kl", "entropy", "length", "beta",
    ]  # fmt: skip
    assert said_at(trained(3, truth=False).record, 2)["truth"] == "–"


def test_looking_back_shows_that_steps_numbers():
    monitor = PPOMonitor(record=trained(8).record)
    assert monitor.view["values"]["reward"] == "2.40"
    monitor.look(2)
    assert (monitor.view["values"]["reward"], monitor.view["answered"]) == ("0.60", 2)
    monitor.look(None)
    assert (monitor.view["values"]["reward"], monitor.view["answered"]) == ("2.40", 8)


def test_no_number_that_json_lacks_reaches_the_page():
    run = trained(3)
    run.record[1]["reward"], run.record[2]["kl"] = float("nan"), float("inf")
    monitor = PPOMonitor(run, others={"o": run.record})
    monitor.settings(against="sqrt_kl")
    json.dumps([monitor.view, monitor.others], allow_nan=False)
    assert monitor.picture().png.startswith(b"\x89PNG")


# -------------------------------------------------------------------- training


def test_pause_beta_and_go_on_while_it_trains():
    run = Run()
    monitor = PPOMonitor(run, steps=1000)

    async def learner():  # a kernel: messages are handled in a running loop
        ask(monitor, "start")
        for _ in range(3):
            assert run.taken.acquire(timeout=HANG)
        run.go.clear()  # the next step is being taken, and takes its time
        ask(monitor, "set_beta", beta=0.5)
        ask(monitor, "hold")
        assert monitor.view["state"] == "pausing"
        assert monitor.view["beta"] == run.beta == 0.5

    asyncio.run(learner())
    run.go.set()
    finish(monitor)
    paused = len(run.record)
    assert 3 <= paused < 1000
    assert monitor.view["state"] == "paused"
    ask(monitor, "step")
    finish(monitor)
    assert [row["step"] for row in run.record] == list(range(1, paused + 2))
    assert run.record[-1]["beta"] == 0.5
    assert len(monitor.view["lines"]["x"]["step"]) == paused + 1
    assert monitor.view["steps"] == 1000  # a single step does not change what Go on takes


def test_a_displayed_monitor_can_be_waited_for(monkeypatch):
    """The thread renews the picture at its end: nobody may hold what that needs meanwhile."""
    renewed = threading.Event()
    monkeypatch.setattr("gptedu.widgets.base.widget.get_ipython", lambda: True)
    monkeypatch.setattr("gptedu.widgets.base.widget.update_display", lambda *_, **__: renewed.set())
    run = Run()
    monitor = PPOMonitor(run, steps=1000)
    monitor._picture_id = "displayed"
    monitor.start()
    assert run.taken.acquire(timeout=10)
    waits = threading.Thread(target=monitor.pause, args=(True,), daemon=True)
    waits.start()
    waits.join(20)
    assert not waits.is_alive()
    assert renewed.is_set()


def test_pressed_often_it_never_takes_two_steps_at_once_and_loses_none():
    run = Run()
    monitor = PPOMonitor(run)
    for number in range(60):
        monitor.start(1 + number % 3)
        if number % 2:
            monitor.pause(wait=number % 4 == 1)
    finish(monitor)
    assert not run.overlapped
    assert [row["step"] for row in run.record] == list(range(1, len(run.record) + 1))
    assert monitor.view["step"] == len(run.record)


def test_a_step_that_fails_is_one_sentence_and_what_was_trained_is_kept():
    run = Run()
    run.fails_at = 4
    monitor = PPOMonitor(run)
    monitor.start(10)
    finish(monitor)
    assert monitor.error == "Step 4 failed; all before it is kept. The reward gives nan."
    assert (len(run.record), monitor.view["state"]) == (3, "paused")
    ask(monitor, "set_beta", beta=0.1)
    assert monitor.error.startswith("Step 4 failed")  # until it goes on
    run.fails_at = 0
    ask(monitor, "start", steps=2)
    finish(monitor)
    assert (monitor.error, len(run.record)) == ("", 5)


def test_run_comes_back_when_it_is_done_and_raises_what_a_step_raised(capsys):
    run = Run()
    monitor = PPOMonitor(run, steps=3)
    monitor.run()
    monitor.run(2, progress=False)
    assert (len(run.record), monitor.view["state"], monitor.view["step"]) == (5, "paused", 5)
    assert "3/3" in capsys.readouterr().err
    run.fails_at = 7
    with pytest.raises(ValueError, match="the reward gives nan"):
        monitor.run(5, progress=False)
    assert len(run.record) == 6


def test_the_bar_hears_of_steps_alone(monkeypatch):
    told = []

    class Bar(tqdm.tqdm):
        def update(self, n=1):
            told.append(n)
            super().update(n)

    run = Run()
    run.go.clear()
    monitor = PPOMonitor(run)
    wait, waits = monitor._training.wait, []

    def counted(*arguments):
        waits.append(arguments)
        if len(waits) == 5:
            run.go.set()
        return wait(*arguments)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    monkeypatch.setattr(monitor._training, "wait", counted)
    monitor.run(2)
    assert sum(told) == 2
    assert 0 not in told  # whereas the loop went round more often


def test_an_interrupt_lets_the_step_end_and_nothing_is_lost():
    run = Run()
    monitor = PPOMonitor(run)

    def interrupt() -> None:
        for _ in range(3):
            run.taken.acquire(timeout=HANG)
        _thread.interrupt_main()

    presser = threading.Thread(target=interrupt)
    presser.start()
    with pytest.raises(KeyboardInterrupt, match="nothing is lost"):
        monitor.run(100_000, progress=False)
    presser.join()
    done = len(run.record)
    assert 3 <= done < 100_000
    assert monitor.view["state"] == "paused"
    monitor.run(2, progress=False)
    assert [row["step"] for row in run.record] == list(range(1, done + 3))


def test_run_takes_over_from_a_live_one():
    run = Run()
    monitor = PPOMonitor(run)
    monitor.start(100_000)
    assert run.taken.acquire(timeout=HANG)
    monitor.run(3, progress=False)
    assert not monitor._training.running
    assert [row["step"] for row in run.record] == list(range(1, len(run.record) + 1))


def test_a_real_run_is_the_run_it_would_have_been():
    """Watched, paused and displayed, PPORun takes the steps that it takes alone."""
    import torch

    from gptedu.language_model import LanguageModel
    from gptedu.model import GPT, GPTConfig
    from gptedu.rlhf.ppo.config import PPOConfig
    from gptedu.rlhf.ppo.run import PPORun
    from gptedu.text import train_tokenizer

    tokenizer = train_tokenizer(["The cat sat on the mat."] * 3, 280)

    def make() -> PPORun:
        config = GPTConfig(tokenizer.vocab_size, 48, layers=1, width=16, heads=2)
        lm = LanguageModel(GPT(config, seeded(0)), tokenizer, "tiny")
        reward = lambda texts: torch.tensor([text.count("t") / 2 for text in texts])  # noqa: E731
        settings = PPOConfig(batch=4, minibatch=4, epochs=1, max_tokens=6)
        return PPORun(lm, reward, ["The cat"], settings, truth=lambda t: torch.ones(len(t)))

    alone, watched = make(), make()
    alone.run(3, progress=False)
    alone.beta = 0.7
    alone.run(2, progress=False)
    monitor = PPOMonitor(watched)
    monitor.run(3, progress=False)
    monitor.set_beta(0.7)
    monitor.start(2)
    assert monitor._training.wait(60)
    timed = {"seconds"}
    strip = lambda rows: [{k: v for k, v in row.items() if k not in timed} for row in rows]  # noqa: E731
    assert strip(watched.record) == strip(alone.record)
    assert [row["beta"] for row in watched.record][-2:] == [0.7, 0.7]


def test_interrupted_it_ends_with_the_step_that_is_being_taken():
    """As the notebook's ■ does it: from a signal's handler, whoever holds the lock then."""
    run = Run()
    monitor = PPOMonitor(run)
    run.go.clear()
    monitor.start(1000)
    while not run.within:
        time.sleep(0.001)
    with monitor._training._lock:
        monitor._training._interrupted()
    run.go.set()
    finish(monitor)
    assert len(run.record) == 1
    assert monitor.view["state"] == "paused"
    monitor.run(2, progress=False)  # it goes on, and is not stopped again
    assert len(run.record) == 3


# -------------------------------------------------------------------- a cell that is run again


@pytest.fixture
def nothing_trained(monkeypatch):
    monkeypatch.setattr("gptedu.widgets.ppo_monitor.widget._trained", {})


def test_what_a_cell_has_trained_is_kept_when_it_is_run_again(nothing_trained):
    first = PPOMonitor(Run(), name="yours")
    assert first.view["earlier"] is None
    first.run(3, progress=False)
    new = Run()
    again = PPOMonitor(new, name="yours")
    assert (again.view["step"], again.view["earlier"]) == (0, 3)
    assert ask(again, "trade")
    # The notebook's variable, `new` here, is the run that was trained.
    assert (len(new.record), again.view["step"], again.view["earlier"]) == (3, 3, None)
    again.run(2, progress=False)
    assert [row["step"] for row in new.record] == [1, 2, 3, 4, 5]


def test_what_was_trained_meanwhile_is_kept_as_well(nothing_trained):
    PPOMonitor(Run(), name="yours").run(3, progress=False)
    again = PPOMonitor(Run(), name="yours")
    again.run(1, progress=False)
    assert again.view["earlier"] == 3
    for step, kept in ((3, 1), (1, 3)):
        again.trade()
        assert (again.view["step"], again.view["earlier"]) == (step, kept)


def test_a_run_of_another_name_or_without_a_way_to_trade_is_not_offered(nothing_trained):
    PPOMonitor(Run(), name="yours").run(1, progress=False)
    other = PPOMonitor(Run(), name="mine")
    assert other.view["earlier"] is None
    assert not ask(other, "trade")
    assert "No other run" in other.error

    class Plain:
        record, beta = (), 0.1

    assert PPOMonitor(Plain(), name="yours").view["earlier"] is None


def test_while_it_trains_nothing_is_traded(nothing_trained):
    PPOMonitor(Run(), name="yours").run(1, progress=False)
    run = Run()
    run.go.clear()
    monitor = PPOMonitor(run, name="yours")
    monitor.start(5)
    assert not ask(monitor, "trade")
    assert "pause it first" in monitor.error
    monitor.hold()
    run.go.set()
    finish(monitor)


def test_start_takes_as_many_steps_as_the_last_cell_did():
    """The text beside says "twenty more", and the field has to say so, too."""
    monitor = PPOMonitor(Run(), steps=40)
    monitor.run(3, progress=False)
    assert monitor.view["steps"] == 3


# -------------------------------------------------------------------- mistakes, displaying


def test_mistakes_become_one_sentence_and_change_nothing():
    run = trained(2)
    monitor = PPOMonitor(run, others={"other": []})
    for wrong in (
        {"do": "start", "steps": 0},
        {"do": "set_beta", "beta": -1},
        {"do": "set_beta", "beta": float("nan")},
        {"do": "settings", "against": "time"},
        {"do": "settings", "mean_of": 0},
        {"do": "compare", "name": "nobody"},
        {"do": "caption"},
    ):
        assert not ask(monitor, **wrong)
        assert monitor.error.endswith(".")
    assert (run.beta, len(run.record), monitor.view["against"]) == (0.05, 2, "step")
    assert ask(monitor, "compare", name="other", on=False)
    assert (monitor.error, monitor.others[0]["hidden"]) == ("", True)


def test_a_stored_run_cannot_train():
    monitor = PPOMonitor(record=trained(2).record)
    assert monitor.view["state"] == "record"
    for action in ("start", "step"):
        ask(monitor, action)
        assert "only its record" in monitor.error
    with pytest.raises(ValueError, match="only its record"):
        monitor.run(3, progress=False)
    for both in ({}, {"run": Run(), "record": []}):
        with pytest.raises(ValueError, match="a run or a record"):
            PPOMonitor(**both)


def test_displaying_gives_a_caption_a_picture_and_the_view():
    monitor = PPOMonitor(trained(3), others={"</script>": trained(2).record})
    caption, picture, view = monitor.outputs()
    assert "</script>" in caption[0]["text/plain"]
    assert "<script" not in caption[0]["text/html"]
    assert "Reward 0.90" in picture[1]["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" in view[0]
    assert "not been trained" in PPOMonitor(Run()).picture().alt


def test_hidden_runs_and_looking_back_are_in_the_picture_too():
    monitor = PPOMonitor(trained(5), others={"other": trained(9).record})
    before = monitor.picture()
    assert "other" in before.alt
    monitor.compare("other", on=False)
    assert "other" not in monitor.picture().alt
    assert monitor.picture().png != before.png
    monitor.look(2)
    assert "At step 2: Reward 0.60" in monitor.picture().alt


def test_the_module_is_small_and_imports_nothing():
    own = str(PPOMonitor._esm).split("// PPOMonitor:")[1]
    assert len(own.encode()) < 40_000
    assert "import " not in own
    assert "innerHTML" not in own
    assert own.count("http") == 1  # the name of SVG's elements, which nothing asks for


def test_numbers_of_any_library_are_taken():
    run = trained(2)
    monitor = PPOMonitor(run, steps=np.int64(3))
    monitor.set_beta(np.float32(0.5))
    monitor.settings(mean_of=torch.tensor(2), steps=np.int64(2))
    monitor.look(np.int64(1))
    monitor.run(np.int64(1), progress=False)
    assert (run.beta, len(run.record), monitor.view["mean_of"]) == (0.5, 3, 2)
    json.dumps([monitor.view, monitor.others])
    for wrong in (0, 2.5, True, "3", float("nan")):
        with pytest.raises(ValueError, match="give a whole number"):
            monitor.start(wrong)
