"""Chapter 5's two quizzes, one a sitting. They stand here, so that no page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

HALFWAY = Quiz(
    "reasoning-halfway",
    question(
        "Why do direct answers fall with the number of steps?",
        right="All steps have to be done before the first token of the answer",
        wrong={
            "Longer stories are harder to read": "Worked answers read the same stories.",
            "Their numbers are larger": "They are bounded alike, whatever the number of steps.",
        },
        why="A forward pass has a fixed number of layers. Steps that are written down are read again, and each needs one fact.",
    ),
    question(
        "Instead of the steps the model reads as many dots. What does this control rule out?",
        right="That more tokens alone, and the computing they allow, are enough",
        wrong={
            "That the examples leak the answer": "They are the same examples; only what stands before their answers differs.",
            "That the model has seen the problem": "A problem that it had seen would be answered directly as well.",
        },
        why="With dots as much is computed and nothing is written down. In the paper they leave the answer as it was, so what helps is what the steps say.",
    ),
    question(
        "A large model gets each step right 90% of the time, a small one 60%. What follows for six steps?",
        right="0.9⁶ is 53%, 0.6⁶ is 5%: written steps can even harm the small one",
        wrong={
            "Both gain alike from writing steps": "Mistakes multiply: 0.9 to the power of six is still a half, 0.6 next to nothing.",
            "The small one gains more": "It has more to gain and cannot: nearly every path of six steps holds a mistake.",
        },
        why="A path is right where all its steps are, so accuracy by steps is a power. That is why the gain comes with size.",
    ),
)

QUIZ = Quiz(
    "reasoning",
    question(
        "A vote of 16 beats one path and does not beat the greedy path. What was likely the case?",
        right="All paths work in one way, and differ only by slips",
        wrong={
            "16 paths are too few": "With more of them it comes nearer to what the likeliest path says already.",
            "The temperature was too low": "It decides how much paths differ. Whether they fail *together* is another thing.",
        },
        why="The greedy path takes the likeliest step each time. A vote adds something where ways differ, and fail on different problems.",
    ),
    question(
        "Wrong answers agree with each other more than right ones. What does a vote do?",
        right="It makes the model wrong more often",
        wrong={
            "It finds the right answer among many paths": "It takes the most frequent one, right or wrong.",
            "Nothing: it is a mean": "No answer is a mean of others. One of them wins.",
        },
        why="A vote strengthens whatever is said most. It helps because wrong answers spread.",
    ),
    question(
        "The right answers of the problems are shuffled among them. What changes in the self-training file?",
        right="Nothing, to the last byte",
        wrong={
            "The paths that are kept": "Paths are kept by what their own majority says. Nobody looks at a right answer.",
            "The order of the rows": "A seed decides it.",
        },
        why="If anything changed, right answers would have been used somewhere, and the gain would be one of ordinary training.",
    ),
    question(
        "Why do rounds of self-improvement end?",
        right="The paths grow alike, so the majority says what the greedy path says",
        wrong={
            "The problems are used up": "Each round draws others.",
            "The learning rate has fallen to nothing": "Each round begins with it anew.",
        },
        why="What the vote knew beyond the greedy path has been learned. Facts that no way remembers are learned from nobody.",
    ),
    question(
        "A path ends in the right answer, and one of its steps is wrong. What is it worth?",
        right="It is counted apart: the answer came by luck",
        wrong={
            "As much as any right path": "A wrong step will often fail on the next problem.",
            "Nothing: it counts as wrong": "Its answer is right. Hiding it among the wrong ones would be as misleading.",
        },
        why="A reward for answers alone pays for such paths, too, and a model may learn them.",
    ),
)
