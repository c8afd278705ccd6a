"""A model that learns from its own majorities, without a label (Huang et al. 2022, section 3).

taught    copies of a model that have read more sums: in one way, or by people in doubt
labels    what each problem's answer is taken to be: the majority, or a control
formats   the paper's four formats of one path (section 3.2, table 2)
file      a training file: paths that reach the label, written in the formats
rounds    draw paths, keep, train, measure; and again until it stops
recipes   `gptedu train mini-m-unsure`, and `mini-m-lmsi` from it
"""
