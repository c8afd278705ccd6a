"""Problems of several steps, told in words: each has an answer, and ways to work it out.

`sums` and its `ways` (four of them, each with facts of its own misremembered, so that a vote over
ways has something to correct), and problems that are only followed: `exchanges`, `ages`, `shelves`.
`pages` writes documents of them. Held out by construction: the problems themselves by their split,
lengths beyond `LONGEST`, and some combinations (`combination_held_out`).
"""
