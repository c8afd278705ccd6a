"""The `gptedu` command: what each subcommand is handed, and what wrong asking is told."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from gptedu.cli import main


def _stand_in(monkeypatch: pytest.MonkeyPatch, module: str, **functions: Any) -> None:
    made = types.ModuleType(module)
    vars(made).update(functions)
    monkeypatch.setitem(sys.modules, module, made)
    parent, _, name = module.rpartition(".")
    monkeypatch.setattr(importlib.import_module(parent), name, made, raising=False)


def test_nothing_heavy_is_loaded_to_show_help() -> None:
    code = (
        "import sys, gptedu.cli\n"
        "try: gptedu.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'torch', 'transformers', 'plotly', 'ipywidgets'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("train", "measure", "build", "report", "get", "bench", "doctor"):
        assert name in done.stdout


def test_train_is_handed_its_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import gptedu.training  # noqa: F401

    asked: dict[str, Any] = {}

    def train_command(name: str, **options: Any) -> Path:
        asked.update(name=name, **options)
        return Path("there")

    _stand_in(monkeypatch, "gptedu.training.command", train_command=train_command)
    assert main(["train", "mini-m", "--out", "x", "--tokens", "1000", "--seed", "3"]) == 0
    defaults = {"mixture": None, "device": None, "accumulation": 1, "bfloat16": None}
    assert asked == {"name": "mini-m", "out": "x", "tokens": 1000, "seed": 3, **defaults}
    assert "there" in capsys.readouterr().out
    assert main(["train", "mini-m", "--bfloat16", "--accumulation", "4"]) == 0
    assert (asked["bfloat16"], asked["accumulation"]) == (True, 4)
    assert main(["train", "mini-m", "--no-bfloat16"]) == 0
    assert (asked["bfloat16"], asked["accumulation"]) == (False, 1)


def test_measure_is_handed_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def measure(slug: str, names: list[str], **options: Any) -> bool:
        asked.append((slug, names, options))
        return False

    _stand_in(monkeypatch, "gptedu.tools.measure", measure=measure)
    given = ["measure", "gpt3", "jump", "bias", "--seeds", "0", "4", "--out", "x"]
    assert main([*given, "--other-seeds", "a", "b"]) == 1  # one of them was left out
    assert main(["measure", "family"]) == 0  # what can be measured was
    options = {"seeds": [0, 4], "folders": [Path("a"), Path("b")], "out": Path("x")}
    plain = {"seeds": [0, 1, 2], "folders": [], "out": None}
    assert asked == [("gpt3", ["jump", "bias"], options), ("family", [], plain)]


def test_progress_reads_the_folder_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from gptedu.course import kept

    monkeypatch.setenv(kept.STATE, str(tmp_path))
    kept.keep("guess", "gpt1/race", guess=3)
    monkeypatch.setenv(kept.STATE, "")
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.startswith("Nothing is kept yet.")
    assert main(["progress", "--folder", str(tmp_path)]) == 0
    assert "01 · GPT-1" in capsys.readouterr().out
    assert main(["progress", "99"]) == 2
    assert "no chapter '99'" in capsys.readouterr().err


@pytest.mark.parametrize(("returned", "code"), [(0, 0), (1, 1)])
def test_doctor_gives_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, returned: int, code: int
) -> None:
    _stand_in(monkeypatch, "gptedu.tools.doctor", run=lambda: returned)
    assert main(["doctor"]) == code


def test_bench_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stand_in(
        monkeypatch, "gptedu.tools.bench", run=lambda: {"a": 1}, table=lambda made: f"T{made['a']}"
    )
    assert main(["bench"]) == 0
    assert capsys.readouterr().out == "T1\n"


def test_an_interrupted_run_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def get(name: str) -> Path:
        raise KeyboardInterrupt("run the same again to go on")

    _stand_in(monkeypatch, "gptedu.get", get=get)
    assert main(["get", "smollm2-135m-instruct"]) == 130
    assert capsys.readouterr().err == "gptedu: run the same again to go on\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "mini-q"], "mini-q"),
        (["train", "mini-clip", "--tokens", "9"], "--tokens means nothing to mini-clip"),
        (["train", "mini-m-lmsi", "--mixture", "second"], "--mixture means nothing to mini-m-lmsi"),
        (["train", "mini-m-pp"], "mini-lstm-v2, mini-m-sft, mini-m-rm, mini-m-ppo, mini-m-ppo-ptx"),
        (["get", "gpt-9"], "gpt-9"),
        (["build", "99"], "no chapter '99'"),
        (["report", "99"], "no chapter '99'"),
        (["measure", "gpt9"], "scaling, start, vision, family"),
        (["measure", "gpt1", "gpt9"], "gpt1 has no experiment 'gpt9'"),
    ],
)
def test_an_unknown_name_is_one_sentence_and_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_an_unknown_command_is_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["frobnicate"])
    assert left.value.code == 2
    assert "choose from" in capsys.readouterr().err
    assert main([]) == 2
