"""How a view asks its widget for something, and hears what came of it. One way for all.

`ui.ask` of shared.js sends requests as a custom message:

    {"id": text, "requests": [{"do": an action, "with": {argument: value}, "when": {key: value}}]}

An action is a method marked with `@action`. `when` names what the learner saw of `view`: where
that has changed by the time, the request is stale and is ignored (a late click on a card that is
gone). The answer is the trait `answered`, {"id": text, "ok": [for each request whether it left no
error]}; what went wrong is one sentence in the trait `error`. A view sends no message before the
last one is answered: what is pressed meanwhile goes as the next, in order.

Why not `command` and `invoke` of `anywidget.experimental` (looked at in 0.9.13 and 0.11): an error
gives no answer there, so that the page waits for a time-out and never learns the reason; and their
answer is a message, which overtakes the state that was set before it, since ipywidgets applies
states a tick later. A trait stays behind them. Custom messages and traits are all that this takes,
and ipywidgets 7.7 on Colab has both.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])

_MARK = "_gptedu_action"


def action(method: Method) -> Method:
    """Mark a method of a `Widget` as one that its view may ask for by name.

    Python may call it as well. It runs alone, since JupyterLab handles messages in another thread
    than cells; and it sees the model as it is by then (`Widget.renew`).
    """

    @functools.wraps(method)
    def alone(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            self.renew()
            return method(self, *args, **kwargs)

    setattr(alone, _MARK, True)
    return alone  # type: ignore[return-value]


def call_action(widget: Any, name: Any, arguments: dict[str, Any]) -> None:
    """Call the action `name`; raises ValueError where there is none, or not with `arguments`."""
    method = getattr(type(widget), name, None) if isinstance(name, str) else None
    if not getattr(method, _MARK, False):
        raise ValueError(f"{type(widget).__name__} cannot do {name!r}")
    bound = getattr(widget, name)
    try:
        inspect.signature(bound).bind(**arguments)
    except TypeError as error:
        raise ValueError(f"{type(widget).__name__} cannot do {name!r} so: {error}") from None
    bound(**arguments)
