"""Which prompts may be learned from: an exercise (InstructGPT, section 3.2)."""

from __future__ import annotations

from collections import Counter

from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.rlhf.labels.submissions import personal_data


def worth_learning(sent, cap, says_who):
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
    return worth_learning(within, cap, says_who)


def _by_user(sent, cap, says_who):
    return sorted(worth_learning(sent, cap, says_who), key=lambda pair: pair[0])


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


WORTH_LEARNING = Exercise(
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
    reference=worth_learning,
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
            lambda sent, cap, says_who: worth_learning(
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
            lambda sent, cap, says_who: worth_learning(sent, len(sent), says_who)[:cap],
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
            lambda sent, cap, says_who: worth_learning(sent, cap, lambda prompt: False),
            "You keep prompts that say who somebody is. A model may repeat what it has learned "
            "from, so leave out those for which `says_who(prompt)` is true.",
        ),
        Mistake(
            "no cap",
            lambda sent, cap, says_who: worth_learning(sent, len(sent) + 1, says_who),
            "Nothing of `cap` so far: of each user you keep all that is left. Count what you have "
            "kept of each, and stop at `cap`.",
        ),
        Mistake(
            "one too many",
            lambda sent, cap, says_who: worth_learning(sent, cap + 1, says_who),
            "One too many of a user: once `cap` are kept, the next one is out. Is there a `>` "
            "where `>=` belongs?",
        ),
    ),
)
