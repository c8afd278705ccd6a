# %% [markdown]
# # 05 · Reasoning: chain of thought and self-improvement
#
# **You will be able to** have a model write down its steps, and say when that helps and when it does not; check a solution step by step; let many solutions vote, and say why several ways of working are needed for it; read off the vote how far to trust it; and let a model teach itself from its own majorities, without a single right answer from you.
#
# **It takes** two sittings of about 105 and 130 minutes. Each has its own start: you can begin the second one without running the first. The optional sections take another 40 minutes; nothing else needs them.
#
# **You need** chapter 02 (prompts, temperature) and chapter 03 (examples in a prompt). One optional section uses chapter 04's PPO.
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **1. Steps** | The idea · A sum of six steps | 15 | core |
# | | What does it say? | 10 | core |
# | | Which step is wrong? | 10 | core |
# | | The longer, the harder | 10 | core |
# | | Small models write steps, too | 10 | core |
# | | Other problems | 5 | optional |
# | | Five words | 10 | core |
# | | Is it the steps? | 10 | core |
# | | The bridge at night | 25 | core |
# | | The first sitting in four lines | 5 | core |
# | **2. Many paths** | Sixteen paths | 20 | core |
# | | What a vote scores | 15 | core |
# | | Four ways, four memories | 10 | core |
# | | All in one way | 20 | core |
# | | How sure? · Right by luck | 15 | core |
# | | Your own majority as a teacher | 25 | core |
# | | What must not work | 10 | core |
# | | Until it stops | 5 | core |
# | | A real model | 10 | optional |
# | | The checker as the judge | 25 | optional |
# | | What came after · Paper against ours · Summary | 10 | core |
#
# **What came before.** A model writes one token after the other. Until now it had to say its answer with the first one.
#
# **The papers**: Wei et al. 2022, *Chain-of-Thought Prompting Elicits Reasoning in Large Language Models*; Kojima et al. 2022, *Large Language Models are Zero-Shot Reasoners*; Wang et al. 2022, *Self-Consistency Improves Chain of Thought Reasoning in Language Models*; Huang et al. 2022, *Large Language Models Can Self-Improve*.

# %% [markdown]
# # First sitting: steps
#
# ## The idea
#
# Between reading a question and writing a token, a GPT goes through its blocks once: six of them in our largest model. However hard the question is, that is all the work that it can do for one token. A sum of six steps asks for more.
#
# But a model can write, and it reads what it has written:
#
# ```text
#  at once      question ─────────────────────────────► answer
#
#  with steps   question ──► step ──► step ──► step ──► answer
#                              │        ▲│       ▲
#                              └────────┘└───────┘   each is read by the next
# ```
#
# Each step asks for one small thing, and the paper between them is the memory. This is **chain of thought** (Wei et al. 2022): show the model examples whose answers are *worked out*, and it works its own answer out, too. Nothing is trained.

# %%
import re

import gptedu
from gptedu.chapters.reasoning import claims, exercises, figures
from gptedu.course import predict, reveal
from gptedu.reasoning import ask, bridge, check, problems, prompt, worked_examples

large = gptedu.load("mini-l")
shown = worked_examples()  # problems with solutions, for prompts

# %% [markdown]
# `predict` asks for your guess, and `reveal` sets it beside the result. `problems` draws problems, `prompt` makes a prompt of one, `ask` lets a model answer, and `check` looks at each step of what it wrote. `figures` draws and prints results; most are recorded, since they take too long to measure while you wait. `exercises` and `claims` are what they were in the other chapters.

# %% [markdown]
# ## A sum of six steps
#
# On the web of our world people ask each other little sums. Here is one that no page has:

# %%
problem = problems.draw("sums", 6, 3, seed=5)[1]
print(problem.told)
print("right:", problem.answer)

# %% [markdown]
# We ask in two **manners**. Each has one example in front, as chapter 3 did it. In the first, the example's answer is just the answer. In the second, it is worked out.

# %%
for manner in ("direct", "worked"):
    print(prompt(problem, manner, shown[:1]))
    print("- - -")

# %%
predict(
    "reasoning/at-once",
    "Sums of four to six steps, answered at once by our largest model. How many are right?",
    between=(0, 100),
    unit="percent",
)

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
for manner in ("direct", "worked"):
    print(f"{manner}:{ask(large, [problem], manner, shown).texts[0]}")

# %% [markdown]
# One problem says little. Recorded for three draws of 200 problems each:

# %%
reveal("reasoning/at-once", figures.of_long_sums("direct"))
print(f"the same sums with steps: {figures.of_long_sums('worked'):.1f}%")

# %% [markdown]
# The answers of these sums lie between 0 and 16. So whoever guesses is right in about 6%.
#
# **Now you:** take the other two problems (`[0]` and `[2]` in the place of `[1]`), and problems of two steps: `problems.draw("sums", 2, 3)[0]`.
#
# <details><summary>What you should see</summary>The worked answers have one step for each thing that happens, or a few more. They begin in different ways: people of this world work their sums in four ways, which the second sitting looks at. Not every answer is right, and not every wrong answer has more than one wrong step.</details>

# %% [markdown]
# ## What does it say?
#
# A worked answer is a text. To score it, we must find the answer in it. Numbers are easily found:

# %%
print(re.findall(r"-?\d+", "7 and 5 is 12. 12-3 is 9. The answer is 9"))

# %% [markdown]
# But which of them is the answer? And where does the −3 come from? Many wrong scores have been made here: `#### 18.` read as nothing because of its point, `$29.00` not equal to 29, a stray number behind the answer.

# %% [markdown]
# ### Exercise 1

# %%
exercises.answer.show()


# %%
def answer(text):
    """The number behind the last "The answer is", as an int; None where there is none."""
    raise NotImplementedError("your turn")


answer = exercises.answer.use(answer)

# %%
for text in ("9 less 2 is 7. The answer is 7", "The answer is $1,000.", "9 less 2 is 7."):
    print(answer(text), "<-", text)

# %% [markdown]
# The third one says 7 in its last step, but it has not said that this is its answer. Such a path counts as *unreadable*, and in a vote it has no vote.

# %% [markdown]
# ## Which step is wrong?
#
# A text with steps can be checked better than an answer can. `check` reads each step, and holds it against the story and against the step before. We give it three solutions of a small problem that you can check by eye:

# %%
tom = problems.typed("Tom has 7 coins. He gets 5 more. He loses 3. How many are left?")
for text in (
    "7 and 5 is 12. 12 less 3 is 9. The answer is 9",
    "7 and 5 is 13. 13 less 3 is 10. The answer is 10",
    "7 and 5 is 13. 13 less 3 is 9. The answer is 9",
):
    print(figures.checked_lines(tom, text), end="\n\n")

# %% [markdown]
# Look at the second one: 13 less 3 *is* 10. A step is judged by what stands before it, so what follows rightly from a wrong step is no second mistake. And the third one: two mistakes that undo each other. Its answer is right, **by luck**. We count such paths, and do not hide them.

# %% [markdown]
# ### Exercise 2

# %%
exercises.first_wrong.show()


# %%
def first_wrong(start, changes, results):
    """The place of the first step whose result is wrong, from 0; None where all are right."""
    raise NotImplementedError("your turn")


first_wrong = exercises.first_wrong.use(first_wrong)

# %%
for results in ([12, 9], [13, 10], [13, 9]):
    print(results, "first wrong step:", first_wrong(7, [5, -3], results))

# %% [markdown]
# Now what the model wrote to the sum of six steps, held against its story:

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
print(problem.told, end="\n\n")
print(figures.checked_lines(problem, ask(large, [problem], "worked", shown).texts[0]))

# %% [markdown]
# ## The longer, the harder
#
# Now by the number of steps. Recorded, three draws, the largest model:

# %%
figures.by_steps()

# %%
claims.emerges.recorded()
claims.steps.recorded()

# %% [markdown]
# Long sums that are answered at once are little better than guesses: all their steps would have to be done before the first token of the answer. The worked answers stay far ahead, since each of their steps is one small fact.
#
# They do fall with the number of steps. If a step is right with probability $p$, independently of the others, then $n$ steps are all right with $p^n$. That is a hard law: 90% for a step is 53% for six of them.

# %% [markdown]
# ## Small models write steps, too
#
# That law has a second side. What if $p$ is small? Here is `mini-xs`, the smallest of the family, asked in the same way:

# %%
small = gptedu.load("mini-xs")
predict(
    "reasoning/small",
    "What do steps do for the smallest model, on sums of four to six steps?",
    options=("they help", "hardly any difference", "they harm"),
)

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
print(problem.told, end="\n\n")
print(figures.checked_lines(problem, ask(small, [problem], "worked", shown).texts[0]))

# %% [markdown]
# It knows how a worked answer *looks*: it writes sentences of the right form, and ends in “The answer is”. What the steps say is another matter. We count how many of its steps are right, on forty sums of four steps. (With the phrase that comes in a moment, so that both models work each sum in their own way.)

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
forty = problems.draw("sums", 4, 40)
for lm in (small, large):
    found = ask(lm, forty, "phrase")
    steps = [s for p, text in zip(forty, found.texts) for s in check(p, text).steps]
    share = sum(not step.wrong for step in steps) / len(steps)
    said = f"{100 * share:.0f}% of the steps right; to the power of five: {100 * share**5:.0f}%"
    print(f"{lm.name}: {said}; answers right: {100 * found.accuracy:.0f}%")

# %% [markdown]
# (Five, since the answer is checked as a step, too. The power is only a rough law: it takes steps as independent, and mistakes can undo each other.)

# %%
figures.by_size()

# %%
reveal("reasoning/small", figures.of_smallest())
claims.smallest.recorded()

# %% [markdown]
# Steps are worth something only to a model that can do a step. Wei et al. (2022) found that steps harm most models below ten billion parameters (Appendix A.1), and that they help much near a hundred billion (Section 3.2). Our sums are much easier than theirs, and so the gain comes much earlier. But it comes in the same way: with size.
#
# **Now you:** in the cell before the picture, take `mini-s` and `mini-m` as well (`gptedu.load("mini-s")`).
#
# <details><summary>What you should see</summary>The share of right steps grows from size to size, and the share of right answers follows about like its power: slowly at first, then fast.</details>

# %% [markdown]
# ## Optional: other problems
#
# Sums are not the only thing that has steps. People of our world also tell who swaps what with whom, who is how much older than whom, and what is moved on a shelf.

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
for kind in ("exchanges", "ages", "shelves"):
    some, own = problems.draw(kind, 3, 30), worked_examples(kind)
    print(f"{kind}: {some[0].told}")
    for manner in ("direct", "worked"):
        found = ask(large, some, manner, own, room=72)  # tokens to answer
        print(f"   {manner:>6}: {100 * found.accuracy:5.1f}% right;{found.texts[0]}")

# %% [markdown]
# Look at what the steps keep: who has what by now, how old each one is, how the shelf stands. A worked answer writes the *state* down after each step, so that it need not be kept in mind.

# %% [markdown]
# ## Five words
#
# An example has to be written by somebody. Kojima et al. (2022) found that a sentence is enough: behind “A:” they wrote *Let's think step by step.*, and the model (text-davinci-002, of the GPT-3 family) went on with steps, though no example showed any. MultiArith, a set of word problems, went from 17.7% to 78.7% (Table 1).
#
# On our web, people who write this sentence go on with steps. We ask without any example, with this phrase alone, and as a control with a sentence about the weather in its place:

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
for manner in ("bare", "phrase", "wrong phrase"):
    print(f"{prompt(problem, manner)}{ask(large, [problem], manner).texts[0]}\n")

# %% [markdown]
# The first one, the *bare* question, has no phrase. Our web answers such a question sometimes at once and sometimes with steps, so the model may do either.

# %%
predict(
    "reasoning/dots",
    "Wei et al. had the model write dots in the place of steps, so that nothing is worked out. What do dots bring, against an answer at once?",
    options=("as much as steps", "a part of it", "nothing"),
)

# %%
figures.manners()

# %%
claims.zero_shot.recorded()
claims.wrong_phrase.recorded()

# %% [markdown]
# The phrase alone brings a large part of what a worked example brings. In the paper the sentence itself mattered: other sentences that ask for steps did well, sentences about something else did not (Table 4). Our control is weaker. Our web has many worked answers *without* any phrase, so that behind a sentence about the weather a model may well work the sum out. Read the bar of the wrong phrase with that in mind.

# %% [markdown]
# ## Is it the steps?
#
# Perhaps it is not what the steps *say* that helps. With steps the model writes forty tokens more, and each of them is another pass through its blocks. Or perhaps an example with steps only reminds it of facts. Two controls of Wei et al. (Section 3.3, Figure 5) tell these apart, and they are the last two bars above:
#
# - **Dots**: in the place of steps stand dots, here as many as the steps have words (in the paper as many as the equation has characters). As much is computed, and nothing is written down.
# - **Steps after the answer**: the same words, behind the answer, where they come too late for it.

# %%
print(prompt(problem, "dots", shown[:1])[-150:])
print("- - -")
print(prompt(problem, "after", shown[:1])[-330:])

# %% [markdown]
# (Both end in the beginning of an answer, and of the numbers from 0 to 16 the likeliest behind it counts. Left to itself, a small model that is shown dots works the sum out all the same, or answers something that is no number.)

# %%
reveal("reasoning/dots", figures.of_dots())
claims.controls.recorded()

# %% [markdown]
# Neither brings anything, as in the paper (there 6.4% and 6.1% of GSM8K, against 6.5% at once and 14.3% with steps, by LaMDA 137B; Table 6). So it is not the number of tokens, and not the reminder. It is that a step is *written down before* it is needed: what was worked out can be read again.

# %% [markdown]
# ## The bridge at night
#
# Four people come to a bridge at night. They need 1, 2, 5 and 10 minutes to cross it. The bridge carries two at a time, who go as slowly as the slower of them. They have one lamp, and whoever crosses needs it.

# %%
predict(
    "reasoning/bridge",
    "In how many minutes can all four be on the other side?",
    between=(10, 30),
    unit="minutes",
)

# %% [markdown]
# Most people first think: the fastest one brings the lamp back each time. Try it with the slider:

# %%
figures.crossing([(1, 10), (1,), (1, 5), (1,), (1, 2)], title="The fastest one brings it back")

# %% [markdown]
# Nineteen minutes. Can it be done faster? There are not many states: who is on which side, and where the lamp is. `fastest` goes through all of them, the earliest first (Dijkstra's search, 1959), so what it finds is the least there is:

# %%
plans = bridge.fastest()
for plan in plans:
    print(" | ".join(f"{trip.people} {trip.direction}" for trip in plan), end="  ")
    print(sum(trip.minutes for trip in plan), "minutes")

reveal("reasoning/bridge", sum(trip.minutes for trip in plans[0]))

# %%
figures.crossing([trip.people for trip in plans[0]], title="The fastest plan")

# %% [markdown]
# The trick is that the two slow ones go *together*, and that none of them has to come back. For that, somebody fast must wait on the other side.
#
# Now you are the checker. In many answers to this puzzle, by people and by models, the lamp is forgotten.

# %% [markdown]
# ### Exercise 3

# %%
exercises.impossible.show()


# %%
def impossible(trips):
    """The place of the first trip that cannot be made, from 0; None where all can."""
    raise NotImplementedError("your turn")


impossible = exercises.impossible.use(impossible)

# %%
for trips in ([(1, 2), (1,), (5, 10), (2,), (1, 2)], [(5, 10), (1, 2)], [(1, 2), (5,), (5, 10)]):
    print(trips, "first impossible trip:", impossible(trips))

# %% [markdown]
# Here are two answers as one finds them. The first says 25 minutes. The second is only a sum, and says 17. Before you run the cell: is anything wrong with either of them?

# %%
for text in (
    "Two people go over for 10, two more for 5, and 10 again. That is 25 minutes in all.",
    "2 + 1 + 10 + 2 + 2 = 17",
):
    print(text)
    print(figures.checked_crossing(text), end="\n\n")

# %%
figures.crossing([(5, 10), (1, 2)], title="Two go over, and two more")

# %% [markdown]
# The first answer reads well, and its second trip cannot be made: nobody has brought the lamp back. The second answer says not one word about who goes. All the same it can be checked: there *is* a choice of people for which each trip takes as long as it says, and all of them are over at the end. An answer that is right without saying why is still right. But you learn from the steps where it is not.
#
# And what does a real model write? `smollm2-135m-instruct` has 135 million parameters, about forty times as many as our largest one. Recorded:

# %%
print(figures.bridge_of_real(), end="\n\n")
print(figures.checked_crossing(figures.bridge_of_real()))

# %% [markdown]
# **Now you:** change the minutes: `bridge.fastest((1, 4, 5, 10))`. For which minutes is it best that the fastest one goes each time?
#
# <details><summary>What you should see</summary>With 1, 4, 5 and 10 the first thought is as good or better: sending two slow ones together costs two trips of the second fastest, 4 minutes each. The search finds what is best for each case, without a rule.</details>
#
# ### The first sitting in four lines
#
# - A token is one pass through the blocks. Steps that are written down can be read again, so long problems become short ones.
# - It takes a model that can do a step: mistakes multiply, so the gain comes with size.
# - It is what the steps say that helps: dots do not, and steps behind the answer come too late.
# - A checker of steps sees more than one of answers: where it went wrong, and what was right by luck.

# %%
exercises.halfway.show()

# %% [markdown]
# # Second sitting: many paths
#
# You need not run the first sitting again. What you need to know from it:
#
# - A **problem** here is a sum, told as a little story; its answer is a number from 0 to 16. Behind “Let's think step by step.” a model writes steps and then “The answer is …”.
# - `check` looks at each step; a step is judged by what stands before it. A path whose answer is right although a step is wrong is right *by luck*.
# - The **greedy** path takes the likeliest token each time (temperature 0 of chapter 2).

# %%
import random
from collections import Counter
from math import comb
from statistics import fmean

import gptedu
from gptedu.chapters.reasoning import claims, exercises, figures
from gptedu.course import claims_table, predict, reveal
from gptedu.reasoning import as_bytes, ask, check, checks_of, count_votes, planted, problems
from gptedu.reasoning import sample_paths, thinking, training_file, worked_examples
from gptedu.world.problems import ways

lm = gptedu.load("mini-m")

# %% [markdown]
# ## Sixteen paths
#
# A model that writes at a temperature above 0 writes something else each time. Each solution is a **path** from the question to an answer. Wang et al. (2022) draw many of them, throw the steps away, and take the answer that most paths come to. They call it **self-consistency**. Its thought: there are many ways to be right, and they meet; there are many more to be wrong, and they do not.

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
asked = problems.mixed((2, 3, 4, 5), 100)  # sums of two to five steps
drawn = sample_paths(lm, thinking(asked), 16, temperature=0.7)  # 1,600 paths

print(asked[40].told)
for text in drawn.texts[40][:6]:
    print("  ", text)

# %% [markdown]
# In the picture below the paths stand by their answer. Add them one by one, and watch the vote. A wrong step is marked, and said. Each way of working has a shape and a colour. *As a tree* shows where paths part; *Sure and right* comes later.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.widgets import VoteExplorer

VoteExplorer(asked, drawn, lm=lm)

# %% [markdown]
# **Now you:** (1) Go to one path, then two, three, … How many does it take until the vote stays? Uncover the answer only then. (2) Find a problem in which the first path is wrong and the vote is right. (3) Find one in which the vote is wrong. Do its paths go wrong at the same step? (4) Type a problem of your own.
#
# <details><summary>What you should see</summary>(1) Often three or four, in some problems never. (2) There are many. (3) Sometimes two ways of working come to the same wrong number, and sometimes the right one just has too few paths. (4) It must be a sum with small numbers, told in plain words: “Mia has 6 pens. She finds 5. She loses 2.”</details>
#
# Is the vote better than the greedy path? That is the question, since the greedy path costs a sixteenth.

# %%
predict(
    "reasoning/vote",
    "By how many points is a vote of 16 ahead of the greedy path?",
    between=(-20, 30),
    unit="points",
)

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
greedy = ask(lm, asked, "phrase").accuracy
voted = count_votes(drawn, asked)
figures.votes_of(voted, greedy, title="Your hundred problems")

# %%
figures.votes("vote")

# %%
reveal("reasoning/vote", figures.vote_gain())
claims.vote.recorded()
claims.more_paths.recorded()

# %% [markdown]
# The first picture is yours: one hundred problems, so luck moves each point by four or five. The second one is recorded, three draws of 200. One path drawn at random is *worse* than the greedy one. A few that vote are about as good, and with more of them the vote goes past it.
#
# So always compare a vote with the greedy path. Against a single path drawn at random, it looks better than it is.

# %% [markdown]
# ## What a vote scores
#
# Some paths cannot be read, and sometimes two answers have equally many votes. How these are counted can move a score by several points. Here is a fair way.

# %% [markdown]
# ### Exercise 4

# %%
exercises.score.show()


# %%
def score(answers, right):
    """1 where `right` wins, 1/m where it ties with others and m win, else 0; None has no vote."""
    raise NotImplementedError("your turn")


score = exercises.score.use(score)

# %%
print(score(["7", "7", "8"], "7"), score([None, None, None, "7", "7"], "7"))
print(score(["8", "7", "7", "8"], "7"), score([None, None], "7"))

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
answers = drawn.answers()  # [problems][paths]
for many in (1, 2, 4, 8, 16):
    mine = fmean(score(own[:many], each.answer) for own, each in zip(answers, asked))
    print(f"{many:>2} paths: yours {100 * mine:.1f}%, the package's {100 * voted.votes[many]:.1f}%")

# %% [markdown]
# Two paths are no better than one. If they agree, the vote says what one path says; if not, it is a tie, and counts half. The gain begins with the third.

# %% [markdown]
# ## Four ways, four memories
#
# Why does the vote know more than the path that the model finds likeliest? Let us look at where the paths come from. The people of our world work a sum in four **ways**:

# %%
def right_ways(problem):
    """In how many of the ways a problem comes out right."""
    return sum(ways.answer(way, problem.made) == int(problem.answer) for way in ways.WAYS)


one = next(each for each in asked if right_ways(each) == 3)
print(one.told)
for way in ways.WAYS:
    print(f"\n{way.name}: {ways.wordings(way, one.made)[0]}")

# %% [markdown]
# Look closely: one of them is wrong, and not by a slip of the pen. Each way *misremembers* some facts, always the same ones: about one fact in eight, by one or by two. Whoever works in this way makes this mistake each time. But the other ways have other gaps, and where they go wrong they mostly go wrong elsewhere.
#
# So we can compute what such a world knows. Suppose that a model had learned the four ways exactly as they are, gaps included, and chose among them as people do:

# %%
known = planted.scores([each.made for each in asked])
for who, share in known.items():
    print(f"{who:>10}: {100 * share:.1f}%")

# %% [markdown]
# No way alone is right in many more than three of four. A vote over all of them is right in more than four of five. *Nobody in this world knows that much.* The knowledge is there, but it lies spread over ways that disagree, and the vote collects it. How much of that a model gets is a matter of how well it has learned the ways.
#
# The greedy path does not have this. It begins with the likeliest word, and with that it has chosen one way, and this way's gaps.

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
every = [each for own in checks_of(drawn, asked) for each in own]
for way, count in Counter(each.way or "none of them" for each in every).most_common():
    right = 100 * fmean(each.right for each in every if (each.way or "none of them") == way)
    print(f"{way:>12}: {count:>4} of 1,600 paths, {right:.1f}% right")

# %% [markdown]
# ## All in one way
#
# Now take the ways away. We taught a copy of `mini-m` from 2,000 sums that were all worked from left to right, and all rightly. It still makes mistakes, as it is small: slips at single steps. Then sixteen paths each, as before.

# %%
predict(
    "reasoning/one-way",
    "By how many points is a vote of 16 ahead of the greedy path now?",
    between=(-20, 30),
    unit="points",
)

# %%
figures.votes("one-way")

# %%
reveal("reasoning/one-way", figures.vote_gain("one-way"))
claims.one_way.recorded()

# %% [markdown]
# Compare it with a path drawn at random, and the vote looks like a success: it climbs and climbs. It climbs *to the greedy path*, and there it ends. Why? Play it with dice. A path has four steps, and at each of them it is right in 80%; else it slips by one or two.

# %%
dice = random.Random(0)


def slips(steps=4, right=0.8):
    """How far from the right answer such a path ends."""
    return sum(0 if dice.random() < right else dice.choice((-2, -1, 1, 2)) for _ in range(steps))


for many in (1, 4, 16, 64):
    votes = [score([slips() for _ in range(many)], 0) for _ in range(500)]
    print(f"a vote of {many:>2}: {100 * fmean(votes):.1f}%")

# %% [markdown]
# And the greedy path? It takes the likeliest result at each step, and at each step that is the right one: it is right in 100%. A vote finds out what a path *most often* says. If paths differ only by slips, the greedy path says that already.
#
# In the four ways, mistakes were not slips. Whole ways were wrong, each on its own problems. There the greedy path is stuck with one way, and the vote is not.

# %% [markdown]
# How often is a vote right, then? That can be computed. Of 16 paths, 8 can be the right ones in many orders:

# %%
print(f"{comb(16, 8):,} orders of 8 right and 8 wrong paths")

# %% [markdown]
# ### Exercise 5

# %%
exercises.two_answers.show()


# %%
def two_answers(chance, paths):
    """How often a vote is right if each path is so with `chance`, and all wrong ones agree."""
    raise NotImplementedError("your turn")


two_answers = exercises.two_answers.use(two_answers)

# %%
for chance in (0.6, 0.5, 0.4):
    said = "  ".join(f"{n}: {100 * two_answers(chance, n):.1f}%" for n in (1, 4, 16, 64))
    print(f"a path is right in {100 * chance:.0f}%; a vote of {said}")

# %% [markdown]
# Where all wrong paths say the *same* wrong thing, a vote makes the good better and the bad worse. Below one half it makes them wrong more surely. With sums it helps even where paths are right in fewer than half, since wrong answers spread over many numbers, and the right one need only be the most frequent. So two things decide whether voting helps: mistakes that are **independent**, and wrong answers that **spread**.

# %% [markdown]
# ## How sure?
#
# A vote says more than an answer. If 15 of 16 paths agree, is that worth more than 6 of 16? Nobody told the model which answers are right.

# %%
predict(
    "reasoning/sure",
    "At least 80% of the paths agree. How often is the vote right?",
    between=(0, 100),
    unit="percent",
)

# %%
figures.confidence()

# %%
reveal("reasoning/sure", figures.of_the_sure())
claims.confidence.recorded()

# %% [markdown]
# The more agree, the more often they are right (Wang et al. report the same in their Figure 5, Huang et al. in their Figure 2). The bars beside show the share itself. If the two were equal everywhere, the share would be a *calibrated* confidence (chapter 4's word). So a model knows something about its own errors. That is no magic: where its ways disagree, at least one of them must be wrong.
#
# Remember this for what comes next. If agreement tells right answers from wrong ones, then answers with much agreement could serve as *labels*.

# %% [markdown]
# ## Right by luck
#
# A vote throws the steps away. How many of the paths come to the right answer over a wrong step?

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
both = [(p, text) for p, own in zip(asked, drawn.texts) for text in own]
lucky = [(p, text) for p, text in both if check(p, text).by_luck]
print(f"{len(lucky)} of {len(both)} paths")
for p, text in lucky[:1]:
    print(p.told, figures.checked_lines(p, text), sep="\n")

# %%
claims.by_luck.recorded()

# %% [markdown]
# Wei et al. read fifty right answers of one of their large models, LaMDA 137B: two of them were right by luck (Section 3.2; their Appendix D.1 counts one). In our small numbers luck comes more often, as there are only seventeen answers. Whoever rewards answers alone rewards these paths, too.

# %% [markdown]
# ## Your own majority as a teacher
#
# Huang et al. (2022) closed the loop:
#
# ```text
#  questions, no answers ──► many paths each ──► the majority ──► paths that agree with it
#        ▲                                                                 │
#        └───────────────── a better model ◄──── training ◄────────────────┘
# ```
#
# Nobody tells it a right answer. What the vote knows, and the greedy path does not, is taught to the model itself.

# %% [markdown]
# ### Exercise 6

# %%
exercises.kept.show()


# %%
def kept(answers, right):
    """The places of the paths that the model is trained on: those of the majority."""
    raise NotImplementedError("your turn")


kept = exercises.kept.use(kept)

# %% [markdown]
# Now in full. Three hundred new problems, eight paths each; you draw them, and *your* function keeps. (About twenty seconds.)

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
textbook = problems.mixed((3, 4, 5), 300, split="train", seed=1)
paths = sample_paths(lm, thinking(textbook), 8, seed=1)

labels = []
for own in paths.answers():
    places = kept(own, None)  # None: there is no right answer to look at
    labels.append(own[places[0]] if places else None)

right = fmean(label == each.answer for label, each in zip(labels, textbook))
print(f"{100 * right:.0f}% of the labels are right, which the model is never told")

# %% [markdown]
# One in several is wrong. Will it learn these, too? It will. But wrong ones disagree with each other, and right ones do not.
#
# The paper writes each path in four **formats**, mixed: with a worked example in front or with the phrase alone, and the same two without steps, as plain answers. Trained in one format alone, a model might learn the format in place of the matter (Section 3.2). Here is a row of each:

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
rows = training_file(textbook, paths, labels, examples=worked_examples())
for row in rows[:4]:
    print(f"{row.prompt}[{row.answer} ]\n")
print(len(rows), "rows")

# %% [markdown]
# (What is learned stands in brackets.) Is it true that no right answer was used? There is a strict test: shuffle the right answers among the problems. If the file changes by one byte, somebody has looked.

# %%
from dataclasses import replace

shuffled = random.Random(1).sample([each.answer for each in textbook], len(textbook))
other = [replace(each, answer=wrong) for each, wrong in zip(textbook, shuffled)]
again = training_file(other, paths, labels, examples=worked_examples())
print("the same, to the last byte:", as_bytes(again) == as_bytes(rows))

# %%
predict(
    "reasoning/lmsi",
    "It reads its own majorities once. By how many points will its greedy answers to new problems get better?",
    between=(-20, 30),
    unit="points",
)

# %% tags=["nbval-ignore-output", "why: what is learned differs on another processor"]
from gptedu.rlhf.sft.train import SFT, supervise

held_out = problems.mixed((3, 4, 5), 300, seed=9)  # no sum of these is in the textbook
learner = gptedu.load("mini-m")
supervise(learner, rows, SFT(epochs=1, learning_rate=3e-4, warmup=0.1))

before, after = (ask(each, held_out, "phrase").accuracy for each in (lm, learner))
print(f"greedy, {len(held_out)} new problems: {100 * before:.1f}% before, {100 * after:.1f}% after")
reveal("reasoning/lmsi", 100 * (after - before))

# %% [markdown]
# Three hundred problems measure such a change to about three points, up or down. And your round was a small one. Recorded: 1,000 problems with 16 paths each, three runs. (These read some pages of the old web along, too, as in chapter 4, so that less is forgotten.)

# %%
figures.improvement()

# %%
claims.gain.recorded()

# %% [markdown]
# Compare *before* with *own majority*. The greedy path is ahead of where it was, on problems that the model has never seen, without a label. And look at the three bars of a group: before, the vote was far ahead of the greedy path. Afterwards they have come together. *That* is what was learned: to say at once what the vote would say.
#
# Huang et al. report 56.5% before and 73.5% after for one path of a model of 540 billion parameters on GSM8K (Table 3).

# %% [markdown]
# ## What must not work
#
# Is it really the majority? Perhaps any training on sums helps, on whatever the model says itself. So the same round was made with other labels: the answer of one path drawn at random; the greedy path, which is the model's first thought; and, as the ceiling, the right answers.

# %%
predict(
    "reasoning/random",
    "Labels are the answers of paths drawn at random. What does the model gain?",
    options=("as much as the majority's", "less than the majority's", "nothing"),
)

# %%
print(figures.labels())
reveal("reasoning/random", figures.of_random())

# %%
claims.random_path.recorded()
claims.greedy.recorded()
claims.ceiling.recorded()
claims.formats.recorded()

# %% [markdown]
# Go back to the picture. What a model says anyhow teaches it nothing; that holds for its first thought as well as for a random one. It is the *choice* among its paths that teaches. Right labels are the most that can be had, and the distance to them is the price of doing without.

# %% [markdown]
# ## Until it stops
#
# If one round helps, why not another? Each begins with new problems and with paths of the model as it is by now. It goes on until a round gains less than half a point.

# %%
predict(
    "reasoning/rounds",
    "How many rounds are made until one gains nothing, on average?",
    between=(1, 5),
    unit="rounds",
)

# %%
figures.rounds()

# %%
print(figures.alike())
reveal("reasoning/rounds", figures.rounds_made())
claims.rounds.recorded()

# %% [markdown]
# It stops, and the table says why: from round to round fewer of the paths differ from each other. Once they all agree, the majority says what the greedy path says, and there is nothing left to choose. What *no* way remembers, nobody can teach it. A model that teaches itself gets better at saying what it knows; it does not get to know more.

# %% [markdown]
# ## Optional: a real model
#
# Thirty word problems of our own, of one to three steps, for `smollm2-135m-instruct`: at once, and with the phrase.

# %%
figures.real()

# %%
claims.real.recorded()

# %% [markdown]
# This is a real model, trained on real text, and still seventy times smaller than the ten billion below which Wei et al. saw mostly harm. Ours of three million parameters gain by steps because their world is so small: a step is one of a few hundred facts. It is not size as such that counts, but whether the model can do the step.
#
# With `gptedu get smollm2-135m-instruct` (93 MB) you can ask it yourself: `gptedu.load("smollm2-135m-instruct").generate("Question: …\nAnswer: Let's think step by step.")`.

# %% [markdown]
# ## Optional: the checker as the judge
#
# In chapter 4 the judge was a reward model, and the policy found out what it liked. Here a judge exists that cannot be flattered: whether the answer is right. It needs labels, which self-improvement did not; but these labels cost nothing, as a machine can check them. A reward is any function of texts, so chapter 4's PPO takes it as it is.

# %%
from gptedu.reasoning import verified
from gptedu.rlhf import PPOConfig, PPORun

tried = problems.mixed((3, 4, 5), 400, split="train", seed=2)
prompts = thinking(tried)
reward = verified(tried, prompts)  # 1 for a right answer, 0 for any other
print(reward([prompts[0] + " The answer is " + tried[0].answer, prompts[0] + " Hm."]).tolist())

# %%
how = PPOConfig(beta=0.02, answers=8, max_tokens=64)  # eight paths to each of eight problems
run = PPORun(lm, reward, prompts, how)
print("a new policy, not trained yet")

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
run.run(10)
for row in run.record[::3]:
    print(f"step {row['step']:>2}: {100 * row['reward']:.0f}% right, KL {row['kl']:.2f} a reply")

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
some = held_out[:100]
for name, model in (("before", lm), ("after", run.policy)):
    found = count_votes(sample_paths(model, thinking(some), 4, seed=3), some)
    greedy = ask(model, some, "phrase").accuracy
    said = f"one path {100 * found.one_path:.0f}%, greedy {100 * greedy:.0f}%"
    print(f"{name}: {said}, right by luck {100 * found.by_luck:.0f}% of the paths")

# %% [markdown]
# Ten steps are few. Watch which figure moves first: a path drawn at random. PPO makes likely what was right, and for that it need not learn a new fact, only which of its ways to trust.
#
# **Now you:** pay only where each *step* is right as well: `verified(tried, prompts, steps=True)`. Then take `temperature` … no: PPO draws at temperature 1, always. Why must it?
#
# <details><summary>What you should see</summary>With steps, fewer paths earn anything at first, so it learns more slowly; what it learns is not right by luck. PPO compares how likely a token is to the policy now and when it was drawn; drawn at another temperature, the second of these would be wrong.</details>

# %% [markdown]
# ## What came after
#
# - **Teach from right answers only.** STaR (Zelikman et al. 2022) keeps the paths that reach the *right* answer, and trains on them, round after round: your `gold` bar.
# - **Judge the steps.** Lightman et al. (2023) trained a reward model that judges each step, from people's marks, and it chose better among paths than one that judges answers.
# - **Reward what can be checked.** DeepSeek-R1 (2025) trained a large model by reinforcement with rules as the judge: is the answer right, and do the thoughts stand between their marks (Section 2.2)? The chains of thought grew long by themselves. OpenAI's o1 (2024) is described in the same direction, with few details.
# - **Is the written thought the real one?** A chain of thought that reads well need not be how the answer came about (Turpin et al. 2023). Chapter 7 comes back to this: steps about a picture that the model has not seen.

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **Its steps are of its own.** Ours writes in four ways that it has read. A large one puts together what it has read in a thousand places.
# - **Its problems are open.** We know all our answers to be numbers from 0 to 16. Answers in words of one's own cannot be counted so easily, and somebody must say when two are the same.
# - **Its mistakes are not planted.** We made ways that fail independently, so that voting helps. Whether the mistakes of a large model are independent, nobody decides beforehand: measure it, against the greedy path.
#
# ## Summary
#
# - One token is one pass through the network. Steps give a problem as many passes as it needs, if what they say is written down.
# - Steps multiply mistakes, so they help a model that can do a step, and not one that cannot.
# - A vote over paths collects what ways of working know apart. Where all work in one way, it brings nothing that the greedy path does not have.
# - Agreement is a confidence that needs no label. So a model can choose its own textbook, and learn from it, until its paths all agree.
# - Controls make the difference: dots, a wrong phrase, one way, random labels. Each of them could have worked, and then our story would have been another one.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Wei et al. 2022, *Chain-of-Thought Prompting Elicits Reasoning in Large Language Models*. Section 3.3 has the controls.
# - Kojima et al. 2022, *Large Language Models are Zero-Shot Reasoners*. Table 4: which sentences work.
# - Wang et al. 2022, *Self-Consistency Improves Chain of Thought Reasoning in Language Models*. Figure 2: more paths; Figure 5: how sure.
# - Huang et al. 2022, *Large Language Models Can Self-Improve*.
# - Zelikman et al. 2022, *STaR: Bootstrapping Reasoning With Reasoning*.
# - Rote 2002, *Crossing the Bridge at Night*: when which plan is best, proved.
# - DeepSeek-AI 2025, *DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning*.
#
# **Next:** chapter 06. All of this came with size. How much would how much larger bring? That can be predicted.
