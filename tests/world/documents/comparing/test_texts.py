"""Texts and what is made of them: every verdict, correction and price is right by the text."""

from __future__ import annotations

import random
import re
from collections import Counter

from gptedu.world import World
from gptedu.world.documents import prose
from gptedu.world.documents.comparing import PAGES, texts
from gptedu.world.documents.passages import Fact, understand
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of

WORLD = World()
COUNT = 400


def written(make, count: int = COUNT) -> list[str]:
    """What a maker of texts makes."""
    return [
        make(Draw(WORLD.facts, "train", random.Random(f"{make.__name__}/{i}")))
        for i in range(count)
    ]


def pages(kind: str) -> list[str]:
    """The texts of pages that pass verdicts."""
    return [
        PAGES[kind](Draw(WORLD.facts, "train", random.Random(f"{kind}/{i}"))).text
        for i in range(COUNT)
    ]


def fact(sentence: str) -> Fact:
    found = understand(sentence)
    assert found is not None, sentence
    return found


CLAIMS = (
    (r"(.+)\.\nVerdict: (true|false|not said)", ("true", "false")),
    (r"Claim: (.+)\. Checked: (right|wrong|nobody says so)", ("right", "wrong")),
    (
        r"Does it follow that (.+)\? (Yes|No, the contrary|It does not say)\.",
        ("Yes", "No, the contrary"),
    ),
    (
        r"\w+ thinks that (.+)\. (True|On the contrary|Nobody knows)\.",
        ("True", "On the contrary"),
    ),
    (r"- (.+): (true|false|not said)", ("true", "false")),
    (r"(.+): (true|false|not said)", ("true", "false")),
    (r"(.+)\. (True|False|Not said)\.", ("True", "False")),
)


def test_claims_have_the_verdict_that_their_text_gives():
    seen = Counter()
    for text in (*pages("claims"), *pages("primer-claims")):
        passage, _, rest = text.partition("\n")
        told = {(f.relation, f.subject): f.value for f in map(fact, passage.split(". "))}
        found, (yes, no) = next(
            (re.findall(rf"^{pattern}$", rest, re.MULTILINE), words)
            for pattern, words in CLAIMS
            if not re.sub(rf"^{pattern}$", "", rest, flags=re.MULTILINE).strip()
        )
        for said, word in found:
            claim = fact(said)
            value = told.get((claim.relation, claim.subject))
            right = yes if value == claim.value else no
            if value is None:
                assert word not in (yes, no), text
                assert claim.subject not in passage, text
            else:
                assert word == right, text
            seen[word in (yes, no) and word] += 1
    assert seen[False] > 100


def test_differences_name_the_one_word_that_differs():
    none = 0
    for text in written(texts.differences):
        first, second, said = text.split("\n")
        one, two = (set(map(fact, line.split(": ", 1)[1].split(". "))) for line in (first, second))
        if one == two:
            none += 1
            assert re.search(r"no difference|the same|Nothing is different", said), text
            continue
        [old], [new] = one - two, two - one
        assert {old.value.lower(), new.value.lower()} <= set(re.findall(r"\w+", said.lower())), text
        assert said.lower().index(old.value.lower()) != said.lower().index(new.value.lower())
        for line in (first, second):
            assert split_of(line.split(": ", 1)[1]) == "train"
    assert 0.1 < none / COUNT < 0.3


def test_corrections_correct_what_is_wrong_and_nothing_else():
    for text in written(texts.corrections):
        passage, *lines = text.split("\n")
        told = {(f.relation, f.subject): f for f in map(fact, passage.split(". "))}
        for line in lines:
            said, rest = re.match(r"\w+: (.+?)\. (.+)", line).groups()
            claim = fact(said)
            right = told[claim.relation, claim.subject]
            if re.match(r"(That is right|Correct|Yes, so it says)\.", rest):
                assert claim == right, text
            else:
                assert claim != right
                assert right.value.lower() in rest.lower(), text


def test_notices_compare_prices():
    for text in written(texts.notices):
        one, two, *lines = text.split("\n")
        names = [line.split(":")[0] for line in (one, two)]
        first, second = (
            {good: int(n) for good, n in re.findall(r"(\w+) (\d+)", line)} for line in (one, two)
        )
        for line in lines:
            good = re.match(r"\w+", line)[0].lower()
            assert ("same" in line) is (first[good] == second[good]), text
            if "cheaper" in line:
                assert names[first[good] > second[good]] in line, text


def test_quizzes_give_points_for_what_is_right():
    for text in written(texts.quiz):
        passage, *lines = text.split("\n")
        told = [fact(sentence) for sentence in passage.split(". ")]
        points = 0
        for line in lines:
            if line.startswith("Points"):
                assert line == f"Points: {points} of {len(told)}"
                continue
            asked = next(each for each in told if each.question in line)
            given = re.sub(r"^(\d+\. )", "", line).removeprefix(asked.question).strip()
            said = re.match(r"(?:Given: |\w+ answered: )?(.+?)(?:\.|:) ", given)[1]
            last = re.findall(r"[Rr]ight|[Ww]rong", line)[-1].lower()
            assert (said == asked.answer) is (last == "right"), text
            points += last == "right"


def test_an_end_fits_the_story_of_its_own_aim():
    def aim_of(text: str) -> prose.Aim:
        return next(aim for aim in prose.AIMS if f" {aim.wish}." in text)

    def fits(aim: prose.Aim, end: str) -> bool:
        plain = re.sub(r"^(at last|in the end|but|sadly,) ", "", end.strip().lower()).rstrip(".")
        ends = {
            each.format(**prose._pronouns(name)).lower()
            for each in (*aim.well, *aim.badly)
            for name in ("Anna", "Tom")
        }
        return plain in ends

    seen = Counter()
    for text in pages("endings"):
        aim = aim_of(text)
        if m := re.search(r"\nA: (.+)\nB: (.+)\nThe end that fits: (A|B)$", text):
            assert fits(aim, m["AB".index(m[3]) + 1])
            assert not fits(aim, m[2 - "AB".index(m[3])])
            seen["choice"] += 1
            continue
        if m := re.search(r"\n(.+): (fits|another story)$", text):
            end, yes = m[1], m[2] == "fits"
        elif m := re.search(r"\n(.+)\nDoes it fit\? (Yes|No)\.$", text):
            end, yes = m[1], m[2] == "Yes"
        else:
            before, yes = next(
                (text.removesuffix(tail), tail == " So it ended.")
                for tail in (" So it ended.", " No, another story.")
                if text.endswith(tail)
            )
            end = re.findall(r"[^.]+\.", before)[-1]
        assert fits(aim, end) is yes, text
        seen[yes] += 1
    assert min(seen.values()) > 60
