"""GPT-3's Table 2.1 rebuilt: the counts, the two quirks."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gptedu.chapters.gpt3.published_sizes import TABLE, configuration, quirk, quirks, rebuild
from gptedu.model import GPT, count_parameters

SIZES = {size.name: size for size in TABLE}


@pytest.mark.parametrize("size", TABLE, ids=lambda size: size.name)
def test_every_size_comes_within_three_per_cent_of_the_printed_count(size):
    built = rebuild(size)
    assert built.counted == count_parameters(built.config)
    assert abs(built.off) < 0.03
    assert built.off == built.counted / size.params - 1
    assert (built.config.layers, built.config.head_width) == (size.layers, size.head)


def test_the_meta_device_holds_no_weight():
    with torch.device("meta"):
        model = GPT(configuration(SIZES["Small"]))
    assert all(weight.is_meta for weight in model.parameters())


def test_the_quirks_are_the_two_rows_that_do_not_multiply_out():
    found = {each.printed.name: each for each in quirks()}
    assert list(found) == ["XL", "13B"]
    # XL has the printed width and other heads; 13B the printed heads and another width.
    assert found["XL"].buildable == replace(SIZES["XL"], heads=16)
    assert found["13B"].buildable == replace(SIZES["13B"], width=5120)
    assert "24 heads x 128 = 3,072, not the width of 2,048" in found["XL"].why
    assert "40 heads x 128 = 5,120, not the width of 5,140" in found["13B"].why
    for each in found.values():
        right = each.buildable
        assert right.heads * right.head == right.width
        assert quirk(right) is None


def test_the_other_way_to_put_xl_right_would_double_it():
    # Which figure is the slip is decided by the count, so another count decides otherwise.
    wide = replace(SIZES["XL"], params=2.9e9)
    assert quirk(wide).buildable == replace(wide, width=3072)
