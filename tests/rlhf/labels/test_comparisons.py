"""Comparisons, and the file that labelers write them to."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import warnings
from itertools import combinations
from pathlib import Path

import pytest

from gptedu.rlhf.labels import comparisons as module
from gptedu.rlhf.labels.comparisons import Comparison, agreement, append, read, revise

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = [
    'say "hello" \\ \\n',
    "two\nlines\r\nand\ta tab\x00",
    "\u2028 \u2029 \x85 lines of Unicode",
    "😀 é ß 中文",
    "\ud83d half of a smile \ude00",
    "</script><b>x",
    '{"prompt": "}"}',
    " <cut off>",
    "",
]


def made(number: int = 0, ranks: tuple[int, ...] = (2, 1, 2)) -> Comparison:
    answers = tuple(f" answer {i} of {number}." for i in range(len(ranks)))
    return Comparison(f"Prompt {number}.\nReply:", answers, ranks, "Ada")


def quietly(path: Path) -> list[Comparison]:
    """What `read` gives, any warning being an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return read(path)


# Comparisons


@pytest.mark.parametrize("answers", range(2, 10))
def test_every_two_answers_make_one_pair_unless_they_tie(answers):
    rng = random.Random(answers)
    ranks = tuple(rng.randint(1, 4) for _ in range(answers))
    found = made(ranks=ranks).pairs()
    assert all(ranks[better] < ranks[worse] for better, worse in found)
    expected = {frozenset(two) for two in combinations(range(answers), 2)
                if ranks[two[0]] != ranks[two[1]]}  # fmt: skip
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
    assert len(made(ranks=tuple(range(1, answers + 1))).pairs()) == answers * (answers - 1) // 2


def test_ties_make_no_pair():
    assert made(ranks=(1, 1, 1, 1)).pairs() == []
    assert made(ranks=(3, 1, 1)).pairs() == [(1, 0), (2, 0)]


def test_a_comparison_is_a_value():
    assert made() == made()
    assert len({made(), made()}) == 1
    assert Comparison("p", [" a", " b"], [1, 2]) == Comparison("p", (" a", " b"), (1, 2))
    assert made().texts[1] == "Prompt 0.\nReply: answer 1 of 0."


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((5, (" a", " b"), (1, 2)), "prompt is 5"),
        (("p", " ab", (1, 2)), "answers is ' ab'"),
        (("p", None, (1, 2)), "answers is None"),
        (("p", (" a", 7), (1, 2)), "the answer 7 is no text"),
        (("p", (" a",), (1,)), "at least 2"),
        (("p", (" a", " b"), (1, 2, 3)), "3 ranks for 2 answers"),
        (("p", (" a", " b"), 1), "ranks is 1"),
        (("p", (" a", " b"), (0, 1)), "the rank 0"),
        (("p", (" a", " b"), (1, 2.5)), r"the rank 2\.5"),
        (("p", (" a", " b"), (1, True)), "the rank True"),
        (("p", (" a", " b"), (1, 2), None), "labeler is None"),
    ],
)
def test_what_is_no_comparison_is_refused(values, says):
    with pytest.raises(ValueError, match=says):
        Comparison(*values)


# Agreement


def test_agreement_with_oneself_is_1_and_with_the_contrary_0():
    own = [made(i, (1, 2, 3, 4)) for i in range(5)]
    contrary = [made(i, (4, 3, 2, 1)) for i in range(5)]
    assert agreement(own, own) == 1
    assert agreement(own, contrary) == 0


def test_agreement_counts_pairs_that_both_order():
    first, second = (
        [made(0, (1, 2, 3)), made(1, (1, 2, 2))],
        [made(0, (1, 3, 2)), made(1, (1, 1, 2))],
    )
    # of the first prompt's three pairs two; of the second's, only answers 0 and 2 by both
    assert agreement(first, second) == agreement(second, first) == 3 / 4


def test_agreement_does_not_depend_on_the_order_in_which_answers_were_shown():
    rng = random.Random(0)
    first = [made(i, tuple(rng.sample(range(1, 6), 5))) for i in range(20)]
    second = [made(i, tuple(rng.sample(range(1, 6), 5))) for i in range(20)]
    shuffled = []
    for comparison in second:
        order = rng.sample(range(5), 5)
        shuffled.append(
            Comparison(
                comparison.prompt,
                tuple(comparison.answers[i] for i in order),
                tuple(comparison.ranks[i] for i in order),
            )
        )
    rng.shuffle(shuffled)
    assert agreement(first, second) == agreement(first, shuffled)
    assert 0 < agreement(first, second) < 1


def test_a_prompt_ranked_twice_is_compared_twice():
    twice = [made(0, (1, 2)), made(0, (2, 1))]
    assert agreement(twice, twice) == 1
    assert agreement(twice, [made(0, (1, 2)), made(0, (1, 2)), made(0, (1, 2))]) == 1 / 2


def test_no_pair_in_common_is_no_agreement():
    for other in ([], [made(1)], [made(0, (1, 1, 1))]):
        with pytest.raises(ValueError, match="no ordered pair"):
            agreement([made(0)], other)


# The file


def test_any_text_survives_the_file(tmp_path):
    path = tmp_path / "new folder" / "comparisons.jsonl"
    written = [
        Comparison(prompt, (answer, prompt), (1, 2), prompt[::-1])
        for prompt in HOSTILE
        for answer in HOSTILE
    ]
    for comparison in written:
        append(path, comparison)
    assert quietly(path) == written
    lines = path.read_bytes().splitlines()  # no character of a text ends a line, for any reader
    assert len(lines) == len(written) == len(path.read_bytes().decode("ascii").splitlines())
    assert json.loads(lines[0]).keys() == {"prompt", "answers", "ranks", "labeler"}


def test_50_appends_are_50_records_each_on_the_disk_when_it_is_made(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(module.os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    path = tmp_path / "comparisons.jsonl"
    for number in range(50):
        append(path, made(number))
        assert len(quietly(path)) == number + 1
        assert synced[-1] == path.stat().st_size
    assert quietly(path) == [made(number) for number in range(50)]
    assert len(synced) == 50


def test_wherever_a_crash_cuts_the_last_line_no_other_record_is_lost(tmp_path):
    whole = tmp_path / "whole.jsonl"
    cut_one = Comparison("}\nReply:", (' "}', " {}"), (1, 2))
    for comparison in (made(0), made(1), cut_one):
        append(whole, comparison)
    content = whole.read_bytes()
    start = content.rstrip(b"\n").rindex(b"\n") + 1
    for end in range(start + 1, len(content) - 1):
        path = tmp_path / "cut.jsonl"
        path.write_bytes(content[:end])
        with pytest.warns(UserWarning, match="line 3 was cut off"):
            assert read(path) == [made(0), made(1)]
        append(path, made(4))
        with pytest.warns(UserWarning, match="line 3 was cut off"):
            assert read(path) == [made(0), made(1), made(4)]
        append(path, made(5))
        with pytest.warns(UserWarning, match="line 3 was cut off"):
            assert read(path)[2:] == [made(4), made(5)]


def test_a_last_line_that_lacks_nothing_but_its_end_is_whole(tmp_path):
    path = tmp_path / "edited.jsonl"
    append(path, made(0))
    append(path, made(1))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert quietly(path) == [made(0), made(1)]
    append(path, made(2))
    assert quietly(path) == [made(0), made(1), made(2)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"prompt": "a", "answ', "Unterminated"),
        (b"[1, 2]", "a line holds"),
        (b'{"prompt": "a"}', "a line holds"),
        (b'{"prompt": "a", "answers": [" b", " c"], "ranks": [1, 2], "mood": 3}', "a line holds"),
        (b'{"prompt": "a", "answers": [" b", " c"], "ranks": [1]}', "1 ranks for 2 answers"),
        (b"\xff\xfe", "codec"),
        (b"[" * 100_000, "line 2 is damaged"),
    ],
)
def test_a_damaged_line_is_named(tmp_path, line, says):
    path = tmp_path / "comparisons.jsonl"
    append(path, made(0))
    path.write_bytes(path.read_bytes() + line + b"\n")
    append(path, made(1))
    with pytest.raises(ValueError, match=r"comparisons\.jsonl, line 2 is damaged") as caught:
        read(path)
    assert says in str(caught.value)


def test_what_other_programs_write_is_read(tmp_path):
    path = tmp_path / "by_hand.jsonl"
    path.write_bytes(
        '{"ranks": [1, 2], "answers": ["é", "b"], "prompt": "p"}\r\n\r\n'.encode()
        + b'  {"ranks": [2, 2], "answers": ["a", "b"], "prompt": "p", "labeler": "Bo"}\n'
    )
    assert quietly(path) == [
        Comparison("p", ("é", "b"), (1, 2)),
        Comparison("p", ("a", "b"), (2, 2), "Bo"),
    ]


def test_no_file_is_not_an_empty_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").touch()
    assert quietly(tmp_path / "empty.jsonl") == []


@pytest.mark.skipif(module.fcntl is None, reason="this system has no file locks of this sort")
def test_a_line_that_another_labeler_is_writing_is_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "shared.jsonl"
    append(path, made(0))
    whole = path.read_bytes()
    path.write_bytes(whole[:20])

    def wait(number, operation):
        assert operation == module.fcntl.LOCK_EX
        assert os.path.samestat(os.fstat(number), path.stat())
        path.write_bytes(whole)  # what the other one does while we wait

    monkeypatch.setattr(module.fcntl, "flock", wait)
    append(path, made(1))
    assert quietly(path) == [made(0), made(1)]


def test_a_ranking_can_be_taken_back(tmp_path):
    path = tmp_path / "shared.jsonl"
    for number in range(3):
        append(path, made(number))
    revise(path, [made(1)])
    append(path, made(3))
    assert quietly(path) == [made(0), made(2), made(3)]
    assert [json.loads(line)["prompt"] for line in path.open() if line.strip()]
    before = path.read_bytes()
    path.write_bytes(before + b"[]\n")
    with pytest.raises(ValueError, match="line 5 is damaged"):
        revise(path, [made(0)])
    assert path.read_bytes() == before + b"[]\n"


def test_what_is_taken_back_at_the_end_leaves_nothing(tmp_path):
    path = tmp_path / "comparisons.jsonl"
    sizes = []
    for number in range(4):
        append(path, made(number))
        sizes.append(path.stat().st_size)
    revise(path, [made(1)])
    assert path.stat().st_size == sizes[3]  # others' lines are not moved
    revise(path, [made(3)])
    assert path.stat().st_size == sizes[2]
    revise(path, [made(2)])
    assert path.stat().st_size == sizes[0]
    revise(path, [made(0), made(7)])
    assert path.read_bytes() == b""


def test_the_last_of_equal_rankings_goes_and_new_ones_come_to_the_end(tmp_path):
    path = tmp_path / "comparisons.jsonl"
    for number in (0, 1, 0, 2):
        append(path, made(number))
    revise(path, [made(0)], [made(5), made(6)])
    assert quietly(path) == [made(0), made(1), made(2), made(5), made(6)]
    revise(path, [made(0), made(0), made(9)])
    assert quietly(path) == [made(1), made(2), made(5), made(6)]
    revise(tmp_path / "new.jsonl", [made(0)], [made(1)])
    assert quietly(tmp_path / "new.jsonl") == [made(1)]


def test_wherever_a_crash_stops_an_undo_no_other_record_is_lost(tmp_path):
    path = tmp_path / "comparisons.jsonl"
    cut_one = Comparison("}\nReply:", (' "}', " {}"), (1, 2))
    for comparison in (made(0), cut_one, made(2)):
        append(path, comparison)
    content = path.read_bytes()
    start, end = content.index(b"\n") + 1, content.rindex(b"\n", 0, -1)
    for done in range(1, end - start + 1):
        path.write_bytes(content[:start] + b" " * done + content[start + done :])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert read(path) == [made(0), made(2)]
        append(path, made(3))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert read(path) == [made(0), made(2), made(3)]


@pytest.mark.skipif(module.fcntl is None, reason="this system has no file locks of this sort")
def test_an_undo_holds_others_back_until_it_is_done(tmp_path, monkeypatch):
    path, really, held = tmp_path / "shared.jsonl", os.fsync, []
    append(path, made(0))

    def fsync(number):
        with open(path, "rb") as other, pytest.raises(BlockingIOError):
            module.fcntl.flock(other.fileno(), module.fcntl.LOCK_EX | module.fcntl.LOCK_NB)
        held.append(True)
        really(number)

    monkeypatch.setattr(module.os, "fsync", fsync)
    revise(path, [made(0)], [made(1)])
    assert quietly(path) == [made(1)]
    assert len(held) == 2


# Files as others have them


def with_room_for(more: int, path: Path, code: str) -> str:
    """What a process says that may make the file `more` bytes longer, as on a disk that fills."""
    room = (path.stat().st_size if path.exists() else 0) + more
    head = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, resource.RLIM_INFINITY))\n"
        "from gptedu.rlhf.labels.comparisons import Comparison, append, revise\n"
        "path = sys.argv[1]\n"
        "def made(n, ranks=(2, 1, 2)):\n"
        "    answers = tuple(f' answer {i} of {n}.' for i in range(len(ranks)))\n"
        "    return Comparison(f'Prompt {n}.\\nReply:', answers, ranks, 'Ada')\n"
    )
    tail = (
        f"try:\n    {code}\n    print('kept')\nexcept OSError as error:\n    print(error.strerror)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", head + tail, str(path)],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.skipif(module.fcntl is None, reason="this system has no limit of this sort")
@pytest.mark.parametrize("room", [0, 1, 40, 120])
def test_where_the_disk_is_full_the_file_stays_as_it_was(tmp_path, room):
    path = tmp_path / "comparisons.jsonl"
    assert with_room_for(room, path, "append(path, made(0))") == "File too large"
    assert not path.exists()
    append(path, made(0))
    append(path, made(1))
    before = path.read_bytes()
    for code in ("append(path, made(2))", "revise(path, [made(0)], [made(2)])"):
        assert with_room_for(room, path, code) == "File too large"
        assert path.read_bytes() == before
    assert with_room_for(0, path, "revise(path, [made(0)])") == "kept"  # to undo needs no room
    assert quietly(path) == [made(1)]
    path.write_bytes(before[:-9])  # half a line of an earlier crash stays as it is, too
    assert with_room_for(room, path, "append(path, made(2))") == "File too large"
    assert path.read_bytes() == before[:-9]
    assert [each.name for each in tmp_path.iterdir()] == ["comparisons.jsonl"]


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_disk_that_fails_while_it_is_undone_leaves_the_file_as_it_was(
    tmp_path, monkeypatch, failing
):
    path = tmp_path / "comparisons.jsonl"
    for number in range(3):
        append(path, made(number))
    before, calls, really = path.read_bytes(), [], os.fsync

    def fsync(number):
        calls.append(number)
        if len(calls) == ("first", "second").index(failing) + 1:
            raise OSError(5, "the disk is broken")
        really(number)

    monkeypatch.setattr(module.os, "fsync", fsync)
    with pytest.raises(OSError, match="broken"):
        revise(path, [made(1)], [made(4)])
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links and modes of another kind")
def test_a_link_to_a_shared_file_stays_one(tmp_path):
    shared, twin, link = (tmp_path / name for name in ("shared.jsonl", "twin", "mine.jsonl"))
    shared.touch()
    shared.chmod(0o666)
    os.link(shared, twin)
    link.symlink_to(shared)
    number = shared.stat().st_ino
    for i in range(3):
        append(link, made(i))
    revise(link, [made(1)])
    revise(link, [made(2)], [made(3)])
    assert link.is_symlink()
    assert not shared.is_symlink()
    assert shared.stat().st_mode & 0o777 == 0o666
    assert shared.stat().st_ino == twin.stat().st_ino == number
    assert quietly(link) == quietly(shared) == quietly(twin) == [made(0), made(3)]


@pytest.mark.skipif(os.name == "nt", reason="links of another kind")
def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path):
    link, shared = tmp_path / "mine.jsonl", tmp_path / "shared.jsonl"
    link.symlink_to(shared)
    append(link, made(0))
    assert link.is_symlink()
    assert quietly(shared) == [made(0)]


@pytest.mark.skipif(module.fcntl is None or os.geteuid() == 0, reason="root may write anywhere")
def test_a_shared_file_in_a_folder_of_somebody_elses_can_be_undone(tmp_path):
    folder = tmp_path / "class"
    path = folder / "shared.jsonl"
    append(path, made(0))
    append(path, made(1))
    folder.chmod(0o555)
    try:
        revise(path, [made(0)])
        assert quietly(path) == [made(1)]
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n"], ids=["CR", "CRLF", "LF"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_lines_may_end_as_on_any_system(tmp_path, end, last):
    path = tmp_path / "theirs.jsonl"
    for number in range(3):
        append(path, made(number))
    lines = path.read_bytes().splitlines()
    path.write_bytes(end.join(lines) + (end if last else b""))
    assert quietly(path) == [made(0), made(1), made(2)]
    revise(path, [made(1)])
    append(path, made(3))
    assert quietly(path) == [made(0), made(2), made(3)]
    revise(path, [made(2), made(3)])
    assert quietly(path) == [made(0)]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
@pytest.mark.parametrize("many", [0, 1, 3])
def test_a_json_array_is_called_one(tmp_path, indent, mark, many):
    path = tmp_path / "array.json"
    for number in range(many):
        append(tmp_path / "lines", made(number))
    lines = (tmp_path / "lines").read_text().splitlines() if many else []
    text = json.dumps([json.loads(line) for line in lines], indent=indent)
    path.write_text(mark + text, encoding="utf-8")
    before = path.read_bytes()
    for act in (read, lambda p: append(p, made(0)), lambda p: revise(p, [made(0)], [made(1)])):
        with pytest.raises(ValueError, match=r"array\.json is one JSON array: write each"):
            act(path)
    assert path.read_bytes() == before


def test_labelers_who_write_at_once_lose_nothing(tmp_path):
    path, labelers, each = tmp_path / "shared.jsonl", ("Ada", "Bo"), 25
    code = (
        "import sys\nfrom gptedu.rlhf.labels.comparisons import Comparison, append\n"
        "path, who, each = sys.argv[1], sys.argv[2], int(sys.argv[3])\n"
        "for i in range(each):\n"
        "    append(path, Comparison(str(i), (who * 30_000, ' b'), (1, 2), who))\n"
    )
    path.write_bytes(b'{"prompt": "half')  # both find it, and one of them closes it
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path), who, str(each)], cwd=ROOT)
        for who in labelers
    ]
    assert [process.wait(60) for process in running] == [0] * len(labelers)
    with pytest.warns(UserWarning, match="line 1 was cut off"):
        found = read(path)
    assert sorted((c.labeler, int(c.prompt)) for c in found) == [
        (who, i) for who in sorted(labelers) for i in range(each)
    ]
