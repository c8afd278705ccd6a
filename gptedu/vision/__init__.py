"""Pictures of a small world, and models that see them (CLIP, Radford et al. 2021).

world/       scenes, drawings, captions, questions; what training never shows
pairs        pictures with captions, as rows to learn from; own_pictures: the learner's own files
encoders     picture and caption to vectors; contrastive: the loss and its temperature
clip         zero-shot classes by prompts; recipes: `gptedu train mini-clip`
predicting   captions predicted in place of compared, which CLIP is measured against
stream       pictures among the words of a language model (KOSMOS-1, Huang et al. 2023)
asking       that model for use: answers, what it writes, where it looks
lessons      the rows it learns from; teaching: `gptedu train mini-m-vision`
"""

from __future__ import annotations

CLIP, READER = "mini-clip", "mini-m-vision"
"""The names of the models that ship."""
