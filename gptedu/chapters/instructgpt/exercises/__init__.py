"""Chapter 4's exercises: two about the data here, the others in chapter04_rewards, _taste, _ppo."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from gptedu.chapters.instructgpt.exercises.ppo import clipped_objective, kl_estimates, token_rewards
from gptedu.chapters.instructgpt.exercises.rewards import comparison_loss, reward_at_end
from gptedu.chapters.instructgpt.exercises.taste import own_taste
from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.rlhf.labels.submissions import personal_data

__all__ = [
    "EXERCISES",
    "NOTES",
    "clipped_objective",
    "comparison_loss",
    "kl_estimates",
    "own_taste",
    "pairs",
    "reward_at_end",
    "token_rewards",
    "worth_learning",
]

# --- which prompts are worth learning from -------------------------------------------------------


def _worth_learning(sent, cap, says_who):
    kept, seen, taken = [], set(), {}
    for user, prompt in sent:
        if says_who(prompt) or prompt in seen or taken.get(user, 0) == cap:
            continue
        kept.append((user, prompt))
        seen.add(prompt)
        taken[user] = taken.get(user, 0) + 1
    return kept


class _SaysWho:
    """The chapter's filter, under a name that a learner can read in a hint."""

    def __call__(self, prompt: str) -> bool:
        return bool(personal_data(prompt))

    def __repr__(self) -> str:
        return "says_who"


def _cap_first(sent, cap, says_who):
    """Counts all that a user sent, and only then looks at what it is."""
    sent_by: Counter = Counter()
    within = []
    for user, prompt in sent:
        sent_by[user] += 1
        within += [(user, prompt)] * (sent_by[user] <= cap)
    return _worth_learning(within, cap, says_who)


def _by_user(sent, cap, says_who):
    return sorted(_worth_learning(sent, cap, says_who), key=lambda pair: pair[0])


def _seen_before_the_cap(sent, cap, says_who):
    """Remembers a prompt that it then throws away, so that nobody else may send it."""
    kept, seen, taken = [], set(), Counter()
    for user, prompt in sent:
        if says_who(prompt) or prompt in seen:
            continue
        seen.add(prompt)
        if taken[user] < cap:
            taken[user] += 1
            kept.append((user, prompt))
    return kept


def _once_a_user(sent, cap, says_who):
    once = dict.fromkeys((user, prompt) for user, prompt in sent if not says_who(prompt))
    taken: Counter = Counter()
    kept = []
    for user, prompt in once:
        taken[user] += 1
        kept += [(user, prompt)] * (taken[user] <= cap)
    return kept


_SENT = [
    ("Anna", "Where is the lamp?"),
    ("Anna", "My number is 0151 482913. Where is the lamp?"),
    ("Anna", "List the people in the text."),
    ("Ben", "Where is the lamp?"),
    ("Ben", "Write to ben@ortel.example. List the things."),
    ("Anna", "Say it in another way."),
    ("Ben", "List the things in the text."),
]

worth_learning = Exercise(
    id="instructgpt/prompts",
    title="What may be learned from",
    difficulty=1,
    minutes=8,
    task=(
        "`sent` is a list of `(user, prompt)`, as they came in. Return the list of those to "
        "**keep**, in their order: none for which `says_who(prompt)` is true (it holds personal "
        "data), no prompt **twice**, whoever sent it, and of each user the first `cap` at most. "
        "What is thrown away does not count towards the cap."
    ),
    hints=(
        "Go through `sent` once. What do you have to remember of what you have kept so far?",
        "A set of the prompts that are kept, and a dictionary: user -> how many are kept.",
        "`if says_who(prompt) or prompt in seen or taken.get(user, 0) == cap: continue`",
    ),
    reference=_worth_learning,
    probes=(
        probe(_SENT, 2, _SaysWho()),
        probe(_SENT, 1, _SaysWho()),
        probe([("Eva", "a"), ("Eva", "a"), ("Eva", "b"), ("Eva", "c")], 2, _SaysWho()),
        probe([("Eva", "a"), ("Tom", "b"), ("Eva", "c")], 2, _SaysWho()),
        probe([("Eva", "a"), ("Eva", "b"), ("Tom", "b")], 1, _SaysWho()),
    ),
    mistakes=(
        Mistake(
            "those that say who",
            lambda sent, cap, says_who: _worth_learning(
                sent, cap, lambda prompt: not says_who(prompt)
            ),
            "You keep just the prompts with personal data in them. `says_who` is true for those "
            "that have to go.",
        ),
        Mistake(
            "the cap first",
            _cap_first,
            "You count what is thrown away: a user who sent a prompt twice, or a telephone number, "
            "has less room left. Count a prompt when you keep it.",
        ),
        Mistake(
            "once a user",
            _once_a_user,
            "A prompt that two users sent is in your list twice. It counts once, whoever sent it: "
            "look for the prompt alone, without its user.",
        ),
        Mistake(
            "one cap for all",
            lambda sent, cap, says_who: _worth_learning(sent, len(sent), says_who)[:cap],
            "Your cap is for all users together. It is for **each**: one busy user must not crowd "
            "out the others.",
        ),
        Mistake(
            "user by user",
            _by_user,
            "The right ones, in another order: user by user. Keep them in the order in which they "
            "came.",
        ),
        Mistake(
            "seen though thrown away",
            _seen_before_the_cap,
            "A prompt beyond its user's cap is thrown away, and you still remember it as seen: "
            "then the next user who sends it loses it, and nobody has it. Remember what you keep.",
        ),
        Mistake(
            "no filter",
            lambda sent, cap, says_who: _worth_learning(sent, cap, lambda prompt: False),
            "You keep prompts that say who somebody is. A model may repeat what it has learned "
            "from, so leave out those for which `says_who(prompt)` is true.",
        ),
        Mistake(
            "no cap",
            lambda sent, cap, says_who: _worth_learning(sent, len(sent) + 1, says_who),
            "Nothing of `cap` so far: of each user you keep all that is left. Count what you have "
            "kept of each, and stop at `cap`.",
        ),
        Mistake(
            "one too many",
            lambda sent, cap, says_who: _worth_learning(sent, cap + 1, says_who),
            "One too many of a user: once `cap` are kept, the next one is out. Is there a `>` "
            "where `>=` belongs?",
        ),
    ),
)


# --- from a ranking to pairs ---------------------------------------------------------------------


def _pairs(ranks):
    places = range(len(ranks))
    return [(i, j) for i in places for j in places if ranks[i] < ranks[j]]


def _neighbours(ranks):
    order = sorted(range(len(ranks)), key=lambda place: ranks[place])
    return sorted((i, j) for i, j in pairwise(order) if ranks[i] < ranks[j])


def _unsorted(ranks):
    both = combinations(range(len(ranks)), 2)
    return [(i, j) if ranks[i] < ranks[j] else (j, i) for i, j in both if ranks[i] != ranks[j]]


pairs = Exercise(
    id="instructgpt/pairs",
    title="How many pairs are in a ranking?",
    difficulty=1,
    minutes=5,
    task=(
        "`ranks` holds a rank for each of K answers: 1 is the best, equal ranks are a tie. Return "
        "the list of all pairs `(better, worse)`, each answer named by its **place** in `ranks`, "
        "from 0. A tie makes no pair. Put them in the order that `sorted` gives."
    ),
    hints=(
        "Four answers without a tie make six pairs: each of them against each other one, once.",
        "Two loops over the places; keep `(i, j)` where i is better than j.",
        "1 is best, so the better answer has the **smaller** rank: `if ranks[i] < ranks[j]`.",
    ),
    reference=_pairs,
    probes=(probe([2, 1, 3]), probe([3, 1, 1, 2]), probe([1, 1]), probe([4, 3, 2, 1])),
    mistakes=(
        Mistake(
            "ties make pairs",
            lambda ranks: [
                (i, j)
                for i in range(len(ranks))
                for j in range(len(ranks))
                if i != j and ranks[i] <= ranks[j]
            ],
            "A tie is in your list, both ways round: each of the two is called better than the "
            "other. Use `<`, so that equal ranks say nothing.",
        ),
        Mistake(
            "the worse one first",
            lambda ranks: sorted((j, i) for i, j in _pairs(ranks)),
            "Your pairs are the wrong way round. Rank 1 is the best, so the better answer has the "
            "smaller number.",
        ),
        Mistake(
            "ranks in place of places",
            lambda ranks: sorted((ranks[i], ranks[j]) for i, j in _pairs(ranks)),
            "These are ranks. What is asked for is **which** answers they are: their places in "
            "the list, from 0.",
        ),
        Mistake(
            "neighbours alone",
            _neighbours,
            "You compare each answer with the next best alone. The best is better than the third "
            "too: that is why ranking K answers pays, it gives $K(K-1)/2$ pairs at once.",
        ),
        Mistake(
            "in another order",
            _unsorted,
            "Your pairs are all right; only their order is another. Hand back `sorted(…)` of them.",
        ),
    ),
)

EXERCISES = (
    worth_learning,
    pairs,
    comparison_loss,
    reward_at_end,
    own_taste,
    token_rewards,
    clipped_objective,
    kl_estimates,
)

NOTES = {
    "instructgpt/order": (
        "Judged by the true preferences, which nobody has outside this course; the paper asks "
        "people. Four kinds of request here, ten in the paper's Table 1."
    ),
    "instructgpt/small-beats-large": (
        "The paper's step is of 100 times the size. Our family has no model so much larger."
    ),
    "instructgpt/sft-epochs": "The paper reads its demonstrations 16 times.",
    "instructgpt/rm": (
        "Our labeler agrees with itself in as many pairs as two of the paper's labelers, because "
        "its noise is set so. Our reward model sees manners and is nearly blind to truth; the "
        "labeler is not. A hundred prompts; ± 2."
    ),
    "instructgpt/overoptimisation": (
        "InstructGPT has no such curve: it takes a true score, and nobody can ask people after "
        "every step."
    ),
    "instructgpt/tax": (
        "Chapter 2's tasks, of our own web. The paper's are public ones, such as SQuAD, DROP and "
        "HellaSwag."
    ),
    "instructgpt/calibration": "GPT-4's figures are of MMLU, exam questions with four choices.",
}
"""What the difference in scale does and does not explain, claim by claim."""
