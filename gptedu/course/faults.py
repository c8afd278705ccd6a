"""What a notebook says where a cell is stopped, or run before those above it.

■ gives a screen of red where there is nothing to look for, and after a restart the first cell that
one runs knows no name. `explain()` makes one line of the first, and adds to the second what to do.
"""

from __future__ import annotations

from typing import Any

from gptedu.console import Stopped, in_notebook

STOPPED = "Stopped. Run this cell again to begin it anew."
ORDER = """
If a cell above makes it, that cell has not been run since the kernel
started: choose Run > Run All Above Selected Cell, then run this one."""


def explain() -> None:
    """Have this notebook's kernel say so from now on; nothing elsewhere."""
    if in_notebook():
        from IPython import get_ipython

        get_ipython().set_custom_exc((KeyboardInterrupt, NameError), _tell)


def _tell(
    shell: Any, kind: Any, error: BaseException, traceback: Any, tb_offset: Any = None
) -> None:
    told = reworded(error)
    shell.showtraceback((type(told), told, traceback), tb_offset=tb_offset)


def reworded(error: BaseException) -> BaseException:
    """The error as a learner reads it."""
    if isinstance(error, KeyboardInterrupt):
        return error if isinstance(error, Stopped) else Stopped(STOPPED)
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        error.args = (f"{error}{ORDER}",)
    return error
