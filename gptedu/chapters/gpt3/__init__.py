"""Chapter 3, GPT-3: Brown et al. 2020, "Language Models are Few-Shot Learners"."""
