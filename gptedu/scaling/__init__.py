"""Scaling laws: how the loss of a model follows from its size, its data and its compute, and how a
large run is predicted from small ones.

flops        FLOPs and parameters of a run, by exact formula
texts        records of facts, whose entropy is known; library: Python's own source, by bytes
bets         a text of bets, in which the outcome misleads about the decision
recipe       what a run is, and how all runs of a sweep follow from a width
runs, table  runs a sweep, each run once; the table of runs that ships
laws         power laws with and without a floor, Chinchilla's parametric form; bootstrap: intervals
isoflop      valleys: the best size for a budget
pass_rates   abilities predicted; budget: days, energy and money for FLOPs

Follows Kaplan et al. 2020, Hoffmann et al. 2022 (Chinchilla), Besiroglu et al. 2024 and section 3
of OpenAI's GPT-4 report (2023).

The table, `table.read()`, is assets/records/scaling/runs.jsonl: one line of JSON a run, whose
columns are those of `table.Row`:

=================  ========================  =======================================================
column             unit                      what
=================  ========================  =======================================================
sweep                                        the set of runs: "ladder" (same symbols a weight, width
                                             grows), "isoflop" (one budget, several widths),
                                             "width" (learning rates), "schedule", "code" (ladder on
                                             the library), "code-isoflop", "target", "code-target"
recipe             12 hexadecimal digits     digest of all that decided the run
seed
text               "records" or "library"    what was read
width, layers                                of the model
context            symbols                   length of a window
parameters         number                    all, embeddings too
matrices           number                    weights that multiply, the head once
blocks             number                    those of the blocks: Kaplan's "non-embedding"
symbols            number                    read in all
batch, steps       windows; optimiser steps
budget             FLOPs or null             what the run was given (isoFLOP); null: width decided
flops              FLOPs                     what it took, by `flops.training_flops`
rule                                         "muon", "adamw" or "adamw/width"
matrix_rate,                                 highest learning rates: of matrices, of all else
learning_rate
horizon            ratio                     schedule's length over the run's; 1: ends with the run
loss               nats a symbol             on held-out text, at the end
floor              nats a symbol or null     entropy of that same text; null: not known
curve              [[symbols, nats], ...]    training loss, each the mean since the row before
recall             [[rank, nats], ...]       log-probability of a fact's value, given its key
seconds, threads   s; number                 what it took here
=================  ========================  =======================================================
"""

from __future__ import annotations

from gptedu.scaling.bets import BetText
from gptedu.scaling.bootstrap import Interval, bootstrap
from gptedu.scaling.flops import flops_per_token, matrix_weights, parameters, training_flops
from gptedu.scaling.isoflop import Vertex, envelope, exponent, valleys, vertex
from gptedu.scaling.laws import (
    ParametricLaw,
    PowerLaw,
    fit_parametric,
    fit_power_law,
    huber,
)
from gptedu.scaling.library import LibraryText
from gptedu.scaling.recipe import Ladder, ScalingRecipe
from gptedu.scaling.table import Row
from gptedu.scaling.texts import RecordText

__all__ = [
    "BetText",
    "Interval",
    "Ladder",
    "LibraryText",
    "ParametricLaw",
    "PowerLaw",
    "RecordText",
    "Row",
    "ScalingRecipe",
    "Vertex",
    "bootstrap",
    "envelope",
    "exponent",
    "fit_parametric",
    "fit_power_law",
    "flops_per_token",
    "huber",
    "matrix_weights",
    "parameters",
    "training_flops",
    "valleys",
    "vertex",
]
