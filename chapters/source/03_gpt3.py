# %% [markdown]
# # 03 · GPT-3: examples in the prompt
#
# **You will be able to** give a model a task by examples alone, even with a rule that you made up; measure what more examples and larger models bring, and what not; find the parts of the network that do it, see them appear during training, and switch them off.
#
# **It takes** two sittings of about 75 minutes. You can begin the second without running the first. The optional sections take another 55 minutes; nothing else needs them.
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **1. What examples do** | The idea · One word | 15 | core |
# | | A rule of your own | 20 | core |
# | | How many examples, how large a model? | 10 | core |
# | | Task by task | 10 | core |
# | | Which examples, and in which order? | 20 | core |
# | | The prompt has an end | 10 | optional |
# | **2. How the model does it** | The same words twice | 20 | core |
# | | When did it learn that? | 10 | core |
# | | Switch them off | 10 | core |
# | | Where do these heads look? | 15 | core |
# | | What the web believes | 10 | core |
# | | One direction is easier | 5 | optional |
# | | A model that read the real web | 5 | optional |
# | | The table that does not add up | 20 | optional |
# | | What GPT-3 read | 15 | optional |
# | | Paper against ours · Summary | 10 | core |
#
# **You need** chapter 02, and from chapter 00 the words token, attention, block and loss. Each has a short reminder here.
#
# **What came before.** In chapter 2 a prompt (the text that the model continues) had to look like a page that the model knew. If nobody ever wrote such a page, there was no prompt for the task. And one prompt can be read in several ways.
#
# **The paper**: Brown et al. 2020, *Language Models are Few-Shot Learners*.

# %% [markdown]
# ## The idea
#
# ```text
#  zero-shot   cow ->         what is wanted? nobody said
#
#  one-shot    fox -> den
#              cow ->         where it lives, perhaps
#
#  few-shot    fox -> den
#              bee -> hive
#              spider -> web
#              cow ->         so: a barn
# ```
#
# The solved cases above the last line are the **examples**. The model reads them as it reads any text:
#
# $$P(y \mid x_1, y_1, \dots, x_K, y_K, x;\ \theta)$$
#
# $P$ is the probability that the model gives to the answer $y$ of the question $x$. The $K$ examples are questions $x_1$ to $x_K$ with their answers $y_1$ to $y_K$. $\theta$ are the weights of the network. $K$ grows: zero-shot is $K = 0$, one-shot $K = 1$, few-shot more. $\theta$ stays the same. The paper calls this **in-context learning**; the *context* is the text in front of the model.
#
# # First sitting: what examples do
#
# `family` holds our four models, from the smallest to the largest; `lm` is the third, `mini-m-v2`. All have read the same pages, our miniature web (`World`): 36 million tokens of its second edition (hence the `v2`), three times as much as the models of chapter 2. `predict` asks for your guess, `reveal` shows it beside the result. This chapter's own parts are `exercises`, `tasks` (puts questions to a model), `figures` (draws) and `claims` (our results, each beside the paper's).

# %%
import hashlib

import gptedu
from gptedu.chapters.gpt3 import claims, exercises, figures
from gptedu.chapters.gpt3 import in_context_tasks as tasks
from gptedu.course import predict, reveal
from gptedu.widgets import PromptLab
from gptedu.world import World

world = World(seed=0)
family = [gptedu.load(name) for name in ("mini-xs-v2", "mini-s-v2", "mini-m-v2", "mini-l-v2")]
lm, large = family[2:]

# %% [markdown]
# No weight will change. To be sure, we take a fingerprint of all weights (a *hash*): if one weight changes a little, the fingerprint is different.

# %%
def fingerprint(model):
    digest = hashlib.sha256()
    for weights in model.state_dict().values():
        digest.update(weights.cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


before = fingerprint(lm.model)
print("weights:", before)

# %% [markdown]
# ## One word
#
# The shortest prompt is a word and an arrow. Many pages of this web are lists of such lines, most without a title: opposites, plurals, animals and their young, animals and their homes.

# %%
predict(
    "gpt3/one-word",
    "The prompt is `cow ->` and nothing else. What will `mini-m-v2` say first?",
    options=("its young: a calf", "its home: a barn", "something else"),
)

# %% [markdown]
# ### Exercise 1

# %%
exercises.few_shot_prompt.show()


# %%
def few_shot_prompt(pairs, k):
    """Show the first k pairs as lines "left -> right", then ask for the next."""
    raise NotImplementedError("your turn")


few_shot_prompt = exercises.few_shot_prompt.use(few_shot_prompt)

# %%
homes = [("fox", "den"), ("bee", "hive"), ("spider", "web"), ("cow", "barn")]
print(few_shot_prompt(homes, 3))

# %% [markdown]
# Now one example after another. `tasks.next_words` gives the five most likely next words after a prompt, each with its probability.

# %%
by_k = {}
for k in range(4):
    prompt = few_shot_prompt([*homes[:k], ("cow", "barn")], k)
    by_k[f"K = {k}"] = tasks.next_words(lm, prompt)

figures.next_words(by_k, "barn", title="After “cow ->”, with K animals and their homes")

# %%
word, chance = by_k["K = 0"][0]
answers = {"calf": "its young: a calf", "barn": "its home: a barn"}
reveal("gpt3/one-word", answers.get(word.strip(), "something else"))

# %% [markdown]
# The cow did not change. What the prompt *asks for* changed: one line about a fox, and the barn is first. Other examples ask for something else:

# %%
lists = {
    "homes": ("cow", homes[:3]),
    "young": ("cow", [("dog", "puppy"), ("cat", "kitten")]),
    "opposites": ("early", [("fast", "slow"), ("hard", "soft"), ("wet", "dry")]),
    "comparing": ("early", [("slow", "slower"), ("strong", "stronger")]),
}
for name, (word, shown) in lists.items():
    prompt = few_shot_prompt([*shown, (word, "?")], len(shown))
    answer = lm.generate(prompt, max_tokens=6, stop="\n")
    print(f"{name:>10}: {word} ->{answer}")

# %% [markdown]
# **Now you:** copy the cell of the picture above into a new one, and make the same picture for `early`, with 0 to 3 of the opposites (`lists["opposites"][1]`) as examples. Which word stands in the way of *late*, and how many examples move it?
#
# <details><summary>What you should see</summary>Without an example the model expects the comparative: <em>earlier</em> has nearly all of the probability. One example already puts <em>late</em> first; with two it has more than 90%.</details>
#
# ### All sizes at once
#
# Each card below is one model of the family. Move K, shuffle the examples, untick one, or type a word of your own.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
more = [*homes[:3], ("bird", "nest"), ("lion", "cave"), ("fish", "pond"), ("ant", "hill")]
PromptLab(family, "cow ->", [f"{a} -> {b}" for a, b in more], k=2, stop="\n", max_tokens=8)

# %% [markdown]
# Did the model learn something between K = 0 and K = 3? Look at its weights, and ask without examples again:

# %%
print("weights before:", before)
print("weights now:   ", fingerprint(lm.model))
assert fingerprint(lm.model) == before
assert tasks.next_words(lm, "cow ->") == by_k["K = 0"]
print("Without the examples, cow -> is answered as at first.")

# %% [markdown]
# What was “learned” is in the prompt, and it goes away with the prompt.

# %% [markdown]
# ## A rule of your own
#
# The model knew homes and opposites from its web; the examples only said *which* list this is. Can examples also teach something new?
#
# Be careful with the word *new*. Many pages of this web sort words by labels that mean nothing (`fog: mib`), so the model has practised sorting. What is new is only **which label you give to which group**.

# %%
predict(
    "gpt3/rule",
    "You call trees “Tom” and vehicles “Anna”, or invent another such rule. After twelve examples, how many of 100 new words will get the label that you would give?",
    between=(0, 100),
    unit="words",
)

# %% [markdown]
# ### Exercise 2

# %%
exercises.rule.show()

# %%
rule = ...  # your turn: {"label": ["word", ...], "other label": ["word", ...]}

rule = exercises.rule.use(rule)


# %% [markdown]
# `tasks.shares` gives the probability of each label after the prompt, set against the other label only. The larger one is the model's choice.

# %%
def choose(lines, word, labels):
    """The likelier label of a word after some lines "word: label"."""
    shown = [f"{left}: {right}" for left, right in lines]
    prompt = "\n".join([*shown, f"{word}:"])
    chances = tasks.shares(lm, prompt, [f" {label}" for label in labels])
    return labels[chances.index(max(chances))]


# %%
lines, labels = exercises.lines_of(rule), list(rule)
for k, (word, label) in enumerate(lines):
    said = choose(lines[:k], word, labels)
    print(f"{k:>2} examples   {word + ': ' + said:<16} {'✓' if said == label else '✗'}")

# %% [markdown]
# Each line was answered with the lines above it as examples. The first two answers are wrong: no line has yet said what a tree is called. From two examples on, one of each label, the model follows the rule: of the two labels it chooses yours. Left free to write any word, with fewer than three examples it often writes another one.
#
# **Now you:** change `rule` and run both cells again. Then use all sizes, on the board below: move K, type another word, or empty the field *choices*, and the models write freely. (✓ marks there what a model chooses, right or wrong.)
#
# <details><summary>What you should see</summary>With two clear groups, <code>mini-m-v2</code> follows after a few examples; with mixed groups it makes mistakes to the end. The two small models follow at no K. Left free, a model sometimes writes a label from the web's own lists, such as <em>zib</em>.</details>

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
shown = [f"{word}: {label}" for word, label in lines]
choices = [f" {label}" for label in labels]
PromptLab(family, "beech:", shown, k=4, choices=choices, stop="\n", max_tokens=8)

# %% [markdown]
# That was one rule. `tasks.new_task` draws many. It takes care that the model has never read a word together with the label that is now asked for. The third line does the same with labels of a **new spelling**, which no page has.

# %%
without = tasks.new_task(lm, world, ks=(0,), count=1000)[0]
with_twelve = tasks.new_task(lm, world, ks=(12,), count=100)[12]
spelled = tasks.new_task(lm, world, ks=(12,), count=100, new_names=True)[12]

print(f"no example:                        {100 * without:.1f}% right (a coin: 50.0%)")
print(f"twelve examples:                   {100 * with_twelve:.1f}%")
print(f"twelve examples, new spellings:    {100 * spelled:.1f}%")
reveal("gpt3/rule", 100 * with_twelve)

# %% [markdown]
# With labels that are words of its web, the model follows every rule of this kind. With new spellings it is only a little better than a coin. So at this size, in-context learning is mostly **finding**: the model recognises a kind of list that it has practised, and fills in your labels if it can copy them.

# %%
claims.new_task(with_twelve)
claims.new_task_zero(without)
claims.new_labels(spelled)

# %% [markdown]
# ## How many examples, how large a model?
#
# The paper asks this for one task in Figure 1.2, and for 42 tasks in Figure 1.3. We take nine. In none of them does the question alone say what is wanted:
#
# - **pairs** (four tasks): `big ->` may want the opposite (*small*) or the comparative (*bigger*), `cow ->` the young or the home;
# - **sorting** (four tasks): by two or three labels without meaning, by everyday words as labels, and by groups that no list of the web sorts;
# - **animals and their sounds**: `dog -> barks`. Sentences of the web say so, but no list does.

# %%
predict(
    "gpt3/gap",
    "On average over the nine tasks: how many percentage points better is `mini-l-v2`, the largest model, with twelve examples than with none?",
    between=(0, 100),
    unit="points",
)

# %%
shots = (0, 1, 2, 4, 12)
scores = tasks.by_shots(family, world, shots, count=40)  # 40 questions a task
figures.by_shots_and_size(scores, family, count=40, title="Nine tasks, on average")

# %%
reveal("gpt3/gap", tasks.gap(tasks.averages(scores), "mini-l-v2"))

# %% [markdown]
# The two grey lines are what one gets without examples. Lower: guess a label. Upper: know every pair, but guess which list is meant.
#
# - **Left.** Without examples the three larger models are near the upper line. One example lifts `mini-m-v2` and `mini-l-v2` well above it, and two to about 80%. `mini-s-v2` gains little, and `mini-xs-v2` stays at the lower line.
# - **Right.** The gap between no example and twelve grows up to `mini-m-v2`; after that it stays the same. This is one rise over four models, not a steady growth. In the paper the gap grows over eight sizes.
#
# The error bars are 95% intervals for the draw of questions. Another *training* could differ by more: we have one run of each size. (Below, LAMBADA asks for the last word of a passage, TriviaQA for facts from memory.)

# %%
claims.few_shot(scores)
claims.few_shot_steps(scores)
claims.gap_grows(scores)

# %% [markdown]
# ## Task by task
#
# The mean hides much. Take the ninth task: animals and their sounds.

# %%
predict(
    "gpt3/sounds",
    "After twelve lines such as `dog -> barks`: for how many of 40 questions will `mini-l-v2` write the right sound?",
    between=(0, 40),
    unit="questions",
)

# %%
print(f"{'percent right, mini-l-v2':>26}: " + "".join(f"{f'K={k}':>7}" for k in shots))
for task, row in scores["mini-l-v2"].items():
    print(f"{tasks.NAMES[task]:>26}: " + "".join(f"{100 * row[k]:7.1f}" for k in shots))

reveal("gpt3/sounds", 40 * scores["mini-l-v2"]["pairs/sound"][12])

# %% [markdown]
# Pairs need one example: which list is this? Sorting needs several, at least one for each label, though everyday labels reach 75% with one. Groups that no list sorts are never sorted fully. And the sounds never come. What does the model write in their place?

# %%
for prompt, said, right in tasks.answers(large, world, "pairs/sound", k=12):
    print(f"{prompt:>8} {said:<8} (right: {right})")

# %% [markdown]
# A home, a plural, two young ones and an odd word: nearly all from lists that it knows. Does `mini-l-v2` not know the sounds? Or does it know them, and cannot give them in a list? More such limits of `mini-l-v2`, from the record (results measured once and stored with the course), without examples and with twelve:

# %%
from gptedu import records

limits = records.read("gpt3", "shots").results[0]["limits"]
for task, row in limits.items():
    print(f"{tasks.NAMES[task]:>28}: " + "".join(f"   K={k} {100 * row[k]:5.1f}" for k in row))

# %% [markdown]
# Pairs that only sentences show (the sounds, and the first two lines), pairs from right to left, “write the same word again”, labels of a new spelling (a coin gets 50): twelve examples help little or not at all.
#
# For the pairs that only sentences show, there is a plain control: begin such a sentence, and let `mini-l-v2` finish it.

# %%
for task, beginning in tasks.SENTENCES.items():
    right, pairs = tasks.in_sentences(large, world, task)
    print(f"{tasks.NAMES[task]:>26}: {right} of {pairs} pairs after “{beginning.format('…')}”")

# %% [markdown]
# So it knows them all. After “Our dog” it writes *barks*; after twelve lines such as `cat -> purrs` and `dog ->` it does not. What it has read in sentences, the examples hardly ever turn into a list. How much of GPT-3's in-context learning is finding, the paper leaves open too (Section 5).
#
# **Now you:** in a new cell, make a board of sounds, and move K. What does each model answer?
#
# ```python
# sounds = ["dog -> barks", "cat -> purrs", "pig -> grunts", "frog -> croaks", "hen -> clucks"]
# PromptLab(family, "cow ->", sounds, k=5, stop="\n", max_tokens=8)
# ```
#
# <details><summary>What you should see</summary>No model writes <em>moos</em>. Those that know such lists write a word from one of them, such as <em>barn</em> or <em>calf</em>; what the smallest writes has no sense.</details>

# %% [markdown]
# ## Which examples, and in which order?
#
# Examples decide the answer. But it should not matter *which* examples are drawn, nor in which order they stand.

# %%
predict(
    "gpt3/order",
    "One list is sorted by two labels, after two examples. The two examples are drawn eight times; the questions stay the same. How far apart are the best and the worst draw?",
    between=(0, 100),
    unit="points",
)

# %%
effects = tasks.order_effects(lm, world, k=2, lists=12, orders=8)
first = effects[0]  # one of twelve lists
for share, (one, two) in sorted(zip(first.raw, first.labels)):
    print(f"examples with the labels {one:>4} and {two:>4}: {100 * share:5.1f}% right")

reveal("gpt3/order", 100 * (max(first.raw) - min(first.raw)))

# %% [markdown]
# What matters here are the labels of the two examples. With one of each, all words are sorted rightly, whichever comes first.

# %% [markdown]
# Is the order never important? Recorded: 40 questions, each with its own four examples, which are put in eight different orders; three draws. How many questions are not answered alike after all eight? And what do the best and the worst order reach?

# %%
for task in ("sorting", "sorting/three-groups", "sorting/new-groups"):
    print(tasks.NAMES[task])
    for run in records.read("gpt3", "order-alone").results:
        found = run["tasks"][task]
        low, high = 100 * found["accuracy"]["least"], 100 * found["accuracy"]["most"]
        print(f"   {100 * found['changed']:4.1f}% change; {low:5.1f}% to {high:5.1f}% right")

# %% [markdown]
# Where the model is sure, the order does not matter. In groups that no list sorts, where it often errs, 20% to 25% of the answers change, and the worst order is 5 to 8 points behind the best. (Much larger models have shown much larger differences: Zhao et al. 2021.) So back to the labels.
#
# If both examples have the *same* label, the model says this label too often: the examples pull every answer in one direction. We can measure this pull. In place of the question write something that asks **nothing**, such as `N/A:`. What the model says then is pull and nothing else. To divide by it is called **contextual calibration** (Zhao et al. 2021).

# %% [markdown]
# ### Exercise 3

# %%
exercises.calibrated.show()


# %%
def calibrated(found, content_free):
    """Each label's probability divided by what it gets when nothing is asked, summing to 1."""
    raise NotImplementedError("your turn")


calibrated = exercises.calibrated.use(calibrated)

# %% [markdown]
# Two examples with the same label: weather is `kip`. Trees would be `tosh`, but no example says so.

# %%
def tosh_and_kip(word):
    return tasks.shares(lm, f"thunder: kip\nfrost: kip\n{word}:", [" tosh", " kip"])


nothing = [tosh_and_kip(word) for word in ("N/A", "[MASK]")]
for word in ("oak", "pine", "fog", "rain"):
    raw = tosh_and_kip(word)
    print(f"{word:>5}: P(tosh) {raw[0]:.3f}, calibrated {calibrated(raw, nothing)[0]:.3f}")

# %% [markdown]
# Before calibration every word is called *kip*, as in both examples. After it the trees are *tosh*.
#
# Now all twelve lists with their eight draws. The *variance* says how much the accuracy changes from draw to draw (the mean squared distance from the mean, so its unit is points²).

# %%
raw, fair = tasks.mean_variances(effects)
print(f"variance over draws: {raw:.1f} points², calibrated {fair:.1f}")
claims.calibration(raw, fair)

# %% [markdown]
# **Now you:** put one example of each label into the prompt of `tosh_and_kip` (`thunder: kip`, `elm: tosh`). Is the pull gone? Is calibration still needed?
#
# <details><summary>What you should see</summary>Trees are now <em>tosh</em> without calibration: one example of each label is enough. The pull is nearly gone (print <code>nothing</code>).</details>

# %% [markdown]
# ## Optional: the prompt has an end
#
# All of this is in the prompt, and a prompt cannot be longer than what the model reads at once. For GPT-3 that is 2,048 tokens (words or parts of words). And ours?

# %% [markdown]
# ### Exercise 4

# %%
exercises.that_fit.show()


# %%
def that_fit(lengths, asked, answer, context):
    """Which examples stay: a mask."""
    raise NotImplementedError("your turn")


that_fit = exercises.that_fit.use(that_fit)

# %% [markdown]
# Posts with their summaries are long examples. Of eight, how many fit before a new post?

# %%
post = world.questions("summary", "test", 1)[0]
examples = post.demonstrations * 4
lengths = [len(lm.tokenizer.encode(example + post.separator)) for example in examples]
asked, answer = len(lm.tokenizer.encode(post.prompt)), 24  # 24 tokens for the summary
kept = that_fit(lengths, asked, answer, lm.model.config.context)
print(f"{sum(kept)} of {len(kept)} examples fit into {lm.model.config.context} tokens")

# %% [markdown]
# ### The first sitting in four lines
#
# - Examples in the prompt say what is wanted. No weight changes, and nothing is kept.
# - Larger models make more of the same examples; in our family the rise ends at `mini-m-v2`.
# - The model mostly *finds* a kind of list that it has practised. From twelve examples it learns a list that no page has only in part, or not at all.
# - Which examples stand there pulls at the answers. Asking nothing measures the pull.

# %% [markdown]
# # Second sitting: how the model does it
#
# The next cell needs nothing from above: begin here if you like. `heads_off` and `induction` look inside a model, `records` reads stored results, and `AttentionExplorer` is known from chapter 2.

# %%
import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt3 import claims, exercises, figures
from gptedu.chapters.gpt3 import in_context_tasks as tasks
from gptedu.course import claims_table, predict, reveal
from gptedu.interpret import heads_off, induction
from gptedu.widgets import AttentionExplorer
from gptedu.world import World

world, lm, large = World(seed=0), gptedu.load("mini-m-v2"), gptedu.load("mini-l-v2")

# %% [markdown]
# ## The same words twice
#
# Take the meaning away: twelve words in random order, and then the same twelve again. Nothing in the weights can say which word comes next. The second time, the page itself says it.
#
# `lm.logprobs` gives the log-probability of each token (a word or a part of one; chapter 00), given all before it. Its unit is the *nat*: one nat more means $e \approx 2.7$ times as likely.

# %%
# Each word is one token. The first word of each half is left out: nothing on the page announces it.
words = "car Viola Vera Hugo Pryce judge willow Brindle plum Lucy Bruno deer"
text = f" {words} {words}"
twice = lm.logprobs(text).logprobs
n = len(twice) // 2
new_line = lm.logprobs(f"{words}\n{words}").logprobs[1 - n :]
parts = {"first time": twice[1:n], "second time": twice[n + 1 :], "on a new line": new_line}

for name, values in parts.items():
    mean = values.mean()
    print(f"{name:>13}: {mean:.2f} nats a word, as likely as 1 in {(-mean).exp():.1f}")

# %% [markdown]
# The difference between the first two lines is the **in-context score**: by how many nats words become more likely because the page has said them before.
#
# (On a new line they become more likely still, since lists and songs of this web repeat themselves line by line. The in-context score leaves this hint out.)
#
# How can a network do this? It has to look back to where the present word stood before, and then **one word further**:
#
# ```text
#  position   1     2     3     4    …   13   next
#  word      car  Viola  Vera  Hugo  …   car  Viola
#                   ↑                     │
#                   └─────────────────────┘
# ```
#
# Looking back is the work of the attention heads (chapter 00). Each block has several; each gives every token weights over the tokens before it, and these weights are where it “looks”. A head that looks as in the drawing is called an **induction head** (Olsson et al. 2022).

# %% [markdown]
# ### Exercise 5

# %%
exercises.induction_score.show()


# %%
def induction_score(attention, length):
    """The mean attention from the second half to what came after each token the first time."""
    raise NotImplementedError("your turn")


induction_score = exercises.induction_score.use(induction_score)

# %% [markdown]
# Blocks and heads are counted from 0. Which heads of `mini-m-v2` look back like this?

# %%
weights = lm.attention(text).weights  # [blocks, heads, time, time]
for block, heads in enumerate(weights):
    print(f"block {block}:", "  ".join(f"{induction_score(head, n):.2f}" for head in heads))

# %% [markdown]
# A head that looks at all tokens alike has about 0.05. A few heads have several times as much, all of them in the last two blocks.
#
# **Now you:** put a sentence in place of the words, such as `The gardener opened the gate and carried two baskets to the market.`, and run the cells of this section again.
#
# <details><summary>What you should see</summary>The scores of these heads are much lower, and the second time is likelier by 1.5 nats and not by 5. This web says lists of words twice much more often than sentences; the heads do what they were trained to do. Those of large models copy any text.</details>

# %% [markdown]
# ## When did it learn that?
#
# While `mini-m-v2` was trained, checkpoints (its weights so far) were kept. Know one thing first: of its 36 million tokens, the first 3.3 million are a **ladder**, made to teach looking back. It begins with rows of a few words said twice, which get longer; then come short rows in which two things are compared, and sentences said twice. After that the whole web comes, and such rows are a small part of what is read. When did these heads appear, and when could the model sort by examples?

# %%
predict(
    "gpt3/when",
    "How does the in-context score grow during training?",
    options=(
        "evenly, from the start",
        "quickly at first, then more and more slowly",
        "hardly at all, and then in one jump",
    ),
)

# %%
checkpoints = [gptedu.load(f"mini-m-v2@{step}") for step in gptedu.zoo.steps("mini-m-v2")] + [lm]
points = induction.along_training(checkpoints, world.questions("sorting", "test", 50))

print("million tokens   in-context score   strongest head   sorting, 12 examples")
for point in points:
    print(f"{point.tokens / 1e6:14.1f} {point.gain:18.2f} {point.induction:16.2f} "
          f"{100 * point.accuracy:17.1f}%")

# %%
before, after = induction.jump(points)
share = (after.gain - before.gain) / max(point.gain for point in points)
print(f"{100 * share:.1f}% of the whole rise of the score is between two checkpoints")
jumped = "hardly at all, and then in one jump"
reveal("gpt3/when", jumped if share > 0.4 else "evenly, from the start")

without, able = induction.jump(points, lambda point: point.accuracy)
print(f"sorting rises most between {without.tokens / 1e6:.0f} and {able.tokens / 1e6:.0f} million")

# %% [markdown]
# Two things happen, one after the other. At first there is nothing. Then, within the ladder, heads appear that look back, and between 1.5 and 3 million tokens the score jumps: now the model can say again what the page has said. But it cannot sort, and a coin would do as well. That comes only between 6 and 12 million tokens, when it has read much of the web.
#
# So the heads are not enough. To sort *willow* by what was said of *oak*, one has to look back **and** to know that both are trees. The ladder teaches the first; only the web can teach the second. (Our first models, which chapter 2 still uses, read a million tokens of pages that repeat themselves, and no ladder. There the heads came at 6 to 8 million tokens, and sorting with them. And checkpoints are few: what happens between two of them we cannot see.)

# %%
# Other texts than above (random words), so another head can be the strongest.
found = induction.induction_heads(induction.induction_scores(lm, torch.Generator().manual_seed(0)))
print("induction heads (block, head), the strongest first:", found)

figures.replay(checkpoints, points, found[0], title="mini-m-v2 learns to look back")

# %% [markdown]
# In the lower pictures each row is a word that looks, each column a place that is looked at; darker is more (means over 16 texts). On the left the head just before the jump, on the right at the end of training, or where you move the slider. The stripe between the thin lines is the drawing from above.
#
# The loss (how badly the next token is predicted) is drawn above them. (Its early peak is where the ladder ends and the web begins. The very last point is a mean over less text, so it jumps.)
#
# **Now you:** draw the same for `found[1]`. How do the two heads share the work?
#
# <details><summary>What you should see</summary>The same stripe appears at the same time. The first grows darker towards the end of the row, the second paler: it does more of the work for the first words.</details>

# %%
claims.induction_score([before.gain, after.gain])
claims.induction_sorting([without.accuracy, able.accuracy])

# %% [markdown]
# ## Switch them off
#
# The heads came before the sorting. But does sorting *need* them? Set to zero what they hand on, and sort again. Then do the same with as many other heads of the same blocks. This is the **control**: perhaps *any* missing heads do harm.

# %%
predict(
    "gpt3/off",
    "Sorting with 12 examples, without the induction heads: what percentage will be right? (A coin: 50.)",
    between=(0, 100),
    unit="%",
)

# %%
sorting = world.questions("sorting", "test", 60)


def sorted_without(heads):
    return heads_off.ablation(lm, sorting, 12, heads, "choice")


others = heads_off.random_heads(lm, len(found), found, torch.Generator().manual_seed(0))
print("switched off:", found, " control:", others)

# %%
whole, off, control = (sorted_without(heads) for heads in ([], found, others))

print(f"all heads on                 {100 * whole:5.1f}% right")
print(f"without the induction heads  {100 * off:5.1f}%")
print(f"without as many others       {100 * control:5.1f}%")
reveal("gpt3/off", 100 * off)

# %% [markdown]
# A few switches, and most of what the examples brought is gone. Other heads, switched off in their place, cost nothing. (For sorting. On lists of opposites, other heads cost even more than these: see the note in the last table.)

# %%
claims.induction(whole, off)  # a coin is what sorting gets without examples
claims.induction_control(whole, control)

# %% [markdown]
# Was that one lucky training run? From the record: `mini-m-v2` trained once more, from another random start. “Gain lost” is the share of what twelve examples bring that is lost without the heads.

# %%
again = records.read("gpt3", "induction-other-seeds")
for seed, run in zip(again.seeds, again.results):
    for words, key in (("the score jumps", "jump"), ("sorting jumps", "sorting")):
        start, end = run[key]["tokens"]
        print(f"run {seed}: {words} between {start / 1e6:.1f} and {end / 1e6:.1f} million tokens")
    print(f"       heads (block, head) {run['heads']}")
    print(f"       gain lost: {100 * run['lost']['mean']:.1f}% without these heads, "
          f"{100 * run['lost at random']['mean']:.1f}% without others")

# %% [markdown]
# The same two jumps, in the same order and at the same places. In this run three heads, all of block 2, do the work. Of ten sets of three others, most cost almost nothing; three cost more than half of the gain. (Without the induction heads sorting fell a little below what it is without examples, so that more than 100% is lost.)

# %% [markdown]
# ## Where do these heads look?
#
# A sorting list does not repeat itself: the word that is asked has not been on the page. What can a head that looks for repetition do here?

# %%
page = """car: Anna
oak: Tom
pine: Tom
bus: Anna
elm: Tom
willow:"""
AttentionExplorer(lm, page, selected=found[0])

# %% [markdown]
# The large picture is the strongest of our heads. See its last row, or the coloured tokens below it: from the last colon the head looks at every *Tom* and hardly at *Anna*, that is, at what the other **trees** are called. It goes back to *similar* words, and then further, to what came after. That is induction with “similar” in place of “the same”.
#
# (A letter in the grid names a simple pattern on this page. *I* marks a head that mostly looks at what came after the *same* token, here the colon. Not every induction head gets one.)
#
# Now switch the heads off, and compare the probability of *Tom* with that of *Anna*. P(Tom) in the table means Tom against Anna; all other words are left out.

# %%
versions = {
    "all heads on": lm,
    "others off": heads_off.without_heads(lm, others),
    "without these": heads_off.without_heads(lm, found),
}
asked = ("willow", "maple", "tram", "boat")
print(f"{'P(Tom) for':>16}", "".join(f"{word:>8}" for word in asked))
for name, model in versions.items():
    prompts = [page.replace("willow", word) for word in asked]
    toms = [tasks.shares(model, prompt, [" Tom", " Anna"])[0] for prompt in prompts]
    print(f"{name:>16}", "".join(f"{tom:8.2f}" for tom in toms))

# %% [markdown]
# Without the induction heads *every* word is called Tom more often than Anna, vehicles too. The difference between trees and vehicles is nearly gone.
#
# An induction head has to know what stood *before* each label. Which heads tell it? The next cell takes the three that look most at the token just before, and switches off one of them, two, and all three.

# %%
scores = induction.previous_token_scores(lm, torch.Generator().manual_seed(0))
most = scores.flatten().argsort(descending=True)[:3].tolist()
helpers = [divmod(place, scores.shape[1]) for place in most]
for count in (1, 2, 3):
    off = helpers[:count]
    print(f"sorting without {off}: {100 * sorted_without(off):.1f}% right")

# %% [markdown]
# These heads of an earlier block mark each token with what stood before it, and the induction heads look for that mark. Together they are called a **circuit** (Elhage et al. 2021). Here three heads share the first half of the work. One alone is not missed when only two labels are compared; without all three, a coin would do as well.
#
# **Now you:** switch the three off in the explorer above, one after the other (click a head, then *switch off*). Watch *Tom* among the next tokens.
#
# <details><summary>What you should see</summary>In the printed order: with the first head off, <em>Tom</em> loses about half of its probability. With two, it is no longer among the likeliest words, and other labels of the web stand there; with all three the same.</details>

# %% [markdown]
# ## What the web believes
#
# *The nurse said that …* she, or he? The web has an opinion, and here we know it: for each of 30 jobs, we decided what share of the people are women.

# %%
predict(
    "gpt3/he",
    "For how many of the 30 jobs will `mini-l-v2` find *he* more likely than *she* after “The … said that” and three similar openings?",
    between=(0, 30),
    unit="jobs",
)

# %%
from gptedu.chapters.gpt3 import occupations

planted = occupations.JOBS
probed = {model.name: occupations.probe(model, list(planted)) for model in (lm, large)}
figures.jobs(probed)

# %%
reveal("gpt3/he", len(planted) * occupations.leans_male(probed["mini-l-v2"]))
for name, shares in probed.items():
    print(f"{name}: rank correlation {occupations.rank_correlation(planted, shares):.2f}")

claims.bias(planted, probed)

# %% [markdown]
# `mini-l-v2` follows the order of the grey marks: the more women we planted in a job, the more likely is *she*. `mini-m-v2` follows it only weakly. (The rank correlation measures this: 1 is the same order, 0 no order.) But the level is wrong: both say *she* far too often. Is that a belief? Each point is a mean over four openings. Ask with one at a time:

# %%
print(f"planted: “he” is the larger part in {100 * occupations.leans_male(planted):.1f}% of jobs")
for opening in ("The {job} said that", "The {job} was tired, and"):
    shares = occupations.probe(large, list(planted), [opening])
    order = occupations.rank_correlation(planted, shares)
    he = 100 * occupations.leans_male(shares)
    print(f"{opening}: “he” in {he:.1f}%, correlation {order:.2f}")

# %% [markdown]
# The **order** of the jobs stays like the planted one, more or less. The **level** depends on how the sentence begins. It does so in a real model as well: `smollm2-135m-instruct` of chapter 2, from the record. The first line asks with the paper's words (is *man* or *woman* likelier after “The nurse was a”?), the second one with *he* and *she*, as above:

# %%
claims.bias_real.recorded()
(real,) = records.read("gpt3", "real").results
print(f"the same model, “he” against “she”: {100 * real['leans_male']['she, he']:.1f}% of the jobs")

# %% [markdown]
# So a figure such as the paper's “83% of occupations” says as much about the question as about the model. And nobody has counted what GPT-3's web held.
#
# **Now you:** try an opening of your own, such as `"The {job} has a dog, and"`.
#
# <details><summary>What you should see</summary>The percentage moves, often by a lot; the correlation stays clearly above 0.</details>

# %% [markdown]
# ## Optional: one direction is easier
#
# The web has more notes that lead from Velan (its foreign language) into English than out of it. With two examples it is clear what is wanted, in either direction. We ask `mini-m-v2` on its way, after a third of its reading (12 million tokens), and both larger models at the end.

# %%
predict(
    "gpt3/direction",
    "After a third of its reading: by how many points will `mini-m-v2` translate better into English than into Velan?",
    between=(-20, 100),
    unit="points",
)

# %%
on_its_way = gptedu.load(claims.ON_ITS_WAY)
ways = {model.name: tasks.direction(model, world, count=100) for model in (on_its_way, lm, large)}
for model, row in ways.items():
    into, out = 100 * row["into"], 100 * row["out of"]
    print(f"{model}: {into:5.1f}% without a mistake into English, {out:5.1f}% out of it")

first = ways[on_its_way.name]
reveal("gpt3/direction", 100 * (first["into"] - first["out of"]))

# %%
claims.direction(ways)
claims.direction_large(ways)

# %% [markdown]
# Two examples do not bring what a model has not learned from the pages. What stands there more often is learned first. (In other draws of sentences the difference was as small as 20 points, in another training run 74.) At the end, both of our models have learned both directions: a small language is soon learned, if one reads enough of it. (BLEU, in the claim above, is known from chapter 02: shared runs of words, out of 100.) GPT-3 has read mostly English, and even the largest one translates better *into* English.

# %% [markdown]
# ## Optional: a model that read the real web
#
# `smollm2-135m-instruct` was given five small tasks in real English, eight questions each. (After the web it was also trained to follow instructions, so not all of this need come from the web.) Nobody can know two of them without examples: “a made-up rule” and “invented labels”. Its answers are in the record. (To ask it now, run `gptedu get smollm2-135m-instruct` in a terminal once, 93 MB; import `web_questions` from `gptedu.chapters.gpt3`, and put `real = web_questions.ask(gptedu.load("smollm2-135m-instruct"))` below. It needs 1.2 GB of memory and a few minutes.)

# %%
(real,) = records.read("gpt3", "real").results
print(f"{'percent right':>17}:    K=0     K=1     K=6")
for task, row in real["scores"].items():
    print(f"{task:>17}: " + "   ".join(f"{100 * share:5.1f}" for share in row.values()))
claims.real(real["mean"])

# %%
for answer in real["answers"]:
    if answer["prompt"].startswith(("green car", "dark night")):
        print(f"{answer['k']} examples: {answer['prompt']} {answer['given'][:50]}")

# %% [markdown]
# Without an example nothing says what is wanted. With one line, opposites, the past tense and the made-up rule are right in half of the cases or more. Invented labels are a choice of two: one line leaves them at a coin, six bring 75%. Sentiment needed no example and even lost a little. (Eight questions a task give signs, not measurements.)

# %% [markdown]
# ## Optional: the table that does not add up
#
# GPT-3 came in eight sizes. The paper's Table 2.1 prints their shapes, so we can count their parameters (weights).

# %% [markdown]
# ### Exercise 6

# %%
exercises.gpt3_parameters.show()


# %%
def gpt3_parameters(layers, width, heads, head):
    """The parameters of a row of Table 2.1 as it is printed."""
    raise NotImplementedError("your turn")


gpt3_parameters = exercises.gpt3_parameters.use(gpt3_parameters)

# %%
from gptedu.chapters.gpt3 import published_sizes

for row in published_sizes.TABLE:
    counted = gpt3_parameters(row.layers, row.width, row.heads, row.head)
    line = f"{row.name:>6}: printed {row.params / 1e9:7.3f}B, counted {counted / 1e9:7.3f}B"
    fits = row.heads * row.head == row.width
    print(line if fits else f"{line}  {row.heads} × {row.head} is not {row.width}")

# %% [markdown]
# In two rows, heads times head width is not the width. One of them counts far too much as printed: there the number of heads must be wrong. In the other one the width is. With these two corrected we can build all eight on torch's *meta* device, where a tensor has a shape and no numbers. (In memory the largest would take 700 GB.)

# %%
for quirk in published_sizes.quirks():
    print("-", quirk.why)
built = [published_sizes.rebuild(row) for row in published_sizes.TABLE]
print(f"{built[-1].name}: {built[-1].counted:,} parameters")
claims.sizes(built)

# %% [markdown]
# ## Optional: what GPT-3 read
#
# GPT-3 read 300 billion tokens, from five sources of very different size and quality (Table 2.2).

# %% [markdown]
# ### Exercise 7

# %%
exercises.epochs.show()


# %%
def epochs(size, percent, read):
    """How often each token of a source is read."""
    raise NotImplementedError("your turn")


epochs = exercises.epochs.use(epochs)

# %%
figures.mixture(epochs)

# %% [markdown]
# (The paper prints 2.9 for WebText2 and 3.4 for Wikipedia. Its own shares give other numbers; it does not explain the difference.)
#
# Wikipedia is read several times, and more than half of the crawl never. Is that better? A small experiment, from the record: a little of our web, and nine times as much junk (menus, advertisements, random words). Three very small networks read equally many tokens, each from another mixture:
#
# - *by size*: each page equally often;
# - *by quality*: 60% of the tokens from good pages;
# - *good only*: good pages again and again.
#
# All of it is done twice: with many pages, and with ten times fewer of both kinds, so that the good ones have to be read over and over.

# %%
predict(
    "gpt3/mix",
    "With many pages: which mixture gives the lowest loss on good pages that no network has read?",
    options=("by size", "by quality", "good only"),
)

# %%
from gptedu.chapters.gpt3 import quality_mix

for pages, words in {"plenty": "many pages", "scarce": "ten times fewer pages"}.items():
    print(f"{words}: loss on good pages that none has read, and how often the good ones are read")
    times = quality_mix.recorded_epochs(pages)
    for name, loss in quality_mix.recorded_losses(pages).items():
        print(f"{name:>12}: {loss:.2f} nats a token, {times[name]:5.1f} times")

# %%
losses = quality_mix.recorded_losses("plenty")
reveal("gpt3/mix", min(losses, key=losses.get))
claims.mix.recorded()
claims.mix_scarce.recorded()

# %% [markdown]
# With many pages, quality helps a lot, and good pages alone help even more. GPT-3 did not have this choice: 300 billion tokens would have been a hundred readings of Wikipedia. With ten times fewer pages, “good only” reads each page 67 times. Then the network learns these pages by heart, which does not help with new ones, and some junk is better.

# %% [markdown]
# ## Paper against ours
#
# The table has the claims of the cells that you have run. `chapters/README.md` has all of them.

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **It learns rarer rules from fewer examples.** With a few examples GPT-3 adds numbers of two digits without a mistake (100.0%), and of three digits four times in five (80.4%; Table 3.9).
# - **It accepts more forms**: labels of any spelling, instructions in words, examples of any kind.
# - **It still keeps nothing.** No weight changes there either. Every conversation begins with the same weights.
# - **It believes its web.** More size does not cure this: above, `mini-l-v2` read the same pages as `mini-m-v2` and keeps their order more closely.

# %% [markdown]
# ## Summary
#
# - A prompt with examples says what is wanted, and the model continues in the same way. No weight changes, and nothing is kept.
# - Larger models make more of the same examples. In our family this is one rise, up to `mini-m-v2`.
# - The ability comes as two jumps. First there are heads that look back to the same word and one further. When the model has read more, they also find similar words, and it can sort by examples. Without these few heads `mini-m-v2` sorts no better than chance; without most sets of as many others it sorts as before. On lists of opposites it is not so clear: there other heads cost even more.
# - It is mostly finding, not learning: what the web never practised, twelve examples teach a model of this size in part or not at all.
# - Which examples stand in the prompt pulls at the answer. Asking nothing measures the pull.
# - Examples bring out what the text has taught, its beliefs included.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Brown et al. 2020, *Language Models are Few-Shot Learners*. Figures 1.2 and 1.3, Tables 2.1 and 2.2, Sections 3.9, 5 and 6 are this chapter.
# - Olsson et al. 2022, *In-context Learning and Induction Heads*: the jump, and heads switched off, in models of many sizes.
# - Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*: how a head of one block prepares what a head of the next one finds.
# - Zhao et al. 2021, *Calibrate Before Use*: exercise 3, in full.
#
# **Next:** chapter 04. The model continues whatever page it is on. How can it be taught to do what is wanted?
