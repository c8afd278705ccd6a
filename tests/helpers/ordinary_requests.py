"""Which requests nothing special is said in."""

from __future__ import annotations

from gptedu.world.requests.instructions import _ASKED, _LIST, _REWRITE, Instruction


def ordinary(asked: Instruction) -> bool:
    """Whether a request is one that `instruction` makes, with nothing said about the user."""
    if asked.kind == "rewrite":
        return asked.request in _REWRITE
    if asked.kind == "list":
        return asked.request in {r.format(what=w) for r in _LIST for w in ("people", "things")}
    assert asked.fact is not None
    return asked.request in {r.format(q=asked.fact.question) for r in _ASKED}
