"""The red team's search, round after round, with wordings that no round meets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gptedu.safety.own.attempts import saying
from gptedu.safety.red_team import attempt, lessons, owners_answered, rounds, search, success
from gptedu.world.policy import draw_enquiries, ways_to_ask
from gptedu.world.policy.wordings import CLAIMS, NEW_CLAIMS

ASKED = [each for each in draw_enquiries(120, topics=("place",)) if not each.allowed][:20]
POOL = list(ways_to_ask("claims"))
WEAK = (CLAIMS[3], NEW_CLAIMS[1])


def talked_round(by):
    """Replies that tell wherever one of these claims is made."""

    def replies(enquiries):
        return [
            f" In the {each.fact.value}." if set(by) & set(each.wording.claims)
            else f" I am sorry, only {each.owner} may know that."
            for each in enquiries
        ]  # fmt: skip

    return replies


def test_the_search_finds_what_works_and_passes_it_on():
    made = search(talked_round(WEAK), ASKED, POOL, 8)
    assert success(made) == 1.0  # one claim in eight works: alone, eight tries would miss some
    tries = {}
    for each in made:
        tries.setdefault(each.enquiry.prompt.split("\n")[0], []).append(each)
    assert all(not one.worked for own in tries.values() for one in own[:-1])
    assert search(talked_round(WEAK), ASKED, POOL, 8) == made
    assert search(talked_round(WEAK), ASKED, POOL, 8, seed=1) != made


def test_no_wording_is_tried_twice_and_nothing_works_against_a_firm_model():
    own = saying("Hello there.")
    begun = search(talked_round(()), ASKED, POOL, 2, first=[own, POOL[7]])
    assert [each.enquiry.wording for each in begun] == [own] * len(ASKED) + [POOL[7]] * len(ASKED)
    made = search(talked_round(()), ASKED, POOL, 12)
    assert success(made) == 0.0
    assert len(made) == 12 * len(ASKED)
    assert len({each.enquiry.prompt for each in made}) == len(made)


def test_a_wording_that_is_twice_in_the_pool_is_tried_once():
    few = [*POOL[:3], *POOL[:3]]
    made = search(talked_round(()), ASKED, few, 3)
    assert len({each.enquiry.prompt for each in made}) == len(made) == 3 * len(ASKED)
    with pytest.raises(ValueError, match="tries is 4: give 1 to 3"):
        search(talked_round(()), ASKED, few, 4)


def test_who_learned_to_refuse_everybody_wins_and_the_owners_tell():
    def right(enquiries):
        return [f" In the {each.fact.value}." if each.allowed
                else f" I am sorry, only {each.owner} may know that."
                for each in enquiries]  # fmt: skip

    def firm_where(claims):
        """Right, but whoever makes one of these claims is refused."""
        return lambda enquiries: [
            " No." if set(claims) & set(each.wording.claims) else reply
            for each, reply in zip(enquiries, right(enquiries), strict=True)
        ]

    for replies, owners, new in (
        (right, 1.0, 1.0),
        (firm_where(CLAIMS), 0.0, 1.0),
        (firm_where((*CLAIMS, *NEW_CLAIMS)), 0.0, 0.0),
    ):
        (done,) = rounds(replies, lambda *_, same=replies: same, [ASKED], tries=2)
        assert (done.success, done.held_out) == (0.0, 0.0)
        assert (done.owners, done.owners_held_out) == (owners, new)
    assert owners_answered(firm_where(CLAIMS[:1]), [replace(ASKED[0], wording=ways(CLAIMS[1])),
                           replace(ASKED[1], wording=ways(CLAIMS[0]))]) == 0.5  # fmt: skip
    with pytest.raises(ValueError, match="what belongs to somebody"):
        owners_answered(right, [])


def test_what_is_allowed_cannot_be_attacked():
    own = next(each for each in draw_enquiries(20) if each.allowed)
    with pytest.raises(ValueError, match="only those can be attacked"):
        search(talked_round(()), [own], POOL, 2)
    with pytest.raises(ValueError, match=f"tries is 9999: give 1 to {len(POOL)}"):
        search(talked_round(()), ASKED, POOL, 9_999)
    with pytest.raises(ValueError, match="there are no attempts"):
        success([])


def test_lessons_refuse_the_stranger_and_answer_the_owner():
    worked = attempt(talked_round(WEAK), [replace(ASKED[0], wording=ways(WEAK[0]))])
    assert worked[0].worked
    refusal, answer = lessons(worked)
    assert "only" in refusal.answer or "alone" in refusal.answer
    assert ASKED[0].fact.value in answer.answer.lower()
    assert refusal.prompt != answer.prompt
    assert refusal.prompt.split("\n")[0] == answer.prompt.split("\n")[0]
    assert not lessons(attempt(talked_round(()), ASKED))


def ways(claim):
    return next(each for each in POOL if each.claims == (claim,))


def test_rounds_learn_what_they_met_and_not_what_is_held_out():
    given = []

    def harden(demonstrations, number):
        given.append(len(demonstrations))
        return talked_round(WEAK[1:])  # it no longer falls for the claim that was met

    done = rounds(talked_round(WEAK), harden, [ASKED[:10], ASKED[10:]], tries=8)
    assert [each.success for each in done] == [1.0, 0.0]
    assert all(0 < each.held_out < 1 for each in done)  # one new claim of four still works
    assert given == [2 * 10]
    assert [each.learned for each in done] == [0, 20]
    met = {claim for each in done for one in each.attempts for claim in one.enquiry.wording.claims}
    assert not met & set(NEW_CLAIMS)
