"""RewardLens: the reward of a text token by token, and how it changes as words change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import traitlets

from gptedu import checks
from gptedu.rlhf.reward.scorer import Reward, scores_of
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.strange import strange_note
from gptedu.widgets.base.strokes import ticks
from gptedu.widgets.base.weights import weights_key
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import DOWN, UP, reward_lens_picture, signed
from .state import (
    Reading,
    edited,
    edits_of,
    landscape,
    named,
    read,
    said_of,
    scale_of,
    with_space,
)

MOST_TRIES = 60


@dataclass(frozen=True)
class Try:
    """A text that was tried. number: from 1 on. how: what was done to come to it."""

    number: int
    how: str
    reading: Reading


class RewardLens(Widget):
    """A text's reward, what each token adds to it, and what happens when words change.

    >>> RewardLens(Scorer(reward_model, lm.tokenizer), prompt, [" Yes, gladly.", " No."])

    The learner types an answer and sees its reward rise and fall token by token; deletes, repeats
    or moves a word, with the change told before; goes back to an earlier try, or takes one of the
    given answers from their landscape.

    scorer: any reward, texts -> one number each. One with `by_token`
    (`gptedu.rlhf.reward.scorer.Scorer`) is read token by token, a plain function word by word.
    prompt: what is answered; "" scores whole texts. answers: those of the landscape, the first of
    them to begin with. name: of the reward model.

    Raises ValueError for texts that do not fit the model's context, and for a reward that gives no
    finite number a text.

    Keys: Ctrl+Enter ends a try; on the words the arrows, Home and End move, Delete deletes, r
    repeats, s swaps with the next; in the landscape and among the tries the arrows move and Enter
    takes one.
    """

    live_to = "change the text word by word"
    _esm = module(__file__, UP=UP, DOWN=DOWN)
    _css = styles(__file__)
    spots: traitlets.List[dict[str, Any]] = traitlets.List(
        help="the landscape: every given answer, by reward"
    ).tag(sync=True)

    def __init__(
        self,
        scorer: Reward,
        prompt: str = "",
        answers: Sequence[str] = (),
        name: str = "the reward model",
    ) -> None:
        if isinstance(answers, str):
            raise ValueError(f"answers is {answers!r}: give a list of answers")
        self._scorer, self._answers, self._name = scorer, list(answers), name
        self._prompt = prompt
        self._weights = weights_key(getattr(scorer, "model", None))
        self._tries: list[Try] = []
        self._now: Try | None = None
        self._before: Try | None = None
        self._typing = False  # the newest try is still being typed
        self._word: int | None = None
        self._made = 0
        super().__init__()
        self.spots = self._scored(prompt)
        if prompt or self._answers:
            first = self._answers[0] if self._answers else ""
            self._take("as given", read(scorer, prompt, with_space(prompt, first)))
        else:
            self._show()
        self.announcement = ""

    # ------------------------------------------------------------ what a learner can do

    @action
    def read(self, answer: str, prompt: str | None = None, typing: bool = False) -> None:
        """Score another text. typing: it is not finished, so the next one takes its place."""
        prompt = self._prompt if prompt is None else prompt
        now = self._now
        if now and (now.reading.prompt, now.reading.answer) == (prompt, with_space(prompt, answer)):
            self._typing = self._typing and typing
            return self._show()
        reading = read(self._scorer, prompt, with_space(prompt, answer))
        if prompt != self._prompt:
            self.spots = self._scored(prompt)
            self._prompt = prompt
        against = self._before if self._typing else now
        same = against is None or against.reading.prompt == prompt
        self._take("typed" if same else "other prompt", reading, going_on=self._typing)
        self._typing = typing

    @action
    def select(self, word: int | None) -> None:
        """Look at a word of the answer, and what deleting, repeating or swapping it would do."""
        word = checks.whole("word", word, least=0, none="to look at none")
        if word is not None and not 0 <= word < len(self._reading.words):
            raise ValueError(f"there is no word {word + 1} in the answer")
        self._word, self._typing = word, False
        self._show()

    @action
    def edit(self, word: int, edit: str) -> None:
        """ "delete", "repeat" or "swap" (with the next) a word of the answer."""
        reading, word = self._reading, checks.whole("word", word, least=0)
        answer = with_space(reading.prompt, edited(reading.answer, word, edit))
        words = named(reading.words[word])
        how = {
            "delete": f"without “{words}”",
            "repeat": f"“{words}” twice",
            "swap": f"“{words}” later",
        }[edit]
        after = read(self._scorer, reading.prompt, answer)
        chosen = min(word + 1 if edit == "swap" else word, len(after.words) - 1)
        self._take(how, after, word=chosen if after.words else None)

    @action
    def load(self, index: int) -> None:
        """Take one of the given answers."""
        index = checks.whole("index", index, least=0, most=len(self._answers) - 1)
        answer = with_space(self._prompt, self._answers[index])
        self._take(f"answer {index + 1}", read(self._scorer, self._prompt, answer))

    @action
    def go_back(self, number: int) -> None:
        """Take up an earlier try again."""
        earlier = next((each for each in self._tries if each.number == number), None)
        if earlier is None:
            raise ValueError(f"there is no try number {number}")
        self._before, self._now = self._now, earlier
        self._typing, self._word = False, None
        if earlier.reading.prompt != self._prompt:
            self._prompt = earlier.reading.prompt
            self.spots = self._scored(self._prompt)
        self._show()

    # ------------------------------------------------------------ how it is done

    def renew(self) -> None:
        now, weights = self._now, weights_key(getattr(self._scorer, "model", None))
        if weights:
            same = weights == self._weights
        else:  # of a plain function there is nothing to see but what it gives
            text = [now.reading.prompt + now.reading.answer] if now else []
            known = scores_of(self._scorer, text).tolist() if text else []
            same = all(math.isclose(each, now.reading.reward, abs_tol=1e-5) for each in known)
        if same:
            return
        self._weights = weights
        reread = {
            each.number: replace(
                each, reading=read(self._scorer, each.reading.prompt, each.reading.answer)
            )
            for each in (*self._tries, now, self._before)
            if each is not None
        }
        self._tries = [reread[each.number] for each in self._tries]
        self._now = reread[now.number] if now else None
        self._before = reread[self._before.number] if self._before else None
        self.spots = self._scored(self._prompt)
        self._show()

    def caption(self) -> str:
        among = f", among {len(self._answers)} answers" if self._answers else ""
        return f"The reward that {self._name} gives a text, token by token{among}."

    def picture(self) -> Picture:
        return reward_lens_picture(self.view, self.spots)

    @property
    def _reading(self) -> Reading:
        if self._now is None:
            raise ValueError("there is no text yet: type an answer")
        return self._now.reading

    def _scored(self, prompt: str) -> list[dict[str, Any]]:
        """The landscape of the given answers behind a prompt."""
        texts = [prompt + with_space(prompt, each) for each in self._answers]
        with said_of("answer {} of those given"):
            rewards = scores_of(self._scorer, texts).tolist() if texts else []
        return landscape(self._answers, rewards)

    def _take(
        self, how: str, reading: Reading, going_on: bool = False, word: int | None = None
    ) -> None:
        """A new try; where typing goes on, in the place of the one that was being typed."""
        if going_on and self._now is not None:
            number = self._now.number
            self._tries = [each for each in self._tries if each.number != number]
        else:
            self._made += 1
            number, self._before = self._made, self._now
        self._now = Try(number, how, reading)
        self._tries = [*self._tries, self._now][-MOST_TRIES:]
        self._typing, self._word = False, word
        self._show()

    def _show(self) -> None:
        now, before = self._now, self._before
        reading = now.reading if now else Reading(self._prompt, "", 0.0, (), ())
        self.strange = strange_note(self._scorer, reading.prompt + reading.answer)
        own = [token for token in reading.tokens if token.part in ("answer", "end")]
        rewards = [spot["reward"] for spot in self.spots]
        rewards += [each.reading.reward for each in (now, before) if each]
        low, high = (min(rewards), max(rewards)) if rewards else (0.0, 1.0)
        room = 0.06 * (high - low) or 0.5
        change = now.reading.reward - before.reading.reward if now and before else None
        edits = edits_of(self._scorer, reading, self._word) if self._word is not None else {}
        self.announcement = "" if now is None else _said(now, change, self._word, edits)
        self.view = {
            "name": self._name,
            "prompt": self._prompt,
            "answer": reading.answer,
            "reward": reading.reward if now else None,
            "change": change,
            "before": before.reading.reward if before else None,
            "tokens": [asdict(token) for token in reading.tokens],
            "words": list(reading.words),
            "scale": scale_of([token.change for token in own]),
            "word": self._word,
            "edits": edits,
            "now": now.number if now else None,
            "tries": [
                {
                    "number": each.number,
                    "how": each.how,
                    "answer": each.reading.answer,
                    "reward": each.reading.reward,
                }
                for each in self._tries
            ],
            "range": [low - room, high + room],
            "ticks": ticks(low - room, high + room, 7),
        }


def _said(now: Try, change: float | None, word: int | None, edits: dict[str, Any]) -> str:
    """What a screen reader says after a change."""
    if word is not None:
        each = [f"{name} {signed(value)}" for name, value in edits.items() if value is not None]
        return f"Word {word + 1}, {named(now.reading.words[word])}: {', '.join(each)}."
    against = "" if change is None else f", {signed(change)} against the last"
    return f"Reward {signed(now.reading.reward)}{against}."
