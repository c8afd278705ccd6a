"""How often a model passes the right verdict where a page of the web passes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from gptedu.language_model import check_predicts
from gptedu.model.modes import evaluating
from gptedu.text import Tokenizer, pad

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world.documents.comparing.verdicts import Page

ROWS = 16  # pages read together


def verdict_accuracy(lm: LanguageModel, pages: Sequence[Page]) -> float:
    """Share of all verdicts in `pages` whose first token the model finds the likeliest.

    Only the verdicts that there can be are weighed against each other; each is read with its page
    before it. What does not fit the context is left out. Raises ValueError where nothing is left.
    """
    check_predicts(lm)
    rows = [_encoded(lm.tokenizer, page, lm.model.config.context) for page in pages]
    rights: list[bool] = []
    with evaluating(lm.model), torch.inference_mode():
        for start in range(0, len(rows), ROWS):
            block = rows[start : start + ROWS]
            logits = lm.model(pad([ids for ids, _ in block]).ids.to(lm.device))
            for row, (_, verdicts) in zip(logits, block, strict=True):
                rights += [
                    int(row[place, torch.tensor(words)].argmax()) == right
                    for place, words, right in verdicts
                ]
    if not rights:
        raise ValueError("there is no verdict within the context: give pages that pass one")
    return sum(rights) / len(rights)


def _encoded(
    tokenizer: Tokenizer, page: Page, context: int
) -> tuple[list[int], list[tuple[int, list[int], int]]]:
    """A page's ids, and of each verdict the place before it, its first tokens, the right one."""
    ids, verdicts = [tokenizer.end], []
    for verdict in page.verdicts:
        ids += tokenizer.encode(verdict.before)
        firsts = [tokenizer.encode(word)[0] for word in verdict.words]
        verdicts.append((len(ids) - 1, firsts, verdict.right))
        ids += tokenizer.encode(verdict.words[verdict.right] + verdict.after)
    return ids[:context], [each for each in verdicts if each[0] < context]
