"""Chapter 4 as it is read: the step that a learner builds, two sittings, what may be left out."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

import gptedu.rlhf
from gptedu.chapters.instructgpt import exercises, outcomes
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.ppo.value_model import ValueModel
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from ppo_samples import PROMPTS, count_letters
from tiny_rlhf import tiny_lm

SOURCE = Path(__file__).resolve().parents[3] / "chapters" / "source" / "04_instructgpt.py"


@dataclass
class Cell:
    """kind: "code" or "text". section: its heading. optional: whether that says so."""

    kind: str
    text: str
    section: str = ""
    optional: bool = False

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@dataclass
class Names:
    """What a cell reads, less what it has bound itself before; and what it leaves behind."""

    read: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)


def cells() -> list[Cell]:
    found: list[Cell] = []
    section, optional = "", False
    for block in re.split(r"^# %% ?", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, text = block.partition("\n")
        if head.startswith("[markdown]"):
            text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
            if heading := re.search(r"^##? (.+)$", text, re.MULTILINE):
                section, optional = heading[1], heading[1].startswith("Optional: ")
            found.append(Cell("text", text, section, optional))
        elif text.strip():
            found.append(Cell("code", text.strip("\n"), section, optional))
    return found


def code() -> list[Cell]:
    return [cell for cell in cells() if cell.kind == "code"]


def sittings() -> tuple[list[Cell], list[Cell]]:
    every = cells()
    start = next(i for i, cell in enumerate(every) if cell.section.startswith("Second sitting"))
    return [c for c in every[:start] if c.kind == "code"], [
        c for c in every[start:] if c.kind == "code"
    ]


def names(tree: ast.AST, known: Sequence[str] = ()) -> Names:
    """Names of a cell; those of a function's own do not count."""
    found = Names(bound=set(known))
    for node in ast.iter_child_nodes(tree):
        _visit(node, found)
    found.bound -= set(known)
    return found


def _visit(node: ast.AST, found: Names) -> None:
    match node:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            found.bound |= {(alias.asname or alias.name).split(".")[0] for alias in aliases}
        case ast.FunctionDef(name=name, args=arguments, body=body):
            own = names(ast.Module(body, []), [each.arg for each in arguments.args])
            found.read |= own.read - found.bound - {name}
            found.bound.add(name)
        case ast.GeneratorExp() | ast.ListComp() | ast.DictComp():
            own = Names()
            for part in [*node.generators, *_elements(node)]:
                _visit(part, own)
            found.read |= own.read - found.bound
        case ast.comprehension(target=target, iter=iterated, ifs=conditions):
            for part in (iterated, target, *conditions):
                _visit(part, found)
        case ast.For(target=target, iter=iterated, body=body):
            for part in (iterated, target, *body):
                _visit(part, found)
        case ast.Assign(targets=targets, value=value):
            for part in (value, *targets):
                _visit(part, found)
        case ast.Name(id=name, ctx=ast.Store()):
            found.bound.add(name)
        case ast.Name(id=name):
            if name not in found.bound and not hasattr(builtins, name):
                found.read.add(name)
        case _:
            for child in ast.iter_child_nodes(node):
                _visit(child, found)


def _elements(node: ast.AST) -> Iterator[ast.AST]:
    yield from (getattr(node, part) for part in ("elt", "key", "value") if hasattr(node, part))


def test_names_are_found() -> None:
    found = names(
        ast.parse("a = [b for b in c if d(b)]\ndef f(x):\n    y = x + z\n    return y\nf(a)")
    )
    assert found == Names({"c", "d", "z"}, {"a", "f"})


# --- the step that a learner builds


def the_step(**instead):
    """`ppo_update` as the chapter has it, with the reference solutions for a learner's."""
    cell = next(cell for cell in code() if "def ppo_update" in cell.text)
    solved = {each.reference.__name__: each.reference for each in exercises.EXERCISES}
    room = {"torch": torch} | solved | instead
    exec(compile(cell.tree, "04_instructgpt.py", "exec"), room)
    return room["ppo_update"]


def a_step_of_both(step, beta: float = 0.3):
    """Weights after one step of the package and of `step`, and the value losses of both."""
    lm, rate = tiny_lm(sharp=2.0), 1e-2
    how = PPOConfig(
        batch=6, minibatch=6, epochs=1, max_tokens=6, beta=beta, learning_rate=rate, clip=0.2
    )
    judge = RewardModel.of(tiny_lm(2))
    torch.nn.init.normal_(judge.head.weight, generator=seeded(0))  # or it would expect nothing
    theirs = PPORun(lm, count_letters, PROMPTS, how, reference=tiny_lm(1).model, value_from=judge)
    batch = theirs.roll_out()
    yours = tiny_lm(sharp=2.0)
    values = ValueModel.of_reward_model(judge)
    weights = [*yours.model.parameters(), *values.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0, eps=1e-3)
    for group in theirs.learner.optimiser.param_groups:
        group["eps"] = 1e-3  # a gradient of nearly 0 would move a weight by its sign alone
    loss = step(yours, values, optimiser, batch, beta)
    expected = theirs.step()["value_loss"]
    return theirs.learner.weights, weights, expected, loss


def test_the_learners_step_is_the_packages() -> None:
    theirs, yours, expected, loss = a_step_of_both(the_step())
    assert loss == pytest.approx(expected, rel=1e-5)
    start = [*tiny_lm(sharp=2.0).model.parameters()]
    moved = [(a - b).abs().max() for a, b in zip(yours, start, strict=False)]
    assert max(moved) > 1e-3
    for one, other in zip(theirs, yours, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("part", "mistake"),
    [
        ("token_rewards", "the score at every token"),
        ("token_rewards", "a prize for moving away"),
        ("advantages", "one surprise alone"),
        ("advantages", "something expected after the end"),
        ("clipped_objective", "the loss"),  # a ratio of 1 is clipped in no way
        ("value_loss", "no half"),
    ],
)
def test_a_mistake_in_a_part_is_a_mistake_in_the_step(part, mistake) -> None:
    wrong = next(e.wrong for e in getattr(exercises, part).mistakes if e.name == mistake)
    theirs, yours, _, _ = a_step_of_both(the_step(**{part: wrong}))
    apart = [(a - b).abs().max().item() for a, b in zip(theirs, yours, strict=True)]
    assert max(apart) > 1e-3


# --- two sittings, and what may be left out


def test_the_second_sitting_needs_nothing_of_the_first() -> None:
    known: set[str] = set()
    for cell in sittings()[1]:
        found = names(cell.tree)
        assert not found.read - known, f"{sorted(found.read - known)} in {cell.text[:60]!r}"
        known |= found.bound


def test_what_is_optional_can_be_left_out() -> None:
    for sitting in sittings():
        known: set[str] = set()
        for cell in sitting:
            found = names(cell.tree)
            if not cell.optional:
                assert not found.read - known, f"{sorted(found.read - known)}: {cell.text[:60]!r}"
                known |= found.bound
    assert sum(cell.optional for cell in code()) > 10


def test_the_plan_names_every_section_and_whether_it_is_needed() -> None:
    every = [cell for cell in cells() if cell.kind == "text"]
    rows = re.findall(r"^\|[^|]*\| ([^|]+) \| (\d+) \| (core|optional) \|$", every[0].text, re.M)
    planned = [(name.lower(), kind) for names, _, kind in rows for name in names.split(" · ")]
    headings = [heading for cell in every for heading in re.findall(r"^## (.+)$", cell.text, re.M)]
    found = [
        (
            heading.removeprefix("Optional: ").lower(),
            "optional" if "Optional: " in heading else "core",
        )
        for heading in headings
        if heading not in ("What a larger model does differently", "To read")
    ]
    assert sorted(planned) == sorted(found)


def test_code_is_short_and_comes_from_few_places() -> None:
    long = [c for c in code() if len([li for li in c.text.splitlines() if li.strip()]) > 12]
    assert [re.search(r"def (\w+)", cell.text)[1] for cell in long] == ["ppo_update"]
    modules = set()
    for node in (node for cell in code() for node in ast.walk(cell.tree)):
        if isinstance(node, ast.ImportFrom):
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    assert len(modules) <= 8, sorted(modules)


def test_whoever_is_asked_to_try_something_can_see_what_to_expect() -> None:
    asked = [cell for cell in cells() if cell.kind == "text" and "**Now you:**" in cell.text]
    assert len(asked) >= 5
    texts = [cell.text for cell in cells() if cell.kind == "text"]
    for cell in asked:
        place = texts.index(cell.text)
        assert "<summary>What you should see</summary>" in "".join(texts[place : place + 2])


def test_names_from_one_place_are_those_of_the_parts() -> None:
    for name in gptedu.rlhf.__all__:
        assert getattr(gptedu.rlhf, name) is not None
    assert set(gptedu.rlhf.__all__) <= set(dir(gptedu.rlhf))
    used = {
        alias.name
        for cell in code()
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "gptedu.rlhf"
        for alias in node.names
    }
    assert used == set(gptedu.rlhf.__all__), "a name that no notebook needs, or one that is missing"
    with pytest.raises(AttributeError, match="no 'tomorrow'"):
        gptedu.rlhf.tomorrow  # noqa: B018


# --- guesses


def options(id: str) -> tuple[str, ...]:
    """What the chapter offers to choose from."""
    for cell in code():
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict":
                given = {each.arg: each.value for each in node.keywords}
                if ast.literal_eval(node.args[0]) == id:
                    return ast.literal_eval(given["options"])
    raise KeyError(id)


def a_run(answers: Sequence[str], before: float, after: float) -> list[dict]:
    return [
        {"truth": before, "samples": []},
        {"truth": after, "samples": [{"answer": answer} for answer in answers]},
    ]


def test_outcomes_are_options_of_their_guesses() -> None:
    base = [outcomes.of_base(said) for said in (" In the kitchen.", " Where is it?", " Thank you.")]
    assert tuple(base) == options("instructgpt/base")
    change = [outcomes.of_change(0.5, after) for after in (0.6, 0.52, 0.3)]
    assert tuple(change) == options("instructgpt/beta")
    free = [
        outcomes.of_free_run(run)
        for run in (
            a_run([" Gladly. In the hall.", " Of course. The box is red."], 0.4, 0.9),
            a_run([" Of course. Of course. Of cour", " Thankse. Thankse. Thankse."], 0.4, -0.5),
            a_run([" Orppy gr bar is", " or or or"], 0.4, -0.5),
        )
    ]
    assert tuple(free) == options("instructgpt/free")
    best = [
        outcomes.of_best(*shares) for shares in ((0.5, 0.7, 0.9), (0.5, 0.5, 0.9), (0.5, 0.5, 0.5))
    ]
    assert tuple(best) == options("instructgpt/seeing")


def test_each_guess_is_revealed_after_it_was_asked_for() -> None:
    order = [
        (node.func.id, ast.literal_eval(node.args[0]))
        for cell in code()
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("predict", "reveal")
    ]
    asked = [id for what, id in order if what == "predict"]
    for id in asked:
        assert order.index(("predict", id)) < order.index(("reveal", id))
    assert sorted(asked) == sorted(id for what, id in order if what == "reveal")
