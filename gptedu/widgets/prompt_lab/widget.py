"""PromptLab: one prompt with 0..K examples, several models side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import traitlets

from gptedu import checks
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.sentences import clause
from gptedu.widgets.base.strange import strange_note
from gptedu.widgets.base.weights import weights_key
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import prompt_lab_picture
from .state import (
    ModelAnswer,
    Setup,
    answer_model,
    build_prompt,
    by_name,
    checked,
    chosen_examples,
    count_tokens,
    example_order,
    in_words,
    read_choices,
    same_words,
    shares,
)

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question


def _form(question: Question | None, examples: Sequence[Question | str]) -> tuple[str, str | None]:
    """Separator and stop, as the first Question among the examples has them, or else `question`."""
    first = next((each for each in examples if not isinstance(each, str)), question)
    return ("\n", None) if first is None else (first.separator, first.stop)


class PromptLab(Widget):
    """A prompt with examples before it, and the answers and scores of several models.

    >>> PromptLab([gptedu.load("mini-s"), gptedu.load("mini-l")], "The capital of Lorn is")
    >>> PromptLab({"base": base, "taught": taught}, question, k=2)

    The learner writes a prompt, puts 0 to K examples before it in any order, sets how answers are
    sampled and which choices are scored, and sees what each model makes of it, the smallest first.

    models: language models, or names -> language models; two of one name are both shown.
    prompt: a text, or a ``gptedu.world`` Question, which brings its choices, separator, stop and
    (where ``examples`` is None) its demonstrations. examples: Questions, or texts that each end in
    their answer; ``k`` of them are used at first. choices: answers to be scored, each with the
    space that goes before it. separator: between examples. stop: where an answer ends.
    max_tokens, temperature, seed: how answers are sampled; temperature 0 is greedy.

    Raises ValueError without models, where ``k`` is more than there are examples, and for settings
    that mean nothing.

    Keys: Ctrl+Enter runs it.
    """

    live_to = "ask these models yourself"
    _esm = module(__file__)
    _css = styles(__file__)
    answers: traitlets.List[dict[str, Any]] = traitlets.List(
        help="one dictionary a model, in the order of the models"
    ).tag(sync=True)

    def __init__(
        self,
        models: Mapping[str, LanguageModel] | Sequence[LanguageModel],
        prompt: str | Question,
        examples: Sequence[Question | str] | None = None,
        k: int = 0,
        choices: Sequence[str] | None = None,
        *,
        separator: str | None = None,
        stop: str | None = None,
        max_tokens: int = 40,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> None:
        named = models if isinstance(models, Mapping) else by_name(models)
        if not named:
            raise ValueError("PromptLab has no models: give at least one")
        self._models = list(named.items())
        question = None if isinstance(prompt, str) else prompt
        usual_separator, usual_stop = _form(question, examples or ())
        if question is not None:
            examples = question.demonstrations if examples is None else examples
            choices = question.choices if choices is None else choices
        self._examples = [
            each if isinstance(each, str) else each.prompt + each.answer for each in examples or ()
        ]
        k = checks.whole("k", k, least=0)
        if k > len(self._examples):
            raise ValueError(f"k is {k}, but there are {len(self._examples)} examples to show")
        self._separator = usual_separator if separator is None else separator
        self._stop = usual_stop if stop is None else stop
        self._expected = (question.prompt, question.answer) if question is not None else ("", "")
        self._before = choices[0][: len(choices[0]) - len(choices[0].lstrip())] if choices else " "
        self._run = 0
        self._weights = self._weights_now()
        super().__init__()
        text = prompt if isinstance(prompt, str) else prompt.prompt
        self._setup = Setup(
            text,
            k,
            choices=tuple(choices or ()),
            temperature=temperature,
            seed=seed,
            max_tokens=max_tokens,
        )
        self._show(self._setup)
        with self.telling():
            self.run()
        self.announcement = ""

    # ------------------------------------------------------------ what a learner can do

    @action
    def edit(self, prompt: str) -> None:
        """Change the prompt."""
        self._show(replace(self._setup, prompt=prompt))

    @action
    def settings(self, **changes: Any) -> None:
        """Change ``k``, ``temperature``, ``seed``, ``max_tokens``, ``choices`` ("good | bad")."""
        if "choices" in changes:
            changes["choices"] = read_choices(changes["choices"], self._before)
        self._show(replace(self._setup, **changes))

    @action
    def shuffle(self, number: int | None = None) -> None:
        """Another order of the examples: the next, or the one with this number (0: as given)."""
        self._show(
            replace(self._setup, shuffle=self._setup.shuffle + 1 if number is None else number)
        )

    @action
    def use(self, example: int, on: bool = True) -> None:
        """Let an example into the choice of K, or leave it out."""
        change = frozenset({example})
        left_out = self._setup.left_out - change if on else self._setup.left_out | change
        self._show(replace(self._setup, left_out=left_out))

    def run(self) -> None:
        """Ask every model, one after another."""
        for index in self._start():
            self._tell(index, "running")
            self._finish(index, self._ask(index)())

    @action
    def run_soon(self, prompt: str) -> None:
        """Ask every model for `prompt` without holding up the kernel: answers come one by one."""
        self._show(replace(self._setup, prompt=prompt))
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel
            return self.run()
        # Kept, since the loop alone would let go of it.
        self._running = loop.create_task(self._run_beside(self._start()))

    @action
    def stop(self) -> None:
        """Ask no further model, and forget the answer that is on its way."""
        self._run += 1
        self.answers = [
            {**answer, "state": "stopped"} if answer["state"] in ("waiting", "running") else answer
            for answer in self.answers
        ]
        self.announcement = "Stopped."
        self._publish()

    # ------------------------------------------------------------ how it is done

    def renew(self) -> None:
        """Answers of a model whose weights have changed since are marked as such."""
        weights = self._weights_now()
        if weights != self._weights:
            self._weights = weights
            self._publish()

    def _weights_now(self) -> list[int]:
        return [hash(weights_key(lm.model)) for _, lm in self._models]

    def caption(self) -> str:
        names = ", ".join(name for name, _ in self._models)
        return f"One prompt and what each model makes of it: {names}."

    def picture(self) -> Picture:
        return prompt_lab_picture(self.view, self.answers)

    def _used(self, setup: Setup) -> tuple[int, ...]:
        order = example_order(len(self._examples), setup.shuffle)
        return chosen_examples(order, setup.left_out, setup.k)

    def _text(self, setup: Setup) -> str:
        shown = [self._examples[i] for i in self._used(setup)]
        return build_prompt(setup.prompt, shown, self._separator)

    def _expected_answer(self, setup: Setup) -> str:
        """The Question's answer, as long as the prompt is the Question."""
        prompt, answer = self._expected
        return answer if prompt == setup.prompt else ""

    def _show(self, setup: Setup) -> None:
        """Make ``setup`` the present one; answers to another prompt are marked as such."""
        self._setup = checked(setup, len(self._examples))
        notes = (strange_note(lm, setup.prompt) for _, lm in self._models)
        self.strange = next(filter(None, notes), "")
        self._publish()

    def _publish(self) -> None:
        setup, used = self._setup, self._used(self._setup)
        order = example_order(len(self._examples), setup.shuffle)
        text = self._text(setup)
        self.view = {
            "prompt": setup.prompt,
            "examples": [
                {
                    "index": i,
                    "text": self._examples[i],
                    "on": i not in setup.left_out,
                    "place": used.index(i) + 1 if i in used else 0,
                }
                for i in order
            ],
            "k": setup.k,
            "shuffle": setup.shuffle,
            "used": [self._examples[i] for i in used],
            "separator": self._separator,
            "stop": self._stop or "",
            "text": text,
            "tokens": [count_tokens(lm, text) for _, lm in self._models],
            "choices": [choice.strip() for choice in setup.choices],
            "temperature": setup.temperature,
            "seed": setup.seed,
            "max_tokens": setup.max_tokens,
            "expected": self._expected_answer(setup),
            "question": self._question(setup),
            "weights": self._weights,
        }

    def _question(self, s: Setup) -> str:
        """What the answers depend on: answers to another question are shown as old."""
        return repr(
            (self._text(s), s.choices, s.temperature, s.temperature and s.seed, s.max_tokens)
        )

    def _start(self) -> list[int]:
        """Begin a run: the models' indices, the smallest model first, so that answers come soon.

        The prompt stays as it is now, whatever is edited while the models are busy.
        Raises ValueError for an empty prompt.
        """
        if not self._setup.prompt.strip():
            raise ValueError("the prompt is empty: type something for the models to go on from")
        self._run += 1
        self._sent = self._setup
        sizes = [lm.size for _, lm in self._models]
        self.answers = [
            {"name": name, "size": in_words(size), "state": "waiting"}
            for (name, _), size in zip(self._models, sizes, strict=True)
        ]
        return sorted(range(len(sizes)), key=sizes.__getitem__)

    def _ask(self, index: int) -> partial[ModelAnswer]:
        s = self._sent
        return partial(
            answer_model,
            self._models[index][1],
            self._text(s),
            s.choices,
            max_tokens=s.max_tokens,
            temperature=s.temperature,
            seed=s.seed,
            stop=self._stop,
        )

    def _tell(self, index: int, state: str, **more: Any) -> None:
        changed = {**self.answers[index], "state": state, **more}
        self.answers = [*self.answers[:index], changed, *self.answers[index + 1 :]]

    def _finish(self, index: int, answer: ModelAnswer) -> None:
        choices = [choice.strip() for choice in self._sent.choices]
        raw, normalised = shares(answer.raw), shares(answer.normalised)
        right, expected = None, self._expected_answer(self._sent)
        if expected and not answer.error:
            best = choices[raw.index(max(raw))] if raw else answer.answer
            right = same_words(best, expected)
        shown = asdict(answer) | {
            "choices": choices,
            "raw_shares": raw,
            "normalised_shares": normalised,
            "right": right,
            "question": self._question(self._sent),
            "weights": self._weights[index],
        }
        self._tell(index, "error" if answer.error else "done", **shown)
        said = answer.error or answer.answer.strip() or "no words"
        self.announcement = f"{self._models[index][0]}: {said}"

    async def _run_beside(self, order: list[int]) -> None:
        """``run`` without holding up the kernel: models compute in a thread, traits change here."""
        loop = asyncio.get_running_loop()
        run = self._run
        for index in order:
            self._tell(index, "running")
            try:
                answer = await loop.run_in_executor(None, self._ask(index))
            except Exception as error:
                self.log.exception("in PromptLab")
                answer = ModelAnswer(error=f"Something went wrong: {clause(error)}")
            if run != self._run:  # stopped, or asked again
                return
            self._finish(index, answer)
