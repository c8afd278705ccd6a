# %% [markdown]
# # Gallery: every widget, on your own model
#
# For lectures and for the curious. Each widget stands in one cell of about five lines. It takes any Hugging Face GPT-2 and any function of yours as a reward: put your own in the place of the two below, and run on. Nothing here needs a network.

# %% [markdown]
# ## A model of your own
#
# Here a tiny one with random weights, made on the spot, stands for yours. `gptedu.load` takes the folder of any GPT-2 that `transformers` has saved, or its name on the hub.

# %%
import tempfile

import torch
from transformers import GPT2Config, GPT2LMHeadModel

import gptedu

shipped = gptedu.load("mini-m")  # its tokenizer serves the new model, too
torch.manual_seed(0)
size = GPT2Config(vocab_size=shipped.tokenizer.vocab_size, n_embd=64, n_layer=2, n_head=4)
folder = tempfile.mkdtemp(prefix="my-model-")
GPT2LMHeadModel(size).save_pretrained(folder)
shipped.tokenizer.save(f"{folder}/tokenizer.json")

mine = gptedu.load(folder)
print(f"{mine.model.config.layers} layers, {mine.size:,} weights")

# %% [markdown]
# It knows nothing, so its words are noise. `mini-m`, which ships, knows a small world; some cells below use it as well.

# %% [markdown]
# ## A reward of your own
#
# Any function from a list of texts to a tensor of as many numbers.

# %%
def reward(texts):
    """Short words are liked, and so is every thank-you."""
    return torch.tensor([text.count("Thank") - len(text) / 100 for text in texts])


print(reward(["Thank you. Of course.", "The lamp is in the garden, where Ella left it yesterday."]))

# %% [markdown]
# ## AttentionExplorer
#
# Type a text, look into every head, switch some of them off.

# %%
from gptedu.widgets import AttentionExplorer

AttentionExplorer(mine, "The cat is in the garden. The cat is")

# %% [markdown]
# ## NextToken
#
# Change temperature, top-k and top-p; sample step by step.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.widgets import NextToken

NextToken(shipped, "The cat is in the")

# %% [markdown]
# ## PromptLab
#
# One prompt, with 0 to K examples, for several models.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the models say"]
from gptedu.widgets import PromptLab

examples = ["cow -> calf", "dog -> puppy", "cat -> kitten"]
PromptLab({"mine": mine, "mini-m": shipped}, "sheep ->", examples, k=2, stop="\n", max_tokens=8)

# %% [markdown]
# ## TaskFormats
#
# GPT-1's four tasks become rows of tokens.

# %%
from gptedu.widgets import TaskFormats

TaskFormats(mine, task="entailment")

# %% [markdown]
# ## bertviz
#
# bertviz's own views, offline.

# %%
from gptedu.widgets import bertviz_view

bertviz_view(mine, "The cat is in the garden.")

# %% [markdown]
# ## PreferenceRanker
#
# Rank answers by mouse or keys. Each ranking is in a file at once. The file stays on this machine.

# %%
from gptedu.widgets import PreferenceRanker

prompt = "Where is the lamp?\nReply:"
answers = [" In the garden.", " Of course. Thank you.", " I do not know.", " The lamp is a lamp."]
PreferenceRanker([(prompt, answers)], f"{folder}/rankings.jsonl")

# %% [markdown]
# ## RewardLens
#
# Change a text word by word, and see what the reward makes of it.

# %%
from gptedu.widgets import RewardLens

RewardLens(reward, prompt, answers, name="my reward")

# %% [markdown]
# ## PPOMonitor
#
# Watch a policy train on your reward: press *Start*, pause, change β, go on.

# %%
from gptedu.rlhf.ppo.config import PPOConfig
from gptedu.rlhf.ppo.run import PPORun
from gptedu.widgets import PPOMonitor

run = PPORun(mine, reward, [prompt] * 8, PPOConfig(max_tokens=12))
PPOMonitor(run, name="my policy")

# %% [markdown]
# ## ScalingExplorer
#
# Choose which runs the law may see, draw a line by hand, and then uncover the run that it is to predict.

# %%
from gptedu.scaling import table
from gptedu.widgets import ScalingExplorer

ladder, target = table.read(sweep="ladder"), table.read(sweep="target")
ScalingExplorer(ladder, target[0] if target else None)

# %% [markdown]
# ## Sketchpad
#
# Draw, or take a picture file of your own: captions are ranked, and one thing at a time is changed. With a model that reads pictures, `Sketchpad(clip, reader)`, there is also a box for questions.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.widgets import Sketchpad

Sketchpad(gptedu.load("mini-clip"))

# %% [markdown]
# ## RuleBench
#
# Write a rule for each class of replies, as a pattern, and see what it hits; change what replies earn, and see what these rewards want. With a model to begin with, `RuleBench(start=lm, train=requests, tested=others)`, a policy learns from them.

# %%
from gptedu.widgets import RuleBench

RuleBench()

# %% [markdown]
# ## VoteExplorer
#
# Add paths one by one and watch their vote; see the step where each goes wrong. Type a problem of your own, and its paths are drawn.

# %% tags=["nbval-ignore-output", "why: the description of the picture quotes what the model says"]
from gptedu.reasoning import accuracy, paths, problems
from gptedu.widgets import VoteExplorer

lm = gptedu.load("mini-m")
asked = problems.mixed((2, 3), 6)
drawn = paths.sample_paths(lm, accuracy.thinking(asked), 8)
VoteExplorer(asked, drawn, lm=lm)
