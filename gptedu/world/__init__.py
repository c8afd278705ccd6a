"""The miniature web: a seeded generator of English-like documents about a small closed world.

From a word to a document: `lexicon` (words, pairs, categories) and `velan` (the foreign language)
-> `facts` (what is true in one world) and `situations` (what is true in one text) -> `draw` (random
choices and templates) -> `kinds_*` (one function for each kind of document, listed in `kinds`) ->
`world` (documents by seed and split) and `tasks` (questions and labelled examples). `crawl` writes
pages of little worth, which are none of the web's documents. The tasks of the GPT papers occur in
the documents as they do on the web, never behind special tokens (GPT-2, Section 2.1 and Table 1).
"""

from gptedu.world.documents.kinds import KINDS, TRANSLATIONS, Kind
from gptedu.world.questions.tasks import (
    LABELS,
    Classification,
    Entailment,
    Labelled,
    MultipleChoice,
    Question,
    Similarity,
    question_tasks,
)
from gptedu.world.world import Document, World

VERSION = 1
"""Of the web: documents and questions of one version stay the same (see the golden digests)."""

__all__ = [
    "KINDS",
    "LABELS",
    "TRANSLATIONS",
    "VERSION",
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
