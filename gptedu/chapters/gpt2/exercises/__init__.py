"""Chapter 2's exercises: two about prompts here, the others in chapter02_scores and _sizes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gptedu.chapters.gpt2.exercises.scores import choice_score, overlap, perplexity
from gptedu.chapters.gpt2.exercises.sizes import (
    GPT1_VOCABULARY,
    GPT2_VOCABULARY,
    SIZES,
    gpt2_parameters,
    parameters,
)
from gptedu.chapters.gpt2.search import concordance
from gptedu.course.exercises import Exercise, Mistake
from gptedu.evaluate.answers import exact_match
from gptedu.world import Document, World

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

__all__ = [
    "EXERCISES",
    "GPT1_VOCABULARY",
    "GPT2_VOCABULARY",
    "NOTES",
    "SIZES",
    "choice_score",
    "gpt2_parameters",
    "overlap",
    "parameters",
    "perplexity",
    "prompt",
    "search",
]

# --- find the demonstrations ---------------------------------------------------------------

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
        return f"{phrase!r} finds other texts too. Read one of them: what has a note that it lacks?"
    return f"{phrase!r} misses some of the notes: what have they all in common?"


def _has_letters(phrase: object) -> bool:
    return isinstance(phrase, str) and any(sign.isalpha() for sign in phrase)


search = Exercise(
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


# --- write the prompt ---------------------------------------------------------------------------

TRIED, ENOUGH = 12, 0.5


@lru_cache(maxsize=1)
def _model() -> LanguageModel:
    import gptedu

    return gptedu.load("mini-m")


@lru_cache(maxsize=64)
def _translated(template: str) -> float:
    """The share of new sentences that mini-m translates exactly after this prompt."""
    asked = World(seed=0).questions("translate-into-english", "test", TRIED, seed=7)
    sentences = [q.prompt.removeprefix("Velan: ").split("\n")[0] for q in asked]
    prompts = [template.replace("{}", sentence) for sentence in sentences]
    written = _model().generate(prompts, max_tokens=24)
    lines = [(text.strip().splitlines() or [""])[0] for text in written]
    answers = [line.split(")")[0].split(".")[0] for line in lines]
    right = [exact_match(text, q.answer) for text, q in zip(answers, asked, strict=True)]
    return sum(right) / TRIED


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


prompt = Exercise(
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

EXERCISES = (search, prompt, choice_score, overlap, perplexity, parameters)

NOTES = {
    "gpt2/why": (
        "We can take pages out and train again in half an hour; with 40 GB of web that was out of "
        "reach. Two more training runs of `mini-m`, from other seeds, are 97 points ahead of the "
        "twin as well."
    ),
    "gpt2/why-control": (
        "Summaries need none of the pages that were taken out, so the two should differ little. "
        "The room that is left goes to other pages, so the twin may even gain. `mini-m` of two "
        "other seeds is 6 points behind the twin and level with it: that much is the luck of a run."
    ),
    "gpt2/hint": (
        "Our forum has two roads at this place, and most of the cost is the posts where the model "
        "takes the other. News articles leave more roads open, and GPT-2's summaries were weak "
        "with the hint too. `mini-m` of two other seeds gains 19 and 27 points by it."
    ),
    "gpt2/size": (
        "The least of the four gains. Our world is so small that `mini-l` holds most of its "
        "facts; GPT-2's largest answered 4.1% of the Natural Questions. One training run of each "
        "size."
    ),
    "gpt2/size-steps": (
        "The smallest rise of the mean from one size to the next. Single tasks come at different "
        "sizes: translation and summaries are complete where memory for facts has hardly begun."
    ),
    "gpt2/perplexity": (
        "The smallest fall from one size to the next, on pages of the test split. Absolute "
        "numbers depend on the text and the tokenizer, so only their order compares."
    ),
    "gpt2/parameters": (
        "Exact, from the configuration. 9,779 more rows of 768 in the embedding are the 7.5 "
        "million between."
    ),
    "gpt2/real": (
        "What the hint brings `smollm2-135m-instruct` on four English posts, recorded. Far too "
        "few posts for more than a sign."
    ),
}
"""What the difference in scale does and does not explain, claim by claim."""
