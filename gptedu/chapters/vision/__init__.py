"""Chapter 7, pictures: CLIP (Radford et al. 2021), KOSMOS-1 (Huang et al. 2023), GPT-4's charts."""

HEADLINE = "clip/zero-shot"
"""The claim that stands for the chapter in README."""
