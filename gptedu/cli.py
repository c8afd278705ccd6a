"""The `gptedu` command: what a learner, an instructor and a developer ask for.

Each subcommand imports what it needs when it runs, so that `gptedu --help` answers at once.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import Any

from gptedu import assets, console

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0 done, 1 failed, 2 for a wrong command line."""
    console.tolerate()
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "command"):
        parser.print_help()
        return 2
    try:
        return options.command(options)
    except KeyboardInterrupt as stopped:
        return _fail(str(stopped) or "stopped", 130)
    except (ValueError, ImportError, OSError, FloatingPointError) as error:
        return _fail(str(error), 2 if isinstance(error, ValueError) else 1)


def _fail(words: str, code: int) -> int:
    print(f"gptedu: {words}", file=sys.stderr)
    return code


def _train(options: argparse.Namespace) -> int:
    from gptedu import finetuning  # noqa: F401 its networks register their recipes
    from gptedu.reasoning import MODELS as REASONING
    from gptedu.rlhf.recipes import STAGES
    from gptedu.safety import MODELS as SAFETY
    from gptedu.training.command import train_command
    from gptedu.training.recipes import names
    from gptedu.vision import CLIP, READER

    by_themselves = (*STAGES, *REASONING, CLIP, READER, *SAFETY)
    if options.name in by_themselves:
        return _train_by_itself(options)
    if options.name not in names():
        known = ", ".join([*names(), *by_themselves])
        raise ValueError(f"there is no recipe {options.name!r}: choose one of {known}")
    folder = train_command(
        options.name,
        out=options.out,
        tokens=options.tokens,
        seed=options.seed,
        mixture=options.mixture,
        device=options.device,
        accumulation=options.accumulation,
        bfloat16=options.bfloat16,
    )
    print(f"written: {folder}")
    return 0


def _train_by_itself(options: argparse.Namespace) -> int:
    """A model that is not made by reading the web alone: of chapters 4, 5, 7 and 8."""
    from gptedu.reasoning import MODELS as REASONING
    from gptedu.reasoning.self_training.recipes import train_reasoning
    from gptedu.rlhf.command import train_stage
    from gptedu.rlhf.recipes import STAGES
    from gptedu.safety import MODELS as SAFETY
    from gptedu.safety.recipes import train_safety
    from gptedu.vision import READER
    from gptedu.vision.recipes import train_clip
    from gptedu.vision.teaching import train_reader
    from gptedu.zoo import load

    plain = {"tokens": None, "mixture": None, "device": None, "bfloat16": None, "accumulation": 1}
    if options.name == READER:
        del plain["bfloat16"]
    for name, value in plain.items():
        if getattr(options, name) != value:
            raise ValueError(f"--{name} means nothing to {options.name}: leave it out")
    seed = options.seed or 0
    if options.name in STAGES:
        folder = train_stage(options.name, out=options.out, seed=seed, load=load)
    elif options.name == READER:
        folder = train_reader(out=options.out, seed=seed, load=load, bfloat16=options.bfloat16)
    elif options.name in REASONING:
        folder = train_reasoning(options.name, out=options.out, seed=seed, load=load)
    elif options.name in SAFETY:
        folder = train_safety(options.name, out=options.out, seed=seed, load=load)
    else:
        folder = train_clip(options.name, out=options.out, seed=seed)
    print(f"written: {folder}")
    return 0


def _measure(options: argparse.Namespace) -> int:
    from pathlib import Path

    from gptedu.tools.measure import measure

    whole = measure(
        options.slug,
        options.names,
        seeds=options.seeds,
        folders=[Path(folder) for folder in options.other_seeds],
        out=options.out and Path(options.out),
    )
    return 0 if whole or not options.names else 1


def _learn(options: argparse.Namespace) -> int:
    from gptedu.tools.learn import learn

    return learn(options.folder, shlex.split(options.lab), open_lab=not options.no_open)


def _progress(options: argparse.Namespace) -> int:
    import os

    from gptedu.course import kept, progress

    if options.folder:
        os.environ[kept.STATE] = options.folder
    progress(options.chapter)
    return 0


def _student(options: argparse.Namespace) -> int:
    from gptedu.tools.classroom import handouts

    made = handouts.student(options.chapter, solutions=not options.no_solutions)
    return _written(made, options, "student")


def _solutions(options: argparse.Namespace) -> int:
    from gptedu.tools.classroom import handouts

    return _written(handouts.solved(options.chapter), options, "solutions")


def _assignment(options: argparse.Namespace) -> int:
    from gptedu.tools.classroom import graders

    return _written(graders.assignment(options.chapter, options.system), options, options.system)


def _written(notebook: dict[str, Any], options: argparse.Namespace, kind: str) -> int:
    from gptedu.course.contents import find
    from gptedu.tools.classroom import handouts

    path = options.out or f"{find(options.chapter).stem}-{kind}.ipynb"
    print(f"written: {handouts.write(notebook, assets.expanded(path))}")
    return 0


def _grade(options: argparse.Namespace) -> int:
    from gptedu.tools.classroom.grade import grade

    grade(options.paths, options.out)
    return 0


def _guide(options: argparse.Namespace) -> int:
    from gptedu.tools import notebook as nb
    from gptedu.tools.classroom.guide import guide

    try:
        folder = nb.chapters_folder()
        for source in nb.sources(folder, options.chapters):
            guide(source.stem, folder)
    except nb.BuildError as error:
        return _fail(str(error), 1)
    return 0


def _guesses(options: argparse.Namespace) -> int:
    from gptedu.tools.classroom.guesses import guesses

    guesses(options.folder, options.out)
    return 0


def _slides(options: argparse.Namespace) -> int:
    from gptedu.tools.slides import slides

    slides(options.chapter, options.out)
    return 0


def _build(options: argparse.Namespace) -> int:
    from gptedu.tools.build import build
    from gptedu.tools.notebook import BuildError

    try:
        build(options.chapters, check=options.check)
    except BuildError as error:
        return _fail(str(error), 1)
    return 0


def _report(options: argparse.Namespace) -> int:
    from gptedu.tools.notebook import BuildError
    from gptedu.tools.report import report

    try:
        return 0 if report(options.chapters, run=not options.stored) else 1
    except BuildError as error:
        return _fail(str(error), 1)


def _get(options: argparse.Namespace) -> int:
    from gptedu.get import get

    print(f"ready: {get(options.name)}")
    return 0


def _bench(options: argparse.Namespace) -> int:
    from gptedu.tools import bench

    print(bench.table(bench.run()))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from gptedu.tools import doctor

    return doctor.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gptedu", description="The GPT papers, re-made and re-measured with small models."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, command: Command, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        made.set_defaults(command=command)
        return made

    learn = add("learn", _learn, "make a folder of your own with the chapters, and open it")
    learn.add_argument("folder", nargs="?", help="default: gptedu-course in your home folder")
    learn.add_argument("--no-open", action="store_true", help="only make the folder")
    learn.add_argument(
        "--lab", default="", metavar="OPTIONS", help='for JupyterLab: --lab="--port 9000"'
    )

    progress = add("progress", _progress, "show what you have guessed and solved so far")
    progress.add_argument("chapter", nargs="?", metavar="NN", help="its exercises, one by one")
    progress.add_argument("--folder", help="of the learner (default: yours)")

    for name, command, words in (
        ("student", _student, "write a chapter to hand out: exercises empty, no outputs"),
        ("solutions", _solutions, "write a chapter with its exercises solved"),
        ("assignment", _assignment, "write a chapter as the source of an assignment"),
    ):
        made = add(name, command, words)
        made.add_argument("chapter", metavar="NN", help='a chapter: 1, "01" or "gpt1"')
        made.add_argument("--out", metavar="FILE", help="(default: named after the chapter)")
        if name == "student":
            made.add_argument(
                "--no-solutions", action="store_true", help="cards without solution and last hint"
            )
        if name == "assignment":
            made.add_argument(
                "--for", dest="system", default="nbgrader", help="nbgrader (default) or otter"
            )

    grade = add("grade", _grade, "run a class's notebooks, and write as CSV what is solved")
    grade.add_argument("paths", nargs="+", metavar="PATH", help="notebooks, or folders of them")
    grade.add_argument(
        "--out", default="results.csv", metavar="FILE", help="(default: %(default)s)"
    )

    guesses = add("guesses", _guesses, "show what a class guessed, beside what came out")
    guesses.add_argument("folder", help="with each learner's progress.jsonl, at any depth")
    guesses.add_argument("--out", metavar="FILE", help="write a page with figures, too")

    slides = add("slides", _slides, "write a chapter as slides that need no network")
    slides.add_argument("chapter", metavar="NN", help='a chapter: 1, "01" or "gpt1"')
    slides.add_argument("--out", metavar="FOLDER", help="(default: named after the chapter)")

    train = add("train", _train, "make a model that ships, or go on where its run was stopped")
    train.add_argument(
        "name", help='a model that ships, e.g. "mini-m" or "mini-m-ppo", or "tokenizer"'
    )
    train.add_argument("--out", help="folder for the result (default: the shipped files)")
    train.add_argument("--tokens", type=int, help="read this many tokens instead of the recipe's")
    train.add_argument("--seed", type=int, help="another seed than the recipe's")
    train.add_argument("--mixture", help='of the web that is read, "first" or "second"')
    train.add_argument("--device", help='"cpu" or "cuda" (default: the GPU where there is one)')
    train.add_argument(
        "--bfloat16",
        action=argparse.BooleanOptionalAction,
        help="multiply in bfloat16 (default: on GPUs that are fast at it)",
    )
    train.add_argument(
        "--accumulation",
        type=int,
        default=1,
        metavar="N",
        help="read each batch in N parts, where memory is short",
    )

    measure = add("measure", _measure, "run a chapter's experiments and write their records")
    measure.add_argument("slug", help='a chapter, e.g. "gpt3", or "family"')
    measure.add_argument("names", nargs="*", metavar="NAME", help="experiments (default: all)")
    measure.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="(default: 0 1 2)")
    measure.add_argument("--out", help="folder for the records (default: those that ship)")
    measure.add_argument(
        "--other-seeds",
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="mini-m trained again with other seeds, for the experiments that are about it",
    )

    build = add("build", _build, "make and execute the chapters' notebooks from their sources")
    _add_chapters(build)
    build.add_argument(
        "--check", action="store_true", help="only compare: exit code 1 where one is out of date"
    )

    guide = add("guide", _guide, "bring the instructors' guides in step with the exercises")
    _add_chapters(guide)

    report = add("report", _report, "run the chapters and write their claims beside the papers'")
    _add_chapters(report)
    report.add_argument(
        "--stored", action="store_true", help="run nothing: show what the last build measured"
    )

    get = add("get", _get, "fetch a real pretrained model")
    get.add_argument("name", help='e.g. "smollm2-135m-instruct"')
    add("bench", _bench, "measure speed against transformers, as ratios")
    add("doctor", _doctor, "say what works on this machine and what to do about the rest")
    return parser


def _add_chapters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "chapters", nargs="*", metavar="NN", help="numbers or names (default: all chapters)"
    )
