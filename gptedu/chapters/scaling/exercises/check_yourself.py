"""Chapter 6's two quizzes, one a sitting. They stand here, so that no page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

HALFWAY = Quiz(
    "scaling-halfway",
    question(
        "Why are both axes logarithmic?",
        right="What is above the floor, a·C^(−b), is a straight line there",
        wrong={
            "Losses are logarithms": "They are, of probabilities; that has nothing to do with the axes.",
            "So that the runs lie closer together": "It would make no line of a curve. A power law has one shape at every size.",
        },
        why="The logarithm of a·C^(−b) is log a − b·log C: a line over log C.",
    ),
    question(
        "What does the bootstrap's interval leave out?",
        right="That the law may bend beyond the runs it saw",
        wrong={
            "That seeds differ": "This it has in it: runs of other seeds are drawn.",
            "That the runs differ in size": "The line goes through all sizes: this it has in it.",
        },
        why="It draws from the same runs again and again. What none of them shows it cannot know.",
    ),
    question(
        "A loss of 0.97 was predicted, and 0.96 is the floor. Which figure says how good the prediction is?",
        right="How far off it is in the part above the floor",
        wrong={
            "How far off it is in per cent of the loss": "Most of the loss is the floor, which was known: to name the floor alone would be nearly as good.",
            "Whether it lies above the floor": "Every possible loss does.",
        },
        why="Only the part above the floor had to be predicted.",
    ),
)

QUIZ = Quiz(
    "scaling",
    question(
        "AdamW's rate was tuned on a narrow model, and is used for all widths. What happens to the law?",
        right="It tilts: the wide models are worse than they could be",
        wrong={
            "Nothing: a power law has one rate": "The best rate depends on the width, unless a rule takes care of it.",
            "All losses rise by the same share": "The narrow models have their best rate; only the others lose.",
        },
        why="What grows with the size tilts a line, and at a thousand times the size the tilt is large.",
    ),
    question(
        "Why is a law harder to fit where the floor is not known?",
        right="A lower floor with a flatter line fits the same runs nearly as well",
        wrong={
            "The losses are larger": "A constant factor changes nothing in the fit.",
            "There are fewer runs": "There were as many. They lie far above the floor, wherever it is.",
        },
        why="Far above the floor a change of it is made good by the exponent; far ahead it is not.",
    ),
    question(
        "What is at the lowest point of a valley?",
        right="The size with the least loss for one budget",
        wrong={
            "The size with the least loss of all": "More compute gives less loss: that is another valley.",
            "The budget with the least loss": "All runs of a valley have the same budget.",
        },
        why="To the left the model is too small for what it reads; to the right it reads too little.",
    ),
    question(
        "A score jumps from 0% to 90% between two sizes. What do you look at before you call it emergent?",
        right="The log-probability of the right answer",
        wrong={
            "The number of questions": "It matters for chance, and would not make a smooth rise of a jump.",
            "A third size": "It would lie in between, and the jump would be as steep. Another metric may show a slow rise.",
        },
        why="All or nothing on a long answer turns a slow rise into a jump. If the log-probability jumps too, as in chapter 3, then something new is there.",
    ),
    question(
        "A paper says: 20 tokens for each parameter. What must you ask?",
        right="What was counted as a parameter, for which budgets, and with which constants",
        wrong={
            "Nothing: it is a law": "It is a fit. With rounded constants the same law says 93.",
            "On how many GPUs": "That changes the time, not the loss.",
        },
        why="What is counted moves the exponent, and an exponent is carried over many factors of ten.",
    ),
)
