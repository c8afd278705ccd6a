# %% [markdown]
# # 01 · GPT-1: one model, four task formats
#
# **You will be able to** turn a task into rows of tokens, put a classifier on a language model, fine-tune it on 200 labels in seconds, and measure how much pre-training helps.
#
# **It takes** a bit over two hours: 132 minutes for the core sections, exercises included, and 26 more for the sections marked *optional*. (These are estimates: nobody has been timed. Take the time that you need.) A good place for a break is after section 4.
#
# **You need** the words of chapter 00: token, embedding, attention, block, logits, loss, training step. Each has a short reminder here where it first comes.
#
# **What came before.** Until 2018 every task had a network of its own: one for reviews, one for questions, one for pairs of sentences. Each learned almost everything from its labels. Labels are expensive, because a person has to write each one. Text is cheap: there are libraries full of it. In early 2018 two papers, ELMo and ULMFiT, showed that a network which has first learned to predict text needs fewer labels. Their networks were LSTMs, which read token by token (section 9). A newer network, the Transformer, was known from the paper *Attention Is All You Need* (2017), where it translated. GPT-1 put the two together.
#
# **The paper**: Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*.

# %% [markdown]
# ## 1 · The message (5 minutes)
#
# ```text
#  step 1       In spring Anna wanted to catch a ____
#  much text    └───────── a network ────────────┘ └─► what next?
#
#  step 2       [Start] The soup was cold. [Extract]
#  few labels       └── the same network ──┘   └─► one small layer
#                                                  └─► good or bad?
# ```
#
# 1. **Pre-training.** Train one network to predict the next word of a lot of text.
# 2. **Fine-tuning.** Go on training the *same* network on a few labelled examples of a task.
#
# The paper says two things about this, and this chapter tests both:
#
# - **One network serves many tasks.** Only the form of the text changes, and one small layer is new.
# - **Pre-training helps.** The network that has read text first learns more from the same labels.
#
# In the paper, the average score over all tasks is 74.7 with pre-training and 59.9 without (Table 5).

# %%
import gptedu

lm = gptedu.load("mini-m-v2")  # a language model and its tokenizer
encode = lm.tokenizer.encode  # text -> token ids

blocks = lm.model.config.layers  # most papers call a block a layer
print(f"{lm.name}: {blocks} blocks, {lm.size:,} weights, trained on text alone")

# %% [markdown]
# ## 2 · Text is its own teacher (8 minutes)
#
# Hide the next word of any text, and you have a question together with its answer. `mini-m-v2` has learned from 36 million tokens (words or parts of words). They come from a *miniature web*: pages about a small invented world, written by a program. (The `v2` says that it is the second edition of this web.) Here is a sentence that the model has never seen:

# %%
sentence = "In spring Anna wanted to catch a fish. First she took her net to the river."
read = lm.logprobs(sentence)  # the logarithm of each token's probability

for piece, probability in zip(read.pieces, read.logprobs.exp().tolist()):
    print(f"{piece:>10}  {probability:.3f}")

# %% [markdown]
# Each line is a token and the probability that the network gave it. When it gave that probability, it had seen only the tokens above. Near 1 means that it was sure. It could not know *Anna*. After *catch a* it was nearly sure of *fish*.
#
# The loss $L_1$ puts all this into one number, the mean of the negative logarithms. It is the loss of chapter 00:
#
# $$L_1 = -\frac{1}{T} \sum_{t=1}^{T} \log P(u_t \mid u_1, \dots, u_{t-1})$$
#
# $u_1, \dots, u_T$ are the tokens of the text, and $P(u_t \mid \dots)$ is the probability of a token after those before it. Its unit is the *nat*: 0 nats means sure and right, and 0.69 nats is a choice between two equal options. (The paper writes a sum that has to be made large. We write a mean that has to be made small.)

# %%
import torch

l1 = -read.logprobs.mean()
guessing = torch.tensor(lm.tokenizer.vocab_size).log()
print(f"L1 of this sentence: {l1:.2f} nats")
print(f"guessing among all tokens: {guessing:.2f} nats")

# %% [markdown]
# **Now you:** change one word of the sentence so that $L_1$ rises as much as possible.
#
# <details><summary>What you should see</summary>A word that does not fit its place costs most, for example <em>soup</em> in the place of <em>fish</em>. <em>cup</em> in the place of <em>net</em> costs even more, because after it <em>river</em> is a surprise as well. So the network has learned which words go together, and not only which words are common.</details>

# %% [markdown]
# ## 3 · Four tasks, one network (22 minutes)
#
# These are our four tasks. All are about the small world. The network has never seen the examples. But it has read pages of these kinds: reviews that end in a verdict, stories, and pages on which somebody compares what two people say. The real web has such pages, too. (Section 7 looks at ours.)
#
# | task | question | the paper's tasks of this kind |
# |---|---|---|
# | review | is the verdict good or bad? | sentiment of films |
# | entailment | does the second text (the *hypothesis*) follow from the first (the *premise*)? | natural language inference |
# | similarity | do two sentences say the same? | paraphrases, pairs of questions |
# | story | which of two ends is right? | Story Cloze, exams |

# %%
from gptedu.world import LABELS, World

world = World(seed=0)  # the small world, from which pages and examples are made
tests = {task: world.labelled(task, "test", 200) for task in LABELS}

for task, examples in tests.items():
    print(f"{task} · {' or '.join(LABELS[task])}?")
    for name, value in vars(examples[0]).items():
        print(f"    {name}: {value}")

# %% [markdown]
# (A label is the number of the right answer, counted from 0: `label: 0` of the review means *bad*, the first of its two answers.)
#
# A language model reads one text from left to right. But a pair of sentences is two texts, and a story with two ends can be read in two ways, one for each end. GPT-1 does not change the network for that. It changes the **text**. Three new tokens, [Start], [Delim] and [Extract], turn every task into *rows* of tokens that can be read like any text.
#
# `TaskFormats` shows the rows. Type into the forms, and watch them change.

# %%
from gptedu.widgets import TaskFormats

second = {task: examples[1] for task, examples in tests.items()}
TaskFormats(lm, second, task="entailment")

# %% [markdown]
# Every row ends in [Extract]. The network looks back only, so [Extract] is the one token that has seen all the others. The answer is read there.
#
# **Now you:** choose *similarity*. Why are there two rows? Then choose *story*. What is the same in both rows, and what differs?
#
# <details><summary>What you should see</summary><em>Similarity:</em> neither sentence comes first by nature. So both orders are read, and the two vectors at [Extract] are added. With one row, the answer could depend on the order. <em>Story:</em> the beginning is the same in both rows, and the end differs. Each row gets a score, and the higher score wins.</details>

# %% [markdown]
# ### Exercise 1

# %%
from gptedu.chapters.gpt1 import exercises

exercises.entailment_row.show()

# %%
def entailment_row(premise, hypothesis, start, delim, extract):
    raise NotImplementedError("your turn")


entailment_row = exercises.entailment_row.use(entailment_row)

# %% [markdown]
# ### Exercise 2
#
# A network reads at most so many tokens at once. This is its *context*; ours is 256. A text that is longer has to be cut. There is a right way to cut it, and a wrong way, which gives no error. The exercise asks for the right one. The wrong one is told below it.

# %%
exercises.review_row.show()

# %%
def review_row(tokens, start, extract, context):
    raise NotImplementedError("your turn")


review_row = exercises.review_row.use(review_row)

# %% [markdown]
# The wrong way is to cut the finished row. Then a long text loses [Extract], and the answer is read at some other token.
#
# `Formats` makes the rows of all four tasks. Does your row equal its row?

# %%
from gptedu.finetuning import Formats

formats = Formats(encode, lm.model.config.vocab_size, lm.model.config.context)
start, delim, extract = formats.start, formats.delim, formats.extract  # three new ids

pair = tests["entailment"][0]
premise, hypothesis = encode(pair.premise), encode(pair.hypothesis)
yours = entailment_row(premise, hypothesis, start, delim, extract)
print("The same row:", yours == list(formats.rows(pair)[0].ids))
long = encode(10 * tests["review"][0].text)
yours = review_row(long, start, extract, formats.context)
print(f"A text of {len(long)} tokens: your row has {len(yours)}")

# %% [markdown]
# ## 4 · What is new in the network (32 minutes)
#
# This is the network of chapter 00, and one new part. The *body* turns tokens into vectors, one for each token. The *head* makes logits of them: scores for the next token. (It is not one of the heads of attention.) New is the *answer layer* beside the head. It reads one vector, the one at [Extract], and gives a number for each answer.

# %%
from gptedu.course import gpt_diagram, predict, reveal

gpt_diagram("body", "answer layer")

# %% [markdown]
# In each block, *attention* lets a token take something from the tokens before it, and the *MLP* (two layers of weights) works on each token alone. A *norm* brings each vector to one scale first.
#
# Attention may not look ahead. Otherwise the network could see the word that it has to predict. The *causal mask* says who may look at whom:

# %%
from gptedu.plots import diagrams

causal = torch.ones(6, 6).tril().bool()  # True on the diagonal and below it
words = ["[Start]", "The", "soup", "was", "cold", "[Extract]"]

diagrams.looking_picture({"GPT: the causal mask": causal}, words)

# %% [markdown]
# So only [Extract] has seen the whole row. **New for a task** are three embeddings, for the three new tokens, and the answer layer.
#
# The paper starts the new embeddings at random. We start them as copies of three tokens that have a similar use in text: the end of a page, a new line, and the colon, after which our web puts its answers ("Verdict: good").

# %%
from gptedu.finetuning import TASKS, Classifier, familiar, transfer

begin_as = familiar(lm.tokenizer)  # three ids
print("[Start], [Delim], [Extract] begin as", lm.tokenizer.pieces(begin_as))


def seeded(number):
    return torch.Generator().manual_seed(number)  # draws the same numbers each time


body = transfer(lm.model)  # a copy
classifier = Classifier(body, TASKS["entailment"], seeded(0), begin_as)
new = classifier.specials.numel() + sum(p.numel() for p in classifier.head.parameters())
print(f"{new:,} new weights on top of {lm.size:,}.")

# %% [markdown]
# The new weights are three embeddings of 128 numbers, and a layer with three outputs. Each output has 128 weights, and one number that is added: $3 \cdot 128 + 3 \cdot 128 + 3 = 771$.
#
# ### Exercise 3
#
# Rows have different lengths. To put them into one tensor, short rows are filled up with *pads*, tokens that mean nothing. `real` says which tokens are no pads. Where is [Extract] then?

# %%
exercises.extracted.show()

# %%
def extracted(hidden, real):
    raise NotImplementedError("your turn")


extracted = exercises.extracted.use(extracted)

# %% [markdown]
# ### Two losses
#
# Fine-tuning has a loss of its own, $L_2$: the mean of −log of the probability that the right label got (the *cross-entropy* of chapter 00, over answers in the place of tokens). The paper adds a part of $L_1$, so that the network goes on predicting the text of the task while it learns the labels:
#
# $$L_3 = L_2 + \lambda L_1$$
#
# $\lambda$ (lambda) says how much of $L_1$ is added; the paper takes 0.5. (These are the paper's equations 1, 4 and 5. It calls $L_1$ the *auxiliary* objective: an extra one that helps.)
#
# ### Exercise 4

# %%
exercises.l3.show()

# %%
def l3(logits, labels, logprobs, real, lm_weight):
    raise NotImplementedError("your turn")


l3 = exercises.l3.use(l3)

# %% [markdown]
# Now fine-tuning is a training step as in chapter 00, with your two functions in it. Here are ten steps on only three labelled pairs. (The first token of a row is nobody's next token. So `text_logprobs` has one column less than `real`, and `real[:, 1:]` fits it.)

# %%
few = world.labelled("entailment", "train", 3)
labels = torch.tensor([example.label for example in few])
optimiser = torch.optim.AdamW(classifier.parameters(), lr=0.001)

for step in range(10):
    hidden, ids, real = classifier.hidden([formats.rows(example)[0] for example in few])
    logits = classifier.head(extracted(hidden, real))  # [pairs, answers]
    loss = l3(logits, labels, classifier.text_logprobs(hidden, ids), real[:, 1:], 0.5)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    print(f"step {step}: L3 = {loss.item():.2f}")

# %% [markdown]
# The loss falls: the network learns these three pairs. Each step moves **all** weights a little, those of the body too. (In the code the answer layer is called `classifier.head`: the field calls any last layer on a body a head.)
#
# `fine_tune` does the same with more examples. It goes through them five times; one time through is an *epoch*. (Of a story with two ends, $L_1$ takes only the right one. The wrong end is no text to learn from.)

# %% [markdown]
# ## 5 · The race (12 minutes)
#
# Two networks of the same shape run against each other. One is `mini-m-v2`, which has read its web. The other has random weights: it learns *from scratch*. Both get the same 200 labels, in the same order, for the same number of steps. *Accuracy* is the share of new examples that are answered right, in percent. The difference of two accuracies is in *points*.

# %%
predict(
    "gpt1/race",
    "How many points of accuracy is the pretrained network ahead, on the mean of four tasks?",
    between=(0, 60),
    unit="points",
)

# %% [markdown]
# `learn` fine-tunes a network and tests it after each epoch. `fresh` makes the same network with random weights.

# %%
from gptedu.finetuning import accuracy, fine_tune, fresh


def learn(body, task, labels=200, draw=0):
    """Fine-tune a body on labels; return its accuracy after each epoch, in percent."""
    learner = Classifier(body, TASKS[task], seeded(draw), begin_as)
    examples = world.labelled(task, "train", labels, seed=draw)
    curve = []

    def after(epoch, learner):
        curve.append(100 * accuracy(learner, tests[task], encode))

    fine_tune(learner, examples, encode, generator=seeded(1000 + draw), on_epoch=after)
    return curve

# %%
from gptedu.plots import draws

scratch = learn(fresh(lm.model, seeded(0)), "review")
pretrained = learn(transfer(lm.model), "review")
curves = {"from scratch": scratch, "pretrained": pretrained}

draws.accuracy_lines([1, 2, 3, 4, 5], curves, chance=50, x_title="epochs",
                     title="Reviews: the same network, the same 200 labels")

# %% [markdown]
# Now the other three tasks, each with a new copy of the same body. That is the first part of the paper's message, live: one body, four tasks.

# %%
print(f"review      guessing 50.0   your run {pretrained[-1]:.1f}")
for task in ("entailment", "similarity", "story"):
    score = learn(transfer(lm.model), task)[-1]
    print(f"{task:<11} guessing {100 / TASKS[task].answers:.1f}   your run {score:.1f}")

# %% [markdown]
# ### One run is not enough
#
# With 200 labels, luck counts: which labels are drawn, how the new layer starts, in which order it learns. One such random choice is a *draw*; its seed decides it. So both networks were measured with the same three draws, and `results` reads what was measured. (Your runs above were draw 0. They may differ from it by several points: tiny differences between two computers grow while a network learns.) The bars are means, and the thin lines go from the lowest draw to the highest.

# %%
from gptedu.chapters.gpt1 import results

race = results.race(labels=200)
draws.accuracy_bars(race, results.CHANCE, title="200 labels each, three draws")

# %%
from gptedu.chapters.gpt1 import claims

gains = results.gains(race)  # task -> points that the pretrained network is ahead
for task, points in gains.items():
    print(f"{task:<11} {points:+.1f} points")

reveal("gpt1/race", sum(gains.values()) / len(gains))
claims.pretraining.recorded()
claims.every_format.recorded()

# %% [markdown]
# **Every task gains.** Read the picture task by task.
#
# - **Reviews** gain least. From scratch, 200 labels already teach the network that *broken* is bad and *useful* is good.
# - **Stories** gain four times as much. From scratch the network is near guessing, and the pretrained one is right nearly always.
# - **Entailment and similarity** gain as much as stories. Two texts have to be compared here, and 200 labels do not teach that: from scratch both stay at guessing. The pretrained network had learned to compare before it saw a label.
#
# The mean gain is more than twice the paper's. Do not take that as a better method: the paper's data sets have thousands of labels, so its network from scratch is far above guessing, and less is left to gain. And our web has pages that compare sentences, much like these two tasks (section 7). An earlier network of ours gained nothing on pairs: its web had fewer such pages, and it read a third of the tokens. Which of the two mattered, we have not measured. Our guess: **pre-training brings what its text teaches.**
#
# (The last two lines of the output are *claims*: results beside the paper's, with the *bar* that was set before it was measured. ✓ means: in the paper's direction in every draw, and the bar is reached. ≠ means: in one draw at least it is not in the paper's direction, even if the mean is. • means: the paper has no such number. Where a line says *recorded*, the lowest and the highest draw follow.)
#
# **Now you:** try another draw: `learn(transfer(lm.model), "similarity", draw=1)[-1]`. How far is it from draw 0?
#
# <details><summary>What you should see</summary>About twenty points. Only the labels, their order and the new weights are others. One run says little here. Compare means of draws, and look at the thin lines.</details>

# %% [markdown]
# ## 6 · What is pre-training worth in labels? (10 minutes)
#
# This is reviews again, with fewer labels and with more, three draws each:

# %%
counts, reviews = results.by_labels()
draws.accuracy_lines(counts, reviews, chance=50, log=True, x_title="labels",
                     title="Reviews: accuracy by the number of labels")

# %% [markdown]
# **Now you:** draw a horizontal line through the picture with your finger. How many labels does the network from scratch need to reach what the pretrained one reaches with 100? Then give it 800: `learn(fresh(lm.model, seeded(0)), "review", labels=800)` takes about half a minute.
#
# <details><summary>What you should see</summary>More than 400, so it does not get there in this picture: at 100 labels, pre-training is worth more than four times the labels. At 50 it is worth four to eight times. At 25 the pretrained draws lie far apart: one is at guessing still, one is above what the network from scratch reaches with 200. With 800 labels, the network from scratch should come near the pretrained one with 100 or 200. The next cell shows three draws with 1,000.</details>
#
# ### With 1,000 labels
#
# Each line is a network, and its three numbers are three draws. (With 1,000 labels both go through them three times, as in the paper.)

# %%
more = results.race(labels=1000)
for task in TASKS:
    for who in more:
        print(f"{task:<11} {who:<13}", *(f"{each:6.1f}" for each in more[who][task]))

# %% [markdown]
# With five times the labels, the network from scratch catches up on one task: on stories both are near 100 now. On reviews it gets as far as the pretrained one got with 100 labels. On the two tasks with pairs it is at guessing, or little above. The pretrained one reaches 85 to 90% on entailment and 98 to 100% on similarity.
#
# Why are stories so easy from scratch? Perhaps they can be solved without any understanding. A test: count which word of an end stands together with which word of a beginning, in right ends and in wrong ends. No network at all:

# %%
def pairs(story, end):
    """Each word of the beginning together with each word of one end."""
    return {(a, b) for a in story.context.split() for b in story.choices[end].split()}


seen = {}  # pair of words -> how often in right ends, minus how often in wrong ends
for story in world.labelled("story", "train", 1000):
    for end in (0, 1):
        for pair in pairs(story, end):
            seen[pair] = seen.get(pair, 0) + (1 if end == story.label else -1)

# %%
def score(story, end):
    return sum(seen.get(pair, 0) for pair in pairs(story, end))


hits = [(score(each, 1) > score(each, 0)) == each.label for each in tests["story"]]
print(f"Stories by counting pairs of words: {100 * sum(hits) / len(hits):.1f}% right")

# %% [markdown]
# Counting pairs of words solves nearly all of this task: a story about roses ends with roses. So with enough labels, stories need no pre-training here, and not even a network. (It is wise to try the simplest method first, on every task.)
#
# And the pairs of texts? Both networks were given 10,000 labels for *similarity*, again with three draws. (Here they go through them four times, in larger batches and without $L_1$.)

# %%
for who, by_task in results.race(labels=10_000).items():
    print(f"{who:<13}", *(f"{each:6.1f}" for each in by_task["similarity"]))

# %% [markdown]
# So comparing *can* be learned from labels alone. But fifty times as many bring the network from scratch to about 90%, and two of the three pretrained draws had more with 200. Pre-training saves labels here by the thousand.

# %% [markdown]
# ## 7 · Asked without a label (15 minutes)
#
# Nobody told the language model that there would be tasks. Does it know something about them before it sees one label? The paper asks it directly (section 5): put a text before the model, and compare how likely it finds each answer.

# %%
predict(
    "gpt1/zero-shot",
    "Without a label: in what share of the stories will the language model choose the right end?",
    between=(50, 100),
    unit="%",
)

# %%
def ask(text, answers):
    """Print a text, and each answer with its log-probability per token after the text."""
    print(text)
    for answer, score in zip(answers, lm.score(text, answers).normalised):
        print(f"{score:8.2f} {answer}")


review, story = tests["review"][0], tests["story"][0]
ask(review.text + "\nVerdict:", [" bad", " good"])
ask(story.context, [" " + end for end in story.choices])

# %% [markdown]
# The numbers are log-probabilities per token: nearer to 0 is likelier. The paper calls such questions *heuristics*, and asking without any label *zero-shot*. For the two tasks with pairs we ask: how much likelier does the second sentence become when the first stands before it, with "In other words,"? (For similarity, the mean of both orders.)
#
# How does one number give three answers? All 200 pairs are sorted by it. For entailment, the top third is called entailed, the middle third contradicted, and the last third neither. For similarity, the top half is called the same. So the heuristic knows how many of each answer there are.
#
# How did this ability grow? Copies of `mini-m-v2` were kept while it was learning, and each was asked:

# %%
millions, growth = results.asked()
draws.accuracy_lines(millions, growth, results.CHANCE,
                     x_title="millions of tokens read",
                     title="Without a label, while the model reads its web")

# %%
reveal("gpt1/zero-shot", sum(growth["story"][-1]) / 3)
claims.zero_shot_growth.recorded()

for task in TASKS:
    asked, tuned = sum(growth[task][-1]) / 3, sum(race["pretrained"][task]) / 3
    print(f"{task:<11} asked {asked:.1f}   fine-tuned on 200 labels {tuned:.1f}")

# %% [markdown]
# At first all four are near guessing. Then one after the other rises, although no labelled example was used: entailment first (at 3 million), stories next (at 6), reviews and similarity last (at 12). The model began with short pages on which words and sentences are compared (the first 3.3 million tokens). Perhaps that is why entailment comes early; we have not tested it. (A draw is another set of 200 test examples here.)
#
# In the end, asking comes near fine-tuning on 200 labels: 7 points better on reviews, 7 worse on entailment, 3 worse on stories, and equal on similarity. **Do not take this as a rule.** Three things favour the asking here:
#
# - Our web uses the same words as our questions: "Verdict:" and "In other words," stand on its pages.
# - For pairs, the heuristic is told how many of each answer there are (thirds, or halves). The fine-tuned network is not.
# - 200 labels are few. The paper's data sets have thousands, and all its main results are fine-tuned.
#
# ### Who taught it to compare?
#
# Nobody labelled pairs for the language model. So it must have learned from its pages. Here are three of them, each with its kind in front:

# %%
for kind in ("sentences", "judged", "corrections"):
    (page,) = world.documents("train", 1, kinds=[kind], mixture="second")
    print(f"[{kind}]\n{page.text}\n")

# %% [markdown]
# On such pages the next word is the result of a comparison. Whoever predicts it well has to compare. About one page in seven of our web is of this sort, in some twenty forms. None of them holds a text of our tests. But the second page asks nearly what our task *entailment* asks, and **we** put these pages there. So the experiment shows that predicting the next word is enough to learn a comparison. It cannot show how many pages of this sort there are elsewhere. GPT-1 read novels: people contradict each other there, too, but nobody writes *different* after it.
#
# What the paper and our experiment have in common: a network that is trained **only to predict text** gets better at the tasks. If that is so, can one leave the labels out? That is GPT-2, and chapter 2.

# %% [markdown]
# ### Where does it look? (optional, 5 minutes)
#
# How does the model compare? We cannot answer this fully; here is one part of it. Each block has several attention *heads*, and each looks at other places. (They are not the head that makes logits.) The picture shows all heads while the model reads two sentences, in a form that stands on its pages. Next comes the verdict. Each head is a triangle: block 3, head 1 stands in the last row and the second column, since both are counted from 0. In a triangle, a row is a token that looks, a column is a token that is looked at.

# %%
from gptedu.widgets import AttentionExplorer

text = "- the pillow is pink, the colour of the pillow is pink:"
AttentionExplorer(lm, text, selected=(3, 1))

# %% [markdown]
# From the colon, this head looks back at the second *pink*: the word by which the two sentences could differ. *same* is by far the likeliest next word.
#
# **Now you:** run the cell. Write *purple* in the place of the second *pink*. Where does the head look now, and what comes next? Then write *pink* again, and switch this head off by a click on its triangle.
#
# <details><summary>What you should see</summary>It looks at <em>purple</em>, and <em>different</em> comes next. Without the head, <em>different</em> comes first in both cases, for <em>pink</em> too. So this head brings what speaks for <em>same</em>. But it only fetches: that <em>pink</em> was there before must already be known at the second <em>pink</em>. Heads of lower blocks see to that. Switch off head 2 of block 2, or head 3 of block 1: the verdict turns as well.</details>

# %% [markdown]
# ## 8 · How deep does the help go? (optional, 10 minutes)
#
# Is it enough to keep the word vectors? `transfer(lm.model, layers=n)` keeps the embeddings and the first $n$ blocks, and draws the other blocks at random.

# %%
predict(
    "gpt1/layers",
    "How many of the four blocks, from below, must be kept for stories to come within five "
    "points of keeping them all?",
    options=("none: the embeddings will do", "one", "two", "three", "four"),
)

# %%
layers = results.by_layers()
draws.accuracy_lines([0, 1, 2, 3, 4], layers, results.CHANCE,
                     x_title="pretrained blocks kept",
                     title="200 labels, three draws: some blocks kept")

# %%
options = ("none: the embeddings will do", "one", "two", "three", "four")
means = {task: [sum(each) / len(each) for each in layers[task]] for task in TASKS}
enough = next(n for n in range(5) if means["story"][n] > means["story"][4] - 5)
reveal("gpt1/layers", options[enough])
claims.layers.recorded()
claims.each_layer.recorded()

scratch = sum(race["from scratch"]["review"]) / 3
print(f"reviews: from scratch {scratch:.1f}, with embeddings alone {means['review'][0]:.1f}")

# %% [markdown]
# In the paper's figure 2 (left), each of twelve blocks adds something. Here the blocks differ:
#
# - **The first block** brings most of the help on reviews. They are judged by words like *dark* or *not perfect*. Perhaps one block is enough to join *not* to the word after it.
# - **The second alone adds nothing.** The mean even falls by a point or two, in all three draws: the second claim *differs* from the paper.
# - **The third** lifts stories and similarity from near guessing to about 95%.
# - **The fourth** lifts entailment from 47 to 83%. The third had begun this, very differently from draw to draw.
#
# **On reviews, the embeddings alone do harm:** with them, the network comes out lower than from scratch. The first claim is about the mean of the four tasks, and it is larger than the gain of section 5. There the pretrained network is compared with one from scratch, here with the embeddings alone, which are worse. Why do the embeddings do harm? Compare the directions of some vectors (1 is the same direction, 0 is none in common):

# %%
vectors = lm.model.token_embedding.weight.detach()
for pair in (("solid", "useful"), ("solid", "fragile"), ("solid", "yellow")):
    one, other = (vectors[encode(" " + word)[0]] for word in pair)
    print(f"{torch.cosine_similarity(one, other, dim=0):.2f}", " and ".join(pair))

# %% [markdown]
# Words that fit the same places have nearly the same vector, whether they praise or blame: *seemed solid*, *seemed fragile*. A network that predicts words from their places has no reason to tell them apart. So from the embeddings alone, good and bad are hard to tell apart; the blocks above have learned to do it. Random vectors differ at least. This fits the result, but it does not prove it.
#
# **Now you:** `learn(transfer(lm.model, layers=2, generator=seeded(3)), "review")` keeps two blocks and draws the others at random. Change the seed 3. How far do the results lie apart?
#
# <details><summary>What you should see</summary>Several points, up and down, without a pattern. That is why the pictures show three draws and their spread.</details>

# %% [markdown]
# ## 9 · Is it the Transformer? (optional, 6 minutes)
#
# Before 2018 the usual network for text was the LSTM. It reads token by token and hands on one vector. Whatever it wants to remember must fit into that vector. In a Transformer, a token can look at every token before it.

# %%
diagrams.lstm_picture()

# %% [markdown]
# `mini-s-v2` is built like `mini-m-v2`, but smaller: 0.2 million weights. `mini-lstm-v2` is an LSTM of the same size. Both have read the same tokens in the same order. (We have not measured them from scratch. So the picture compares the two networks, and does not say what pre-training is worth to either.)

# %%
twins = results.lstm()
unread = [page.text for page in world.documents("test", 100, mixture="second")]
for name in twins:
    twin = gptedu.load(name)
    loss = -torch.cat([twin.logprobs(text).logprobs for text in unread]).mean()
    print(f"{name:<13} L1 on pages that it has not read: {loss:.2f} nats")

draws.accuracy_bars(twins, results.CHANCE, title="Fine-tuned on 200 labels, three draws")

# %%
claims.lstm.recorded()

# %% [markdown]
# As language models the two are about equal: their $L_1$ is nearly the same. After fine-tuning they are alike on reviews. On stories the Transformer is ahead in two draws of three. On pairs both guess. (At 0.2 million weights neither has learned to compare: `mini-m-v2` has five times as many.) So the mean lead is small, and in one draw of the labels the LSTM is ahead: *differs*.
#
# If the lead on stories is real, a possible reason is this: whatever the LSTM has read must fit into one vector by the time [Extract] comes, and the Transformer looks back at the text itself. We have not tested this reason, and we have trained only one network of each kind.

# %% [markdown]
# ## 10 · Keep on reading while you learn? (optional, 5 minutes)
#
# $\lambda L_1$ makes the network predict the text of the task while it learns the labels. In the paper this helps the larger data sets and not the smaller ones. On average it costs 0.3 points (75.0 without it, 74.7 with it). We have measured it on reviews.

# %%
predict(
    "gpt1/aux",
    "Reviews, 100 labels: by how many points will the added L1 change the accuracy?",
    between=(-20, 20),
    unit="points",
)

# %%
effect = results.text_loss()  # number of labels -> points gained, draw by draw
for labels, points in effect.items():
    print(f"{labels:>5} labels:", "  ".join(f"{each:+.1f}" for each in points))

reveal("gpt1/aux", sum(effect[100]) / 3)
claims.aux_lm.recorded()

# %% [markdown]
# Your guess was about the first line, and the result is its mean. At 100 labels the draws differ by up to 18 points, so three of them cannot show an effect of a few points. At 1,000 all changes are within a point. The paper's effect, 0.3 points on average, could not be seen here.
#
# (The claim asks something else: does $L_1$ help more with many labels, as in the paper? It takes the first line minus the second, which would have to be below 0. Not every draw is, so the mark is *differs*. The mean of the second line is 0, so both numbers happen to be equal.)

# %% [markdown]
# ## 11 · BERT: look both ways (20 minutes)
#
# Four months after GPT-1 came BERT. It does not predict the next word. It hides 15% of the tokens, and every token may look **both ways** to find them. In code, the difference is the mask.

# %%
both_ways = torch.ones(6, 6).bool()

diagrams.looking_picture({"GPT": causal, "BERT": both_ways}, words)

# %% [markdown]
# ### Exercise 5

# %%
exercises.bert_mask.show()

# %%
def bert_mask(real):
    raise NotImplementedError("your turn")


bert_mask = exercises.bert_mask.use(bert_mask)

# %% [markdown]
# Try your mask on `mini-m-v2` itself. Change the **last** word of a sentence. For which tokens does the vector change? (`features` takes two kinds of mask. With `real`, which has no pads here, the causal mask stays as it is. A mask of [batch, query, key], as yours is, takes its place.)

# %%
one, other = "Anna went to the lake.", "Anna went to the school."
ids = torch.tensor([encode(one), encode(other)])
real = torch.ones_like(ids).bool()  # no pads
pieces = lm.tokenizer.pieces(ids[0].tolist())

for name, mask in (("GPT, looking back", real), ("BERT, both ways", bert_mask(real))):
    with torch.no_grad():
        lake, school = lm.model.features(ids, mask=mask)  # the vectors of all tokens
    changed = (lake - school).abs().amax(dim=-1) > 1e-4
    marked = [piece.strip() + "*" * bool(each) for piece, each in zip(pieces, changed)]
    print(f"{name:<18}", "  ".join(marked))

# %% [markdown]
# A star marks a token whose vector has changed. When tokens look back only, *Anna* cannot know where she will go. When they look both ways, she knows from the start.
#
# `mini-bert-v2` is a twin of `mini-m-v2` with that mask. It has the same size and has read the same text in the same order, but it learned to fill gaps. Give it a gap:

# %%
bert = gptedu.load("mini-bert-v2")


def best(probabilities):
    share, token = probabilities.max(dim=-1)
    return f"{lm.tokenizer.decode([token.item()]).strip()} ({100 * share:.0f}%)"


for text in ("The lamp ___ to Peter.", "Anna ___ fond of cooking."):
    before = text.split(" ___")[0]  # all that GPT can see
    print(text)
    print("    BERT:", best(bert.fill(text)), "  GPT:", best(lm.next_token(before)))

# %% [markdown]
# The words after the gap decide what fits, and only BERT sees them.
#
# **Now you:** take the words after the gap away: `best(bert.fill("The lamp ___ to"))`, then `best(bert.fill("The lamp ___"))`.
#
# <details><summary>What you should see</summary>With <em>to</em> left, BERT still says <em>belongs</em>. With nothing left it says <em>is</em>, as GPT does, and it is less sure than GPT.</details>
#
# Now let both write. BERT gets a gap at the end of the text, fills it, and goes on from there.

# %% tags=["nbval-ignore-output", "why: greedy text may differ by a token on another CPU"]
def write(text, tokens=14):
    for _ in range(tokens):
        text += lm.tokenizer.decode([bert.fill(text + " ___").argmax().item()])
    return text


beginning = "One day Anna wanted to catch a fish. She took her net"
print("BERT:", write(beginning))
print("GPT: ", beginning + lm.generate(beginning, max_tokens=14))

# %% [markdown]
# One text is no measurement. How often does each find the right token, among all tokens that there are?

# %%
from gptedu.chapters.gpt1 import experiments

guessed = experiments.blanks(seed=0)["guessed"]
for who, share in guessed.items():
    print(f"{who:<18} {100 * share:.1f}% right")

claims.bert_cannot_write(guessed)

# %% [markdown]
# With text on both sides BERT is far ahead: the words after a gap help. Take them away, and it falls behind GPT. A model that writes must say what comes next before it is there, and BERT has mostly learned to fill gaps with text on both sides. GPT gives every next token a probability, so it can draw one, and go on. Everything in the later chapters stands on this.
#
# BERT was made to be fine-tuned. Does it read better? (For BERT we leave $L_1$ out, $\lambda = 0$. It can see the next word, so it has nothing to predict.)

# %%
twins = results.bert()
draws.accuracy_bars({name: twins[name] for name in ("mini-bert-v2", "mini-m-v2")},
                    results.CHANCE, title="Fine-tuned on 200 labels, three draws")

# %%
claims.bert.recorded()
claims.bert_single.recorded()

# %% [markdown]
# Here it does not, and this is against the paper: there BERT-base scores 79.6 on GLUE (a collection of such tasks, most of them with pairs), and GPT-1 75.1. Ours was trained once, and it is behind on all four tasks. On entailment it guesses, and on similarity in two draws of three. Does it not know how to compare, or does fine-tuning not bring it out? Ask both on a page of the web. (BERT gets another question after the gap, since it needs text on both sides.)

# %%
for colour in ("pink", "purple"):
    page = "Do these say the same? The pillow is pink. "
    page += f"The colour of the pillow is {colour}. Answer:"
    after = "\nDo these say the same? Lars likes cycling. Lars is fond of cycling. Answer: yes"
    print(f"pink, {colour:<6}  GPT:", best(lm.next_token(page)),
          "  BERT:", best(bert.fill(page + " ___" + after)))

# %% [markdown]
# GPT is sure, and right. BERT chooses between *yes* and *no* nearly by a coin, and the colour changes nothing: on this page it does not compare. One reason is easy to name. BERT learns only at the 15% of tokens that are hidden, and GPT at all of them. So BERT has guessed about 5 million of its 36 million tokens. GPT had guessed as many after 5 million, and was then just beginning to compare (section 7). The paper's BERT read its text about forty times, ours once. Whether a longer training would be enough, and why BERT is behind on reviews and stories as well, we have not measured.

# %% [markdown]
# ## 12 · The results, and what to take home (8 minutes)

# %%
from gptedu.course import claims_table

claims_table()

# %% [markdown]
# **What is different in the paper.** GPT-1 has 117 million weights and read 7,000 books. Ours has about one million and reads a world of 2,000 words. GPT-1 had thousands of labels for most tasks and, as far as we know, no pages that were written for them. Ours has 200 in most runs, and pages that come close to the tasks. So our gain is larger, and says less. What is the same is the order: text first, labels second, one network for all.
#
# ## Summary
#
# - Text is its own teacher: the next word is the label ($L_1$).
# - Every task becomes rows of tokens. Three embeddings and one layer are new, and the body is the same for all tasks.
# - $L_3 = L_2 + \lambda L_1$ trains the whole network on few labels.
# - Pre-training saves labels: on reviews, 100 with it do more than 400 without. On pairs of texts, a network from scratch is near guessing even with 1,000.
# - Asked directly, without a label, the language model comes near this already. For pairs it is told how many of each answer there are.
# - BERT looks both ways and fills gaps. GPT looks back only, and can write.

# %%
exercises.quiz.show()

# %% [markdown]
# ## What to read
#
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*: section 3 (the method), figures 1 and 2, table 5.
# - Devlin et al. 2018, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*: section 3.1.
# - Vaswani et al. 2017, *Attention Is All You Need*; Peters et al. 2018 (ELMo); Howard and Ruder 2018 (ULMFiT).
# - In this package: `gptedu/finetuning/formats.py`, then `classifier.py`.
#
# Next: [chapter 2](02_gpt2.ipynb), where the labels go, and the new layer too.
