"""Chapter 4, InstructGPT: Ouyang et al. 2022, "Training language models to follow instructions
with human feedback".
"""

HEADLINE = "instructgpt/small-beats-large"
"""The claim that stands for the chapter in README."""
