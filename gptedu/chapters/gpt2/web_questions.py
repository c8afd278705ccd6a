"""The same kinds of prompt in real English and French, for a model that read the real web.

Thirty-two small questions written for chapter 2, in the forms that the miniature web taught: a
sentence and its translation line by line, questions under a text, questions alone, posts with
"TL;DR:". Few enough to read, so a score says whether an ability is there and not how far it goes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.evaluate.answers import overlap_f1, words

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


@dataclass(frozen=True)
class RealQuestion:
    """A prompt and its answer. Judged by overlap where `overlap`, else by containing the answer.

    also: another way to write the answer, where there is one.
    """

    task: str
    prompt: str
    answer: str
    overlap: bool = False
    also: str = ""


_INTO_ENGLISH = (
    ("Le chat dort sur la table.", "The cat sleeps on the table."),
    ("Ma soeur habite à Paris.", "My sister lives in Paris."),
    ("Il fait très froid aujourd'hui.", "It is very cold today."),
    ("Nous avons mangé du pain.", "We ate bread."),
    ("Où est la gare ?", "Where is the train station?"),
    ("Je voudrais un verre d'eau.", "I would like a glass of water."),
    ("Le livre est rouge.", "The book is red."),
    ("Mon père travaille dans une école.", "My father works in a school."),
)
_CLOSED_BOOK = (
    ("What is the capital of France?", "Paris", ""),
    ("Who wrote Romeo and Juliet?", "Shakespeare", ""),
    ("How many days are there in a week?", "seven", "7"),
    ("What is the largest planet in the solar system?", "Jupiter", ""),
    ("Which ocean lies between Europe and America?", "Atlantic", ""),
    ("What is the chemical symbol for gold?", "Au", ""),
    ("In which country is Mount Fuji?", "Japan", ""),
    ("Who painted the Mona Lisa?", "Leonardo", "da Vinci"),
)
_READING = (
    (
        "Marta left the office at six and missed her bus. She walked home along the canal, where "
        "she met her old teacher, Mr Okoro. He told her that he had moved to Leeds.",
        (
            ("Whom did Marta meet?", "Okoro"),
            ("Where did she walk?", "canal"),
            ("What did Marta miss?", "bus"),
            ("Where does Mr Okoro live now?", "Leeds"),
        ),
    ),
    (
        "The bakery on Mill Street opens at seven. On Mondays it sells rye bread only, since the "
        "large oven is being cleaned. The owner, Tom Havel, learned his trade in Prague.",
        (
            ("When does the bakery open?", "seven"),
            ("What does it sell on Mondays?", "rye bread"),
            ("Who owns the bakery?", "Havel"),
            ("Where did he learn his trade?", "Prague"),
        ),
    ),
)
_POSTS = (
    (
        "Hello everybody, first post here. I moved to Bristol in May and like it a lot. Last night "
        "somebody took my blue bicycle from the yard behind the house. Has anyone had luck with "
        "the police in such a case?",
        "My blue bicycle was stolen.",
    ),
    (
        "Sorry for the long text. I have worked as a nurse for ten years. Since Tuesday my washing "
        "machine stops in the middle of the programme and blinks. I have cleaned the filter "
        "already. Any ideas?",
        "My washing machine is broken.",
    ),
    (
        "Good evening. We have two children and a dog. In June we are moving to a smaller flat, so "
        "I would like to sell our piano. It is from 1985 and in good order. What could I ask?",
        "I want to sell my piano.",
    ),
    (
        "Hi all. The weather here is dreadful. I am looking for a book that my grandmother used to "
        "read to me, about a fox who lives in a lighthouse. Does anybody know the title?",
        "I am looking for a book about a fox in a lighthouse.",
    ),
)


def questions() -> list[RealQuestion]:
    """All of them, task by task; each post with its hint and without."""
    made = [
        RealQuestion("into English", f"French: {french}\nEnglish:", english, overlap=True)
        for french, english in _INTO_ENGLISH
    ]
    made += [
        RealQuestion("closed-book", f"Question: {question}\nAnswer:", answer, also=also)
        for question, answer, also in _CLOSED_BOOK
    ]
    made += [
        RealQuestion("reading", f"{text}\nQuestion: {question}\nAnswer:", answer)
        for text, pairs in _READING
        for question, answer in pairs
    ]
    for hint, task in (("\nTL;DR:", "summary"), ("", "summary, no hint")):
        made += [RealQuestion(task, post + hint, gist, overlap=True) for post, gist in _POSTS]
    return made


def score(question: RealQuestion, given: str) -> float:
    """0 to 1: the overlap with the answer, or whether an answer's words stand in a row in it."""
    if question.overlap:
        return overlap_f1(given, question.answer)
    wanted = [words(answer) for answer in (question.answer, question.also) if answer]
    said = words(given)
    return float(any(said[i : i + len(run)] == run for run in wanted for i in range(len(said))))


def ask(
    lm: LanguageModel, chosen: Sequence[RealQuestion] | None = None, max_tokens: int = 30
) -> dict[str, Any]:
    """What a model answers, greedily: {"scores": task -> mean, "answers": [prompt, given, ...]}.

    An answer is the first line that the model writes.
    """
    chosen = questions() if chosen is None else chosen
    answers: list[dict[str, Any]] = []
    for question in chosen:  # one at a time: a model of this size fills the memory of a batch
        written = lm.generate(question.prompt, max_tokens=max_tokens).strip()
        given = written.split("\n")[0].strip()
        answers.append(
            {
                "task": question.task,
                "prompt": question.prompt,
                "wanted": question.answer,
                "given": given,
                "score": round(score(question, given), 4),
            }
        )
    tasks = dict.fromkeys(question.task for question in chosen)
    scores = {
        task: [answer["score"] for answer in answers if answer["task"] == task] for task in tasks
    }
    return {
        "scores": {task: round(sum(each) / len(each), 4) for task, each in scores.items()},
        "answers": answers,
    }


def recorded() -> dict[str, Any]:
    """What `ask` gave when smollm2-135m-instruct was asked for the record."""
    return records.read("gpt2", "real").results[0]


def sample(answers: Mapping[str, Any], each: int = 3, width: int = 56) -> str:
    """Some of the answers of each task, to be read: the end of a prompt, and what came back.

    Posts stand with both of their answers. Long lines are cut between two words.
    """
    by_task: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers["answers"]:
        by_task.setdefault(answer["task"], []).append(answer)
    without = by_task.pop("summary, no hint")
    lines = []
    for task, several in by_task.items():
        lines.append(task)
        for number, answer in enumerate(several[:each]):
            lines.append(f"    {_asked(answer['prompt'], width)}")
            if task == "summary":
                lines.append(f"      with TL;DR:   {_given(answer, width)}")
                lines.append(f"      without:      {_given(without[number], width)}")
            else:
                lines.append(f"      {_given(answer, width)}")
    return "\n".join(lines)


def _asked(prompt: str, width: int) -> str:
    """What a prompt asks about: its last line but the one that is to be filled in."""
    *text, _ = prompt.split("\n")
    return textwrap.shorten(text[-1], width, placeholder=" …")


def _given(answer: Mapping[str, Any], width: int) -> str:
    return textwrap.shorten(answer["given"], width, placeholder=" …") or "(nothing)"
