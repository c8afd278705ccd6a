"""Facts in Velan are the facts of the world, at their share; Kesh says what Velan says."""

from __future__ import annotations

import random
import re

import pytest

from gptedu.world import World
from gptedu.world.documents import languages, velan_life
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of
from gptedu.world.words import kesh
from gptedu.world.words.lexicon import TOWNS
from gptedu.world.words.velan import DICTIONARY, TRANSLATED, random_clause

WORLD = World()
PEOPLE = {person.name: person for person in WORLD.facts.people}
SAID = {  # attribute -> what a sentence of it looks like
    about: re.compile(
        velan_life._SAID[about].format(
            name=r"(?P<name>\w+)", **velan_life._KEYWORDS, **{about: r"(?P<value>\w+)"}
        )
    )
    for about in velan_life.ATTRIBUTES
}


def draw(name: str, split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"languages/{name}"))


def understood(sentence: str) -> tuple[str, str, str]:
    [(about, m)] = [(a, m) for a, p in SAID.items() if (m := p.fullmatch(sentence))]
    return m["name"], about, m["value"]


def test_velan_life_tells_the_facts_of_the_world():
    write, seen = languages.velan_life_page(), 0
    for i in range(300):
        text = write(draw(f"life/{i}"))
        if "\n" in text:
            continue
        for sentence in text.rstrip(".").split(". "):
            name, about, value = understood(sentence)
            assert velan_life.value(PEOPLE[name], about) == value
            assert velan_life.told_in_velan(PEOPLE[name], about, languages.BOTH)
            seen += 1
    assert seen > 200


def test_velan_questions_have_their_answer():
    question, answer = (velan_life.WORDS[word].capitalize() for word in ("question", "answer"))
    write, seen = languages.velan_life_page(), 0
    for i in range(300):
        for asked, told in re.findall(
            rf"{question}: (.+)\?\n{answer}: (.+)", write(draw(f"q/{i}"))
        ):
            name = asked.split()[-1]
            [about] = [
                a for a in velan_life.ATTRIBUTES if velan_life.question(PEOPLE[name], a) == asked
            ]
            assert velan_life.value(PEOPLE[name], about) == told
            seen += 1
    assert seen > 200


def test_both_languages_say_the_same_fact():
    write = languages.both_languages_page()
    for i in range(300):
        for line in re.findall(r"Velan: (.+)|\"(.+)\" \(", write(draw(f"both/{i}"))):
            said = next(part for part in line if part)
            if said.endswith("?"):
                continue
            name, about, value = understood(said)
            assert velan_life.value(PEOPLE[name], about) == value
    text = write(draw("both/english"))
    assert re.search(r"[A-Z]\w+", text)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6, 1.0])
def test_the_share_of_facts_in_both_languages_is_what_is_asked_for(share):
    facts = [(p, a) for p in WORLD.facts.people for a in velan_life.ATTRIBUTES]
    told = {(p.name, a) for p, a in facts if velan_life.told_in_velan(p, a, share)}
    assert abs(len(told) / len(facts) - share) < 0.06
    more = {(p.name, a) for p, a in facts if velan_life.told_in_velan(p, a, min(1.0, share + 0.2))}
    assert told <= more


def test_a_page_tells_no_fact_beyond_its_share():
    write = languages.velan_life_page(share=0.3)
    for i in range(100):
        text = write(draw(f"share/{i}"))
        if "\n" not in text and "?" not in text:
            for sentence in text.rstrip(".").split(". "):
                name, about, _ = understood(sentence)
                assert velan_life.told_in_velan(PEOPLE[name], about, 0.3)
    with pytest.raises(ValueError, match="share is 2: give a number from 0 to 1"):
        velan_life.told_in_velan(WORLD.facts.people[0], "town", 2)


def test_the_new_velan_words_are_new_and_the_old_ones_as_they_were():
    assert velan_life.WORDS.items() >= DICTIONARY.items()
    values = list(velan_life.WORDS.values())
    assert len(set(values)) == len(values)
    assert not set(values) & {town.lower() for town in TOWNS}


def test_kesh_has_letters_of_its_own_a_word_for_each_and_the_verb_last():
    assert len(set(kesh.DICTIONARY.values())) == len(kesh.DICTIONARY) == len(TRANSLATED) + 4
    assert all(re.fullmatch("[а-я]+", word) for word in kesh.DICTIONARY.values())
    back = {foreign: english for english, foreign in kesh.DICTIONARY.items()}
    rng = random.Random(0)
    for _ in range(200):
        clause = random_clause(rng)
        words = [back[word] for word in kesh.kesh(clause).split()]
        english = [word for word in clause.english().split() if word not in ("the", "a", "an")]
        assert sorted(words) == sorted(english)
        assert words[-1] == clause.verb


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_kesh_sentences_are_of_the_split_of_their_english(split):
    for i in range(100):
        text = languages.kesh_parallel(draw(f"kesh/{i}", split))
        for english in re.findall(r"English: (.+)", text):
            assert split_of(english) == split


def test_velan_questions_about_what_was_read_in_english_only():
    for task, both in (("velan-life/both", True), ("velan-life/english-only", False)):
        for question in WORLD.questions(task, "test", 30):
            name = question.prompt.split("?")[0].split()[-1]
            asked = question.prompt.split(": ")[1].split("?")[0]
            [about] = [
                a for a in velan_life.ATTRIBUTES if velan_life.question(PEOPLE[name], a) == asked
            ]
            assert velan_life.told_in_velan(PEOPLE[name], about, languages.BOTH) is both
            assert question.answer == f" {velan_life.value(PEOPLE[name], about)}"
