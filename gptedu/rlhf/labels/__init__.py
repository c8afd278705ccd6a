"""What labelers are asked and say: prompts, the simulated labeler, comparisons (section 3.2)."""
