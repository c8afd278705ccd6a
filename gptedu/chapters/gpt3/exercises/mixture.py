"""How often each source is read: an exercise (GPT-3, table 2.2)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def epochs(size, percent, read):
    return read * percent / 100 / size


EPOCHS = Exercise(
    id="gpt3/epochs",
    title="Read how often?",
    difficulty=1,
    minutes=4,
    task=(
        "A source holds `size` tokens and makes up `percent` of what is read; in all, `read` "
        "tokens are read. Return its **epochs**: how often each of its tokens is read on average."
    ),
    hints=(
        "Of 300 billion tokens read, 3 percent are Wikipedia: how many tokens is that?",
        "Divide what is read of it by what there is of it.",
    ),
    reference=epochs,
    probes=(probe(410e9, 60, 300e9), probe(3e9, 3, 300e9), probe(1000, 50, 4000)),
    mistakes=(
        Mistake(
            "per cent",
            lambda size, percent, read: read * percent / size,
            "A hundred times too much: `percent` is in percent, as the table prints it.",
        ),
        Mistake(
            "without the share",
            lambda size, percent, read: read / size,
            "You divide all that is read by this source. Only its share of that is read from it.",
        ),
        Mistake(
            "upside down",
            lambda size, percent, read: size / (read * percent / 100),
            "Upside down: a source that is small and has a large share is read *often*.",
        ),
    ),
)
