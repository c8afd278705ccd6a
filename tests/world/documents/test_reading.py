"""What the web says about statements, sentence pairs and stories is right, read from its text."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest

from gptedu.world import LABELS, World
from gptedu.world.documents import passages, prose
from gptedu.world.words import lexicon


@pytest.fixture(scope="module", params=(0, 11))
def world(request) -> World:
    return World(request.param)


def texts(world: World, count: int, kind: str) -> list[str]:
    return [document.text for document in world.documents("train", count, kinds=[kind])]


NAMES = lexicon.WOMEN + lexicon.MEN


def _phrasings(template: str) -> list[str]:
    """Every text that a template without nested brackets can become."""
    parts = re.split(r"\[([^]]*)\]", template)
    options = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return ["".join(chosen) for chosen in itertools.product(*options)]


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for relation, ways in passages._SAY.items():
        things = relation in ("room", "owner", "colour", "material")
        values = NAMES if relation == "owner" else passages._VALUES[relation]
        s = "|".join(lexicon.THINGS if things else NAMES)
        v = "|".join(values)
        for text in itertools.chain.from_iterable(_phrasings(way) for way in ways):
            pattern = text.replace("{s}", f"(?P<s>{s})").replace("{v}", f"(?P<v>{v})")
            found.append((relation, re.compile(pattern, re.IGNORECASE)))
    return found


PATTERNS = _patterns()


def understood(sentence: str) -> tuple[str, str, str]:
    """What a sentence says: (relation, subject, value). Fails where it says two things, or none."""
    plain = re.sub(r", and (then|later|after that) s?he (went home|had a rest|sat down|slept)$", "",
                   sentence.strip().removesuffix("."))  # fmt: skip
    meant = {
        (relation, found["s"].lower(), found["v"].lower())
        for relation, pattern in PATTERNS
        if (found := pattern.fullmatch(plain))
    }
    assert len(meant) == 1, (sentence, meant)
    return meant.pop()


JUDGED = (
    (r"Is it true that (?P<said>.+)\? Answer: (?P<word>yes|no|it does not say)", 3),
    (r"\w+ said: (?P<said>.+)\. (?P<word>That is right|That is wrong|Who knows)\.", 3),
    (r"(?P<said>.+)\? (?P<word>Yes|No|I do not know)\.", 3),
    (r"(?P<said>.+)\. (?P<word>True|False|Unknown)\.", 3),
)
VERDICTS = {
    "entailed": ("yes", "That is right", "Yes", "True"),
    "contradicted": ("no", "That is wrong", "No", "False"),
    "neither": ("it does not say", "Who knows", "I do not know", "Unknown"),
}


def verdict(passage: str, said: str) -> str:
    """Whether the passage bears a statement out, by its facts alone."""
    told = {fact[:2]: fact[2] for fact in map(understood, passage.split(". "))}
    relation, subject, value = understood(said)
    if (relation, subject) in told:
        return "entailed" if told[relation, subject] == value else "contradicted"
    assert subject not in re.findall(r"\w+", passage.lower()), "it is about somebody else"
    return "neither"


def test_judged_statements_have_the_verdict_that_their_passage_gives(world):
    seen = Counter()
    for text in texts(world, 600, "judged"):
        passage, *lines = text.split("\n")
        for line in lines:
            form, found = next(
                (i, m) for i, (p, _) in enumerate(JUDGED) if (m := re.fullmatch(p, line))
            )
            right = verdict(passage, found["said"])
            assert found["word"] == VERDICTS[right][form], (passage, line)
            seen[form, right] += 1
    assert len(seen) == 12, "every form gives every verdict"
    assert min(seen.values()) > 40


def test_entailment_examples_have_the_label_that_their_premise_gives(world):
    for example in world.labelled("entailment", "test", 200):
        right = verdict(example.premise, example.hypothesis)
        assert LABELS["entailment"][example.label] == right, example


COMPARED = (
    r"Do these say the same\? (?P<first>.+?)\. (?P<second>.+?)\. Answer: (?P<word>yes|no)",
    r"(?P<first>.+?) / (?P<second>.+?): (?P<word>same|different)",
    r"(?P<first>.+?)\. (?P<second>.+?)\. (?P<word>The same|Not the same)\.",
)


def compared_pairs(text: str) -> list[tuple[str, str, bool]]:
    """The (first, second, whether they are called the same) of a document that compares."""
    matches = [
        next(m for p in COMPARED if (m := re.fullmatch(p, line))) for line in text.split("\n")
    ]
    same = ("yes", "same", "The same")
    return [(found["first"], found["second"], found["word"] in same) for found in matches]


def test_compared_sentences_are_called_the_same_where_they_say_the_same(world):
    seen = Counter()
    for text in texts(world, 400, "compared"):
        for first, second, same in compared_pairs(text):
            one, other = understood(first), understood(second)
            assert one[:2] == other[:2], "both are about one thing"
            assert first.lower() != second.lower()
            assert same == (one == other), (first, second)
            seen[same] += 1
    assert 0.4 < seen[True] / seen.total() < 0.6


def test_no_compared_pair_of_training_has_the_fact_of_a_test_example(world):
    asked = {understood(example.first) for example in world.labelled("similarity", "test", 400)}
    shown = {
        understood(first)
        for text in texts(world, 1500, "compared")
        for first, *_ in compared_pairs(text)
    }
    assert len(asked) > 50
    assert not asked & shown


SLIPS = ("No, that is another story.", "No, that was somebody else.", "That cannot be.")


def test_a_mixed_up_story_is_corrected_to_the_end_of_its_own_aim(world):
    def ends(aim: prose.Aim) -> set[str]:
        """How a story of this aim can end, whoever it is about."""
        return {
            end.format(**prose._pronouns(name)).lower()
            for end in (*aim.well, *aim.badly)
            for name in ("Anna", "Tom")
        }

    def last(told: str) -> str:
        return re.sub(r"^(at last|in the end|but|sadly,) ", "", told.strip().lower()).rstrip(".")

    mixed, stories = 0, texts(world, 800, "story")
    for text in stories:
        slip = next((words for words in SLIPS if words in text), None)
        if slip is None:
            continue
        before, after = text.split(slip)
        [aim] = [each for each in prose.AIMS if f" {each.wish}." in before]
        assert last(after) in ends(aim), text
        wrong = last(re.findall(r"[^.]+\.", before)[-1])
        assert wrong not in ends(aim), text
        assert any(wrong in ends(each) for each in prose.AIMS), text
        mixed += 1
    assert 0.18 < mixed / len(stories) < 0.32
