"""A sum that somebody tells in free words, read part by part: what is there, what comes and goes.

The widget marks learners by what is read here, so a wrong reading is worse than none: only plain
sentences are read, and whatever may mean something else raises one sentence with the way out.

words     what somebody does, who does it, and what is counted
parts     a story cut into parts with one number each
story     whose things they are, by the first part
changes   what comes in and goes out, by the others
reading   the whole: a text, and its `Sum`
"""

from gptedu.reasoning.told.reading import read_sum

__all__ = ["read_sum"]
