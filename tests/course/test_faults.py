"""A cell that is stopped, or that comes too early, says what to do."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from gptedu.console import Stopped
from gptedu.course import faults


@pytest.fixture
def shell(monkeypatch):
    """A shell of IPython that takes itself for a notebook's; `shown` is what it shows of errors."""
    shell = InteractiveShell()
    monkeypatch.setattr(faults, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    faults.explain()
    return shell


def run(shell, capsys, code):
    capsys.readouterr()
    error = shell.run_cell(code).error_in_exec
    return error, capsys.readouterr().out.strip()


def test_a_stopped_cell_is_one_line_without_a_traceback(shell, capsys):
    error, said = run(shell, capsys, "def deep():\n    raise KeyboardInterrupt\ndeep()")
    assert said == faults.STOPPED
    assert isinstance(error, KeyboardInterrupt)


def test_what_says_itself_how_to_go_on_is_shown_as_it_is(shell, capsys):
    words = "stopped after step 3; nothing is lost: run(steps) goes on from there."
    shell.user_ns.update(Stopped=Stopped, words=words)
    code = "try:\n    raise KeyboardInterrupt\nexcept KeyboardInterrupt:\n    raise Stopped(words)"
    said = run(shell, capsys, code)[1]
    assert said == words  # and not the two tracebacks of an exception in another


def test_a_name_that_is_not_there_says_to_run_the_cells_above(shell, capsys):
    error, said = run(shell, capsys, "monitor.run(20)")
    assert isinstance(error, NameError)
    assert "name 'monitor' is not defined" in str(error)
    assert "Run All Above Selected Cell" in said
    assert "Traceback" in said


def test_other_errors_are_left_alone(shell, capsys):
    for code in ("def f():\n    print(x)\n    x = 1\nf()", "1 / 0"):
        said = run(shell, capsys, code)[1]
        assert "Traceback" in said
        assert "Run All Above" not in said


def test_outside_a_notebook_nothing_changes(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    faults.explain()
