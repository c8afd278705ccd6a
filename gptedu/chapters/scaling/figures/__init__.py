"""Chapter 6's figures and lines: from the table of runs and the records to what is shown.

Functions give a plotly figure, or lines of text to be printed.
"""

from __future__ import annotations

from gptedu.chapters.scaling.figures.abilities import (
    as_asked,
    hindsight,
    jump,
    known,
    measured_ability,
    of_hindsight,
    pass_rates,
    two_metrics,
)
from gptedu.chapters.scaling.figures.line import (
    KNOWN_WIDTHS,
    border,
    fewer,
    known_by_heart,
    nobody_knows,
    runs,
    side,
)
from gptedu.chapters.scaling.figures.sizes import (
    best_sizes,
    of_years,
    our_law,
    three_approaches,
    valleys,
    what_is_counted,
)
from gptedu.chapters.scaling.figures.tilts import (
    best_rates,
    by_schedule,
    library,
    library_misses,
    library_predictions,
    of_library,
    of_rates,
    of_schedules,
    of_web,
    rate_of_the_smallest,
    rates,
    schedules,
    web,
    web_misses,
)

__all__ = [
    "KNOWN_WIDTHS",
    "as_asked",
    "best_rates",
    "best_sizes",
    "border",
    "by_schedule",
    "fewer",
    "hindsight",
    "jump",
    "known",
    "known_by_heart",
    "library",
    "library_misses",
    "library_predictions",
    "measured_ability",
    "nobody_knows",
    "of_hindsight",
    "of_library",
    "of_rates",
    "of_schedules",
    "of_web",
    "of_years",
    "our_law",
    "pass_rates",
    "rate_of_the_smallest",
    "rates",
    "runs",
    "schedules",
    "side",
    "three_approaches",
    "two_metrics",
    "valleys",
    "web",
    "web_misses",
    "what_is_counted",
]
