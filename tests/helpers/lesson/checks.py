"""What holds for every chapter's source: each check returns the faults that it finds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from lesson.names import names
from lesson.source import Cell, Lesson

MOST_LINES, WIDEST, MOST_MODULES = 12, 100, 8
PICTURE = 66
"""Characters that a line of text may have in JupyterLab beside its list of files, in a window of
1,100 pixels; a longer one wraps, and the picture falls apart."""

WHOLE = {"ppo_update": "the parts that a learner wrote, once all together and in their order"}
"""Functions whose cell may be longer -> why."""

CLOSING = {"What a larger model does differently", "To read", "What to read"}
"""Sections at the end for which no time is planned."""

UNPLANNED = {"start": "one sitting of about an hour: its sections are the steps of one program"}
"""Chapters that plan no minutes for their sections -> why."""

SEEN = "<summary>What you should see</summary>"


def lacking(cells: Iterable[Cell]) -> list[str]:
    """Names that a cell reads and none of those before it has bound."""
    known: set[str] = set()
    faults = []
    for cell in cells:
        found = names(cell.text)
        faults += [f"{name!r} of {cell.start!r}" for name in sorted(found.read - known)]
        known |= found.bound
    return faults


def sittings_stand_alone(lesson: Lesson) -> list[str]:
    """Whoever begins a sitting needs to run nothing of the one before it."""
    return [
        fault
        for sitting in _sittings(lesson)
        for fault in lacking(cell for cell in lesson.code if cell.sitting == sitting)
    ]


def optional_is_not_needed(lesson: Lesson) -> list[str]:
    """The core runs without what is optional, and so does each optional section with the core."""
    faults = []
    for sitting in _sittings(lesson):
        cells = [cell for cell in lesson.code if cell.sitting == sitting]
        faults += lacking(cell for cell in cells if not cell.optional)
        for section in dict.fromkeys(cell.section for cell in cells if cell.optional):
            own = [cell for cell in cells if not cell.optional or cell.section == section]
            faults += lacking(own)
    return list(dict.fromkeys(faults))


def cells_are_short(lesson: Lesson) -> list[str]:
    """A cell fits a screen and a line its width; a question to the learner is one line of text."""
    faults = []
    for cell in lesson.code:
        if len(cell.lines) > MOST_LINES and not _functions(cell) & WHOLE.keys():
            faults.append(f"{cell.start!r} has {len(cell.lines)} lines")
        wide = (line for line in cell.lines if len(line) > WIDEST)
        faults += [f"wide: {line!r}" for line in wide if not line.lstrip().startswith('"')]
    return faults


def pictures_are_narrow(lesson: Lesson) -> list[str]:
    """Those that are drawn with letters and lines, in a fence of text."""
    drawn = [
        line
        for cell in lesson.prose
        for picture in re.findall(r"^```text\n(.*?)^```", cell.text, re.MULTILINE | re.DOTALL)
        for line in picture.splitlines()
    ]
    return [f"wide: {line!r}" for line in drawn if len(line) > PICTURE]


def modules_are_few(lesson: Lesson) -> list[str]:
    """Of the course, that is: torch and Python's own are no news to a learner."""
    modules: set[str] = set()
    for node in (node for cell in lesson.code for node in ast.walk(ast.parse(cell.text))):
        if isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    ours = sorted(name for name in modules if name.split(".")[0] == "gptedu")
    return [f"{len(ours)} modules: {', '.join(ours)}"] if len(ours) > MOST_MODULES else []


def stated_claims(lesson: Lesson) -> list[tuple[str, bool]]:
    """(name, whether of the record) of each claim that is stated: one line, a statement alone."""
    stated = []
    for line in (line for cell in lesson.code for line in _statements(cell)):
        if found := re.fullmatch(r"claims\.(\w+)(\.recorded)?\(.*\)", line):
            stated.append((found[1], found[2] is not None))
    return stated


def claims_are_stated(lesson: Lesson) -> list[str]:
    """Each once, in the order of the module, and in one line."""
    return _unlike("claims", lesson.claims, [name for name, _ in stated_claims(lesson)])


def exercises_are_used(lesson: Lesson) -> list[str]:
    """Each is numbered, shown and then used, before the next one; each quiz is shown once."""
    shown, steps = [], []
    for cell in lesson.code:
        for called, _ in cell.calls:
            if found := re.fullmatch(r"exercises\.(\w+)\.(show|use)", called):
                (shown if found[1] in lesson.quizzes else steps).append(found.groups())
    wanted = [(name, step) for name in lesson.exercises for step in ("show", "use")]
    quizzes = [(name, "show") for name in sorted(lesson.quizzes)]
    numbers = [
        each.words.removeprefix("Exercise ")
        for each in lesson.headings
        if each.words.startswith("Exercise ")
    ]
    return [
        *_unlike("exercises", wanted, steps),
        *_unlike("quizzes", quizzes, sorted(shown)),
        *_unlike("numbers", [str(i + 1) for i in range(len(lesson.exercises))], numbers),
    ]


def guesses_come_first(lesson: Lesson) -> list[str]:
    """Each is asked for once, and shown beside its result once, in a cell below."""
    places: dict[str, list[tuple[str, int]]] = {}
    for place, cell in enumerate(lesson.code):
        for called, call in cell.calls:
            if called in ("predict", "reveal"):
                places.setdefault(ast.literal_eval(call.args[0]), []).append((called, place))
    faults = []
    for id, found in places.items():
        if not id.startswith(f"{lesson.slug}/"):
            faults.append(f"{id} is not this chapter's")
        if [called for called, _ in found] != ["predict", "reveal"]:
            faults.append(f"{id}: {', '.join(called for called, _ in found)}")
        elif found[0][1] == found[1][1]:
            faults.append(f"{id} is asked for and shown in one cell")
    return faults


def tries_say_what_to_see(lesson: Lesson) -> list[str]:
    """In the same cell as “Now you”, or in the text below the code that one tries it with."""
    faults = []
    waiting: tuple[int, str] | None = None  # the place of a “Now you”, and how it begins
    for place, cell in enumerate(lesson.prose):
        for mark in re.findall(rf"^\*\*Now you.*|{re.escape(SEEN)}", cell.text, re.MULTILINE):
            if mark != SEEN:
                faults += [] if waiting is None else [waiting[1]]
                waiting = place, mark[:60]
            elif waiting is not None and place <= waiting[0] + 1:
                waiting = None
    return faults if waiting is None else [*faults, waiting[1]]


def minutes_add_up(lesson: Lesson) -> list[str]:
    """The minutes that the title tells of sittings and of what is optional are those planned."""
    if lesson.slug in UNPLANNED:
        return []
    plan = lesson.plan
    core = [_minutes(plan, sitting=sitting) for sitting in _sittings(lesson)]
    optional = sum(row.minutes for row in plan if row.optional)
    return _unlike("minutes", [*core, optional], _told(lesson.title))


def table_names_sections(lesson: Lesson) -> list[str]:
    """In their order, in their sitting, and as optional where they are."""
    if not lesson.has_table:
        return []  # the plan stands in the headings themselves
    listed = [
        (row.sitting, name.lower(), row.optional) for row in lesson.plan for name in row.sections
    ]
    names = {name for _, name, _ in listed}
    found = []
    for each in lesson.headings:
        name = each.words.removeprefix("Optional: ").lower()
        # A part of a section, with three signs, may stand in the table; a section has to.
        if name in names or (each.level == 2 and each.words not in CLOSING):
            found.append((each.sitting, name, each.optional))
    called = [
        each.words.partition(": ")[2] for each in lesson.headings if "sitting: " in each.words
    ]
    return [
        *_unlike("sections", found, listed),
        *_unlike("sittings", called, [name[0].lower() + name[1:] for name in lesson.sittings]),
    ]


def few_cells_are_ignored(lesson: Lesson) -> list[str]:
    """Outputs are compared in four of five cells; each of the others says why it is not."""
    ignored = [cell for cell in lesson.code if any(tag.startswith("nbval-") for tag in cell.tags)]
    reason = re.compile("why: .{6,}")
    faults = [
        f"no reason: {cell.start!r}" for cell in ignored if not any(map(reason.match, cell.tags))
    ]
    if 5 * len(ignored) > len(lesson.code):
        faults.append(f"{len(ignored)} of {len(lesson.code)} are ignored")
    return faults


CHECKS = (
    sittings_stand_alone,
    optional_is_not_needed,
    cells_are_short,
    pictures_are_narrow,
    modules_are_few,
    claims_are_stated,
    exercises_are_used,
    guesses_come_first,
    tries_say_what_to_see,
    minutes_add_up,
    table_names_sections,
    few_cells_are_ignored,
)


def _sittings(lesson: Lesson) -> list[int]:
    return sorted({cell.sitting for cell in lesson.cells})


def _functions(cell: Cell) -> set[str]:
    return {each.name for each in ast.parse(cell.text).body if isinstance(each, ast.FunctionDef)}


def _statements(cell: Cell) -> list[str]:
    """The statements of a cell that are nothing but an expression in one line, as written."""
    found = [node for node in ast.walk(ast.parse(cell.text)) if isinstance(node, ast.Expr)]
    lines = cell.text.splitlines()
    alone = sorted({each.lineno for each in found if each.lineno == each.end_lineno})
    return [lines[number - 1].partition("  # ")[0].strip() for number in alone]


def _minutes(plan: Sequence, sitting: int) -> int:
    return sum(row.minutes for row in plan if row.sitting == sitting and not row.optional)


def _told(title: str) -> list[int]:
    """Minutes of each sitting, and of all that is optional; empty where the title tells none."""
    if found := re.search(r"(\d+) minutes for the core sections.*?and (\d+) more", title):
        return [int(each) for each in found.groups()]
    sittings = re.search(r"two sittings of about (\d+)(?: and (\d+))? minutes", title)
    optional = re.search(r"another (?:(\d+) minutes|hour)", title)
    if not sittings or not optional:
        return []
    return [int(sittings[1]), int(sittings[2] or sittings[1]), int(optional[1] or 60)]


def _unlike(what: str, wanted: Sequence, found: Sequence) -> list[str]:
    """What differs between two lists; that it is their order, where nothing else does."""
    if [*wanted] == [*found]:
        return []
    missing = [each for each in wanted if each not in found]
    extra = [each for each in found if each not in wanted]
    if missing or extra:
        return [f"{what}: {missing} are missing, {extra} are too many"]
    return [f"{what}: {[*found]} in the place of {[*wanted]}"]
