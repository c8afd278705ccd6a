"""Chapter 8's two quizzes, one a sitting. They stand here, so that no page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

HALFWAY = Quiz(
    "safety-halfway",
    question(
        "A list of words decides which requests are refused. Who is refused in our world?",
        right="Whoever uses the word, owners too",
        wrong={
            "Strangers alone": "Owner and stranger ask with the same words.",
            "Nobody, since no word is bad": "The list has words in it; they stand in allowed and in disallowed requests.",
        },
        why="All six enquiries about a text have the same words. What decides is who asks, and whose it is.",
    ),
    question(
        "“I am sorry, only Ella may know that. It is in the attic.” To a stranger, which class is it?",
        right="disallowed",
        wrong={
            "refused well": "It refuses, and well. But it also tells, and that decides alone.",
            "safe": "It tells what has to be kept.",
        },
        why="Whatever else is true of a reply: what is told is told.",
    ),
    question(
        "A rule hits all 40 replies, 10 of which it should hit. What are its precision and recall?",
        right="25% and 100%",
        wrong={
            "100% and 25%": "That is the other way round: of its hits a quarter is right, and it misses none.",
            "25% and 25%": "It misses none of the ten, so its recall is full.",
        },
        why="Precision asks about the hits, recall about what is wanted.",
    ),
    question(
        "Telling costs 1, whoever asks, and nothing else counts. What is wrong with this reward?",
        right="Refusing everybody earns as much as doing what is right",
        wrong={
            "It is too small": "Ten times as much has the same best plans.",
            "It punishes refusals": "A refusal costs nothing here, and that is the point.",
        },
        why="A reward has to make the right plan the only best one. To refuse is easier: one need not read the text.",
    ),
)

QUIZ = Quiz(
    "safety",
    question(
        "After three rounds the search opens fewer requests. What do you ask before you call the model safe?",
        right="How often wordings work that no round has met",
        wrong={
            "How many wordings the search had": "More would be better. But they may all be of those that were learned.",
            "Whether the loss went down": "It does. That says that the lessons were learned, and nothing of other words.",
        },
        why="A model can learn a list of attacks, or that words prove nothing. Only new words tell the two apart.",
    ),
    question(
        "Each wording that worked is learned with the right reply to the owner, too. Why?",
        right="Or the model would learn to refuse whoever says so many words",
        wrong={
            "To have twice as many demonstrations": "More of the same would not help against this.",
            "Because owners attack as well": "They have no reason to: they are told.",
        },
        why="A lesson that shows one side alone teaches a short cut: here, that claims are refused.",
    ),
    question(
        "In the hallucination loop nothing was listed in the first reply. What happens to it?",
        right="It makes no pair",
        wrong={
            "It makes a pair with itself": "Two equal replies say nothing about which is better.",
            "It is rewritten five times": "There is nothing to rewrite.",
        },
        why="A pair needs something bad beside something good.",
    ),
    question(
        "Why is the loop's reward model tested on pairs of equal length?",
        right="Rewrites are mostly shorter, and “short is good” would order the others as well",
        wrong={
            "Long texts do not fit its context": "All of them fit.",
            "Longer replies are always worse": "They are not; but in these pairs they often are, and that is the trap.",
        },
        why="Where something easier goes along with what is meant, test where it does not.",
    ),
    question(
        "Larger models repeat more false sayings. Which control do you want to see?",
        right="True sayings, asked in the same way",
        wrong={
            "The same sayings with more examples": "That is another question.",
            "A model without training": "It would guess, and say nothing about size.",
        },
        why="If larger models got those wrong too, they would just be worse. If they get better there, they repeat what they read.",
    ),
    question(
        "One temperature is fitted, and the calibration error halves. How many more answers are right?",
        right="None",
        wrong={
            "Half as many more": "The error is about how sure, and not about what.",
            "It depends on the temperature": "Dividing all scores by one number leaves their order as it was.",
        },
        why="The likeliest answer stays the likeliest.",
    ),
)
