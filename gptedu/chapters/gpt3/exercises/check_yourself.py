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
        why="The examples act through attention alone, each time the prompt is read.",
    ),
    question(
        "An induction head stands at the second “lamp” of “lamp oak … lamp”. Where does it look?",
        right="At the first “oak”",
        wrong={
            "At the first “lamp”": "That is the same word; what the head needs came one place later.",
            "At the token before it": "A head of an earlier block does that, and helps this one.",
        },
        why="What came after this word the last time is the best guess at what comes now.",
    ),
    question(
        "Three heads are switched off and sorting fails. Why were other heads switched off as well?",
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
            "Fine-tune it": "Perhaps it knows the answers and is only pulled: a prompt is enough to see that.",
            "Add the word “please”": "It continues pages; politeness changes nothing here.",
        },
        why="What it says when nothing is asked is the pull of the examples; calibration takes it out.",
    ),
    question(
        "Sorting by new labels succeeds after 12 examples, animal sounds do not. What fits that best?",
        right="Examples let the model find a kind of list that it has practised",
        wrong={
            "Examples teach the model any rule": "Then the sounds would come too, after twelve lines.",
            "The model knows no animal sounds": "After “Our dog” it writes “barks”: it knows them. No list of its web has them.",
        },
        why="Sorting lists are on its web, with other words and labels. Lists of sounds are not.",
    ),
)
