"""Run by every kernel that `gptedu learn` starts, before its first cell (as $PYTHONSTARTUP)."""

from gptedu.course.faults import explain

explain()
del explain
