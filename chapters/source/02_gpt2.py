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
#  a page of the web    Frank wrote: "la siro" (the school).       nobody meant this as a lesson
#
#  your prompt          Frank wrote: "la mulo mata" (              it looks like such a page
#  the model                                         the green cat).
# ```
#
# A model that predicts the next word of *every* page has to predict the English words on this one. To do that well is to translate. The task is in the text, so it can be asked for in text.
#
# $$P(\text{answer} \mid \text{prompt}) = \prod_{t=1}^{T} P(a_t \mid \text{prompt}, a_1, \dots, a_{t-1})$$
#
# $a_1, \dots, a_T$ are the tokens of the answer. The task, the question and the model's knowledge of both meet in one thing, the prompt. There is no second network, no label and no training step in this chapter.

# %%
import hashlib

import gptedu
from gptedu.course import claim, claims_table, measured, predict, question, quiz, reveal
from gptedu.course import chapter02 as exercises
from gptedu.prompting import concordance, evaluate
from gptedu.world import TRANSLATIONS, World

world = World(seed=0)
pages = list(world.documents("train", count=1500))
lm = gptedu.load("mini-m")

print(
    f"A sample of {len(pages):,} pages of the miniature web that {lm.name} learned to write from."
)

# %% [markdown]
# We promised that nothing will be trained. Here is a fingerprint of every weight, to hold us to it at the end.


# %%
def fingerprint(model):
    digest = hashlib.sha256()
    for weights in model.state_dict().values():
        digest.update(weights.cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


before = fingerprint(lm.model)
print("weights:", before)

# %% [markdown]
# ## Who taught it that?
#
# The web has a foreign language, Velan. Nobody labelled a translation for the model. Are there any?

# %%
predict(
    "02/share",
    "Of 100 pages, how many hold a translation from Velan or into it, in any form?",
    between=(0, 50),
    unit="pages",
)

# %%
for hit in concordance(pages, "(", width=40, limit=6):
    print(hit)

# %% [markdown]
# `concordance` shows each place where a text occurs, with what stands around it. People quote a Velan sentence, and some put its meaning behind it in brackets, for their readers' sake. But the bracket alone finds little programs too.

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

# %%
shared = sum(page.kind in TRANSLATIONS for page in pages)
reveal("02/share", 100 * shared / len(pages))

# %% [markdown]
# Brackets are one form of several: line by line, lists of words, "X means Y". The authors of GPT-2 searched their 40 GB of web pages the same way, and print what they found as their Table 1: French and English side by side, in sentences that were about something else.
#
# **Now you:** search for `English:` and for `means`. Who gets more lessons, a reader of Velan or a writer of it?

# %% [markdown]
# ## A page that is not finished
#
# Take a sentence that no page has, and begin a page on which its translation comes next.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
sentence = "la mulo mata fulas un zomo"
print("Pages that have it:", len(concordance(pages, sentence)))

note = f'On the wall it said: "{sentence}" ('
print(note + lm.generate(note, max_tokens=16, stop=")"))

# %% [markdown]
# *mulo* is the cat and *mata* is green: Velan puts the adjective behind its noun, and the model has turned them round.

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
# The picture shows every attention head while the model reads the sentence and its translation. Each head is a triangle: down, the token that looks; across, the token that it looks at.

# %%
from gptedu.widgets import AttentionExplorer, NextToken, PromptLab

AttentionExplorer(lm, note + "the green cat paints a road", selected=(2, 3), query=16)

# %% [markdown]
# Head 3 of layer 2 runs along the Velan sentence, one word ahead of what has been written. And it does not go straight: from *the* it looks at `mata`, which means *green*; from *green* back at `mulo`, the cat. Nobody told it that the two languages order their words differently.
#
# Is this head only a bystander? Switch it off, and others for comparison.

# %%
green = lm.tokenizer.encode(" green")[0]
for off in ([], [(2, 3)], [(2, 2)], [(3, 0)]):
    chance = lm.next_token(note + "the", heads_off=off)[green]
    print(f"without {off!s:>8}: P(green after 'the') = {float(chance):.2f}")

# %% [markdown]
# **Now you:** in the explorer, end the text after `(the`, switch off heads one at a time, and find another that this word needs. Without head 3, does the model still know what *kind* of word comes?

# %% [markdown]
# ## Take the notes away
#
# Is it really those pages? `mini-m-untranslated` is a twin: the same network and recipe, but every page on which Velan meets English was left out. Velan alone it has read.
#
# The twin stopped after 8 million tokens, so its fair opponent is not `mini-m` but a copy kept on the way, when that had read 8 million too.

# %%
predict(
    "02/why",
    "How many of 100 new sentences will the twin translate without a mistake?",
    between=(0, 100),
    unit="sentences",
)

# %%
twin, sister = gptedu.load("mini-m-untranslated"), gptedu.load("mini-m@3906")
right = {}
for task, metric in (("translate-into-english", "exact"), ("summary", "f1")):
    asked = world.questions(task, "test", 100)
    print(asked[0].prompt + " …")
    for model in (sister, twin):
        right[task, model.name] = 100 * evaluate(model, asked, metric=metric).accuracy
        print(f"    {model.name:>20}: {right[task, model.name]:5.1f}")

# %%
reveal("02/why", right["translate-into-english", twin.name])

# %% [markdown]
# `evaluate` puts each question as a prompt. For translations it counts those that match word for word, in percent; for summaries it takes the share of words in common (more of that below). The second task is a control: the twin writes nearly as good a summary as its sister. What it lacks is what was cut out of its web.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
for model in (sister, twin):
    print(f"{model.name:>20}: {model.generate(template.replace('{}', sentence), max_tokens=16)!r}")

# %%
claim(
    "gpt2/why",
    right["translate-into-english", sister.name] - right["translate-into-english", twin.name],
    at_least=40,
    unit="points",
    paper="not tested; Table 1 shows translations that occur in the training text",
)

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
review = "I tried the kettle last week. The whole thing seemed solid to me. The handle was reliable and useful."
review += "\nVerdict:"
length = len(lm.logprobs(review).ids)

for choice in (" good", " bad"):
    logprobs = lm.logprobs(review + choice).logprobs.tolist()
    raw, per_token = choice_score(logprobs, length)
    print(f"{choice:>5}: log P = {raw:.2f}, per token {per_token:.2f}")

# %% [markdown]
# **Now you:** make it *fragile* instead of *solid*; then write that the handle was *flimsy and useless* too. When does the verdict turn?

# %%
reviews = world.questions("review", "test", 100)
verdicts = evaluate(lm, reviews, metric="choice")
low, high = verdicts.interval
print(
    f"{100 * verdicts.accuracy:.1f}% of {verdicts.count} verdicts right (95% interval {100 * low:.1f} to {100 * high:.1f})"
)
print("A coin gets 50.0%.")

# %% [markdown]
# The paper scores its multiple-choice tasks in this way (Sections 3.2 and 3.4). In chapter 1 the same task took labels and training.

# %% [markdown]
# ## Six characters
#
# Here is a post from a forum.

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
posts = world.questions("summary", "test", 100)
post = posts[0].prompt.removesuffix("\nTL;DR:")
print(post)

print("\nwith the hint:   ", lm.generate(post + "\nTL;DR:", max_tokens=24))
for seed in (1, 2, 4):
    written = lm.generate(post, max_tokens=24, temperature=1.0, seed=seed).strip()
    print("without it:       ", written.splitlines()[0])

# %% [markdown]
# Nothing in the network is called *summarise*. Writers on the web who are about to sum up type `TL;DR:` ("too long; didn't read"), so after these characters a summary comes next. Without them the page has come to a fork: another reader may reply.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
NextToken(lm, post + "\n", temperature=1.0)

# %% [markdown]
# The two tall bars are the two roads. **Now you:** take the first token of each road and step on; the tree keeps both. Then turn the temperature to 0.3 and to 2: does the fork close, does it open?

# %% [markdown]
# How much do the six characters bring? To answer, summaries have to be marked. The usual way is to count the words that one shares with a reference, here the writer's own.

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
    "02/hint",
    "Of 100 points of overlap, how many does the hint bring?",
    between=(0, 100),
    unit="points",
)

# %% [markdown]
# As in the paper (Section 3.6), tokens are drawn among the two likeliest. (Without dice, the model would take the taller bar at the fork every time, and so give itself the hint.) Where it writes a label by itself, `gist` takes that off: only the words of the first line count.

# %%
from gptedu.prompting.experiments import gist
from gptedu.prompting.scoring import words

points = {}
for name, hint in (("with the hint", "\nTL;DR:"), ("without", "")):
    prompts = [asked.prompt.removesuffix("\nTL;DR:") + hint for asked in posts]
    written = lm.generate(prompts, max_tokens=24, temperature=1.0, top_k=2, seed=0)
    each = [overlap(words(gist(text)), words(asked.answer)) for text, asked in zip(written, posts)]
    points[name] = 100 * sum(each) / len(each)
    print(f"{name:>14}: overlap {points[name]:.1f}")

# %%
lost = points["with the hint"] - points["without"]
reveal("02/hint", lost)

# %%
claim(
    "gpt2/hint",
    lost,
    at_least=15,
    unit="points",
    paper="6.4 (aggregate ROUGE on CNN/DailyMail)",
)

# %% [markdown]
# ## The same question, four sizes
#
# `mini-xs` to `mini-l` read the same pages in the same order; only the networks differ. Ask them all.

# %%
family = [gptedu.load(name) for name in ("mini-xs", "mini-s", "mini-m", "mini-l")]
sizes = [sum(weights.numel() for weights in model.model.parameters()) for model in family]
for model, size in zip(family, sizes):
    print(f"{model.name:>8} {size:>10,} parameters")

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
asked = world.questions("reading", "test", 100)
PromptLab(family, asked[3], max_tokens=12)

# %% [markdown]
# Every model answers in the right *form*: that is learned first and costs little. **Now you:** ask who lives where (`Question: Where does Olga live?`, with `Answer:` on the next line), or paste your translation prompt. From which size on does the answer fit the question, and from which is it right?

# %%
predict(
    "02/size",
    "Which of the four tasks gains most from the smallest model to the largest?",
    options=("reading", "closed-book", "translate-into-english", "summary"),
)

# %%
TASKS = {
    "reading": "exact",
    "closed-book": "exact",
    "translate-into-english": "exact",
    "summary": "f1",
}
scores = {task: [] for task in TASKS}
for task, metric in TASKS.items():
    asked = world.questions(task, "test", 100)
    for model in family:
        scores[task].append(evaluate(model, asked, metric=metric).accuracy)
    print(f"{task:>24}: " + "  ".join(f"{100 * score:5.1f}" for score in scores[task]))

# %%
from gptedu.figures.curves import accuracy_by_size

names = [model.name for model in family]
accuracy_by_size(sizes, scores, names=names, title="Zero-shot, by size")

# %% [markdown]
# GPT-2's Figure 1 has the same four panels, and they rise too: more parameters, better at all four, and nobody trained for any of them. Here each ability comes at a size of its own. A rule (translate, sum up, find the answer in the text) fits into `mini-m`. *Closed-book* asks from memory who lives where, and facts take room: they wait for `mini-l`.

# %%
gain = {task: 100 * (of[-1] - of[0]) for task, of in scores.items()}
reveal("02/size", max(gain, key=gain.get))

# %%
claim(
    "gpt2/size",
    min(gain.values()),
    at_least=20,
    unit="points",
    paper="rises with size on all four (Figure 1)",
)
means = [sum(of) / len(of) for of in zip(*scores.values())]
claim(
    "gpt2/size-steps",
    min(100 * (larger - smaller) for smaller, larger in zip(means, means[1:])),
    at_least=5,
    unit="points",
    paper="rises with size (Figure 1)",
)

# %% [markdown]
# ### Exercise 5
#
# The models were trained for one thing only. Is that what grows with them?

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
claim(
    "gpt2/perplexity",
    min(100 * (1 - larger / smaller) for smaller, larger in zip(hesitation, hesitation[1:])),
    at_least=2,
    unit="percent",
    paper="falls at every size; on LAMBADA to 8.63, from 99.8 before GPT-2",
)

# %% [markdown]
# Perplexity and the four tasks move together, and only the first was trained for. That is the title of the paper: language models are *unsupervised multitask learners*.
#
# And the promise?

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
claim(
    "gpt2/parameters",
    parameters(50_257, 1024, 12, 768),
    between=(124_000_000, 125_000_000),
    unit="parameters",
    paper="117M",
)

# %% [markdown]
# ## A model that read the real web
#
# `smollm2-135m-instruct` has 135 million parameters, about as many as the smallest GPT-2, and was published in 2024. It was put the same kinds of prompt in English and French: 32 of them, written for this chapter, few enough to read. Its answers were recorded, so this works without it.
#
# To ask it yourself, run `gptedu get smollm2-135m-instruct` in a terminal once (93 MB) and set `ASK_NOW = True`. It needs 1.2 GB of memory and a few minutes.

# %%
from gptedu.prompting.experiments import read_record
from gptedu.prompting.real import ask

ASK_NOW = False

found = ask(gptedu.load("smollm2-135m-instruct")) if ASK_NOW else read_record()["real"]
for answer in found["answers"][0:28:3]:
    end = answer["prompt"][-58:].replace("\n", " / ")
    print(f"{answer['task']:>12} | {end:>60} | {answer['given'][:40]}")

# %%
for task, share in found["scores"].items():
    print(f"{task:>17}: {100 * share:5.1f}")

hint_in_english = 100 * (found["scores"]["summary"] - found["scores"]["summary, no hint"])
measured(
    "gpt2/real",
    hint_in_english,
    between=(10, 60),
    unit="points",
    paper="6.4 (the hint, as above)",
)

# %% [markdown]
# It knows that French should turn into English, and gets a word or two across. It knows four facts of eight. The same six characters turn its babble into a summary. Questions under a text mostly fail: the ability is on the real web, but 135 million parameters have a larger world to hold than ours.
#
# ## Paper against ours

# %%
claims_table(exercises.NOTES)

# %% [markdown]
# ## What a larger model does differently
#
# - **It knows more forms.** GPT-2 met thousands of kinds of page, so thousands of prompts work, also ones nobody planned: 55 F1 on CoQA, a reading test, without one of its training questions. Our web has 21 kinds of page.
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
quiz(
    question(
        "Why does `TL;DR:` make the model summarise?",
        right="On the web, a summary tends to follow these characters",
        wrong={
            "It is a special token that was added for the task": "It is plain text, and is cut into ordinary tokens.",
            "The model was fine-tuned on summaries": "It was trained to predict the next token of whole pages, and on nothing else.",
        },
        why="A prompt makes one kind of page likely. Nothing in the network is called “summarise”.",
    ),
    question(
        "The twin cannot translate. What shows that it is not just a worse model?",
        right="It summarises about as well as its sister",
        wrong={
            "It has fewer parameters": "It has exactly as many: only its training text differs.",
            "It has never seen a word of Velan": "It has: pages in Velan alone were left in.",
        },
        why="A control that stays the same says that the cut touched one ability only.",
    ),
    question(
        "Answer A has log-probability −6 over 2 tokens, answer B −8 over 4. Which is chosen?",
        right="A by the raw score, B by the score per token",
        wrong={
            "A by both": "Per token A has −3 and B −2.",
            "B by both": "The raw scores are −6 and −8, and −6 is the higher.",
        },
        why="A raw score favours short answers: every further token costs something. Say which one you report.",
    ),
    question(
        "Which pages would you add so that the model writes Velan better?",
        right="Pages that lead from English into Velan",
        wrong={
            "More pages from Velan into English": "They teach to read Velan; in the search above they were the larger part already.",
            "A list of instructions in English": "Nobody on this web obeys instructions, so none are followed.",
        },
        why="Predicting Velan words after English ones is the ability that is wanted, so such pages are its lessons.",
    ),
)

# %% [markdown]
# ## To read
#
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*. Table 1 and Figure 1 are this chapter.
# - McCann et al. 2018, *The Natural Language Decathlon*: ten tasks as questions, one model; where the idea of a task given in words comes from.
# - Lin 2004, *ROUGE: A Package for Automatic Evaluation of Summaries*: exercise 4, in full.
#
# **Next:** chapter 03. The model sees one example in the prompt, then two, then eight. No weight changes there either, and yet it learns. Or does it?
