"""The miniature web: a seeded generator of English-like documents about a small closed world.

From a word to a document, each file knowing only those before it:

words/      the lexicon, the foreign language Velan, a little grammar, templates of sentences
splits      training, validation or test: decided by what a text says
facts       what is true in one world: who lives where, who makes what
draw        the random choices of one document, which know its world and its split
documents/  one function for each kind of document, and their list with its weights: `kinds`
problems/   told problems of several steps, and the ways in which people work them out
mixtures    which kinds a web is made of, by name: the first, and the second, its new edition
leads       what is read before a web and beside it, so that a model learns to look back
questions/  what a model is asked about the web, by task, and labelled examples
world       `World`: documents, questions and labelled examples by seed, split and number
leaks       whether anything held out is in the training text
crawl       pages of little worth, which are none of the web's documents
requests/   what users ask an assistant for, and how labelers reply
policy/     who may know what: requests that no word decides, and replies of four classes
vocabulary  which words the web has, and which a model has never read

The tasks of the GPT papers occur in the documents as they do on the web, never behind special
tokens (GPT-2, section 2.1 and Table 1).
"""

from gptedu.world.documents.kinds import KINDS, TRANSLATIONS, Kind
from gptedu.world.mixtures import TRANSLATIONS_OF
from gptedu.world.questions import (
    LABELS,
    TASKS,
    Classification,
    Entailment,
    Labelled,
    MultipleChoice,
    Question,
    Similarity,
    Task,
    metrics,
)
from gptedu.world.world import Document, World

VERSION = 1
"""Of the web: texts of one version stay the same to the last letter (tests/world/golden.json)."""

__all__ = [
    "KINDS",
    "LABELS",
    "TASKS",
    "TRANSLATIONS",
    "TRANSLATIONS_OF",
    "VERSION",
    "Classification",
    "Document",
    "Entailment",
    "Kind",
    "Labelled",
    "MultipleChoice",
    "Question",
    "Similarity",
    "Task",
    "World",
    "metrics",
]
