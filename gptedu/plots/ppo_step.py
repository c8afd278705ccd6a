"""A PPO step in pictures: the loop, the clipped objective, and the KL between two policies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import COLOURS, LINE, PATTERNS, dress

# What happens in a step: centre of its box, and its words.
_BOXES = {
    "prompt": (0.10, 0.78, "a prompt"),
    "policy": (0.37, 0.78, "the <b>policy</b><br>writes<br>a reply"),
    "judge": (0.64, 0.78, "the <b>reward<br>model</b> scores<br>it"),
    "penalty": (0.91, 0.78, "a <b>penalty</b> β<br>for moving<br>away"),
    "values": (0.91, 0.22, "the <b>value<br>model</b>: what<br>was expected"),
    "gain": (0.64, 0.22, "an <b>advantage</b><br>for each<br>token"),
    "update": (0.37, 0.22, "a clipped<br><b>update</b> of<br>both models"),
}
_WIDE, _HIGH = 0.215, 0.36
_EDGE, _FILL = COLOURS[0], "rgba(0,114,178,0.12)"  # seen on a white page and on a dark one


def loop(title: str = "One step of PPO") -> go.Figure:
    """The way from a prompt to a better policy, and round again."""
    figure = go.Figure()
    dress(
        figure, title, "", "",
        f"{title}. A prompt goes to the policy, which writes a reply; the reward model scores it; "
        "a penalty, weighed by β, is taken off for moving away from the SFT model; the value model "
        "says what was expected; the difference is an advantage for each token; a clipped update "
        "changes policy and value model; then the policy writes again.",
    )  # fmt: skip
    for x, y, words in _BOXES.values():
        figure.add_shape(
            type="rect", x0=x - _WIDE / 2, x1=x + _WIDE / 2, y0=y - _HIGH / 2, y1=y + _HIGH / 2,
            line={"color": _EDGE, "width": 1.5}, fillcolor=_FILL,
        )  # fmt: skip
        figure.add_annotation(x=x, y=y, text=words, showarrow=False, font={"size": 13})
    names = list(_BOXES)
    for start, end in [*pairwise(names), ("update", "policy")]:
        _arrow(figure, _BOXES[start][:2], _BOXES[end][:2])
    figure.update_xaxes(range=[-0.02, 1.03], visible=False)
    figure.update_yaxes(range=[0, 1], visible=False)
    margin = {"l": 10, "r": 10, "t": 50, "b": 10}
    return figure.update_layout(height=320, margin=margin, showlegend=False)


def _arrow(figure: go.Figure, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From the edge of one box to the edge of another, beside or above it."""
    (x0, y0), (x1, y1) = start, end
    across, along = math.copysign(_WIDE / 2, x1 - x0), math.copysign(_HIGH / 2, y1 - y0)
    if y0 == y1:
        x0, x1 = x0 + across, x1 - across
    else:
        y0, y1 = y0 + along, y1 - along
    figure.add_annotation(
        x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", text="",
        arrowhead=2, arrowwidth=1.8, arrowcolor=LINE,
    )  # fmt: skip


def clipped(
    ratios: Sequence[float],
    objectives: Mapping[float, Sequence[float]],
    clip: float,
    *,
    title: str = "What a token's ratio is worth",
) -> go.Figure:
    """PPO's objective against the ratio, a panel for each advantage (Schulman et al., figure 1).

    ratios: [points]. objectives: advantage -> the objective at each ratio. clip: where the bounds
    are drawn, 1 - clip and 1 + clip. A dotted line shows ratio times advantage, unclipped.
    Raises ValueError where there is nothing to draw.
    """
    if not objectives or not ratios:
        raise ValueError("nothing to draw: give ratios, and objectives by advantage")
    headings = [
        f"{'a good' if advantage > 0 else 'a bad'} token: A = {advantage:g}".replace("-", "−")
        for advantage in objectives
    ]
    figure = make_subplots(1, len(objectives), subplot_titles=headings, horizontal_spacing=0.12)
    for column, (advantage, values) in enumerate(objectives.items(), 1):
        at = {"row": 1, "col": column, "showlegend": column == 1}
        plain = {"color": LINE, "dash": "dot", "width": 2}
        figure.add_scatter(
            x=list(ratios), y=[advantage * ratio for ratio in ratios], mode="lines", line=plain,
            name="ρ · A, not clipped", **at,
        )  # fmt: skip
        figure.add_scatter(
            x=list(ratios), y=list(values), mode="lines", line={"color": COLOURS[0], "width": 3.5},
            name="the objective", **at,
        )  # fmt: skip
        for bound in (1 - clip, 1 + clip):
            figure.add_vline(
                x=bound, line={"color": COLOURS[1], "dash": "dash", "width": 1.2},
                row=1, col=column,
            )  # fmt: skip
    dress(
        figure, title, "", "",
        f"{title}. Against the ratio ρ of new to old probability. A good token's objective rises "
        f"with ρ and is flat beyond {1 + clip:g}; a bad token's falls with ρ, and is flat only "
        f"below {1 - clip:g}.",
    )  # fmt: skip
    ticks = [0.5, 1 - clip, 1, 1 + clip, 1.5]
    figure.update_xaxes(title_text="ρ = π<sub>new</sub> / π<sub>old</sub>", tickvals=ticks)
    figure.update_yaxes(title_text="objective", row=1, col=1)
    figure.update_annotations(font_size=14)
    margin = {"l": 60, "r": 20, "t": 84, "b": 60}
    return figure.update_layout(height=370, margin=margin, legend_y=-0.3)


def kl(
    policy: Mapping[str, float],
    reference: Mapping[str, float],
    *,
    title: str = "How far apart are two policies?",
) -> go.Figure:
    """Two distributions over the next token, and what each token adds to their KL.

    policy, reference: token -> probability, of the same tokens. Raises ValueError where the tokens
    differ, where one has probability 0, or where a side does not add up to 1.
    """
    if list(policy) != list(reference):
        raise ValueError(f"tokens {list(policy)} and {list(reference)}: give the same ones")
    for name, shares in (("policy", policy), ("reference", reference)):
        if min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-6:
            raise ValueError(f"{name} is {dict(shares)}: give shares above 0 that add up to 1")
    tokens = list(policy)
    parts = [policy[t] * math.log(policy[t] / reference[t]) for t in tokens]
    headings = ("probability of the next token", f"part of the KL: {sum(parts):.2f} in all")
    figure = make_subplots(1, 2, horizontal_spacing=0.14, subplot_titles=headings)
    for i, (name, shares) in enumerate((("policy π", policy), ("reference", reference))):
        figure.add_bar(
            x=tokens, y=[shares[token] for token in tokens], name=name, row=1, col=1,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
        )  # fmt: skip
    figure.add_bar(
        x=tokens, y=parts, name="π · log(π / reference)", marker={"color": COLOURS[2]},
        text=[f"{part:+.2f}".replace("-", "−") for part in parts], textposition="outside",
        cliponaxis=False, row=1, col=2,
    )  # fmt: skip
    said = "; ".join(
        f"“{token}” {policy[token]:.2f} against {reference[token]:.2f} adds {part:+.2f}"
        for token, part in zip(tokens, parts, strict=True)
    )
    dress(figure, title, "", "", f"{title}. Policy against reference: {said}.")
    room = 0.25 * (max(parts) - min(0.0, *parts)) or 0.1
    figure.update_yaxes(range=[min(0.0, *parts) - room, max(parts) + room], row=1, col=2)
    figure.update_yaxes(rangemode="tozero", row=1, col=1)
    figure.update_annotations(font_size=14)
    margin = {"l": 60, "r": 20, "t": 84, "b": 60}
    return figure.update_layout(height=360, margin=margin, legend_y=-0.16, barmode="group")
