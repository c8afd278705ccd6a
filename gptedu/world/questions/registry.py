"""Every task of the web by its name: one list, of which chapters and tools choose."""

from __future__ import annotations

from gptedu import checks
from gptedu.world.questions import opinion, pairs, reading, sorting, sums, translation
from gptedu.world.questions.question import Task

TASKS: dict[str, Task] = {
    task.name: task
    for family in (reading, translation, opinion, sums, pairs, sorting)
    for task in family.TASKS
}


def metrics(*names: str) -> dict[str, str]:
    """A choice of tasks: name -> how its answers are judged. Raises ValueError for no such task.

    >>> metrics("reading", "summary")
    {'reading': 'exact', 'summary': 'f1'}
    """
    return {name: TASKS[checks.one_of("task", name, TASKS)].metric for name in names}
