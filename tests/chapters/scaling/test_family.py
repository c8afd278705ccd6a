"""The family as runs: what the laws through it say, on planted numbers, and its record."""

from __future__ import annotations

import pytest

from gptedu import records
from gptedu.chapters.scaling import family
from gptedu.model import GPTConfig
from gptedu.scaling.flops import training_flops
from gptedu.scaling.laws import PowerLaw
from gptedu.world import World
from gptedu.zoo import FAMILY_V2

FINAL = PowerLaw(a=3e4, b=0.3, floor=1.1)
ALONG = PowerLaw(a=6e5, b=0.4, floor=1.2)


def planted() -> dict[str, dict]:
    """Models that lie on one law, and copies on another."""
    runs = {}
    for name, flops in zip(FAMILY_V2, (4e12, 3e13, 1e14, 3e14), strict=True):
        runs[name] = {"parameters": flops / 7e7, "flops": flops, "loss": FINAL(flops)}
    for number, name in enumerate(family.COPIES, 2):
        flops = number * 8e12
        runs[name] = {"parameters": 1e6, "flops": flops, "loss": ALONG(flops)}
    return runs


def test_each_law_is_found_and_its_misses_are_told():
    found = family.laws(planted())
    assert found["predicted"] == pytest.approx(found["measured"], rel=1e-6)
    assert (found["floor"], found["exponent"]) == pytest.approx((1.1, 0.3))
    assert (found["copies"]["floor"], found["copies"]["exponent"]) == pytest.approx(
        (1.2, 0.4), rel=0.02
    )
    assert found["by"]["over parameters"][1] == pytest.approx(0, abs=1e-6)
    assert found["by"]["without a floor"][1] < -1
    for model in ("mini-m", "mini-l"):
        loss, off = found["by"][f"copies, of {model}"]
        run = planted()[f"{model}-v2"]
        assert loss == pytest.approx(ALONG(run["flops"]), rel=0.005)
        assert off == pytest.approx(100 * (loss / run["loss"] - 1))


def test_a_model_is_measured_as_a_run():
    documents = ["the cat sat.", "a dog ran."]
    run = family.measured("mini-xs-v2", documents)
    assert (run["parameters"], run["tokens"]) == (50_688, 35_999_744)
    config = GPTConfig(2500, 256, 2, 16, 2)
    assert run["flops"] == training_flops(config, 35_999_744)
    assert family.measured("mini-m-v2@2930", documents)["tokens"] == 2930 * 8 * 256


def test_pages_are_held_out_and_as_long_as_asked_for():
    tokenizer = records.model("mini-xs-v2").tokenizer
    found = family.pages(tokenizer, 1000)
    lengths = [len(tokenizer.encode(text)) for text in found]
    assert sum(lengths) >= 1000 > sum(lengths[:-1])
    held_out = [
        document.text for document in World().documents("validation", len(found), mixture="second")
    ]
    assert found == held_out


def test_the_record_follows_from_its_runs():
    (found,) = records.read("scaling", "web").results
    again = records.rounded(family.laws(found["runs"]))
    assert again["by"].keys() == found["by"].keys()
    for how, (loss, off) in found["by"].items():
        assert again["by"][how] == pytest.approx([loss, off], rel=0.01), how


def test_other_held_out_pages_tell_too_low_a_loss_too():
    (found,) = records.read("scaling", "web").results
    assert found["by"]["with a floor"][1] < -5
    assert len(found["other pages"]) == 3
    assert all(-25 < off < -5 for off in found["other pages"])
