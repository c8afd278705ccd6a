"""Chapter 7's two quizzes, one a sitting. They stand here, so that no page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

HALFWAY = Quiz(
    "vision-halfway",
    question(
        "Nobody gave CLIP a list of classes. How does it classify a picture?",
        right="It takes the class whose caption is nearest to the picture",
        wrong={
            "It has an answer layer with one output a class": "That would need labels, and could never name a class that it was not trained for.",
            "It writes the name, word by word": "CLIP writes nothing: it compares.",
        },
        why="A class is a caption. Another list of captions is another classifier, without a step of training.",
    ),
    question(
        "Both encoders give the same vector for everything. What is the loss of a batch of 100?",
        right="log 100",
        wrong={
            "0: every picture is perfectly like its caption": "It is as much like the 99 others. The loss asks which one is *more* like it.",
            "It cannot be computed": "All similarities are 1, and the softmax of equal numbers is even.",
        },
        why="Each of 100 captions gets 1/100, so the loss is −log(1/100).",
    ),
    question(
        "Why must similarities be multiplied by a scale?",
        right="Cosines lie between −1 and 1: their softmax can never be sure",
        wrong={
            "To make the vectors longer than 1": "Their lengths do not count; the scale is there because they do not.",
            "To make training faster": "It may, but without it even perfect encoders would be punished.",
        },
        why="Among 128 captions no probability could be above 6%, however good the encoders are.",
    ),
    question(
        "mini-clip cannot tell “a red ball and a blue star” from “a blue ball and a red star”. What is the likely reason?",
        right="Hardly any batch asked for it: other captions differ in more than that",
        wrong={
            "Its picture encoder cannot see colours": "It names the colours of single things.",
            "Vectors of 64 numbers have no room for it": "In batches full of such captions the same network learns it.",
        },
        why="A contrastive loss teaches what tells the captions of a batch apart, and hardly more.",
    ),
)

QUIZ = Quiz(
    "vision",
    question(
        "How does a picture enter a language model here?",
        right="As nine vectors in the places of tokens' embeddings",
        wrong={
            "As a caption that CLIP has written": "CLIP writes nothing; and a caption would leave out what it does not say.",
            "As the ids of nine new tokens": "Ids would be looked up in a table. These vectors are computed from the pixels.",
        },
        why="From there on the body treats them as it treats words: it was not changed.",
    ),
    question(
        "A model is right in 60% of questions about pictures, with nine possible answers each. What do you ask for first?",
        right="What it answers with a blank picture",
        wrong={
            "The number of its weights": "That does not say whether it looks.",
            "More questions": "60% of nine is far from luck. But luck is not the only other reason.",
        },
        why="Questions alone often give the answer away. Ask again with a blank picture, and with that of another question: a blank one is also unlike all that the model has seen.",
    ),
    question(
        "In few-shot episodes the names are invented anew each time. Why?",
        right="A name that always means the same would be learned by heart",
        wrong={
            "Because real names are too long": "They are as long.",
            "So that the tokenizer learns them": "It is fixed, and has pieces for all of them.",
        },
        why="Only if the name means nothing outside the prompt does the model have to read the prompt.",
    ),
    question(
        "A model writes steps that read well and end in a clear answer. What does that say of the answer?",
        right="Little: a form can be learned without looking",
        wrong={
            "That it is right": "A form is easily learned. What fills it has to be seen.",
            "That the model looked": "Take the picture away, and see whether it still writes steps and an answer.",
        },
        why="Steps can share most of their words with the right ones while the answers are guesses.",
    ),
    question(
        "What is known about how GPT-4 reads pictures?",
        right="That it does, shown by examples; not how it is built",
        wrong={
            "It is KOSMOS-1 with more weights": "Nobody outside has said so.",
            "It uses CLIP's encoder": "The report does not say which encoder it uses, or whether it has one.",
        },
        why="The report says that it gives no details of architecture, size, hardware, data or training.",
    ),
)
