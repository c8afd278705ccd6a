# %% [markdown]
# # 05 · Reasoning: chain of thought and self-improvement
#
# **You will be able to** have a model write down its steps, and say when that helps; check a solution step by step; let many solutions vote, and say when a vote helps; tell from a vote how far to trust it; and let a model teach itself from its own votes, without one right answer from you.
#
# **It takes** two sittings of about 110 and 130 minutes. You can begin the second without running the first. The optional sections take another 40 minutes; nothing else needs them.
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
# | | The bridge at night | 30 | core |
# | | The first sitting in four lines | 5 | core |
# | **2. Many paths** | Sixteen paths | 25 | core |
# | | What a vote scores | 15 | core |
# | | Four memories | 5 | core |
# | | All in one way | 20 | core |
# | | How sure? · Right by luck | 15 | core |
# | | Your own majority as a teacher | 25 | core |
# | | Controls: other labels | 10 | core |
# | | Until it stops | 5 | core |
# | | A real model | 10 | optional |
# | | The checker as the judge | 25 | optional |
# | | What came after · Paper against ours · Summary | 10 | core |
#
# **What came before.** A model writes one token after the other. Until now its answer was the first thing that it wrote.
#
# **The papers**: Wei et al. 2022, *Chain-of-Thought Prompting Elicits Reasoning in Large Language Models*; Kojima et al. 2022, *Large Language Models are Zero-Shot Reasoners*; Wang et al. 2022, *Self-Consistency Improves Chain of Thought Reasoning in Language Models*; Huang et al. 2022, *Large Language Models Can Self-Improve*.

# %% [markdown]
# # First sitting: steps
#
# ## The idea
#
# Between reading a question and writing a token, a GPT goes through its blocks once. However hard the question is, it can do no more work for one token. How many steps of a sum fit into one pass? We will measure it: not many.
#
# But a model can write, and it reads what it has written:
#
# ```text
#  at once      question ─────────────────────────────► answer
#
#  with steps   question ──► step ──► step ──► step ──► answer
#                              │        ▲│       ▲
#                              └────────┘└───────┘
#                              each is read by the next
# ```
#
# Each step is one small thing to do, and what is written is the memory. This is **chain of thought** (Wei et al. 2022): show the model examples whose answers are *worked out*, and it works out its own answer, too. Nothing is trained.

# %%
import re

import gptedu
from gptedu.chapters.reasoning import claims, exercises, figures
from gptedu.course import predict, reveal
from gptedu.reasoning import ask, bridge, check, problems, prompt, worked_examples

large = gptedu.load("mini-l-v2")
shown = worked_examples()  # problems with solutions, for prompts

# %% [markdown]
# `predict` asks for your guess and `reveal` shows the result, `exercises` has the exercises, and `claims` what we measured of the paper's results. `problems` draws problems, `prompt` makes a prompt of one, `ask` lets a model answer, and `check` looks at each step of what it wrote. `figures` draws and prints results. Most of these are recorded, since measuring them takes too long.
#
# The `v2` in a model's name means that it has read our second web. This has what the first one had, and more problems that people work out step by step. Its family has four sizes, `mini-xs-v2` to `mini-l-v2`. This sitting asks the largest; the second asks `mini-m-v2`, since it writes thousands of paths, and a smaller model is faster.

# %% [markdown]
# ## A sum of six steps
#
# On our web, people ask each other little sums. Here is one that is on no page:

# %%
problem = problems.draw("sums", 6, 3, seed=5)[1]
print(problem.told)
print("right:", problem.answer)

# %% [markdown]
# We ask in two **manners**: here this word means a way of asking. Each has one example before the question (one-shot, as in chapter 3). In the first, *direct*, the example has just an answer. In the second, *worked*, its answer is worked out. For a direct answer, the model may only choose among the numbers from 0 to 16, and we take the likeliest. Otherwise it might begin to write steps.

# %%
for manner in ("direct", "worked"):
    print(prompt(problem, manner, shown[:1]))
    print("- - -")

# %% [markdown]
# All answers to such sums lie between 0 and 16. So a guess is right about 6% of the time. What does the model do?

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
# One problem says little. Recorded for three random sets, with 200 problems of each length:

# %%
reveal("reasoning/at-once", figures.of_long_sums("direct"))
print(f"the same sums with steps: {figures.of_long_sums('worked'):.1f}%")

# %% [markdown]
# **Now you:** take the other two problems (`[0]` and `[2]` instead of `[1]`), and problems of two steps: `problems.draw("sums", 2, 3)[0]`.
#
# <details><summary>What you should see</summary>The worked answers have one step for each thing that happens, or a few more. They look different: people of this world work out their sums in more than one way. Not every answer is right; one wrong step is enough.</details>

# %% [markdown]
# ## What does it say?
#
# A whole worked solution, from its first step to its answer, is called a **path**. It is a text. To score it, we must find the answer in it. Finding numbers is easy:

# %%
print(re.findall(r"-?\d+", "7 and 5 is 12. 12-3 is 9. The answer is 9"))

# %% [markdown]
# But which of them is the answer? And the −3 is the minus sign of `12-3`, read as part of a number. Scores of real models have been wrong for such small reasons: a full stop after the number, a `$` before it, another number after the answer.

# %% [markdown]
# ### Exercise 1

# %%
exercises.answer.show()


# %%
def answer(text):
    """The number after the last "The answer is", as an int; None where there is none."""
    raise NotImplementedError("your turn")


answer = exercises.answer.use(answer)

# %%
for text in ("9 less 2 is 7. The answer is 7", "The answer is $1,000.", "9 less 2 is 7."):
    print(answer(text), "<-", text)

# %% [markdown]
# The third one says 7 in its last step, but it does not say that this is its answer. Such a path is *unreadable*, and has no vote. (An answer *at once*, such as “7”, is read as it is.)

# %% [markdown]
# ## Which step is wrong?
#
# Steps have a second use: we can see where a solution goes wrong. `check` reads each step, and compares it with the story and with the step before. Here are three solutions of a small problem that we typed in. Check them by eye first:

# %%
tom = problems.typed("Tom has 7 coins. He gets 5 more. He loses 3. How many are left?")
for text in (
    "7 and 5 is 12. 12 less 3 is 9. The answer is 9",
    "7 and 5 is 13. 13 less 3 is 10. The answer is 10",
    "7 and 5 is 13. 13 less 3 is 9. The answer is 9",
):
    print(figures.checked_lines(tom, text), end="\n\n")

# %% [markdown]
# Look at the second one: 13 less 3 *is* 10. A step is judged by what stands before it. So a right step after a wrong one is not a second mistake. The third one has two mistakes, and one undoes the other. Its answer is right **by luck**. We will count such paths. (✗ marks a wrong step; after the arrow stands its first mistake.)

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
for results in ([12, 9], [13, 10], [13, 9]):  # the three solutions above
    print(results, "first wrong step:", first_wrong(7, [5, -3], results))

# %% [markdown]
# And where does a model go wrong, if it does? Here is its solution of the sum of six steps. Before you read the last line: did it come to its answer by right steps, or by luck? (A **way** is how somebody works out a sum, from left to right for example. The second sitting looks at ways.)

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
print(problem.told, end="\n\n")
print(figures.checked_lines(problem, ask(large, [problem], "worked", shown).texts[0]))

# %% [markdown]
# ## The longer, the harder
#
# How do both manners do as sums get longer? Recorded, three random sets for each length, the largest model:

# %%
figures.by_steps()

# %%
claims.emerges.recorded()
claims.steps.recorded()

# %% [markdown]
# Look at the right end first. Sums of six steps that are answered at once are right in about 11%, not far from guesses: all their steps would have to be done before the first token of the answer. Worked answers are far ahead, since each of their steps is one small fact.
#
# What has the model practised? Its web has sums answered at once of up to four steps, and worked sums of up to six. All sums of one step are on some page of it; of the longer ones, the problems here are on none.
#
# The second claim above says how much more direct answers lose than worked ones, from one step to four. Direct answers fall from 89% to 26%, and lose 63 points. Worked ones fall from 89% to 66%, and lose 23.
#
# Worked answers get worse with more steps, too. If a step is right with probability $p$, independently of the others, then $n$ steps are all right with probability $p^n$. That falls fast: 89% for one step would be 50% for six; we measured 51%. (Here the last line, “The answer is …”, is taken to be always right.)

# %% [markdown]
# ## Small models write steps, too
#
# What if $p$ is small? We ask `mini-xs-v2`, the smallest of the family, in the same way:

# %%
small = gptedu.load("mini-xs-v2")
predict(
    "reasoning/small",
    "What do steps do for the smallest model, on sums of four to six steps?",
    options=("they help", "hardly any difference", "they harm"),
)

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
print(problem.told, end="\n\n")
print(figures.checked_lines(problem, ask(small, [problem], "worked", shown).texts[0]))

# %% [markdown]
# It knows some words with which such answers begin and end, and no step of this sum. We count how many steps are right, on forty sums of four steps. With the last line, “The answer is …”, that makes five things that have to be right, so we compare the answers with $p^5$:

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
forty = problems.draw("sums", 4, 40)
for lm in (small, large):
    found = ask(lm, forty, "worked", shown)
    share = figures.steps_right(forty, found.texts)
    said = f"{100 * share:.0f}% of the steps right; to the power of five: {100 * share**5:.0f}%"
    print(f"{lm.name}: {said}; answers right: {100 * found.accuracy:.0f}%")

# %% [markdown]
# (The power is only a rough law: it holds for independent steps.) And all four sizes, recorded:

# %%
figures.by_size()

# %%
reveal("reasoning/small", figures.of_smallest())
claims.smallest.recorded()

# %% [markdown]
# Steps help only a model that can do a step. Wei et al. (2022) found that steps harm most models below ten billion parameters (Appendix A.1), and that they help much near a hundred billion (Section 3.2). Our sums are much easier than theirs, so the gain comes at a much smaller size. But there, too, it comes with size.
#
# **Now you:** in the cell before the picture, take `mini-s-v2` and `mini-m-v2` as well (`gptedu.load("mini-s-v2")`).
#
# <details><summary>What you should see</summary>The larger the model, the more of its steps are right. The share of right answers follows roughly as the power does: hardly at first, then fast.</details>

# %% [markdown]
# ## Optional: other problems
#
# Other problems have steps as well. On our web, people also tell who swaps what with whom, who is how much older than whom, and what is moved on a shelf.

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
for kind in ("exchanges", "ages", "shelves"):
    some, own = problems.draw(kind, 3, 20), worked_examples(kind)
    print(f"{kind}: {some[0].told}")
    for manner in ("direct", "worked"):
        found = ask(large, some, manner, own, room=72)  # tokens to answer
        print(f"   {manner:>6}: {100 * found.accuracy:5.1f}% right;{found.texts[0]}")

# %% [markdown]
# The steps write down a *state*: who has the thing by now, how old each one is, what stands on the shelf. Do they help here? (A guess among three people is right in 33%.) Where the two figures are close, look for the first wrong step. Our web has fewer of these problems than of sums, and one step of them is harder. And a model that cannot do the step gains nothing by writing it.

# %% [markdown]
# ## Five words
#
# Somebody has to write the examples. Kojima et al. (2022) found that one sentence can replace them: after “A:” they wrote *Let's think step by step.*, and the model (text-davinci-002, of the GPT-3 family) went on with steps. On MultiArith, a set of word problems, it rose from 17.7% to 78.7% (Table 1).
#
# On our web, people who write this sentence go on with steps. We ask in three more manners, all without an example: the *bare* question; the *phrase*; and, as a control, a sentence about the weather in its place:

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
for manner in ("bare", "phrase", "wrong phrase"):
    print(f"{prompt(problem, manner)}{ask(large, [problem], manner).texts[0]}\n")

# %% [markdown]
# On our web such a question is answered sometimes at once and sometimes with steps. To the bare question, then, the model may do either; it may even begin with the phrase itself. That is why it does not measure direct answers. As in the paper, we compare the phrase with a *direct* answer.

# %%
predict(
    "reasoning/phrase",
    "Sums of three to five steps, and the phrase alone. How many answers of our largest model are right?",
    between=(0, 100),
    unit="percent",
)

# %%
figures.manners("direct", "worked", "phrase", "wrong phrase")

# %%
reveal("reasoning/phrase", figures.of_manner("phrase"))
claims.zero_shot.recorded()
claims.wrong_phrase.recorded()

# %% [markdown]
# Here the phrase alone does as much as a worked example. In the paper the sentence itself mattered: other sentences that ask for steps did well, sentences about something else did not (Table 4).
#
# Our own control says less than theirs. No page of our web has a sentence about the weather in this place. Read above what the model writes after it. It may even write steps, but of some other sum: an unknown sentence can make a small model forget the question.
#
# **Now you:** write other phrases after *Answer:*, in both models, or none.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

models = {"mini-xs-v2": small, "mini-l-v2": large}
PromptLab(models, prompt(problem, "phrase"), [], k=0, stop="\n", max_tokens=80)

# %% [markdown]
# <details><summary>What you should see</summary>The large model works out the sum after our phrase, and often without it. After other words the two differ: the large one mostly comes back to the question. The small one writes words of such answers after almost anything, and nothing that belongs to the story.</details>

# %% [markdown]
# ## Is it the steps?
#
# Perhaps it is not what the steps *say* that helps. Each token of a step is another pass through the blocks, so with steps the model also computes more. Or perhaps an example with steps only reminds it of facts. Wei et al. tested both (Section 3.3, Figure 5):
#
# - **Dots** instead of the steps: here five for each step, in the paper as many as the equation has characters. The model computes as much, and writes nothing down.
# - **Steps after the answer**: the same words, but too late for it.

# %%
for manner in ("dots", "after"):
    print(prompt(problem, manner, shown[:1]))
    print("- - -")

# %% [markdown]
# Both prompts end where the answer begins. We write “The answer is” for the model, and take the likeliest number, as for a direct answer. So that the comparison is fair, an answer at once is asked for in this form as well: *at once, begun* in the picture.

# %%
predict(
    "reasoning/dots",
    "What do dots bring, compared with an answer at once?",
    options=("as much as steps", "a part of it", "nothing", "they harm"),
)

# %%
figures.manners("direct", "begun", "worked", "dots", "after")

# %%
reveal("reasoning/dots", figures.of_dots())
claims.controls.recorded()

# %% [markdown]
# Compare the dots, and the steps after the answer, with *at once, begun*. Neither helps, as in the paper (there 6.4% and 6.1% of GSM8K, a set of school word problems, against 6.5% at once and 14.3% with steps, by LaMDA 137B; Table 6). So there is no sign that more passes alone help, or the reminder. What helps is that a step is *written down before* it is needed: what was worked out can be read again.
#
# (Our test is weaker than the paper's. No page of our web looks like these prompts, so even *at once, begun* is hardly better than a guess, and after dots the model is lost: it does worse than guesses. Only the paper's model shows that dots leave an answer as good as before.)

# %% [markdown]
# ## The bridge at night
#
# Here is a puzzle for which an answer that sounds good is often impossible. You check it as we checked sums: step by step. Four people come to a bridge at night. They need 1, 2, 5 and 10 minutes to cross it. The bridge carries at most two people, and two go at the speed of the slower one. They have one lamp, and nobody crosses without it.

# %%
predict(
    "reasoning/bridge",
    "What is the shortest time in which all four can cross?",
    between=(10, 30),
    unit="minutes",
)

# %% [markdown]
# Most people's first thought: the fastest one brings the lamp back each time. Move the slider:

# %%
figures.crossing([(1, 10), (1,), (1, 5), (1,), (1, 2)], title="The fastest one brings it back")

# %% [markdown]
# Nineteen minutes. Can it be done faster? There are few states: who is on which side, and where the lamp is. `fastest` goes through all of them, the earliest first (Dijkstra's search, 1959). So nothing is faster than what it finds:

# %%
plans = bridge.fastest()
print(figures.plan())

reveal("reasoning/bridge", sum(trip.minutes for trip in plans[0]))

# %%
figures.crossing([trip.people for trip in plans[0]], title="The fastest plan")

# %% [markdown]
# The two slow ones go *together*, and neither has to come back. For that, somebody fast must wait on the other side.
#
# Now you are the checker. Many answers to this puzzle forget the lamp.

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
# ### Exercise 4
#
# Here are two written answers, to be checked by eye.

# %%
exercises.verdict.show()

# %%
verdict = {"A": ..., "B": ...}  # your turn: the first trip that cannot be made, from 1, or None
verdict = exercises.verdict.use(verdict)

# %%
for name, text in exercises.written_answers.items():
    print(f"{name}: {text}   Yours: {verdict[name]}")
    print(figures.checked_crossing(text), end="\n\n")

# %% [markdown]
# The first answer reads well, but after its first trip the lamp is on the other side: nobody has brought it back. The second answer does not say who goes. Even so it can be checked: there *is* a choice of people for which each trip takes as long as it says, and all are over at the end.
#
# And what does a real model write? `smollm2-135m-instruct` has 135 million parameters, about forty times as many as our largest one. Its recorded answer, and below it what the checker says:

# %%
print(figures.bridge_of_real(), end="\n\n")
print(figures.checked_crossing(figures.bridge_of_real()))

# %% [markdown]
# It makes no plan. It names one person after another, up to a thirteenth, and nobody brings the lamp back.
#
# **Now you:** change the minutes: `print(figures.plan((1, 4, 5, 10)))`. For which minutes is it best that the fastest one goes each time?
#
# <details><summary>What you should see</summary>With 1, 4, 5 and 10 the first thought is best: 21 minutes. If the slow ones go together, the one who needs 4 minutes goes three times, and it takes 23. The first thought is best where the fastest and the third together need less than twice the second.</details>
#
# ### The first sitting in four lines
#
# - A token is one pass through the blocks. Steps that are written down can be read again, so a long problem becomes several short ones.
# - This needs a model that can do a step. All steps have to be right, so the gain comes with size.
# - What the steps say is what helps: in the paper, dots leave the answer as it was, and steps after the answer come too late. Ours did not help either.
# - If you check steps, you see more than if you check only answers: where a path goes wrong, and what is right by luck.

# %%
exercises.halfway.show()

# %% [markdown]
# # Second sitting: many paths
#
# You need not run the first sitting again. What you need to know from it:
#
# - A **problem** here is a sum, told as a little story; its answer is a number from 0 to 16. After “Let's think step by step.” a model writes steps and then “The answer is …”. Such a solution is a **path**; without these last words it is *unreadable*.
# - `check` looks at each step, and judges it by what stands before it. A path with a right answer and a wrong step is right *by luck*.
# - The **greedy** path takes the likeliest token each time (temperature 0 of chapter 2).

# %%
import random
from collections import Counter
from math import comb
from statistics import fmean

import gptedu
from gptedu.chapters.reasoning import claims, exercises, figures
from gptedu.course import claims_table, predict, reveal
from gptedu.reasoning import as_bytes, ask, check, count_votes, planted, problems
from gptedu.reasoning import right_answers, sample_paths, thinking, training_file, worked_examples
from gptedu.world.problems import ways

lm = gptedu.load("mini-m-v2")

# %% [markdown]
# ## Sixteen paths
#
# At a temperature above 0, a model writes another path each time. Wang et al. (2022) draw many of them, forget the steps, and take the answer that most paths give. They call this vote **self-consistency**. The idea: right paths may differ, but all come to the same answer. Wrong ones come to many.

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
asked = problems.mixed((3, 4, 5), 100)  # sums of three to five steps
drawn = sample_paths(lm, thinking(asked), 16, temperature=0.7)  # with the phrase; 1,600 paths

print(asked[41].told)
for text in drawn.texts[41][:6]:
    print("  ", text)
print(Counter(drawn.answers()[41]).most_common(), "right:", asked[41].answer)

# %% [markdown]
# The last line counts what all sixteen answer. The paths look different, and not only by chance. The people of our world work out a sum in one of four **ways**, and the model has read them all:
#
# - *running*: from left to right.
# - *tens*: the same with the ten in between, “7 plus 5: 3 to the ten and 2 over, 12”.
# - *back*: from the end. “Backwards: down 3. Before that up 5: up 2. So 7, up 2: 9.” The last thing was −3 and the one before +5, together +2; and 7 and 2 is 9.
# - *apart*: first all that comes in, then all that goes out, then both.
#
# Here is a sum in all four. One of them is wrong. Which, and where? (The answer stands below the widget.)

# %%
one = asked[11]
print(one.told)
for way in ways.WAYS:
    print(f"\n{way.name}: {ways.wordings(way, one.made)[0]}")

# %% [markdown]
# Below, paths with the same answer stand together, and shape and colour say in which way a path is worked. Uncover the right answer, and wrong steps are marked, too. Move the slider *paths that vote* to 1, and then to the right: watch the vote. The tab *As a tree* shows where paths part. The tab *Sure and right* belongs to a later section.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.widgets import VoteExplorer

VoteExplorer(asked, drawn, lm=lm)

# %% [markdown]
# **Now you:** (1) Let one path vote, then two, three, … When does the vote stop changing? Uncover the right answer only then. (2) Find a problem in which the first path is wrong and the vote is right. (3) Find one in which the vote is wrong. Do its paths go wrong at the same step? (4) Type a problem of your own.
#
# <details><summary>What you should see</summary>(The wrong way above is *back*, in its last step: 8, down 1, is 7 and not 9.) (1) Often with the first few paths; in some problems the last ones decide. (2) and (3) There are several of both. Sometimes two ways of working come to the same wrong number, and sometimes the right answer just has too few paths. (4) It must be a sum with small numbers, told in plain words: “Mia has 6 pens. She finds 5. She loses 2.”</details>
#
# Is the vote better than the greedy path? It costs sixteen times as much.

# %%
predict(
    "reasoning/vote",
    "By how many points is a vote of 16 ahead of the greedy path?",
    between=(-20, 30),
    unit="points",
)

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
greedy = ask(lm, asked, "phrase")
voted = count_votes(drawn, asked)
figures.votes_of(voted, greedy.accuracy, title="Your hundred problems")

# %%
figures.votes("vote")

# %%
reveal("reasoning/vote", figures.vote_gain())
claims.vote.recorded()
claims.more_paths.recorded()

# %% [markdown]
# The first picture is yours: one hundred problems, so chance alone moves each result by four or five percentage points. The second one is recorded, three random sets of 200. One path drawn at random is no better than the greedy one. With more paths, the vote goes past both.
#
# So always compare a vote with the greedy path. A vote that is only ahead of a random path may have gained nothing.

# %% [markdown]
# ## What a vote scores
#
# Some paths are unreadable, and sometimes two answers have equally many votes. How should these count? Here is a fair rule.

# %% [markdown]
# ### Exercise 5

# %%
exercises.score.show()


# %%
def score(answers, right):
    """1 where `right` wins, 1/m where it ties with others and m win, else 0; None has no vote."""
    raise NotImplementedError("your turn")


score = exercises.score.use(score)

# %% [markdown]
# Your function counts the paths that you have drawn:

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
answers = drawn.answers()  # [problems][paths]
for many in (1, 2, 4, 8, 16):
    mine = fmean(score(own[:many], each.answer) for own, each in zip(answers, asked))
    print(f"{many:>2} paths: yours {100 * mine:.1f}%, the package's {100 * voted.votes[many]:.1f}%")

# %% [markdown]
# Two paths are on average no better than one. If they agree, the vote says what one path says. If not, it is a tie, and counts half. The gain begins with the third.

# %% [markdown]
# ## Four memories
#
# Why does the vote know more than the greedy path? Remember the sum in four ways, one of them wrong. This mistake is no accident. Each way remembers about one *fact* (one small sum, such as 7 + 5) in eight wrongly, by one or by two, and always the same facts. Such a fact is a **gap** of the way. Everybody who works in this way makes this mistake every time. But the other ways have their gaps at other facts:

# %%
figures.gaps(asked[::3])

# %% [markdown]
# Read down the columns: where one way is wrong, another one is right. The vote in the last row is over paths of all four. So we can compute how much such a world knows. Suppose that a model had learned the four ways exactly, with their gaps, and chose each about equally often, as people do:

# %%
known = planted.scores([each.made for each in asked])
for who, share in known.items():
    print(f"{who:>10}: {100 * share:.1f}%")

# %% [markdown]
# The vote of 16 is right more often than the best of the ways. *Nobody in this world knows that much.* The knowledge is there, spread over ways that disagree, and the vote collects it.
#
# Can the greedy path do that? We count in which way the random paths and the greedy paths are worked, and how many of these are right:

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
print(figures.ways_of(asked, random=drawn.texts, greedy=[[text] for text in greedy.texts]))

# %% [markdown]
# The random paths use all four ways. A greedy path takes the likeliest token each time, and with its first two or three it has chosen a way, with the gaps of that way. It hears no second opinion. (In each way, the random paths are right less often than the way itself is. The model makes mistakes of its own as well.)
#
# ## All in one way
#
# Now we take the other ways away. A copy of `mini-m-v2` was fine-tuned on 2,000 sums that were all worked from left to right, with this way's gaps. Then sixteen paths each, as before.

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
# There is much to correct, and the vote corrects nothing. Why? Here is a sum whose vote was lost, step by step. Equal paths among the sixteen stand once, with their number. Below it we count over all lost votes: how many paths of a problem make the same first mistake?

# %%
print(figures.lost_vote(), end="\n\n")
print(figures.together())

# %% [markdown]
# All paths are worked in the same way, so all have the same gaps: they are wrong *together*, at the same step. With four ways, a vote is lost, too, where several ways come to the same wrong number; but far fewer paths share a mistake.
#
# Paths may also differ by **slips**: a step comes out wrong in one path and right in the next. Can a vote correct these? We simulate it. A path has four steps. Each step is right with a probability of 80%; otherwise it is off by one or two.

# %%
dice = random.Random(0)


def slips(steps=4, right=0.8):
    """How far from the right answer such a path ends."""
    return sum(0 if dice.random() < right else dice.choice((-2, -1, 1, 2)) for _ in range(steps))


for many in (1, 4, 16, 64):
    votes = [score([slips() for _ in range(many)], 0) for _ in range(500)]
    print(f"a vote of {many:>2}: {100 * fmean(votes):.1f}%")

# %% [markdown]
# The vote gets better and better. But what is the greedy path here? It takes the likeliest result at each step, and that is the right one each time: 100%. A vote finds what paths say *most often*. Where they differ only by slips, the greedy path says it already.
#
# So neither gaps that all paths share nor slips let a vote go past the greedy path. Four ways with gaps of their own do: on most problems some ways are wrong, and not always the same ones.

# %% [markdown]
# When does a vote make things worse? That can be computed. Suppose that there are only two answers, so that all wrong paths agree. Of three paths, exactly two are right with the probability $3 p^2 (1-p)$: there are three choices of which two. In general, exactly $r$ of $n$ paths are right with the probability $p^r (1-p)^{n-r}$, times the number of choices of $r$ among $n$. That number is `comb(n, r)`, and it can be large:

# %%
print(comb(3, 2), f"{comb(16, 8):,}")

# %% [markdown]
# ### Exercise 6

# %%
exercises.two_answers.show()


# %%
def two_answers(chance, paths):
    """How often a vote is right: each path is, with probability `chance`; all wrong ones agree."""
    raise NotImplementedError("your turn")


two_answers = exercises.two_answers.use(two_answers)

# %%
for chance in (0.6, 0.5, 0.4):
    said = "  ".join(f"{n}: {100 * two_answers(chance, n):.1f}%" for n in (1, 4, 16, 64))
    print(f"a path is right in {100 * chance:.0f}%; a vote of {said}")

# %% [markdown]
# Where all wrong paths say the *same*, a vote makes a good model better and a bad one worse: the border is one half. With sums a vote can help even below one half, since wrong answers spread over many numbers, and the right one needs only to be the most frequent. So two things decide whether voting helps: mistakes that are **independent**, and wrong answers that **spread**.

# %% [markdown]
# ## How sure?
#
# A vote gives an answer, and also how many paths agree on it. Are 15 of 16 worth more than 6 of 16? Nobody told the model which answers are right.

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
claims.monotone.recorded()
print(f"the copy that works in one way, just as sure: {figures.of_the_sure('one-way'):.1f}% right")

# %% [markdown]
# The more paths agree, the more often the vote is right (Wang et al. report the same in their Figure 5, Huang et al. in their Figure 2). The second bars show the share itself. If both were equal everywhere (80% of the paths agree, and 80% of these votes are right), the share would be **calibrated**: you could read it as a probability. (In chapter 3 the word meant something else: there, the answers to an empty question were taken off.) The tab *Sure and right* of the widget above shows the same for your paths.
#
# Here the votes are right more often than their share says: by about ten points below 80%, by five at the top. So the share is too modest, and still a good order.
#
# So a model knows something about its own mistakes. Why? Where its ways disagree, at least one of them must be wrong. The copy with one way has nothing to disagree with: it is sure, and still wrong where its gaps are.
#
# And so, if agreement tells right answers from wrong ones, could the answer that most paths agree on serve as a label, in the place of the right one?

# %% [markdown]
# ## Right by luck
#
# A vote ignores the steps. How many paths come to the right answer through a wrong step?

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
both = [(p, text) for p, own in zip(asked, drawn.texts) for text in own]
right = [(p, text) for p, text in both if check(p, text).right]
lucky = [(p, text) for p, text in right if check(p, text).by_luck]
print(f"of {len(both)} paths {len(right)} have a right answer, {len(lucky)} of these by luck")
for p, text in lucky[:1]:
    print(p.told, figures.checked_lines(p, text), sep="\n")

# %%
claims.by_luck.recorded()

# %% [markdown]
# Wei et al. read fifty right answers of one of their large models, LaMDA 137B: two of them were right by luck (Section 3.2). With only seventeen possible answers, luck is easier here. A reward for answers alone pays for these paths, too.

# %% [markdown]
# ## Your own majority as a teacher
#
# Huang et al. (2022) closed the loop:
#
# ```text
#  questions, no answers ──► many paths each ──► the majority
#        ▲                                            │
#        │                                            ▼
#  a better model ◄──── training ◄──── paths that agree with it
# ```
#
# Nobody tells the model the answers of its problems. (It has read worked sums on its web, and the prompts with an example show one, as in the paper. A few of the problems that it learns from may be among those sums, worked with their writers' mistakes. The problems on which it is measured are on no page.) It should learn what the vote knows and the greedy path does not.
#
# ### Who can teach itself?
#
# `mini-m-v2` has learned from people who make the same mistakes every time. So it is *certain* of its mistakes. Then what could the majority teach it? The paths that the majority keeps come mostly from other ways. Hardly any of them shows the right fact in the way that has the gap. And which way is the right one changes from sum to sum, so the model cannot simply change to another way.
#
# In real text, people who work in the same way disagree, too, and a model is often in doubt. So we take `mini-m-unsure`. It is `mini-m-v2` after 2,000 more sums, by people who are less sure of themselves: each gap is remembered wrongly on three of five pages, and rightly on the two others. We look at paths that go from left to right. How often do they come to a gap of this way, and how often is that step right? We look at 16 paths for each of 100 problems (certain), and at 8 for each of 300 (unsure):

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
unsure = gptedu.load("mini-m-unsure")
textbook = problems.mixed((3, 4, 5), 300, split="train", seed=1)  # to learn from
paths = sample_paths(unsure, thinking(textbook), 8, seed=1)

print("certain:", figures.at_gaps(drawn.texts))
print("unsure: ", figures.at_gaps(paths.texts))

# %% [markdown]
# The unsure model writes the wrong fact more often than the right one, and its greedy path takes what is likelier. But the right fact is among its paths: the model *half knows* it. Where it is written, and the other steps are right as well, the answer is right and agrees with those of other ways. So the majority can find it.
#
# You have drawn eight paths for each of three hundred problems. Now a function has to choose which of them are learned. It gets the right answer as well: as a temptation. Below stands a test that finds out whether a function used it.

# %% [markdown]
# ### Exercise 7

# %%
exercises.kept.show()


# %%
def kept(answers, right):
    """The places of the paths that the model is trained on: those of the majority."""
    raise NotImplementedError("your turn")


kept = exercises.kept.use(kept)

# %% [markdown]
# *Your* function chooses the labels of the textbook:

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
def own_labels(textbook):
    """What the kept paths of each problem answer; None where none is kept."""
    pairs = zip(paths.answers(), textbook)
    chosen = [(own, kept(own, each.answer)) for own, each in pairs]
    return [own[places[0]] if places else None for own, places in chosen]


labels = own_labels(textbook)
right = fmean(label == each.answer for label, each in zip(labels, textbook))
print(f"{100 * right:.0f}% of its own labels are right; which ones, the model is never told")

# %% [markdown]
# Such a label is the model's own: the answer of its majority. Some are wrong, and the model will learn these, too. The hope is that right labels support each other, as they use the same facts, and wrong ones do not.
#
# The paper writes each path in four **formats**, mixed: with steps, after a worked example or the phrase; and as a plain answer, after a plain example or nothing. Trained in one format alone, a model might learn the format and not the reasoning (Section 3.2). Here is a row of each; what is learned stands in brackets:

# %% tags=["nbval-ignore-output", "why: paths drawn at random differ on another processor"]
rows = training_file(textbook, paths, labels, most=8, examples=worked_examples())
print(figures.one_of_each(rows))
print(len(rows), "rows")

# %% [markdown]
# Is it true that no right answer was used? There is a strict test: shuffle the right answers among the problems, and make the file again. If one byte changes, they were used. We test your function, and one that cheats:

# %%
from dataclasses import replace

shuffled = random.Random(1).sample([each.answer for each in textbook], len(textbook))
other = [replace(each, answer=wrong) for each, wrong in zip(textbook, shuffled)]

# %%
def unchanged(labels_of):
    """Whether the file stays the same, to the last byte, with the right answers shuffled."""
    files = [
        training_file(some, paths, labels_of(some), most=8, examples=worked_examples())
        for some in (textbook, other)
    ]
    return as_bytes(files[0]) == as_bytes(files[1])


print("your labels:", unchanged(own_labels))
print("right answers as labels:", unchanged(right_answers))

# %%
predict(
    "reasoning/lmsi",
    "It reads this file once. By how many points do its greedy answers to new problems get better?",
    between=(-20, 30),
    unit="points",
)

# %% tags=["nbval-ignore-output", "why: what is learned differs on another processor"]
from gptedu.rlhf.sft.train import SFT, supervise

held_out = problems.mixed((3, 4, 5), 300, seed=9)  # no sum of these is in the textbook
learner = gptedu.load("mini-m-unsure")
supervise(learner, rows, SFT(epochs=1, learning_rate=3e-4, warmup=0.1))

before, after = (ask(each, held_out, "phrase").accuracy for each in (unsure, learner))
print(f"greedy, {len(held_out)} new problems: {100 * before:.1f}% before, {100 * after:.1f}% after")
reveal("reasoning/lmsi", 100 * (after - before))

# %% [markdown]
# With three hundred problems, chance moves such a change by about three points, up or down. And your round was a small one. Recorded: 600 problems with 16 paths each, three runs. (These runs also mix in some pages of the web, as in chapter 4, so that the model forgets less. The votes in the picture are of 8 paths.)

# %%
figures.improvement("base", "majority")

# %%
claims.gain.recorded()
claims.longer.recorded()

# %% [markdown]
# These are problems that the model has never seen, and no right answer was used. The second of the two lines is about sums that are longer than all those that it learned from. Look at the three bars of each group, too. Before, the vote was far ahead of the greedy path. How far is it afterwards? What the greedy path gains is what it learned from the vote. The vote itself gains little: it is where the labels come from.
#
# Now the same round with `mini-m-v2`, the model that is *certain* of its mistakes:

# %%
figures.improvement("base", "majority", record="certain")

# %%
print(figures.labels("certain"))
claims.certain.recorded()

# %% [markdown]
# Its vote is 13 points ahead of its greedy path, and it learns 3.7 of them, about a quarter. The vote of the unsure model was 7.8 points ahead, and it learned 6.5, most of them. And the certain model's vote got *worse*. (The claim says “not reached”, since each of the three runs would have to stay below the bar. We tried eight other settings for this model, on the problems of another split, to find one that gains more; none gained two points there. The table at the end names them.) At a gap, hardly any path of that way has the right fact, and which other way to take changes from sum to sum. **What a model half knows, it can teach itself; what it is sure of, it changes little.**
#
# Huang et al. report 56.5% before and 73.5% after for one path of a model of 540 billion parameters on GSM8K (Table 3).

# %% [markdown]
# ## Controls: other labels
#
# Is it really the majority that teaches? Perhaps any training on sums helps. So the same round was made with other labels: the answer of a path drawn at random; the answer of the greedy path; and the right answers, as the ceiling. And once more with the majority, in one format.

# %%
predict(
    "reasoning/random",
    "The label of each problem is the answer of one random path. What does the model gain?",
    options=("as much as the majority's", "less than the majority's", "nothing"),
)

# %%
figures.improvement()

# %%
print(figures.labels())
reveal("reasoning/random", figures.of_random())

# %%
claims.random_path.recorded()
claims.greedy.recorded()
claims.ceiling.recorded()
claims.formats.recorded()

# %% [markdown]
# The greedy path teaches the model what it says already. A random path's answer is often the majority's, and then more paths agree with it than with a rare one. So its file holds a weak vote. What the majority gains beyond these two comes from *choosing* among paths. The rest, up to the right answers, is what real labels would add.
#
# The four formats cost a little here; in the paper they brought 4.1 points (EMNLP version, Table 5). Our test asks in the same format as the one-format training uses, so that training practises exactly the test.

# %% [markdown]
# ## Until it stops
#
# If one round helps, why not make another? Each round draws new problems, and new paths from the model as it is now. Rounds go on until one gains less than half a percentage point, or five are made. That is decided on 400 other problems, not on those of the picture: otherwise we would stop where chance was kind.

# %%
predict(
    "reasoning/rounds",
    "How many rounds are made, on average, with the last one?",
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
# The first round brings most of it. The table helps to see why the others stop. *Distinct paths* are those of a problem that differ from each other. Their share falls round after round, and the labels get no better, or worse. The fewer distinct paths there are, the closer the majority is to the greedy path, and the less there is to choose. Look at the vote in the picture, too: after the last round it is no better than at the beginning. And a fact that *no* path of a way says cannot be learned in this way, as the certain model showed. A model that teaches itself gets better at saying what it half knows; it does not get to know more.
#
# **Now you:** the model after such rounds is called `mini-m-lmsi` (`gptedu train mini-m-lmsi` makes it again, in about ten minutes). Ask it the same new problems: `ask(gptedu.load("mini-m-lmsi"), held_out, "phrase").accuracy`.
#
# <details><summary>What you should see</summary>About 84%. It has learned from two rounds of 600 problems each; a third one gained nothing, and was dropped.</details>

# %% [markdown]
# ## Optional: a real model
#
# Thirty word problems of our own, of one to three steps, for `smollm2-135m-instruct`. It was asked in four manners: *at once* and *with steps* after four examples; and without any example, with “The answer is” begun, or with the phrase.

# %%
figures.real()

# %%
claims.real.recorded()

# %% [markdown]
# At once it has none of the thirty right, and with steps two. Without examples it has none either way. Two of thirty can be chance: at this size, steps bring next to nothing.
#
# This is a real model, trained on real text, and still seventy times smaller than the ten billion below which Wei et al. saw mostly harm. Our largest, with three million parameters, gains by steps because its world is so small: a step is one of a few hundred facts. What counts is whether a model can do the step.
#
# With `gptedu get smollm2-135m-instruct` (93 MB) you can ask it yourself: `gptedu.load("smollm2-135m-instruct").generate("Question: …\nAnswer: Let's think step by step.")`.

# %% [markdown]
# ## Optional: the checker as the judge
#
# In chapter 4 the judge was a reward model, and the policy found its weak places. Here is a judge without opinions: is the answer right? It needs right answers, which self-improvement did not. But a machine can compute these. A reward is any function of texts, so chapter 4's PPO takes it as it is. (`beta` is the price of moving away from the model as it was; the distance is the KL that is printed.)

# %%
from gptedu.reasoning import verified
from gptedu.rlhf import PPOConfig, PPORun

tried = problems.mixed((3, 4, 5), 400, split="train", seed=2)
prompts = thinking(tried)
reward = verified(tried, prompts)  # 1 for a right answer, 0 for any other
print(reward([prompts[0] + " The answer is " + tried[0].answer, prompts[0] + " Hm."]).tolist())

# %%
how = PPOConfig(beta=0.02, answers=8, max_tokens=64)  # eight paths to each of eight problems
run = PPORun(unsure, reward, prompts, how)

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
run.run(6)
for row in run.record[::2]:
    print(f"step {row['step']:>2}: {100 * row['reward']:.0f}% right, KL {row['kl']:.2f} a reply")

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
some = held_out[::5]
for name, model in (("before", unsure), ("after", run.policy)):
    found = count_votes(sample_paths(model, thinking(some), 4, seed=3), some)
    greedy = ask(model, some, "phrase").accuracy
    said = f"one path {100 * found.one_path:.0f}%, greedy {100 * greedy:.0f}%"
    print(f"{name}: {said}, right by luck {100 * found.by_luck:.0f}% of the paths")

# %% [markdown]
# Six steps are few, and sixty problems say little. Compare one random path with the greedy one. (While PPO learns, its paths are drawn at temperature 1; those of the last cell at 0.7, and so more of them are right.) PPO makes paths likelier that were right. For that it need not learn a new fact: it is enough to become surer of those that it half knows.
#
# **Now you:** pay only where each *step* is right as well: `verified(tried, prompts, steps=True)`. And a question: PPO draws its paths at temperature 1, always. Why must it?
#
# <details><summary>What you should see</summary>With steps, fewer paths earn anything at first, so it can learn more slowly; but it is not paid for luck. PPO compares how likely a token is now with how likely it was when it was drawn. Drawn at another temperature, the second of these would be wrong.</details>

# %% [markdown]
# ## What came after
#
# - **Teach from right answers only.** STaR (Zelikman et al. 2022) keeps the paths that reach the *right* answer, and trains on them, round after round: the bar *right answers* above.
# - **Judge the steps.** Lightman et al. (2023) trained a reward model that judges each step, from people's marks. It chose better among paths than one that judges answers.
# - **Reward what can be checked.** DeepSeek-R1 (2025) trained a large model by reinforcement learning with simple rules as the judge: is the answer right, and does the reasoning stand between the required tags (Section 2.2)? The chains of thought grew long by themselves. What OpenAI tells of o1 (2024) points the same way, with few details.
# - **Is the written thought the real one?** A chain of thought that reads well need not be how the answer came about (Turpin et al. 2023). Chapter 7 comes back to this: steps about a picture that the model has not seen.

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **Its steps are its own.** Ours writes in four ways that it has read. A large one combines what it has read in many places.
# - **Its problems are open.** All our answers are numbers from 0 to 16. Answers in free words are harder to count: somebody must say when two are the same.
# - **Its mistakes are not planted.** We made ways that fail independently, so that voting helps. Whether the mistakes of a large model are independent, nobody knows beforehand: measure it, against the greedy path.
#
# ## Summary
#
# - One token is one pass through the network. Steps give a problem as many passes as it needs, if what they say is written down.
# - All steps have to be right, so steps help a model that can do a step, and not one that cannot.
# - A vote over paths collects what several ways of working know. Where all work in one way, it brings nothing that the greedy path does not have.
# - Agreement is a confidence that needs no label. So a model can choose its own textbook, and learn from it what it half knows, until its paths agree so much that the vote adds little.
# - Controls test an explanation: steps after the answer, one way, random labels. Had one of them worked as well, the explanation would have been wrong.

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
