"""From text to a notebook's output: a little markup, and one way to display HTML.

The HTML reads well with every style and script removed, as GitHub and an untrusted notebook do;
the style sheet only makes it handsome where it is allowed.
"""

from __future__ import annotations

import html
import re
import textwrap

from gptedu.console import NO_DEAD_VIEW, in_notebook, say

_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"(`[^`]+`|\$[^$]+\$|\*\*.+?\*\*|(?<![\w*])\*[^*\s][^*]*\*(?![\w*]))")


def inline(text: str) -> str:
    """`code`, **bold**, *emphasis* and $mathematics$ as HTML; everything else is escaped."""
    parts = []
    for part in _INLINE.split(text):
        if len(part) > 2 and part[0] == part[-1] == "`":
            parts.append(f"<code>{html.escape(part[1:-1])}</code>")
        elif len(part) > 4 and part.startswith("**") and part.endswith("**"):
            parts.append(f"<strong>{inline(part[2:-2])}</strong>")
        elif len(part) > 2 and part[0] == part[-1] == "*":
            parts.append(f"<em>{inline(part[1:-1])}</em>")
        else:
            parts.append(html.escape(part))
    return "".join(parts)


def markup(text: str) -> str:
    """Text with paragraphs, "- " lists and ``` code blocks as HTML; see `inline` for the rest."""
    blocks = []
    for i, piece in enumerate(_FENCE.split(textwrap.dedent(text).strip())):
        if i % 2:
            blocks.append(code(piece))
            continue
        for block in filter(None, map(str.strip, re.split(r"\n\s*\n", piece))):
            lines = block.split("\n")
            if all(line.startswith("- ") for line in lines):
                items = "".join(f"<li>{inline(line[2:])}</li>" for line in lines)
                blocks.append(f"<ul>{items}</ul>")
            else:
                blocks.append(f"<p>{inline(' '.join(lines))}</p>")
    if len(blocks) == 1 and blocks[0].startswith("<p>"):
        return blocks[0][3:-4]
    return "".join(blocks)


def code(source: str) -> str:
    """A block of Python."""
    return f"<pre><code>{html.escape(textwrap.dedent(source).strip())}</code></pre>"


def plain(text: str) -> str:
    """The text without its marks, for a terminal."""
    text = re.sub(r"```\w*\n?", "", textwrap.dedent(text).strip())
    return re.sub(r"\*\*|`|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])", "", text)


STYLE = """<style>
.gptedu-card, .gptedu-claims { --c-line: var(--jp-border-color2, #d6d9e2);
  --c-wash: var(--jp-layout-color2, #f4f5f9); --c-ink: var(--jp-ui-font-color1, #1b1d26);
  --c-faint: var(--jp-ui-font-color2, #5b5f6e); --c-accent: #155eaa; --c-accent-text: #155eaa;
  color: var(--c-ink); max-width: 820px; }
[data-jp-theme-light="false"] .gptedu-card { --c-accent: #7db8f5; --c-accent-text: #7db8f5; }
.gptedu-card { border: 1px solid var(--c-line); border-left: 4px solid var(--c-accent);
  border-radius: 8px; padding: 12px 18px 14px; margin: 4px 0;
  font-family: var(--jp-content-font-family, system-ui, sans-serif);
  font-size: 14.5px; line-height: 1.5; }
.gptedu-card h4 { margin: 0 0 2px; font-size: 16px; font-weight: 650; }
.gptedu-card .gptedu-kind { margin: 0 0 2px; font-size: 12px; letter-spacing: 0.04em;
  color: var(--c-accent-text); font-weight: 600; }
.gptedu-card .gptedu-facts { margin: 0 0 8px; color: var(--c-faint); font-size: 12.5px; }
.gptedu-card .gptedu-choices { list-style: circle; }
.gptedu-card p { margin: 6px 0; }
.gptedu-card ul, .gptedu-card ol { margin: 6px 0; padding-left: 22px; }
.gptedu-card details { margin: 8px 0 0; }
.gptedu-card details details { margin-left: 0; }
.gptedu-card summary { cursor: pointer; color: var(--c-accent-text); font-weight: 600;
  border-radius: 4px; width: fit-content; padding: 1px 4px; margin-left: -4px; }
.gptedu-card summary:hover { background: var(--c-wash); }
.gptedu-card summary:focus-visible { outline: 2px solid var(--c-accent); }
.gptedu-card .gptedu-hint { margin: 4px 0 4px; padding: 6px 12px; background: var(--c-wash);
  border-radius: 6px; font-size: 14px; }
.gptedu-card.gptedu-card pre { margin: 6px 0; padding: 8px 12px; background: var(--c-wash);
  border-radius: 6px; overflow-x: auto; }
.gptedu-card code { font-size: 0.92em; }
.gptedu-card pre code { background: none !important; }
.gptedu-card .gptedu-big { font-size: 17px; font-weight: 650; }
.gptedu-claims table { border-collapse: collapse; font-size: 13.5px; margin: 4px 0;
  table-layout: auto; width: 100%; }
.gptedu-claims th, .gptedu-claims td { text-align: left !important; vertical-align: top;
  padding: 6px 5px; white-space: normal; word-break: normal; overflow-wrap: break-word; }
.gptedu-claims td:nth-child(3) { font-weight: 650; }
.gptedu-claims td:last-child { min-width: 140px; }
.gptedu-claims code { white-space: nowrap; font-size: 11px; padding: 0; }
.jp-OutputArea-output pre { word-break: normal !important; overflow-wrap: anywhere; }
"""
STYLE += f"{NO_DEAD_VIEW}\n</style>"


def show(body: str, words: str, name: str | None = None) -> None:
    """Display HTML in a notebook; outside one, print the words instead.

    name: under which `show_again` finds it.
    """
    if not in_notebook():
        say(words)
        return
    from IPython.display import display

    # An empty name would be one as well: only what may change later has any.
    named = {} if name is None else {"display_id": name}
    display(_bundle(body, words), raw=True, **named)


def show_again(body: str, words: str, name: str) -> None:
    """Put other HTML in the place of what was shown under this name, in a notebook."""
    if in_notebook():
        from IPython.display import update_display

        update_display(_bundle(body, words), raw=True, display_id=name)


def _bundle(body: str, words: str) -> dict[str, str]:
    return {"text/html": STYLE + body, "text/plain": words}
