"""What chapter 3 says in words of its records and models: numbers typed there are theirs."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

import gptedu
from gptedu import records
from gptedu.chapters.gpt3 import in_context_tasks as tasks
from gptedu.tools import notebook
from gptedu.zoo import FAMILY_V2

PROSE = (notebook.chapters_folder() / "source/03_gpt3.py").read_text(encoding="utf-8")
SENTENCE = "The gardener opened the gate and carried two baskets to the market."


def results(name: str) -> list[dict[str, Any]]:
    return records.read("gpt3", name).results


@pytest.fixture(scope="module")
def lm():
    return gptedu.load("mini-m-v2")


def gain(lm, words: str) -> float:
    """Nats by which words become likelier when they are said a second time."""
    values = lm.logprobs(f" {words} {words}").logprobs
    half = len(values) // 2
    return float(values[half + 1 :].mean() - values[1:half].mean())


def test_the_mean_of_the_nine_tasks_after_two_examples():
    assert "lifts `mini-m-v2` and `mini-l-v2` well above it, and two to about 80%" in PROSE
    for name in ("mini-m-v2", "mini-l-v2"):
        assert 75 <= 100 * mean_of_tasks(name, 2) <= 85
        assert mean_of_tasks(name, 1) > 0.6
    gaps = [mean_of_tasks(name, 12) - mean_of_tasks(name, 0) for name in FAMILY_V2]
    assert "The gap between no example and twelve grows up to `mini-m-v2`" in PROSE
    assert gaps[0] < gaps[1] < gaps[2]
    assert abs(gaps[3] - gaps[2]) < 0.03


def mean_of_tasks(model: str, k: int) -> float:
    return fmean(scores[k] for run in results("shots") for scores in run["scores"][model].values())


def test_where_the_model_is_sure_the_order_changes_nothing_and_elsewhere_as_much_as_is_said():
    runs = [run["tasks"] for run in results("order-alone")]
    for name in ("sorting", "sorting/three-groups"):
        assert all(run[name]["changed"] == 0 for run in runs)
    changed = sorted(round(100 * run["sorting/new-groups"]["changed"]) for run in runs)
    own = [run["sorting/new-groups"]["accuracy"] for run in runs]
    behind = sorted(round(100 * (each["most"] - each["least"])) for each in own)
    assert f"{changed[0]}% to {changed[-1]}% of the answers change" in PROSE
    assert f"the worst order is {behind[0]} to {behind[-1]} points behind the best" in PROSE


def test_the_two_jumps_are_where_the_text_has_them():
    first, last = results("jump")[0]["tokens"], results("jump")[0]["sorting tokens"]
    millions = [f"{tokens / 1e6:.1f}".removesuffix(".0") for tokens in (*first, *last)]
    assert f"between {millions[0]} and {millions[1]} million tokens the score jumps" in PROSE
    assert f"only between {millions[2]} and {millions[3]} million tokens" in PROSE


def test_two_directions_differ_by_as_little_and_as_much_as_the_text_says():
    early = [run["ways"]["mini-m-v2@5859"] for run in results("direction")]
    least = round(min(100 * (each["into"] - each["out of"]) for each in early))
    (other,) = results("other-seeds")
    most = round(other["claims"]["gpt3/direction"]["mean"])
    assert f"the difference was as small as {least} points, in another training run {most}." in (
        PROSE.replace("\n# ", " ")
    )


def test_random_heads_of_the_other_run_cost_as_often_as_the_text_says():
    (run,) = results("induction-other-seeds")
    draws = [each["lost at random"] for each in run["off"]["sorting"]]
    costly = {sum(lost > 0.5 for lost in draw) for draw in draws}
    assert costly == {3}
    assert all(sum(lost < 0.15 for lost in draw) == 7 for draw in draws)
    assert (
        "Of ten sets of three others, most cost almost nothing; three cost more than half" in PROSE
    )
    assert "In this run three heads, all of block 2, do the work." in PROSE
    assert len(run["heads"]) == 3
    assert {block for block, _ in run["heads"]} == {2}


def test_a_real_model_takes_from_examples_what_the_text_says():
    (run,) = results("real")
    labels = run["scores"]["invented labels"]
    assert (labels[1], labels[6]) == (0.5, 0.75)
    assert "one line leaves them at a coin, six bring 75%" in PROSE
    for name in ("opposites", "past tense", "a made-up rule"):
        assert run["scores"][name][1] >= 0.5


def test_one_example_of_opposites_puts_late_first_and_two_leave_no_doubt(lm):
    shown = [("fast", "slow"), ("hard", "soft"), ("wet", "dry")]
    assert '"opposites": ("early", [("fast", "slow"), ("hard", "soft"), ("wet", "dry")])' in PROSE
    pages = ["".join(f"{a} -> {b}\n" for a, b in shown[:k]) + "early ->" for k in range(3)]
    best = [tasks.next_words(lm, page)[0] for page in pages]
    assert [word.strip() for word, _ in best] == ["earlier", "late", "late"]
    assert best[0][1] > 0.9
    assert best[2][1] > 0.9
    assert "One example already puts <em>late</em> first; with two it has more than 90%" in PROSE


def test_words_said_twice_gain_as_much_as_the_text_says_and_a_sentence_less(lm):
    words = PROSE.partition('words = "')[2].partition('"')[0]
    assert SENTENCE in PROSE
    said = f"by {gain(lm, SENTENCE):.1f} nats and not by {gain(lm, words):.0f}."
    assert said in PROSE
