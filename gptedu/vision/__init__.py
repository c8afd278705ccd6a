"""Pictures of a small world, and models that see them (CLIP, Radford et al. 2021).

held_out     which pairs training never shows
scenes       what is in a picture, as values; charts
drawing      24 x 24 pixels of it, in three styles; letters: words painted into it
captions     what is written below; questions: what is asked, with the answer; charts: sums of bars
pairs        pictures with captions, as rows to learn from; own_pictures: the learner's own files
encoders     picture and caption to vectors; contrastive: the loss and its temperature
clip         zero-shot classes by prompts; recipes: `gptedu train mini-clip`
predicting   captions predicted in place of compared, which CLIP is measured against
stream       pictures among the words of a language model (KOSMOS-1, Huang et al. 2023)
naming       invented names for things, from examples in the prompt
"""

from __future__ import annotations

CLIP = "mini-clip"
"""The name of the model that ships."""
