"""Words come out whatever the encoding of the screen or file."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from gptedu import console
from gptedu.tools import doctor


def written(encoding: str, words: str) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    console.tolerate(stream)
    print(words, end="", file=stream, flush=True)
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "words", "seen"),
    [
        ("cp1252", "✓ right → 3 · café", "ok right -> 3 · café"),
        ("ascii", "✗ 2−1 ≥ 0, naïve…", "x 2-1 >= 0, naive..."),
        ("cp437", "β = 0.1, 👍", None),
        ("utf-8", "✓ → 👍", "✓ → 👍"),
        ("utf-16", "✓ → 👍", "✓ → 👍"),
        ("latin-1", "日本 ✓", "?? ok"),
    ],
)
def test_every_sign_is_written_in_some_way(encoding, words, seen):
    text = written(encoding, words)
    assert text == seen if seen else text


def test_it_is_said_to_a_stream_as_it_is(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    console.say("✓ done")
    sys.stdout.flush()
    assert raw.getvalue().strip() == b"ok done"
    monkeypatch.setattr(sys, "stdout", text := io.StringIO())
    console.say("✓ done")
    assert text.getvalue() == "✓ done\n"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_doctor_s_screen_is_printed_in_any_encoding(encoding):
    checks = [
        doctor.Check(state, "name", "found", "do → this") for state in ("ok", "note", "problem")
    ]
    assert written(encoding, doctor.screen(checks))


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_script_and_the_command_line_print_in_any_encoding(encoding):
    script = (
        "from gptedu import cli\n"
        "from gptedu.course.show import show\n"
        "from gptedu.course.exercises import Exercise\n"
        "show('<b>x</b>', 'a claim ✓ → −1')\n"
        "import gptedu.tools.doctor as d\n"
        "d.examine = lambda: iter([d.Check(d.BAD, 'x', 'y · z', 'w')])\n"
        "raise SystemExit(cli.main(['doctor']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert done.returncode == 1, done.stderr
    out = done.stdout.decode(encoding)
    assert "a claim ok -> -1" in out
    assert "to be mended" in out


def test_a_message_of_the_command_line_is_printed_in_any_encoding():
    done = subprocess.run(
        [sys.executable, "-m", "gptedu", "train", "mini-Ω✓"],
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert done.returncode == 2
    assert b"there is no recipe 'mini-" in done.stderr
    assert b"codec" not in done.stderr
