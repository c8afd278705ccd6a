"""TaskFormats: four little forms become rows of tokens, and one network reads them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from gptedu.finetuning.formats import Formats
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles
from gptedu.world import LABELS

from .picture import SHADES, token_rows_picture
from .state import CONTEXT, FORMS, SECOND, SPECIAL_NAMES, RowsView, fields_of, lay_out


class TaskFormats(Widget):
    """Four forms to type in, and the rows of tokens that GPT-1 makes of them.

    >>> TaskFormats(gptedu.load("mini-m"), task="entailment")

    The learner fills in a task's form and sees the rows of tokens that fine-tuning reads, the
    network that is the same for all, and the vector at [Extract] that the answer comes from.

    tokenizer: a `Tokenizer`, or a language model that has one. examples: task -> a labelled
    example of `gptedu.world` to begin with. task: the form shown at first. context: positions of
    the network.

    Raises ValueError for a task that there is not.

    Keys: Left and Right go from task to task.
    """

    live_to = "type your own"
    _esm = module(__file__, SECOND=SECOND, SPECIAL=list(SPECIAL_NAMES), SHADES=SHADES)
    _css = styles(__file__)

    task = traitlets.Unicode("review").tag(sync=True)
    fields = traitlets.Dict(help="task -> {field: what is typed}").tag(sync=True)
    forms = traitlets.Dict(help="task -> tab, title, fields, head, say, labels").tag(sync=True)
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
                raise ValueError(f"there is no task {name!r}: choose one of {', '.join(FORMS)}")
            typed[name] = fields_of(example)
        self.forms = {
            name: {
                "tab": form.tab,
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
        self._compute()
        self.observe(self._refresh, names=["task", "fields"])

    # ------------------------------------------------------------ what a learner can do

    @action
    def choose(self, task: str) -> None:
        """Turn to another task's form."""
        self.task = task

    @action
    def write(self, task: str, fields: Mapping[str, str]) -> None:
        """Fill in a task's form."""
        self.fields = {**self.fields, task: dict(fields)}

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            "GPT-1's input formats: every task becomes rows of tokens, the same network reads "
            "them, and the vector at [Extract] gives the answer."
        )

    def picture(self) -> Picture:
        return token_rows_picture(self.result())

    def result(self) -> RowsView:
        """What is shown now, as plain data for the figure."""
        assert self._view is not None
        return self._view

    def _refresh(self, change: Any = None) -> None:
        with self.telling():
            self._compute()

    def _compute(self) -> None:
        view = lay_out(self.task, self.fields.get(self.task, {}), self._formats, self._pieces)
        self._view = view
        self.rows = {
            "task": self.task,
            "rows": [
                {"pieces": list(row.pieces), "roles": list(row.roles), "cut": row.cut}
                for row in view.rows
            ],
        }
