"""Training: one loop for every model of the course, from tokens to a checkpoint.

`recipe` says what to train and how, `data/` turns documents into batches, `optimiser` groups the
parameters (`muon` moves the matrices), `loop` takes the steps by `loss`, on one process or several
(`distributed`), `record` is what came of it, `checkpoint` keeps weights and `state` on disk,
`kinds` says which class builds which model, `recipes` names every model that ships, and `command`
is what `gptedu train NAME` runs. Follows GPT-2 and GPT-3 (Brown et al. 2020, section 2.3 and
appendix B: Adam, gradient clipping at 1, linear warm-up, cosine decay to 10%).
"""
