"""The reward model: a scalar head, fitted to rankings (Ouyang et al. 2022, equation 1)."""
