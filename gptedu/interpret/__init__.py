"""Looking inside a model: where heads look, what layers expect, what is lost without them.

induction   heads that copy: scores, what a model gains by them, when they arrive (Olsson et al.
            2022, "In-context Learning and Induction Heads")
heads_off   a model with some heads switched off
alignment   which word a head looks at while the next one is written (Bahdanau et al. 2015)
logit_lens  what each layer would say, were it the last one (nostalgebraist 2020)

All of them read `LanguageModel.trace`, what a forward pass leaves behind.
"""
