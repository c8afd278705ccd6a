"""The documents of the web: a function for each kind, from a `Draw` to a text.

`kinds` lists them with their weights. `prose` (lives, stories, trivia), `reading` (texts with
questions and statements), `opinion` (reviews, forum posts), `lists` (pairs, sorting, repetition),
`numbers` (sums, programs) and `velan` (translations) write them; `passages` has the passing facts
that texts to be read are made of.
"""

from gptedu.world.documents.kinds import KINDS, TRANSLATIONS, Kind

__all__ = ["KINDS", "TRANSLATIONS", "Kind"]
