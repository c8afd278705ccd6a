"""Chapter 8, safety: rules as rewards, the hallucination loop, red teams, the system line (GPT-4's
technical report and system card, 2023; Mu et al. 2024; Lin et al. 2021)."""

HEADLINE = "safety/disallowed"
"""The claim that stands for the chapter in README."""
