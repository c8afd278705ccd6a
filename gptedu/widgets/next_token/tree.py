"""The tree of what might have been: sampled tokens, and the likely ones that were not taken.

Immutable: every step, fork and choice returns a new tree, so that undo is the tree before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ROOT = -1


@dataclass(frozen=True)
class Node:
    """One token that was taken, or that could have been.

    token: its id; piece: its text; probability: the model's own, before temperature, top-k and
    top-p. parent: index of the node before it, or ROOT. taken: whether a path went through it.
    """

    token: int
    piece: str
    probability: float
    parent: int = ROOT
    taken: bool = False


@dataclass(frozen=True)
class Spot:
    """A node's place: column = step (the root's is 0), row from the top; on = on the path."""

    node: int
    column: int
    row: int
    on: bool


@dataclass(frozen=True)
class SamplingTree:
    """Nodes in the order in which they were found, and the node where the text now ends."""

    nodes: tuple[Node, ...] = ()
    current: int = ROOT

    def path(self) -> list[int]:
        """Indices of the nodes from the first token to the current one."""
        path = []
        node = self.current
        while node != ROOT:
            path.append(node)
            node = self.nodes[node].parent
        return path[::-1]

    def tokens(self) -> list[int]:
        """The ids along the current path."""
        return [self.nodes[node].token for node in self.path()]

    def children(self, node: int) -> list[int]:
        return [i for i, child in enumerate(self.nodes) if child.parent == node]

    def step(self, taken: Node, alternatives: tuple[Node, ...] = ()) -> SamplingTree:
        """Take a token at the current node and keep the alternatives beside it.

        A token that is already there keeps its place. ``parent`` and ``taken`` are filled in here.
        """
        nodes = list(self.nodes)
        known = {nodes[i].token: i for i in self.children(self.current)}
        for node in (taken, *alternatives):
            if node.token not in known:
                known[node.token] = len(nodes)
                nodes.append(replace(node, parent=self.current, taken=False))
        here = known[taken.token]
        nodes[here] = replace(nodes[here], taken=True)
        return SamplingTree(tuple(nodes), here)

    def go_to(self, node: int) -> SamplingTree:
        """Make ``node`` the end of the text: an alternative is taken instead, which is a fork.

        Raises ValueError for a node that is not in the tree.
        """
        if not ROOT <= node < len(self.nodes):
            raise ValueError(f"the tree has no node {node}: it has {len(self.nodes)}")
        nodes = list(self.nodes)
        if node != ROOT:
            nodes[node] = replace(nodes[node], taken=True)
        return SamplingTree(tuple(nodes), node)

    def layout(self) -> list[Spot]:
        """A place for the root and every node; lines of taken tokens run straight and never cross.

        Each line is a lane: its tokens in the lane's first row, the alternatives below them. A
        fork opens a lane further down, the latest step's first, so that a connector from an
        earlier step passes on the left of the lanes above it.
        """
        on = {ROOT, *self.path()}
        spots: list[Spot] = []
        rows = 0

        def lane(first: int, column: int) -> None:
            nonlocal rows
            top, height, forks = rows, 1, []
            node = first
            while True:
                spots.append(Spot(node, column, top, node in on))
                children = self.children(node)
                onward = [i for i in children if self.nodes[i].taken]
                for row, i in enumerate((i for i in children if not self.nodes[i].taken), top + 1):
                    spots.append(Spot(i, column + 1, row, False))
                    height = max(height, row - top + 1)
                column += 1
                forks += [(i, column) for i in onward[1:]]
                if not onward:
                    break
                node = onward[0]
            rows = top + height
            for fork, start in reversed(forks):
                lane(fork, start)

        lane(ROOT, 0)
        return spots
