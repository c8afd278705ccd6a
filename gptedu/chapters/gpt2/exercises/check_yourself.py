"""Chapter 2's quiz. It stands here, so that no notebook and no exported page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

QUIZ = Quiz(
    "gpt2",
    question(
        "Why does `TL;DR:` make the model summarise?",
        right="On the web, a summary tends to follow these characters",
        wrong={
            "It is a special token that was added for the task": "It is plain text, and is cut into ordinary tokens.",
            "The model was fine-tuned on summaries": "It was trained to predict the next token of whole pages, and on nothing else.",
        },
        why="A prompt makes one kind of page likely. Nothing in the network is called “summarise”.",
    ),
    question(
        "The twin cannot translate. What shows that it is not just a worse model?",
        right="It summarises about as well as `mini-m`",
        wrong={
            "It has fewer parameters": "It has exactly as many: only its training text differs.",
            "It has never seen a word of Velan": "It has: pages in Velan alone were left in.",
        },
        why="A control that stays the same says that the cut touched one ability only.",
    ),
    question(
        "Answer A has log-probability −6 over 2 tokens, answer B −8 over 4. Which is chosen?",
        right="A by the raw score, B by the score per token",
        wrong={
            "A by both": "Per token A has −3 and B −2.",
            "B by both": "The raw scores are −6 and −8, and −6 is the higher.",
        },
        why="A raw score favours short answers: every further token costs something. Say which one you report.",
    ),
    question(
        "Which pages would you add so that the model writes Velan better?",
        right="Pages that lead from English into Velan",
        wrong={
            "More pages from Velan into English": "They teach to read Velan; in the search above they were the larger part already.",
            "A list of instructions in English": "Nobody on this web obeys instructions, so none are followed.",
        },
        why="Predicting Velan words after English ones is the ability that is wanted, so such pages are its lessons.",
    ),
)
