"""Chapter 1, GPT-1: Radford et al. 2018, "Improving Language Understanding by Generative
Pre-Training".
"""

HEADLINE = "gpt1/pretraining"
"""The claim that stands for the chapter in README."""
