"""Where a text ends before a string: the string may begin and end in the middle of tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch


class StopString:
    r"""Finds a string in a text that is written token by token.

    Neither the borders of tokens nor those of characters need to fall on the string's, so bytes
    are matched (Knuth, Morris and Pratt 1977): a text's state is how many bytes of the string it
    ends in, and a table says which state each token leads to. In UTF-8 no character begins inside
    another one, so the bytes are found where the text is found, and nowhere else.

    moves: [length + 1, vocab] int64. The last state stands for a text in which the string has
    occurred, and is never left.

    >>> stop = StopString("ab", [b"a", b"b", b"ba"])
    >>> stop.end([1, 0, 2, 0])  # "b", "a", "ba": the string is whole after three tokens
    3
    """

    def __init__(self, stop: str, token_bytes: Sequence[bytes], vocab_size: int = 0) -> None:
        """token_bytes: what each id writes. vocab_size: of a model with more ids, silent ones."""
        if not stop:
            raise ValueError("stop is '': give the text to stop at")
        # Half of a surrogate pair is no text: as these bytes it is never found.
        steps = _byte_moves(stop.encode("utf-8", errors="surrogatepass"))
        lengths = np.array([len(each) for each in token_bytes], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        written = np.frombuffer(b"".join(token_bytes), dtype=np.uint8)
        moves = np.repeat(np.arange(len(steps))[:, None], max(len(lengths), vocab_size), axis=1)
        for place in range(int(lengths.max(initial=0))):
            longer = np.flatnonzero(lengths > place)
            moves[:, longer] = steps[moves[:, longer], written[starts[longer] + place]]
        self.moves = torch.from_numpy(moves)

    @property
    def matched(self) -> int:
        """The state of a text in which the string has occurred."""
        return len(self.moves) - 1

    def end(self, tokens: Sequence[int]) -> int | None:
        """How many of the tokens it takes until the string has occurred, None where it does not."""
        state = 0
        for place, index in enumerate(tokens):
            state = int(self.moves[state, index])
            if state == self.matched:
                return place + 1
        return None


def _byte_moves(stop: bytes) -> np.ndarray:
    """How many bytes of `stop` a text ends in, before and after one byte: [length + 1, 256]."""
    length = len(stop)
    moves = np.zeros((length + 1, 256), dtype=np.int64)
    moves[length] = length
    behind = 0  # the state of stop[1:state], which a mismatch falls back to
    for state in range(length):
        moves[state] = moves[behind] if state else 0
        moves[state, stop[state]] = state + 1
        if state:
            behind = int(moves[behind, stop[state]])
    return moves
