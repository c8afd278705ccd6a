# %% [markdown]
# # 03 · GPT-3: examples in the prompt
#
# **You will be able to** put a task to a model by examples alone, with a rule that you made up; measure what each further example and each larger model brings; find the heads that do it, watch them arrive in training, and switch them off.
#
# **It takes** about 90 minutes, exercises included.
#
# **What came before.** In chapter 2 a prompt had to look like a page that the model knew. If nobody ever wrote such a page, there was no prompt for the task. And a prompt can be read in several ways.
#
# **The paper**: Brown et al. 2020, *Language Models are Few-Shot Learners*.

# %% [markdown]
# ## The idea
#
# ```text
#  zero-shot     cow ->                            what is asked? nobody said
#
#  one-shot      fox -> den
#                cow ->                            where it lives, perhaps
#
#  few-shot      fox -> den
#                bee -> hive
#                spider -> web
#                cow ->                            a barn, then
# ```
#
# The examples stand in the prompt, and the model reads them as it reads everything:
#
# $$P(y \mid x_1, y_1, \dots, x_K, y_K, x;\ \theta)$$
#
# $x$ is the question and $y$ its answer; $x_1, y_1$ to $x_K, y_K$ are $K$ examples with theirs; $\theta$ are the weights. $K$ grows, $\theta$ stays. The paper calls this **in-context learning**. No gradient is taken in this chapter either.

# %%
import hashlib

import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt3 import claims, exercises
from gptedu.course import claims_table, predict, reveal
from gptedu.world import World

world = World(seed=0)
lm = gptedu.load("mini-m")


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
# The shortest prompt: a word and an arrow. Many pages of this web have such lists, of opposites, of plurals, of animals and their young, of animals and where they live; most without a title.

# %%
predict(
    "gpt3/one-word",
    "The prompt is `cow ->` and nothing else. What will the model say first?",
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
homes = [("fox", "den"), ("bee", "hive"), ("spider", "web")]
print(few_shot_prompt([*homes, ("cow", "barn")], 3))


# %% [markdown]
# Now one example after another. For each prompt we take the five likeliest next tokens and let the model finish each word.

# %%
def next_words(prompt, top=5):
    """The likeliest next words: (word, probability of its first token)."""
    found = lm.next_token(prompt).topk(top)
    starts = lm.tokenizer.pieces(found.indices.tolist())
    ends = lm.generate([prompt + start for start in starts], max_tokens=5, stop="\n")
    return [(a + b, float(p)) for a, b, p in zip(starts, ends, found.values)]


# %%
from gptedu.plots.next_words import next_words as draw

by_k = {
    f"K = {k}": next_words(few_shot_prompt([*homes[:k], ("cow", "barn")], k)) for k in range(4)
}
draw(by_k, "barn", title="What comes after cow -> with K examples of animals and their homes")

# %%
best = by_k["K = 0"][0][0].strip()
answers = {"calf": "its young: a calf", "barn": "its home: a barn"}
reveal("gpt3/one-word", answers.get(best, "something else"))

# %% [markdown]
# Without an example the model hesitates between what it has read of cows. One line about a fox, and the barn is first. The cow did not change; what is *asked* did. Other examples ask for something else:

# %%
lists = {
    "homes": ("cow", "barn", homes),
    "young": ("cow", "calf", [("dog", "puppy"), ("cat", "kitten")]),
    "opposites": ("early", "late", [("fast", "slow"), ("hard", "soft"), ("wet", "dry")]),
    "comparing": ("early", "earlier", [("slow", "slower"), ("strong", "stronger")]),
}
for name, (word, right, shown) in lists.items():
    prompt = few_shot_prompt([*shown, (word, right)], len(shown))
    print(f"{name:>10}: {word} -> {lm.generate(prompt, max_tokens=6, stop=chr(10)).strip()}")

# %% [markdown]
# **Now you:** draw `early` as `cow` was drawn, with 0 to 3 examples of opposites. Which word stands in the way, and how many examples does it take to move it?
#
# ### All sizes at once
#
# Move K, shuffle the examples, untick one, type your own word. The cards below are four models that read the same pages.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import AttentionExplorer, PromptLab

family = [gptedu.load(name) for name in ("mini-xs", "mini-s", "mini-m", "mini-l")]
more = [*homes, ("bird", "nest"), ("lion", "cave"), ("fish", "pond"), ("ant", "hill")]
PromptLab(family, "cow ->", [f"{a} -> {b}" for a, b in more], k=0, stop="\n", max_tokens=8)

# %% [markdown]
# Something was learned between K = 0 and K = 3, wasn't it? Look at the weights, and ask once more without examples.

# %%
print("weights before:", before)
print("weights now:   ", fingerprint(lm.model))
assert fingerprint(lm.model) == before
assert next_words("cow ->") == by_k["K = 0"]
print("And it has forgotten the foxes and bees: cow -> is answered as at first.")

# %% [markdown]
# What has been "learned" stands in the prompt, and goes with it.

# %% [markdown]
# ## A rule that nobody had before
#
# Homes and opposites the model knew; the examples only said *which*. Can examples teach what is in no book? This web has lists in which somebody sorts words by labels without meaning (*fog: mib*). The habit of sorting is not new to the model, nor that oak and pine go together; which label *you* give to which group is.

# %%
predict(
    "gpt3/rule",
    "You call trees “Tom” and vehicles “Anna”, or invent another such rule. After twelve examples, of 100 new words, how many will be called as you would?",
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


# %%
def choose(model, lines, word, labels):
    """The likelier label of a word after some lines "word: label"."""
    prompt = "\n".join([*(f"{a}: {b}" for a, b in lines), f"{word}:"])
    scores = model.score(prompt, [f" {label}" for label in labels]).raw
    return labels[scores.index(max(scores))]


lines, labels = exercises.lines_of(rule), list(rule)
for i, (word, label) in enumerate(lines):
    said = choose(lm, lines[:i], word, labels)
    print(f"{i:>2} examples   {word + ': ' + said:<16} {'✓' if said == label else '✗'}")

# %% [markdown]
# From the top, the model has seen only what stands above. The first lines are guesses; then it follows. (We take the likelier of your two labels. Left free, `mini-m` may write a label of the web's own lists.)
#
# **Now you:** change `rule` above, and run both cells again. Then try it on all sizes: move K, put your labels under *choices*, type another word.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
shown = [f"{word}: {label}" for word, label in lines]
choices = [f" {label}" for label in labels]
PromptLab(family, "beech:", shown, k=4, choices=choices, stop="\n", max_tokens=8)

# %% [markdown]
# And in general? `new_task` draws groups and labels so that no word asked ever stood under its label in training.

# %%
from gptedu.chapters.gpt3.in_context_tasks import new_task

without = new_task(lm, world, ks=(0,), count=1000)[0]
with_twelve = new_task(lm, world, ks=(12,), count=100)[12]
print(f"no example: {100 * without:.1f}%, twelve: {100 * with_twelve:.1f}% (a coin: 50.0%)")
reveal("gpt3/rule", 100 * with_twelve)

# %%
claims.new_task(with_twelve)
claims.new_task_zero(without)

# %% [markdown]
# ## How many examples, how large a model?
#
# The paper's Figure 1.2 asks this for one task, and Figure 1.3 over 42. We take nine. In each, the question alone does not say what is wanted: words with two readings, groups with invented labels, a kind of list that no page has.

# %%
predict(
    "gpt3/gap",
    "Twelve examples against none, on average over nine tasks: how many points do they bring the largest model?",
    between=(0, 100),
    unit="points",
)

# %%
from gptedu.plots.accuracy import accuracy_by_shots_and_size
from gptedu.chapters.gpt3.in_context_tasks import averages, by_shots, gap

shots = (0, 1, 2, 4, 12)
sizes = {model.name: model.size for model in family}
scores = by_shots(family, world, shots, count=40)
mean = averages(scores)

accuracy_by_shots_and_size(shots, sizes, mean, title="Nine tasks, on average")

# %% [markdown]
# Point at a mark: it says its model, its K and its accuracy. Left, the lines of the larger models rise more steeply: **they make more of the same examples**. Right, the same figures by size: the gap between no example and twelve opens as the models grow.

# %%
reveal("gpt3/gap", gap(mean, "mini-l"))

# %%
claims.few_shot(scores)
claims.few_shot_steps(scores)
claims.gap_grows(scores)

# %%
for task in scores["mini-l"]:
    row = scores["mini-l"][task]
    print(f"{task:>28}: " + "   ".join(f"K={k} {100 * row[k]:5.1f}" for k in shots))

# %% [markdown]
# The mean hides much. **Now you:** which tasks need one example, which need several, and which never come? (Forty questions a task: a difference of ten points may be chance.)

# %% [markdown]
# ## How does it do that?
#
# Take the meaning away. Here are twelve random words, said twice. Nothing in the weights can know which word comes next; the second time, the page itself does. (That one *may* say a list again is something to be learned: one page in seven of this web is a list or a song that repeats itself, most often line by line.)

# %%
from gptedu.interpret.induction import repeated_tokens


def seeded(number):
    return torch.Generator().manual_seed(number)


ids = repeated_tokens(lm.tokenizer, 1, 12, seeded(0))[0]
text = lm.tokenizer.decode(ids[1:].tolist())
print(text)

said = lm.logprobs(text).logprobs
print(f"log-probability of a word: {said[1:12].mean():.2f} the first time, {said[13:].mean():.2f} the second")

line = lm.tokenizer.decode(ids[1:13].tolist()).strip()
on_a_new_line = lm.logprobs(f"{line}\n{line}").logprobs[-11:].mean()
print(f"the second time on a new line, as on this web's pages: {on_a_new_line:.2f}")

# %% [markdown]
# From one in a thousand to one in a hundred, and on a new line to about one in two. The difference between the first two is our **in-context score**: how much likelier the words are the second time, in a form that the web does not prompt. To do this, a model has to look back to where the present word stood before, and *one further*. A head that does so is called an **induction head**.

# %% [markdown]
# ### Exercise 3

# %%
exercises.induction_score.show()


# %%
def induction_score(attention, length):
    """The mean attention from the second half to what came after each token the first time."""
    raise NotImplementedError("your turn")


induction_score = exercises.induction_score.use(induction_score)

# %%
weights = lm.attention(text).weights  # [layers, heads, time, time]
for layer, heads in enumerate(weights):
    print(f"layer {layer}:", "  ".join(f"{induction_score(head, 12):.2f}" for head in heads))

# %% [markdown]
# ## When did it learn that?
#
# Copies of `mini-m` were kept while it was trained. When, in 12 million tokens, did these heads appear?

# %%
predict(
    "gpt3/when",
    "How will the in-context score grow along the training?",
    options=(
        "evenly, from the start",
        "quickly at first, then more and more slowly",
        "hardly at all, and then in one jump",
    ),
)

# %%
from gptedu.plots.training_replay import Moment, training_replay
from gptedu.interpret.induction import along_training, induction_heads, induction_scores, jump
from gptedu.training.record import RunRecord

copies = [gptedu.load(f"mini-m@{step}") for step in gptedu.zoo.steps("mini-m")] + [lm]
points = along_training(copies, world.questions("sorting", "test", 50))
found = induction_heads(induction_scores(lm, seeded(0)))
print("induction heads (layer, head), the strongest first:", found)

# %%
rows = [lm.tokenizer.decode(row) for row in repeated_tokens(lm.tokenizer, 16, 12, seeded(1))[:, 1:].tolist()]
moments = []
for copy, point in zip(copies, points):
    looks = sum(copy.attention(row).weights for row in rows) / len(rows)
    shown = torch.stack([looks[head] for head in found[:2]])
    moments.append(Moment(point.tokens, point.gain, shown.numpy()))

curve = RunRecord.load(gptedu.assets.path("checkpoints", "mini-m", "record.json")).train
loss = ([tokens for _, tokens, _ in curve], [value for *_, value in curve])
names = [f"layer {layer}, head {head}" for layer, head in found[:2]]
words = ["(start)", *[f"word {n}" for n in range(1, 13)] * 2]
training_replay(moments, loss, names, words, title="mini-m learns to look back")

# %% [markdown]
# Move the slider. Down: the word that looks; across: where it looks, on average over 16 rows. For half of the training there is nothing. Then, from one copy to the next, a stripe appears in the lower half: each word, said again, looks at the word *after* its twin. At that very place the score leaps.
#
# The two heads share the work: one takes the first words of the row, the other the later ones. And the loss? Its great drop came much earlier, with the grammar; here it takes a second, small step down. (The spike at one million tokens: there the first pages end, which only repeat themselves, and the web begins.)

# %%
last, first = jump(points)
print(f"{last.name:>12}: score {last.gain:.2f}, sorting with 12 examples {100 * last.accuracy:.1f}%")
print(f"{first.name:>12}: score {first.gain:.2f}, sorting {100 * first.accuracy:.1f}%")
gains = [later.gain - earlier.gain for earlier, later in zip(points, points[1:])]
jumped = max(gains) > 0.4 * (points[-1].gain - points[0].gain)
reveal("gpt3/when", "hardly at all, and then in one jump" if jumped else "evenly, from the start")

# %%
claims.induction_score([last.gain, first.gain])
claims.induction_sorting([last.accuracy, first.accuracy])

# %% [markdown]
# ## Switch them off
#
# It happened together. Is it the *same* thing? Set what these heads hand on to zero, and sort again. For comparison, as many other heads.

# %%
predict(
    "gpt3/off",
    "Sorting with 12 examples: how many percent will be right without the induction heads?",
    between=(0, 100),
    unit="%",
)

# %%
from gptedu.interpret.heads_off import ablation, random_heads

sorting = world.questions("sorting", "test", 60)
whole = ablation(lm, sorting, 12, [], "choice")
off = ablation(lm, sorting, 12, found, "choice")
others = [random_heads(lm, len(found), found, seeded(n)) for n in range(3)]
control = sum(ablation(lm, sorting, 12, heads, "choice") for heads in others) / len(others)

print(f"all heads on                    {100 * whole:5.1f}")
print(f"without the induction heads     {100 * off:5.1f}")
print(f"without as many others, 3 draws {100 * control:5.1f}")
reveal("gpt3/off", 100 * off)

# %%
claims.induction(whole, off)  # without examples sorting is a coin
claims.induction_control(whole, control)

# %% [markdown]
# A zero-shot model again, or nearly, by a few switches. And others, switched off in their place, cost next to nothing here. (That holds for sorting. On lists of opposites as many other heads cost two thirds as much as these: there they are hardly special. The record has both.)
#
# Was that one lucky training run? From the record, `mini-m` trained twice more, from other seeds:

# %%
again = records.read("gpt3", "induction-other-seeds")
for seed, run in zip(again.seeds, again.results):
    where = " to ".join(f"{tokens / 1e6:.1f}" for tokens in run["jump"]["tokens"])
    off, random_off = (100 * run[name]["mean"] for name in ("lost", "lost at random"))
    print(f"seed {seed}: jump at {where} million tokens, heads {run['heads']};")
    print(f"        gain lost without them {off:.1f}%, without others {random_off:.1f}%")

# %% [markdown]
# The same moment, and again heads of the last layer. How much hangs on just these differs: in the second run other heads cost a quarter of the gain, and on opposites more than these do.
#
# But a sorting list does not repeat itself: the word that is asked has not been on the page. So where do these heads look?

# %%
page = """car: Anna
oak: Tom
pine: Tom
bus: Anna
birch: Tom
train: Anna
willow:"""
AttentionExplorer(lm, page, selected=found[0])

# %% [markdown]
# From the last colon the head looks at every *Tom* and at hardly any *Anna*: at what the other **trees** are called. It looks back to the like of the present word, and then further, to what came after. That is induction, with *alike* in place of *the same*.

# %%
def tom_against_anna(word, heads_off):
    prompt = page.replace("willow", word)
    chances = lm.next_token(prompt, heads_off=heads_off)
    tom, anna = (float(chances[lm.tokenizer.encode(label)[0]]) for label in (" Tom", " Anna"))
    return tom / (tom + anna)


for name, heads in (("all heads on", []), ("three others off", others[0]), ("without these", found)):
    share = [f"{word} {tom_against_anna(word, heads):.2f}" for word in ("willow", "maple", "tram", "boat")]
    print(f"{name:>17}: P(Tom) of", ", ".join(share))

# %% [markdown]
# Without these heads a tram is called Tom as well: it hardly matters any more *which* word is asked.
#
# **Now you:** in the explorer, switch the three off, one by one, and watch *Tom* go. Then switch them on again and try head 0 of layer 2. It looks at no *Tom*; ask `tom_against_anna("willow", [(2, 0)])` and the same for `tram`. (An induction head has to know what stood *before* each label. Who tells it?)
#
# <details><summary>What you should see</summary>Without head 0 of layer 2 hardly anything is left of Tom: it hands on what stood before each label, and the others look for that.</details>
#
# How far does the name go? Here are the three heads on texts said twice that no page has:

# %%
from gptedu.interpret.induction import text_induction_scores

for said_twice in (
    "copper lemon tiger castle drum violet hammer island pepper mirror candle falcon",
    "The gardener opened the gate and carried two baskets of plums to the market.",
):
    marks = text_induction_scores(lm, said_twice)
    print([f"{float(marks[head]):.2f}" for head in found], said_twice[:44], "…")

# %% [markdown]
# On a row of words they do it, on a sentence not at all. This web repeats lists of words and no sentences, and the heads do what they were trained to do: specialists for lists. Those of large models copy anything. **Now you:** type a text of your own.

# %% [markdown]
# ## A thumb on the scale
#
# So the examples decide. Also those that should not: which are chosen, and which stands last. Two examples of a sorting list can be drawn in many ways.

# %%
from gptedu.chapters.gpt3.in_context_tasks import order_effects
from gptedu.evaluate.example_order import mean_variances

effects = order_effects(lm, world, k=2, lists=12, orders=8)
for raw, shown in sorted(zip(effects[0].raw, effects[0].labels)):
    print(f"{shown!s:>18}: {100 * raw:5.1f}% right")

# %% [markdown]
# One list, the same questions, eight draws of two examples. After two examples of the *same* label, the model says that label too often, at worst to everything. It may know better underneath, and only be pulled. How strongly, one can ask it: put `N/A:` where the question stands. What it says then is pull and nothing else.

# %% [markdown]
# ### Exercise 4

# %%
exercises.calibrated.show()


# %%
def calibrated(found, content_free):
    """Each label's probability divided by what it gets for nothing, summing to 1."""
    raise NotImplementedError("your turn")


calibrated = exercises.calibrated.use(calibrated)

# %%
pulled = "thunder: kip\nfrost: kip\n"  # weather is kip, fruit is tosh


def labelled(word):
    return torch.tensor(lm.score(f"{pulled}{word}:", [" tosh", " kip"]).raw).softmax(-1).tolist()


nothing = [labelled(word) for word in ("N/A", "[MASK]")]
for word in ("melon", "lemon", "fog", "rain"):
    tosh, fair = labelled(word)[0], calibrated(labelled(word), nothing)[0]
    print(f"{word:>5}: P(tosh) = {tosh:.3f}, calibrated {fair:.3f}")

# %% [markdown]
# Every word is called *kip*, as in both examples. But a melon is less *kip* than nothing at all is, and calibration makes that count.
#
# Over all lists and draws, with three empty questions:

# %%
raw, fair = mean_variances(effects)
print(f"variance over draws: {raw:.1f} points², calibrated {fair:.1f}")
claims.calibration(raw, fair)

# %% [markdown]
# ## One way is easier
#
# Chapter 2's web has more notes that lead from Velan into English than out of it. With two examples the task is clear in either direction. Is it equally easy?

# %%
predict(
    "gpt3/direction",
    "How many points better will `mini-m` translate into English than into Velan?",
    between=(-20, 100),
    unit="points",
)

# %%
from gptedu.chapters.gpt3.in_context_tasks import direction

ways = {}
for model in (lm, family[-1]):
    ways[model.name] = direction(model, world, count=100)
    for way, share in ways[model.name].items():
        print(f"{model.name} {way:>7} English: {100 * share:5.1f}% without a mistake")

reveal("gpt3/direction", 100 * (ways["mini-m"]["into"] - ways["mini-m"]["out of"]))
claims.direction(ways)
claims.direction_large(ways)

# %% [markdown]
# Examples say what is wanted. They do not bring what the pages did not teach. The larger network gets by with the rarer lessons: Velan is a small language. GPT-3 has read mostly English, and at 175 billion parameters translating *into* English is still the easier way.

# %% [markdown]
# ## What the web believes
#
# *The nurse said that …* she, or he? Nobody asked the model for an opinion. But the web has one, and here we know it: each job has a share of women that we planted.

# %%
from gptedu.plots.corpus_shares import share_against_share
from gptedu.chapters.gpt3.occupations import leans_male, probe, rank_correlation
from gptedu.world.words.lexicon import JOBS

probed = {model.name: probe(model, list(JOBS)) for model in family[2:]}
share_against_share(
    JOBS,
    probed,
    title="Each mark is a job",
    x_title="women among those who do it",
    y_title="P(she), against he",
)

# %%
print(f"jobs where “he” is likelier: planted {100 * leans_male(JOBS):.1f}%")
for opening in ("The {job} said that", "The {job} was tired, and"):
    shares = probe(family[-1], list(JOBS), [opening])
    print(f"{opening!r}: {100 * leans_male(shares):.1f}%", end=", ")
    print(f"rank correlation with what was planted {rank_correlation(JOBS, shares):.2f}")

claims.bias(JOBS, probed)
claims.bias_real.recorded()  # smollm2-135m-instruct, of which more below
(recorded,) = records.read("gpt3", "real").results
print(f"The same model, asked for she and he instead of woman and man: {100 * recorded['leans_male']['she, he']:.1f}%")

# %% [markdown]
# The *order* of the jobs is nearly the one that was planted: the model has not made it up, and it knows no better. The *level* hangs on how the sentence begins and which words are compared, in our model and in a real one. So “83 percent” says as much about the question as about the model. And what the web of GPT-3 held, nobody has counted.

# %% [markdown]
# ## The table that does not add up
#
# GPT-3 came in eight sizes. Their shapes are in the paper's Table 2.1, so you can count them.

# %% [markdown]
# ### Exercise 5

# %%
exercises.gpt3_parameters.show()


# %%
def gpt3_parameters(layers, width, heads, head):
    """The parameters of a row of Table 2.1 as it is printed."""
    raise NotImplementedError("your turn")


gpt3_parameters = exercises.gpt3_parameters.use(gpt3_parameters)

# %%
from gptedu.chapters.gpt3.published_sizes import TABLE, quirks, rebuild

for row in TABLE:
    counted = gpt3_parameters(row.layers, row.width, row.heads, row.head)
    mark = "" if row.heads * row.head == row.width else f"  {row.heads} × {row.head} ≠ {row.width}"
    print(f"{row.name:>6}: printed {row.params / 1e9:7.3f}B, counted {counted / 1e9:7.3f}B{mark}")

# %% [markdown]
# Six rows add up. In two, heads times head width is not the width. One of them counts far too much as printed, so there the number of heads must be wrong; in the other the width is. With that put right, we build all eight: not in memory, where the largest would take 700 GB, but on torch's *meta* device, where a tensor has a shape and nothing in it.

# %%
for found_quirk in quirks():
    print("-", found_quirk.why)
built = [rebuild(row) for row in TABLE]
print(f"{built[-1].name}: {built[-1].counted:,} parameters")
claims.sizes(built)

# %% [markdown]
# ## What it read
#
# 300 billion tokens, from five sources of very different size and worth (Table 2.2).

# %% [markdown]
# ### Exercise 6

# %%
exercises.epochs.show()


# %%
def epochs(size, percent, read):
    """How often each token of a source is read."""
    raise NotImplementedError("your turn")


epochs = exercises.epochs.use(epochs)

# %%
from gptedu.plots.corpus_shares import mixture
from gptedu.training.data.mixture import TABLE_2_2

total = sum(source.tokens for source in TABLE_2_2)
mixture(
    [
        (s.name, s.tokens / total, s.share, epochs(s.tokens, 100 * s.share, 300e9))
        for s in TABLE_2_2
    ],
    title="GPT-3's sources: what there is, and what was read",
)

# %% [markdown]
# (The paper prints 2.9 for WebText2 and 3.4 for Wikipedia. From its own shares come 3.5 and 3.0; the difference is not explained.)
#
# Mixed by size, the crawl would be four fifths. Instead Wikipedia is read three times and most of the crawl never. Does that pay? A small experiment: a little of our web, and nine times as much junk (menus, advertisements, word salad). Three tiny networks read equally many tokens, and are judged on held-out pages of our web. This is from the record; one run takes minutes.

# %%
predict(
    "gpt3/mix",
    "Which mixture gives the lowest loss on good pages that none has read?",
    options=("by size", "by quality: 60% good pages", "good pages only, over and over"),
)

# %%
runs = records.read("gpt3", "mix").results  # three seeds


def mean_losses(pages):
    """Mixture -> loss on good pages, the mean of the three networks."""
    return {name: sum(run[pages][name]["loss"] for run in runs) / len(runs) for name in runs[0][pages]}


mixes = mean_losses("plenty")
for name, loss_on_good in mixes.items():
    print(f"{name:>10}: {loss_on_good:.2f} nats a token on good pages")

options = {
    "by size": "by size",
    "by quality": "by quality: 60% good pages",
    "good only": "good pages only, over and over",
}
reveal("gpt3/mix", options[min(mixes, key=mixes.get)])

# %%
claims.mix.recorded()

# %% [markdown]
# Mixed by quality, the same reading time buys far more. And good pages alone, read nearly seven times over, buy more still! GPT-3 had no such choice: its 300 billion tokens would have been a hundred readings of Wikipedia. So here is the same once more with a tenth of the pages, good ones and junk alike: "good only" now means 67 readings.

# %%
for name, loss_on_good in mean_losses("scarce").items():
    print(f"{name:>10}: {loss_on_good:.2f} nats a token on good pages")

claims.mix_scarce.recorded()

# %% [markdown]
# Good pages that are read too often are learned by heart, and new ones gain nothing from it. Then junk is better than nothing, in measure.

# %% [markdown]
# ## A model that read the real web
#
# `smollm2-135m-instruct`, met in chapter 2, was given five small tasks in real English, written for this chapter. Two of them cannot be known without examples. Its answers were recorded, so this works without it.
#
# To ask it yourself, run `gptedu get smollm2-135m-instruct` in a terminal once (93 MB) and set `ASK_NOW = True`. It needs 1.2 GB of memory and a few minutes.

# %%
from gptedu.chapters.gpt3.web_questions import ask

ASK_NOW = False

answered = ask(gptedu.load("smollm2-135m-instruct")) if ASK_NOW else recorded
print(f"{'examples':>17}:      0       1       6")
for task, row in answered["scores"].items():
    print(f"{task:>17}: " + "   ".join(f"{100 * share:5.1f}" for share in row.values()))

claims.real(answered["mean"])

# %%
for answer in answered["answers"]:
    if answer["task"] == "a made-up rule" and answer["prompt"].startswith(("green", "dark")):
        print(f"{answer['k']} examples: {answer['prompt']} {answer['given'][:50]}")

# %% [markdown]
# Without an example nothing says what is wanted; one line shows the rule. Sentiment needed no example, and even lost a little.

# %% [markdown]
# ## What does not fit
#
# All of this lives in the prompt, and a prompt has an end: our models read 256 tokens at once, GPT-3 read 2,048.

# %% [markdown]
# ### Exercise 7

# %%
exercises.that_fit.show()


# %%
def that_fit(lengths, asked, answer, context):
    """Which examples stay: a mask."""
    raise NotImplementedError("your turn")


that_fit = exercises.that_fit.use(that_fit)

# %%
reading = world.questions("summary", "test", 1)[0]
tokens = [
    len(lm.tokenizer.encode(shown + reading.separator)) for shown in reading.demonstrations * 4
]
kept = that_fit(tokens, len(lm.tokenizer.encode(reading.prompt)), 24, lm.model.config.context)
print(f"Of {len(tokens)} posts with their summaries, {sum(kept)} fit before a new one.")

# %% [markdown]
# And some things no number of examples taught our models. From the record, without and with twelve:

# %%
for task, row in records.read("gpt3", "shots").results[0]["limits"].items():
    print(f"{task:>24}: " + "   ".join(f"K={k} {100 * share:5.1f}" for k, share in row.items()))

strange = new_task(lm, world, ks=(12,), count=100, new_names=True)[12]
claims.new_labels(strange)

# %% [markdown]
# Pairs that no list has shown, pairs from right to left, a rule in one line, labels whose *spelling* is new (try `blorfington` in exercise 2): twelve examples help little or not at all. What looked like learning a task is, at this size, mostly **finding** one: a relation known from other lists, or a way of sorting practised on other labels. How much of GPT-3's is finding, the paper leaves open too (Section 5).

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **It learns rarer rules from fewer examples.** Our two readings are settled by one line. With a few examples GPT-3 adds numbers of two digits without a mistake (100.0%) and of three digits four times in five (80.4%).
# - **It is less particular.** Labels of any spelling, instructions in words, examples of any form: with 300 billion tokens it has seen lists of everything.
# - **It still knows nothing tomorrow.** Neither model changes. Every conversation begins with the same weights.
# - **It believes its web.** A larger model keeps the order of its text's skew more closely (`mini-l` more than `mini-m`). More reading is no cure.

# %% [markdown]
# ## Summary
#
# - A prompt with examples says what is wanted; the model goes on in the same way. No weight changes, and nothing is kept.
# - Larger models make more of the same examples: the gap between none and few grows.
# - The ability comes late in training and as a jump, together with heads that look back to the like of the present token and one further. Without these few heads sorting is little better than a coin.
# - Which examples, and in what order, pulls at the answer. Asking about nothing measures the pull.
# - Examples bring out what the text has taught, skew and direction included. They do not replace it.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Brown et al. 2020, *Language Models are Few-Shot Learners*. Figures 1.2 and 1.3, Tables 2.1 and 2.2, Sections 3.9, 5 and 6 are this chapter.
# - Olsson et al. 2022, *In-context Learning and Induction Heads*: the jump and the ablations, in models of many sizes.
# - Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits*: how a head of one layer prepares what a head of the next finds.
# - Zhao et al. 2021, *Calibrate Before Use*: exercise 4, in full.
#
# **Next:** chapter 04. The model continues whatever page it is on. Ask it politely for something, and it goes on asking. How does one teach it to do what is wanted?
