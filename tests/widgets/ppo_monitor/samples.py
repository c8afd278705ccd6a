"""What the tests of this widget share."""

from __future__ import annotations

import threading
import time

HANG = 300  # seconds after which a test that waits is said to hang


class Run:
    """A run whose steps can be held up, and which fails where it is told to."""

    def __init__(self, truth: bool = True) -> None:
        self.record: list[dict] = []
        self.beta, self.truth = 0.05, truth
        self.go, self.taken = threading.Event(), threading.Semaphore(0)
        self.go.set()
        self.within, self.overlapped = 0, False
        self.fails_at = 0

    def trade(self, other: Run) -> None:
        self.__dict__, other.__dict__ = other.__dict__, self.__dict__

    def step(self) -> dict:
        self.within += 1
        self.overlapped = self.overlapped or self.within > 1
        beta = self.beta
        assert self.go.wait(HANG)
        time.sleep(0.001)
        number = len(self.record) + 1
        self.within -= 1
        if number == self.fails_at:
            raise ValueError("the reward gives nan")
        row = {
            "step": number, "reward": number * 0.3, "truth": 1.0 if self.truth else None,
            "kl": number / 7, "entropy": 2.0, "length": 9.5, "beta": beta, "seconds": 0.5,
            "samples": [{"prompt": "<b>\r:", "answer": f" </script> {number}\x1d.", "reward": 0.1,
                         "truth": None}],
        }  # fmt: skip
        self.record.append(row)
        self.taken.release()
        return row


def trained(steps: int, **options) -> Run:
    run = Run(**options)
    for _ in range(steps):
        run.step()
    return run
