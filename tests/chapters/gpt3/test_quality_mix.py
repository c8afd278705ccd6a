"""The experiment on the quality of the mixture."""

from __future__ import annotations

import numpy as np
import pytest

from gptedu import records
from gptedu.chapters.gpt3 import claims
from gptedu.chapters.gpt3 import quality_mix as mix
from gptedu.chapters.gpt3.experiments import mix as mix_experiments
from gptedu.world import World


class Tokens:
    """Characters as tokens; 0 ends a text."""

    end, vocab_size = 0, 128

    def encode(self, text: str) -> list[int]:
        return [ord(character) % 127 + 1 for character in text]


def test_the_mixtures_differ_in_nothing_but_their_shares(monkeypatch):
    monkeypatch.setattr(mix, "CONTEXT", 16)
    texts = mix.corpora(World(seed=0), Tokens(), good=2_000, bad=18_000, held_out=2_000)
    assert texts.sizes == {"good": 2_000, "crawl": 18_000}
    shares = {
        name: [source.share for source in sources]
        for name, sources in mix.mixes(texts.sizes).items()
    }
    assert shares["by size"] == pytest.approx([0.1, 0.9])
    assert shares["by quality"] == pytest.approx([mix.QUALITY_SHARE, 1 - mix.QUALITY_SHARE])
    assert shares["good only"] == [1.0, 0.0]
    run = mix.train_mix("by quality", texts, tokens=8_192, seed=0)
    assert run.tokens == 8_192
    assert run.epochs == pytest.approx({"good": 8_192 * 0.6 / 2_000, "crawl": 8_192 * 0.4 / 18_000})
    assert 0 < run.loss < 5.5
    again = mix.train_mix("by quality", texts, tokens=8_192, seed=0)
    assert (again.loss, again.seen) == (run.loss, run.seen)


def test_a_claim_is_how_much_better_quality_is_over_all_seeds(monkeypatch):
    losses = {"by size": (5.0, 5.2), "by quality": (4.0, 4.1), "good only": (4.5, 4.0)}

    def run(name, texts, tokens, seed):
        sources = mix.mixes(texts.sizes)[name]
        return mix.MixResult(name, sources, tokens, seed, losses[name][seed], 1.0, 2.0)

    monkeypatch.setattr(mix_experiments, "train_mix", run)
    texts = mix.Corpora(5, np.zeros(100), np.zeros(900), np.zeros(10))
    monkeypatch.setattr(mix_experiments, "_texts", lambda sizes: texts)
    monkeypatch.setattr(mix_experiments, "TOKENS", 600)
    runs = [mix_experiments.mix(seed) for seed in (0, 1)]
    assert [claims.mix.of(each) for each in runs] == pytest.approx([1.0, 1.1])
    assert [claims.mix_scarce.of(each) for each in runs] == pytest.approx([0.5, -0.1])
    assert runs[0]["plenty"]["good only"]["epochs"] == {"good": 6.0, "crawl": 0.0}
    assert [each["plenty"]["by quality"]["loss"] for each in runs] == [4.0, 4.1]


def test_recorded_losses_are_the_mean_over_the_networks_of_the_record():
    runs = records.read("gpt3", "mix").results
    losses = mix.recorded_losses("scarce")
    assert set(losses) == {"by size", "by quality", "good only"}
    mean = sum(run["scarce"]["good only"]["loss"] for run in runs) / len(runs)
    assert losses["good only"] == pytest.approx(mean)
