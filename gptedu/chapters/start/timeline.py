"""How GPT came about, 2017 to 2023: what was published when, and which chapter makes it again."""

from __future__ import annotations

import html
from dataclasses import dataclass

from gptedu.course.show import show as show_html

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Event:
    """year, month: of the first public version. source: authors, title, arXiv number if any.

    chapters: which make it again, or in whose story it stands.
    """

    year: int
    month: int
    name: str
    what: str
    source: str
    chapters: tuple[int, ...]


EVENTS = (
    Event(
        2017, 6, "The Transformer",
        "A network for translation that has attention only, and no recurrence.",
        "Vaswani et al., Attention Is All You Need, arXiv 1706.03762", (0,),
    ),
    Event(
        2017, 6, "Learning from preferences",
        "People compare two short videos of a robot; a reward is learned from their choices.",
        "Christiano et al., Deep Reinforcement Learning from Human Preferences, arXiv 1706.03741",
        (4,),
    ),
    Event(
        2018, 1, "ULMFiT",
        "An LSTM learns to predict text first, and to classify it afterwards.",
        "Howard and Ruder, Universal Language Model Fine-tuning for Text Classification, "
        "arXiv 1801.06146",
        (1,),
    ),
    Event(
        2018, 2, "ELMo",
        "Word vectors that depend on the sentence, from a language model of LSTMs.",
        "Peters et al., Deep Contextualized Word Representations, arXiv 1802.05365", (1,),
    ),
    Event(
        2018, 6, "GPT-1",
        "The same idea with a Transformer: text first, then a few labels, one network for all "
        "tasks. 117 million parameters.",
        "Radford et al., Improving Language Understanding by Generative Pre-Training", (1,),
    ),
    Event(
        2018, 10, "BERT",
        "Looks both ways and fills gaps. It wins the tests, and cannot write.",
        "Devlin et al., BERT, arXiv 1810.04805", (1,),
    ),
    Event(
        2019, 2, "GPT-2",
        "No fine-tuning: the task is in the prompt. 1.5 billion parameters.",
        "Radford et al., Language Models are Unsupervised Multitask Learners", (2,),
    ),
    Event(
        2020, 1, "Scaling laws",
        "The loss falls along a straight line, on logarithmic axes, with parameters, data and "
        "compute.",
        "Kaplan et al., Scaling Laws for Neural Language Models, arXiv 2001.08361", (6,),
    ),
    Event(
        2020, 5, "GPT-3",
        "Examples in the prompt teach it a task. 175 billion parameters.",
        "Brown et al., Language Models are Few-Shot Learners, arXiv 2005.14165", (3,),
    ),
    Event(
        2021, 2, "CLIP",
        "Pictures and their captions, matched: 400 million pairs.",
        "Radford et al., Learning Transferable Visual Models From Natural Language Supervision, "
        "arXiv 2103.00020",
        (7,),
    ),
    Event(
        2022, 1, "Chain of thought",
        "Worked steps in the prompt: the model writes steps too, and is right more often.",
        "Wei et al., Chain-of-Thought Prompting Elicits Reasoning in Large Language Models, "
        "arXiv 2201.11903",
        (5,),
    ),
    Event(
        2022, 3, "InstructGPT",
        "People rank replies; the model is trained on a reward learned from that.",
        "Ouyang et al., Training language models to follow instructions with human feedback, "
        "arXiv 2203.02155",
        (4,),
    ),
    Event(
        2022, 3, "Chinchilla",
        "For the same compute: smaller models, more text.",
        "Hoffmann et al., Training Compute-Optimal Large Language Models, arXiv 2203.15556", (6,),
    ),
    Event(
        2022, 11, "ChatGPT",
        "A model trained like InstructGPT, as a chat that everybody can use.",
        "OpenAI, Introducing ChatGPT", (4,),
    ),
    Event(
        2023, 3, "GPT-4",
        "Reads pictures, too; its loss was predicted before it was trained; safety rules become "
        "rewards.",
        "OpenAI, GPT-4 Technical Report, arXiv 2303.08774", (6, 7, 8),
    ),
)  # fmt: skip

STYLE = """<style>
.gptedu-card.gptedu-timeline ol { list-style: none; margin: 0; padding: 0 0 0 84px; }
.gptedu-timeline li { position: relative; margin: 0; padding: 4px 0 10px 20px;
  border-left: 2px solid var(--c-accent); }
.gptedu-timeline li::before { content: ""; position: absolute; left: -7px; top: 9px; width: 12px;
  height: 12px; border-radius: 50%; background: var(--c-accent); }
.gptedu-timeline time { position: absolute; right: 100%; margin-right: 14px; white-space: nowrap;
  color: var(--c-faint); }
.gptedu-timeline .gptedu-source { color: var(--c-faint); font-size: 12.5px; }
</style>"""


def show(first: int = 2017, last: int = 2023) -> None:
    """Show the story from the Transformer to GPT-4, each event with its source and its chapter.

    first, last: years; what lies outside them is left out.
    """
    events = [e for e in EVENTS if first <= e.year <= last]
    items = "".join(
        f'<li><time datetime="{e.year}-{e.month:02}">{when(e)}</time> '
        f"<strong>{html.escape(e.name)}</strong> · {where(e)}<br>{html.escape(e.what)}"
        f'<br><span class="gptedu-source">{html.escape(e.source)}</span></li>'
        for e in events
    )
    words = "\n".join(f"{when(e)}  {e.name} ({where(e)}): {e.what}" for e in events)
    show_html(f'{STYLE}<div class="gptedu-card gptedu-timeline"><ol>{items}</ol></div>', words)


def when(event: Event) -> str:
    """ "June 2017"."""
    return f"{MONTHS[event.month - 1]} {event.year}"


def where(event: Event) -> str:
    """ "chapter 4", "chapters 6, 7, 8"."""
    numbers = ", ".join(map(str, event.chapters))
    return f"chapter{'s' if len(event.chapters) > 1 else ''} {numbers}"
