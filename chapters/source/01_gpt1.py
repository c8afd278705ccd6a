# %% [markdown]
# # 01 · GPT-1: one model, four task formats
#
# **You will be able to** turn a task into rows of tokens, put a classifier on a language model, fine-tune it on 200 labels in seconds, and measure how much of the result is owed to text that nobody labelled.
#
# **It takes** about 75 minutes, exercises included.
#
# **What came before.** Until 2018 a network for reviews, one for questions and one for pairs of sentences were three networks, each built for its task and each trained from little more than its labels. Labels are expensive: a person has to write each one. Text is cheap: there are libraries full of it.
#
# **The paper**: Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*.

# %% [markdown]
# ## The idea
#
# ```text
#  first, text without labels      In spring Anna wanted to catch a ____        which word comes next?
#
#  then, few labels       [Start] The soup was cold. [Extract]
#                            └── the same network ──┘    │
#                                                   one linear layer  →  good or bad?
# ```
#
# Train one network to continue text. Then give it rows that end in a new token, [Extract], and read the answer from what the network has gathered there. What is learned first serves every task that comes after:
#
# $$L_3 = L_2 + \lambda L_1$$
#
# $L_1$ is the loss of the language model (how surprised it is by the next token), $L_2$ the loss of the classifier on the labels, and $\lambda$ says how much of the first is kept while the second is learned. The paper's equations 1, 4 and 5; $\lambda$ is 0.5.

# %%
import torch

import gptedu
from gptedu import records
from gptedu.chapters.gpt1 import claims, exercises
from gptedu.course import claims_table, predict, reveal
from gptedu.evaluate.zero_shot import zero_shot_accuracy
from gptedu.finetuning import (
    TASKS,
    Classifier,
    FineTuning,
    Formats,
    accuracy,
    familiar,
    fine_tune,
    fresh,
    transfer,
)
from gptedu.plots.accuracy import accuracy_by_step
from gptedu.plots.paper_against_ours import Comparison, paper_against_ours
from gptedu.world import LABELS, World

world = World(seed=0)
lm = gptedu.load("mini-m")
encode = lm.tokenizer.encode

weights = lm.size
print(f"{lm.name}: {lm.model.config.layers} layers, {weights:,} weights, trained on text alone")

# %% [markdown]
# ## A teacher that needs no labels
#
# Hide the next word of any text, and you have a question with its answer. `mini-m` has learned from 12 million tokens (words, or pieces of words) of a miniature web: pages about a small invented world, written by a program. Here is what it makes of a sentence it has never seen:

# %%
sentence = "In spring Anna wanted to catch a fish. First she took her net to the river."
read = lm.logprobs(sentence)

for piece, probability in zip(read.pieces, read.logprobs.exp().tolist()):
    print(f"{piece:>10}  {probability:.3f}")

# %% [markdown]
# Each line is a token with the probability that the network gave it, knowing only what stands above. Near 1: it was sure. *Anna* it could not know, *fish* it nearly could. $L_1$ is one number for all of this: the mean of the negative logarithms.
#
# $$L_1 = -\frac{1}{T} \sum_{t=1}^{T} \log P(u_t \mid u_1, \dots, u_{t-1})$$
#
# $u_1, \dots, u_T$ are the tokens of the text. (The paper writes a sum to be made large; we write a mean to be made small.)

# %%
l1 = -read.logprobs.mean().item()
guessing = torch.log(torch.tensor(float(lm.tokenizer.vocab_size))).item()
print(f"L1 of this sentence: {l1:.2f} nats. Guessing blindly among all tokens: {guessing:.2f} nats.")

# %% [markdown]
# **Now you:** change one word of the sentence so that $L_1$ rises as much as possible. What has the network learned, if that surprises it?

# %% [markdown]
# ## Four tasks
#
# These are our four tasks, about the same small world. The examples are new to the network. But its web has pages of such kinds, as the real one has: reviews that end in a verdict, stories, two sentences that somebody calls the same.

# %%
tests = {task: world.labelled(task, "test", 200) for task in TASKS}

for task, examples in tests.items():
    print(task, "· which of", ", ".join(LABELS[task]), "?")
    print("  ", examples[0])

# %% [markdown]
# A language model reads one text from left to right. A pair of sentences is not one text, and a story with two ends is not one either. GPT-1 does not change the network for that. It changes the **text**: three new tokens, [Start], [Delim] and [Extract], turn every form into rows that can be read.
#
# Type into the forms, and watch the rows.

# %%
from gptedu.widgets import AttentionExplorer, TaskFormats

TaskFormats(lm, {task: examples[1] for task, examples in tests.items()}, task="entailment")

# %% [markdown]
# The darker token at the end is [Extract]. In a network that looks back only, it is the one token that has seen all the others, so the answer is read there.
#
# **Now you:** choose *similarity*. Why are there two rows, and what would go wrong with one? Then choose the story: what is the same in both its rows?

# %% [markdown]
# ### Exercise 1

# %%
exercises.entailment_row.show()

# %%
def entailment_row(premise, hypothesis, start, delim, extract):
    raise NotImplementedError("your turn")


entailment_row = exercises.entailment_row.use(entailment_row)

# %% [markdown]
# ### Exercise 2
#
# A network has a context of so many tokens, ours of 256. A long review has to be cut. There is a right way and a silent wrong one.

# %%
exercises.review_row.show()

# %%
def review_row(tokens, start, extract, context):
    raise NotImplementedError("your turn")


review_row = exercises.review_row.use(review_row)

# %% [markdown]
# `Formats` does the same for all four tasks. Your rows are its rows:

# %%
formats = Formats(encode, lm.model.config.vocab_size, lm.model.config.context)

pair = tests["entailment"][0]
yours = entailment_row(
    encode(pair.premise), encode(pair.hypothesis), formats.start, formats.delim, formats.extract
)
assert tuple(yours) == formats.entailment(pair.premise, pair.hypothesis).ids

long = encode(tests["review"][0].text * 10)
yours = review_row(long, formats.start, formats.extract, formats.context)
row = formats.classification(tests["review"][0].text * 10)
assert tuple(yours) == row.ids
print("The same rows. The review said ten times was too long, and was cut:", row.cut > 0)

# %% [markdown]
# ## What is new in the network
#
# Three embeddings, for the three new tokens, and one linear layer. That is all; everything else is the network that learned to continue text.
#
# The paper draws the new embeddings at random. We begin with those of three tokens that do something similar in text: the end of a document, a new line, and the colon, behind which our web puts its answers ("Verdict: good").

# %%
begin_as = familiar(lm.tokenizer)
print("[Start], [Delim], [Extract] begin as", lm.tokenizer.pieces(begin_as))

classifier = Classifier(
    transfer(lm.model), TASKS["entailment"], torch.Generator().manual_seed(0), begin_as
)
new = classifier.specials.numel() + sum(p.numel() for p in classifier.head.parameters())
print(f"{new:,} new weights on top of {weights:,}.")

# %% [markdown]
# ### Exercise 3
#
# Rows of different lengths are filled up with pads so that they fit into one tensor. Where is [Extract] then?

# %%
exercises.extracted.show()

# %%
def extracted(hidden, mask):
    raise NotImplementedError("your turn")


extracted = exercises.extracted.use(extracted)

# %% [markdown]
# ### Exercise 4

# %%
exercises.l3.show()

# %%
def l3(logits, labels, logprobs, real, lm_weight):
    raise NotImplementedError("your turn")


l3 = exercises.l3.use(l3)

# %% [markdown]
# Your two functions, on three pairs that the classifier has never seen:

# %%
from gptedu.sampling import token_logprobs

few = tests["entailment"][:3]
labels = torch.tensor([example.label for example in few])

with torch.no_grad():
    hidden, ids, mask = classifier.hidden([formats.rows(example)[0] for example in few])
    logits = classifier.head(extracted(hidden, mask))
    text_logits = torch.cat([lm.model.unembed(hidden), hidden @ classifier.specials.T], dim=-1)
    loss = l3(logits, labels, token_logprobs(text_logits, ids), mask[:, 1:], 0.5)

print(f"hidden states {tuple(hidden.shape)}, logits {tuple(logits.shape)}, L3 = {loss:.2f}")

# %% [markdown]
# The head has not learned anything yet: its part of the loss, $L_2$, is about $\log 3$, that of a guess among three labels. `fine_tune` now does what you would expect. For each batch it computes $L_3$, takes its gradient, and moves **all** weights a little, those of the body too. (Of a story with two ends, $L_1$ takes only the right one: the wrong one is no text to learn from.)

# %% [markdown]
# ## The race
#
# Two runners. One is `mini-m`, which has read millions of words without a label. The other is the same network with fresh random weights. Both get the same 200 labels of each task, in the same order, for the same number of steps.

# %%
predict(
    "gpt1/race",
    "How many points of accuracy, averaged over the four tasks, is the pretrained network ahead?",
    between=(0, 60),
    unit="points",
)

# %%
def seeded(number):
    return torch.Generator().manual_seed(number)


def learn(body, task, labels=200, on_epoch=None):
    """Fine-tunes a body on some labels; returns its accuracy on unseen examples, in percent."""
    learner = Classifier(body, TASKS[task], seeded(0), begin_as)
    examples = world.labelled(task, "train", labels)
    fine_tune(learner, examples, encode, FineTuning(), generator=seeded(1), on_epoch=on_epoch)
    return 100 * accuracy(learner, tests[task], encode)


runners = {"from scratch": fresh(lm.model, seeded(2)), "pretrained": transfer(lm.model)}
laps = {name: [] for name in runners}

for name, body in runners.items():
    learn(body, "review", on_epoch=lambda epoch, learner, name=name: laps[name].append(
        accuracy(learner, tests["review"], encode)
    ))

# %%
accuracy_by_step(
    {name: (list(range(1, 1 + len(shares))), shares) for name, shares in laps.items()},
    title="Reviews: the same network, the same 200 labels, five times through",
    x_title="times through the labels",
    chance=0.5,
)

# %%
start, head_start = (100 * laps[name][-1] for name in ("from scratch", "pretrained"))
print(f"Reviews: guessing 50.0, from scratch {start:.1f}, pretrained {head_start:.1f}")

# %% [markdown]
# Now the other three, with the same body and a new head each: all four formats take less than a minute. The runner from scratch was sent through them three times before, with three draws of labels; we take its average from the record of this chapter.

# %%
def recorded(experiment, name, task):
    """The accuracy on a task, averaged over the seeds, in percent, as it was recorded."""
    runs = records.read("gpt1", experiment).results
    return 100 * sum(run[name][task] for run in runs) / len(runs)


pretrained = {"review": head_start}
pretrained |= {task: learn(transfer(lm.model), task) for task in TASKS if task != "review"}
scratch = {task: recorded("pretraining", "scratch", task) for task in TASKS}

# %%
for task in TASKS:
    guess = 100 / TASKS[task].answers
    print(f"{task:<11} guessing {guess:.1f}   from scratch {scratch[task]:.1f}", end="   ")
    print(f"pretrained {pretrained[task]:.1f}")

# %%
def mean(scores):
    return sum(scores.values()) / len(scores)


paper_against_ours(
    [Comparison(task, round(scratch[task], 1), round(pretrained[task], 1)) for task in TASKS],
    title="200 labels each: the same network from scratch and pretrained",
    paper="from scratch",
    ours="pretrained",
)

# %%
ahead = mean(pretrained) - mean(scratch)
reveal("gpt1/race", ahead)

# %% [markdown]
# Reviews and stories gain. The two tasks that compare **two texts word by word** stay near guessing, for both runners, so the average gain is little more than a third of the paper's. (One draw of 200 labels may move a score by fifteen points, so the averages below count more than this one run.)
#
# Keep a question open for a moment: does our network *know* nothing about these pairs, or did the labels only fail to ask?

# %%
claims.pretraining.recorded()  # three draws of the labels

# %% [markdown]
# ### With more labels
#
# Is it the labels that are too few? The record has the same race with 1,000, and both races with three draws of the labels:

# %%
for experiment, labels in (("pretraining", 200), ("more-labels", 1000)):
    print(f"{labels} labels")
    for task in TASKS:
        runs = {name: recorded(experiment, name, task) for name in ("scratch", "pretrained")}
        print(f"   {task:<11} from scratch {runs['scratch']:.1f}   pretrained {runs['pretrained']:.1f}")
    draws = [claims.pretraining.of(run) for run in records.read("gpt1", experiment).results]
    print("   ahead, draw by draw:", "  ".join(f"{points:+.1f}" for points in draws))

# %% [markdown]
# With 1,000 labels (read three times) the average gain is gone: reviews keep 9 points, but on stories and similarity the runner from scratch is ahead by 5 and 6. So what pre-training saves here is labels: it counts where there are few, and where the meaning of single words decides.
#
# And the pairs? Both runners were given **10,000** labels for *similarity*, four times through and without $L_1$, with three draws:

# %%
many = records.read("gpt1", "many-labels").results
for name in ("scratch", "pretrained"):
    print(f"{name:<11}", "  ".join(f"{100 * run[name]['similarity']:.1f}" for run in many))

# %% [markdown]
# To compare can be learned, from labels alone, by both runners alike; it takes thousands of them, and even then it comes only half way in some draws. So pre-training has not brought the *habit* of comparing to where the classifier reads, as it has brought what words mean. (The paper's model had a hundred times the weights, and read far more.)
#
# **Now you:** call `learn` with `labels=50` and `labels=800` for reviews, from scratch and pretrained. How many labels is the pre-training worth?

# %% [markdown]
# ## How deep does it go?
#
# Is it only the word vectors that help? Then keeping the embeddings and drawing all layers anew would be enough. `transfer(lm.model, layers=n)` keeps the embeddings and the first $n$ layers.

# %%
predict(
    "gpt1/layers",
    "There are four layers. How many of them, from below, must be kept for reviews to come within "
    "five points of keeping them all?",
    options=("none: the embeddings will do", "one", "two", "three"),
)

# %% [markdown]
# The record has three draws of the labels for all four tasks, with none to all of the layers kept:

# %%
kept = [0, 1, 2, 3, 4]
by_layers = records.read("gpt1", "layers").results


def with_layers(n, task):
    return 100 * sum(run["kept"][n][task] for run in by_layers) / len(by_layers)


accuracy_by_step(
    {task: (kept, [with_layers(n, task) / 100 for n in kept]) for task in TASKS},
    title="Accuracy by the number of pretrained layers that are kept",
    x_title="pretrained layers",
)

# %%
for task in ("review", "story"):
    print(f"{task:<7}", "  ".join(f"{n} layers {with_layers(n, task):.1f}" for n in kept))
averages = [mean({task: with_layers(n, task) for task in TASKS}) for n in kept]
print("average of all four tasks:", "  ".join(f"{score:.1f}" for score in averages))

enough = next(n for n in kept if with_layers(n, "review") > with_layers(4, "review") - 5)
reveal("gpt1/layers", ("none: the embeddings will do", "one", "two", "three")[enough])

# %% [markdown]
# In the paper's figure 2 (left) each of twelve layers adds something. Here the embeddings alone bring nothing: with them a network does no better than from scratch. For reviews one layer brings most of the gain and two bring all of it: they are judged by words like *dark* or *not perfect*, and to join *not* to its neighbour takes a layer or two. The stories go up and down: with three draws of the labels, a step of ten points may be chance.

# %%
claims.layers.recorded()

# %% [markdown]
# **Now you:** `learn(transfer(lm.model, layers=2, generator=seeded(3)), "review")` keeps two layers and draws the others anew. Change the seed: by how much does one drawing of the layers differ from the next?

# %% [markdown]
# ## Where does it come from?
#
# Nobody told the language model that there would be tasks. Can it do any of them before it has seen one label? The paper asks it by **heuristics** (section 5). We put a text before the model and look at what it finds likely:
#
# | task | what is asked of the language model |
# |---|---|
# | review | is *bad* or *good* more probable, after the text and "Verdict:"? |
# | entailment | how much more probable does the hypothesis become behind the premise and "In other words,"? |
# | similarity | the same, for either sentence behind the other |
# | story | which end is more probable, per token? |
#
# In the second and third row examples are compared with each other: the half of the pairs that gain most are called the same; of the hypotheses the third that gains most is called entailed, the lowest third neither. (So it is known how many of each there are.)
#
# The copies that were kept of `mini-m` while it was learning show how these abilities grow.

# %%
predict(
    "gpt1/zero-shot",
    "Without a single label, how often will the finished language model choose the right end of a story?",
    between=(50, 100),
    unit="%",
)

# %%
growth = records.read("gpt1", "zero-shot-growth").results  # three draws of the examples
millions = [tokens / 1e6 for tokens in growth[0]["tokens"]]
copies = list(zip(*(run["scores"] for run in growth)))  # of each copy three scores

accuracy_by_step(
    {
        task: (millions, [sum(run[task] for run in copy) / len(copy) for copy in copies])
        for task in TASKS
    },
    title="Without labels: the heuristics along pre-training",
    x_title="millions of tokens read",
)

# %%
first = gptedu.load("mini-m@0")  # before its first step
asked = {task: examples[:100] for task, examples in tests.items()}


def asked_by_text(model):
    return {task: zero_shot_accuracy(model, lm.tokenizer, asked[task]) for task in TASKS}


before, after = asked_by_text(first.model), asked_by_text(lm.model)
for task in TASKS:
    print(f"{task:<11} untrained {100 * before[task]:.1f}", end="   ")
    print(f"after all its text {100 * after[task]:.1f}", end="   ")
    print(f"(fine-tuned on 200 labels: {pretrained[task]:.1f})")
reveal("gpt1/zero-shot", 100 * after["story"])

# %%
claims.zero_shot_growth([before, after])

# %% [markdown]
# Compare the last two columns. Asked in words that our web uses itself, the model answers better than after 200 labels, also about the pairs of texts. It knew; the labels had only failed to ask. And it knew because it had met such things in its text: that is where the skill comes from.
#
# This is the most far-sighted figure of the paper. If the language model learns the tasks by itself, because they help it to guess the next word, then perhaps the labels can be left out altogether. That is chapter 2.

# %% [markdown]
# ### What does it look at?
#
# How can it know that one sentence restates another? The picture shows all attention heads while the model reads a text and begins to say a part of it in other words. Each head is a triangle: down, the token that looks; across, the token that is looked at.

# %%
AttentionExplorer(
    lm,
    "The vase is in the bathroom. Paul has the book. In other words, the book belongs to",
    selected=(3, 0),
)

# %% [markdown]
# From the last word this head looks back at *Paul*, who has the book. That is how the right statement becomes likelier behind its text. **Now you:** switch the head off. What becomes of *Paul* among the next words? Then let the text end in *the vase belongs to*. Nobody has it: where does the head look?

# %% [markdown]
# ## Keep reading while you learn?
#
# While it learns the labels, $\lambda L_1$ makes the network go on predicting the text of the task. In the paper this helps the larger data sets and not the smaller ones; on average it costs 0.3 points (75.0 without it, 74.7 with it). We have measured it on reviews, with few labels and with many.

# %%
predict(
    "gpt1/aux",
    "Reviews, 100 labels: by how many points will the auxiliary loss change the accuracy?",
    between=(-20, 20),
    unit="points",
)

# %%
auxiliary = records.read("gpt1", "aux-lm")
effect = {}
for amount in ("few", "many"):
    gains = [100 * (run[amount][0.5] - run[amount][0.0]) for run in auxiliary.results]
    effect[amount] = sum(gains) / len(gains)
    by_draw = "  ".join(f"{gain:+.1f}" for gain in gains)
    print(f"{auxiliary.settings[amount]} labels: {by_draw}   mean {effect[amount]:+.1f}")

reveal("gpt1/aux", effect["few"])

# %% [markdown]
# Each number is one draw of the labels; the draws differ by more than the auxiliary loss changes. So it neither helps nor harms here, with few labels or with many. The paper's effect is small as well, and to see it at all took eight data sets.

# %%
claims.aux_lm.recorded()

# %% [markdown]
# ## Is it the Transformer?
#
# Before 2018 the network that read text was the LSTM. It goes from token to token and carries one vector along; whatever it is to remember must fit in there. A Transformer can look back at every token instead. The paper puts an LSTM in its place and loses 5.6 points.
#
# `mini-lstm` has as many weights as `mini-s`, the small sister of `mini-m`, and has read the same 12 million tokens in the same order.

# %%
small, lstm = gptedu.load("mini-s"), gptedu.load("mini-lstm")

for twin in (small, lstm):
    count = twin.size
    reviews = learn(transfer(twin.model), "review")
    print(f"{twin.name:<10} {count:,} weights   L1 on held-out text {twin.card['final_loss']:.2f}")
    print(f"           reviews after 200 labels {reviews:.1f}")

# %%
sisters = {
    name: {task: recorded("twins", name, task) for task in TASKS}
    for name in ("small", "lstm", "bert")
}

for task in TASKS:
    print(f"{task:<11} mini-s {sisters['small'][task]:.1f}   mini-lstm {sisters['lstm'][task]:.1f}")

# %%
claims.lstm.recorded()

# %% [markdown]
# As language models the two are almost equal, and yet the LSTM is behind once it is fine-tuned, as in the paper. What it has read about a text must fit into one vector by the time [Extract] comes; a Transformer looks back at the text itself.

# %% [markdown]
# ## BERT: look both ways
#
# GPT looks back only, since it must not see the word that it is to guess. Four months later came BERT: hide 15% of the words instead, and let every token look both ways to find them. In code, the difference is one mask.

# %% [markdown]
# ### Exercise 5

# %%
exercises.bert_mask.show()

# %%
def bert_mask(real):
    raise NotImplementedError("your turn")


bert_mask = exercises.bert_mask.use(bert_mask)

# %% [markdown]
# Try it on `mini-m` itself. We change the **last** word of a sentence and ask which tokens notice: whose vector is another one than before?

# %%
one = encode("Anna went to the lake.")
other = encode("Anna went to the school.")
ids = torch.tensor([one, other])
real = torch.ones_like(ids, dtype=torch.bool)

for name, mask in {"GPT, looking back": real, "BERT, both ways": bert_mask(real)}.items():
    with torch.no_grad():
        vectors = lm.model.features(ids, mask=mask)
    notices = (vectors[0] - vectors[1]).abs().amax(dim=-1) > 1e-4
    print(f"{name:<18}", "  ".join(
        f"{piece.strip()}{'*' if seen else ''}" for piece, seen in zip(lm.tokenizer.pieces(one), notices)
    ))

# %% [markdown]
# A star marks a token that noticed. Looking back, *Anna* cannot know where she will go. Looking both ways, she knows from the start.
#
# `mini-bert` is `mini-s` with that mask: the same size, the same text, but gaps to fill in place of next words to guess. Give it a blank:

# %%
bert = gptedu.load("mini-bert")


def likeliest(probabilities):
    best = probabilities.topk(2)
    words = (lm.tokenizer.decode([token]).strip() for token in best.indices.tolist())
    return ", ".join(f"{word} {share:.2f}" for word, share in zip(words, best.values.tolist()))


for gap in ("The lamp ___ to Peter.", "Anna ___ fond of cooking.", "Anna ___ to the market."):
    print(gap)
    print("   BERT, both sides:", likeliest(bert.fill(gap)))
    print("   GPT, left side:  ", likeliest(small.next_token(gap.split(" ___")[0])))

# %% [markdown]
# What comes after the gap decides it, and only BERT can see that. Now let both write. BERT gets a blank behind the text, fills it, and goes on from there.

# %% tags=["nbval-ignore-output", "why: greedy text may differ by a token on another CPU"]
def write(text, tokens=14):
    for _ in range(tokens):
        token = bert.fill(text + " ___").argmax().item()
        text += lm.tokenizer.decode([token])
    return text


beginning = "One day Anna wanted to catch a fish. She took her net"
print("BERT:", write(beginning))
print("GPT: ", beginning + small.generate(beginning, max_tokens=14))

# %% [markdown]
# One text is no measurement. How often does each guess the right token, out of 2,500?

# %%
from gptedu.chapters.gpt1.experiments import blanks

guessed = blanks(seed=0)["guessed"]
for who, share in guessed.items():
    print(f"{who:<18} {100 * share:.1f}% right")

# %% [markdown]
# Take the right side away, and BERT is lost. To write, a model must give the next token a probability before it is there, and BERT has only learned to fill gaps that have both sides. GPT gives every text a probability, token by token, and can therefore draw one. Everything that the later chapters do stands on this.

# %% [markdown]
# Fine-tuned, it should at least read better. (Without $L_1$: who sees the next word cannot be asked for it.)

# %%
for task in TASKS:
    ours, theirs = sisters["small"][task], sisters["bert"][task]
    print(f"{task:<11} mini-s {ours:.1f}   mini-bert {theirs:.1f}   {theirs - ours:+.1f}")

# %%
claims.bert.recorded()
claims.bert_cannot_write(guessed)

# %% [markdown]
# It does not, and with both sides it fills no more gaps than GPT does from one. BERT learns from the 15% of the tokens that are hidden, GPT from all of them, so of the same text BERT has learned less. Ours has read its text once.

# %% [markdown]
# ## The table

# %%
claims_table()

# %% [markdown]
# **What a larger model does differently.** GPT-1 has 117 million weights and read 7,000 books; ours has about one million and reads a world of 2,000 words. GPT-1 learned to compare two texts from its labels; ours needs thousands of labels for it, and then not in every draw. What carries over is the order of things: text first, labels second, and one network for all.
#
# ## Summary
#
# - Text is its own teacher: the next word is the label ($L_1$).
# - Every task becomes rows of tokens; three embeddings and one linear layer are new.
# - $L_3 = L_2 + \lambda L_1$ trains the whole network on few labels.
# - The gain comes from the pretrained layers, not from the word vectors alone.
# - At this size, labels do not bring out all that the language model knows: asked in the right words, it does better than after 200 labels.
# - BERT looks both ways and fills gaps; GPT can write.

# %%
exercises.quiz.show()

# %% [markdown]
# ## What to read
#
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*: section 3 (the method), figures 1 and 2, table 5.
# - Devlin et al. 2018, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*: section 3.1.
# - In this package: `gptedu/finetuning/formats.py`, then `classifier.py`; 300 lines in all.
#
# Next: [chapter 2](02_gpt2.ipynb), where the labels go, and the new layer too.
