# %% [markdown]
# # 04 · InstructGPT: learning what people want
#
# **You will be able to** turn a model that continues text into one that replies: with demonstrations, with your own rankings, and with reinforcement learning. You will build the PPO step yourself, see the moment at which a better score stops being a better reply, and say what it costs.
#
# **It takes** two sittings of about 100 and 145 minutes. Each has its own start: you can begin the second one without running the first. A good place for a break in the second is before *Your policy*. The optional sections take another hour; nothing else needs them.
#
# **You need** chapter 02, and from chapter 00 the words token, logits, loss and training step. What is used of chapters 01 and 03 is said again here.
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **1. Show and compare** | The idea · Ask it for something | 10 | core |
# | | Whose requests? | 15 | optional |
# | | Step 1: show | 10 | core |
# | | How often should it read them? | 10 | optional |
# | | Step 2: compare | 30 | core |
# | | A number for a taste | 30 | core |
# | | What does the reward model see? | 20 | core |
# | **2. Try, and be scored** | Step 3: the model tries | 10 | core |
# | | Who gets the reward? · Better than expected? | 25 | core |
# | | How far has it gone? · Not too far at once · The value model learns, too | 35 | core |
# | | The step, put together · The whole objective | 10 | core |
# | | Your policy · Turn it off | 25 | core |
# | | Was that chance? | 5 | optional |
# | | What it costs | 10 | core |
# | | Does it know how sure it may be? | 5 | optional |
# | | Is it better? | 10 | core |
# | | A judge that sees the truth | 10 | core |
# | | Small against large | 10 | optional |
# | | Whose taste? | 15 | optional |
# | | Talk to it · Paper against ours · Summary | 10 | core |
#
# **What came before.** Every ability of chapters 1 to 3 came from predicting the next token. But to continue a page is not to do what somebody wants.
#
# **The paper**: Ouyang et al. 2022, *Training language models to follow instructions with human feedback*.

# %% [markdown]
# # First sitting: show and compare
#
# ## The idea
#
# ```text
#  1  show     prompt ──► a reply that a person wrote   SFT
#
#  2  compare  prompt ──► four replies, ranked          reward model
#                         2 > 1 = 4 > 3
#
#  3  try      prompt ──► its own reply ──► its score   PPO
#                              ▲                │
#                              └────────────────┘
# ```
#
# Step 1 is **supervised fine-tuning** (SFT): the model learns from replies that people wrote. Steps 2 and 3 together are **reinforcement learning from human feedback** (RLHF). People rank replies (above, reply 2 is the best, and 1 and 4 are equal). A second model, the **reward model**, learns their taste. Then the first model learns to please it.
#
# Some words, for the whole chapter. The number that a reward model gives is a **reward**; in step 3 we also call it the **score** of a reply. The **true score** is another thing: what the labeler really thinks. A reward model that is used to judge replies is called the **judge**.
#
# Why rank, if one can write? Ranking is easier than writing. And a ranking says something that no demonstration says: what is *worse*.

# %%
import torch

import gptedu
from gptedu.chapters.instructgpt import claims, exercises, figures, outcomes, probes
from gptedu.course import claims_table, predict, reveal, scale
from gptedu.world import requests

base = gptedu.load("mini-m")

# %% [markdown]
# `predict` asks for your guess, and `reveal` sets it beside the result. This chapter's own parts are `exercises`, `figures` (draws and prints results; most are recorded, since they take too long to measure while you wait), `claims` (our results, each beside the paper's; `claims_table` shows them all at the end), `outcomes` (which option of a guess came true) and `probes` (pairs of replies). `requests` makes what people ask for. `scale` gives the larger of two numbers where there is a GPU.

# %% [markdown]
# ## Ask it for something
#
# Somebody sends a short text and a request. What will `mini-m` write? It answered questions in chapter 2, and it followed your rule in chapter 3.

# %%
text = "The lamp is in the kitchen. Ella likes chess."
request = requests.question_about(text, "Where is the lamp?")
print(request.prompt)

# %%
predict(
    "instructgpt/base",
    "What does the base model write after “Reply:”?",
    options=("in the kitchen", "a question back", "something else altogether"),
)

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
how = {"max_tokens": 24, "stop": "\n"}
for seed in range(4):
    print("Reply:" + base.generate(request.prompt, temperature=1.0, seed=seed, **how))

# %% tags=["nbval-ignore-output", "why: the likeliest words may differ on another processor"]
said = base.generate(request.prompt, **how)
print("The likeliest reply:" + said)
reveal("instructgpt/base", outcomes.of_base(said))

# %% [markdown]
# On its web, “Reply:” stands in forums, and people there reply like this. The model does what it was trained for: it says what comes next on such a page. It *could* answer, if we ask in a form that it knows:

# %%
print(base.generate(f"{request.text}\nQuestion: Where is the lamp?\nAnswer:", stop="\n"))

# %% [markdown]
# So the model can do it. What is missing is the *intention*: to do what is asked, in words that a person would choose, and to say so when the text has no answer.

# %% [markdown]
# ## Optional: whose requests?
#
# Most of the paper's prompts came from its customers, and they were cleaned before anything learned from them. Here is our mail. There are four kinds of request: *answer* a question from the text, *rewrite* the text, *list* what is in it, and *unsaid*: a question that the text does not answer.

# %%
from gptedu.rlhf import personal_data, prepare
from gptedu.world import World

mail = list(requests.submissions(World(seed=0), 5_000))
private = [each for each in mail if personal_data(each.prompt)]
for each in mail[:3] + private[:2]:
    print(f"{each.user}: {each.text} | {each.request}")

# %% [markdown]
# ### Exercise 1

# %%
exercises.worth_learning.show()


# %%
def worth_learning(sent, cap, says_who):
    """Which of the (user, prompt) pairs to keep: nobody's data, nothing twice, `cap` a user."""
    raise NotImplementedError("your turn")


worth_learning = exercises.worth_learning.use(worth_learning)

# %%
kept = worth_learning([(each.user, each.prompt) for each in mail], 200, personal_data)
print(f"of {len(mail)} prompts {len(kept)} are kept")

for reason, count in prepare(mail).removed.items():
    print(f"taken out: {count:>4}  {reason}")

# %% [markdown]
# `prepare` does the same as your function, and then splits what is left **by user**. So whoever we test on has sent nothing that was learned from. All comparisons in this chapter are made on the prompts of such people.

# %% [markdown]
# ## Step 1: show
#
# A labeler wrote a reply to each prompt of a first group. (A **labeler** is somebody who writes and ranks replies. Ours is simulated; step 2 says how.) Four of these **demonstrations**:

# %%
from gptedu.rlhf import demonstrations, prompt_sets

prompts = prompt_sets()  # reads and cleans 40,000 requests: about ten seconds
for each in demonstrations(prompts.sft[:4]):
    print(f"{each.prompt}{each.answer}\n")

# %% [markdown]
# All are right. In style they differ, as people do.
#
# There are four kinds of request, about as many of each: *answer* a question from the text, *rewrite* the text, *list* what is in it, and *unsaid*, a question that the text does not answer. Each of the three steps learns from prompts of its own. What is tested comes from users whose prompts no step has seen.
#
# `mini-m-sft` is `mini-m` after it has read 10,000 demonstrations, each of them four times. The loss is the one of chapter 0: how surprised the model is by the next token, in nats. But only the tokens of the *reply* count: what people ask is given, and the model need not learn to write it. (It also read some of its old web at every step, so that it forgets less of it. The section *What it costs* shows what happens without.)

# %%
from gptedu.rlhf import validation_loss

sft = gptedu.load("mini-m-sft")
unseen = demonstrations(prompts.validation[:200], seed=1)
for lm in (base, sft):
    print(f"{lm.name:>10}: {validation_loss(lm, unseen):.2f} nats a token")

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
unsaid = request.prompt.replace("lamp?", "spoon?")
for prompt in (request.prompt, unsaid):
    for seed in range(4):
        print("Reply:" + sft.generate(prompt, temperature=1.0, max_tokens=28, seed=seed))
    print()

# %% [markdown]
# It replies now: above to the lamp, below to a spoon that the text does not have. Often it is right; not always, and not always in the way that one would like best.

# %% [markdown]
# ## Optional: how often should it read them?
#
# The paper read its demonstrations sixteen times. We did the same with 1,000 of ours, in three runs, and measured two things after each time (each *epoch*). One is the loss on demonstrations that were not learned from. The other is the **true score**: what the labeler really thinks of the model's replies.

# %%
predict(
    "instructgpt/epochs",
    "1,000 demonstrations, read 16 times. After how many of these epochs is the loss on held-out demonstrations lowest?",
    between=(1, 16),
    unit="epochs",
)

# %%
figures.epochs()

# %%
reveal("instructgpt/epochs", figures.lowest_loss()[0])
print(figures.after_lowest_loss())
claims.sft_epochs.recorded()
claims.sft_epochs_after.recorded()

# %% [markdown]
# The loss turns, and the replies still get better by the true score. The loss asks for *these very words*; a reader does not. So the paper chose its models by the reward model's score, not by the loss. Look at the line *reward*: our reward model would not always have told us to go on. It does not see what got better. Why not, this sitting will show.

# %% [markdown]
# ## Step 2: compare
#
# Four replies to one prompt, made up by us, and what a labeler thinks of them. This labeler is simulated. So we know what nobody can know of a person: what they *truly* want.

# %%
from gptedu.rlhf import Preference, qualities

true = Preference()
tries = (
    " Of course. The lamp is in the kitchen.",
    " The lamp is in the kitchen.",
    " The lamp is in the garden.",
    " Thank you for asking. Thank you for asking. Thank you for asking.",
)
for reply in tries:
    print(f"{reply}\n    {qualities(request, reply)}\n    true score {true(request, reply):.2f}")

# %% [markdown]
# - **Helpful**: 1 for a reply that does what was asked. Where the text has no answer, to say so is what helps.
# - **Honest**: −1 for a false statement, and for “the text does not say” where it does say.
# - **Length**: −0.1 for each word beyond twelve, or short of three.
# - **Polite**: one polite phrase is worth 0.5. Each further phrase takes away 0.25.
#
# The sum is the **true score**. No model below ever sees it. What the models see are *rankings*, and labelers have better and worse days: before each ranking, noise is added to every score. The noise is set so that a labeler agrees with themselves about 75% of the time. (Two of the paper's labelers agreed in 72.6% of pairs; Section 3.4.)

# %% [markdown]
# ### Exercise 2

# %%
exercises.pairs.show()


# %%
def pairs(ranks):
    """Places (better, worse) of all pairs that a ranking orders."""
    raise NotImplementedError("your turn")


pairs = exercises.pairs.use(pairs)

# %%
print(pairs([2, 1, 4, 2]))

# %% [markdown]
# ### Now you rank
#
# Twenty prompts. Press **1** to **4**, the best reply first (or click, or drag). **t** ties a reply with the one before, **u** takes back. Rank as *you* like it. Each ranking is written at once to the file `my_rankings.jsonl` beside this notebook. It stays on this machine, and you can go on tomorrow.
#
# Beside you an **apprentice** learns: a small model that begins as `mini-m-sft`, and learns your taste from all that you have ranked so far. (How, the next section says.) Before it sees your next ranking, it guesses it. Watch its line (the board says *reward model*, which is what an apprentice is): it begins near a coin's 50%.

# %%
from gptedu.rlhf import Apprentice, sample_answers
from gptedu.widgets import PreferenceRanker

asked = prompts.rm[:20]
replies = sample_answers(sft, asked, k=4, seed=1)
items = [(each.prompt, own) for each, own in zip(asked, replies)]
ranker = PreferenceRanker(items, "my_rankings.jsonl", on_ranked=Apprentice(sft))
ranker

# %% [markdown]
# What you have not ranked, the simulated labeler ranks. (Rank more later, and run the cells from here on again: then they are yours.)

# %%
from gptedu.rlhf import SIMULATED, rank_answers, yours_first

rankings = yours_first("my_rankings.jsonl", rank_answers(asked, replies, SIMULATED))
print("yours:", sum(each.labeler != SIMULATED.name for each in rankings), "of", len(rankings))

apprentice = Apprentice(sft, every=5)  # learns after every five rankings
for n in range(1, 21):
    guessed = apprentice(rankings[:n])
    if n % 5 == 0:
        print(f"after {n:>2} rankings: {100 * guessed:.1f}% of the pairs of the last ten guessed")

# %% [markdown]
# Take these figures with care. Ten rankings are only about fifty pairs, so chance alone moves each figure by about seven points up or down. Below, the apprentice is tested on many more.

# %% [markdown]
# ## A number for a taste
#
# The apprentice is a **reward model**: the SFT model, with its last layer replaced by one that gives a single number, the **reward** $r(x, y)$ of a reply $y$ to a prompt $x$. Nobody ever tells it what number to give. Of two replies, the better one has to get the larger number:
#
# $$\mathcal{L} = -\frac{1}{\text{pairs}} \sum_{\text{pairs}} \log \sigma\big(r(x, y_w) - r(x, y_l)\big)$$
#
# $y_w$ is the reply that won, $y_l$ the one that lost. $\sigma$ is the logistic function, which turns any difference into a share between 0 and 1: the model's confidence that $y_w$ is the better one. With $K$ replies and no tie there are $K(K-1)/2$ pairs, and the loss is their mean.

# %% [markdown]
# ### Exercise 3

# %%
exercises.comparison_loss.show()


# %%
def comparison_loss(rewards, ranks):
    """-log sigmoid(better - worse), a mean over the pairs: a scalar."""
    raise NotImplementedError("your turn")


comparison_loss = exercises.comparison_loss.use(comparison_loss)

# %%
for rewards in ([0.0, 0.0, 0.0, 0.0], [2.0, 1.0, -1.0, 0.0], [-1.0, 0.0, 2.0, 1.0]):
    print(rewards, f"-> {comparison_loss(torch.tensor(rewards), [1, 2, 4, 3]):.3f}")

# %% [markdown]
# No opinion costs $\log 2$, the right order less, the wrong order more.
#
# Where in the reply is the reward read? At its end, when all has been said. It is easy to get this wrong. Texts in a batch are of different lengths, so short ones are filled up with **pads**: tokens that mean nothing.

# %% [markdown]
# ### Exercise 4

# %%
exercises.reward_at_end.show()


# %%
def reward_at_end(by_token, ids, mask, end):
    """The reward at the last real token of each row; `end` may be the id of pads, too."""
    raise NotImplementedError("your turn")


reward_at_end = exercises.reward_at_end.use(reward_at_end)

# %% [markdown]
# What happens if it is read elsewhere? `mini-m-rm` is a reward model that comes with the course; it has learned from 5,000 rankings. Here is what it says after the first and after the last token of three prompts, each with the reply that a labeler wrote:

# %% tags=["nbval-ignore-output", "why: the last digit differs on another processor"]
judge = gptedu.load("mini-m-rm")
for each in unseen[:3]:
    pieces, rewards = judge.by_token(each.prompt + each.answer)
    print(f"after the first token {rewards[0]:+.2f}, after the last {rewards[-1]:+.2f}")

# %% [markdown]
# After the first token all texts get the same: nothing has been read there but the token that begins every text. A program that reads the reward in the wrong place raises no error. Its loss stays at $\log 2$, and nothing is learned.
#
# How good is this judge? We take 400 new replies, rank them, and count the pairs in which the judge agrees with the labeler. Beside it stand your apprentice, on the same replies, and the labeler, who is asked a second time and compared with themselves.

# %%
from gptedu.rlhf import accuracy, agreement

tested = prompts.held_out[:100]
four = sample_answers(sft, tested, k=4, seed=5)
ranked = rank_answers(tested, four, SIMULATED, seed=11)
again = rank_answers(tested, four, SIMULATED, seed=12)
ordered = accuracy(judge, ranked)

print("a coin:                            50.0%")
print(f"your apprentice, 20 rankings:      {100 * accuracy(apprentice.scorer, ranked):.1f}%")
print(f"mini-m-rm, 5,000 rankings:         {100 * ordered:.1f}%")
print(f"the labeler, asked a second time:  {100 * agreement(ranked, again):.1f}%")
claims.rm(ordered)

# %% [markdown]
# (If you ranked by a taste of your own, your apprentice has learned that one, and is tested on another one here.) Do more rankings help? Below, reward models learn from 25 to 5,000 rankings of *its labeler*, the simulated one. Each model then orders pairs of new replies, and we count how often this is the order of that labeler, of *another labeler* (who cares for the right length, and hardly for manners), and of the true score. The uppermost line is the labeler, compared with their own second answer.

# %%
figures.by_rankings()

# %%
claims.rm_held_out.recorded()

# %% [markdown]
# More rankings help, most of all by the true score, which has no noise in it. Compared with the labeler, thousands of rankings bring little: the judge stays far below what the labeler reaches when asked again. What is it that the judge misses?

# %% [markdown]
# ## What does the reward model see?
#

# %%
predict(
    "instructgpt/liked",
    "Does it give more to a polite false reply or to a plain true one?",
    options=("the plain true one", "the polite false one"),
)

# %%
polite = judge([request.prompt + " Of course. The lamp is in the garden."])
plain = judge([request.prompt + " The lamp is in the kitchen."])
reveal("instructgpt/liked", "the polite false one" if polite > plain else "the plain true one")

print("reward  true score")
for reply, reward in zip(tries, judge([request.prompt + reply for reply in tries])):
    print(f"{reward:6.2f} {true(request, reply):11.2f} {reply}")

# %% [markdown]
# To this judge the true statement and the false one are worth the same. Thanks three times, which answers nothing, gets most. Remember that reply.
#
# Is that one odd case? Below are pairs of replies that differ in *one thing alone*, to a few dozen requests each. How often does the truly better one get more? A coin would be right in 50%.

# %%
for what in probes.DIFFERENCES:
    found = probes.pairs_that_differ(what, prompts.held_out[:200])
    better = judge([each.better for each in found])
    worse = judge([each.worse for each in found])
    share = (better > worse).float().mean()
    print(f"{what:>36}: right in {100 * share:5.1f}% of {len(found)}")

# %% [markdown]
# A polite word is seen without fail. Whether a statement is *true* the judge hardly sees: for that, it must hold the reply against the text, which is hard for so small a network. So where manners and truth are at odds, manners win. And “the text does not say that” gets more than the true answer, nearly always. Remember this, too.
#
# Why does it like refusals? We know a part of it. Counted, in three draws: the SFT model's replies to questions, half of which have no answer in the text.

# %%
print(figures.refusals())

# %% [markdown]
# About two of three refusals are right, and about two of five statements. So a judge that cannot hold a reply against the text does well, on average, to like refusals. Whether that is the whole reason we have not tested.
#
# And how can a judge that is nearly blind to truth order about three pairs of four as the true score does (the figure above)? Counted on 400 replies, three draws (the first are ours):

# %%
print(figures.manners())

# %% [markdown]
# Most pairs differ in manners, too. There the judge is right in more than four of five. In pairs of equal manners it is right in 55% to 65%: that is not much better than a coin.
#
# All 400 replies at once:

# %%
figures.opinions(judge, tested, four)

# %% [markdown]
# There are two bands: the upper one holds the polite replies, the lower one the plain ones. *Within* a band, bad replies (on the left) and good ones (on the right) get nearly the same reward.
#
# **Now you:** what has it learned to like? In the lens below, the number under each token says how much this token moved the reward. Type, delete, repeat a word. Try the politest reply that you can think of. Then try the politest *wrong* one.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes rewards"]
from gptedu.widgets import RewardLens

RewardLens(judge, request.prompt, list(tries), name="mini-m-rm")

# %% [markdown]
# <details><summary>What you should see</summary>The end of “Of course.” lifts the reward by more than a point. To this judge, <code>mini-m-rm</code>, a second polite phrase adds hardly anything. Another room in the place of the kitchen changes next to nothing, either: the politest wrong reply gets as much as the politest right one.</details>
#
# ### The first sitting in four lines
#
# - A base model continues a page. Demonstrations teach it what a reply is.
# - A ranking says which of a model's replies are better; pairs are made of it.
# - A reward model learns from pairs to give the better reply more. It never sees the true score.
# - It learns what is easily seen: here, manners. To what is true it is nearly blind.
#
# You can stop here. Your rankings are in `my_rankings.jsonl`, and the second sitting begins with two cells that load all that it needs, in about half a minute.

# %% [markdown]
# # Second sitting: try, and be scored
#
# You need not run the first sitting again: the next two cells load what the second needs. Where your file has rankings, they are yours; the others are the simulated labeler's.
#
# What you need to know from it:
#
# - There are four kinds of request: *answer*, *rewrite*, *list*, and *unsaid* (a question that the text does not answer).
# - The labeler is simulated, so we know the **true score**: 1 for *helpful*; −1 for what is not *honest*; −0.1 for each word beyond twelve or short of three (*length*); 0.5 for one *polite* phrase, and 0.25 less for each further one.
# - The judge learned from rankings. It sees manners without fail, and is nearly blind to truth. “Thank you for asking” three times gets more than a true answer, and so does a false refusal.
# - *Helpful* counts replies that do what was asked; a right refusal is one. *Made up* counts replies that state what the text does not say. *Wrongly refused* counts refusals among the prompts whose text has the answer.

# %%
import torch

import gptedu
from gptedu.chapters.instructgpt import claims, exercises, figures, outcomes
from gptedu.course import claims_table, predict, reveal, scale
from gptedu.rlhf import SIMULATED, Apprentice, Preference, demonstrations, mean_score
from gptedu.rlhf import prompt_sets, rank_answers, sample_answers, yours_first
from gptedu.world import requests

base, sft = gptedu.load("mini-m"), gptedu.load("mini-m-sft")
judge = gptedu.load("mini-m-rm")  # the reward model of 5,000 rankings

# %%
text = "The lamp is in the kitchen. Ella likes chess."
request = requests.question_about(text, "Where is the lamp?")
prompts = prompt_sets()
tested, to_try = prompts.held_out[:100], prompts.ppo[:2000]  # step 3 replies to the latter

asked = prompts.rm[:20]
replies = sample_answers(sft, asked, k=4, seed=1)
rankings = yours_first("my_rankings.jsonl", rank_answers(asked, replies, SIMULATED))
apprentice = Apprentice(sft)
apprentice.learn(rankings)
your_judge = apprentice.scorer  # the reward model of your twenty
print("yours:", sum(each.labeler != SIMULATED.name for each in rankings), "of", len(rankings))

# %% [markdown]
# ## Step 3: the model tries
#
# Now the model writes replies of its own, and a judge scores them. The model that learns is called the **policy**, $\pi$. We write $\pi(y \mid x)$ for the probability that it replies $y$ to the prompt $x$. What scored better than expected becomes likelier; what scored worse becomes rarer. The algorithm is **PPO**, *proximal policy optimisation*. One step of it:

# %%
from gptedu.plots import ppo_step

ppo_step.loop()

# %% [markdown]
# Four networks take part, all of one size:
#
# - the **policy**, which begins as the SFT model, and learns;
# - the **reference**, which *is* the SFT model, and never changes;
# - the **judge**, which never changes either;
# - the **value model**, which guesses before each token what the reply will still earn. It begins as a copy of the judge, and learns with the policy.
#
# `roll_out` lets the policy reply once to each prompt. It keeps the score of each reply, and for each of its tokens the log-probability that policy and reference give it, and the value model's guess.

# %%
from gptedu.rlhf import ValueModel, roll_out

policy = gptedu.load("mini-m-sft")  # a copy of its own, which will learn
value_model = ValueModel.of_reward_model(judge.model)
chance = torch.Generator().manual_seed(0)


def tried(some):
    """One reply of the policy to each request, with all that PPO needs of it."""
    how = {"max_tokens": 28, "generator": chance, "minibatch": len(some)}
    how |= {"reference": sft.model, "value_model": value_model, "reward": judge}
    with torch.no_grad():
        return roll_out(policy, [each.prompt for each in some], **how)


# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
batch = tried(prompts.ppo[:32])
for text, score in list(zip(batch.texts, batch.scores))[:3]:
    print(f"{text}\n  score {score:.2f}\n")

# %% [markdown]
# ## Who gets the reward?
#
# The score comes once, at the end of a reply. But the policy also pays on the way. For each token it pays $\beta$ (beta) times the **log-ratio** $\log \pi - \log \pi_{\text{ref}}$: how much likelier it has made this token than the reference would. So a reply is worth writing only if its score is larger than the penalty for being unusual.

# %% [markdown]
# ### Exercise 5

# %%
exercises.token_rewards.show()


# %%
def token_rewards(score, log_ratios, beta):
    """What each token earns: its penalty, and at the last one the score on top."""
    raise NotImplementedError("your turn")


token_rewards = exercises.token_rewards.use(token_rewards)

# %%
log_ratios = torch.tensor([0.0, 0.7, -0.2, 0.1])
earned = token_rewards(1.0, log_ratios, beta=0.5)
print("earned:", [round(x, 2) for x in earned.tolist()])
print(f"sum {earned.sum():.2f} = score less penalty: 1 - 0.5 · {log_ratios.sum():.1f}")

# %% [markdown]
# ## Better than expected?
#
# Which tokens earned that score? The value model helps. Before each token it guesses what is still to come. If its guess rises after a token, then the token was better than expected. How far do we look ahead? $\lambda$ (lambda), between 0 and 1, decides: at 0 only to the next guess, at 1 to the very end of the reply. This is **generalised advantage estimation** (GAE). (Textbooks have a discount $\gamma$ here as well. For replies it is 1, so we leave it out. The $\gamma$ further below is another thing.)

# %% [markdown]
# ### Exercise 6

# %%
exercises.advantages.show()


# %%
def advantages(earned, expected, lam):
    """How much better each token did than expected, looking ahead by lam."""
    raise NotImplementedError("your turn")


advantages = exercises.advantages.use(advantages)

# %% [markdown]
# The reply of the batch that got the best score, token by token, with both of your functions:

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
row = batch.scores.argmax()
real = batch.episodes.answer_mask[row]  # True for the tokens of the reply
log_ratios = (batch.logprobs - batch.ref_logprobs)[row, real]  # 0: not moved yet
expected = batch.values[row, real]
earned = token_rewards(batch.scores[row], log_ratios, beta=0.05)
gains = advantages(earned, expected, lam=0.95)

pieces = sft.tokenizer.pieces(batch.episodes.ids[row, real].tolist())
for piece, value, gain in zip(pieces, expected.tolist(), gains.tolist()):
    bar = "█" * round(10 * max(gain, 0))
    print(f"{piece!r:>16}  expected {value:+.2f}  advantage {gain:+.2f}  {bar}")

# %% [markdown]
# Where the bars stand, the reply became better than expected. Look at *expected*, too: it jumps at one place. With $\lambda = 0.95$ that jump is shared with nearly all tokens before it. So what comes before a thanks gets credit for the thanks that came later. PPO does not know which of them earned it; over many replies this evens out.
#
# Tokens with a large advantage will be made likelier. (How large is large? *The step, put together* moves the zero to the mean of the batch.)
#
# **Now you:** are they the tokens that say something true, or the polite ones? Change the first line to `row = 0`, and to other rows.
#
# <details><summary>What you should see</summary>In a polite reply, the long bars stand at the tokens up to the end of the polite phrase. As soon as it is written, the value model expects a good score, and what follows is no surprise. In a plain reply the bars are short, and many advantages are below 0.</details>

# %% [markdown]
# ## How far has it gone?
#
# Summed over a reply, the log-ratios say how far the policy has moved from the reference. Their mean over what the policy writes has a name: the **KL divergence** (Kullback–Leibler), in nats. It is given *per token* in your own run below, and *per reply* (summed over its tokens) in the monitor and in all runs of `PPORun`. Two policies that choose the next token from four:

# %%
new = {"In": 0.2, "The": 0.2, "Of": 0.4, "Gladly": 0.2}  # the policy
ref = {"In": 0.4, "The": 0.4, "Of": 0.1, "Gladly": 0.1}  # the reference
ppo_step.kl(new, ref)

# %% [markdown]
# Each token adds its log-ratio, weighed by how often the *policy* writes it. Single tokens may lie below 0; the sum never does, and it is 0 only where both are the same.
#
# With thousands of possible tokens nobody computes that sum. It is estimated from tokens that the policy wrote, in two ways:

# %% [markdown]
# ### Exercise 7

# %%
exercises.kl_estimates.show()


# %%
def kl_estimates(log_ratios):
    """Two estimates of the KL, from log pi - log pi_ref of tokens that pi wrote: k1 and k3."""
    raise NotImplementedError("your turn")


kl_estimates = exercises.kl_estimates.use(kl_estimates)

# %%
shares = torch.tensor([*new.values()])
log_ratios = (shares / torch.tensor([*ref.values()])).log()
dice = torch.Generator().manual_seed(0)
# 1,000 times: 8 tokens, drawn as the policy would (True: a token may come again)
drawn = [torch.multinomial(shares, 8, True, generator=dice) for _ in range(1000)]
# one k1 and one k3 from each eight
estimates = torch.tensor([kl_estimates(log_ratios[tokens]) for tokens in drawn])

for name, found in zip(("k1", "k3"), estimates.T):
    spread = f"scattered by {found.std():.3f}, least {found.min():+.2f}"
    print(f"{name}: {found.mean():.3f} on average, {spread}")
print(f"the true KL: {(shares * log_ratios).sum():.3f}")

# %% [markdown]
# On average both are right. $k_3$ scatters less, and is never below 0, as no KL is; $k_1$ sometimes is. Why may $x - 1$ be added? The mean of $x = \pi_{\text{ref}}/\pi$ over what $\pi$ writes is 1, so $x - 1$ is 0 on average: it changes the single estimates, not their mean.

# %% [markdown]
# ## Not too far at once
#
# A batch of replies is precious, so PPO learns from it several times. After the first time, the policy is no longer the one that wrote the replies. For each token we look at the **ratio** $\rho = \pi_{\text{new}} / \pi_{\text{old}}$ (rho): *new* is the policy as it is now, and *old* is the policy that wrote this batch a moment ago. Do not mix it up with the reference, which is the SFT model for good. At first $\rho$ is 1 for every token.
#
# PPO's objective for a token is $\rho$ times its advantage. But where $\rho$ has already gone far in the good direction, there is nothing more to be had: it is **clipped**. So the clip bounds each step away from the old policy, and $\beta$ the whole way from the reference.

# %% [markdown]
# ### Exercise 8

# %%
exercises.clipped_objective.show()


# %%
def clipped_objective(ratio, advantage, clip):
    """PPO's objective for each token, to be made large."""
    raise NotImplementedError("your turn")


clipped_objective = exercises.clipped_objective.use(clipped_objective)

# %% [markdown]
# Your function, drawn for a good token and for a bad one:

# %%
ratios = torch.linspace(0.4, 1.6, 25)
good = clipped_objective(ratios, torch.full((25,), 1.0), 0.2)
bad = clipped_objective(ratios, torch.full((25,), -1.0), 0.2)
ppo_step.clipped(ratios.tolist(), {1.0: good.tolist(), -1.0: bad.tolist()}, clip=0.2)

# %% [markdown]
# Once a good token is 20% likelier, making it likelier still earns nothing. A bad token has nothing more to gain below 0.8. But if a bad token was made *likelier* (on the right of the second picture), the line goes on falling, so the update pushes the token back. That is why the objective is the smaller of two, and not simply clipped.

# %% [markdown]
# ## The value model learns, too
#
# After each batch every token has a **return**. It is our best estimate of what the rest of the reply earned: the old guess, corrected by the advantage. The value model learns to expect that, by its squared error, and not too far at once either.

# %% [markdown]
# ### Exercise 9

# %%
exercises.value_loss.show()


# %%
def value_loss(values, old_values, returns, clip):
    """Half the mean of the larger squared error: of the values, and of those held near the old."""
    raise NotImplementedError("your turn")


value_loss = exercises.value_loss.use(value_loss)

# %% [markdown]
# ## The step, put together
#
# You have written every part. Here they are in one update of both networks. Some names are new. `answer_logprobs` and `answer_values` ask policy and value model *as they are now* about the tokens of the replies. `whiten` moves the advantages to mean 0 and scales them to standard deviation 1: so in each batch some tokens become likelier and others rarer, however high the scores are. That moves the zero: a token may have an advantage above 0 and still become rarer, if the others have more.
#
# Both networks learn from one loss. `0.1 * miss` makes the value model's part count a tenth. `clip_grad_norm_` shortens the gradient where it is longer than 1: so one odd batch cannot throw the weights far away.

# %%
from gptedu.rlhf import answer_logprobs, answer_values, whiten


def ppo_update(policy, value_model, optimiser, batch, beta, clip=0.2):
    """One update of policy and value model from a batch of replies."""
    mask = batch.episodes.answer_mask  # True for the tokens of replies
    log_ratios = batch.logprobs - batch.ref_logprobs  # policy against reference
    gains = torch.zeros_like(log_ratios)
    for i, real in enumerate(mask):  # reply by reply
        # exercises 5 and 6
        earned = token_rewards(batch.scores[i], log_ratios[i, real], beta)
        gains[i, real] = advantages(earned, batch.values[i, real], lam=0.95)
    returns = gains + batch.values

    ratio = (answer_logprobs(policy.model, batch.episodes) - batch.logprobs).exp()  # new / old
    # exercise 8
    objective = clipped_objective(ratio, whiten(gains, mask), clip)[mask].mean()
    values = answer_values(value_model, batch.episodes)
    # exercise 9
    miss = value_loss(values[mask], batch.values[mask], returns[mask], clip)

    (0.1 * miss - objective).backward()  # a loss is made small, an objective large
    torch.nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], 1.0)
    optimiser.step()
    optimiser.zero_grad()
    return miss.item()


# %% [markdown]
# Does it learn? Eight batches of 32 new prompts, with four updates from each:

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
weights = [*policy.model.parameters(), *value_model.parameters()]
optimiser = torch.optim.AdamW(weights, lr=2e-4, weight_decay=0.0)

for step in range(8):
    batch = tried(prompts.ppo[32 * step : 32 * step + 32])
    for _ in range(4):
        ppo_update(policy, value_model, optimiser, batch, beta=0.05)
    moved = (batch.logprobs - batch.ref_logprobs)[batch.episodes.answer_mask]
    k1, k3 = kl_estimates(moved)
    print(f"step {step + 1}  mean score {batch.scores.mean():5.2f}   KL {k3:.3f} a token")

# %% [markdown]
# The score rises, and the policy moves away from the reference: your twenty lines train a policy. In our run the score is near its top after four steps, and then stays. The KL rises for about five steps, and falls afterwards. That fits the objective: when there is no more score to be had, a smaller penalty is what is left to win. But we have not tested whether this is the reason.
#
# Do your lines do the same as the package, whose `PPORun` we use from here on? One step of each, from the same weights and the same replies. (Here the package's step has one update, as yours has.)

# %% tags=["nbval-ignore-output", "why: rounding differs on another processor"]
from gptedu.rlhf import PPOConfig, PPORun

how = PPOConfig(beta=0.05, batch=32, minibatch=32, epochs=1, max_tokens=28)
asked_for = [each.prompt for each in to_try]
theirs = PPORun(sft, judge, asked_for, how, value_from=judge.model)
batch = theirs.roll_out()  # the replies that its first step will learn from

yours, values = gptedu.load("mini-m-sft"), ValueModel.of_reward_model(judge.model)
weights = [*yours.model.parameters(), *values.parameters()]
optimiser = torch.optim.AdamW(weights, lr=2e-4, weight_decay=0.0)
miss = ppo_update(yours, values, optimiser, batch, beta=0.05)
print(f"value loss: yours {miss:.6f}, theirs {theirs.step()['value_loss']:.6f}")

# %% tags=["nbval-ignore-output", "why: rounding differs on another processor"]
def distance(one, other):
    """How far apart the weights of two models are."""
    squares = zip(one.model.parameters(), other.model.parameters())
    return sum((a - b).square().sum().item() for a, b in squares) ** 0.5


print(f"your step moved the policy by {distance(yours, sft):.4f}")
print(f"and ended {distance(yours, theirs.policy):.4f} from where theirs ended")

# %% [markdown]
# ## The whole objective
#
# All parts together make large
#
# $$\mathbb{E}\Big[\,r(x, y) - \beta \log \frac{\pi(y \mid x)}{\pi_{\text{ref}}(y \mid x)}\Big] + \gamma\, \mathbb{E}_{z}\big[\log \pi(z)\big]$$
#
# $\mathbb{E}$ is a mean: over prompts $x$, and over replies $y$ that the policy writes to them.
#
# - $r(x, y)$ is the **reward** of the whole reply (exercises 3 and 4).
# - $\beta$ times the log-ratio is the **penalty** for moving away from the reference (exercises 5 and 7).
# - Advantages, clip and value model (exercises 6, 8 and 9) are *how* PPO climbs it: they change how fast and how safely, not what is wanted.
# - The last term is new. $z$ is text of the old web, which the policy reads at every step beside its replies; $\gamma$ (gamma) says how much that counts. With $\gamma > 0$ the paper calls it **PPO-ptx**. (This $\gamma$ is not the discount of GAE.)

# %% [markdown]
# ## Your policy
#
# Now your own judge: the reward model that has learned from **your** twenty rankings. A policy learns to please it, in about half a minute. `PPORun` does what your cell did. It cuts the batch in two halves and uses each half twice: four updates. $\beta$ is 0.2 here, and not 0.05: your judge gives larger numbers. (They are stretched to a standard deviation of 1 on the replies that it learned from; those of `mini-m-rm` have about half of that.) Before it starts:

# %%
predict(
    "instructgpt/beta",
    "The score of your judge will rise. And the true score?",
    options=("it rises too", "it stays", "it falls"),
)

# %%
from gptedu.rlhf import TrueScore

how = PPOConfig(beta=0.2, answers=4, max_tokens=28)  # four replies to 16 prompts
rest = {"value_from": your_judge.model, "truth": TrueScore(to_try)}  # only watched
mine = PPORun(sft, your_judge, asked_for, how, **rest)
print("a new policy, not trained yet")

# %% tags=["nbval-ignore-output", "why: its picture is renewed when the next cell has trained"]
from gptedu.widgets import PPOMonitor

monitor = PPOMonitor(mine, name="yours")
monitor.settings(mean_of=3)
monitor

# %%
monitor.run(scale(small=20, full=100))  # 100 steps where there is a GPU

# %% [markdown]
# Read the samples, from the first step to the last. The curves show the mean reward; the true score, which the policy never sees; the KL; the *entropy* (how unsure the policy is of its next token); and the length of replies.
#
# Every step asks other prompts, so the true score jumps. Here are the same hundred prompts before and after, from users whom no stage has met:

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
before, after = (
    mean_score(tested, [reply for (reply,) in sample_answers(lm, tested, seed=1)])
    for lm in (sft, mine.policy)
)
print(f"true score before {before:.2f}, after {after:.2f}")
reveal("instructgpt/beta", outcomes.of_change(before, after))

# %% [markdown]
# One short run says little. In the recorded ones (*Was that chance?*, below), with $\beta = 0.1$ and sixty steps, the true score ends a little lower than it began, with each of three judges.
#
# (The monitor's button trains on from here, and pauses; so does ■ above the notebook. Nothing is lost. But wait with it: the next section compares this policy with another one.)

# %% [markdown]
# ## Turn it off
#
# With $\beta = 0$ nothing holds the policy near the model that it came from. The same start, the same judge, the same number of steps:

# %%
predict(
    "instructgpt/free",
    "Without the KL penalty, after twenty steps: what does the policy write?",
    options=(
        "better replies than with it",
        "polite words, whole or in pieces",
        "letters without sense",
    ),
)

# %%
free_how = PPOConfig(beta=0.0, answers=4, max_tokens=28)
free = PPORun(sft, your_judge, asked_for, free_how, **rest)
free.run(scale(small=20, full=100))
print(len(free.record), "steps without the penalty")

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
for row in [*free.record[::5], free.record[-1]]:
    scores = f"reward {row['reward']:5.2f}  true score {row['truth']:5.2f}"
    print(f"step {row['step']:>3}  {scores}  KL {row['kl']:5.1f}")
    print(f"   {row['samples'][0]['answer']}")
reveal("instructgpt/free", outcomes.of_free_run(free.record))

# %% [markdown]
# What does the judge see in that? Ask it:

# %% tags=["nbval-ignore-output", "why: what was learned live differs on another processor"]
last = free.record[-1]["samples"][0]["answer"]
plain = " The lamp is in the kitchen."
for reply in (plain, " Certainly.", " Certainly. Certainly.", 4 * " Certainly.", last):
    print(f"{your_judge([request.prompt + reply]).item():6.2f} {reply}")

# %% [markdown]
# To *your* judge, twice pays more than once, and four times more than twice. (To `mini-m-rm`, in the first sitting, a second phrase was worth hardly anything.) The SFT model hardly ever writes two polite phrases (two to five replies in 400, as counted in the first sitting), so hardly a ranking told the judge that one is enough. The policy has found what the judge likes. It says it, and says it again, until even scraps of the words will do.

# %%
figures.two_runs(mine, free)

# %% [markdown]
# Without the penalty the reward climbs higher. The true score, which you would want to climb, falls, often after a short rise. This is **Goodhart's law**: a measure that becomes a target is no longer a good measure. Look at the KL: with the penalty it stays small, without it is many times as large. The KL and the samples would have told you in time.
#
# **Now you:** go back to the monitor above, set β to 0, and press its button: your policy trains on, now without the penalty. Read the samples. At which step would you have stopped it?
#
# <details><summary>What you should see</summary>The KL climbs within a few steps, and the reward with it. Soon the true score falls, and the same polite words stand in every sample. (<em>yours</em>, at the end of the chapter, is this policy then. To have the other one back, run the cells from “a new policy” on once more.)</details>

# %%
claims.overoptimisation.recorded()
claims.overoptimisation_reward.recorded()
claims.beta.recorded()
claims.overoptimisation_live(free.record)

# %% [markdown]
# ## Optional: was that chance?
#
# Recorded: three judges, each with twenty rankings of its own, and 60 steps against each of them with three different $\beta$. Each line is the mean over the three judges.

# %%
figures.three_judges()

# %% [markdown]
# On the left, what the judges say: no penalty is best. On the right, what is true: the order is turned round. Judge by judge:

# %%
print(figures.judge_by_judge())

# %% [markdown]
# With $\beta = 0$ every judge ends up enthusiastic about replies that are worse than at the start. A larger $\beta$ holds the policy back. Only the largest of the three leaves it better by the true score with every judge. With a judge from so few rankings there is little to win before it turns.

# %% [markdown]
# ## What it costs
#
# From here on the judge is `mini-m-rm` again, with its 5,000 rankings: `mini-m-ppo` was trained against it, and so was `mini-m-ppo-ptx`, which reads old text as well. Both were paid for four kinds of reply. Do they still know what the base model knew? Chapter 2's tasks, asked as they were asked there:

# %%
predict(
    "instructgpt/tax",
    "PPO read not one token of the old web. How much of chapter 2's abilities is left, on average?",
    between=(0, 100),
    unit="% of what there was",
)

# %%
figures.old_tasks()

# %%
reveal("instructgpt/tax", figures.tax_left())
claims.tax.recorded()
claims.tax_recovered.recorded()

# %% [markdown]
# To make a model do what people want is called to **align** it, and the paper calls this price the **alignment tax**. The bars of PPO and PPO-ptx are the mean of three runs, which is also the number above them; thin lines go from the least run to the most. The three runs of PPO differ widely, most of all in *summaries*, from 1% to 51%. We do not know why.
#
# Is it only manners? A reply with thanks behind it is no longer right to the letter. So we also count the replies in which the right words stand, whatever stands before and behind them. Recorded for `mini-m-ppo`, one of the three runs, sixty questions a task, three draws:

# %%
print(figures.held())

# %% [markdown]
# Of its *summaries*, more than four in five hold the right words: there it is manners. Of *facts* and *translations* hardly more are found than were right to the letter: these are really lost. In *answering from a text* it is both: about 40% hold the right words, and the SFT model gives 70% to the letter.
#
# With old text read along, PPO-ptx comes back to about the level of the SFT model, from which it started. It does not bring back what the SFT model itself had lost: look at *facts from memory* in the picture, where the base model is ahead of all the others. In *answering from a text* the SFT model is even better than the base model. That fits its demonstrations, many of which answer from a text; we have not tested it.

# %% [markdown]
# ## Optional: does it know how sure it may be?
#
# Four answers to a question under a text: how sure is the model of its choice, and how often is it right? The **calibration error** is the mean distance between the two. One figure for each run:

# %%
print(figures.calibration())
claims.calibration.recorded()

# %% [markdown]
# GPT-4's report found that PPO spoils calibration. Ours does so in some runs and not in others, so the chapter says *differs*. With old text read along it moves little. A policy is paid for replies that please, not for knowing when it may be wrong.

# %% [markdown]
# ## Is it better?
#
# Each stage's replies against those of the SFT model, to the prompts of users whom no stage has met, by the true score. A tie counts half, so 50% is a draw: the SFT model, asked a second time, comes out there. *Base, prompted* is the base model with two examples in its prompt, in a form that it knows.

# %%
predict(
    "instructgpt/order",
    "Of 100 prompts, to how many does PPO-ptx give the better reply than SFT?",
    between=(0, 100),
    unit="prompts",
)

# %%
figures.preferences()

# %%
reveal("instructgpt/order", figures.preferred("ppo-ptx"))
claims.order.recorded()

# %% [markdown]
# What has become better? The models of the course on three hundred prompts, quality by quality:

# %% tags=["nbval-ignore-output", "why: replies drawn at random differ on another processor"]
from gptedu.rlhf import profile, win_rate

ppo, ptx = gptedu.load("mini-m-ppo"), gptedu.load("mini-m-ppo-ptx")
more = prompts.held_out[:300]
said = {}
for lm in (sft, ppo, ptx):
    said[lm.name] = [reply for (reply,) in sample_answers(lm, more, seed=2)]
for name, theirs in said.items():
    shares = profile(more, theirs).items()
    print(f"{name}: " + ", ".join(f"{what} {100 * share:.0f}%" for what, share in shares))

# %% tags=["nbval-ignore-output", "why: replies drawn at random differ on another processor"]
claims.ppo_ptx.recorded()
for words, polite in (("by the true score", 0.5), ("with manners left out", 0.0)):
    judged_by = Preference(polite=polite)  # what one polite phrase is worth
    won = win_rate(more, said["mini-m-ppo-ptx"], said["mini-m-sft"], judged_by)
    print(f"PPO-ptx preferred to SFT {words}: {100 * won:.1f}%")

# %% [markdown]
# Nearly all that was won is **manners**. Leave them out, and PPO-ptx is about as good as the SFT model, no better. The judge could see politeness and little else, so politeness was learned. PPO even helps *less* often than the SFT model did. Both refuse more often where the text does have the answer: a polite refusal is rewarded for its polite word, too.
#
# A reply that states something the text does not say is a **hallucination** (above: *made up*). Over all runs, with the base model beside it:

# %%
print(figures.made_up())
claims.hallucination.recorded()

# %% [markdown]
# Most of that step was taken by the demonstrations, not by PPO.

# %% [markdown]
# ## A judge that sees the truth
#
# So does RLHF teach nothing but manners? Or was it the judge? Let us replace the judge by one that sees everything: the true score itself. Nobody has such a judge outside this course. Here it is one line, since a reward may be any function of texts.
#
# First without training. `mini-m-sft` writes eight replies to each prompt, and a judge picks the one that it likes best (this is called *best of eight*).

# %%
predict(
    "instructgpt/seeing",
    "Whose pick does what was asked (is “helpful”) more often than a single reply?",
    options=("both picks", "the true score's pick alone", "neither"),
)

# %%
eight = sample_answers(sft, tested, k=8, seed=3)


def best(judge):
    """Of the eight replies to each request, the one that a judge likes best."""
    picked = []
    for each, own in zip(tested, eight):
        # a judge reads prompt and reply together: a number for each of the eight
        scores = judge([each.prompt + reply for reply in own])
        picked.append(own[scores.argmax()])
    return picked


# %%
picks = {
    "one reply": profile(tested, [own[0] for own in eight]),
    "by mini-m-rm": profile(tested, best(judge)),
    "by the true score": profile(tested, best(TrueScore(tested))),
}
for name, shares in picks.items():
    print(f"{name}: " + ", ".join(f"{what} {100 * x:.0f}%" for what, x in shares.items()))

# %% [markdown]
# Was that one lucky draw of replies? Recorded: the same for three draws. (The first is yours.)

# %%
print(figures.best_of())
reveal("instructgpt/seeing", outcomes.of_best(*figures.helpful_picks()))
claims.best_of.recorded()

# %% [markdown]
# The same model, the same eight replies: only the judge differs. The good replies were there all the time. The judge that sees the truth picks those that help, in every draw. The judge of rankings picks the polite ones. Whether they help is left to chance: in two draws a little less often than a single reply, in one more often. (The guess is compared with the means.)
#
# Does PPO get there, too? Recorded: as many steps as `mini-m-ppo` had, from the same start and with the same $\beta$; only the judge is the true score.

# %%
print(figures.seeing_judge())
claims.seeing_judge.recorded()

# %% [markdown]
# Hardly. Less is made up than before. But the replies help no more than those of the SFT model, and we had set a bar for that, which is not reached. The polite word is learned first, since it pays in every reply. And *false refusals rise here, too*, in two runs of three to nearly twice what they were, though this judge sees each of them.
#
# So the blind judge is not the only reason. What else? A false refusal and a false statement cost the same, 1 point. And a refusal is right more often than a statement: in two cases of three, against two of five (counted in the first sitting). So a policy that reads the text badly does well to refuse more. That may be the reason; we have not tested it. To read better might take many more steps than to say “Of course”; that we have not tested, either. (Like `mini-m-ppo` this policy reads no old text, with the cost that you saw above.)
#
# A better judge is *necessary*: what it cannot see is not rewarded. In this many steps of PPO it was *not sufficient*.
#
# So a policy learns **what its judge can see, as far as there is time to learn it**: you get what you reward, and the easy part first.
#
# **Now you:** let your own judge pick: `profile(tested, best(your_judge))`. Then change `k=8` to 2, and to 16.
#
# <details><summary>What you should see</summary>If the simulated labeler ranked for you, your judge picks the polite replies, as <code>mini-m-rm</code> does, and they help no more often than a single one. For the true score, two replies are already better than one, and among sixteen it finds a helpful one nearly every time.</details>

# %% [markdown]
# ## Optional: small against large
#
# The paper's boldest figure: a model of 1.3 billion parameters, trained on feedback, is preferred to one of 175 billion that was not. Ours: `mini-s`, trained on feedback, against `mini-l`, prompted with all that we know from chapters 2 and 3: two examples, in a form that it knows from its web.

# %%
print(figures.duel())
claims.small_beats_large.recorded()

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
from gptedu.chapters.instructgpt import prompted

large, small = gptedu.load("mini-l"), gptedu.load("mini-s-ppo-ptx")
for kind in ("answer", "rewrite", "list", "unsaid"):
    own = [each for each in tested if each.kind == kind]
    as_well_as_we_can = prompted.prompted(own, prompts.sft[:400])
    by_large = large.generate(as_well_as_we_can, max_tokens=28, stop="\n")
    by_small = small.generate([each.prompt for each in own], max_tokens=28)
    won = 100 * win_rate(own, by_small, by_large)
    but_manners = 100 * win_rate(own, by_small, by_large, Preference(polite=0))
    print(f"{kind}: small preferred {won:.1f}%, manners left out {but_manners:.1f}%")
    print(f"   {own[0].text} {own[0].request}\n   large:{by_large[0]}\n   small:{by_small[0]}\n")

# %% [markdown]
# Where the text has the answer, the large one wins: it knows how to read. It loses where something has to be *done* with a text, and where there is no answer: then it says something all the same. The small one has learned what is asked of it, and when not to answer. It overdoes that: one prompt in four has no answer in its text, and it refuses more than half of all prompts. It is preferred all the same.

# %% [markdown]
# ## Optional: whose taste?
#
# “Aligned” with whom? The paper's answer (Section 5.2) is plain: with about forty labelers, hired by contract; with the researchers who wrote their instructions; with the customers whose prompts were used. Not with everybody to whom the model will talk. Where labelers disagree, and they do in about one pair of four, the model learns the mean.
#
# The machine itself has no opinion. Give it another labeler:

# %% [markdown]
# ### Exercise 10

# %%
exercises.own_taste.show()


# %%
def taste(asked, reply):
    """How much you like this reply: a number."""
    raise NotImplementedError("your turn")


taste = exercises.own_taste.use(taste)

# %%
from gptedu.rlhf import Labeler, accuracy

you, some = Labeler("you", taste), prompts.rm[20:60]
taught = Apprentice(sft)
taught.learn(rank_answers(some, sample_answers(sft, some, k=4, seed=2), you))
new_ones = rank_answers(tested, sample_answers(sft, tested, k=4, seed=5), you)
followed = accuracy(taught.scorer, new_ones)
print(f"after 40 rankings, {100 * followed:.1f}% of new pairs are ordered as by this taste")

# %% [markdown]
# The taste that comes with the chapter is length. Length is easily seen, and this labeler has no bad days: so forty rankings teach it better than thousands taught the chapter's own. Recorded, for a labeler who likes replies short and one who likes them long, 200 rankings each, three runs:

# %%
print(figures.tastes())
claims.tastes.recorded()

# %% [markdown]
# **Now you:** train a policy on your taste: `PPORun(sft, taught.scorer, asked_for, how)`, then `.run(20)`, and read its samples with `.record[-1]["samples"]`.
#
# <details><summary>What you should see</summary>With the taste for short replies, they are about half as long after twenty steps. Polite phrases go first, then whole sentences become a word or two.</details>

# %% [markdown]
# ## Talk to it
#
# Four stages side by side. Write a text and a request of your own, ending in “Reply:”. K is the number of examples in the prompt.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

stages = {"mini-m": base, "mini-m-sft": sft, "yours": mine.policy, "mini-m-ppo-ptx": ptx}
examples = [each.prompt + each.answer for each in demonstrations(prompts.sft[:3])]
PromptLab(stages, request.prompt, examples, k=0, separator="\n\n", stop="\n", max_tokens=28)

# %% [markdown]
# **Now you:** ask for something that the text does not say. Then give the base model examples: move K to 3.
#
# <details><summary>What you should see</summary>Asked for something that is not there, the trained stages mostly say that the text does not say it; the base model asks back. With three examples it no longer asks back: it states something, and often something false.</details>
#
# Look at the lamp again. `mini-m-sft` found it. The policies may say, very politely, that the text does not say: to refuse politely pays, and the judge did not see that it is false. This judge gives them no reason to change. A better judge is necessary; in as many steps of PPO as we took, even the perfect one was not sufficient.

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **Its judge sees more.** Our reward model sees manners, and is nearly blind to truth. A larger one should recognise more false statements. A policy will find and use whatever the judge cannot see.
# - **It can be asked for anything.** We have four kinds of request. The paper's users asked for stories, code and advice, and its model followed instructions even in languages that its labelers hardly used.
# - **It has more to forget.** The remedy is the same: old text, read along.
# - **It needs people.** Twenty rankings taught ours one thing. In the paper, about forty people ranked replies to tens of thousands of prompts. Against the cost of pre-training, the computing was little: 60 petaflop/s-days for PPO-ptx, and 3,640 for GPT-3.

# %% [markdown]
# ## Summary
#
# - A base model continues a page. Demonstrations teach it what a reply is.
# - Rankings say which of its replies are better, and a reward model turns them into a number. It learns what is easily seen in them, here manners.
# - PPO makes replies likelier that score well. So it brings what the judge can see, and the easy part first. Of the same eight replies, a judge that sees the truth picks the helpful one. In sixty steps of PPO against that judge, the replies did not become more helpful: a better judge is necessary, and was not sufficient.
# - $\beta$ keeps the policy near the model it came from. Without it, the score rises and the replies get worse.
# - The policy forgets what it is not paid for. Reading old text along ($\gamma$) brings it back to about where it started.
# - It learns the taste of those who ranked.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Ouyang et al. 2022, *Training language models to follow instructions with human feedback*. Sections 3 to 5 are this chapter; 3.2 is its data, 5.2 its labelers.
# - Christiano et al. 2017, *Deep reinforcement learning from human preferences*: where rankings in the place of a reward began.
# - Ziegler et al. 2019, *Fine-Tuning Language Models from Human Preferences*: the same with GPT-2, with an adaptive β, and with a mistake in a sign from which one learns much.
# - Schulman et al. 2017, *Proximal Policy Optimization Algorithms*.
# - Gao et al. 2022, *Scaling Laws for Reward Model Overoptimization*: how far one may go.
# - Stiennon et al. 2020, *Learning to summarize from human feedback*.
#
# **Next:** chapter 05. The model replies at once, and to a sum of six steps wrongly. What if it wrote down the steps?
