"""Where a picture's tokens stand among the words: an exercise (KOSMOS-1, section 2.1)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def lay_out(parts, answer):
    ids = list(parts[0])
    for part in parts[1:]:
        ids += [-2] + 9 * [-1] + [-3] + part
    return ids + answer, [False] * len(ids) + [True] * len(answer)


def _of_parts(parts, answer, picture, learned=None):
    """Another way to lay a row out. picture: what stands for one; learned: which ids are."""
    ids = list(parts[0])
    for part in parts[1:]:
        ids += picture + part
    marks = [False] * len(ids) if learned is None else [learned(each) for each in ids]
    return ids + answer, marks + [True] * len(answer)


_PICTURE = [-2] + 9 * [-1] + [-3]


def _pictures_first(parts, answer):
    ids = (len(parts) - 1) * _PICTURE + [each for part in parts for each in part]
    return ids + answer, [False] * len(ids) + [True] * len(answer)


def _after_every_part(parts, answer):
    ids = [each for part in parts for each in part + _PICTURE]
    return ids + answer, [False] * len(ids) + [True] * len(answer)


LAY_OUT = Exercise(
    id="vision/stream",
    title="Pictures among the words",
    difficulty=2,
    minutes=8,
    task=(
        "A prompt is cut at each of its pictures: `parts` has the ids before the first picture, "
        "those between it and the second, and so on. `answer` has the ids of the answer. Return "
        "two lists. The first is the row: between two parts an opening tag (-2), nine tokens of a "
        "picture (-1 each) and a closing tag (-3); the answer comes last. The second says of each "
        "token of the row whether the model has to predict it: True for the answer, False for the "
        "prompt and for pictures."
    ),
    hints=(
        "Begin with the first part. Each further part comes after one more picture.",
        "A picture is `[-2] + 9 * [-1] + [-3]`. A part may be empty: two pictures in a row.",
        "`ids += [-2] + 9 * [-1] + [-3] + part` for each of `parts[1:]`; then "
        "`[False] * len(ids) + [True] * len(answer)`.",
    ),
    reference=lay_out,
    probes=(
        probe([[0, 11], [12, 13]], [14, 0]),
        probe([[0], [21], [], [22, 23]], [24, 0]),
        probe([[0, 31, 32]], [33, 0]),
    ),
    mistakes=(
        Mistake(
            "pictures first",
            _pictures_first,
            "Your pictures all stand at the front. Each belongs at its place among the words: "
            "“: flim” names the picture before it.",
        ),
        Mistake(
            "a picture after each part",
            _after_every_part,
            "You have one picture too many: they stand *between* parts, so there is one less.",
        ),
        Mistake(
            "one token a picture",
            lambda parts, answer: _of_parts(parts, answer, [-2, -1, -3]),
            "A picture is nine tokens, one for each part of it. With one, there is no place for "
            "eight of its vectors.",
        ),
        Mistake(
            "no tags",
            lambda parts, answer: _of_parts(parts, answer, 9 * [-1]),
            "The tags are missing: the model would not see where a picture begins and ends.",
        ),
        Mistake(
            "the words of the prompt, too",
            lambda parts, answer: _of_parts(parts, answer, _PICTURE, lambda each: each >= 0),
            "The loss is about the prompt's words, too. Only the answer is to be learned.",
        ),
        Mistake(
            "everything is learned",
            lambda parts, answer: _of_parts(parts, answer, _PICTURE, lambda each: True),
            "The loss is about everything, pictures too. But they are no words of the vocabulary: "
            "there is nothing to predict.",
        ),
    ),
    solution="""
    def lay_out(parts, answer):
        ids = list(parts[0])
        for part in parts[1:]:
            ids += [-2] + 9 * [-1] + [-3] + part
        return ids + answer, [False] * len(ids) + [True] * len(answer)
    """,
)
