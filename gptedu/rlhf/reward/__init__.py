"""Step 2, the reward model (InstructGPT, section 3.5).

model       a GPT's body and a head with one output
loss        -log sigmoid(r_better - r_worse), a mean over a prompt's pairs (equation 1)
fitting     trains it on rankings
scale       where 0 is, and how large 1
scorer      whole texts in, rewards out; the share of pairs that a reward orders rightly
apprentice  learns beside somebody who ranks
"""
