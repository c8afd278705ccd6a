"""Chapter 3's quiz. It stands here, so that no notebook and no exported page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

QUIZ = Quiz(
    "gpt3",
    question(
        "What changes in the model between K = 0 and K = 12?",
        right="Nothing: only the text that it reads",
        wrong={
            "Its last layer, a little": "The fingerprint covers every weight of every layer.",
            "Its embeddings of the labels": "Embeddings are weights too, and none has changed.",
        },
        why="The examples act through attention alone, while they are read.",
    ),
    question(
        "An induction head stands at the second “lamp” of “lamp oak … lamp”. Where does it look?",
        right="At the first “oak”",
        wrong={
            "At the first “lamp”": "That is where it finds the match; what it needs came one later.",
            "At the token before it": "A head of an earlier layer does that, and so prepares the match.",
        },
        why="What came after this word the last time is the best guess at what comes now.",
    ),
    question(
        "Heads A are switched off and sorting fails. Why were other heads switched off as well?",
        right="Perhaps any three missing heads would do as much harm",
        wrong={
            "To make the model faster": "Nothing was timed. It is a control.",
            "To find more induction heads": "They were drawn at random; finding them took a score.",
        },
        why="Without a control, the failure might only say that the model is damaged.",
    ),
    question(
        "A model answers “good” to every review, with 4 examples of which 3 are good. What first?",
        right="Ask it about “N/A”, and divide by what it says",
        wrong={
            "Fine-tune it": "It may know the answer already and be pulled: that costs a prompt to find out.",
            "Add the word “please”": "It follows pages, not manners.",
        },
        why="What it says about nothing is the pull of the examples; calibration takes that away.",
    ),
    question(
        "Wikipedia: 3 billion tokens, 3% of 300 billion read. How often is it read?",
        right="3 times",
        wrong={
            "Once": "Then Wikipedia would be 1% of what is read.",
            "A third of a time": "Upside down: divide what is read by what there is.",
        },
        why="300 × 0.03 = 9 billion tokens are read of it, and it holds 3 billion.",
    ),
)
