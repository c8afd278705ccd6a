"""Chapter 2, GPT-2: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"."""

HEADLINE = "gpt2/hint"
"""The claim that stands for the chapter in README."""
