"""What the tests of this widget share."""

from __future__ import annotations

import pytest

from gptedu.world import Classification, Entailment, MultipleChoice, Similarity
from tiny_models import TinyLm

EXAMPLES = {
    "review": Classification("good soup", 1),
    "entailment": Entailment("Anna has a hat", "Anna has it", 0),
    "similarity": Similarity("the dog barks", "a dog is loud", 1),
    "story": MultipleChoice("Peter fell", (" he cried", " he ate soup"), 0),
}


@pytest.fixture(scope="module")
def lm() -> TinyLm:
    return TinyLm()
