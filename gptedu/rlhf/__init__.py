"""Learning what people want (InstructGPT, Ouyang et al. 2022).

Demonstrations make a policy that answers; comparisons of answers make a reward model; the policy is
then trained against it with PPO, held near where it began by a KL penalty (section 3.5).

labels/      what people send in and say: prompts, demonstrations, rankings (sections 3.2 and 3.4)
sft/         step 1: demonstrations -> the supervised policy
reward/      step 2: rankings -> a reward model (equation 1)
ppo/         step 3: the policy against its rewards (equation 2)
episodes     prompts with their answers as tokens, and how likely the answers are
pretraining  old text read along, in steps 1 and 3
judging      win rates, true scores and made-up statements (section 4)
recipes, command    what `gptedu train mini-m-ppo` makes, and how

A reward is a callable `list[str] -> Tensor [texts]` on whole texts (prompt and answer), whether a
network, a rule or a person stands behind it.
"""
