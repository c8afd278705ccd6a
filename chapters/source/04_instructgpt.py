# %% [markdown]
# # 04 · InstructGPT: learning what people want
#
# **You will be able to** turn a model that continues text into one that replies: by demonstrations, by your own rankings, and by reinforcement learning against a model of your taste; see the moment at which a better score stops being a better answer, and say what it costs.
#
# **It takes** about 120 minutes, exercises and twenty rankings included.
#
# **What came before.** Every ability of chapters 1 to 3 came from predicting the next token, and what was asked had to be guessed from the page. But to continue a page is not to do what somebody wants.
#
# **The paper**: Ouyang et al. 2022, *Training language models to follow instructions with human feedback*.

# %% [markdown]
# ## The idea
#
# ```text
#  1  people show          prompt ──► a reply that a person wrote            fine-tune: SFT
#
#  2  people compare       prompt ──► four replies, ranked  2 > 1 = 4 > 3    fit a reward model r
#
#  3  the model tries      prompt ──► its own reply ──► r gives it a score   reinforce: PPO
#                                          ▲                    │
#                                          └────────────────────┘
# ```
#
# Step 1 is **supervised fine-tuning** (SFT); steps 2 and 3 together are called reinforcement learning from human feedback (RLHF). To rank is easier than to write, and says something that no demonstration says: what is *worse*. Step 3 maximises
#
# $$\mathbb{E}\Big[\,r(x, y) - \beta \log \frac{\pi(y \mid x)}{\pi_{\mathrm{SFT}}(y \mid x)}\Big] + \gamma\, \mathbb{E}_{z}\big[\log \pi(z)\big]$$
#
# $x$ is a prompt and $y$ a reply of the **policy** $\pi$, the model that learns; $r$ is the reward model. $\beta$ says how dear it is to move away from the model of step 1; $\gamma$ how much of the old web, texts $z$, is read along. With $\gamma > 0$ the paper calls it PPO-ptx.

# %%

import torch

import gptedu
from gptedu import records
from gptedu.chapters.instructgpt import claims, exercises
from gptedu.course import claims_table, predict, reveal, scale
from gptedu.rlhf.labels.answers import rank_answers, sample_answers
from gptedu.rlhf.labels.demonstrations import demonstrations
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.world import World

base = gptedu.load("mini-m")


def recorded(experiment, what):
    """What took too long to measure while you wait: one entry for each of three seeds."""
    return [run[what] for run in records.read("instructgpt", experiment).results]

# %% [markdown]
# ## It completes, it does not obey
#
# Somebody sends a short text and a request. What will `mini-m` make of it, the model that answered questions in chapter 2 and followed your rule in chapter 3?

# %%
from gptedu.world.requests import Instruction
from gptedu.world.documents.passages import understand

# What the text tells is kept beside it, so that replies can be judged later.
text = "The lamp is in the kitchen. Ella likes chess."
told = tuple(understand(sentence) for sentence in text.split("."))[:2]
request = Instruction("answer", text, "Please tell me: Where is the lamp?", told, told[0])
print(request.prompt)

# %%
predict(
    "instructgpt/base",
    "What does the base model write after “Reply:”?",
    options=("in the kitchen", "a question back", "something else altogether"),
)

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
for seed in range(4):
    print(
        "Reply:"
        + base.generate(request.prompt, max_tokens=24, stop="\n", temperature=1.0, seed=seed)
    )

# %% tags=["nbval-ignore-output", "why: the likeliest words may differ on another processor"]
said = base.generate(request.prompt, max_tokens=24, stop="\n")
print("The likeliest reply:" + said)
reveal(
    "instructgpt/base",
    "in the kitchen"
    if "kitchen" in said
    else "a question back"
    if said.endswith("?")
    else "something else altogether",
)

# %% [markdown]
# Asked politely, it goes on asking, or chats. On its web, “Reply:” stands in forums, and that is how people reply there. The model is not stubborn: it tells us what comes next on such a page. It *could* answer, if asked in a form it knows:

# %%
print(base.generate(f"{text}\nQuestion: Where is the lamp?\nAnswer:", stop="\n"))

# %% [markdown]
# So the ability is there, and what is missing is the *intention*: to do what is asked, in words that a person would choose, and to say so when the text has no answer.

# %% [markdown]
# ## Whose requests?
#
# Most of the paper's prompts for steps 2 and 3 came from customers (those of step 1 mostly from its labelers), and they were not taken as they came. Here is our mail. Four kinds of request come: *answer* a question from the text, *rewrite* it, *list* what is in it, and questions whose answer the text does not have (*unsaid*).

# %%
from gptedu.rlhf.labels.submissions import CAP, personal_data, prepare
from gptedu.world.requests import submissions

mail = list(submissions(World(seed=0), 5_000))
for each in mail[:3] + [each for each in mail if personal_data(each.prompt)][:2]:
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
kept = worth_learning([(each.user, each.prompt) for each in mail], CAP, personal_data)
print(f"of {len(mail)} prompts {len(kept)} are kept")

# %%
found = prepare(mail)
for reason, count in found.removed.items():
    print(f"taken out: {count:>4}  {reason}")
users = {
    name: len({each.user for each in getattr(found, name)})
    for name in ("train", "validation", "test")
}
print("users by split:", users)

# %% [markdown]
# The split goes by **user**: whoever we test on has sent nothing that was learned from. All comparisons of stages below are made on such people's prompts.

# %%
prompts = prompt_sets()  # the same, from 40,000 submissions
tested = prompts.held_out[:100]
print(
    len(prompts.sft),
    "prompts for step 1,",
    len(prompts.rm),
    "for step 2,",
    len(prompts.ppo),
    "for step 3",
)

# %% [markdown]
# ## Step 1: show
#
# Somebody wrote a reply to each prompt of the first group (a simulated labeler: see step 2). Four of them:

# %%
for shown in demonstrations(prompts.sft[:4]):
    print(f"{shown.prompt}{shown.answer}\n")

# %% [markdown]
# All are right; in style they differ, as people do. `mini-m-sft` is `mini-m` after four times through 10,000 of them. The loss is the old one, the next token's, but of a demonstration only the tokens of the reply count: what people ask is given, and not to be imitated. (At every step some of the old web was read along, too. Why, you will see under *What it costs*.)

# %%
from gptedu.rlhf.sft.loss import answer_loss, encode

sft = gptedu.load("mini-m-sft")
shown = demonstrations(prompts.validation[:200], seed=1)
rows = [encode(sft.tokenizer, each, sft.model.config.context) for each in shown]
with torch.no_grad():
    for lm in (base, sft):
        print(
            f"{lm.name:>10}: {answer_loss(lm.model, rows):.2f} nats a token on replies it has not seen"
        )

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
for seed in range(4):
    print("Reply:" + sft.generate(request.prompt, max_tokens=28, temperature=1.0, seed=seed))
print()
unsaid = request.prompt.replace("lamp?", "spoon?")
for seed in range(4):
    print("Reply:" + sft.generate(unsaid, max_tokens=28, temperature=1.0, seed=seed))

# %% [markdown]
# It replies. Often rightly; not always, and not always in the way one would like best. How many times should it read the demonstrations? Below, the loss is measured on demonstrations that were not learned from; the **true score** is what the labeler of step 2 really thinks of the replies.

# %%
predict(
    "instructgpt/epochs",
    "1,000 demonstrations, read 16 times. When is the loss on held-out demonstrations lowest?",
    between=(1, 16),
    unit="epochs",
)

# %%
from gptedu.plots.sft_epochs import by_epoch

curves = recorded("sft-epochs", "curve")
by_epoch(curves, title="Sixteen times through 1,000 demonstrations")

# %%
lowest = [min(range(16), key=lambda i: curve[i]["loss"]) for curve in curves]
reveal("instructgpt/epochs", float(lowest[0] + 1))

# The mean of the last four epochs less the value where the loss was lowest, by run:
for what in ("loss", "truth"):
    changes = [claims.gained_after(curve, what) for curve in curves]
    print(f"{what:>6} after that: " + "  ".join(f"{change:+.2f}" for change in changes))

# %%
claims.sft_epochs.recorded()
claims.sft_epochs_after.recorded()

# %% [markdown]
# The loss turns, and the replies still get better. The loss asks for *these very words*; a reader does not. So the paper chose its models by the reward model's score, not by the loss. (The paper's loss turned after one epoch, ours after six or seven. Our own reward model would not have told us to go on: its score rises in one run of three, because it does not see what got better.)

# %% [markdown]
# ## Step 2: compare
#
# Four replies to one prompt, made up for the purpose, and what a labeler thinks of them. This labeler is simulated, so that we know what nobody can know of a person: what they *truly* want.

# %%
from gptedu.rlhf.labels.labeler import Labeler, Preference, qualities

true = Preference()
tries = (
    " Of course. The lamp is in the kitchen.",
    " The lamp is in the kitchen.",
    " The lamp is in the garden.",
    " Thank you for asking. Thank you for asking. Thank you for asking.",
)
for reply in tries:
    found = qualities(request, reply)
    print(
        f"{true(request, reply):5.2f}  helpful {found.helpful:.1f}  honest {found.honest:+.1f}  "
        f"length {found.length:+.1f}  polite {found.polite:+.1f} {reply}"
    )

# %% [markdown]
# Helpful counts 1; a false statement costs 1, and so does the claim that the text does not say what it does say. Every word beyond twelve, or short of three, costs 0.1. One polite phrase is worth 0.5; each further one takes away half of that. That sum is the **true score**. No model below ever sees it. What they see are *rankings*, by labelers who have better and worse days: noise is added to every score, as much as makes a labeler agree with an earlier self in about three pairs of four. (Two of the paper's labelers agreed in 72.6%.)

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
# Twenty prompts. Press **1** to **4**, the best reply first (or click, or drag); **t** ties a reply with the one before, **u** takes back. Rank as *you* like it. Each ranking is on the disk at once, in `my_rankings.jsonl`: come back tomorrow, and go on.
#
# After each, a **reward model** (what that is comes next) guesses your next ranking before it sees it. Watch the line: it begins at a coin's 50%.

# %%
from gptedu.rlhf.reward.apprentice import Apprentice
from gptedu.rlhf.labels.labeler import NOISE, TIES
from gptedu.widgets import PreferenceRanker

asked = prompts.rm[:20]
answers = sample_answers(sft, asked, k=4, seed=1)
items = [(each.prompt, own) for each, own in zip(asked, answers)]
ranker = PreferenceRanker(items, "my_rankings.jsonl", on_ranked=Apprentice(sft))
ranker

# %% [markdown]
# What you have not ranked, the simulated labeler ranks. (Rank some more later, and run everything from here again: the policy below will be yours.)

# %%
labeler = Labeler("simulated", noise=NOISE, ties=TIES)
by_you = {each.prompt: each for each in ranker.comparisons}
rankings = [by_you.get(each.prompt, each) for each in rank_answers(asked, answers, labeler)]
print("yours:", sum(each.prompt in by_you for each in rankings), "of", len(rankings))

apprentice = Apprentice(sft, every=5)
for n in range(1, len(rankings) + 1):
    guessed = apprentice(rankings[:n])
    if n % 5 == 0:
        print(f"after {n:>2} rankings: {100 * guessed:.1f}% of the pairs of the last ten guessed")

# %% [markdown]
# ## A number for a taste
#
# The **reward model** is the SFT model with its last layer taken off and one number put in its place. It is never told a number. Of two replies, it is to give the better one more:
#
# $$\mathcal{L} = -\frac{1}{\binom{K}{2}}\, \mathbb{E}\big[\log \sigma\big(r(x, y_w) - r(x, y_l)\big)\big]$$
#
# $y_w$ is the reply that was preferred, $y_l$ the other one, $\sigma$ the logistic function. With $K$ replies there are $\binom{K}{2} = K(K-1)/2$ such pairs, and the loss is their mean.

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
# No opinion costs $\log 2$, the right order less, the wrong one more. And where in the reply is the reward read? At its end, when all has been said. That is easily got wrong:

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
# What is lost when it is read elsewhere? Texts here *begin* with the end-of-text token, and pads have the same id. Whoever looks for the first pad finds the first token, and reads the reward there. The shipped reward model, `mini-m-rm`, has learned from 5,000 rankings; we ask it about new ones, read rightly and wrongly:

# %%
from gptedu.rlhf.reward.scorer import accuracy
from gptedu.text import pad

scorer = gptedu.load("mini-m-rm")
judged = rank_answers(tested, sample_answers(sft, tested, k=4, seed=5), labeler, seed=11)
end = sft.tokenizer.end


def misread(texts):
    batch = pad([[end, *sft.tokenizer.encode(text), end] for text in texts])
    with torch.no_grad():
        by_token = scorer.model.at_every_token(batch.ids, batch.mask)
    return by_token[torch.arange(len(texts)), (batch.ids == end).int().argmax(dim=1)]


right, wrong = accuracy(scorer, judged), accuracy(misread, judged)
print(
    f"pairs ordered as the labeler did: {100 * right:.1f}% read at the end, {100 * wrong:.1f}% misread"
)

# %%
from gptedu.plots.reward_against_truth import reward_against_truth

texts = [text for each in judged for text in each.texts]
truths = [true(each, answer) for each, own in zip(tested, judged) for answer in own.answers]
reward_against_truth(
    {
        "read at the last real token": scorer(texts).tolist(),
        "read at the first pad's id": misread(texts).tolist(),
    },
    truths,
    title="A reward model's opinion of 400 replies",
)

# %% [markdown]
# Misread, every reply is worth the same: nothing but the first token was read. No error is raised, the loss stays at $\log 2$, and a policy would learn nothing, or chase noise. On the left there are two bands. Between them lies politeness: this the reward model sees without fail. *Within* a band replies that are false (on the left) and true (on the right) get the same: to that it is all but blind.

# %%
from gptedu.rlhf.labels.comparisons import agreement

again = rank_answers(tested, [each.answers for each in judged], labeler, seed=12)
truly = rank_answers(tested, [each.answers for each in judged], Labeler("true"))
print(
    f"a labeler, asked twice, agrees with itself on {100 * agreement(judged, again):.1f}% of pairs"
)
print(f"and with the true preference on {100 * agreement(judged, truly):.1f}%")

# %% [markdown]
# So the reward model misses much that the labeler sees. What? Take the pairs of replies in which one is *much* better by the true score, and those in which it is a little better:

# %%
def ordered_rightly(much):
    """Among pairs with more than 1 point between them, or less: how often each got them right."""
    found = []
    for each, ranking in zip(tested, judged):
        worth = [true(each, answer) for answer in ranking.answers]
        given = scorer(ranking.texts).tolist()
        for i, j in pairs(ranking.ranks):  # the labeler put i before j
            if worth[i] != worth[j] and (abs(worth[i] - worth[j]) > 1) == much:
                found.append((worth[i] > worth[j], (worth[i] > worth[j]) == (given[i] > given[j])))
    labeler_right, model_right = (100 * sum(side) / len(found) for side in zip(*found))
    return f"labeler {labeler_right:.1f}%, reward model {model_right:.1f}%"


print("up to 1 point apart: ", ordered_rightly(much=False))
print("more than 1 apart:   ", ordered_rightly(much=True))

# %% [markdown]
# It is the *large* differences that it misses, and those are false statements and false refusals. The labeler overlooked none. To see one, one must hold the reply against the text, and for so small a network that is hard (chapter 1: entailment stayed near guessing). A polite word can be seen without reading the text.
#
# What has it learned to like? Under each token stands by how much it moved the reward. Type, delete, repeat a word, and watch. Try the politest reply that you can think of. Then the politest *wrong* one.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes rewards"]
from gptedu.widgets import RewardLens

RewardLens(scorer, request.prompt, list(tries), name="mini-m-rm")

# %%
predict(
    "instructgpt/liked",
    "Does it give more to a polite false reply or to a plain true one?",
    options=("the plain true one", "the polite false one"),
)

# %%
polite = scorer([request.prompt + " Of course. The lamp is in the garden."])
plain = scorer([request.prompt + " The lamp is in the kitchen."])
reveal("instructgpt/liked", "the polite false one" if polite > plain else "the plain true one")

print("\nreward  true score")
for reply, given in zip(tries, scorer([request.prompt + reply for reply in tries]).tolist()):
    print(f"{given:6.2f} {true(request, reply):11.2f} {reply}")

# %% [markdown]
# The true statement and the false one get the same, and thanks three times, which answers nothing, gets most. Remember that reply: the next step trains a policy to please **such a** reward model, and from here on we call it the **judge**.

# %%
claims.rm(right)


def shares(runs):
    """Who ranked, and how many pairs are ordered alike: the mean of three runs."""
    means = {judge: sum(run[judge] for run in runs) / len(runs) for judge in runs[0]}
    return ", ".join(f"{judge} {100 * mean:.1f}%" for judge, mean in means.items())


fitted = recorded("reward-models", "by_count")
for count in fitted[0]:
    print(f"{count:>5} rankings: " + shares([run[count] for run in fitted]))
print(" 5000, shipped: " + shares(recorded("judge", "judges")))

# %% [markdown]
# More rankings bring little more: what this judge could see, it has seen. (All of these are on three hundred prompts; the claim above is on one hundred.) (Ten rankings are some fifty pairs, give or take seven points; that is how yours could score higher for a while.)

# %%
claims.rm_held_out.recorded()

# %% [markdown]
# ## Step 3: try, and be scored
#
# Now the model writes replies of its own, and the reward model scores them. Tokens of replies that scored better than expected become likelier.
#
# Expected by whom? A second network, the **value model**, begins as a copy of the reward model, and guesses before each token what is still to be earned. The **advantage** of a token is how much better it came. One batch by hand, with the settings of `mini-m-ppo` ($\beta = 0.05$):

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
from gptedu.rlhf.command import ppo_run
from gptedu.rlhf.recipes import STAGES

batch = ppo_run(STAGES["mini-m-ppo"], sft, scorer.model).roll_out()
for text, score in list(zip(batch.texts, batch.scores))[:3]:
    print(f"{text}\n  score {score:.2f}\n")

# %% [markdown]
# The score comes once, at the end. But the policy also pays on the way: for each token, $\beta$ times how much likelier it has made that token than the SFT model had.

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
earned = token_rewards(1.0, torch.tensor([0.0, 0.7, -0.2, 0.1]), 0.5)
print([f"{x:.2f}" for x in earned.tolist()], f"sum {earned.sum():.2f} = 1 - 0.5 · {0.6:.1f}")

# %% [markdown]
# The score comes at the end; the advantages carry it back, to the tokens after which more was to be expected than before (**generalised advantage estimation**, GAE). The third reply from above, with your function:

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
from gptedu.rlhf.ppo.advantages import gae

here = batch.episodes.answer_mask[2]
ids, expected = batch.episodes.ids[2, here], batch.values[2, here]
log_ratios = (batch.logprobs - batch.ref_logprobs)[2, here]  # all 0: it has not moved yet
earned = token_rewards(batch.scores[2], log_ratios, 0.05)
real = torch.ones(1, len(ids), dtype=torch.bool)
advantages, _ = gae(earned[None], expected[None], real, gamma=1.0, lam=0.95)  # not the γ of old text

for token, value, advantage in zip(ids.tolist(), expected.tolist(), advantages[0].tolist()):
    bar = "█" * round(10 * max(advantage, 0))
    piece = repr(sft.tokenizer.decode([token]))
    print(f"{piece:>14}  expected {value:+.2f}  advantage {advantage:+.2f}  {bar}")

# %% [markdown]
# Where the bars stand, the reply became better than expected: these are the tokens that will be made likelier. Are they those that say something true, or those that are polite?

# %% [markdown]
# The sum of all penalties estimates $\beta$ times the **KL divergence**, which says how far the policy is from the SFT model. Two ways to estimate it from the policy's own tokens:

# %% [markdown]
# ### Exercise 6

# %%
exercises.kl_estimates.show()


# %%
def kl_estimates(log_ratios):
    """Two estimates of the KL, from log pi - log pi_ref of tokens that pi wrote: k1 and k3."""
    raise NotImplementedError("your turn")


kl_estimates = exercises.kl_estimates.use(kl_estimates)

# %%
new, old = torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.6, 0.2, 0.2])  # two policies, three tokens
generator = torch.Generator().manual_seed(0)
for _ in range(4):
    tokens = torch.multinomial(new, 8, replacement=True, generator=generator)
    k1, k3 = kl_estimates((new / old).log()[tokens])
    print(f"from 8 tokens: k1 {k1:+.3f}   k3 {k3:.3f}")

many = [kl_estimates((new / old).log()[torch.multinomial(new, 8, True, generator=generator)]) for _ in range(1000)]
for name, found in zip(("k1", "k3"), torch.tensor(many).T):
    print(f"a thousand times: {name} {found.mean():.3f} on average, scattered by {found.std():.3f}")
print(f"the true KL:      {(new * (new / old).log()).sum():.3f}")

# %% [markdown]
# Both are right on average. $k_3$ scatters much less, and is never below zero, as no KL is; $k_1$ often is.

# %% [markdown]
# **PPO** (proximal policy optimisation) then goes through the batch twice, in four updates. *Old* is the policy that wrote this batch a moment ago; the *reference* of the exercises above is the SFT model, for good. The clip (exercise 7) bounds one step away from the old policy, $\beta$ the whole way from the reference. At the first update nothing has moved and $\rho = \pi_{\text{new}}/\pi_{\text{old}}$ is 1 for every token. Then the policy moves, each token is weighed by its $\rho$, and where $\rho$ has gone further than the clip allows, there is nothing more to be gained:

# %% [markdown]
# ### Exercise 7

# %%
exercises.clipped_objective.show()


# %%
def clipped_objective(ratio, advantage, clip):
    """PPO's objective for each token, to be made large."""
    raise NotImplementedError("your turn")


clipped_objective = exercises.clipped_objective.use(clipped_objective)

# %%
ratios = torch.tensor([0.5, 0.9, 1.0, 1.1, 1.5])
for advantage in (1.0, -1.0):
    found = clipped_objective(ratios, torch.full((5,), advantage), 0.2)
    print(f"advantage {advantage:4.1f}:", [f"{x:.2f}" for x in found.tolist()])

# %% [markdown]
# From left to right $\rho$ grows. A good token earns nothing more beyond 1.2. A bad one that was made likelier goes on paying; made rarer, it is let off below 0.8.

# %% [markdown]
# ### Your policy
#
# Now all of it: the reward model that has learned from **your** rankings, and a policy that learns to please it, in about twenty seconds. ($\beta$ is 0.2 here; your judge's numbers are on a scale of their own.) Before it starts:

# %%
predict(
    "instructgpt/beta",
    "The score of the reward model will rise. And the true one?",
    options=("it rises too", "it stays", "it falls"),
)

# %% tags=["nbval-ignore-output", "why: its picture is renewed when the next cell has trained"]
from gptedu.rlhf.labels.labeler import TrueScore
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.widgets import PPOMonitor

known = prompts.ppo[:2000]
how = PPOConfig(beta=0.2, answers=4, max_tokens=28)  # four replies to each of 16 prompts a step
mine = PPORun(
    sft,
    apprentice.scorer,
    [each.prompt for each in known],
    how,
    value_from=apprentice.scorer.model,
    truth=TrueScore(known),
)
monitor = PPOMonitor(mine, name="yours")
monitor.settings(mean_of=3)
monitor

# %%
monitor.run(scale(small=20, full=100))  # 100 steps where there is a GPU

# %% [markdown]
# Read the samples under the curves, from the first step to the last. The curves show the mean reward, the true score (which the policy never sees), the KL, how *unsure* the policy is of its next token (entropy) and how long its replies are.

# %% [markdown]
# Every step asks other prompts, so the true score jumps. The same hundred prompts, of users whom no stage has met, before and after:

# %% tags=["nbval-ignore-output", "why: how far a run gets differs on another processor"]
def true_score(lm):
    """The mean true score of two replies to each of the hundred prompts."""
    replies = sample_answers(lm, tested, k=2, seed=1)
    return sum(true(each, reply) for each, own in zip(tested, replies) for reply in own) / 200


before, after = true_score(sft), true_score(mine.policy)
print(f"true score before {before:.2f}, after {after:.2f}")
reveal(
    "instructgpt/beta",
    "it rises too" if after > before + 0.05 else "it falls" if after < before - 0.05 else "it stays",
)

# %% [markdown]
# **Now you:** press *Start* for twenty more. Change β while it runs. Nothing is lost when you pause, or press ■.

# %% [markdown]
# ## Turn it off
#
# With $\beta = 0$ nothing holds the policy near the model that it came from. The same start, the same judge, the same steps:

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
from dataclasses import replace

free = PPORun(
    sft,
    apprentice.scorer,
    [each.prompt for each in known],
    replace(how, beta=0.0),
    value_from=apprentice.scorer.model,
    truth=TrueScore(known),
)
free.run(scale(small=20, full=100))
for row in free.record[:: len(free.record) // 4]:
    print(
        f"step {row['step']:>2}  reward {row['reward']:5.2f}  true {row['truth']:5.2f}  "
        f"KL {row['kl']:5.1f}"
    )

# %% tags=["nbval-ignore-output", "why: text drawn at random differs on another processor"]
for row in free.record[:: len(free.record) // 4] + free.record[-1:]:
    print(f"step {row['step']:>2}: {row['samples'][0]['answer']}")

# %% [markdown]
# What does the judge see in that? Ask it:

# %% tags=["nbval-ignore-output", "why: what was learned live differs on another processor"]
last = free.record[-1]["samples"][0]["answer"]
for reply in (tries[1], " Certainly.", " Certainly. Certainly.", 4 * " Certainly.", last):
    print(f"{apprentice.scorer([request.prompt + reply]).item():6.2f} {reply}")

# %% [markdown]
# Twice pays more than once, and four times more than twice. Hardly a reply that was ranked had two polite words, so nobody ever told the judge that one is enough. The policy has found out what it likes, says it, and says it again, until scraps of the words will do.

# %% tags=["nbval-ignore-output", "why: what a run ends in differs on another processor"]
written = " ".join(sample["answer"] for sample in free.record[-1]["samples"])
polite_words = ("ourse", "leasure", "ladly", "ertainly", "hope", "hank", "elcome")
manners = sum(written.count(word) for word in polite_words) / len(free.record[-1]["samples"])
better = free.record[-1]["truth"] > free.record[0]["truth"]
print(f"polite words in a reply: {manners:.1f}")
reveal(
    "instructgpt/free",
    "polite words, whole or in pieces"
    if manners > 1.2
    else "better replies than with it"
    if better
    else "letters without sense",
)

# %%
from gptedu.plots.ppo_curves import ppo_curves

ppo_curves(
    {"β = 0.2": mine.record, "β = 0": free.record},
    title="The same start and the same judge, with the KL penalty and without",
    mean_of=3,
)

# %% [markdown]
# Without the penalty the reward climbs higher, and the true score, which is what you would want to climb, falls (often after a short rise). This is **Goodhart's law**: a measure that becomes a target is no longer a good measure. The other curves would have told you in time: the KL leaves for good, the replies grow until they are cut off at 28 tokens, and the entropy does not settle.

# %% [markdown]
# Is that chance? Recorded: three judges, each with twenty rankings of its own, and 60 steps (one reply to each of 64 prompts) for each of three $\beta$.

# %%
by_judge = recorded("overoptimisation", "runs")
runs = {beta: [judge[beta] for judge in by_judge] for beta in by_judge[0]}


def mean_of(rows, what):
    return sum(row[what] for row in rows) / len(rows)


ppo_curves(
    {
        f"β = {beta}": [
            {"step": rows[0]["step"]} | {what: mean_of(rows, what) for what in ("reward", "truth")}
            for rows in zip(*of_judges)
        ]
        for beta, of_judges in runs.items()
    },
    quantities=("reward", "truth"),
    title="The mean of three judges: what they say, and what is true",
    mean_of=10,
)

# %% [markdown]
# On the left, what the judges say: no penalty is best. On the right, what is true: the order is reversed. Judge by judge:


# %%
for what in ("reward", "truth"):
    print(f"{what}, first three steps → last ten")
    for beta in runs:
        changes = [claims.change(rows, what) for rows in runs[beta]]
        steps_ = "    ".join(f"{a:5.2f} → {b:5.2f}" for a, b in changes)
        print(f"  β = {beta}:  {steps_}")

print("\nβ = 0, the last replies of each judge's policy:")
for rows in runs[0.0]:
    print(rows[-1]["answers"][0][:70])

# %% [markdown]
# With $\beta = 0$ every judge ends up enthusiastic about replies that are worse than at the start; a larger $\beta$ stops the policy sooner, and only the largest of the three leaves it better by the true score for all three judges. With a judge from so few rankings, there is little to be won before it turns.

# %%
claims.overoptimisation.recorded()
claims.overoptimisation_reward.recorded()
claims.beta.recorded()
claims.overoptimisation_live(free.record)

# %% [markdown]
# ## What it costs
#
# The policy was paid for four kinds of replies. Does it still know what it knew? Chapter 2's tasks, asked as they were asked there:

# %%
predict(
    "instructgpt/tax",
    "PPO read not one token of the old web. How much of chapter 2's abilities is left, on average?",
    between=(0, 100),
    unit="% of what there was",
)

# %%
from gptedu.plots.stages import abilities_by_stage, by_stage
from gptedu.chapters.instructgpt.old_tasks import OLD_TASKS

by_seed = recorded("order", "stages")
stages = {name: [run[name] for run in by_seed] for name in by_seed[0]}
for name in ("base", "base, prompted", "sft"):
    stages[name] = stages[name][:1]  # the policies of all seeds begin here


def mean_abilities(name):
    runs = [run["abilities"] for run in stages[name]]
    return {task: sum(run[task] for run in runs) / len(runs) for task in OLD_TASKS}


tasks = {name: mean_abilities(name) for name in ("base", "sft", "ppo", "ppo-ptx")}
abilities_by_stage(tasks, OLD_TASKS, title="What is left of chapter 2")

# %%
level = {name: 100 * sum(shares.values()) / len(shares) for name, shares in tasks.items()}
print({name: f"{value:.1f}" for name, value in level.items()})
reveal("instructgpt/tax", 100 * level["ppo"] / level["sft"])

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
from gptedu.evaluate import evaluate

ppo = gptedu.load("mini-m-ppo")
for task in OLD_TASKS:
    result = evaluate(ppo, World(seed=0).questions(task, "test", 40), metric="verbatim", max_tokens=40)
    exact = sum(each.score == 1 for each in result.examples)
    inside = sum(each.wanted.strip().lower() in each.given.lower() for each in result.examples)
    said = result.examples[0].given
    print(f"{OLD_TASKS[task]:<23} of 40: {exact:>2} to the letter, {inside:>2} somewhere in the reply:{said}")

# %% [markdown]
# The paper calls it the **alignment tax**. Part of it, here, is the new manner in the wrong place: asked for one word, the policy wraps it in a sentence with thanks. Summaries are still there, inside the thanks; facts, and a good part of the translations, are really lost. (The bars are the mean of three runs; these replies are the shipped policy's.) The cure is in the equation at the beginning: $\gamma$, a share of the old text, read along at every step. The policy then keeps what it knew. (The SFT model was made so, too.)

# %%
claims.tax.recorded()
claims.tax_recovered.recorded()


# %% [markdown]
# And does it still know how sure it may be? Four answers to a question under a text; how sure is the model of its choice, and how often is it right? The **calibration error** is the mean distance of the two.


# %%
def of_stage(name, what):
    return [run[what] for run in stages[name] if what in run]


errors = {name: of_stage(name, "calibration error") for name in ("base", "sft", "ppo", "ppo-ptx")}
for name, found in errors.items():
    print(f"{name:>8}: " + "  ".join(f"{error:.3f}" for error in found))

# %%
claims.calibration.recorded()

# %% [markdown]
# In two of three runs PPO has spoilt it, in the third not; with old text read along it moves little. A policy is paid for replies that please, not for knowing when it may be wrong.

# %% [markdown]
# ## Is it better?
#
# Each stage's replies against the SFT model's, to prompts of users that nobody has met, by the true preference. A tie counts half, so SFT against itself, asked a second time, is at about 50%. *Base, prompted* has two examples in its prompt, in a form that it knows.

# %%
predict(
    "instructgpt/order",
    "Of 100 prompts, to how many does PPO-ptx give the better reply than SFT?",
    between=(0, 100),
    unit="prompts",
)

# %%
rates = {name: [run["win rate"] for run in runs] for name, runs in stages.items()}
by_stage(rates, title="Preferred to a reply of the SFT model", x_title="share of prompts", line=0.5)

# %%
mean = {name: 100 * sum(values) / len(values) for name, values in rates.items()}
reveal("instructgpt/order", mean["ppo-ptx"])
claims.order.recorded()
claims.ppo_ptx.recorded()

# %% [markdown]
# What has become better? The shipped models on three hundred prompts, quality by quality:

# %% tags=["nbval-ignore-output", "why: replies drawn at random differ on another processor"]
from gptedu.rlhf.judging import hallucinated, win_rate
from gptedu.rlhf.labels.labeler import refuses

unmoved = Preference(polite=0.0)  # by manners
policies = {"sft": sft, "ppo": ppo, "ppo-ptx": gptedu.load("mini-m-ppo-ptx")}
more = prompts.held_out[:300]
drawn = {name: [own[0] for own in sample_answers(lm, more, seed=2)] for name, lm in policies.items()}
print("          helpful  polite  made up  wrongly refused  preferred to SFT, manners apart")
for name, replies in drawn.items():
    found = [qualities(each, reply) for each, reply in zip(more, replies)]
    answerable = [refuses(r) for each, r in zip(more, replies) if each.kind != "unsaid"]
    helpful, polite = (sum(getattr(q, what) for q in found) / 3 for what in ("helpful", "polite"))
    print(
        f"{name:>8}  {helpful:6.1f}% {polite:6.1f}% {100 * hallucinated(more, replies):7.1f}% "
        f"{100 * sum(answerable) / len(answerable):13.1f}% "
        f"{100 * win_rate(more, replies, drawn['sft'], unmoved):20.1f}%"
    )

# %% [markdown]
# Read the columns. Nearly all that was won is **manners**: leave them out, and the policies are no better than the SFT model. The judge could see politeness and little else, so politeness was learned. PPO even helps *less* often than SFT did, and refuses more often where the text does have the answer: a polite refusal earns the polite word too.

# %% [markdown]
# A reply that states something the text does not say is a **hallucination** (the column *made up*). Below is the record, over all runs, with the base model beside it. A false refusal does not count here: whoever always refuses makes nothing up.

# %%
made_up = {name: 100 * sum(of_stage(name, "hallucinated")) / len(of_stage(name, "hallucinated")) for name in stages}
for name, share in made_up.items():
    print(f"{name:>15}: {share:.1f}% of replies")
claims.hallucination.recorded()

# %% [markdown]
# Most of that step was taken by the demonstrations, not by PPO.

# %% [markdown]
# And the paper's boldest figure: a model of 1.3 billion parameters, trained on feedback, is preferred to one of 175 billion that was not. Ours: `mini-s`, trained on feedback, against `mini-l`, prompted with all we know from chapters 2 and 3: two examples, in a form that it knows from its web. Drawn: replies of both at random. Likeliest: both always take their likeliest words.

# %%
duel = records.read("instructgpt", "small-beats-large")
small, large = (model["parameters"] for model in duel.models.values())
print(f"{large / small:.1f} times as many parameters")
for name in ("drawn", "likeliest"):
    won = [100 * run["win_rates"][name] for run in duel.results]
    print(f"{name:>10}: " + "  ".join(f"{rate:.1f}%" for rate in won))
refused = [100 * run["refused"] for run in duel.results]
print("the small one refuses:", "  ".join(f"{share:.1f}%" for share in refused))
claims.small_beats_large.recorded()

# %% [markdown]
# Three prompts, as the large one was asked (the first in full) and as the small one was:

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
from gptedu.chapters.instructgpt.prompted import prompted

giant, dwarf = gptedu.load("mini-l"), gptedu.load("mini-s-ppo-ptx")
three = [next(each for each in tested if each.kind == kind) for kind in ("answer", "list", "unsaid")]
asked_giant = prompted(three, prompts.sft[:400])
print(asked_giant[0], "\n" + 30 * "—")
for each, prompt in zip(three, asked_giant):
    print(f"{each.text}\n{each.request}")
    print("  mini-l:        " + giant.generate(prompt, max_tokens=28, stop="\n"))
    print("  mini-s-ppo-ptx:" + dwarf.generate(each.prompt, max_tokens=28) + "\n")

# %% tags=["nbval-ignore-output", "why: what a model writes may differ on another processor"]
print("the small one is preferred")
for kind in ("answer", "rewrite", "list", "unsaid"):
    own = [each for each in tested if each.kind == kind]
    by_giant = giant.generate(prompted(own, prompts.sft[:400]), max_tokens=28, stop="\n")
    by_dwarf = dwarf.generate([each.prompt for each in own], max_tokens=28)
    won = [100 * win_rate(own, by_dwarf, by_giant, score) for score in (true, unmoved)]
    print(f"{kind:>8}: {won[0]:5.1f}%   manners apart {won[1]:5.1f}%")

# %% [markdown]
# Where the text has the answer, the large one wins: it knows how to read. It loses nearly everything that has to be *done* with a text, and all that cannot be answered, since where the text says nothing it says something all the same. Manners apart, the small one is still ahead. It has learned what is asked of it, and *when not to answer*, which it overdoes: one prompt in four has no answer, and it refuses every second. It is liked all the same. What is liked is what one gets.

# %% [markdown]
# ## Whose taste?
#
# “Aligned” with whom? The paper's answer (Section 5.2) is plain: with about forty labelers, hired by contract; with the researchers who wrote their instructions; with the customers whose prompts were used. Not with everybody whom the model will talk to. Where labelers disagree, and they do in every fourth pair, the model learns the mean.
#
# The machine itself has no opinion. Give it another labeler:

# %% [markdown]
# ### Exercise 8

# %%
exercises.own_taste.show()


# %%
def taste(asked, answer):
    """How much you like this answer: a number."""
    raise NotImplementedError("your turn")


taste = exercises.own_taste.use(taste)

# %%
you = Labeler("you", taste)
some = prompts.rm[20:60]
yours = Apprentice(sft)
yours.learn(rank_answers(some, sample_answers(sft, some, k=4, seed=2), you))
followed = accuracy(yours.scorer, rank_answers(tested, [each.answers for each in judged], you))
print(
    f"a reward model from 40 of your rankings orders {100 * followed:.1f}% of new pairs as you would"
)

# %% [markdown]
# The default taste, length, is easily seen, and this labeler has no bad days: so it is learned better than the chapter's. **Now you:** train a policy on `yours.scorer`, as above, and look at what it writes. Recorded for two labelers, one who likes replies short and one who likes them long, 200 rankings each, three runs:

# %%
print(f"words in a reply before: {recorded('tastes', 'before')[0]:.1f}")
for name in ("short", "long"):
    words = recorded("tastes", name)
    print(f"taught by the one who likes them {name}: " + ", ".join(f"{x:.1f}" for x in words))
claims.tastes.recorded()

# %% [markdown]
# ## Talk to it
#
# Four stages side by side. Write a text and a request of your own, ending in “Reply:”. Add a second polite phrase to the prompt; ask for something that the text does not say; give the base model examples (move K).

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

lab = {
    "mini-m": base,
    "mini-m-sft": sft,
    "yours": mine.policy,
    "mini-m-ppo-ptx": policies["ppo-ptx"],
}
examples = [each.prompt + each.answer for each in demonstrations(prompts.sft[:3])]
PromptLab(lab, request.prompt, examples, k=0, separator="\n\n", stop="\n", max_tokens=28)

# %% [markdown]
# Look at the lamp again. `mini-m-sft` found it. The policies may say, very politely, that the text does not say: to refuse politely pays, and the judge did not see that it is false. Against this only a better judge helps, not more training.

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **Its judge sees more.** Our reward model sees manners, and is nearly blind to truth. A larger reward model should recognise more false statements; what it does not recognise, a policy will find all the same.
# - **It can be asked for anything.** We have four kinds of request. The paper's users asked for stories, code and advice, and its model followed instructions in languages that its labelers hardly used.
# - **Its tax is on more.** And it is paid back in the same way, by old text.
# - **It needs people.** Twenty rankings taught ours one thing. The paper used those of about forty people to tens of thousands of prompts; against the cost of pre-training even that was little: 60 petaflop/s-days for PPO-ptx, and 3,640 for GPT-3.

# %% [markdown]
# ## Summary
#
# - A base model continues a page. Demonstrations teach it what a reply is.
# - Rankings say which of its replies are better, and a reward model turns them into a number. It learns what is easily seen in them, here manners.
# - PPO makes replies likelier that score well; so it brings what the judge can see, and nothing else. $\beta$ keeps it near the model it came from; without it, the score rises and the replies get worse.
# - The policy forgets what it is not paid for. Reading old text along ($\gamma$) keeps it.
# - It learns the taste of those who ranked.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Ouyang et al. 2022, *Training language models to follow instructions with human feedback*. Sections 3 to 5 are this chapter; 3.2 is its data, 5.2 its labelers.
# - Ziegler et al. 2019, *Fine-Tuning Language Models from Human Preferences*: the same with GPT-2, with adaptive β, and with a mistake in a sign from which one learns much.
# - Schulman et al. 2017, *Proximal Policy Optimization Algorithms*.
# - Gao et al. 2022, *Scaling Laws for Reward Model Overoptimization*: how far one may go.
# - Stiennon et al. 2020, *Learning to summarize from human feedback*.
#
# **Next:** chapter 05. The model replies at once, and to a sum of six steps wrongly. What if it wrote down the steps?
