"""Chapter 6, scaling laws: Kaplan et al. 2020, Hoffmann et al. 2022, and section 3 of OpenAI's
GPT-4 report (2023).
"""

HEADLINE = "scaling/predict"
"""The claim that stands for the chapter in README."""
