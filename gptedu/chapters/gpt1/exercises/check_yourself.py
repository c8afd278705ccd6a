"""Chapter 1's quiz. It stands here, so that no notebook and no exported page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

QUIZ = Quiz(
    "gpt1",
    question(
        "What is new in the network when it is fine-tuned on entailment?",
        right="Three embeddings and one linear layer",
        wrong={
            "A second Transformer for the hypothesis": "Both texts go through one network, in one row.",
            "Nothing at all": "[Start], [Delim] and [Extract] never occurred in the text.",
        },
        why="The body is the same for all tasks; that is the point of the paper.",
    ),
    question(
        "Why is the answer read at [Extract] and not at [Start]?",
        right="Attention looks back only, so the last token is the one that has seen all others",
        wrong={
            "[Start] is not trained": "It is trained like the others.",
            "Any token would do": "A token in the middle knows nothing of what comes after it.",
        },
        why="In BERT, which looks both ways, the first token is used.",
    ),
    question(
        "Why does similarity take two rows?",
        right="Neither sentence comes first by nature, so both orders are read and added",
        wrong={
            "The two sentences do not fit in one row": "They do: entailment puts two texts in one row as well.",
            "Each row is for one label": "That is multiple choice, where each answer has its row.",
        },
        why="The sum does not depend on the order in which the two are given.",
    ),
    question(
        "What can GPT do well, and BERT badly?",
        right="Write: it gives the next token a probability, again and again",
        wrong={
            "Classify a text": "BERT does that as well, and in its paper better.",
            "Read a pair of sentences": "BERT was made for it.",
        },
        why="BERT has learned to fill gaps that have text on both sides. At the end of a text it is right less often than GPT, and soon repeats itself.",
    ),
)
