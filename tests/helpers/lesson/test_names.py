"""Which names a cell reads and binds: by hand, and beside Python's own table of symbols."""

from __future__ import annotations

import builtins
import symtable

import pytest

from lesson.names import names
from lesson.source import SOURCES, lesson


@pytest.mark.parametrize(
    ("code", "read", "bound"),
    [
        ("a = [b for b in c if d(b)]", "c d", "a"),
        ("def f(x, *, y=z):\n    own = x + y + far\n    return own\nf(a)", "z far a", "f"),
        ("def f(n):\n    return f(n - 1)", "", "f"),
        ("x = x + 1", "x", "x"),
        ("x += 1", "x", "x"),
        ("x = 1\nx += 1", "", "x"),
        ("for i in i: print(i)", "i", "i"),
        ("best = max(rows, key=lambda row: row[k])", "rows k", "best"),
        ("import a.b, c as d\nfrom e import f as g", "", "a d g"),
        ("with torch.no_grad() as g:\n    y = g", "torch", "g y"),
        ("class A(B):\n    size = n\n    def f(self):\n        return size", "B n size", "A"),
        ("print(f'{text!r:>{width}}')", "text width", ""),
        ("model.weight = w\nrows[i] = 0", "model w rows i", ""),
        ("table = {k: v for k, v in pairs}", "pairs", "table"),
        ("@wrap\ndef f(): pass", "wrap", "f"),
        ("if (n := len(x)) > 3: y = n", "x", "n y"),
    ],
)
def test_names_are_found_in_the_order_of_running(code, read, bound):
    found = names(code)
    assert (found.read, found.bound) == (set(read.split()), set(bound.split()))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_cell_is_read_as_python_reads_it(source):
    """Python's table knows no order: what is bound and then read is bound there, and so here."""
    for cell in lesson(source).code:
        table = symtable.symtable(cell.text, cell.start, "exec")
        found = names(cell.text)
        assert found.bound == {
            each.get_name()
            for each in table.get_symbols()
            if each.is_assigned() or each.is_imported() or each.is_namespace()
        }
        assert found.read | found.bound == _of_module(table) | found.bound, cell.text


def _of_module(table: symtable.SymbolTable) -> set[str]:
    """Names that code in this table, or in one inside it, takes from the module."""
    top = table.get_type() == "module"
    own = {
        each.get_name()
        for each in table.get_symbols()
        if each.is_referenced() and (top or each.is_global())
    }
    inner = set().union(*map(_of_module, table.get_children()))
    return {name for name in own | inner if not hasattr(builtins, name)}
