"""The tokenizer loses nothing, whatever is typed; pads are told from tokens by the mask alone."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
import tokenizers
import torch

from gptedu.text import END_OF_TEXT, Tokenizer, pad, train_tokenizer

CORPUS = [
    "Tom has a red hat. Ana has a green hat.",
    "The cat sat on the mat; the cat didn't see the hat.",
    "question: who has a hat? answer: Tom and Ana.\n",
] * 4

TEXTS = [
    "",
    " ",
    "the cat",
    "Ana didn't, did she?\n\n  Two  spaces\tand a tab\r\n",
    "naïve café, Ω≈ç√, 日本語, עברית, 👩‍👩‍👧 👍🏽",
    "<script>alert('x')</script> & <|endoftext|> \\ \x00\x07\x1b[31m",
    "a" * 1000,
    "\u202eright to left\u202c and e\u0301 (combining)",
    "3.14159 1,000 0x7f",
]


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(CORPUS, 300)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_comes_back(tokenizer, text):
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert len(tokenizer.pieces(ids)) == len(ids)
    assert all(isinstance(index, int) and 0 <= index < tokenizer.vocab_size for index in ids)


def test_ascii_pieces_join_to_the_text(tokenizer):
    text = "The cat sat,\nand Ana's hat is red"
    assert "".join(tokenizer.pieces(tokenizer.encode(text))) == text


def test_part_of_a_character_is_shown_as_its_byte(tokenizer):
    assert tokenizer.pieces(tokenizer.encode("é")) == ["\\xc3", "\\xa9"]


def test_half_a_surrogate_pair_becomes_a_question_mark(tokenizer):
    assert tokenizer.decode(tokenizer.encode("a\ud83d b")) == "a? b"


def test_the_end_is_never_typed(tokenizer):
    """Someone who types the marker gets its characters; only `end` ends a document."""
    assert tokenizer.end not in tokenizer.encode(f"a{END_OF_TEXT}b")
    assert tokenizer.pieces([tokenizer.end]) == [END_OF_TEXT]
    assert tokenizer.decode([tokenizer.end]) == END_OF_TEXT


def test_words_keep_the_space_before_them_and_nothing_crosses_it(tokenizer):
    assert tokenizer.encode("the cat") == tokenizer.encode("the") + tokenizer.encode(" cat")
    for index in range(tokenizer.vocab_size):
        piece = tokenizer.pieces([index])[0]
        assert " " not in piece[1:], f"{piece!r} holds more than one word"


def test_training_is_the_same_every_time_and_has_the_size_asked_for(tokenizer):
    again = train_tokenizer(iter(CORPUS), 300)
    assert again.backend.to_str() == tokenizer.backend.to_str()
    assert again.vocab_size == 300
    with pytest.raises(ValueError, match="257"):
        train_tokenizer(CORPUS, 256)


def test_saved_and_loaded_it_is_the_same(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    for path in (tmp_path, tmp_path / "tokenizer.json", str(tmp_path)):
        loaded = Tokenizer.load(path)
        assert loaded.end == tokenizer.end
        assert all(loaded.encode(text) == tokenizer.encode(text) for text in TEXTS)


def enabled_truncation(backend):
    backend.enable_truncation(8)


def enabled_padding(backend):
    backend.enable_padding(length=32, pad_id=0, pad_token=END_OF_TEXT)


def enabled_both(backend):
    backend.enable_truncation(4, strategy="only_first", direction="left")
    backend.enable_padding(direction="left", pad_to_multiple_of=16)


def enabled_dropout(backend):
    backend.model.dropout = 0.9


@pytest.mark.parametrize(
    "setting", [enabled_truncation, enabled_padding, enabled_both, enabled_dropout]
)
def test_settings_beside_the_vocabulary_are_switched_off(tokenizer, tmp_path, setting):
    backend = tokenizers.Tokenizer.from_str(tokenizer.backend.to_str())
    setting(backend)
    backend.save(str(tmp_path / "tokenizer.json"))
    long = "the cat sat on the hat, and the cat has a hat and a mat and a red, green hat"
    for read in (Tokenizer.load(tmp_path), Tokenizer(backend)):
        for text in (*TEXTS, long):
            assert read.encode(text) == tokenizer.encode(text)
        assert read.backend.to_str() == tokenizer.backend.to_str()


def test_what_transformers_writes_is_read_in_full(tokenizer, tmp_path):
    transformers = pytest.importorskip("transformers")
    tokenizer.save(tmp_path / "tokenizer.json")
    theirs = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(tmp_path / "tokenizer.json"), pad_token=END_OF_TEXT
    )
    theirs(["the cat sat", "the"], truncation=True, max_length=2, padding="max_length")
    theirs.save_pretrained(tmp_path)
    stored = json.loads((tmp_path / "tokenizer.json").read_text())
    assert stored["truncation"] or stored["padding"], (
        "the library no longer does what this is about"
    )
    text = "the cat sat on the hat"
    assert Tokenizer.load(tmp_path).encode(text) == tokenizer.encode(text)


@pytest.mark.parametrize(
    "copy", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_reads_as_the_original(tokenizer, copy):
    again = copy(copy(tokenizer))
    for text in (*TEXTS, f"a{END_OF_TEXT}", END_OF_TEXT):
        assert again.encode(text) == tokenizer.encode(text)
    assert again.end == tokenizer.end


def test_the_bytes_of_tokens_join_to_the_text(tokenizer):
    for text in TEXTS:
        ids = tokenizer.encode(text)
        assert b"".join(tokenizer.token_bytes(ids)) == text.encode()
    assert tokenizer.token_bytes([tokenizer.end]) == [END_OF_TEXT.encode()]


def test_gpt2s_two_files_are_read(tokenizer, tmp_path):
    model = json.loads(tokenizer.backend.to_str())["model"]
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]))
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    (tmp_path / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]))
    loaded = Tokenizer.load(tmp_path)
    assert loaded.end == tokenizer.end
    assert all(loaded.encode(text) == tokenizer.encode(text) for text in TEXTS)


def test_it_agrees_with_transformers(tokenizer, tmp_path):
    transformers = pytest.importorskip("transformers")
    tokenizer.save(tmp_path / "tokenizer.json")
    file = str(tmp_path / "tokenizer.json")
    theirs = transformers.PreTrainedTokenizerFast(tokenizer_file=file)
    for text in TEXTS:
        if END_OF_TEXT not in text:
            assert theirs.encode(text) == tokenizer.encode(text)


def test_what_is_no_tokenizer_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no tokenizer"):
        Tokenizer.load(tmp_path / "nowhere")
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0", "trunc')
    with pytest.raises(ValueError, match="get it again"):
        Tokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    for vocab, merges in (("{", ""), ('{"a": 0}', "#version: 0.2\nq z\n")):
        (tmp_path / "vocab.json").write_text(vocab)
        (tmp_path / "merges.txt").write_text(merges)
        with pytest.raises(ValueError, match=r"vocab\.json and merges\.txt are no tokenizer"):
            Tokenizer.load(tmp_path)


@pytest.mark.parametrize("index", [-1, 300])
def test_an_id_outside_the_vocabulary_is_named(tokenizer, index):
    with pytest.raises(ValueError, match=str(index)):
        tokenizer.decode([index])
    with pytest.raises(ValueError, match=str(index)):
        tokenizer.pieces([index])


def test_pad_on_either_side():
    right, left = pad([[1, 2, 3], [4]], value=9), pad([[1, 2, 3], [4]], side="left")
    assert right.ids.tolist() == [[1, 2, 3], [4, 9, 9]]
    assert right.mask.tolist() == [[True, True, True], [True, False, False]]
    assert left.ids.tolist() == [[1, 2, 3], [0, 0, 4]]
    assert left.mask.tolist() == [[True, True, True], [False, False, True]]
    assert right.ids.dtype == torch.int64
    assert right.mask.dtype == torch.bool


def test_a_token_equal_to_the_pad_is_real():
    assert pad([[0, 0], [0]]).mask.tolist() == [[True, True], [True, False]]


@pytest.mark.parametrize("nothing", [[], [[]], [[], []]])
def test_nothing_to_pad(nothing):
    with pytest.raises(ValueError, match="nothing to pad"):
        pad(nothing)


def test_a_side_that_is_none():
    with pytest.raises(ValueError, match="right or left"):
        pad([[1]], side="middle")
