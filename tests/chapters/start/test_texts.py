"""What can be learned from, and what is said of a file that cannot."""

from __future__ import annotations

import pytest

from gptedu.chapters.start import texts

PROSE = "\n\n".join(
    f"This is paragraph {i}. It says that {i} comes after {i - 1}." for i in range(900)
)


def test_the_web_has_two_kinds_of_pages_that_do_not_meet():
    web = texts.read()
    assert web.of_the_web
    assert len(web.pages) == texts.PAGES
    assert len(web.held_out) == texts.HELD_OUT
    assert not set(web.pages) & set(web.held_out)


def test_a_file_is_cut_into_pages_and_every_tenth_is_held_out(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text(PROSE, encoding="utf-8")
    mine = texts.from_file(file)
    assert mine.name == "mine.txt"
    assert not mine.of_the_web
    every = [*mine.pages, *mine.held_out]
    assert len(mine.held_out) == -(-len(every) // texts.EVERY)
    assert all(0 < len(page) <= texts.PAGE + 1 for page in every)
    assert sorted("".join("".join(every).split())) == sorted("".join(PROSE.split()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_are_read_as_editors_write_them(encoding, tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("é ist schön. " + PROSE, encoding=encoding)
    assert texts.from_file(file).held_out[0].startswith("é ist schön.")


def test_any_script_can_be_learned_from(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("猫は庭にいます。\n" * 3000, encoding="utf-8")
    assert texts.from_file(str(file)).held_out[0].startswith("猫は庭")


def test_a_text_without_paragraphs_is_cut_too(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("word " * 6000)
    pages = texts.from_file(file).pages
    assert max(map(len, pages)) <= texts.PAGE
    assert set(" ".join(pages).split()) == {"word"}


def _picture(path):
    path.write_bytes(bytes(range(1, 256)) * 200)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "there is no file"),
        (lambda path: path.mkdir(), "is a folder: give the path of a text file in it"),
        (lambda path: path.write_text("short"), "has 5 characters: give at least 20,000"),
        (lambda path: path.write_text(""), "has 0 characters"),
        (lambda path: path.write_bytes(b"%PDF\0" * 9000), "is no plain text"),
        (_picture, "is no plain text: save it as text"),
    ],
    ids=["none", "folder", "short", "empty", "pdf", "picture"],
)
def test_a_bad_file_is_one_sentence_and_the_web_takes_its_place(make, words, tmp_path, capsys):
    path = tmp_path / "mine.txt"
    make(path)
    with pytest.raises(ValueError, match=words) as told:
        texts.from_file(path)
    assert "\n" not in str(told.value)
    assert texts.read(path).of_the_web
    said = capsys.readouterr().out
    assert words in said
    assert "Until then the text is that of the miniature web." in said


@pytest.mark.parametrize("path", [7, ["a.txt"], True])
def test_what_is_no_path_is_told_so(path, capsys):
    assert texts.read(path).of_the_web
    assert "give the path of a text file, in quotes" in capsys.readouterr().out
