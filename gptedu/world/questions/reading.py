"""Questions about a text, and questions about the world without one."""

from __future__ import annotations

from collections.abc import Callable

from gptedu.world.documents import passages, prose
from gptedu.world.draw import Draw
from gptedu.world.questions.question import Draft, task_with_demonstrations


def _reading(d: Draw) -> Draft:
    told, text = passages.told_passage(d, 3, 5)
    fact = d.pick(told)
    return f"{text}\nQuestion: {fact.question}\nAnswer:", f" {fact.answer}", ()


def _closed_book(first: int, last: int) -> Callable[[Draw], Draft]:
    """About the people from rank `first` to `last`: the web speaks of the first ones most."""

    def make(d: Draw) -> Draft:
        person = d.pick(d.facts.people[first:last])
        question, answer = prose.closed_book(d, person, d.pick(tuple(prose.CLOSED_BOOK)))
        return f"Question: {question}\nAnswer:", f" {answer}", ()

    return make


_COQA = "GPT-2, section 3.5: reading comprehension"
_FROM_MEMORY = "GPT-2, section 3.8, and GPT-3, section 3.2: closed-book question answering"

TASKS = (
    task_with_demonstrations("reading", "exact", _COQA, _reading, shown=3, separator="\n\n"),
    *(
        task_with_demonstrations(name, "exact", _FROM_MEMORY, _closed_book(first, last), shown=8)
        for name, first, last in (
            ("closed-book", 0, 96),
            ("closed-book/common", 0, 8),
            ("closed-book/middle", 8, 32),
            ("closed-book/rare", 32, 96),
        )
    ),
)
