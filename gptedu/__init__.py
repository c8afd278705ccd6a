"""The GPT papers, re-made with models small enough for two CPU cores.

>>> import gptedu
>>> lm = gptedu.load("mini-m")
>>> lm.generate("Question: What is the opposite of hot?\\nAnswer:")

Importing `gptedu` loads neither torch nor transformers: `load` arrives when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gptedu.zoo import load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """Import what was asked for only now (PEP 562), since torch takes seconds to load."""
    if name == "load":
        from gptedu.zoo import load

        globals()[name] = load
        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
