# %% [markdown]
# # 02 · GPT-2: no fine-tuning, only prompts
#
# **You will be able to** find lessons that are hidden in plain text, write a prompt that makes a model use one, score an answer by its probability, and measure what a language model can do without any training for the task.
#
# **It takes** about two hours: 127 minutes for the core sections, exercises included, and 30 more for the sections marked *optional*. (These are estimates: nobody has been timed.) A good place for a break is after section 7.
#
# **You need** chapter 01, and from chapter 00 the words token, logits, attention and block. Each has a short reminder here.
#
# **What came before.** In chapter 01 each task cost some labels, a new layer and training steps. But at its end the language model could answer without a single label, when it was asked in the words of its own web. GPT-2 takes this further: no labels at all, no new layer, no step of training for a task.
#
# **The paper**: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*.

# %% [markdown]
# ## 1 · The idea (4 minutes)
#
# ```text
# a page of the web    Frank wrote: "la siro" (the school).
#                      Nobody wrote this as a lesson.
#
# your prompt          Frank wrote: "la mulo mata" (
# the model goes on                                 the green cat).
# ```
#
# A model that predicts the next word of *every* page has to predict the English words on this page too. To do that well, it has to translate. The task is in the text. So one can ask for the task by text: a *prompt*.
#
# $$P(\text{answer} \mid \text{prompt}) = \prod_{t=1}^{T} P(a_t \mid \text{prompt}, a_1, \dots, a_{t-1})$$
#
# $a_1, \dots, a_T$ are the tokens of the answer. The probability of the answer is the product of the probabilities of its tokens, each after the prompt and the tokens before it. The paper calls this *zero-shot*: zero examples, zero training.

# %% [markdown]
# ## 2 · The web, and a promise (5 minutes)
#
# Our web is a miniature one: pages about a small invented world, written by a program. `mini-m` has read 12 million tokens of it, and nothing else. (The first million tokens were pages that repeat themselves, such as songs with a refrain. Then all kinds came, mixed. Chapter 03 returns to this.) Here are three pages, each with its kind in front:

# %%
import gptedu
from gptedu.course import predict, reveal  # asks for your guess; shows it again
from gptedu.world import World

lm = gptedu.load("mini-m")  # a language model and its tokenizer
world = World(seed=0)  # the small world, from which all pages are made
pages = list(world.documents("train", count=1500))

for page in pages[2:5]:
    print(f"[{page.kind}] {page.text}\n")

# %% [markdown]
# We promise that nothing is trained in this chapter. Here is the sum of all the weights. If one of them changes, the sum changes too. We compare it again at the end.

# %%
def weight_sum(model):
    return sum(weight.double().sum().item() for weight in model.parameters())


before = weight_sum(lm.model)
print(f"sum of all weights: {before:.6f}")

# %% [markdown]
# ## 3 · Who taught it that? (15 minutes)
#
# The web has a foreign language, *Velan*. Nobody labelled translations for the model. Are there any on its pages?

# %%
predict(
    "gpt2/share",
    "Of 100 pages, how many hold a translation from Velan or into it, in any form?",
    between=(0, 50),
    unit="pages",
)

# %% [markdown]
# `search.concordance` searches the pages for a text. It shows each place that it finds, a *hit*, with the kind of the page and the words around it. Around the hit stand [ ], and / is a new line. People often put a translation in brackets:

# %%
from gptedu.chapters.gpt2 import search

for hit in search.concordance(pages, "(", limit=6):
    print(hit)

# %% [markdown]
# There are translations: somebody quotes Velan, or English, and gives the meaning in brackets. Such a note is called a *gloss*. But a bracket alone also finds little programs.

# %% [markdown]
# ### Exercise 1

# %%
from gptedu.chapters.gpt2 import exercises

exercises.search.show()

# %%
phrase = ...  # your turn

phrase = exercises.search.use(phrase)

# %%
hits = search.concordance(pages, phrase)
print(len(hits), "translations in brackets. The first four:")
for hit in hits[:4]:
    print(hit)

# %% [markdown]
# Brackets are one form of several. `TRANSLATIONS` names the kinds of page that hold a translation.

# %%
from gptedu.world import TRANSLATIONS

print(", ".join(TRANSLATIONS))
shared = sum(page.kind in TRANSLATIONS for page in pages)
reveal("gpt2/share", 100 * shared / len(pages))

# %% [markdown]
# The authors of GPT-2 searched their 40 GB of web pages in the same way. What they found is their Table 1: French and English side by side, in pages about something else.
#
# One difference is important: **we** wrote our web, and we put these pages in. Is the game rigged then? Section 7 asks this.
#
# **Now you:** there are also pages with both languages, line by line. `[page.text.split()[0] for page in pages if page.kind == "parallel"]` says with which language each begins. Which is the first more often? What can the model learn better from that: to read Velan, or to write it?
#
# <details><summary>What you should see</summary>On most of these pages the Velan line comes first. Then the model has to predict the English: a lesson in reading Velan. On the others the English comes first: a lesson in writing Velan. So the model gets more lessons in reading. Chapter 03 measures what follows from this.</details>

# %% [markdown]
# ## 4 · A page that is not finished (12 minutes)
#
# Take a sentence that is on none of these pages. Begin a page on which its translation comes next. `generate` lets the model go on; it takes the likeliest token each time.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
sentence = "la mulo mata fulas un zomo"
print("Pages that have it:", len(search.concordance(pages, sentence)))

note = f'On the wall it said: "{sentence}" ('
print(note + lm.generate(note, max_tokens=16, stop=")") + ")")

# %% [markdown]
# *mulo* is the cat and *mata* is green. Velan puts the adjective after its noun. In the English of the model the adjective comes first, as it should. So the model does not replace word by word.

# %% [markdown]
# ### Exercise 2

# %%
exercises.prompt.show()

# %%
template = ...  # your turn: a string with {} where the sentence goes

template = exercises.prompt.use(template)

# %% [markdown]
# **Now you:** write an order in the place of your prompt (`"Translate: {}"`), or end your prompt in a space. What does the checker say?
#
# <details><summary>What you should see</summary>Both fail. Nobody on this web gives orders: the model goes on with some page, and not with your translation. And most tokens begin with their space (" the"), so a space alone before a word stands on no page. A small change takes the model off the page that you meant.</details>

# %% [markdown]
# ## 5 · Where does it look? (optional, 10 minutes)
#
# Before it writes *green*, some part of the network has to find *mata*. *Attention* is what lets a token take something from tokens before it, and each block has several attention *heads* that look at different places.
#
# `attention_between` measures how much each head looks at a Velan word just before an English one is written. Which head looks most at the right words?

# %%
from gptedu.interpret.alignment import attention_between

english = "the green cat paints a road"
partners = [("green", "mata"), ("cat", "mulo"), ("paints", "fulas"), ("road", "zomo")]

share = attention_between(lm, note, english, partners)  # [words, blocks, heads], 0 to 1
layer, head = divmod(int(share.mean(dim=0).argmax()), share.shape[-1])
print(f"Head {head} of block {layer}, both counted from 0:")
for (said, meant), part in zip(partners, share[:, layer, head].tolist()):
    print(f"    before {said:>6}, {100 * part:.1f}% of its attention is on {meant}")

# %%
from gptedu.plots import diagrams

said, velan = ["green", "cat", "paints", "road"], ["mulo", "mata", "fulas", "zomo"]
every = attention_between(lm, note, english, [(a, b) for a in said for b in velan])
table = every[:, layer, head].view(4, 4)
legend = "a row: the word to come · darker: more attention"
diagrams.looking_picture({f"Block {layer}, head {head}": table}, said, velan, legend=legend)

# %% [markdown]
# Each row is an English word that is about to be written. A dark cell shows where this head looks at that moment. The dark cells do not follow the diagonal: the first two cross, because the two languages order these words differently.
#
# Looking is not yet using. `next_token` gives the probability of every token that could come next, and `heads_off` switches heads off. Take one head away at a time. What is left of *green*?

# %%
green = lm.tokenizer.encode(" green")[0]  # its token id
blocks, heads = share.shape[1:]
left = {}  # (block, head) -> the probability of "green" without that head
for pair in [(i, j) for i in range(blocks) for j in range(heads)]:
    left[pair] = lm.next_token(note + "the", heads_off=[pair])[green].item()

print(f"all heads on:              {lm.next_token(note + 'the')[green].item():.2f}")
print(f"without the one we found:  {left[layer, head]:.2f}")
for i, j in sorted(left, key=left.get)[:3]:
    print(f"without head {j} of block {i}: {left[i, j]:.2f}")

# %% [markdown]
# The last three lines are the heads that are missed most. The head that looks most is not the first of them: without head 1 of block 2, even less is left of *green*. So several heads, in several blocks, work on one word. Look at them:

# %%
from gptedu.widgets import AttentionExplorer

AttentionExplorer(lm, note + "the", selected=(layer, head))

# %% [markdown]
# **Now you:** run the cell, click a head that is missed, and click it again to switch it off. Which words come in the place of *green*? Do they have the right *kind*?
#
# <details><summary>What you should see</summary>Without head 1 of block 2, <em>cat</em> comes first: the adjective is skipped, and the kind is wrong. Without head 0 of block 3, <em>green</em> is less sure and other adjectives come up: the kind is right, and the word is nearly lost.</details>

# %% [markdown]
# ## 6 · Take the translations away (10 minutes)
#
# Is it really those pages that teach it? `mini-m-untranslated` is a *twin*: the same network, the same recipe, as many tokens. But every page on which Velan meets English was left out. It still read pages that are written only in Velan.

# %%
predict(
    "gpt2/why",
    "How many of 100 new sentences will the twin translate without a mistake?",
    between=(0, 100),
    unit="sentences",
)

# %% [markdown]
# `world.questions` makes new prompts with their right answers. `evaluate` gives each prompt to a model and marks what it writes. A translation counts when it is right word for word (`exact`). Summaries are a *control*: a second task, for which nothing was taken away. They are marked by the words that they share with the writer's own summary (`f1`, section 9).

# %%
from gptedu.evaluate.accuracy import evaluate

twin = gptedu.load("mini-m-untranslated")
right = {lm.name: {}, twin.name: {}}
for task, metric in (("translate-into-english", "exact"), ("summary", "f1")):
    asked = world.questions(task, "test", 100)
    print(f"{asked[0].prompt}{asked[0].answer}")
    for model in (lm, twin):
        right[model.name][task] = evaluate(model, asked, metric=metric).accuracy
        print(f"    {model.name:>20}: {100 * right[model.name][task]:.1f}% right")

# %%
reveal("gpt2/why", 100 * right[twin.name]["translate-into-english"])

# %% [markdown]
# The control shows that the twin is no worse at this other task. (Both models reach 100%, so we cannot see which of them is the better one there.) What it lacks is what was taken out of its web. Begin the note from section 4, and the twin goes on with what it knows:

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
for model in (lm, twin):
    print(f"{model.name:>20} goes on: {model.generate(note, max_tokens=12)!r}")

# %%
from gptedu.chapters.gpt2 import claims

claims.why(right)
claims.why_control(right)

# %% [markdown]
# ## 7 · Is the game rigged? (8 minutes)
#
# We wrote this web. We put in the pages that translate, the questions with their answers, the posts with a summary. Then we asked for exactly these. Is that a fair test of "nobody trained it for the task"?
#
# **What does follow.**
#
# - Predicting the next token is enough. There was no label, no new layer, no second loss. The translations were about one page in ten, mixed with all others. This could have failed. (Section 10 asks other sizes of the model.)
# - The pages are the reason. Without them the ability is gone, and the control stays.
# - It is not copying. The sentences that we asked for are on no page.
#
# **What does not follow.**
#
# - That the real web holds enough such pages. Our experiment cannot say this. The paper can: it found them (Table 1), and its model translates a little. Section 12 asks a model that read the real web.
# - That the model does a task because it was told to. It goes on with a page. Test it: four wordings of one wish, and only two of them stand on our pages.

# %%
from gptedu.chapters.gpt2 import tasks

on_our_pages = ('On the wall it said: "{}" (', "Velan: {}\nEnglish:")
on_no_page = ("Translate into English: {}\nTranslation:", "In English, {} means")

for wording in on_our_pages + on_no_page:
    print(f"{100 * tasks.translated(lm, wording):5.1f}% right   {wording!r}")

# %% [markdown]
# The two forms that stand on pages work for nearly all sentences. The other two say the wish as plainly as a person would, and they work for none. So the model has learned to go on with forms of page. It has not learned to do as it is told; chapter 04 is about that. GPT-2 read very many forms of page, so more wordings work with it.

# %% [markdown]
# ## 8 · An answer you can choose (15 minutes)
#
# Some tasks have few possible answers. Then the model need not write at all. We compare how likely each answer is to it. Reviews on this web often end in a verdict. So the model can judge reviews, without a single label.

# %% [markdown]
# ### Exercise 3

# %%
exercises.choice_score.show()


# %%
def choice_score(logprobs, prompt_tokens):
    """Return the choice's log-probability, and the same per token."""
    raise NotImplementedError("your turn")


choice_score = exercises.choice_score.use(choice_score)

# %%
review = "I tried the kettle last week. The whole thing seemed solid to me. "
review += "The handle was reliable and useful."
prompt = review + "\nVerdict:"
length = len(lm.logprobs(prompt).ids)

for choice in (" good", " bad"):
    logprobs = lm.logprobs(prompt + choice).logprobs.tolist()
    raw, per_token = choice_score(logprobs, length)
    print(f"{choice:>5}: log P = {raw:.2f}, per token {per_token:.2f}")

# %% [markdown]
# A log-probability nearer to 0 is likelier. Each choice is one token here, so both scores are equal.
#
# **Now you:** write *fragile* in the place of *solid*. Then write also that the handle was *flimsy and useless*. When does the verdict turn?
#
# <details><summary>What you should see</summary><em>fragile</em> alone already turns the verdict, although the handle is praised; but the model is not sure. With <em>flimsy and useless</em> as well it is quite sure: bad.</details>
#
# Here are a hundred reviews by others. With `metric="choice"`, `evaluate` takes the likelier verdict.

# %%
verdicts = evaluate(lm, world.questions("review", "test", 100), metric="choice")
low, high = verdicts.interval
print(f"{100 * verdicts.accuracy:.1f}% of {verdicts.count} verdicts are right")
print(f"(95% interval {100 * low:.1f} to {100 * high:.1f}; guessing gives 50.0%)")

# %% [markdown]
# The interval says how far chance can move this number: another hundred reviews would give another share, most often within it. The paper scores its tasks with given answers in this way (sections 3.2 and 3.4).

# %% [markdown]
# ## 9 · Six characters (22 minutes)
#
# Here is a post from a forum. The model goes on with it in two ways: with a hint, the six characters `TL;DR:` at its end, and without.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
posts = world.questions("summary", "test", 200)
post = posts[0].prompt.removesuffix("TL;DR:")
print(post)

print("With the hint:", lm.generate(post + "TL;DR:", stop="\n"))
print("Without it, six times:")
for text in lm.generate([post] * 6, temperature=1.0, stop="\n"):
    print("    ", text)

# %% [markdown]
# Nothing in the network is called *summarise*. Writers who are about to sum up type `TL;DR:` ("too long; didn't read"). So after these six characters a summary comes next. Without them the page has come to a fork: perhaps the writer sums up, perhaps somebody replies.
#
# `temperature=1.0` means that each token is drawn by its probability, and not always the likeliest. In general, the logit $z_i$ of each token $i$ is divided by the temperature $\tau$ before the softmax makes probabilities of them:
#
# $$P(i) = \frac{e^{z_i/\tau}}{\sum_j e^{z_j/\tau}}$$
#
# A small $\tau$ makes the likeliest token likelier still. A large $\tau$ makes all tokens more equal.
#
# The widget stands at the fork. It has already drawn a few tokens: they are the tree below. The bars are the probabilities of the next token.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import NextToken

fork = NextToken(lm, post, temperature=1.0)
fork.step(5)  # draw five tokens
fork.go_to(-1)  # and go back to the fork
fork

# %% [markdown]
# The widget also shows the *logit lens*: what the network would say if it ended after a block. (The vector after each block is put through the head, the layer that makes logits. The lowest row is the embedding, before the first block.)
#
# **Now you:** take the other road: click its bar, and sample on. The tree keeps both roads. Then move the temperature to 0.3, and to 2. Does the fork close? Does it open?
#
# <details><summary>What you should see</summary>At 0.3 nearly all the probability is on the likelier road: the fork closes. At 2 the two roads come nearer to each other, and tokens appear that make no sense here. In the lens, <code>TL</code> appears only after the last block.</details>

# %% [markdown]
# What do the six characters bring? To measure this, summaries have to be marked. The usual way counts the words that a summary shares with a reference, here the writer's own. We call this *overlap*: 0 points when no word is shared, 100 when all words are.

# %% [markdown]
# ### Exercise 4

# %%
exercises.overlap.show()


# %%
def overlap(given, wanted):
    """Return the F1 of single words of two lists of words."""
    raise NotImplementedError("your turn")


overlap = exercises.overlap.use(overlap)

# %%
predict(
    "gpt2/hint",
    "By how many points of overlap are summaries better with the hint than without it?",
    between=(0, 100),
    unit="points",
)

# %% [markdown]
# `tasks.summaries` writes one for each post, with the hint or without. It draws each token among the two likeliest, as the paper does (section 3.6). If it always took the likeliest, the model would write `TL;DR:` itself, and so give itself the hint. When it draws, it still often does so: at the fork above, about four times in five. So the overlap is high without the hint too. (The six characters do not count as words of the summary.)

# %%
points = {}
for hint in (True, False):
    written = [tasks.words(text) for text in tasks.summaries(lm, posts, hint)]
    wanted = [tasks.words(post.answer) for post in posts]
    each = [overlap(*pair) for pair in zip(written, wanted)]
    points[hint] = 100 * sum(each) / len(each)
    print(f"hint {hint!s:>5}: overlap {points[hint]:.1f}")

reveal("gpt2/hint", points[True] - points[False])
claims.hint(points[True], points[False])

# %% [markdown]
# ## 10 · The same question, four sizes (22 minutes)
#
# `mini-xs` to `mini-l` are a *family*: they read the same pages in the same order, and only their size differs. Ask them all.

# %%
family = [gptedu.load(name) for name in ("mini-xs", "mini-s", "mini-m", "mini-l")]
names, sizes = [model.name for model in family], [model.size for model in family]
for name, size in zip(names, sizes):
    print(f"{name:>8} {size:>10,} weights")

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

PromptLab(family, "Question: Where does Olga live?\nAnswer:", stop="\n", max_tokens=12)

# %% [markdown]
# (In this world Olga lives in Rosden.) Which models name a town at all? Which name the right one?
#
# **Now you:** ask for something else, or put in your translation prompt. Which model is wrong in the most charming way?
#
# <details><summary>What you should see</summary>The smallest one often writes words that do not answer the question at all. A middle one names a town, but the wrong one. The larger ones know more people, and none of them says that it does not know.</details>
#
# Now four tasks. *Reading* asks about a text that stands in the prompt. *Closed-book* asks from memory, as about Olga: who lives where, who does what. Translations and summaries you know.

# %%
predict(
    "gpt2/size",
    "Which of the four tasks gains most from the smallest model to the largest?",
    options=("reading", "closed-book", "translate-into-english", "summary"),
)

# %% [markdown]
# `tasks.TASKS` says how each task is marked: `exact` is word for word, `f1` is the overlap of exercise 4.

# %%
scores = {}
for task, metric in tasks.TASKS.items():
    asked = world.questions(task, "test", 100)
    scores[task] = [evaluate(model, asked, metric=metric).accuracy for model in family]
    print(f"{task:>22}, {metric:<5}", *(f"{100 * each:6.1f}" for each in scores[task]))

# %%
from gptedu.plots import accuracy

accuracy.accuracy_by_size(sizes, scores, names=names, title="Zero-shot, by size")

# %% [markdown]
# The paper's figure 1 shows these four tasks, and there they rise with size too. Which models get half of the points, or more?

# %%
for task, by_size in scores.items():
    enough = [name for name, score in zip(names, by_size) if score >= 0.5]
    print(f"{task:>22}: {', '.join(enough)}")

# %% [markdown]
# For *reading* and summaries the answer stands in the prompt. To translate, the model has to know the dictionary and the order of the words, and these return on many pages. For *closed-book* it has to keep every single fact in its weights, and this task needs the largest model. So not all abilities come at the same size. Rules first, single facts later: this fits the four tasks, but they do not prove it. (Four sizes are too few to say where exactly each one begins.)

# %%
gain = {task: 100 * (by_size[-1] - by_size[0]) for task, by_size in scores.items()}
reveal("gpt2/size", max(gain, key=gain.get))
claims.size(scores)
claims.size_steps(scores)

# %% [markdown]
# ### Exercise 5
#
# The models were trained for one thing only: to predict the next token. Does that get better with size too? *Perplexity* says it in one number: between how many equally likely tokens does the model hesitate? It is the $e^{\text{loss}}$ of chapter 00.

# %%
exercises.perplexity.show()


# %%
def perplexity(documents):
    """Return the perplexity over all tokens of all documents."""
    raise NotImplementedError("your turn")


perplexity = exercises.perplexity.use(perplexity)

# %%
held_out = list(world.documents("test", count=150))  # pages that no model has read
hesitation = []
for model in family:
    logprobs = [model.logprobs(page.text).logprobs.tolist() for page in held_out]
    hesitation.append(perplexity(logprobs))
    print(f"{model.name:>8}: hesitates between {hesitation[-1]:5.2f} tokens")

claims.perplexity(hesitation)

# %% [markdown]
# Perplexity falls with size, and the four tasks rise. They do not rise in step: from the smallest model to the next, perplexity falls most and the tasks gain least. The models were trained only to lower the perplexity. Nobody trained them for the tasks. This is the title of the paper: language models are *unsupervised multitask learners*. And our promise?

# %%
print(f"before: {before:.6f}   now: {weight_sum(lm.model):.6f}")
assert weight_sum(lm.model) == before

# %% [markdown]
# ## 11 · Why "117M" is 124M (optional, 20 minutes)
#
# The paper calls its models 117M, 345M, 762M and 1542M, after the number of weights in millions. We count them. What is there to count? `mini-m` is built like GPT-2. This is its first block, tensor by tensor:

# %%
width = lm.model.config.width
print(f"width {width}; token embedding {tuple(lm.model.token_embedding.weight.shape)}")
for name, weight in lm.model.blocks[0].named_parameters():
    print(f"    {name:<28} {tuple(weight.shape)!s:<12} {weight.numel():>7,}")

# %% [markdown]
# - A *norm* brings a vector to one scale. It has a gain and a bias for each of the `width` numbers.
# - *Attention* makes queries, keys and values with one matrix (`qkv`), and has an output matrix after that (`out`).
# - The *MLP* is two layers: from `width` to four times as many numbers, and back.
# - A *bias* is a number that is added after a matrix. Each matrix here has one bias a row.
#
# The block has these. Around the blocks are the token embedding, the position embedding (one vector for each place in the context), and one last norm. (The field says *parameters* for weights, and *layer* for a block.) The layer that makes the logits needs no weights of its own: it uses the token embedding again (*tied* weights).

# %% [markdown]
# ### Exercise 6

# %%
exercises.parameters.show()


# %%
def parameters(vocabulary, context, layers, width):
    """Return the number of parameters of a GPT-2."""
    raise NotImplementedError("your turn")


parameters = exercises.parameters.use(parameters)

# %%
print("  name  blocks  width   50,257 tokens   40,478 tokens")
for name, (layers, width, heads) in exercises.SIZES.items():
    new, old = (parameters(size, 1024, layers, width) for size in (50_257, 40_478))
    print(f"{name:>6} {layers:>7} {width:>6} {new:>15,} {old:>15,}")

claims.parameters(parameters(50_257, 1024, 12, 768))

# %% [markdown]
# Look at the last column. 40,478 is the size of **GPT-1's** vocabulary. With it, all four names come out right, to the million. But the published models have 50,257 tokens, and so 124M, 355M, 774M and 1,558M weights. It looks as if the names were counted before the vocabulary grew. Its makers later said only that their counts had been wrong.

# %% [markdown]
# ## 12 · A model that read the real web (6 minutes)
#
# `smollm2-135m-instruct` has 135 million weights, about as many as the smallest GPT-2. It was published in 2024. *Instruct* means that after the web it was trained further, to follow instructions (chapter 04). So it is not a pure language model as GPT-2 is, and what it can do need not come from the web alone. We gave it 32 prompts of the same kinds, in English and French, and recorded its answers. Here are some of them. The last two lines of each post show what it writes with `TL;DR:` and without.

# %%
from gptedu.chapters.gpt2 import web_questions

answers = web_questions.recorded()
print(web_questions.sample(answers))

# %%
for task, score in answers["scores"].items():
    print(f"{task:>17}: {100 * score:5.1f}")

claims.real(answers["scores"])

# %% [markdown]
# (Translations and summaries are marked by overlap, the others right or wrong. The questions of *reading* were asked below a text, which is left out above.) The model knows that French should turn into English, and some words arrive. It knows some of the facts. Without the hint it babbles after a post; with it, some answers are summaries. Questions about a text mostly fail. So the abilities are there in a model of the real web too, but weaker; we do not know why. Nor can we say what it owes to the web and what to the instructions. And these are 32 prompts, which is few.
#
# **Now you** (optional): run `gptedu get smollm2-135m-instruct` in a terminal once (93 MB). Then `web_questions.ask(gptedu.load("smollm2-135m-instruct"))` asks it again. This needs 1.2 GB of memory and a few minutes.
#
# <details><summary>What you should see</summary>The same answers as in the record, or nearly the same. Small differences come from another processor.</details>

# %% [markdown]
# ## 13 · The results, and what to take home (8 minutes)
#
# Names of tests in the table and below: LAMBADA (the last word of a passage), CNN/DailyMail (news with summaries; ROUGE counts shared words), CoQA (questions about a text), Natural Questions (questions from memory).

# %%
from gptedu.course import claims_table

claims_table()

# %% [markdown]
# **What a larger model does differently.**
#
# - **It knows more forms.** GPT-2 read very many kinds of page, so many prompts work, also some that nobody planned: 55 F1 on CoQA without one of its training questions. Our web has some twenty kinds of page.
# - **It does not do well everywhere.** French into English reached 11.5 BLEU and English into French 5 (BLEU counts shared runs of words, out of 100). It answered 4.1% of the Natural Questions. The authors call the summaries rudimentary. The *direction* was the finding, and larger models followed it.
# - **The wording matters, at any size.** A prompt is a guess at which page it could be. Chapter 03 shows what helps: examples on the page.
#
# ## Summary
#
# - A task that occurs in the text is learned by predicting the text. A prompt is the beginning of a page on which the answer comes next.
# - Take those pages away, and that ability is gone while the control stays.
# - We planted the pages. That predicting them is enough, we have shown. That the real web has enough of them, the paper shows.
# - An answer can be written, or chosen by its log-probability.
# - Over four sizes, perplexity falls and four tasks rise that nobody trained for.
# - No weight changed.

# %%
exercises.quiz.show()

# %% [markdown]
# ## What to read
#
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*. Table 1 and Figure 1 are this chapter.
# - McCann et al. 2018, *The Natural Language Decathlon*: ten tasks as questions, one model. The idea of a task given in words comes from there.
# - Lin 2004, *ROUGE: A Package for Automatic Evaluation of Summaries*: exercise 4, in full.
#
# **Next:** [chapter 3](03_gpt3.ipynb). The model sees one example in the prompt, then two, then more. No weight changes there either, and yet it learns. Or does it?
