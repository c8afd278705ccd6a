"""What is asked of `mini-m-vision`, each with its control. A probe takes a split: "validation" for
pilots, "test" for records.

Three controls hold everywhere. A blank picture, and the picture of another question, leave the
words as they are: what is right then is what the words alone give. In an episode of new names the
examples are shuffled, so that names and pictures no longer agree.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gptedu import records
from gptedu.evaluate.answers import words
from gptedu.language_model import LanguageModel
from gptedu.records import Experiment, Run
from gptedu.vision import READER
from gptedu.vision.asking import Asked, PictureModel
from gptedu.vision.lessons import SHOTS, picture
from gptedu.vision.stream import IMAGE
from gptedu.vision.teaching import BODY, gpt_of, text_loss
from gptedu.vision.world import naming
from gptedu.vision.world.charts import judged
from gptedu.vision.world.drawing import SIDE
from gptedu.vision.world.held_out import COLOURS, SHAPES
from gptedu.vision.world.questions import STEPPED, PictureQuestion, question
from gptedu.vision.world.scenes import Chart
from gptedu.world.problems.problem import ANSWER, answer_in

SPLIT = "test"
ASKED = 100
"""Questions of each kind."""
EPISODES = 100
KINDS = ("colour", "shape", "place", "count", "yes-no")
"""Of questions about a picture of one thing or two, or of several equal ones."""
BLANK = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
STEPS = 64
"""Tokens that a worked answer may have."""
CAPTION = 24
"""And a caption."""
PICTURED = ("with", "without")


@dataclass(frozen=True)
class Shown:
    """A question with its picture."""

    question: PictureQuestion
    picture: np.ndarray

    @property
    def chance(self) -> float:
        """Per cent."""
        return 100 / len(self.question.choices)


def chance(kind: str) -> float:
    """What guessing among the choices of a kind of question gives, in per cent."""
    return 100 / len(question(kind, random.Random(0), SPLIT).choices)


def shown(kind: str, split: str, seed: int) -> list[Shown]:
    """Questions of a kind with their pictures. Of things, their pair of shape and colour is held
    out; of places, their pair of shape and place."""
    rng = random.Random(f"{kind}/{split}/{seed}")
    made = [
        question(kind, rng, split, "place" if kind == "place" else "colour") for _ in range(ASKED)
    ]
    return [Shown(each, picture(each.seen, rng)) for each in made]


def others(own: Sequence[Shown]) -> list[np.ndarray]:
    """The pictures, each with the question after its own."""
    return [each.picture for each in (*own[1:], *own[:1])]


def right(lm: PictureModel, own: Sequence[Shown], pictures: Sequence[np.ndarray] | None) -> float:
    """Per cent of questions of which the likeliest choice is the answer, with these pictures."""
    asked = [
        replace(prompt, answers=each.question.choices)
        for prompt, each in zip(_asked(own, pictures, steps=False), own, strict=True)
    ]
    best = [int(found.argmax()) for found in lm.ask_all(asked)]
    return hits(own, [s.question.choices[i] for s, i in zip(own, best, strict=True)])


def controlled(lm: PictureModel, kind: str, split: str, seed: int) -> dict[str, float]:
    """Per cent right: by the picture, by a blank one, by another question's; and chance."""
    own = shown(kind, split, seed)
    return {
        "right": right(lm, own, [each.picture for each in own]),
        "blank": right(lm, own, [BLANK] * len(own)),
        "another": right(lm, own, others(own)),
        "chance": own[0].chance,
    }


def ask(lm: PictureModel, split: str, seed: int) -> dict[str, dict[str, float]]:
    """Each kind of question (see `controlled`)."""
    return {kind: controlled(lm, kind, split, seed) for kind in KINDS}


def few_shot(lm: PictureModel, split: str, seed: int, shots: int = SHOTS) -> dict[str, float]:
    """Two new names, by so many examples of each. Per cent right at once, and after the model has
    said in words what it sees in every picture; both also with examples shuffled."""
    rng = random.Random(f"few-shot/{split}/{seed}/{shots}")
    episodes = [naming.episode(rng, split, shots) for _ in range(EPISODES)]
    shuffled = [each.shuffled(rng) for each in episodes]
    found = {}
    for own, at_once, after in (
        (episodes, "right", "told"),
        (shuffled, "shuffled", "told_shuffled"),
    ):
        seen = [[picture(scene, rng) for scene in each.scenes] for each in own]
        said = in_words(lm, [one for pictures in seen for one in pictures])
        words = [said[i : i + len(seen[0])] for i in range(0, len(said), len(seen[0]))]
        told = [each.told(own_words) for each, own_words in zip(own, words, strict=True)]
        found[at_once] = named(lm, own, [each.prompt for each in own], seen)
        found[after] = named(lm, own, told, seen)
    return found


def describe(lm: PictureModel, split: str, seed: int) -> dict[str, float]:
    """Two new names: per cent right by words on each, by none, and by words of which each describes
    the other's thing (right is still what the picture shows); and after the model has said in
    words what it sees."""
    rng = random.Random(f"describe/{split}/{seed}")
    episodes = [naming.episode(rng, split) for _ in range(EPISODES)]
    seen = [[picture(each.asked, rng)] for each in episodes]
    exchanged = []
    for each in episodes:
        (one, this), (two, that) = each.kinds
        exchanged.append(naming.described(((one, that), (two, this))))
    prompts = [each.described for each in episodes]
    said = in_words(lm, [one for (one,) in seen])
    told = [
        prompt.removesuffix(":") + f" {own}:" for prompt, own in zip(prompts, said, strict=True)
    ]
    return {
        "described": named(lm, episodes, prompts, seen),
        "bare": named(lm, episodes, [f"{IMAGE}:"] * len(episodes), seen),
        "exchanged": named(lm, episodes, exchanged, seen),
        "told": named(lm, episodes, told, seen),
    }


def in_words(lm: PictureModel, pictures: Sequence[np.ndarray]) -> list[str]:
    """What the model says that each picture shows, as "red ball": by the caption that it writes."""
    captions = lm.write_all([Asked(each, IMAGE) for each in pictures], CAPTION)
    said = []
    for caption in captions:
        own = words(caption)
        found = [next((word for word in own if word in known), "") for known in (COLOURS, SHAPES)]
        said.append(" ".join(found).strip() or "thing")
    return said


def named(
    lm: PictureModel,
    episodes: Sequence[naming.Episode],
    prompts: Sequence[str],
    pictures: Sequence[Sequence[np.ndarray]],
) -> float:
    """Per cent of episodes of which the likelier name is the right one."""
    asked = [
        Asked(seen, prompt, episode.choices)
        for episode, prompt, seen in zip(episodes, prompts, pictures, strict=True)
    ]
    best = [int(probabilities.argmax()) for probabilities in lm.ask_all(asked)]
    right = [e.choices[i] == e.answer for e, i in zip(episodes, best, strict=True)]
    return 100 * float(np.mean(right))


def chart(lm: PictureModel, split: str, seed: int) -> dict[str, dict[str, float]]:
    """Sums of two bars. Per cent right when the answer is written at once, when the steps to it
    are, and when they are, with every step right; each also with a blank picture."""
    own = shown("sum", split, seed)
    return {
        "right": _sums(lm, own, [each.picture for each in own]),
        "blank": _sums(lm, own, [BLANK] * len(own)),
    }


def _sums(
    lm: PictureModel, own: Sequence[Shown], pictures: Sequence[np.ndarray]
) -> dict[str, float]:
    direct = lm.write_all(_asked(own, pictures, steps=False), STEPS)
    worked = lm.write_all(_asked(own, pictures, steps=True), STEPS)
    verdicts = [
        judged(each.question.seen, *_bars(each.question), text)
        for each, text in zip(own, worked, strict=True)
        if isinstance(each.question.seen, Chart)
    ]
    wanted = [each.question.answer for each in own]
    return {
        "direct": 100 * float(np.mean([a == b for a, b in zip(direct, wanted, strict=True)])),
        "worked": 100 * float(np.mean([each.right for each in verdicts])),
        "worked out": 100 * float(np.mean([each.worked_out for each in verdicts])),
        "added": 100 * float(np.mean([each.added for each in verdicts])),
    }


def _bars(asked: PictureQuestion) -> tuple[str, str]:
    """The colours of the two bars that are asked for, in the order of the question."""
    first, second = (word for word in words(asked.asked) if word in COLOURS)
    return first, second


def _asked(own: Sequence[Shown], pictures: Sequence[np.ndarray] | None, steps: bool) -> list[Asked]:
    """Prompts to be continued; without a picture where there are none."""
    if pictures is None:
        return [Asked([], each.question.prompt(steps)) for each in own]
    return [
        Asked(seen, f"{IMAGE} {each.question.prompt(steps)}")
        for each, seen in zip(own, pictures, strict=True)
    ]


def chain_of_thought(lm: PictureModel, split: str, seed: int) -> dict[str, dict[str, float]]:
    """Questions in two stages, with their pictures and without (Multimodal-CoT, table 2).

    Per cent right; how much of the right steps is in the written ones (`rouge_l`, in per cent);
    per cent right where the second stage is handed the solution's steps, which no test could; by an
    answer at once; and of two stages, for each kind of question.
    """
    rows = {name: [_stages(lm, kind, split, seed, name) for kind in STEPPED] for name in PICTURED}
    means = {
        part: {name: float(np.mean([row[part] for row in every])) for name, every in rows.items()}
        for part in ("right", "rouge", "gold", "direct")
    }
    each = {
        name: {kind: row["right"] for kind, row in zip(STEPPED, every, strict=True)}
        for name, every in rows.items()
    }
    return means | {"each with": each["with"], "each without": each["without"]}


def _stages(lm: PictureModel, kind: str, split: str, seed: int, name: str) -> dict[str, float]:
    own = shown(kind, split, seed)
    pictures = [each.picture for each in own] if name == "with" else None
    gold = [each.question.worked for each in own]
    steps, answers = two_stages(lm, own, pictures)
    shared = [rouge_l(_steps(a), _steps(b)) for a, b in zip(steps, gold, strict=True)]
    return {
        "right": hits(own, answers),
        "rouge": 100 * float(np.mean(shared)),
        "gold": hits(own, second_stage(lm, own, pictures, gold)),
        "direct": right(lm, own, pictures),
    }


def two_stages(
    lm: PictureModel, own: Sequence[Shown], pictures: Sequence[np.ndarray] | None
) -> tuple[list[str], list[str | None]]:
    """(steps, answers): steps are written first, then the answer is chosen by what was written.

    The solutions' own steps are not looked at.
    """
    steps = lm.write_all(_asked(own, pictures, steps=True), STEPS)
    return steps, second_stage(lm, own, pictures, steps)


def second_stage(
    lm: PictureModel,
    own: Sequence[Shown],
    pictures: Sequence[np.ndarray] | None,
    steps: Sequence[str],
) -> list[str | None]:
    """The likeliest choice after the question and some steps; None where these come to no answer,
    which counts as wrong."""
    prompts = _asked(own, pictures, steps=True)
    asked, which = [], []
    for i, (prompt, text) in enumerate(zip(prompts, steps, strict=True)):
        if answer_in(text) is not None:
            said = f"{prompt.text} {_steps(text)} {ANSWER}".replace("  ", " ")
            choices = [f"{choice}." for choice in own[i].question.choices]
            asked.append(Asked(prompt.pictures, said, choices))
            which.append(i)
    answers: list[str | None] = [None] * len(own)
    for i, found in zip(which, lm.ask_all(asked) if asked else [], strict=True):
        answers[i] = own[i].question.choices[int(found.argmax())]
    return answers


def hits(own: Sequence[Shown], answers: Sequence[str | None]) -> float:
    """Per cent of answers that are right."""
    pairs = zip(own, answers, strict=True)
    return 100 * float(np.mean([each.question.answer == answer for each, answer in pairs]))


def _steps(text: str) -> str:
    """A worked answer without its end."""
    return text.rpartition(ANSWER)[0].strip()


def rouge_l(given: str, wanted: str) -> float:
    """ROUGE-L F1 (Lin 2004): by the longest row of words that both have in the same order."""
    left, right = words(given), words(wanted)
    if not left or not right:
        return 0.0
    before = [0] * (len(right) + 1)
    for word in left:
        now = [0]
        for i, other in enumerate(right):
            now.append(before[i] + 1 if word == other else max(now[i], before[i + 1]))
        before = now
    return 2 * before[-1] / (len(left) + len(right))


def _model() -> PictureModel:
    return records.model(READER, PictureModel)


def _language_model() -> LanguageModel:
    return records.model(BODY)


def _experiment(probe: Callable[[PictureModel, str, int], Run], **settings: Any) -> Experiment:
    """A probe of the model that ships, with a draw for each seed."""

    def measure(seed: int, split: str = SPLIT) -> Run:
        return probe(_model(), split, seed)

    return Experiment(measure, models=(READER,), settings={"split": SPLIT, **settings})


def _few_shot(lm: PictureModel, split: str, seed: int) -> Run:
    found = {shots: few_shot(lm, split, seed, shots) for shots in (SHOTS, 2 * SHOTS)}
    return found[SHOTS] | {"by shots": found}


def text(seed: int = 0, split: str = SPLIT) -> Run:
    """Loss on held-out text of the web, in nats a token, before and after pictures were read.

    Nothing is drawn: seed and split are not used; it is the text on which trainings are watched.
    """
    before, after = _language_model(), _model()
    return {
        "before": text_loss(gpt_of(before), before.tokenizer),
        "after": text_loss(after.model.body, after.tokenizer),
    }


EXPERIMENTS = {
    "text": Experiment(
        text, models=(BODY, READER), settings={"split": "validation"}, over="nothing"
    ),
    "ask": _experiment(lambda *how: {"kinds": ask(*how)}, asked=ASKED, kinds=list(KINDS)),
    "few-shot": _experiment(_few_shot, episodes=EPISODES, names=naming.NAMES, shots=SHOTS),
    "describe": _experiment(describe, episodes=EPISODES, names=naming.NAMES),
    "odd": _experiment(lambda lm, *how: controlled(lm, "odd", *how), asked=ASKED),
    "chart": _experiment(chart, asked=ASKED),
    "cot": _experiment(chain_of_thought, asked=ASKED, kinds=list(STEPPED)),
}
