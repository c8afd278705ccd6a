# %% [markdown]
# # 00 · A GPT from nothing
#
# **You will be able to** write a GPT in about 80 lines, train it in under a minute, say what each part is for, and show that it computes the same numbers as the models of this course.
#
# **It takes** about an hour, exercises included. (An estimate: nobody has been timed. Take the time that you need.)
#
# **You need** Python and a little PyTorch. Three questions below tell you whether you have enough.

# %% [markdown]
# ## How a chapter works
#
# - **Shift+Enter** runs a cell and goes to the next one. The ■ button above stops a cell that runs.
# - Before a result you are asked for a **guess**. Run the cell and a form appears. A wrong guess teaches more than none.
# - An **exercise** is a card with hints. The checker knows the usual mistakes and names yours. If you leave an exercise out, the chapter goes on with our solution.
# - **Now you** is something small to try. What you should see is written under it: open it after you have looked.
#
# Nothing leaves your machine, and nothing is downloaded.

# %%
import torch
import torch.nn.functional as F
from torch import nn

from gptedu.chapters.start import claims, compare, exercises, texts, timeline, training
from gptedu.course import claims_table, gpt_diagram, predict, reveal

# %% [markdown]
# `torch` computes, `nn` has layers with weights, `F` has functions without weights. The last two lines are what the course brings to this chapter.
#
# ### Are you ready?

# %%
exercises.ready.show()

# %% [markdown]
# All three right, or two: go on. Fewer: each answer says what to read first. It takes an hour or two, and the chapter waits.
#
# ### What can this machine do?
#
# `gptedu doctor`, in a terminal, looks at your machine. The same from Python:

# %% tags=["nbval-ignore-output", "why: it describes the machine it runs on"]
from gptedu.tools import doctor

found = doctor.run()

# %% [markdown]
# A ✓ is fine, a · is a note and may stay as it is, and an ✗ comes with a line that says what to do. You need not understand the other words in these lines now. If the line *CPU speed* says *slow*, cells take longer than this chapter says, and nothing else changes.

# %% [markdown]
# ## The idea
#
# A **language model** answers one question: *here is a text, what comes next?* It gives every possible continuation a probability. Ask it, draw one, add it to the text, and ask again: it writes.
#
# $$P(u_1, u_2, \dots, u_T) = \prod_{t=1}^{T} P(u_t \mid u_1, \dots, u_{t-1})$$
#
# $u_1, \dots, u_T$ are the $T$ parts of the text, in order, and $P(u_t \mid u_1, \dots, u_{t-1})$ is the probability of a part after all those before it. $\prod$ multiplies: the probability of the whole text is the product of these. That is all a GPT computes. (GPT: *generative pre-trained Transformer*. It writes, it has learned from much text, and the Transformer is its kind of network.)
#
# Here is all of it in one picture. You need not know any of its names yet. You will build it from top to bottom, and each time the part at hand is marked. (The numbers are made up, and `mini-m` is a model that you will meet at the end.)

# %%
gpt_diagram()

# %% [markdown]
# ## Text
#
# This course has a small web of its own: pages about an invented world, written by a program. `texts.read` takes 6,000 of its pages to learn from: stories, and who lives where and likes what. It takes 300 more that the model will never read. On these we measure it: they are **held out**.

# %%
MY_FILE = None  # later: the path of a text file of yours, as in "diary.txt"

text = texts.read(MY_FILE)
print(f"{text.name}: {len(text.pages):,} pages; {len(text.held_out):,} held out; a page:")
print(text.pages[5])

# %% [markdown]
# A simple world: people, places, jobs, and a few words for each. It is small enough to be learned in a minute.

# %% [markdown]
# ## Tokens
#
# A network computes with numbers, so text has to become numbers. The simplest way is to number the letters.

# %%
letters = sorted(set(text.pages[5]))
beginning = text.pages[5][:20]
print([letters.index(letter) for letter in beginning])

# %% [markdown]
# It works, but a letter says little, and the rows get long. A **tokenizer** does better. It starts from the letters, and joins the two neighbours that occur together most often. It does so again and again. All that it has then, letters and joined letters, is its **vocabulary**. It stops when the vocabulary is as large as we want.

# %%
from gptedu.text import train_tokenizer

tokenizer = train_tokenizer(text.pages, vocab_size=800)
V = tokenizer.vocab_size

ids = tokenizer.encode(text.pages[5][:59])
print(ids)
print(tokenizer.pieces(ids))

# %% [markdown]
# A part of the text is a **token**. Its number is its **id**, and the letters that it stands for are its **piece**. Frequent words are one token, with the space before them. Rare words are several.
#
# Now all pages in one long row. Before each page stands the token that means *a page ends here* (its piece is `<|endoftext|>`).

# %%
def stream(pages):
    ids = []
    for page in pages:
        ids += [tokenizer.end, *tokenizer.encode(page)]
    return torch.tensor(ids)


read, held_out = stream(text.pages), stream(text.held_out)
print(f"{len(read):,} tokens to learn from, {len(held_out):,} held out")

# %% [markdown]
# ## Count first
#
# The simplest language model looks at **one** token and knows how often each other token came after it. It needs no network: we count pairs.
#
# - `read[:-1]` are the tokens, and `read[1:]` is the token after each of them.
# - `V * token + next token` is another number for each pair.
# - `bincount` counts how often each number occurs, and `view` makes a table of the counts: a row for each token.

# %%
pairs = torch.bincount(V * read[:-1] + read[1:], minlength=V * V).view(V, V) + 0.01
pairs = pairs / pairs.sum(dim=1, keepdim=True)  # each row adds up to 1

now = read.bincount().argmax()  # the most frequent token
likeliest = pairs[now].topk(4)
print("after", tokenizer.pieces([now]), "most often", tokenizer.pieces(likeliest.indices))
print(likeliest.values)

# %% [markdown]
# Row by row, this table holds a probability for every next token. (The 0.01 is for pairs that never occurred: nothing is impossible.) Draw from it, again and again:

# %%
chance = torch.Generator().manual_seed(0)
ids = [tokenizer.end]
for _ in range(40):
    ids.append(torch.multinomial(pairs[ids[-1]], 1, generator=chance).item())
print(tokenizer.decode(ids[1:]))

# %% [markdown]
# Words, and no sense. How good is it, in one number? Take the probability it gave the true next token. Near 1 is good, so $-\log$ of it is small when the model was right and large when it was surprised. The mean over a text is the **loss**. With the natural logarithm its unit is the **nat**.
#
# $e^{\text{loss}}$ turns nats back into a number of tokens. A blind guess gives each of 800 tokens the probability 1/800. Its loss is $\log 800$ nats, and $e^{\log 800} = 800$. So we say of a model with any loss: it *hesitates* between $e^{\text{loss}}$ tokens. It is as unsure as a blind guess among so many.
#
# We measure on the held-out text, cut into rows of 64 tokens: `rows` below.

# %%
predict(
    "start/pairs",
    "A blind guess hesitates between all 800 tokens. Between how many does the table of pairs hesitate?",
    between=(1, 800),
    unit="tokens",
)

# %%
CONTEXT = 64  # tokens in a row
rows = held_out[: len(held_out) // CONTEXT * CONTEXT].view(-1, CONTEXT)
blind = torch.tensor(V).log()

pair_loss = -pairs[rows[:, :-1], rows[:, 1:]].log().mean().item()
print(f"blind guess {blind:.2f} nats, table of pairs {pair_loss:.2f} nats")
reveal("start/pairs", torch.tensor(pair_loss).exp().item())

# %% [markdown]
# This loss is what your GPT has to beat. What the table lacks is memory: it sees one token, and nothing before it. Your GPT will see up to 64: this is its **context**.

# %% [markdown]
# ## Embeddings

# %%
gpt_diagram("embeddings")

# %% [markdown]
# An id is only a name: token 300 is not "more" than token 299. So each token gets a **vector**, a row of numbers of its own, its **embedding**. These numbers are drawn by chance and then learned, like all weights.
#
# The place in the text matters too. So each position has a vector as well, and the two are added.

# %%
torch.manual_seed(0)
token_table, position_table = nn.Embedding(5, 3), nn.Embedding(4, 3)

with torch.no_grad():  # we only look: nothing is to be learned here
    print(token_table(torch.tensor([1, 4, 1])))
    print(token_table(torch.tensor([1, 4, 1])) + position_table.weight[:3])

# %% [markdown]
# Above: a toy with 5 tokens and 3 numbers each. The first and the third row are the same, since the token is. Below, with positions added, they differ.

# %% [markdown]
# ## Attention

# %%
gpt_diagram("attention")

# %% [markdown]
# So far each token knows only itself. **Attention** lets it collect something from the tokens before it, and from itself. The simplest way to collect is a mean. Three tokens, two numbers each:

# %%
x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
weights = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]])
print(weights @ x)

# %% [markdown]
# Row $t$ of `weights` says where token $t$ looks. Each row adds up to 1, and the zeros are the future. The last token got the mean of all three. (These are *attention weights*: they are computed anew for each text. The weights of the network are learned, and stay.)
#
# But all tokens before it count the same. Better: each looks for what it needs. Let a **score** say how well two tokens fit, and let `softmax` turn scores into weights that are positive and add up to 1.

# %%
scores = x @ x.T
print(scores)
print(scores.softmax(dim=-1))

# %% [markdown]
# The first token now looks at the third, which comes after it. A model that sees the next token has nothing left to guess. So the future is hidden.
#
# ### Exercise 1

# %%
exercises.causal_mask.show()

# %%
def causal_mask(time):
    raise NotImplementedError("your turn")


causal_mask = exercises.causal_mask.use(causal_mask)

# %%
hidden = scores.masked_fill(~causal_mask(3), -torch.inf)
print(hidden)
print(hidden.softmax(dim=-1))

# %% [markdown]
# A score of $-\infty$ gives a weight of 0. The upper triangle is gone, and each row still adds up to 1. This is the **causal mask**: an effect cannot come before its cause.
#
# One thing is still too simple: what a token looks for, by what it is found, and what it hands over are the same vector `x`. Attention makes three vectors of it, with three layers that learn. The **query** says what a token looks for. The **key** says what can be found at a token. The **value** is what the token hands over when it is found.
#
# $$\text{attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{D}}\right) V$$
#
# $Q$, $K$ and $V$ hold the queries, keys and values of all tokens, a row each, and $D$ is how many numbers such a row has. Why divide by $\sqrt{D}$?

# %%
torch.manual_seed(0)
for D in (4, 64):
    q, k = torch.randn(2, 10_000, D)
    spread = (q * k).sum(dim=-1).std()
    print(f"D = {D:2}: spread {spread:.1f}, divided by √D {spread / D**0.5:.1f}")

# %% [markdown]
# Scores of random queries and keys spread more where $D$ is larger: a score is a sum of $D$ products. Large scores make the softmax look at one token only, and then it learns slowly. The division keeps them at one size.
#
# ### Exercise 2
#
# A network reads several texts at once: a *batch*. So its tensors have the shape [batch, time, width]: which text, which token of it, and the numbers of that token. How many numbers there are is the *width*. A layer also looks in several ways at once, and each way is a **head**. Then the shape is [batch, heads, time, D].

# %%
exercises.attention.show()

# %%
def attention(q, k, v):
    raise NotImplementedError("your turn")


attention = exercises.attention.use(attention)

# %% [markdown]
# There are several heads, since there are several things to look for. Each works on its own part of the vector: `by_head` cuts the vector into parts, and `out` mixes what the heads have found. (The three layers for query, key and value are one layer here, `qkv`, which is three times as wide. `chunk` cuts its result into three. The numbers are the same.)

# %%
class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def by_head(self, x):  # [batch, time, width] -> [batch, heads, time, D]
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x):
        q, k, v = (self.by_head(part) for part in self.qkv(x).chunk(3, dim=-1))
        # and back: [batch, heads, time, D] -> [batch, time, width]
        return self.out(attention(q, k, v).transpose(1, 2).flatten(2))

# %% [markdown]
# Does it keep the future out? We change the fourth of five tokens and look which results change.

# %%
layer = Attention(width=8, heads=2)
x = torch.randn(1, 5, 8)  # one text, five tokens, eight numbers each
changed = x.clone()
changed[0, 3] += 1
print((layer(x) - layer(changed)).abs().amax(dim=-1) > 1e-6)

# %% [markdown]
# Only the fourth and the fifth notice.
#
# **Now you:** make an `attention` without a mask and see who notices. Put this line at the top of the last cell, and run it: `attention = lambda q, k, v: (q @ k.transpose(-2, -1)).softmax(-1) @ v`. Then take the line away, and run the cell of exercise 2 again.
#
# <details><summary>What you should see</summary>All five become True: the first token already knows of the fourth. After the cell of exercise 2, the last cell is as it was.</details>

# %% [markdown]
# ## A block

# %%
gpt_diagram("norm", "MLP", "residual stream", "block")

# %% [markdown]
# After a token has collected, it has to make something of what it found. That is the work of the **MLP** (multilayer perceptron): two layers, and between them a curve, the GELU. It leaves large numbers as they are and makes negative ones almost 0. (`approximate="tanh"` is the formula that GPT-2 takes for this curve.) An MLP works on each token alone.

# %%
class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.down(F.gelu(self.up(x), approximate="tanh"))

# %% [markdown]
# Two more ideas make it possible to stack many layers.
#
# A **norm** brings the numbers of each token to mean 0 and spread 1 before they are used:

# %%
with torch.no_grad():
    print(nn.LayerNorm(3)(torch.tensor([[1.0, 2.0, 6.0], [100.0, 200.0, 600.0]])))

# %% [markdown]
# Both rows come out the same: only their pattern counts, not their size. (Then each number is multiplied by a weight, and another weight is added. So the network can learn to undo the norm where that helps.)
#
# And what attention and MLP compute is **added** to what came in: $x + f(x)$. So no layer has to pass on what it does not change. The vector that runs through the network in this way is the **residual stream**: every part reads it and adds to it. (It also carries the gradients back to the first layers. Deep networks without it hardly learn.)

# %%
class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width), MLP(width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))

# %% [markdown]
# ## The whole network

# %%
gpt_diagram("body", "head", "logits")

# %% [markdown]
# Embeddings, blocks, a last norm: this is the **body**. Then the **head** compares the result with the embedding of every token in the vocabulary. Each comparison gives a score for that token to come next, its **logit**. (This is another head than a head of attention. The field uses the word for both. The two lines with `init` make the first embeddings small, so that the first logits are near 0.)

# %%
class GPT(nn.Module):
    def __init__(self, vocabulary, context, layers, width, heads):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(context, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.final_norm = nn.LayerNorm(width)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.position_embedding.weight, std=0.02)

    def forward(self, ids):
        x = self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]
        return self.final_norm(self.blocks(x)) @ self.token_embedding.weight.T

# %%
torch.manual_seed(0)
gpt = GPT(V, CONTEXT, layers=2, width=96, heads=4)

print(f"{sum(weight.numel() for weight in gpt.parameters()):,} weights")
print("ids", tuple(rows[:2].shape), "-> logits", tuple(gpt(rows[:2]).shape))

# %% [markdown]
# It has two blocks (`layers=2`), and a vector of 96 numbers for each token. Two texts of 64 tokens go in. Out come 800 logits after each token: what comes next, at every place at once.

# %% [markdown]
# ## Loss

# %%
gpt_diagram("probabilities", "loss")

# %% [markdown]
# ### Exercise 3
#
# Nobody has to label this text: the right answer for each token is the token after it. (−log of the probability of a right answer has a name of its own, *cross-entropy*. The loss is its mean.)

# %%
exercises.next_token_loss.show()

# %%
def next_token_loss(logits, ids):
    raise NotImplementedError("your turn")


next_token_loss = exercises.next_token_loss.use(next_token_loss)

# %%
with torch.no_grad():
    first = next_token_loss(gpt(rows), rows)
print(f"before training {first:.2f} nats, blind guess {blind:.2f} nats")

# %% [markdown]
# It knows nothing yet, so it is as good as a blind guess. A first loss far above that would mean a mistake.

# %% [markdown]
# ## It writes
#
# To write, logits become probabilities, and one token is drawn. A **temperature** says how much the likely tokens are preferred.
#
# ### Exercise 4

# %%
exercises.probabilities.show()

# %%
def probabilities(logits, temperature):
    raise NotImplementedError("your turn")


probabilities = exercises.probabilities.use(probabilities)

# %%
@torch.no_grad()
def write(start="", length=40, temperature=0.6, seed=0):
    chance = torch.Generator().manual_seed(seed)
    ids = [tokenizer.end, *tokenizer.encode(start)]
    for _ in range(length):
        logits = gpt(torch.tensor([ids[-CONTEXT:]]))[0, -1]
        drawn = torch.multinomial(probabilities(logits, temperature), 1, generator=chance)
        ids.append(drawn.item())
    return tokenizer.decode(ids[1:])

# %% tags=["nbval-ignore-output", "why: text that is drawn can differ where two tokens are nearly as likely"]
print(write())

# %% [markdown]
# Babble. The network is complete, and its weights are chance. (A � is half a letter: some signs take several tokens, and it has drawn only one of them.)

# %% [markdown]
# ## One training loop
#
# Draw some stretches of text, compute the loss, ask how each weight changes it (`backward`), and move every weight a little so that the loss falls (`step`). Again, 800 times. (`AdamW` says how far to move each weight. `schedule` begins with small steps, makes them larger, and lets them become small again.)

# %%
predict(
    "start/trained",
    "After half a minute of training: by how many nats will your GPT be better than the table of pairs?",
    between=(-1, 4),
    unit="nats",
)

# %%
torch.set_num_threads(1)  # for a network as small as ours, one core is fastest
STEPS, ROWS = 800, 12
optimiser = torch.optim.AdamW(gpt.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, STEPS)
chance = torch.Generator().manual_seed(0)
losses = []

# %% tags=["nbval-ignore-output", "why: text that is drawn can differ where two tokens are nearly as likely"]
for step in training.steps(gpt, STEPS):
    starts = torch.randint(len(read) - CONTEXT, (ROWS, 1), generator=chance)
    ids = read[starts + torch.arange(CONTEXT)]  # 12 rows of 64 tokens, from anywhere
    loss = next_token_loss(gpt(ids), ids)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()
    losses.append(loss.item())
    if step in (9, 39) or step % 100 == 99:
        print(f"{step + 1} steps, loss {loss:.2f}: {write(length=20)}")

# %% [markdown]
# Babble, then words, then sentences. Nobody told it what a word is, or a name, or a full stop: all of it helps to guess the next token. (`training.steps` counts the steps, and lets ■ stop between two of them.)
#
# **Now you:** read the last line as a teacher would. What is right, and what is still wrong?
#
# <details><summary>What you should see</summary>The words, the grammar and mostly the order of events are right. But <em>he</em> and <em>she</em> may change within a story. To get them right, it has to look back to the name, which is many tokens ago.</details>

# %%
training.curve(losses, pair_loss, V)

# %% [markdown]
# Its loss comes below that of the table after about a third of the steps. What it gains after that, it gains by looking further back than one token. And on pages that it has never read?

# %%
with torch.no_grad():
    gpt_loss = next_token_loss(gpt(rows), rows).item()

print(f"table of pairs {pair_loss:.2f} nats, your GPT {gpt_loss:.2f} nats")
reveal("start/trained", pair_loss - gpt_loss)
if text.of_the_web:
    claims.bigram(pair_loss, gpt_loss)

# %% [markdown]
# The last line is a **claim**: a result of the chapter, with the **bar** that was set before it was measured. Each chapter has such lines, mostly with a paper's figure beside ours.
#
# **Now you:** run `write` with other beginnings and temperatures.

# %% tags=["nbval-ignore-output", "why: text that is drawn can differ where two tokens are nearly as likely"]
for temperature in (0.1, 0.6, 2.0):
    print(f"{temperature}: {write('One day', temperature=temperature)}")

# %% [markdown]
# <details><summary>What you should see</summary>At 0.1 it mostly takes the likeliest words: other seeds begin nearly the same story. At 0.6 the stories differ. At 2.0 it falls apart: unlikely tokens are drawn often, and after one of them the model is on a page it has never seen.</details>

# %% [markdown]
# ## Is it a real GPT?
#
# The models of this course are built by `gptedu.model.GPT`, which also reads the published weights of GPT-2. Put your weights into it, give both the same text, and compare part by part.

# %%
from gptedu.model import GPT as CourseGPT
from gptedu.model import GPTConfig

theirs = CourseGPT(GPTConfig(V, CONTEXT, layers=2, width=96, heads=4))
differences = compare.same_numbers(gpt, theirs, rows[:4], next_token_loss)
claims.same_numbers(differences)

# %% [markdown]
# `same_numbers` copies your weights into `theirs`. Then each part gets the same input in both networks, so a mistake shows in its own line. Only the last line is the whole way, from text to logits.
#
# The numbers are the same up to the last digits, which depend on the order in which a computer adds up. What `gptedu.model` does besides is for speed, and for looking inside.
#
# It works the other way round as well. `mini-m` is the model that most chapters use. It has read 12 million tokens of the whole web. Here are its weights in **your** network:

# %%
import gptedu

lm = gptedu.load("mini-m")
size = lm.model.config
mini = GPT(size.vocab_size, size.context, size.layers, size.width, size.heads)
mini.load_state_dict(lm.model.state_dict())

ids = torch.tensor([lm.read("In spring Anna wanted to catch a")])
with torch.no_grad():
    yours, ours = mini(ids), lm.model(ids)
print(f"largest difference: {(yours - ours).abs().max():.6f}")
print("next token:", lm.tokenizer.pieces([yours[0, -1].argmax()]))

# %% [markdown]
# Your lines run the course's model. GPT-2 has the same lines with larger numbers: 12 to 48 blocks, a width of 768 to 1,600, and 50,257 tokens.

# %% [markdown]
# ## A minute with the family
#
# First your own model: `theirs` holds your weights, since `same_numbers` copied them. What is stored below is a still picture. Run the cell, and it comes alive. The bars are the probabilities of the next token. **Sample a token** draws one, and a tree keeps what might have been. *Block by block* shows what the network would say if it ended after that block. The field calls this the *logit lens*. (*top-k* and *top-p* leave only the likeliest tokens to be drawn. You need not touch them now.)

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.language_model import LanguageModel
from gptedu.widgets import NextToken

beginning = " ".join(text.held_out[0].split()[:6])
NextToken(LanguageModel(theirs, tokenizer, "your GPT"), beginning)

# %% [markdown]
# **Now you:** click the bar of a verb, or of the beginning of one (*bu* is the first token of *buy*), and sample until the story ends. Then click the first box of the tree, and take another bar. And what follows a word that is not in this world, such as *computer*?
#
# <details><summary>What you should see</summary>Each verb has its own story: who cooks soup cuts carrots, who milks a cow fetches a bucket. After <em>computer</em> it writes something as well. A language model always has an answer. Whether it knows anything is another question.</details>

# %% [markdown]
# Then `mini-m`, which is larger and has read more. Give it a beginning of your own:

# %% tags=["nbval-ignore-output", "why: text that a model writes can differ where two tokens are nearly as likely"]
MY_SENTENCE = "One day Anna wanted to catch a fish. First"

print(MY_SENTENCE + lm.generate(MY_SENTENCE, max_tokens=40))

# %% [markdown]
# **Now you:** set `MY_SENTENCE = "Question: Where does Olga live?\nAnswer:"` (`\n` begins a new line). Nobody trained it to answer questions. Where has it learned that?
#
# <details><summary>What you should see</summary>It answers <em>Rosden</em>, which is true in this world, and goes on with questions and answers of its own: such pages are on its web. Chapter 2 begins here.</details>

# %% [markdown]
# **And with a text of your own:** set `MY_FILE`, near the top, to a text file of 20,000 characters or more. Then, with that cell selected, choose *Run → Run Selected Cell and All Below*.
#
# <details><summary>What you should see</summary>The same curve, and after half a minute text in the manner of your file. With a short file the model learns it by heart: the training loss falls and the held-out one stays high.</details>

# %% [markdown]
# ## How it came about
#
# The network you built is that of 2019. This is what led to it, and what came of it. Each entry names the chapter that makes it again, or tells of it. You need not know all the words yet: the chapter explains them. (Chapters that are not in your folder are still being written.)

# %%
timeline.show(last=2019)

# %% [markdown]
# And after GPT-2:

# %%
timeline.show(first=2020)

# %% [markdown]
# ## The words of this course
#
# One word for one thing. You have met these:
#
# | word | means |
# |---|---|
# | token, id, piece | a part of a text; its number; the letters it stands for |
# | context, batch, width | how many tokens it reads at most; texts that are read at once; numbers of a token |
# | vocabulary, tokenizer | all tokens there are; what cuts text into them |
# | embedding | the vector of a token, or of a position |
# | attention, head | how a token collects from those before it; one way of looking |
# | MLP, norm, block | two layers for each token alone; numbers brought to one size; attention and MLP together |
# | residual stream | the vector that runs through all blocks, and to which each part adds |
# | body, head | embeddings to the last norm; what turns its result into logits |
# | logits, probabilities | scores for the next token; what softmax makes of them |
# | loss, nats | the mean of −log of the true token's probability (*cross-entropy*); its unit |
# | guess, claim, bar | what you expect; a result beside the paper's; what it has to reach, set before it is measured |

# %% [markdown] slideshow={"slide_type": "subslide"}
# And these will come:
#
# | word | means | chapter |
# |---|---|---|
# | family, twin | the models trained on the web, `mini-xs` to `mini-l`; a model that differs from one of them in one thing | 1, 2 |
# | checkpoint, recipe | saved weights, such as `mini-m@2930` along its training; all that decides a training run | 1 |
# | draw, seed | one random choice, such as of examples; the number that decides it | 1 |
# | experiment, record | a function that measures; a file of what it measured | 1 |
# | answer layer | the one new layer for a task: it reads the vector of a row's last token | 1 |
# | mark | *agrees*, *differs*, *ours* or *measured*: how a claim stands to the paper | 1 |
# | prompt | the text that a model continues | 2 |
# | question, answer | a prompt with a right answer; what a model writes to it | 2 |
# | score | how likely a choice is to the model; of many questions, the share that is right | 2 |
# | example | a solved case inside a prompt; K is how many there are | 3 |
# | instruction, reply | a text with a request; what is written to it | 4 |
# | labeler, comparison, demonstration | who ranks replies; such a ranking; a reply that a labeler wrote | 4 |
# | reward, true score | what a reward model gives a text; what the labeler really thinks of it | 4 |
# | policy, stage | the model that is trained on a reward; a model on the way there | 4 |
# | judge | whatever scores the replies of a policy | 4 |
# | manner | how a problem is asked: for the answer at once, with steps, after a phrase | 5 |
# | way | how people of the web work out a sum, with facts of their own that they misremember | 5 |
# | path, vote | one worked solution that a model writes; what most paths of a problem answer | 5 |
# | sweep, prediction | training runs that are made for one question; what a run will come to, written down before it is made | 6 |
# | floor | the entropy of a text: no model's mean loss is below it | 6 |
# | scene, thing, place | what is in a picture; one of its objects; where that stands | 7 |
# | complete caption | a text that names every thing of a picture with its colour | 7 |
# | picture token | one of nine vectors of a picture, in the place of a token's embedding | 7 |
# | blank picture | one that is all black: the control for whether a model looks | 7 |
# | enquiry, kept | who asks, what for, and whose it is; what this person may not know | 8 |
# | proposition, class | what is true or false of a reply; one of four kinds of reply, made of propositions | 8 |
# | grader, oracle | whatever gives a reply its class; a grader by exact rules | 8 |
# | wording, attempt | how an enquiry is put; words of yours in a disallowed one, and whether something kept was told | 8 |

# %% [markdown]
# ## What was measured

# %%
claims_table()

# %% [markdown]
# **What a larger model does differently.** Nothing, in these lines. GPT-3 has half a million times as many weights as yours, and read half a million times as many tokens. What comes out of that is the rest of the course.
#
# ## Summary
#
# - A language model gives every next token a probability. The text itself holds the right answers.
# - Tokens become vectors; attention lets them look back; an MLP works on each; all of it is added to the residual stream.
# - The head turns the result into logits, softmax into probabilities, and −log of the true token's is the loss.
# - The causal mask hides the future, so that one text gives a guess at every place.
# - Your 80 lines compute the same numbers as the course's models.

# %%
exercises.quiz.show()

# %% [markdown]
# ## What to read
#
# - Vaswani et al. 2017, *Attention Is All You Need*: section 3 and figure 1. GPT is the right half of that figure, without the arrows from the left.
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*: section 2.3 is the network you built.
# - In this package: `gptedu/model/gpt.py`, and `gptedu/training/loop.py` for what a longer training needs.
#
# Next: [chapter 1](01_gpt1.ipynb). One such network, and four tasks for it.
