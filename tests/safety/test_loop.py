"""The hallucination loop: which pairs are kept, and what each step is worth."""

from __future__ import annotations

import pytest

from gptedu.safety import listing
from gptedu.safety.listing import ModelLister, ModelRewriter, left_out, made_up, stated
from gptedu.safety.loop import LoopResult, length_matched, pair_quality, rankings, run_loop
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction

LAMP, CUP = Fact("room", "lamp", "kitchen"), Fact("room", "cup", "hall")
WRONG = Fact("room", "lamp", "attic")
ASKED = Instruction(
    "answer", "The lamp is in the kitchen. The cup is in the hall.",
    "Where is the lamp?", (LAMP, CUP), LAMP,
)  # fmt: skip
GOOD, BAD = " The lamp is in the kitchen.", " Gladly. The lamp is in the attic."
ONLY_BAD = " The lamp is in the attic."


class Model:
    """Answers every question from the text, or always alike."""

    def __init__(self, always: str = "") -> None:
        self.always = always

    def generate(self, prompts, always=None, **how):
        told = {"lamp": " in the kitchen", "cup": " in the hall"}
        always = self.always if always is None else always
        return [always or next(a for t, a in told.items() if f"the {t}?" in p) for p in prompts]


def through(reply: str, *how, **limits) -> LoopResult:
    """One reply through the loop."""
    return run_loop([(ASKED, reply)], *how, **limits)[0]


def test_statements_are_read_and_the_made_up_ones_found():
    assert stated(ASKED, BAD + GOOD) == [WRONG, LAMP]
    assert stated(ASKED, " Gladly. In the attic.") == [WRONG]
    assert stated(ASKED, " Not the cup in the attic.") == []
    assert made_up(ASKED, BAD + GOOD) == [WRONG]
    assert made_up(ASKED, " Of course.") == []


def test_a_sentence_of_several_states_all_of_them():
    both = " The lamp is in the kitchen and the cup is in the attic."
    cup = Fact("room", "cup", "attic")
    assert stated(ASKED, both) == [LAMP, cup]
    assert made_up(ASKED, both) == [cup]
    assert made_up(ASKED, " In the kitchen, but the cup is in the attic.") == [cup]
    assert made_up(ASKED, " The lamp is in the kitchen or the garden; in the attic.") == [WRONG]
    assert made_up(ASKED, " It is in the kitchen, and not in the attic.") == []
    went = Fact("went", "Ella", "market")
    walked = Instruction("answer", "Ella went to the market.", "Where did Ella go?", (went,), went)
    assert stated(walked, " Ella went to the market, and later she sat down.") == [went]


@pytest.mark.parametrize(
    ("reply", "corrected", "without"),
    [
        (
            " The lamp is in the attic and the cup is in the hall.",
            " The lamp is in the kitchen and the cup is in the hall.",
            " The cup is in the hall.",
        ),
        (
            " Gladly. In the kitchen, but the cup is in the attic!",
            " Gladly. In the kitchen, but the cup is in the hall!",
            " Gladly. In the kitchen!",
        ),
        (
            " The spoon is in the attic and the lamp is in the kitchen.",
            " The text does not say that. The lamp is in the kitchen.",
            " The lamp is in the kitchen.",
        ),
        (
            " The lamp is in the kitchen, and the spoon is in the attic",
            " The lamp is in the kitchen. The text does not say that.",
            " The lamp is in the kitchen.",
        ),
    ],
)
def test_rewrites_of_a_sentence_of_several_are_sentences(reply, corrected, without):
    faults = made_up(ASKED, reply)
    assert len(faults) == 1
    assert ModelRewriter(Model())(ASKED, reply, faults) == corrected
    assert left_out(ASKED, reply, faults) == without
    assert made_up(ASKED, corrected) == made_up(ASKED, without) == []


def test_a_pair_has_a_fault_at_first_and_none_in_the_end():
    passed = through(BAD, made_up, left_out)
    assert passed.makes_pair
    assert passed.last == " Gladly."
    assert passed.pair.answers == (" Gladly.", BAD)
    assert passed.pair.ranks == (1, 2)
    assert through(ONLY_BAD, made_up, left_out).last == " The text does not say that."


def test_a_clean_first_reply_makes_no_pair():
    passed = through(GOOD, made_up, left_out)
    assert (passed.makes_pair, passed.last, passed.rounds) == (False, None, 0)
    with pytest.raises(ValueError, match="there is no pair"):
        _ = passed.pair


def test_five_rounds_at_most_and_what_is_never_clean_is_not_kept():
    calls = []

    def stubborn(asked, reply, faults):
        calls.append(faults)
        return reply

    passed = through(BAD, made_up, stubborn)
    assert (len(calls), passed.rounds, passed.clean, passed.makes_pair) == (5, 5, False, False)
    assert (passed.unchecked.rounds, passed.unchecked.makes_pair) == (1, True)


class Drawing(Model):
    """Its likeliest answer is right. A drawn one has no value, a wrong one or the right one."""

    def __init__(self):
        self.asked = []

    def generate(self, prompts, **how):
        self.asked.append((how.get("temperature", 0.0), how.get("seed", 0)))
        if not how.get("temperature"):
            return super().generate(prompts, always="")
        return super().generate(prompts, always=(" zib", " in the garden", "")[how["seed"] % 3])


def test_a_further_round_asks_anew_and_so_can_end_otherwise():
    lm = Drawing()
    passed = through(BAD, ModelLister(lm), ModelRewriter(lm, temperature=0.5, seed=3))
    assert passed.last == " Gladly. The lamp is in the kitchen."
    assert (passed.makes_pair, passed.rounds) == (True, 2)
    drawn = [seed for temperature, seed in lm.asked if temperature]
    assert drawn == [301, 302]
    assert {temperature for temperature, _ in lm.asked} == {0.0, 0.5}
    assert pair_quality([passed, passed]).rounds == (0, 2)
    other = through(BAD, ModelLister(lm), ModelRewriter(lm, seed=4))
    assert (other.makes_pair, other.rounds) == (True, 1)
    with pytest.raises(ValueError, match="temperature is -1"):
        ModelRewriter(lm, temperature=-1)


def test_with_the_likeliest_answers_every_round_gives_the_same():
    lm = Model(" zib")
    passed = through(BAD, made_up, ModelRewriter(lm, temperature=0))
    assert (passed.last, passed.rounds, passed.makes_pair) == (BAD, 5, False)


def test_the_fourth_step_raises_the_precision_of_the_pairs():
    """A rewriter that repairs every second reply: without the check all are believed."""
    turn = iter(range(1_000))

    def half(asked, reply, faults):
        return left_out(asked, reply, faults) if next(turn) % 2 else reply

    results = run_loop([(ASKED, BAD)] * 20, made_up, half, most=1)
    with_check, without = pair_quality(results), pair_quality([r.unchecked for r in results])
    assert (with_check.pairs, with_check.right) == (10, 1.0)
    assert (without.pairs, without.right) == (20, 0.5)
    assert without.faulty == 1.0 > without.repaired


def test_a_lister_that_errs_costs_precision():
    def everything(asked, reply):
        return stated(asked, reply)

    wrongly = pair_quality([through(GOOD, everything, left_out)])
    assert (wrongly.pairs, wrongly.faulty, wrongly.right) == (1, 0.0, 0.0)
    with pytest.raises(ValueError, match="nothing went through"):
        pair_quality([])


def test_a_model_is_asked_fact_by_fact():
    lister = ModelLister(Model())
    assert lister(ASKED, BAD + GOOD) == [WRONG]
    assert lister(ASKED, " Gladly.") == []
    assert ModelLister(Model(" in the attic"))(ASKED, BAD + GOOD) == [LAMP]
    prompts = []

    class Listening(Model):
        def generate(self, prompts_, **how):
            prompts.extend(prompts_)
            return super().generate(prompts_)

    listing.answers(Listening(), [(ASKED, [CUP])])
    assert prompts == [f"{ASKED.text}\nQuestion: Where is the cup?\nAnswer:"]


def test_what_is_corrected_is_as_long_as_before_and_what_is_left_out_is_shorter():
    corrected = through(BAD, made_up, ModelRewriter(Model()))
    assert corrected.last == " Gladly. The lamp is in the kitchen."
    left = through(BAD, made_up, left_out)
    assert length_matched([corrected, left]) == [corrected.pair]
    assert len(length_matched([corrected, left], within=6)) == 2
    assert (pair_quality([corrected]).matched, pair_quality([corrected]).shorter) == (1, None)
    assert (pair_quality([left]).matched, pair_quality([left]).shorter) == (0, 1.0)
    alone = through(" In the attic.", made_up, ModelRewriter(Model()))
    assert (alone.last, alone.makes_pair) == (" In the kitchen.", True)
    nonsense = through(BAD, made_up, ModelRewriter(Model(" zib")))
    assert (nonsense.last, nonsense.makes_pair) == (BAD, False)


def test_what_the_text_does_not_name_is_listed_unasked_and_rewritten_as_unsaid():
    spoon = Fact("room", "spoon", "attic")
    unsaid = Instruction("unsaid", ASKED.text, "Where is the spoon?", ASKED.told, spoon)
    reply = " Gladly. The spoon is in the attic."
    fooled = Model(" in the attic")  # it would say so again
    assert ModelLister(fooled)(unsaid, reply) == [spoon] == made_up(unsaid, reply)
    (passed,) = run_loop([(unsaid, reply)], ModelLister(fooled), ModelRewriter(fooled))
    assert passed.last == " Gladly. The text does not say that."
    assert passed.makes_pair
    assert pair_quality([passed]).right == 1
    twice = through(f"{BAD} The spoon is in the hall.", made_up, ModelRewriter(Model()))
    assert twice.last == " Gladly. The lamp is in the kitchen. The text does not say that."


def test_a_ranking_has_all_replies_to_a_request_and_none_twice():
    other = Instruction("answer", ASKED.text, "Where is the cup?", ASKED.told, CUP)
    written = [(ASKED, BAD), (ASKED, GOOD), (ASKED, ONLY_BAD), (ASKED, BAD), (other, GOOD)]
    (ranked,) = rankings(run_loop(written, made_up, ModelRewriter(Model())))
    repaired = " Gladly. The lamp is in the kitchen."
    assert ranked.prompt == ASKED.prompt
    assert dict(zip(ranked.answers, ranked.ranks, strict=True)) == {
        repaired: 1, GOOD: 1, BAD: 2, ONLY_BAD: 2,
    }  # fmt: skip
    (few,) = rankings(run_loop(written, made_up, ModelRewriter(Model())), most=1)
    assert few.answers == (repaired, BAD)
    never = run_loop(written, made_up, ModelRewriter(Model(" in the garden")))
    (ranked,) = rankings(never)
    assert ranked.answers == (GOOD, BAD, ONLY_BAD)  # a rewrite that is never clean stands nowhere


def test_many_replies_go_through_side_by_side_as_each_alone():
    lm = Drawing()
    replies = (BAD, GOOD, ONLY_BAD)
    how = ModelLister(lm), ModelRewriter(lm, temperature=0.5, seed=3)
    together = run_loop([(ASKED, reply) for reply in replies], *how)
    asked = len(lm.asked)
    assert together == [through(reply, *how) for reply in replies]
    assert asked == 2 * together[0].rounds + 1  # a list, then a rewrite and a list in each round
