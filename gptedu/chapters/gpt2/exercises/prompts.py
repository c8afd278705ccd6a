"""Find the demonstrations that nobody meant as such, and write a prompt: two exercises."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gptedu.chapters.gpt2.search import concordance
from gptedu.chapters.gpt2.tasks import translated
from gptedu.course.exercises import Exercise, Mistake
from gptedu.world import Document, World

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


NEARLY_ALL = 0.95


@lru_cache(maxsize=1)
def _pages() -> tuple[Document, ...]:
    return tuple(World(seed=0).documents("train", count=1500))


def _found(phrase: str) -> tuple[float, float]:
    """(share of the hits that are bracketed translations, share of those documents that are hit)"""
    pages = _pages()
    hits = concordance(pages, phrase)
    right = sum(hit.kind == "gloss" for hit in hits)
    wanted = [page for page in pages if page.kind == "gloss"]
    reached = sum(bool(concordance([page], phrase)) for page in wanted)
    return right / max(len(hits), 1), reached / len(wanted)


def _judge_search(phrase: object) -> str | None:
    if not isinstance(phrase, str):
        return "A phrase is asked for: a string, as you would type it into a search box."
    precision, recall = _found(phrase)
    if precision >= NEARLY_ALL and recall >= NEARLY_ALL:
        return None
    if precision == 0:
        return f"{phrase!r} occurs in no note: is a space missing, or one too many?"
    if precision < NEARLY_ALL:
        return (
            f"{phrase!r} finds other texts too. Read one of them: what does a note have that it "
            "lacks?"
        )
    return f"{phrase!r} misses some of the notes: what do they all have?"


def _has_letters(phrase: object) -> bool:
    return isinstance(phrase, str) and any(sign.isalpha() for sign in phrase)


SEARCH = Exercise(
    id="gpt2/search",
    title="Find the lesson nobody gave",
    difficulty=1,
    minutes=5,
    task=(
        "Some writers quote a Velan sentence and put its translation behind it in brackets. Find a "
        "**phrase of two or three characters** that finds all of these notes and nothing else."
    ),
    hints=(
        "Look at one hit of `(` with some text on both sides. Which sign stands before the "
        "bracket?",
        "The sentence is quoted. A quotation ends, then comes a space, then the bracket opens.",
        "Quotation mark, space, bracket. In Python, single quotes can hold a double one.",
    ),
    reference='" (',
    judge=_judge_search,
    mistakes=(
        Mistake(
            "the bracket alone",
            "(",
            "A bracket alone finds little programs too: `print(x)`. Add what stands before it in a "
            "note.",
            applies=lambda phrase: isinstance(phrase, str) and phrase.strip() == "(",
        ),
        Mistake(
            "the quotation alone",
            '"',
            "People quote without translating, too. What stands **behind** the quotation in a "
            "note?",
            applies=lambda phrase: isinstance(phrase, str) and phrase.strip() == '"',
        ),
        Mistake(
            "one writer's words",
            "wrote:",
            "That finds some of the notes only: others have other words. Which signs stand in all "
            "of them?",
            applies=lambda phrase: _has_letters(phrase) and _found(phrase)[0] >= NEARLY_ALL,
        ),
        Mistake(
            "a word about it",
            "translation",
            "No note has that. Nobody writes “translation” beside a translation: search for "
            "how it looks, not for what it is called.",
            applies=lambda phrase: _has_letters(phrase) and _found(phrase) == (0, 0),
        ),
    ),
)


TRIED, ENOUGH = 12, 0.5


@lru_cache(maxsize=1)
def _model() -> LanguageModel:
    import gptedu

    return gptedu.load("mini-m")


@lru_cache(maxsize=64)
def _translated(template: str) -> float:
    """The share of new sentences that mini-m translates exactly after this prompt."""
    return translated(_model(), template, TRIED, seed=7)


def _judge_prompt(template: object) -> str | None:
    if not isinstance(template, str):
        return "A prompt is asked for: one string, with {} where the sentence goes."
    if template.count("{}") != 1:
        return "The prompt needs {} exactly once: there the sentence is put in."
    share = _translated(template)
    if share >= ENOUGH:
        return None
    return (
        f"With this prompt the model translates {share:.0%} of {TRIED} new sentences. Make it look "
        "more like the pages that you found, up to the sign after which the English begins."
    )


def _is_text(template: object) -> bool:
    return isinstance(template, str) and template.count("{}") == 1


PROMPT = Exercise(
    id="gpt2/prompt",
    title="Make it translate",
    difficulty=2,
    minutes=6,
    task=(
        "Write a **prompt** that makes the model translate: a string with `{}` where the Velan "
        "sentence goes. It is tried on twelve sentences that no page has; half of them have to "
        "come out word for word."
    ),
    hints=(
        "The model writes what comes next on such a page. Which page has the English next?",
        "Take one of the notes that you found, and stop just before the translation.",
        "A quotation, a space, a bracket that opens: the English comes next.",
    ),
    reference='On the wall it said: "{}" (',
    judge=_judge_prompt,
    mistakes=(
        Mistake(
            "nowhere to put it",
            'On the wall it said: "la mulo" (',
            "Your prompt has no `{}`: that is where each sentence is put in.",
            applies=lambda template: isinstance(template, str) and "{}" not in template,
        ),
        Mistake(
            "an order",
            "Translate into English: {}",
            "That is an order, and nobody on this web gives orders. The model goes on writing a "
            "page: begin one on which the translation comes next.",
            applies=lambda template: _is_text(template) and "transl" in template.lower(),
        ),
        Mistake(
            "closed again",
            'On the wall it said: "{}" ().',
            "You have closed the bracket, so the note is over. Stop where the English begins.",
            applies=lambda template: _is_text(template) and ")" in template.split("{}")[1],
        ),
        Mistake(
            "the sentence alone",
            "{}",
            "After the sentence nothing says that English comes next: it may as well go on in "
            "Velan. What stands between the two in a note?",
            applies=lambda template: _is_text(template) and not template.split("{}")[1].strip(),
        ),
        Mistake(
            "a space at the end",
            "Velan: {}\nEnglish: ",
            "Your prompt ends in a space. Most tokens here *begin* with their space, so no "
            "page has a lone one before a word. Leave it out.",
            applies=lambda template: _is_text(template) and template.endswith(" "),
        ),
    ),
)
