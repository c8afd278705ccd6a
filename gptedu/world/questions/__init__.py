"""What a model is asked about the web, and what it is fine-tuned on.

`registry` lists every task with its metric and the paper that it follows; the tasks of one family
stand in one file: `reading`, `translation`, `opinion`, `sums`, `pairs`, `sorting`. A `Question`
looks as it would on the web: its prompt is text that the answer continues, and so is each of its
demonstrations; nothing marks it as a task (GPT-2, section 2.1). `labelled` has the examples of
GPT-1's four formats.
"""

from gptedu.world.questions.labelled import (
    LABELS,
    Classification,
    Entailment,
    Labelled,
    MultipleChoice,
    Similarity,
)
from gptedu.world.questions.question import DEMONSTRATIONS, Question, Task
from gptedu.world.questions.registry import TASKS, metrics

__all__ = [
    "DEMONSTRATIONS",
    "LABELS",
    "TASKS",
    "Classification",
    "Entailment",
    "Labelled",
    "MultipleChoice",
    "Question",
    "Similarity",
    "Task",
    "metrics",
]
