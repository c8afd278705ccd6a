# %% [markdown]
# # 02 · GPT-2: no fine-tuning, only prompts
#
# **You will be able to** find the lessons that hide in plain text, write a prompt that calls one up, score an answer by its probability, and measure what a language model can do that nobody trained it to do.
#
# **It takes** about 70 minutes, exercises included.
#
# **What came before.** In chapter 1 each task cost some labels, a new layer and a few hundred gradient steps. A person who can read needs none of that: you show them the text and they see what is wanted.
#
# **The paper**: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*.

# %% [markdown]
# ## The idea
#
# ```text
# a page of the web    Frank wrote: "la siro" (the school).
#                      Nobody meant this as a lesson.
#
# your prompt          Frank wrote: "la mulo mata" (
# the model goes on                                 the green cat).
# ```
#
# Whoever predicts the next word of *every* page has to predict the English words on this one. To do that well is to translate. The task is in the text, so it can be asked for in text.
#
# $$P(\text{answer} \mid \text{prompt}) = \prod_{t=1}^{T} P(a_t \mid \text{prompt}, a_1, \dots, a_{t-1})$$
#
# $a_1, \dots, a_T$ are the tokens of the answer. There is no second network, no label and no training step in this chapter.
#
# Our web is a miniature one: pages about a small invented world, written by a program. `mini-m` has read 12 million tokens of it, and nothing else; the first million were lists and songs that repeat themselves.

# %%
import gptedu
from gptedu.course import claims_table, predict, reveal
from gptedu.chapters.gpt2 import claims, exercises
from gptedu.world import World

lm = gptedu.load("mini-m")
world = World(seed=0)
pages = list(world.documents("train", count=1500))

for page in pages[2:5]:
    print(f"[{page.kind}] {page.text}\n")

# %% [markdown]
# We promised that nothing will be trained. Here is a fingerprint of all the weights, to hold us to it at the end.

# %%
import hashlib


def fingerprint(model):
    weights = [each.cpu().numpy().tobytes() for each in model.state_dict().values()]
    return hashlib.sha256(b"".join(weights)).hexdigest()[:12]


before = fingerprint(lm.model)
print("weights:", before)

# %% [markdown]
# ## Who taught it that?
#
# The web has a foreign language, Velan. Nobody labelled a translation for the model. Are there any?

# %%
predict(
    "gpt2/share",
    "Of 100 pages, how many hold a translation from Velan or into it, in any form?",
    between=(0, 50),
    unit="pages",
)

# %% [markdown]
# `concordance` searches the pages for a text, and shows each place with the kind of page and what stands around it. People often put a translation in brackets, the one way or the other:

# %%
from gptedu.chapters.gpt2.search import concordance

for hit in concordance(pages, "(", width=40, limit=6):
    print(hit)

# %% [markdown]
# There they are: somebody quotes a Velan sentence, and puts its meaning behind it for the readers' sake. But the bracket alone finds little programs too.

# %% [markdown]
# ### Exercise 1

# %%
exercises.search.show()

# %%
phrase = ...  # your turn

phrase = exercises.search.use(phrase)

# %%
hits = concordance(pages, phrase, width=36)
print(len(hits), "translations in brackets. The first four:")
for hit in hits[:4]:
    print(hit)

# %% [markdown]
# Brackets are one form of several. `TRANSLATIONS` names the kinds of page that hold one.

# %%
from gptedu.world import TRANSLATIONS

print(", ".join(TRANSLATIONS))
shared = sum(page.kind in TRANSLATIONS for page in pages)
reveal("gpt2/share", 100 * shared / len(pages))

# %% [markdown]
# The authors of GPT-2 searched their 40 GB of web pages the same way, and print what they found as their Table 1: French and English side by side, in sentences that were about something else.
#
# **Now you:** search for `Velan:` and read what comes first, the Velan or the English. Who gets more lessons, a reader of Velan or a writer of it?

# %% [markdown]
# ## A page that is not finished
#
# Take a sentence that no page has, and begin a page on which its translation comes next.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
sentence = "la mulo mata fulas un zomo"
print("Pages that have it:", len(concordance(pages, sentence)))

note = f'On the wall it said: "{sentence}" ('
print(note + lm.generate(note, max_tokens=16, stop=")") + ")")

# %% [markdown]
# *mulo* is the cat and *mata* is green: Velan puts the adjective behind its noun, and the English turns them round.

# %% [markdown]
# ### Exercise 2

# %%
exercises.prompt.show()

# %%
template = ...  # your turn: a string with {} where the sentence goes

template = exercises.prompt.use(template)

# %% [markdown]
# **Now you:** the model is easily put off its page. Write an order (`Translate: {}`), or end your prompt in a space.
#
# ### Where does it look?
#
# Before it writes *green*, some part of the network has to find *mata*. `attention_between` says how much each attention head looks at the Velan word just before the English one is written. Which head does it most?

# %%
from gptedu.interpret.alignment import attention_between

pairs = [("green", "mata"), ("cat", "mulo"), ("paints", "fulas"), ("road", "zomo")]
english = "the green cat paints a road"
share = attention_between(lm, note, english, pairs)  # [pairs, layers, heads]
layer, head = divmod(int(share.mean(dim=0).argmax()), share.shape[-1])

print(f"Head {head} of layer {layer}, both counted from 0:")
for (said, meant), part in zip(pairs, share[:, layer, head]):
    print(f"    before {said:>6}, {100 * part:.1f}% of its attention is on {meant}")

# %% [markdown]
# The picture shows all heads, each a triangle: down, the token that looks; across, the token that it looks at. The large one is the head that we found. Read a row as "having written this, where does it look for what comes next?", and follow the dark squares: they do not run straight, since the two languages order their words differently.

# %%
from gptedu.widgets import AttentionExplorer

the = len(lm.tokenizer.encode(note + "the"))  # where "the" stands; 0 is the start token
AttentionExplorer(lm, note + english, selected=(layer, head), query=the)

# %% [markdown]
# Looking is not yet using. `next_token` gives the probability of every token that could come next, and `heads_off` switches heads off. Take them away one at a time: what is left of *green*?

# %%
green = lm.tokenizer.encode(" green")[0]
_, layers, heads = share.shape
left = {
    (i, j): float(lm.next_token(note + "the", heads_off=[(i, j)])[green])
    for i in range(layers)
    for j in range(heads)
}

print(f"all heads on:              {float(lm.next_token(note + 'the')[green]):.2f}")
print(f"without the one we found:  {left[layer, head]:.2f}")
print("The three that are missed most:")
for i, j in sorted(left, key=left.get)[:3]:
    print(f"without head {j} of layer {i}: {left[i, j]:.2f}")

# %% [markdown]
# A word takes several heads, one after the other. **Now you:** end the explorer's text after `(the`: the bars at the bottom are about what comes after the *whole* text, so now *green* is among them. Click a head that is missed, and see which words come instead. Do they still have the right *kind*? And where does that head look?
#
# <details><summary>What you should see</summary>Without head 1 of layer 2 comes <em>cat</em>: the adjective is skipped. Without head 0 of layer 3 come other adjectives: the kind is right, the word is lost.</details>

# %% [markdown]
# ## Take the notes away
#
# Is it really those pages? `mini-m-untranslated` is a twin: the same network, recipe and number of tokens, but every page on which Velan meets English was left out. Velan alone it has read.

# %%
predict(
    "gpt2/why",
    "How many of 100 new sentences will the twin translate without a mistake?",
    between=(0, 100),
    unit="sentences",
)

# %% [markdown]
# `world.questions` draws questions about text that no page has, with their answers. `evaluate` puts each to a model as a prompt, and marks what it writes: a translation counts where it is right word for word (`exact`), a summary by the words that it shares with the writer's own (`f1`; more of that below). The summaries are a control.

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
# The control tells that the twin is no worse a model: what it lacks is what was cut out of its web. Begin the note from above, and it goes on with what it knows:

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
for model in (lm, twin):
    print(f"{model.name:>20}: … ({model.generate(note, max_tokens=12)!r}")

# %%
claims.why(right)
claims.why_control(right)

# %% [markdown]
# ## An answer you can choose
#
# Some tasks have few possible answers. Then the model need not write at all: let it say how likely it finds each. Reviews on this web often end in a verdict, which makes a sentiment classifier without a label.

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
# **Now you:** make it *fragile* instead of *solid*; then write that the handle was *flimsy and useless* too. When does the verdict turn?
#
# Here are a hundred reviews by others. With `metric="choice"`, `evaluate` takes the likelier of the two verdicts.

# %%
verdicts = evaluate(lm, world.questions("review", "test", 100), metric="choice")
low, high = verdicts.interval
print(f"{100 * verdicts.accuracy:.1f}% of {verdicts.count} verdicts are right")
print(f"(95% interval {100 * low:.1f} to {100 * high:.1f}; a coin gets 50.0%)")

# %% [markdown]
# The paper scores its multiple-choice tasks in this way (Sections 3.2 and 3.4). It is chapter 1's heuristic once more; 200 labels and training got no further than this there.

# %% [markdown]
# ## Six characters
#
# Here is a post from a forum.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
from collections import Counter

posts = world.questions("summary", "test", 200)
post = posts[0].prompt.removesuffix("TL;DR:")
print(post)

print("With the hint:", lm.generate(post + "TL;DR:", stop="\n"))
print("Without it, drawn 20 times:")
drawn = lm.generate([post] * 20, temperature=1.0, stop="\n")
for text, times in Counter(drawn).most_common():
    print(f"{times:>4} {text}")

# %% [markdown]
# Nothing in the network is called *summarise*. Writers who are about to sum up type `TL;DR:` ("too long; didn't read"), so after these six characters a summary comes next. Without them the page has come to a fork: somebody may reply instead.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import NextToken

NextToken(lm, post, temperature=1.0)

# %% [markdown]
# The tall bars are the roads. On the right (the *logit lens*) stands what each layer would say if it were the last. **Now you:** take the first token of each road and step on; the tree keeps both. Then turn the temperature to 0.3 and to 2: does the fork close, does it open?

# %% [markdown]
# What do the six characters bring? To measure that, summaries have to be marked. The usual way counts the words that one shares with a reference, here the writer's own.

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
    "Of 100 points of overlap, how many does the hint bring?",
    between=(0, 100),
    unit="points",
)

# %% [markdown]
# `summaries` draws each token among the two likeliest, as the paper does (Section 3.6): always taking the taller bar would give the model its own hint. Where it writes a label such as `TL;DR:` itself, only the words after it count.

# %%
from gptedu.chapters.gpt2.tasks import summaries
from gptedu.evaluate.answers import words

points = {}
for hint in (True, False):
    written = summaries(lm, posts, hint)
    each = [overlap(words(text), words(asked.answer)) for text, asked in zip(written, posts)]
    points[hint] = 100 * sum(each) / len(each)
    print(f"hint {hint!s:>5}: overlap {points[hint]:.1f}")

# %%
reveal("gpt2/hint", points[True] - points[False])

# %%
claims.hint(points[True], points[False])

# %% [markdown]
# ## The same question, four sizes
#
# `mini-xs` to `mini-l` read the same pages in the same order; only the networks differ. Ask them all.

# %%
family = [gptedu.load(name) for name in ("mini-xs", "mini-s", "mini-m", "mini-l")]
sizes = [model.size for model in family]
for model, size in zip(family, sizes):
    print(f"{model.name:>8} {size:>10,} parameters")

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

PromptLab(family, "Question: Where does Olga live?\nAnswer:", stop="\n", max_tokens=12)

# %% [markdown]
# (In this world Olga lives in Rosden.) From which size on does the answer fit the *question*, and from which is it right? **Now you:** ask for something else, or paste your translation prompt.

# %%
predict(
    "gpt2/size",
    "Which of the four tasks gains most from the smallest model to the largest?",
    options=("reading", "closed-book", "translate-into-english", "summary"),
)

# %% [markdown]
# *Closed-book* asks from memory who lives where and does what. `TASKS` says how each task is judged: `exact` is word for word, `f1` is the overlap of exercise 4.

# %%
from gptedu.chapters.gpt2.tasks import TASKS

scores = {}
for task, metric in TASKS.items():
    asked = world.questions(task, "test", 100)
    scores[task] = [evaluate(model, asked, metric=metric).accuracy for model in family]
    print(f"{task:>22}, {metric:<5} " + "  ".join(f"{100 * each:5.1f}" for each in scores[task]))

# %%
from gptedu.plots.accuracy import accuracy_by_size

names = [model.name for model in family]
accuracy_by_size(sizes, scores, names=names, title="Zero-shot, by size")

# %% [markdown]
# GPT-2's Figure 1 has these four tasks in four panels, and they rise too. Each ability comes at a size of its own:

# %%
for task, by_size in scores.items():
    first = next((name for name, score in zip(names, by_size) if score >= 0.5), "no size")
    print(f"{task:>22}: half of the points from {first} on")

# %% [markdown]
# A rule (how to translate, where an answer stands in a text) fits into a smaller network than many facts do: each person's town, job and pet has to be kept somewhere.

# %%
gain = {task: 100 * (by_size[-1] - by_size[0]) for task, by_size in scores.items()}
reveal("gpt2/size", max(gain, key=gain.get))

# %%
claims.size(scores)
claims.size_steps(scores)

# %% [markdown]
# ### Exercise 5
#
# The models were trained for one thing only, to predict the next token. Does that get better with size too?

# %%
exercises.perplexity.show()


# %%
def perplexity(documents):
    """Return the perplexity over all tokens of all documents."""
    raise NotImplementedError("your turn")


perplexity = exercises.perplexity.use(perplexity)

# %%
held_out = [page.text for page in world.documents("test", count=150)]
hesitation = []
for model in family:
    hesitation.append(perplexity([model.logprobs(text).logprobs.tolist() for text in held_out]))
    print(f"{model.name:>8}: hesitates between {hesitation[-1]:5.2f} tokens")

# %%
claims.perplexity(hesitation)

# %% [markdown]
# As perplexity falls the four tasks rise, though not in step: from mini-xs to mini-s it falls most, and translation stays where it was. Only the first was trained for. That is the title of the paper: language models are *unsupervised multitask learners*. And the promise?

# %%
print("weights before:", before)
print("weights now:   ", fingerprint(lm.model))
assert fingerprint(lm.model) == before

# %% [markdown]
# ## Why "117M" is 124M
#
# The paper calls its models 117M, 345M, 762M and 1542M. Count them.

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
print("  name  layers  width   50,257 tokens   40,478 tokens")
for name, (layers, width, heads) in exercises.SIZES.items():
    new, old = (parameters(size, 1024, layers, width) for size in (50_257, 40_478))
    print(f"{name:>6} {layers:>7} {width:>6} {new:>15,} {old:>15,}")

# %% [markdown]
# Look at the last column. 40,478 is the size of **GPT-1's** vocabulary: with it, all four names come out to the million. The published models have 50,257 tokens, and so 124M, 355M, 774M and 1,558M. It looks as if the names were counted before the vocabulary grew; the makers later said only that the counts had been wrong.

# %%
claims.parameters(parameters(50_257, 1024, 12, 768))

# %% [markdown]
# ## A model that read the real web
#
# `smollm2-135m-instruct` has 135 million parameters, about as many as the smallest GPT-2, and was published in 2024. We put 32 prompts of the same kinds to it, in English and French, and recorded its answers.
#
# To ask it yourself, run `gptedu get smollm2-135m-instruct` in a terminal once (93 MB) and set `ASK_NOW = True`. It needs 1.2 GB of memory and a few minutes.

# %%
from gptedu import records
from gptedu.chapters.gpt2.web_questions import ask

ASK_NOW = False

answers = ask(gptedu.load("smollm2-135m-instruct")) if ASK_NOW else records.read("gpt2", "real").results[0]
for answer in answers["answers"][0:28:3]:
    end = answer["prompt"][-50:].replace("\n", " / ")
    print(f"{answer['task']:>12} | {end:>54} | {answer['given'][:32]}")

# %%
print("overlap (F1) of translations and summaries; the others right or wrong:")
for task, part in answers["scores"].items():
    print(f"{task:>17}: {100 * part:5.1f}")

claims.real(answers["scores"])

# %% [markdown]
# It knows that French should turn into English, and gets a word or two across. It knows four facts of eight. The six characters turn its babble into a summary (of four posts only). Questions under a text mostly fail: the ability is on the real web, but 135 million parameters have a larger world to hold than ours.

# %% [markdown]
# ## Paper against ours

# %%
claims_table()

# %% [markdown]
# ## What a larger model does differently
#
# - **It knows more forms.** GPT-2 met thousands of kinds of page, so thousands of prompts work, also ones nobody planned: 55 F1 on CoQA, a reading test, without one of its training questions. Our web has some twenty kinds of page.
# - **It does not do much better everywhere.** French into English reached 11.5 BLEU, English into French 5, and 4.1% of the Natural Questions were answered. The authors call the summaries rudimentary. The *direction* was the finding, and every larger model followed it.
# - **Wording matters, at any size.** A prompt is a guess at which page it could be. Chapter 3 shows what helps: more examples on the page.

# %% [markdown]
# ## Summary
#
# - A task that occurs in the text is learned by predicting the text. A prompt is the beginning of a page on which the answer comes next.
# - Take those pages out of the training text, and that ability is gone while the control stays.
# - An answer can be written, or chosen by its log-probability.
# - Over four sizes, perplexity falls and four tasks rise that nobody trained for.
# - No weight changed.

# %%
exercises.quiz.show()

# %% [markdown]
# ## To read
#
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*. Table 1 and Figure 1 are this chapter.
# - McCann et al. 2018, *The Natural Language Decathlon*: ten tasks as questions, one model; where the idea of a task given in words comes from.
# - Lin 2004, *ROUGE: A Package for Automatic Evaluation of Summaries*: exercise 4, in full.
#
# **Next:** chapter 03. The model sees one example in the prompt, then two, then eight. No weight changes there either, and yet it learns. Or does it?
