"""Chapter 5, reasoning: chain of thought (Wei et al. 2022; Kojima et al. 2022), self-consistency
(Wang et al. 2022) and self-improvement (Huang et al. 2022)."""

HEADLINE = "cot/emerges"
"""The claim that stands for the chapter in README."""
