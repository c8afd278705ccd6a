"""The gist of a forum post, and the verdict of a review."""

from __future__ import annotations

from gptedu.world.documents import opinion
from gptedu.world.draw import Draw
from gptedu.world.questions.question import Draft, task_with_demonstrations


def _summary(d: Draw) -> Draft:
    post, gist = d.of_split(lambda: opinion.forum_parts(d), key=lambda parts: parts[0])
    return f"{post}\nTL;DR:", f" {gist}", ()


def _review(d: Draw) -> Draft:
    text, good = d.of_split(lambda: opinion.review_parts(d), key=lambda parts: parts[0])
    return f"{text}\nVerdict:", " good" if good else " bad", (" bad", " good")


TASKS = (
    task_with_demonstrations(
        "summary", "f1", "GPT-2, section 3.6: summarization after TL;DR:", _summary,
        shown=2, separator="\n\n",
    ),
    task_with_demonstrations(
        "review", "choice", "GPT-1, section 5: the verdict of a review by its likelier word",
        _review, shown=6, separator="\n\n",
    ),
)  # fmt: skip
