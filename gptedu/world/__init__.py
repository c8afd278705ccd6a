"""The miniature web: a seeded generator of English-like documents about a small closed world.

From a word to a document: `lexicon` (words, pairs, categories) and `velan` (the foreign language)
-> `facts` (what is true in one world) and `situations` (what is true in one text) -> `draw` (random
choices and templates) -> `kinds_*` (one function for each kind of document, listed in `kinds`) ->
`world` (documents by seed and split) and `tasks` (questions and labelled examples). `crawl` writes
pages of little worth, which are none of the web's documents. The tasks of the GPT papers occur in
the documents as they do on the web, never behind special tokens (GPT-2, Section 2.1 and Table 1).
"""

from .kinds import KINDS, TRANSLATIONS, Kind
from .tasks import (
    LABELS,
    Classification,
    Entailment,
    Labelled,
    MultipleChoice,
    Question,
    Similarity,
    question_tasks,
)
from .world import Document, World

__all__ = [
    "KINDS",
    "LABELS",
    "TRANSLATIONS",
    "Classification",
    "Document",
    "Entailment",
    "Kind",
    "Labelled",
    "MultipleChoice",
    "Question",
    "Similarity",
    "World",
    "question_tasks",
]
