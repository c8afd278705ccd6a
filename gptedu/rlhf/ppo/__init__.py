"""PPO with a KL penalty and old text read along (Ouyang et al. 2022, equation 2)."""
