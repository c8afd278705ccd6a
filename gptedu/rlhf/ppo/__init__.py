"""Step 3, PPO with a KL penalty (Schulman et al. 2017; InstructGPT, equation 2).

config       the settings: clip, beta, batches
run          a run that is watched, changed, stopped and resumed
rollout      the policy answers
advantages   what each token earned (the KL penalty and the score), GAE, whitening
losses       the clipped ratio (equation 7 of the PPO paper) and the clipped value
update       epochs, minibatches and gradients of one step
kl           estimators of the KL, and beta held or steered
value_model  the score to be expected, token by token
arguments    what a run can be made of
record       what happened
"""
