# %% [markdown]
# # 07 · Pictures: CLIP, KOSMOS-1, charts
#
# **You will be able to** train a model that says which text belongs to which picture; turn it into a classifier for classes that nobody labelled; and say what such a model does not learn, and why.
#
# **It takes** about two hours. The optional sections take another 15 minutes; nothing else needs them. (A second sitting, about a language model that reads pictures among its words, is in preparation.)
#
# **You need** from chapter 00 the words token, embedding, softmax, loss and training step, and from chapter 03 what an example in a prompt is.
#
# | sitting | section | minutes | |
# |---|---|---|---|
# | **Which text belongs to which picture?** | The idea · A world in pictures | 15 | core |
# | | Two encoders | 5 | core |
# | | A loss that compares | 20 | core |
# | | How sure can it be? | 15 | core |
# | | The same caption twice | 10 | optional |
# | | From nothing, in half a minute | 10 | core |
# | | Names that it was never taught | 10 | core |
# | | What one calls it | 15 | core |
# | | Compare, or predict? | 5 | optional |
# | | Which colour is whose? · How many? | 15 | core |
# | | A word in the picture | 5 | core |
# | | Draw it yourself | 10 | core |
#
# **What came before.** All that the models of chapters 0 to 6 knew of a red ball was text. They had never seen red.
#
# **The paper**: Radford et al. 2021, *Learning Transferable Visual Models From Natural Language Supervision* (“CLIP”).

# %% [markdown]
# ## The idea
#
# A classifier of pictures used to need labels: a thousand classes, and people who sort a million photos into them. It then knows these thousand classes and nothing else. But the web is full of pictures beside which somebody has written something. CLIP learned from 400 million of these pairs, and from one question: *which text belongs to which picture?*
#
# ```text
#  picture ──► picture encoder ──► ●─────┐
#                                        ├──► how alike?
#  caption ──► text encoder ─────► ●─────┘
# ```
#
# Each encoder makes a vector. Training moves the vectors of a picture and of its caption together, and those of others apart. In the end a class is just a caption: write down *a photo of a cat*, and you have a classifier for cats. On ImageNet's thousand classes that was right in 76.2%, and no labelled picture of ImageNet had been used (abstract).

# %%
import math
import random

import torch
import torch.nn.functional as F

import gptedu
from gptedu.chapters.vision import claims, exercises, figures, live, probes
from gptedu.course import predict, reveal

# %% [markdown]
# `predict` asks for your guess, and `reveal` sets it beside the result. `live` trains a small CLIP while you wait, `probes` asks a CLIP for many things at once, `figures` draws. `exercises` and `claims` are what they were in the other chapters.

# %% [markdown]
# ## A world in pictures
#
# Our pictures are small: 24 × 24 pixels, drawn by code. There are eight shapes in eight colours at nine places, and somebody has written something below each picture. As on the web, everybody writes in another way.

# %%
from gptedu.vision.pairs import Corpus

dice = random.Random(4)
pairs = [Corpus().pair(dice) for _ in range(8)]
pictures = [picture for picture, _, _ in pairs]
captions = [caption for _, caption, _ in pairs]

print("each picture:", pictures[0].shape, pictures[0].dtype)
figures.picture_sheet(pictures, captions, title="Pictures, and what is written below them")

# %% [markdown]
# Three numbers from 0 to 255 for each pixel: red, green and blue. Some pictures show a word, as a sign or a label does. Remember them; they will come back.
#
# You can draw one yourself. A **scene** has things, and perhaps a word:

# %%
from gptedu.vision.world import Scene, Thing, draw

scene = Scene((Thing("ball", "red", place=1), Thing("kite", "blue", place=6)))
figures.picture_sheet([draw(scene)], ["a red ball at the top and a blue kite at the bottom left"])

# %% [markdown]
# **Now you:** put a third thing at place 5, a small white star (`size="small"`). What happens if its place is 1?
#
# <details><summary>What you should see</summary>Places are counted row by row from 0, so 5 is at the right. Two things at one place are refused in a sentence that says which place it is.</details>
#
# Some pairs of shape and colour are **held out**: no picture of training shows them. There are balls and there are red things, but never a red ball.

# %%
from gptedu.vision.world import SHAPES, colours_of

for shape in SHAPES[:4]:
    print(f"training never shows a {colours_of(shape, 'test')[0]} {shape}")

# %% [markdown]
# ## Two encoders
#
# The **picture encoder** looks at windows of 3 × 3 pixels. All windows go through the same matrix (this is a *convolution*), and each layer halves the sides: 24, 12, 6, 3. What is left are 3 × 3 **picture tokens**, each with 64 numbers about its part of the picture. The **text encoder** is a GPT as you know it, with two layers. What it has at the last token, where all of the caption has been read, is the caption's vector.

# %%
clip = gptedu.load("mini-clip")
tokens = clip.model.picture_encoder(torch.from_numpy(pictures[0])[None])

print("picture tokens:", list(tokens.shape))
print("a picture's vector:", list(clip.pictures(pictures[0]).shape))
print("a caption's vector:", list(clip.texts([captions[0]]).shape))
print("its length:", round(clip.texts([captions[0]]).norm().item(), 4))

# %% [markdown]
# `mini-clip` has been trained already; you will train one yourself in a moment. Both kinds of vectors have 64 numbers and length 1. So how alike two of them are can be read off the **cosine** of the angle between them: multiply number by number, and add. It is 1 for the same direction, 0 for a right angle, −1 for the opposite.

# %% tags=["nbval-ignore-output", "why: a cosine may differ in its second digit on another processor"]
cosines = clip.similarities(pictures[:4], captions[:4])
figures.table_of(
    cosines,
    pictures[:4],
    captions[:4],
    title="Cosines of pictures and captions",
    marked=[(i, i) for i in range(4)],
)

# %% [markdown]
# Framed is what belongs together. In each row, and in each column, it is the largest. How does one teach that?
#
# ## A loss that compares
#
# Three pictures, three texts, and vectors of two numbers that we make up. Row $i$ of both belongs together.

# %%
of_pictures = torch.tensor([[2.0, 0.0], [0.5, 0.5], [0.0, 3.0]])
of_texts = torch.tensor([[1.0, 0.1], [2.0, 1.0], [0.2, 0.8]])

of_pictures = F.normalize(of_pictures, dim=1)  # to length 1, row by row
of_texts = F.normalize(of_texts, dim=1)
cosines = of_pictures @ of_texts.T
print(cosines)

# %% [markdown]
# Read a row: how alike picture 0 is to each text. That looks like logits, so treat it as logits. Multiply by a scale (5 here; wait for the next section), take the softmax of the row, and the row says with which probability the picture takes each text for its own.

# %%
logits = 5 * cosines
by_picture = logits.softmax(dim=1)
rows, columns = [f"picture {i}" for i in range(3)], [f"text {i}" for i in range(3)]
figures.table_of(
    by_picture,
    rows,
    columns,
    title="Each picture looks for its text",
    marked=[(i, i) for i in range(3)],
)

# %% [markdown]
# The loss of a picture is the one you know: minus the logarithm of the probability of the right one. And then the same the other way round: each text looks for its picture. That is the softmax of the *columns*. CLIP's loss is the mean of both.

# %%
by_text = logits.softmax(dim=0)
for name, table in (("pictures look for texts", by_picture), ("texts look for pictures", by_text)):
    right = table.diagonal()
    print(f"{name}: right with", [round(p, 2) for p in right.tolist()], end="; ")
    print(f"loss {-right.log().mean():.3f}")

# %% [markdown]
# A batch of $B$ pairs is thus a task with $B$ choices, and nobody had to write the wrong ones: each caption is a wrong one for all other pictures. That is why CLIP's batches are huge: 32,768 pairs (Section 2.5).

# %%
predict(
    "vision/same",
    "A network that has learned nothing gives all pictures and all texts the same vector. What is the loss of a batch of 128 pairs, in nats?",
    between=(0, 10),
    unit="nats",
)

# %% [markdown]
# ### Exercise 1

# %%
exercises.contrastive.show()


# %%
def contrastive(pictures, texts, scale):
    """CLIP's loss of a batch, in nats: the mean of both cross-entropies."""
    raise NotImplementedError("your turn")


contrastive = exercises.contrastive.use(contrastive)

# %%
print(f"the three pairs above: {contrastive(of_pictures, of_texts, 5):.3f}")
print(f"lengths do not count:  {contrastive(7 * of_pictures, of_texts, 5):.3f}")

nothing = torch.ones(128, 64)
print(f"all the same, 128:     {contrastive(nothing, nothing, 5):.3f} = log 128")
reveal("vision/same", contrastive(nothing, nothing, 5).item())

# %% [markdown]
# All cosines are 1 then, so each of the 128 captions gets 1/128. It does not help that every picture is *perfectly like* its caption: it is as much like all others. This loss knows only comparing.

# %% [markdown]
# ## How sure can it be?
#
# Cosines lie between −1 and 1. Suppose that a perfect CLIP has 1 for the right caption, and −1 for all 127 others. Without a scale, the logits are the cosines.

# %%
predict(
    "vision/sure",
    "What probability does the right caption get then?",
    between=(0, 100),
    unit="percent",
)

# %%
perfect = torch.full((128,), -1.0)
perfect[0] = 1.0
for scale in (1, 1 / 0.07, 100):
    print(f"scale {scale:>5.1f}: {100 * (scale * perfect).softmax(dim=0)[0]:.1f}%")

reveal("vision/sure", 100 * perfect.softmax(dim=0)[0].item())

# %% [markdown]
# So perfect encoders would still have a high loss. The scale is one divided by the **temperature** of chapter 2: a large scale is a low temperature, and makes the softmax sharp. Which one is best? CLIP learns it, with the weights. What is learned is its logarithm, so that the scale itself stays above 0. It begins at $\log(1/0.07)$ and may grow until the scale is 100 (Section 2.5).
#
# The limit has to be set in the right place.

# %% [markdown]
# ### Exercise 2

# %%
exercises.step.show()


# %%
def step(log_scale, gradient, rate):
    """log_scale after one step down its gradient, its exponential at most 100."""
    raise NotImplementedError("your turn")


step = exercises.step.use(step)

# %%
log_scale, told = math.log(1 / 0.07), []
for gradient in [-1.0] * 30 + [1.0] * 15:  # 30 steps that want more, 15 that want less
    log_scale = step(log_scale, gradient, rate=0.1)
    told.append(math.exp(log_scale))
print("after every fifth step:", [round(scale) for scale in told[4::5]])

# %% [markdown]
# It grows, stays at 100, and comes down as soon as the loss wants less. If one limits the scale *inside the loss* instead, there is no gradient above the limit, and a scale that got there stays for ever.

# %% [markdown]
# ## Optional: the same caption twice
#
# Eight shapes, eight colours, nine places: captions come again. In a batch there may be two pictures of *a red cup*, and each caption is as right for the other picture. But the loss counts it as wrong.

# %%
rows = live.Run().rows(0)[1]  # the captions of a batch, as ids
same = (rows[:, None] == rows[None]).all(dim=2)
print(f"{(same.sum(dim=1) > 1).sum()} of {len(rows)} captions come more than once")

# %% [markdown]
# ### Exercise 3

# %%
exercises.targets.show()


# %%
def targets(captions):
    """What the softmax should be: each row is shared by all captions that are the same."""
    raise NotImplementedError("your turn")


targets = exercises.targets.use(targets)

# %%
twins = ["a red cup", "a blue star", "a red cup"]
like = F.normalize(torch.randn(3, 8, generator=torch.Generator().manual_seed(0)), dim=1)
texts = like[[0, 1, 0]]  # equal captions have equal vectors
logits, wanted = 5 * like @ texts.T, targets(twins)
shared = (F.cross_entropy(logits, wanted) + F.cross_entropy(logits.T, wanted)) / 2
print(wanted)
print(f"each its own: {contrastive(like, texts, 5):.4f}, shared: {shared:.4f}")

# %% [markdown]
# A surprise: the number is the same. Two captions that are equal have the same vector, so the network could not tell them apart even if the loss asked for it. What *does* change is how low the loss can get: of $m$ equal captions nobody can say which one was meant, so it stays above $\log m$ for them. Harm is done by twins that are *not* written in the same way. *A red cup* and *this is a red cup* count as wrong for each other, and are pushed apart. On the web most twins are of this kind.

# %% [markdown]
# ## From nothing, in half a minute
#
# Now train one, with *your* loss. `run.batches()` gives 128 pictures of one thing and the ids of their captions, again and again; `run.learn` takes one step with the course's optimiser. On a quiet core it takes about 20 seconds.

# %% tags=["nbval-ignore-output", "why: losses differ in their third digit on another processor"]
run = live.Run()
for pixels, ids in run.batches():
    loss = contrastive(run.model.pictures(pixels), run.model.texts(ids), run.scale)
    run.learn(loss)

mine = run.clip()
print(f"{len(run.losses)} steps: loss {run.losses[0]:.2f} at first, {run.losses[-1]:.2f} now")
print(f"scale {mine.scale:.1f}; {mine.size:,} weights")

# %% tags=["nbval-ignore-output", "why: the curve differs a little on another processor"]
figures.in_batch(run.curve)

# %% [markdown]
# Each point asks 128 pictures that the run never learns from. At the first step they find their caption by chance. It cannot reach 100% here: some captions leave things out, as *a drawing of a cup* does, and fit several pictures.

# %% [markdown]
# ## Names that it was never taught
#
# Now the held-out pairs. Your CLIP has seen balls in other colours, and other things in red, and never a red ball. We ask it for one of 64 names, eight shapes in eight colours. Guessing is right in 1.6%.

# %%
predict(
    "vision/held-out",
    "How many pictures of held-out pairs does your CLIP name right?",
    between=(0, 100),
    unit="percent",
)

# %% tags=["nbval-ignore-output", "why: some pictures are close between two names"]
unseen, wanted = probes.held_out_pictures("test", seed=7)
chances = mine.classify(unseen, probes.NAMES, "a picture of {thing}")
said = [probes.NAMES[i] for i in chances.argmax(dim=1)]
right = 100 * sum(a == b for a, b in zip(said, wanted)) / len(wanted)

print(f"{right:.1f}% of {len(wanted)} pictures")
reveal("vision/held-out", right)
figures.picture_sheet(unseen[:8], [f"says {a}" for a in said[:8]], title="Held-out pairs")

# %% [markdown]
# No label, no class list, no step of training for this task: a class is a caption, and the nearest one wins. And it puts *red* and *ball* together, which it has never seen together. (Where it is wrong, is it the shape or the colour?)
#
# `mini-clip` has seen more: 144,000 pictures of all kinds, with soft and hard edges, on black and on grey. Three runs of it, on 512 pictures each:

# %%
figures.zero_shot()

# %%
claims.zero_shot.recorded()

# %% [markdown]
# The bars are means of three runs, and the thin lines go from the least to the most. Pairs of training are named almost without a mistake. Held-out ones are wrong in nearly one of five, and then it is mostly the shape: a colour is easier to see. On a coloured background, which no picture of training has, it is wrong in one of three. So it does put together what it knows, but not for free.

# %% [markdown]
# ## What one calls it
#
# The paper found that the name alone is a bad caption. Nobody writes *crane* below a picture and no more; is it the bird or the machine? *A photo of a crane* is better, by 1.3 points over all of ImageNet (Section 3.1.4). In our world it is worse still: what does *ball* alone mean there?

# %%
predict(
    "vision/prompts",
    "Eight shapes, named by the bare word, or by “a picture of a ball”. How many points does the sentence gain?",
    between=(0, 100),
    unit="points",
)

# %% tags=["nbval-ignore-output", "why: a probability differs in its second digit on another processor"]
ball = draw(Scene((Thing("ball", "green", place=1),)))
for prompt in ("{name}", "a picture of {thing}"):
    chances = clip.classify(ball, SHAPES, prompt)[0].tolist()
    print(prompt)
    print(figures.ranked(SHAPES, chances, most=3))

# %%
reveal("vision/prompts", figures.gain("bare", "single"))
claims.prompts.recorded()

# %% [markdown]
# The bare word stands below *signs* in this world: pictures of a word. So *ball* alone means: here is written “ball”. A caption has a meaning only by what it was said of in training.
#
# The paper goes further and asks with 80 sentences at once, an **ensemble**. Each class gets one vector that is made of all of its sentences. With CLIP's largest model that brought another 3.5 points.

# %% [markdown]
# ### Exercise 4

# %%
exercises.ensemble.show()


# %%
def ensemble(vectors):
    """One vector of length 1 for each class, of those of all prompts: [prompts, classes, width]."""
    raise NotImplementedError("your turn")


ensemble = exercises.ensemble.use(ensemble)

# %% tags=["nbval-ignore-output", "why: a probability differs in its second digit on another processor"]
sentences = ("a picture of {}", "a drawing of {}", "this is {}", "there is {} at the top")
each = [clip.texts([sentence.format(f"a {shape}") for shape in SHAPES]) for sentence in sentences]
classes = ensemble(torch.stack(each))

chances = (clip.scale * clip.pictures(ball) @ classes.T).softmax(dim=1)[0]
print(figures.ranked(SHAPES, chances.tolist(), most=3))

# %%
figures.prompts()

# %%
claims.ensemble.recorded()

# %% [markdown]
# Here the ensemble brings next to nothing: 0.8 points, and in one run of three it even loses. Our eight sentences say nearly the same, so their mean is nearly each of them. Photos differ in many ways (*a blurry photo of*, *a drawing of*), and sentences that name these ways help to look past them. In our world things differ in colour; a sentence in each colour gains about three points over one sentence.

# %% [markdown]
# ## Optional: compare, or predict?
#
# Why compare? The obvious thing is to have a network *write* the caption. The paper tried that first, and a bag of words in between (say which words occur, in any order). To reach the same accuracy on ImageNet, comparing needed a quarter of the bag's pictures, and the bag a third of the writer's (Section 2.3, Figure 2). We measure it the other way round: the same pictures for all three, and the same picture encoder.

# %%
predict(
    "vision/ways",
    "After 12,800 pictures: which way names held-out pairs best?",
    options=("compare", "predict which words", "predict word by word"),
)

# %%
figures.contrastive()

# %%
reveal("vision/ways", figures.of_ways())
claims.contrastive.recorded()

# %% [markdown]
# To predict a caption one has to know how people write: whether they begin with *there is* or *a drawing of*, and where they name the place. Nothing in the picture tells. Comparing needs only what tells the picture from others.

# %% [markdown]
# ## Which colour is whose?
#
# That is also its weakness. Here is a picture with two things, and two captions that differ in one point: the colours have been exchanged.

# %%
scene = Scene((Thing("ball", "green", place=0), Thing("star", "purple", place=8)))
right, exchanged = "a green ball and a purple star", "a purple ball and a green star"
figures.picture_sheet([draw(scene)], [right])

# %%
predict(
    "vision/binding",
    "Which caption does mini-clip find more like the picture?",
    options=("the right one, clearly", "the wrong one, clearly", "the two are nearly equal"),
)

# %% tags=["nbval-ignore-output", "why: a cosine may differ in its second digit on another processor"]
like = clip.similarities(draw(scene), [right, exchanged, "a red cup and a white moon"])[0].tolist()
for words, cosine in zip((right, exchanged, "a red cup and a white moon"), like):
    print(f"{cosine:.2f}  {words}")
reveal("vision/binding", figures.of_binding(*like[:2]))

# %%
for captions in ("complete", "one object"):
    share = figures.mean_of("binding", "bound", captions)
    print(f"after {captions} captions: {share:.1f}% right, of 512 pictures (guessing: 50%)")

# %% [markdown]
# To know which colour is whose is called **binding**. Our first try did not show it: with pictures of all kinds, 128 at a time, CLIP bound 49 to 56%, whether captions named both things or one, and the bar of 10 points was missed. Think of the loss: to tell its caption from 127 others it is enough to know that there is a ball, a star, something green and something purple. Hardly ever does a batch hold the exchanged caption too. So nothing asks for binding, and the two likenesses above are nearly the same. The two shares are those of a second try, with a bar of 25 points, set before: pictures of two things only, 256 in a batch. There captions with the same words, exchanged, do come. From captions of both things the same network binds 76 to 89%, and from captions of one thing it guesses. With one seed of three the difference, 22.9 points, stays below the bar.

# %% [markdown]
# ## How many?
#
# The paper names counting among the things that CLIP is bad at (Section 6). Ours sees two to six equal things, and is asked for their number and for their shape.

# %%
predict(
    "vision/counting",
    "How many pictures get the right number, of five? (Guessing: 20%.)",
    between=(0, 100),
    unit="percent",
)

# %%
figures.counting()

# %%
reveal("vision/counting", figures.mean_of("counting", "number"))
claims.counting.recorded()

# %% [markdown]
# It sees that there are moons in nearly every picture, and how many in two of five; guessing gives one of five. Only one caption in ten of such pictures says the number, as on the web, where few do. It knows what it was often told.

# %% [markdown]
# ## A word in the picture
#
# Signs and labels are on the web too, and CLIP reads them. Goh et al. (2021) stuck a paper with *iPod* on an apple, and the model saw an iPod. Paint a word into a picture of yours:

# %% tags=["nbval-ignore-output", "why: a probability differs in its second digit on another processor"]
WORD = "star"

pictures = []
for word in ("", WORD):
    pictures.append(draw(Scene((Thing("ball", "blue", place=1, size="small"),), word)))
    chances = clip.classify(pictures[-1], SHAPES, "a picture of {thing}")[0].tolist()
    print(f"{word or 'no word'}:")
    print(figures.ranked(SHAPES, chances, most=3))
figures.picture_sheet(pictures, ["no word", f"the word {WORD}"])

# %% [markdown]
# **Now you:** try other words in the place of *star*: names of shapes, a colour, nonsense such as *zzzz*.
#
# <details><summary>What you should see</summary>Some words turn the answer round, others hardly move it. (With a big ball in the place of the small one, most of them fail.) A word that names no shape can do harm too: it is ink where most pictures have none.</details>

# %%
figures.typographic()

# %%
claims.typographic.recorded()

# %% [markdown]
# Read it with its control. Any word does harm: with a colour's word below it, the shape is named right in 62%, and in 85% without. But *which* wrong shape it says is no accident. With the word of a shape below it, a thing is taken for that shape in 24%; without the word, in 2%. To the model a picture of a star and a picture of the word *star* are much alike: the same captions stand below both.

# %% [markdown]
# ## Draw it yourself
#
# The Sketchpad asks `mini-clip` while you draw. Stamp a thing or draw it pixel by pixel, with the mouse or with the keys; change the captions; change one thing of the picture and see which captions move. The table of nine numbers covers one place after the other, and says how much less alike picture and caption are then.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes probabilities"]
from gptedu.widgets import Sketchpad

Sketchpad(clip)

# %% [markdown]
# **Now you:** (1) rub everything out and draw a line of five pixels. What is it? (2) Add a caption of your own, *a red thing*. (3) Choose a photo of yours as the *file*: it becomes 24 × 24 pixels large.
#
# <details><summary>What you should see</summary>(1) Often a small thing of about that outline. (2) A caption that hardly anybody wrote is hardly ever the likeliest, true as it is. (3) One of the captions, sometimes with a high probability: a softmax over captions always adds up to 1. “None of these” is not among them unless you add it, and then it is one more text that was never below any picture.</details>
#
# ## Summary
#
# - Two encoders, one loss: each picture finds its text among the batch, and each text its picture.
# - A class is a caption. So new classes cost nothing, pairs never seen are named, and the wording counts.
# - The loss teaches what tells a batch's captions apart, and no more: no binding and no counting, unless the captions ask for it.
# - A word in a picture is taken for the thing.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Radford et al. 2021, *Learning Transferable Visual Models From Natural Language Supervision*. Figure 3 has the loss in ten lines; Section 6 says what it cannot do.
# - Goh et al. 2021, *Multimodal Neurons in Artificial Neural Networks*: the apple and the paper.
