"""Training that is stopped half way, as Ctrl-C stops it."""

from __future__ import annotations

from types import ModuleType

import pytest


def stop_half_way(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """What `module` trains with `supervise` from now on says that it was stopped."""
    whole = module.supervise

    def stopped(*arguments, **named):
        done = whole(*arguments, **named)
        done.finished = False
        return done

    monkeypatch.setattr(module, "supervise", stopped)
