"""The labeler whose true preferences are known, and the noise through which it ranks."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from gptedu.rlhf.labels.answers import K
from gptedu.rlhf.labels.comparisons import Comparison, agreement
from gptedu.rlhf.labels.labeler import (
    SIMULATED,
    Labeler,
    Preference,
    Qualities,
    TrueScore,
    qualities,
    refuses,
)
from gptedu.world import World
from gptedu.world.documents.passages import Fact
from gptedu.world.draw import Draw
from gptedu.world.requests import (
    CLOSINGS,
    INSTRUCTION_KINDS,
    OPENINGS,
    REFUSALS,
    Instruction,
    demonstration,
    instruction,
)

LAMP, CHESS, PEN = (
    Fact("room", "lamp", "kitchen"),
    Fact("likes", "Ella", "chess"),
    Fact("owner", "pen", "Max"),
)
TEXT = "The lamp is in the kitchen. Ella likes chess. Max has the pen."
TOLD = (LAMP, CHESS, PEN)
ANSWER = Instruction("answer", TEXT, "Please tell me: Where is the lamp?", TOLD, LAMP)
UNSAID = Instruction(
    "unsaid", TEXT, "Please tell me: Where is the cup?", TOLD, Fact("room", "cup", "hall")
)
LIST = Instruction(
    "list", TEXT, "Can you list the people for me?", TOLD, items=("Ella", "Max")
)  # fmt: skip
REWRITE = Instruction(
    "rewrite", "The lamp is in the kitchen.", "Say it in another way, please.", (LAMP,), LAMP
)
LIKED = Preference()
FORUM = " Does anybody know a good place for breakfast? I was there twice. TL;DR: nobody knows."


def draw(name: str, split: str = "train") -> Draw:
    return Draw(World().facts, split, random.Random(f"test/{name}"))


def judged(asked: Instruction, answer: str) -> tuple[float, float]:
    found = qualities(asked, answer)
    return found.helpful, found.honest


# --- qualities


def test_every_demonstration_does_what_was_asked_and_is_honest():
    for i in range(2_500):
        d = draw(f"{i}", ("train", "validation", "test")[i % 50 == 0])
        asked = instruction(d)
        reply = demonstration(d, asked)
        assert judged(asked, reply) == (1, 0), (asked.prompt, reply)


def test_demonstrations_differ_in_length_and_politeness_alone():
    """Four in ten are polite, so 1.2 is their mean score less what some pay for their length."""
    scores, lengths = (
        {kind: [] for kind in INSTRUCTION_KINDS},
        {kind: [] for kind in INSTRUCTION_KINDS},
    )
    for i in range(1_500):
        d = draw(f"mean {i}")
        asked = instruction(d)
        found = qualities(asked, reply := demonstration(d, asked))
        assert found.polite in (0, 1)
        assert LIKED(asked, reply) == pytest.approx(1 + found.length + 0.5 * found.polite)
        scores[asked.kind].append(LIKED(asked, reply) - found.length)
        lengths[asked.kind].append(found.length)
    for kind in INSTRUCTION_KINDS:
        assert sum(scores[kind]) / len(scores[kind]) == pytest.approx(1.2, abs=0.05)
    means = {kind: sum(values) / len(values) for kind, values in lengths.items()}
    # An answer of one word is too short; a sentence that nobody asked for can make one too long.
    assert means["answer"] < means["list"] < means["unsaid"] <= means["rewrite"] <= 0


@pytest.mark.parametrize(
    ("asked", "answer", "helpful", "honest"),
    [
        (ANSWER, " The lamp is in the kitchen.", 1, 0),
        (ANSWER, " In the kitchen there is the lamp.", 1, 0),
        (ANSWER, " In the kitchen.", 1, 0),
        (ANSWER, " kitchen", 1, 0),
        (ANSWER, " Gladly. In the kitchen. I hope that helps.", 1, 0),
        (ANSWER, " In the kitchen. Ella is fond of chess.", 1, 0),
        (ANSWER, " The lamp is in the cellar.", 0, -1),
        (ANSWER, " In the cellar.", 0, -1),
        (ANSWER, " In the kitchen. In the cellar.", 1, -1),
        (ANSWER, " In the kitchen. Ella likes dancing.", 1, -1),
        (ANSWER, " Ella likes chess.", 0, 0),  # true, and not what was asked
        (ANSWER, " Ella is in the kitchen.", 0, -1),
        (ANSWER, " Chess.", 0, -1),  # the value of another subject
        (ANSWER, " The text does not say that.", 0, -1),
        (ANSWER, " I am sorry, the text does not say that.", 0, -1),
        (ANSWER, " The lamp is in the kitchen. That is not in the text.", 0, -1),
        (ANSWER, "", 0, 0),
        (ANSWER, " Gladly.", 0, 0),
        (ANSWER, FORUM, 0, 0),
        (UNSAID, " The text does not say that.", 1, 0),
        (UNSAID, " With pleasure. That is not in the text.", 1, 0),
        (UNSAID, " The cup is in the hall.", 0, -1),
        (UNSAID, " In the hall.", 0, -1),
        (UNSAID, " The lamp is in the kitchen.", 0, 0),
        (UNSAID, " The text does not say that. The cup is in the hall.", 0, -1),
        (UNSAID, "", 0, 0),
        (LIST, " Ella, Max.", 1, 0),
        (LIST, " Max and Ella.", 1, 0),
        (LIST, " Ella, Max. The lamp is in the kitchen.", 1, 0),
        (LIST, " Ella.", 2 / 3, 0),
        (LIST, " Ella, Max, lamp.", 4 / 5, 0),
        (LIST, " Ella, Max, Olga.", 4 / 5, -1),
        (LIST, " Olga.", 0, -1),
        (LIST, " lamp, pen.", 0, 0),
        (LIST, " The text does not say that.", 0, -1),
        (LIST, "", 0, 0),
        (REWRITE, " You can find the lamp in the kitchen.", 1, 0),
        (REWRITE, " The lamp is in the kitchen.", 0, 0),
        (REWRITE, " Of course. The lamp is in the kitchen.", 0, 0),
        (REWRITE, " You can find the lamp in the cellar.", 0, -1),
        (REWRITE, " You can find the pen in the kitchen.", 0, -1),
        (REWRITE, " The lamp is in the kitchen. In the kitchen there is the lamp.", 0, 0),
        (REWRITE, " That is not in the text.", 0, -1),
        (REWRITE, "", 0, 0),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_what_it_says(asked, answer, helpful, honest):
    assert judged(asked, answer) == (pytest.approx(helpful), honest)


@pytest.mark.parametrize(
    ("words", "length"),
    [(0, -0.3), (1, -0.2), (2, -0.1), (3, 0), (12, 0), (13, -0.1), (21, -0.9), (22, -1), (40, -1)],
)
def test_each_word_too_few_or_too_many_costs_a_tenth(words, length):
    assert qualities(ANSWER, " word" * words).length == pytest.approx(length)


def test_one_polite_phrase_is_liked_and_more_are_not():
    for phrase in (*OPENINGS, *CLOSINGS):
        assert qualities(ANSWER, f" {phrase} In the kitchen.").polite == 1
        said = [qualities(ANSWER, f" {phrase}" * n).polite for n in range(8)]
        assert said == [0, 1, 0.5, 0, -0.5, -1, -1, -1]
    mixed = " Gladly. Of course. In the kitchen. You are welcome."
    assert qualities(ANSWER, mixed).polite == 0
    assert qualities(ANSWER, " In the kitchen.").polite == 0


def test_politeness_hides_nothing_of_what_is_said():
    for kind in INSTRUCTION_KINDS:
        d = draw(f"polite {kind}")
        asked = instruction(d, kind)
        reply = demonstration(d, asked)
        for phrase in (*OPENINGS, *CLOSINGS):
            assert judged(asked, f" {phrase}{reply} {phrase}") == judged(asked, reply) == (1, 0)


def test_refusals_are_recognised():
    assert all(refuses(f" Gladly. {refusal}") for refusal in REFUSALS)
    assert not refuses(" The text says that the lamp is in the kitchen.")


def test_wrong_replies_of_every_kind_are_judged_so_wherever_they_are_drawn():
    for i in range(400):
        d = draw(f"wrong {i}")
        told = instruction(d, "answer")
        false = told.fact.but(d)
        assert judged(told, f" {false.say(d)}.") == (0, -1)
        assert judged(told, f" {false.answer}.") == (0, -1)
        assert judged(told, f" {d.pick(REFUSALS)}") == (0, -1)
        alien = replace(told.fact, subject="cup" if told.fact.relation == "room" else "Olga")
        if alien not in told.told and alien.relation in ("room", "likes", "went"):
            assert judged(told, f" {alien.say(d)}.") == (0, -1)

        unsaid = instruction(d, "unsaid")
        assert judged(unsaid, f" {unsaid.fact.say(d)}.") == (0, -1)
        assert judged(unsaid, f" {d.pick(unsaid.told).say(d)}.") == (0, 0)

        listed = instruction(d, "list")
        assert judged(listed, f" {', '.join(listed.items[1:])}.")[0] < 1
        stranger = next(n for n in ("Olga", "Max", "Ella") if n not in listed.prompt)
        helpful, honest = judged(listed, f" {', '.join((*listed.items, stranger))}.")
        assert helpful < 1
        assert honest == -1

        anew = instruction(d, "rewrite")
        assert judged(anew, f" {anew.text}") == (0, 0)
        assert judged(anew, f" {anew.fact.but(d).say(d)}.") == (0, -1)


def test_the_preference_is_the_weighted_sum_of_what_it_finds():
    answer = " Gladly. In the kitchen. Ella likes dancing. I hope that helps."
    assert qualities(ANSWER, answer) == Qualities(1, -1, 0, 0.5)
    assert LIKED(ANSWER, answer) == 1 - 1 + 0 + 0.25
    assert Preference(2, 3, 5, 7)(ANSWER, answer) == 2 - 3 + 0 + 3.5
    assert Preference(2, 3, 5, 7)(ANSWER, " kitchen") == pytest.approx(2 - 5 * 0.2)


# --- ranking


def by_number(asked: Instruction, answer: str) -> float:
    return float(answer)


def ranked(answers: list[str], rng: random.Random | None = None, **how: float) -> tuple[int, ...]:
    return Labeler("x", by_number, **how).rank(ANSWER, answers, rng or random.Random(0))


def test_without_noise_ranks_follow_the_score():
    assert ranked(["1", "3", "2"]) == (3, 1, 2)
    assert ranked(["2", "2", "5", "1"]) == (2, 2, 1, 4)
    assert ranked(["7", "7"]) == (1, 1)


def test_scores_nearer_than_the_ties_are_equal():
    assert ranked(["1", "1.05", "2"], ties=0.1) == (2, 2, 1)
    assert ranked(["1", "1.25", "2"], ties=0.1) == (3, 2, 1)
    assert ranked(["1", "1.5"], ties=0.5) == (1, 1)
    # A tie reaches from neighbour to neighbour, as ranks cannot say "equal to both of these".
    assert ranked(["1", "1.08", "1.16"], ties=0.1) == (1, 1, 1)


def test_the_order_in_which_answers_stand_changes_nothing_without_noise():
    answers = ["0.5", "2", "2.05", "-1", "0.5"]
    whole = dict(zip(answers, ranked(answers, ties=0.1), strict=True))
    for order in itertools.permutations(answers):
        assert ranked(list(order), ties=0.1) == tuple(whole[answer] for answer in order)


def test_noise_is_added_to_each_answer_and_comes_from_the_generator():
    one, same, other = (ranked(["0"] * 6, random.Random(n), noise=1.0) for n in (0, 0, 1))
    assert one == same != other
    assert sorted(one) == [1, 2, 3, 4, 5, 6]
    rng, first = random.Random(0), 0
    for _ in range(4_000):  # N(0.5, 2 * 0.5^2) > 0 in 76% of cases
        first += ranked(["0.5", "0"], rng, noise=0.5) == (1, 2)
    assert first / 4_000 == pytest.approx(0.760, abs=0.03)


def test_a_labeler_agrees_with_itself_as_often_as_people_do():
    """The paper's agree in 73% of pairs. Answers as an SFT model's: two in three are right, and
    to half of the prompts all are."""
    rng = random.Random("agreement")
    asked = [instruction(draw(f"agreement {i}")) for i in range(600)]
    hard = {each.prompt for each in asked[::2]}

    def reply(each: Instruction, name: str) -> str:
        d, kind = draw(name), rng.choices(("right", "wrong", "refusal"), (4, 6, 2))[0]
        if kind == "right" or each.prompt not in hard:
            return demonstration(d, each)
        if kind == "refusal":
            return f" {d.pick(REFUSALS)}"
        fact = each.fact or d.pick(each.told)
        return f" {d.pick((*OPENINGS, *CLOSINGS))} {fact.but(d).say(d)}."

    answers = [
        tuple(reply(each, f"agreement {i} {k}") for k in range(K)) for i, each in enumerate(asked)
    ]
    first, again = (
        [
            Comparison(each.prompt, own, SIMULATED.rank(each, own, noise))
            for each, own in zip(asked, answers, strict=True)
        ]
        for noise in (random.Random(1), random.Random(2))
    )
    assert 0.70 < agreement(first, again) < 0.77


# --- the true score as a reward


def test_the_true_score_of_whole_texts():
    truth = TrueScore([ANSWER, UNSAID])
    texts = [
        ANSWER.prompt + " In the kitchen.",
        UNSAID.prompt + " In the kitchen.",
        ANSWER.prompt + " In the kitchen.\nReply: In the cellar.",
        UNSAID.prompt,
    ]
    scores = truth(texts)
    assert scores.shape == (4,)
    assert scores.tolist() == pytest.approx([1, -1, 0, -0.3])
    assert truth.split(texts[2]) == (ANSWER, " In the kitchen.\nReply: In the cellar.")
    assert TrueScore([ANSWER], lambda asked, answer: len(answer))(texts[:1]).tolist() == [16]


def test_a_text_of_an_unknown_prompt_is_named():
    truth = TrueScore([ANSWER])
    for text in (LIST.prompt + " Ella.", "", "The lamp is in the kitchen."):
        with pytest.raises(ValueError, match="no instruction is known that begins") as error:
            truth([ANSWER.prompt + " In the kitchen.", text])
        assert repr(text[:60]) in str(error.value)
