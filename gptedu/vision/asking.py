"""A language model with pictures in its prompts, for use: pictures and text in, answers out.

>>> reader = gptedu.load("mini-m-vision")
>>> reader.ask(picture, as_question("What colour is the ball?"), ["red", "green", "blue"])
tensor([0.97, 0.01, 0.02])
>>> reader.write(picture, as_question("Where is it?"))
'top left'
>>> reader.looks(picture, as_question("Where is it?")).mean(dim=(0, 1))  # [1, 3, 3]

A text has a mark, `<image>`, where each picture stands; of a text without one, pictures come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from gptedu import checks, threads
from gptedu.model import Decoder, Trace, text_model
from gptedu.model.modes import evaluating
from gptedu.model.text_model import TextModel
from gptedu.sampling import row_logprobs
from gptedu.vision.clip import as_pictures
from gptedu.vision.encoders import TOKENS
from gptedu.vision.stream import IMAGE, SEEN, PictureReader, Stream, stream
from gptedu.vision.world.drawing import SIDE

Pictures = np.ndarray | Sequence[np.ndarray]
"""One picture, uint8 [24, 24, 3], or several; none, as []."""
ALONG = 3
"""Tokens of a picture along its side."""
_AT_ONCE = 64  # rows


def as_question(question: str, steps: str = "") -> str:
    """The prompt of a question about a picture, to be answered with a word. steps: what asks for
    more, as "Let's think step by step."."""
    asked = checks.text("question", question)
    return f"Question: {asked}{f' {steps}' if steps else ''}\nAnswer:"


@dataclass(frozen=True)
class Asked:
    """A prompt with its pictures, and the answers that are compared."""

    pictures: Pictures
    text: str
    answers: Sequence[str] = ()


@dataclass(eq=False, repr=False)
class PictureModel(TextModel):
    """A `PictureReader` with its tokenizer."""

    what: ClassVar[str] = (
        "a language model that reads pictures: ask it with .ask(pictures, text, answers), write "
        "with .write(pictures, text), and see with .looks(pictures, text) where it looks"
    )

    def ask(self, pictures: Pictures, text: str, answers: Sequence[str]) -> Tensor:
        """Probabilities [answers] of each answer, with its end, among those that are given.

        Raises ValueError for fewer than two answers, one that is empty, marks and pictures that
        differ in number, and a prompt that is too long.
        """
        return self.ask_all([Asked(pictures, text, answers)])[0]

    @torch.inference_mode()
    def ask_all(self, asked: Sequence[Asked]) -> list[Tensor]:
        """As `ask`, of many prompts: read together, which is faster."""
        rows = [self.row(each.pictures, each.text) for each in asked]
        answers = []
        for row, each in zip(rows, asked, strict=True):
            said = checks.texts("answers", each.answers, least=2)
            answers.append([self._answer_ids(row, answer) for answer in said])
        found: list[Tensor] = [torch.empty(0)] * len(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))  # little to fill up
        for first in range(0, len(order), _AT_ONCE):
            some = order[first : first + _AT_ONCE]
            with self._reading([rows[i] for i in some]):
                scores = _scores(self.model, [rows[i] for i in some], [answers[i] for i in some])
            for i, score in zip(some, scores, strict=True):
                found[i] = score.float().cpu().softmax(dim=0)
        return found

    def write(self, pictures: Pictures, text: str, max_tokens: int = 48) -> str:
        """What it writes after a text, up to its end: always the likeliest token.

        Raises ValueError for marks and pictures that differ in number, and for a prompt that leaves
        no room.
        """
        return self.write_all([Asked(pictures, text)], max_tokens)[0]

    @torch.inference_mode()
    def write_all(self, asked: Sequence[Asked], max_tokens: int = 48) -> list[str]:
        """As `write`, of many prompts."""
        room = self.model.config.context - checks.whole("max_tokens", max_tokens)
        rows = [self.row(each.pictures, each.text) for each in asked]
        for row in rows:
            if len(row.ids) > room:
                raise ValueError(
                    f"the prompt has {len(row.ids)} tokens and {max_tokens} are to follow, but "
                    f"the context is {self.model.config.context}: leave out an example, with its "
                    "picture"
                )
        written = [""] * len(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
        for first in range(0, len(order), _AT_ONCE):
            some = order[first : first + _AT_ONCE]
            for i, ids in zip(
                some, self._continue([rows[i] for i in some], max_tokens), strict=True
            ):
                written[i] = self.tokenizer.decode(ids).strip()
        return written

    @torch.inference_mode()
    def next_token(self, pictures: Pictures, text: str) -> Tensor:
        """Probabilities [vocabulary] of the token after a text."""
        row = self.row(pictures, text)
        with self._reading([row]):
            return self.model.next_token(row)[: self.tokenizer.vocab_size].float().cpu()

    @torch.inference_mode()
    def attention(self, pictures: Pictures, text: str) -> Tensor:
        """Where each token looks: [layers, heads, time, time]; each row sums to 1.

        The tokens are those of `row(pictures, text).ids`.
        """
        trace = Trace()
        row = self.row(pictures, text)
        with self._reading([row]):
            self.model.features([row], trace=trace)
        return torch.stack(trace.attention)[:, 0].float().cpu()

    def looks(self, pictures: Pictures, text: str) -> Tensor:
        """How much the last token of a prompt, from which the answer is read, looks at each part of
        each picture: [layers, heads, pictures, 3, 3], parts row by row from the upper left one.

        What is missing from 1 goes to the words. Raises ValueError where there is no picture.
        """
        row = self.row(pictures, text)
        if not row.pictures:
            raise ValueError("there is no picture to look at: give one")
        seen = torch.tensor([i for i, token in enumerate(row.ids) if token == SEEN])
        last = self.attention(pictures, text)[:, :, -1, seen]
        return last.unflatten(2, (len(row.pictures), TOKENS // ALONG, ALONG))

    def _answer_ids(self, row: Stream, answer: str) -> list[int]:
        """An answer's tokens, with the end. ValueError where they do not fit behind the prompt."""
        said = answer if answer.startswith(" ") else f" {answer}"
        ids = [*self.tokenizer.encode(said), self.tokenizer.end]
        if len(row.ids) + len(ids) > self.model.config.context:
            raise ValueError(
                f"the prompt has {len(row.ids)} tokens and an answer {len(ids)}, but "
                f"{self.model.config.context} fit: leave out an example, with its picture"
            )
        return ids

    def row(self, pictures: Pictures, text: str, answer: str = "") -> Stream:
        """The tokens of a prompt, and of an answer after it: a word follows after a space."""
        own = _each(pictures)
        if IMAGE not in text:
            text = IMAGE * len(own) + (f" {text}" if own and not text.startswith(" ") else text)
        said = answer if not answer or answer.startswith(" ") else f" {answer}"
        return stream(self.tokenizer, text, own, said, context=self.model.config.context)

    def _continue(self, rows: Sequence[Stream], max_tokens: int) -> list[list[int]]:
        """The ids that follow each row, without the one that ends it."""
        model: PictureReader = self.model
        body, end = model.body, self.tokenizer.end
        embeddings, real = _on_the_left(model, rows)
        cache = body.new_cache(len(rows), min(body.config.context, real.shape[1] + max_tokens))
        with self._reading(rows):
            hidden = body.features(embeddings=embeddings, mask=real, cache=cache)[:, -1]
            logits, decoder = body.unembed(hidden), Decoder(body, cache)
            new: list[Tensor] = []
            ended = torch.zeros(len(rows), dtype=torch.bool, device=logits.device)
            for step in range(max_tokens):
                ids = logits.argmax(dim=-1)
                new.append(ids)
                ended |= ids == end
                if bool(ended.all()) or step == max_tokens - 1:
                    break
                logits = decoder(ids)
        every = torch.stack(new, dim=1).tolist()
        return [ids[: ids.index(end)] if end in ids else ids for ids in every]

    @contextmanager
    def _reading(self, rows: Sequence[Stream]) -> Iterator[None]:
        """Evaluation mode, and as many threads as pay for so many tokens."""
        tokens = sum(len(row.ids) for row in rows)
        with evaluating(self.model), threads.working("reading", self.model, tokens):
            yield


def _each(pictures: Pictures) -> list[np.ndarray]:
    """Pictures one by one. Raises ValueError for what is none, such as one of no size."""
    if isinstance(pictures, np.ndarray):
        pictures = [pictures] if pictures.ndim == 3 else list(pictures)
    for i, picture in enumerate(pictures):
        if np.shape(picture) != (SIDE, SIDE, 3) or np.asarray(picture).dtype != np.uint8:
            raise ValueError(
                f"picture {i} is {list(np.shape(picture))} of {np.asarray(picture).dtype}: give "
                f"uint8 [{SIDE}, {SIDE}, 3], as `draw` and `read_picture` make it"
            )
    return list(pictures)


def _scores(
    model: PictureReader, prompts: Sequence[Stream], answers: Sequence[Sequence[Sequence[int]]]
) -> list[Tensor]:
    """Log-probabilities of each prompt's answers, [answers], in nats.

    A prompt is read once. Its answers lie behind it in one row; each sees the prompt and itself, at
    the positions that it would have alone.
    """
    lengths = [len(row.ids) + sum(map(len, own)) for row, own in zip(prompts, answers, strict=True)]
    shape = (len(prompts), max(lengths))
    ids, places, owner = np.zeros((3, *shape), dtype=np.int64)
    owner[:] = -1
    before: list[int] = []  # among all places, that of the token before each of the answers' own
    targets: list[int] = []
    for r, (row, own) in enumerate(zip(prompts, answers, strict=True)):
        start = len(row.ids)
        ids[r, :start], places[r, :start], owner[r, :start] = row.ids, np.arange(start), 0
        end = start
        for number, answer in enumerate(own, start=1):
            first, end = end, end + len(answer)
            ids[r, first:end], owner[r, first:end] = answer, number
            places[r, first:end] = start + np.arange(len(answer))
            before += [r * shape[1] + place for place in (start - 1, *range(first, end - 1))]
            targets += answer
    device = model.token_embedding.weight.device
    made, where, who = (torch.from_numpy(each).to(device) for each in (ids, places, owner))
    time = torch.arange(shape[1], device=device)
    seen = (who[:, None, :] == 0) | (who[:, :, None] == who[:, None, :])
    hidden = model.body.features(
        embeddings=model.embed(made, _pixels(prompts).to(device)),
        positions=where,
        mask=seen & (time <= time[:, None]),
    )
    logits = model.body.unembed(hidden.flatten(0, 1)[torch.tensor(before, device=device)])
    known = row_logprobs(logits, torch.tensor(targets, device=device))
    sums = [part.sum() for part in known.split([len(answer) for own in answers for answer in own])]
    return list(torch.stack(sums).split([len(own) for own in answers]))


def _pixels(rows: Sequence[Stream]) -> Tensor:
    every = [picture for row in rows for picture in row.pictures]
    return as_pictures(every) if every else torch.zeros(0, SIDE, SIDE, 3, dtype=torch.uint8)


def _on_the_left(model: PictureReader, rows: Sequence[Stream]) -> tuple[Tensor, Tensor]:
    """Embeddings [rows, time, width] and which are real [rows, time], filled up on the left."""
    time = max(len(row.ids) for row in rows)
    place = model.token_embedding.weight.device
    ids = torch.zeros(len(rows), time, dtype=torch.long)
    real = torch.zeros(len(rows), time, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, time - len(row.ids) :] = torch.tensor(row.ids)
        real[i, time - len(row.ids) :] = True
    return model.embed(ids.to(place), _pixels(rows).to(place)), real.to(place)


text_model.register(PictureReader, PictureModel)
