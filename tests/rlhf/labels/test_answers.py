"""Rankings of a file in the place of a labeler's."""

from __future__ import annotations

from gptedu.rlhf.labels.answers import yours_first
from gptedu.rlhf.labels.comparisons import Comparison, append


def ranked(number: int, labeler: str, ranks: tuple[int, ...] = (1, 2)) -> Comparison:
    return Comparison(f"Prompt {number}.\nReply:", (" yes", " no"), ranks, labeler)


def test_your_newest_ranking_comes_in_the_place_of_anothers(tmp_path):
    path, others = tmp_path / "mine.jsonl", [ranked(i, "simulated") for i in range(3)]
    assert yours_first(path, others) == others
    for each in (ranked(1, "you"), ranked(7, "you"), ranked(1, "you", (2, 1))):
        append(path, each)
    assert yours_first(path, others) == [others[0], ranked(1, "you", (2, 1)), others[2]]
