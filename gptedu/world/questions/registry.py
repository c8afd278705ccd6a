"""Every task of the web by its name: one list, of which chapters and tools choose."""

from __future__ import annotations

from gptedu.world.questions import opinion, pairs, reading, sorting, sums, translation
from gptedu.world.questions.question import Task

TASKS: dict[str, Task] = {
    task.name: task
    for family in (reading, translation, opinion, sums, pairs, sorting)
    for task in family.TASKS
}
