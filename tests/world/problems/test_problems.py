"""Told problems: their answers follow from their stories, and what is held out is held out."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from gptedu.world import World
from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems import ages, exchanges, pages, shelves, sums
from gptedu.world.problems.problem import THINK, answer_in, combination_held_out
from gptedu.world.splits import SPLITS, split_of

WORLD = World()


def draw(name: str, split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"problems/{name}"))


def problems(kind: str, split: str = "train", count: int = 200, new: bool = False):
    make, longest = pages.MAKERS[kind]
    d = draw(f"{kind}/{split}/{new}", split)
    for _ in range(count):
        problem = make(d, max(4, longest) if new else d.between(1, longest), new)
        yield problem, problem.worked(d)


LOSES = r"gives away|loses|sells|uses|takes|gets? lost"


def sum_told(told: str) -> Sum:
    """The sum of a story, read sentence by sentence."""
    first, *changes = re.split(r"(?<=\.) ", told.split(" How many")[0])
    start = int(re.search(r"\d+", first)[0])
    return Sum(
        start,
        tuple(
            int(re.search(r"\d+", said)[0]) * (-1 if re.search(LOSES, said) else 1)
            for said in changes
        ),
    )


def test_told_sums_say_their_sum():
    for problem, _ in problems("sums"):
        made = sum_told(problem.told)
        assert str(made.answer) == problem.answer
        assert problem.key == made.key
        assert sums.fits(made)
        assert not re.search(r"\b1 (more come|get) ", problem.told)


def test_exchanges_are_followed_by_hand():
    for problem, worked in problems("exchanges", count=400):
        has: dict[str, str] = {}
        for said in re.split(r"(?<=[.?]) ", problem.told):
            if m := re.fullmatch(r"(\w+) (?:has|owns) the (\w+)\.", said):
                has[m[1]] = m[2]
            elif m := re.fullmatch(r"The (\w+) is (\w+)'s\.", said):
                has[m[2]] = m[1]
            elif said.startswith(("Who", "What")):
                break
            else:
                first, second = [word for word in re.findall(r"[A-Z]\w+", said) if word in has][:2]
                if m := re.search(r"the (\w+) and gets the (\w+)", said):
                    assert (has[first], has[second]) == (m[1], m[2]), problem.told
                has[first], has[second] = has[second], has[first]
        if m := re.search(r"Who has the (\w+) in the end", problem.told):
            assert has[problem.answer] == m[1]
        else:
            name = re.search(r"What does (\w+) have", problem.told)[1]
            assert problem.answer == f"the {has[name]}"
        assert answer_in(worked) == problem.answer


def test_ages_are_worked_out_by_hand():
    for problem, worked in problems("ages"):
        age: dict[str, int] = {}
        for said in re.split(r"(?<=[.?]) ", problem.told):
            if m := re.fullmatch(r"(\w+) is (\d+)(?: years old)?\.", said):
                age[m[1]] = int(m[2])
            elif m := re.fullmatch(r"(\w+) is (\d+) years (older|younger) than (\w+)\.", said):
                change = int(m[2]) * (1 if m[3] == "older" else -1)
                if m[4] in age:
                    age[m[1]] = age[m[4]] + change
                else:
                    age[m[4]] = age[m[1]] - change
            else:
                assert age[re.search(r"How old is (\w+)\?", said)[1]] == int(problem.answer)
        assert answer_in(worked) == problem.answer
        for a, sign, b, c in re.findall(r"(\d+) ([+-]) (\d+) = (\d+)", worked):
            assert int(a) + int(b) * (1 if sign == "+" else -1) == int(c)


def test_shelves_are_arranged_by_hand():
    for problem, worked in problems("shelves", count=400):
        head, *moves = re.split(r"(?<=[.?]) ", problem.told)
        row = re.findall(
            r"the (\w+)", head.split(" there are" if "there are" in head else "holds")[1]
        )
        for said in moves[:-1]:
            things = [word for word in re.findall(r"the (\w+)", said.lower()) if word in row]
            if "left end" in said:
                row.remove(things[0])
                row.insert(0, things[0])
            elif "right end" in said:
                row.remove(things[0])
                row.append(things[0])
            elif "away" in said or "off the shelf" in said:
                row.remove(things[0])
            else:
                i, j = row.index(things[0]), row.index(things[1])
                row[i], row[j] = row[j], row[i]
        places = {name: i for i, name in enumerate(shelves.PLACES)}
        if m := re.search(r"What is the (\w+) from", problem.told):
            assert problem.answer == f"the {row[places[m[1]]]}"
        else:
            thing = re.search(r"is the (\w+)\?", problem.told)[1]
            assert row[places[problem.answer.removeprefix("the ")]] == thing
        assert answer_in(worked) == problem.answer
        assert " ".join(row) in worked.replace("the ", "").replace(",", "").replace(" and ", " ")


@pytest.mark.parametrize("kind", pages.MAKERS)
def test_problems_of_the_splits_are_disjoint(kind):
    keys = {split: {p.key for p, _ in problems(kind, split) if p.steps > 1} for split in SPLITS}
    for split, made in keys.items():
        assert all(split_of(key) == split for key in made)
    for one, other in itertools.combinations(SPLITS, 2):
        assert not keys[one] & keys[other]


@pytest.mark.parametrize("kind", pages.MAKERS)
def test_training_has_no_held_out_length_or_combination(kind):
    _, longest = pages.MAKERS[kind]
    seen = [p for p, _ in problems(kind, count=500)]
    assert {p.steps for p in seen} == set(range(1, longest + 1))
    asked = {p.combination for p, _ in problems(kind, "test", 60, new=True)}
    assert not {p.combination for p in seen} & asked
    assert asked


def test_about_one_combination_in_ten_is_held_out_and_no_short_one():
    signs = ["".join(s) for n in (3, 4, 5, 6) for s in itertools.product("+-", repeat=n)]
    held_out = sum(combination_held_out("sum", s) for s in signs)
    assert 0.05 < held_out / len(signs) < 0.2
    assert not any(combination_held_out("sum", s) for s in ("+", "-", "+-", "--"))


@pytest.mark.parametrize(
    ("module", "kinds", "fewest"),
    [(sums, ("sum",), 3), (ages, ("ages",), 4), (shelves, ("shelf",), 3),
     (exchanges, ("exchange/3", "exchange/4"), 4)],
)  # fmt: skip
def test_the_fewest_steps_of_a_new_combination(module, kinds, fewest):
    """Below, some kind has none, so that a draw would never end; from there on each has some."""
    assert module.fewest() == fewest
    for kind in kinds:
        people = int(kind[-1]) if module is exchanges else None
        held_out = [
            any(
                combination_held_out(kind, each)
                for each in (module.orders(people, n) if people else module.orders(n))
            )
            for n in range(1, fewest + 3)
        ]
        assert all(held_out[fewest - 1 :])
        assert kind == "exchange/4" or not any(held_out[: fewest - 1])


def test_orders_are_the_combinations_that_there_are():
    pairs = list(itertools.combinations(range(4), 2))
    made = {
        exchanges.Exchange((), swaps).combination for swaps in itertools.product(pairs, repeat=3)
    }
    assert sorted(exchanges.orders(4, 3)) == sorted(made)
    seen = {problem.combination for problem, _ in problems("shelves", count=600)}
    assert seen <= {each for n in (1, 2, 3) for each in shelves.orders(n)}
    assert {each for each in seen if len(each) == 2} == set(shelves.orders(2))


@pytest.mark.parametrize(
    ("kind", "steps", "new", "words"),
    [
        ("sums", 10, False, "sums of more than 9 steps .*, so ask for 9 or fewer"),
        ("ages", 21, False, "ages of more than 20 steps"),
        ("sums", 2, True, "sums of 3 steps or more, or for new_combination=False"),
        ("ages", 3, True, "ages of 4 steps or more"),
        ("shelves", 2, True, "shelves of 3 steps or more"),
        ("exchanges", 3, True, "exchanges of 4 steps or more"),
    ],
)
def test_a_draw_that_would_not_end_is_one_sentence(kind, steps, new, words):
    make, _ = pages.MAKERS[kind]
    with pytest.raises(ValueError, match=rf"steps is {steps}.*{words}"):
        make(draw("endless"), steps, new)


def test_a_shelf_says_what_is_asked():
    for problem, _ in problems("shelves"):
        assert f" {problem.asked} from the left?" in problem.told or problem.told.endswith(
            f"is {problem.asked}?"
        )
        assert problem.asked != problem.answer


@pytest.mark.parametrize("kind", pages.MAKERS)
def test_pages_are_answered_at_once_or_worked_and_some_think_first(kind):
    write = pages.page(kind)
    texts = [write(draw(f"page/{kind}/{i}")) for i in range(300)]
    worked = [text for text in texts if "The answer is" in text]
    assert 0.5 < len(worked) / len(texts) < 0.8
    think = [text for text in worked if THINK in text]
    assert 0.2 < len(think) / len(worked) < 0.5
    assert not any(THINK in text for text in texts if text not in worked)
    all_direct = pages.page(kind, worked_share=0.0)
    assert not any("The answer" in all_direct(draw(f"direct/{i}")) for i in range(50))


def test_sums_of_training_pages_are_of_the_training_split():
    write = pages.page("sums")
    for i in range(400):
        for told in re.findall(r"Question: (.*)", write(draw(f"split/{i}"))):
            made = sum_told(told)
            if len(made.changes) > 1:
                assert split_of(made.key) == "train"
                assert not combination_held_out("sum", sums.signs(made))
            assert len(made.changes) <= sums.LONGEST


@pytest.mark.parametrize("module", [sums, exchanges, ages, shelves])
def test_a_solver_that_reads_nothing_of_the_answer_is_told_the_answer_by_its_last_words(module):
    problem = module.problem(draw(module.__name__), 2)
    assert answer_in(f"... The answer is {problem.answer}.\nQuestion:") == problem.answer
    assert answer_in("I do not know") is None
    assert answer_in("The answer is ") is None
