"""Whatever is compared is called what it is, read back from the text."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu.world import World
from gptedu.world.documents import comparing, prose, said_twice
from gptedu.world.documents.passages import Fact, content_words, understand
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of

WORLD = World()
COUNT = 400


def pages(make, count: int = COUNT, split: str = "train") -> list[str]:
    name = make.__name__
    return [
        make(Draw(WORLD.facts, split, random.Random(f"{name}/{split}/{i}"))) for i in range(count)
    ]


def fact(sentence: str) -> Fact:
    found = understand(sentence)
    assert found is not None, sentence
    return found


def weighty(text: str) -> set[str]:
    """The names, things and values of a scrap of text, without their order."""
    return set(re.findall(r"[a-z]+", text.lower())) & content_words()


SCRAPS = (
    (r"(.+) / (.+): (same|different)", "same"),
    (r"(.+), (.+): (same|different)", "same"),
    (r"(.+) - (.+)\. (Same|Different)\.", "Same"),
    (r"Is (.+) the same as (.+)\? (Yes|No)\.", "Yes"),
    (r"(.+) = (.+): (true|false)", "true"),
    (r"(.+)\n(.+): (same|different)", "same"),
)


def test_scraps_are_the_same_where_they_have_the_same_words():
    seen = Counter()
    for text in pages(comparing.scraps):
        body = text
        for title in comparing._SCRAP_TITLES[2:]:
            body = body.removeprefix(title)
        pattern, yes = next(
            (p, y)
            for p, y in SCRAPS
            if re.fullmatch(p, body.split("\n")[0]) or p.startswith(r"(.+)\n")
        )
        found = re.findall(rf"^{pattern}$", body, re.MULTILINE)
        assert len(found) >= 4, text
        for first, second, word in found:
            assert (weighty(first) == weighty(second)) is (word == yes), (first, second, word)
            seen[word == yes] += 1
    assert 0.4 < seen[True] / seen.total() < 0.6


SENTENCES = (
    (r"(.+)\.\n(.+)\.\nVerdict: (\w+)", "same"),
    (r"(.+)\n(.+)\nSame or different: (\w+)", "same"),
    (r"(.+)\.\n(.+): (same|different)", "same"),
    (r"Do these say the same\? (.+)\. (.+)\. Answer: (\w+)", "yes"),
    (r"(.+)\. Does that mean that (.+)\? (Yes|No)\.", "Yes"),
    (r"If (.+), then (.+): (true|false)", "true"),
    (r'"(.+)" and "(.+)" say (the same|different things)\.', "the same"),
    (r"(.+) / (.+): (same|different)", "same"),
    (r"(.+)\. (.+)\. (The same|Not the same)\.", "The same"),
)


def compared(text: str) -> list[tuple[Fact, Fact, bool]]:
    """The pairs of sentences of a page, and whether it calls them the same."""
    for pattern, yes in SENTENCES:
        found = re.findall(rf"^{pattern}$", text, re.MULTILINE)
        if "".join(re.sub(rf"^{pattern}$", "", text, flags=re.MULTILINE).split()) == "":
            return [(fact(a), fact(b), word == yes) for a, b, word in found]
    raise AssertionError(text)


def test_sentences_are_the_same_where_they_state_the_same_fact():
    seen = Counter()
    for text in pages(comparing.sentences):
        for first, second, same in compared(text):
            assert (first.relation, first.subject) == (second.relation, second.subject)
            assert same is (first == second), text
            seen[same] += 1
    assert 0.4 < seen[True] / seen.total() < 0.6


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_what_is_compared_is_of_the_split(split):
    for text in pages(comparing.sentences, 100, split):
        for first, _, _ in compared(text):
            assert split_of(comparing.comparison(first)) == split


CLAIMS = (
    (r"(.+)\.\nVerdict: (true|false|not said)", ("true", "false")),
    (r"Claim: (.+)\. Checked: (right|wrong|nobody says so)", ("right", "wrong")),
    (
        r"Does it follow that (.+)\? (Yes|No, the contrary|It does not say)\.",
        ("Yes", "No, the contrary"),
    ),
    (
        r"\w+ thinks that (.+)\. (That follows|That contradicts it|That is another matter)\.",
        ("That follows", "That contradicts it"),
    ),
    (r"(.+): (true|false|not said)", ("true", "false")),
    (r"(.+)\. (True|False|Not said)\.", ("True", "False")),
)


def test_claims_have_the_verdict_that_their_text_gives():
    seen = Counter()
    for text in pages(comparing.claims):
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


VOICES = (
    (
        r"(\w+) says: (.+)\. (\w+) says: (.+)\. (They .+)\.",
        ("They say the same", "They contradict each other", "They speak of different things"),
    ),
    (
        r"(\w+): (.+)\.\n(\w+): (.+)\.\nDo they agree\? (.+)\.",
        ("Yes", "No", "They speak of different things"),
    ),
    (
        r"(\w+) told me that (.+)\. (\w+) told me that (.+)\. ((?:Both|One) .+)\.",
        ("Both say the same", "One of them is wrong", "Both may be right"),
    ),
    (
        r"(\w+) wrote: (.+)\.\n(\w+) wrote: (.+)\.\n\w+ and \w+: (.+)",
        ("same", "contradiction", "different things"),
    ),
)


def test_voices_agree_where_they_state_one_fact_and_contradict_where_its_value_differs():
    seen = Counter()
    for text in pages(comparing.voices):
        found = next(
            (
                [(verdicts, m) for m in re.finditer(rf"^{pattern}$", text, re.MULTILINE)]
                for pattern, verdicts in VOICES
                if re.search(rf"^{pattern}$", text, re.MULTILINE)
            )
        )
        for (same, contrary, other), m in found:
            first, second = fact(m[2]), fact(m[4])
            about = (first.relation, first.subject) == (second.relation, second.subject)
            right = other if not about else same if first == second else contrary
            assert m[5] == right, text
            assert m[1] != m[3]
            seen[(same, contrary, other).index(m[5])] += 1
    assert min(seen.values()) > 0.2 * seen.total()


def test_differences_name_the_one_word_that_differs():
    none = 0
    for text in pages(comparing.differences):
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
    for text in pages(comparing.corrections):
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
    for text in pages(comparing.notices):
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
    for text in pages(comparing.quiz):
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
    for text in pages(comparing.endings):
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
            before, yes = (
                (text.removesuffix(tail), tail.endswith("ended."))
                for tail in (" That is how it ended.", " That is the end of another story.")
                if text.endswith(tail)
            ).__next__()
            end = re.findall(r"[^.]+\.", before)[-1]
        assert fits(aim, end) is yes, text
        seen[yes] += 1
    assert min(seen.values()) > 60


def test_what_is_said_twice_is_said_word_for_word():
    for text in pages(said_twice.said_twice):
        sentences = re.findall(r"[A-Z][^.!?:\"\n]*[.]", text)
        counts = Counter(sentences)
        assert max(counts.values()) >= 2, text
    assert {len(text) > 150 for text in pages(said_twice.said_twice)} == {True, False}
