"""The names that a cell needs from above, and those that it leaves behind."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """read: what has to be there before the cell runs. bound: what it leaves for those below."""

    read: frozenset[str]
    bound: frozenset[str]


def names(code: str) -> Names:
    """Names of a cell, in the order in which it runs; those of a function's own do not count.

    What a function reads counts as read where the function is written: it may be called there.
    """
    reader = _Reader()
    reader.visit(ast.parse(code))
    return Names(frozenset(reader.read), frozenset(reader.bound))


class _Reader(ast.NodeVisitor):
    """One scope. `visit` takes parts in the order in which Python runs them."""

    def __init__(self, bound: Iterable[str] = (), *, of_class: bool = False) -> None:
        self.read: set[str] = set()
        self.bound = set(bound)
        self.of_class = of_class

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        else:
            self._need(node.id)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit(node.value, *node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._need(node.target.id)
        self._visit(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._visit(node.iter, node.target, *node.body, *node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._visit(node.iter, node.target, *node.ifs)

    def visit_ListComp(self, node: ast.AST) -> None:
        parts = (getattr(node, name) for name in ("key", "value", "elt") if hasattr(node, name))
        self._within((), *node.generators, *parts)  # type: ignore[attr-defined]

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self._within(_parameters(node.args), node.body)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit(*node.decorator_list, node.args)
        self.bound.add(node.name)
        self._within(_parameters(node.args), *node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit(*node.decorator_list, *node.bases, *node.keywords)
        self.bound.add(node.name)
        self._take(_Reader(of_class=True), *node.body)

    def _visit(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)

    def _within(self, own: Iterable[str], *nodes: ast.AST) -> None:
        """Visit in a scope inside this one, with names of its `own`."""
        self._take(_Reader(own), *nodes)

    def _take(self, inside: _Reader, *nodes: ast.AST) -> None:
        inside._visit(*nodes)
        if self.of_class:  # its methods do not see what it binds
            self.read |= inside.read
        else:
            for name in inside.read:
                self._need(name)

    def _need(self, name: str) -> None:
        if name not in self.bound and not hasattr(builtins, name):
            self.read.add(name)


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    for each in ast.walk(arguments):
        if isinstance(each, ast.arg):
            yield each.arg
