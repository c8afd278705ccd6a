"""Chapter 4: learning what people want (InstructGPT, Ouyang et al. 2022).

Demonstrations make a policy that answers; comparisons of answers make a reward model; the policy is
then trained against it with PPO, held near where it began by a KL penalty (section 3.5).

prompts         what users send in -> prompts to learn from: filtered, capped, split by user
sft             demonstrations -> the supervised policy
labeler         who ranks: a simulated labeler with known true preferences
comparisons     ranked answers, written down as they are made
reward_model    a scalar head on the policy's body, and the loss on comparisons (equation 1)
reward_fitting  comparisons -> a reward model, in seconds
apprentice      a reward model that learns while somebody ranks
kl              how far the policy has moved: estimators, and the penalty's weight beta
advantages      which token was better than expected: GAE, whitening
episodes        prompts and answers as tokens; the answers' log-probabilities
answer_states   the hidden states that these need, and no others
rollouts        the policy answers: tokens, log-probabilities, values, rewards
ppo             losses and settings (equation 2)
learner         the epochs and minibatches of one step
ppo_run         a run: step by step, watched, stopped, changed and resumed
ppo_record      what happened in it, as plain values
evaluation      win rates, what is made up, what older abilities are left, calibration
stages          the chapter's models and their data: NAME-sft, -rm, -ppo and -ppo-ptx
command         makes one of them: `gptedu train mini-m-ppo`
experiments     the chapter's figures over seeds, for assets/records

A reward is a callable `list[str] -> Tensor [texts]` on whole texts (prompt and answer), whether a
network, a rule or a person stands behind it.
"""
