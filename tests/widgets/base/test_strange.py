"""Words that a model has never read are named, by one function in all widgets that take text."""

from __future__ import annotations

import pytest
import torch

import gptedu
from gptedu import assets
from gptedu.text import train_tokenizer
from gptedu.widgets import AttentionExplorer, NextToken, PromptLab, RewardLens
from gptedu.widgets.base.strange import instead, strange_note
from gptedu.world.vocabulary import strange_words

for name in ("mini-xs", "mini-s-rm"):
    if not (assets.root() / "checkpoints" / name).is_dir():
        pytest.skip(f"{name} has not been trained here", allow_module_level=True)

STRANGE, PLAIN = "The quantum computer", "The cat"


@pytest.fixture(scope="module")
def lm():
    return gptedu.load("mini-xs")


def test_the_note_names_them_with_two_that_occur(lm):
    note = strange_note(lm, STRANGE)
    assert note.startswith("These words do not occur in its web: quantum, computer. Two that do: ")
    assert strange_note(lm, "The computer").startswith("This word does not occur in its web: ")
    assert strange_note(lm, "The lamp is in the kitchen.") == ""
    many = strange_note(lm, "quantum computer laptop internet browser server")
    assert ": quantum, computer, laptop, internet and 2 more." in many


def test_the_words_that_it_gives_instead_occur():
    for words in (["quantum"], ["lampp", "bok"], ["lampe", "lampen"], []):
        pair = instead(words)
        assert len(set(pair)) == 2
        assert strange_words(" ".join(pair)) == []
    assert instead(["lampp", "bok"]) == ("lamp", "book")


def test_nothing_is_said_of_a_model_that_has_read_something_else():
    other = train_tokenizer(["The quantum computer."] * 3, 300)
    assert strange_note(other, STRANGE) == ""
    assert strange_note(lambda texts: torch.zeros(len(texts)), STRANGE) == ""


@pytest.mark.parametrize("kind", [AttentionExplorer, NextToken, PromptLab, RewardLens])
def test_every_widget_that_takes_text_says_it(kind, lm):
    if kind is RewardLens:
        widget = RewardLens(gptedu.load("mini-s-rm"), "", [PLAIN])
    elif kind is PromptLab:
        widget = PromptLab([lm], PLAIN, max_tokens=2)
    else:
        widget = kind(lm, PLAIN)
    assert widget.strange == ""
    typed = widget.edit if kind is PromptLab else widget.read
    typed(STRANGE)
    assert "quantum, computer" in widget.strange
    typed(PLAIN)
    assert widget.strange == ""
