"""Supervised fine-tuning on demonstrations (Ouyang et al. 2022, section 3.5)."""
