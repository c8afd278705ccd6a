"""Runs that were not made: their losses follow a law that is known, up to a little noise."""

from __future__ import annotations

import numpy as np

from gptedu.model import GPTConfig
from gptedu.scaling import flops
from gptedu.scaling.table import Row

FLOOR, A, B = 1.1, 30.0, 0.15
WIDTHS = (8, 12, 16, 20, 24, 32, 40, 48, 64)


def law(compute: float) -> float:
    return FLOOR + A * compute**-B


def made(sweep: str, width: int, seed: int, symbols: int, loss: float, **changes: object) -> Row:
    """A row of the table for a model of three layers."""
    config = GPTConfig(33, 64, 3, width, width // 4)
    values = {
        "sweep": sweep, "recipe": f"{sweep} {width} {seed} {symbols}", "seed": seed,
        "text": "records", "width": width, "layers": 3, "context": 64,
        "parameters": flops.parameters(config, "all"),
        "matrices": flops.parameters(config, "matrices"),
        "blocks": flops.parameters(config, "blocks"),
        "symbols": symbols, "batch": 4, "steps": 500, "budget": None,
        "flops": flops.training_flops(config, symbols), "rule": "muon", "matrix_rate": 0.015,
        "learning_rate": 3e-3, "horizon": 1.0, "loss": loss, "floor": FLOOR, "curve": [],
        "recall": [], "seconds": 1.0, "threads": 1,
    }  # fmt: skip
    return Row(**(values | changes))  # type: ignore[arg-type]


def by_law(sweep: str, width: int, seed: int = 0, noise: float = 0.0) -> Row:
    """A run that reads 64 symbols for each weight, and lies on the law up to the noise."""
    config = GPTConfig(33, 64, 3, width, width // 4)
    symbols = 64 * flops.matrix_weights(config)
    loss = FLOOR + (law(flops.training_flops(config, symbols)) - FLOOR) * float(np.exp(noise))
    return made(sweep, width, seed, symbols, loss)


def ladder(noise: float = 0.004) -> list[Row]:
    """Widths 8 to 64, the smaller ones with three seeds."""
    random = np.random.default_rng(0)
    return [
        by_law("ladder", width, seed, noise * random.standard_normal())
        for width in WIDTHS
        for seed in range(3 if width < 32 else 1)
    ]


def target() -> Row:
    """A thousand times as much compute as the widths up to 24 have; on the law."""
    return by_law("target", 160)


def isoflop() -> list[Row]:
    """Three budgets, eight sizes each, with a lowest point inside."""
    rows = []
    for budget in (1e10, 1e11, 1e12):
        for width in (4, 8, 12, 16, 20, 28, 36, 48):
            config = GPTConfig(33, 64, 3, width, width // 4)
            symbols = int(budget / flops.training_flops(config, 1))
            size = flops.matrix_weights(config)
            loss = FLOOR + 30 * size**-0.45 + 60 * symbols**-0.33
            rows.append(made("isoflop", width, 0, symbols, loss, budget=budget))
    return rows
