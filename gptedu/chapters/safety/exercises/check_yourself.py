"""Chapter 8's two quizzes, one a sitting. They stand here, so that no page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

HALFWAY = Quiz(
    "safety-halfway",
    question(
        "A list of words decides which requests are refused, and *key* is on it. Who is refused in our world?",
        right="Everybody who asks for a key, owners too",
        wrong={
            "Strangers alone": "Owner and stranger ask with the same words.",
            "Nobody, since *key* is no bad word": "The list does not ask whether a word is bad. It refuses each request that has it.",
        },
        why="The word stands in allowed and in disallowed requests. What decides is who asks, and whose the key is.",
    ),
    question(
        "“I am sorry, only Ella may know that. It is in the attic.” To a stranger, which class is it?",
        right="disallowed",
        wrong={
            "refused well": "It refuses, and well. But it also tells, and telling decides alone.",
            "safe": "It tells what a stranger is not allowed to know.",
        },
        why="*Tells* decides alone. A refusal does not take back what is told.",
    ),
    question(
        "A rule hits all 40 replies, 10 of which it should hit. What are its precision and recall?",
        right="25% and 100%",
        wrong={
            "100% and 25%": "It is the other way round: a quarter of its hits are right, and it misses none.",
            "25% and 25%": "It misses none of the ten, so its recall is 100%.",
        },
        why="Precision asks about the hits, recall about what is wanted.",
    ),
    question(
        "Telling what the asker is not allowed to know costs 1, and nothing else counts. What is wrong with this reward?",
        right="Refusing everybody earns as much as doing what is right",
        wrong={
            "It is too small": "With ten times as much, the same plans are best.",
            "It punishes refusals": "A refusal costs nothing here, and that is the point.",
        },
        why="A reward has to pay the right plan more than every other one. Refusing everybody is easier: it needs no look at the text.",
    ),
    question(
        "A learned judge takes many secrets for harmless answers. Under the table PPO does not make use of it. Why?",
        right="A good refusal earns more than what the judge takes for harmless",
        wrong={
            "PPO cannot find such replies": "It can: where answers were paid, it did, with the same judge.",
            "The judge learns during PPO": "It stays as it is. Only the model learns.",
        },
        why="PPO goes where the reward is highest. A mistake does harm when something pays for it.",
    ),
)

QUIZ = Quiz(
    "safety",
    question(
        "After three rounds the search opens fewer requests. What do you ask before you call the model safe?",
        right="How often new wordings work, which no round has met",
        wrong={
            "How many wordings the search had": "More is better. But all of them may be wordings that it has learned.",
            "Whether the loss went down": "It does. So the lessons were learned. That says nothing about other words.",
        },
        why="A model can learn a list of attacks, or that words prove nothing. Only new words show which.",
    ),
    question(
        "For each wording that worked, the model also learns the right reply to the *owner* in the same words. Why?",
        right="Otherwise it could learn to refuse everybody who uses such words",
        wrong={
            "To have twice as many demonstrations": "More of the same would not help against this.",
            "Because owners attack as well": "They have no reason to: they are told what they ask for.",
        },
        why="A lesson that shows only one side teaches a shortcut: here, to refuse whenever something is claimed.",
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
        right="Rewrites are often shorter, and “short is good” would then be right without reading",
        wrong={
            "Long texts do not fit its context": "All of them fit.",
            "Longer replies are always worse": "They are not. But in these pairs the longer one is often the worse, and that is the trap.",
        },
        why="Where something easier goes together with what is meant, test where it does not.",
    ),
    question(
        "Larger models repeat more false sayings. Which control do you want to see?",
        right="True sayings, asked in the same way",
        wrong={
            "The same sayings with more examples": "That changes the prompt. It does not say whether larger models are worse in general.",
            "A model without training": "It would guess. That says nothing about size.",
        },
        why="If larger models got those wrong, too, they would just be worse. If they get better there, they repeat what they have read.",
    ),
    question(
        "One temperature is fitted, and the calibration error halves. How many more answers are right?",
        right="None",
        wrong={
            "Half as many more": "The error is about how sure the model is, not about its answers.",
            "It depends on the temperature": "Dividing all scores by one number does not change their order.",
        },
        why="The likeliest answer stays the likeliest.",
    ),
)
