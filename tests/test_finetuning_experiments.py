"""Chapter 1's experiments: what is averaged, and that the shipped record is what the code makes."""

from __future__ import annotations

import pytest

from gptedu import assets
from gptedu.finetuning import TASKS, experiments


def test_the_average_is_over_tasks_and_keeps_the_seeds_apart():
    scores = {"review": [0.5, 0.7], "story": [0.7, 1.0]}
    assert experiments.average(scores) == pytest.approx([60.0, 85.0])


def test_labelled_examples_of_other_seeds_and_splits_differ():
    one = experiments.labelled("review", "train", 20, 0)
    assert one == experiments.labelled("review", "train", 20, 0)
    assert one != experiments.labelled("review", "train", 20, 1)
    assert not set(one) & set(experiments.labelled("review", "test", 20, 0))


def test_an_unknown_experiment_is_named(capsys):
    with pytest.raises(SystemExit):
        experiments.main(["gpt7"])
    assert "there is no experiment 'gpt7'; choose of pretraining" in capsys.readouterr().err


@pytest.mark.skipif(
    not (assets.root() / "records" / "gpt1.json").exists(), reason="no record has been made"
)
def test_the_record_holds_three_seeds_of_the_four_tasks():
    record = experiments.load_record()
    found = record["pretraining"]
    assert len(found["seeds"]) == 3
    for runner in ("pretrained", "scratch"):
        assert set(found[runner]) == set(TASKS)
        for scores in found[runner].values():
            assert len(scores) == 3
            assert all(0 <= score <= 1 for score in scores)
