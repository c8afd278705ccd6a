"""Chapter 3, GPT-3: Brown et al. 2020, "Language Models are Few-Shot Learners"."""

HEADLINE = "gpt3/few-shot"
"""The claim that stands for the chapter in README."""
