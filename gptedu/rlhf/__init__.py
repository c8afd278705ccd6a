"""Learning what people want (InstructGPT, Ouyang et al. 2022).

Demonstrations make a policy that answers; comparisons of answers make a reward model; the policy is
then trained against it with PPO, held near where it began by a KL penalty (section 3.5).

labels/  prompts, the simulated labeler, ranked answers
sft/     demonstrations -> the supervised policy
reward/  comparisons -> a reward model; the apprentice learns while somebody ranks
ppo/     rollouts, advantages, KL, losses, and a run that is watched, stopped and resumed

A reward is a callable `list[str] -> Tensor [texts]` on whole texts (prompt and answer), whether a
network, a rule or a person stands behind it.
"""
