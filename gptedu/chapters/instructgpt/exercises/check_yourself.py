"""Chapter 4's quiz. It stands here, so that no notebook and no exported page gives an answer."""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

QUIZ = Quiz(
    "instructgpt",
    question(
        "Why is the loss of step 1 taken on the reply's tokens only?",
        right="What people ask is given: the model has to reply, not to write requests",
        wrong={
            "The prompt has no next tokens": "It has as many as any text; they were left out on purpose.",
            "The prompt's tokens were seen in pre-training": "These requests were not; and it would be no reason.",
        },
        why="A loss on prompts would spend the model's effort on imitating users.",
    ),
    question(
        "A reward model gives 3.1 to a reply. Is that good?",
        right="Nobody can say: only differences between replies to one prompt mean something",
        wrong={
            "Yes, it is above 0": "Adding 100 to all rewards changes nothing in the loss.",
            "Yes, it is above 1": "Rewards are no probabilities, and have no upper end.",
        },
        why="The loss sees differences alone. Therefore the paper shifts rewards until demonstrations score 0.",
    ),
    question(
        "In the first update of a PPO step, what is the ratio of new to old probabilities?",
        right="Exactly 1",
        wrong={
            "About 0.8": "The weights have not moved yet, so nothing can differ.",
            "It depends on β": "β weighs the reward, and has no part in the ratio.",
        },
        why="It is the surest test of an implementation: anything else is a mistake in the log-probabilities.",
    ),
    question(
        "The score rises, and the KL rises with it, faster and faster. What do you do first?",
        right="Read the samples",
        wrong={
            "Train on: the score rises": "It did so above too, while the replies became one phrase.",
            "Lower the clip": "The clip bounds one update. Nothing bounds where many of them lead, except β.",
        },
        why="The score says what the judge likes. Only a reader sees what is written.",
    ),
    question(
        "Of the same eight replies, the true score picks a helpful one in 93% of cases or more, `mini-m-rm` in 69 to 73%; a single reply helps in 66 to 73%. What follows?",
        right="`mini-m-rm` does not see which reply helps",
        wrong={
            "The SFT model cannot give helpful replies": "They were among the eight: otherwise nobody could have picked them.",
            "A better judge is all that PPO needs": "Nothing was trained here. In PPO against the true score, the replies did not become more helpful.",
        },
        why="The eight replies were the same, in three draws; only the judge was another one.",
    ),
    question(
        "What does γ do?",
        right="It mixes the language-model loss on old text into the gradient",
        wrong={
            "It sets how long replies may be": "That is the number of tokens, 28 here.",
            "It weighs the KL penalty": "That is β.",
        },
        why="PPO-ptx is paid for keeping its old predictions, and so keeps its old abilities.",
    ),
)
