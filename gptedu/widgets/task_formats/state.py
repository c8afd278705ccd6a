"""A form's words become the rows of tokens that fine-tuning reads: functions without Jupyter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gptedu.finetuning.formats import Formats, Row
from gptedu.world import LABELS, Classification, Entailment, MultipleChoice, Similarity

CONTEXT = 256


SECOND = ("hypothesis", "second", "choice")

SPECIAL_NAMES = {"start": "[Start]", "delim": "[Delim]", "extract": "[Extract]"}


@dataclass(frozen=True)
class TokenRow:
    """One row: what each token shows, what it is for, and how many tokens did not fit."""

    pieces: tuple[str, ...]
    roles: tuple[str, ...]
    cut: int = 0


@dataclass(frozen=True)
class RowsView:
    """The rows of one task. head: one line a step, what the linear layer does with the vectors."""

    title: str
    rows: tuple[TokenRow, ...]
    head: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A task's form. tab: its short name. fields: name -> label. sample: typed at first."""

    tab: str
    title: str
    fields: dict[str, str]
    sample: dict[str, str]
    head: tuple[str, ...]
    say: str


FORMS: dict[str, Form] = {
    "review": Form(
        "Classification",
        "Classification: is the review good or bad?",
        {"text": "Review"},
        {"text": "The soup was cold and the waiter was rude. I will not go there again."},
        ("answer layer(h)", "softmax over"),
        "One text, one row.",
    ),
    "entailment": Form(
        "Entailment",
        "Entailment: does the second sentence follow from the first?",
        {"premise": "Premise", "hypothesis": "Hypothesis"},
        {"premise": "Anna gave her red hat to Tom.", "hypothesis": "Tom has a hat."},
        ("answer layer(h)", "softmax over"),
        "Two texts, one row, with [Delim] between them.",
    ),
    "similarity": Form(
        "Similarity",
        "Similarity: do the two sentences say the same?",
        {"first": "One sentence", "second": "The other sentence"},
        {"first": "The dog belongs to Mary.", "second": "Mary owns the dog."},
        ("answer layer(h1 + h2)", "softmax over"),
        "Neither sentence comes first, so both orders are read and their vectors added.",
    ),
    "story": Form(
        "Multiple choice",
        "Multiple choice: how does the story end?",
        {"context": "Story", "choice 1": "First end", "choice 2": "Second end"},
        {
            "context": "Peter lost his keys. He looked under the table.",
            "choice 1": "There they were.",
            "choice 2": "The soup was good.",
        },
        ("answer layer(h1)", "answer layer(h2)", "softmax over"),
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
        raise ValueError(f"there is no task {task!r}: choose one of {', '.join(FORMS)}")
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
