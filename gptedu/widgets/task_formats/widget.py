"""TaskFormats: four little forms become rows of tokens, and one network reads them all.

`lay_out` is the pure part: a task, the words in its form and `gptedu.finetuning.Formats` give the
rows that fine-tuning really uses. The picture is `gptedu.widgets.task_formats.picture`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import traitlets

from gptedu.finetuning.formats import Formats, Row
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles
from gptedu.widgets.task_formats.picture import (
    SPECIAL_NAMES,
    RowsView,
    TokenRow,
    token_rows_picture,
)
from gptedu.world import LABELS, Classification, Entailment, MultipleChoice, Similarity

CONTEXT = 256


@dataclass(frozen=True)
class Form:
    """A task's form. fields: name -> label. sample: what stands in it at first."""

    title: str
    fields: dict[str, str]
    sample: dict[str, str]
    head: tuple[str, ...]
    say: str


FORMS: dict[str, Form] = {
    "review": Form(
        "Classification: is the review good or bad?",
        {"text": "Review"},
        {"text": "The soup was cold and the waiter was rude. I will not go there again."},
        ("Linear(h)", "softmax over"),
        "One text, one row.",
    ),
    "entailment": Form(
        "Entailment: does the second sentence follow from the first?",
        {"premise": "Premise", "hypothesis": "Hypothesis"},
        {"premise": "Anna gave her red hat to Tom.", "hypothesis": "Tom has a hat."},
        ("Linear(h)", "softmax over"),
        "Two texts, one row, with [Delim] between them.",
    ),
    "similarity": Form(
        "Similarity: do the two sentences say the same?",
        {"first": "One sentence", "second": "The other sentence"},
        {"first": "The dog belongs to Mary.", "second": "Mary owns the dog."},
        ("Linear(h1 + h2)", "softmax over"),
        "Neither sentence comes first, so both orders are read and their vectors added.",
    ),
    "story": Form(
        "Multiple choice: how does the story end?",
        {"context": "Story", "choice 1": "First end", "choice 2": "Second end"},
        {
            "context": "Peter lost his keys. He looked under the table.",
            "choice 1": "There they were.",
            "choice 2": "The soup was good.",
        },
        ("Linear(h1), Linear(h2)", "softmax over"),
        "One row for each end; each row gets one number, and the numbers are compared.",
    ),
}


def fields_of(example: Classification | Entailment | Similarity | MultipleChoice) -> dict[str, str]:
    """The words of a labelled example as they stand in its form."""
    match example:
        case Classification():
            return {"text": example.text}
        case Entailment():
            return {"premise": example.premise, "hypothesis": example.hypothesis}
        case Similarity():
            return {"first": example.first, "second": example.second}
        case MultipleChoice():
            ends = {f"choice {i}": text for i, text in enumerate(example.choices[:2], 1)}
            return {"context": example.context, **ends}
    raise ValueError(
        f"{type(example).__name__} has no form: give a Classification, Entailment, Similarity or "
        "MultipleChoice from gptedu.world"
    )


def lay_out(
    task: str,
    fields: Mapping[str, str],
    formats: Formats,
    pieces: Callable[[Iterable[int]], list[str]],
) -> RowsView:
    """The rows that `formats` makes of a form.

    task: "review", "entailment", "similarity" or "story". pieces: ids -> one display string each,
    as `Tokenizer.pieces`. Raises ValueError for an unknown task, an empty field, and what cannot
    fit the context.
    """
    if task not in FORMS:
        raise ValueError(f"There is no task {task!r}: choose one of {', '.join(FORMS)}")
    form = FORMS[task]
    empty = [label for name, label in form.fields.items() if not fields.get(name)]
    if empty:
        raise ValueError(f"“{empty[0]}” is empty: type something")
    values = [fields[name] for name in form.fields]
    rows: tuple[Row, ...]
    if task == "review":
        rows = (formats.classification(*values),)
    elif task == "entailment":
        rows = (formats.entailment(*values),)
    elif task == "similarity":
        rows = formats.similarity(*values)
    else:
        rows = formats.multiple_choice(values[0], values[1:])
    shown = tuple(_shown(row, pieces) for row in rows)
    return RowsView(form.title, shown, form.head, LABELS[task])


def _shown(row: Row, pieces: Callable[[Iterable[int]], list[str]]) -> TokenRow:
    words = iter(
        pieces([i for i, role in zip(row.ids, row.roles, strict=True) if role not in SPECIAL_NAMES])
    )
    shown = tuple(SPECIAL_NAMES.get(role) or next(words) for role in row.roles)
    return TokenRow(shown, row.roles, row.cut)


class TaskFormats(Widget):
    """Four forms to type in, and the rows of tokens that GPT-1 makes of them.

    tokenizer: a `Tokenizer`, or a language model that has one. examples: task -> a labelled
    example of `gptedu.world` to begin with. context: positions of the network.
    """

    _esm = module(__file__)
    _css = styles(__file__)

    task = traitlets.Unicode("review").tag(sync=True)
    fields = traitlets.Dict(help="task -> {field: what is typed}").tag(sync=True)
    forms = traitlets.Dict(help="task -> title, fields, head, say, labels").tag(sync=True)
    rows = traitlets.Dict(help="task, rows of pieces, roles, cut").tag(sync=True)

    def __init__(
        self,
        tokenizer: Any,
        examples: Mapping[str, Any] | None = None,
        *,
        task: str = "review",
        context: int = CONTEXT,
    ) -> None:
        super().__init__()
        tokenizer = getattr(tokenizer, "tokenizer", tokenizer)
        self._pieces = tokenizer.pieces
        self._formats = Formats(tokenizer.encode, tokenizer.vocab_size, context)
        self._view: RowsView | None = None
        typed = {name: dict(form.sample) for name, form in FORMS.items()}
        for name, example in (examples or {}).items():
            if name not in FORMS:
                raise ValueError(f"There is no task {name!r}: choose one of {', '.join(FORMS)}")
            typed[name] = fields_of(example)
        self.forms = {
            name: {
                "title": form.title,
                "fields": [[key, label] for key, label in form.fields.items()],
                "head": list(form.head),
                "say": form.say,
                "labels": list(LABELS[name]),
            }
            for name, form in FORMS.items()
        }
        self.set_trait("fields", typed)
        self.set_trait("task", task)
        self._refresh()
        if self._view is None:
            raise ValueError(self.error)
        self.observe(self._refresh, names=["task", "fields"])

    def caption(self) -> str:
        return (
            "GPT-1's input formats: every task becomes rows of tokens, the same network reads "
            "them, and the vector at [Extract] gives the answer. Run the cell to type your own."
        )

    def picture(self) -> Picture:
        return token_rows_picture(self.result())

    def result(self) -> RowsView:
        """What is shown now, as plain data for the figure."""
        assert self._view is not None
        return self._view

    def _refresh(self, change: Any = None) -> None:
        with self.telling():
            view = lay_out(self.task, self.fields.get(self.task, {}), self._formats, self._pieces)
            self._view = view
            self.rows = {
                "task": self.task,
                "rows": [
                    {"pieces": list(row.pieces), "roles": list(row.roles), "cut": row.cut}
                    for row in view.rows
                ],
            }
