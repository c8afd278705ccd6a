"""Byte-level byte-pair encoding (GPT-2, section 2.2): any text in, whole numbers out, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

END_OF_TEXT = "<|endoftext|>"


def _byte_of_character() -> dict[str, int]:
    """GPT-2's alphabet: each byte is written as one printable character.

    Printable Latin-1 bytes stand for themselves; the other 68 are numbered from U+0100 on.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    table.update({chr(0x100 + index): byte for index, byte in enumerate(hidden)})
    return table


_BYTES = _byte_of_character()


def _bytes_of(token: str) -> bytes:
    """What an entry of the vocabulary writes; one that is no writing of bytes stands for itself."""
    if all(character in _BYTES for character in token):
        return bytes(_BYTES[character] for character in token)
    return token.encode()


class Tokenizer:
    """Text to ids and back.

    >>> tokenizer.encode("the cat")
    [261, 512]
    >>> tokenizer.pieces([261, 512])
    ['the', ' cat']

    `<|endoftext|>` is never read out of a text: someone who types those characters gets those
    characters. Where a document ends, append `tokenizer.end`.
    """

    def __init__(self, backend: tokenizers.Tokenizer, end: str = END_OF_TEXT) -> None:
        end_id = backend.token_to_id(end)
        if end_id is None:
            raise ValueError(f"the tokenizer has no {end}: train one with train_tokenizer")
        self.backend = backend
        self.end = end_id
        self._read_plainly()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy, or what comes out of a pickle: the library keeps its settings only in part."""
        self.__dict__.update(state)
        self._read_plainly()

    def _read_plainly(self) -> None:
        """Switch off what would make of a text anything but all of its characters.

        Settings stand beside the vocabulary in a tokenizer.json: transformers writes there how long
        its last batch was, and a trainer with which chance merges were left out.
        """
        self.backend.encode_special_tokens = True  # as plain characters
        self.backend.no_truncation()
        self.backend.no_padding()
        if getattr(self.backend.model, "dropout", None):
            self.backend.model.dropout = None

    @property
    def vocab_size(self) -> int:
        return self.backend.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """The ids of a text; the empty text gives []."""
        # Half a surrogate pair, as some browsers send, is no text: it becomes a question mark.
        text = text.encode("utf-8", errors="replace").decode("utf-8")
        return self.backend.encode(text, add_special_tokens=False).ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids. Bytes that are not UTF-8 on their own become U+FFFD."""
        self._check(ids)
        return self.backend.decode(list(ids), skip_special_tokens=False)

    def pieces(self, ids: Sequence[int]) -> list[str]:
        r"""What each id stands for, one string an id; part of a character as `\xe2\x80`."""
        return [piece.decode(errors="backslashreplace") for piece in self.token_bytes(ids)]

    def token_bytes(self, ids: Sequence[int]) -> list[bytes]:
        """The bytes that each id writes: joined, they are the text's in UTF-8."""
        self._check(ids)
        return [_bytes_of(self.backend.id_to_token(index) or "") for index in ids]

    def save(self, path: str | Path) -> None:
        """Write one JSON file in the format of the `tokenizers` library."""
        self.backend.save(str(path))

    @classmethod
    def load(cls, path: str | Path) -> Tokenizer:
        """Read a tokenizer's JSON file, or a folder with tokenizer.json or vocab.json + merges.txt.

        Raises FileNotFoundError where there is neither, ValueError where the file is damaged.
        """
        path = Path(path)
        file = path / "tokenizer.json" if path.is_dir() else path
        if file.is_file():
            try:
                return cls(tokenizers.Tokenizer.from_file(str(file)))
            except ValueError:
                raise
            except Exception as error:  # the library raises bare Exception
                raise ValueError(
                    f"{file} is not a tokenizer file ({error}): get it again"
                ) from error
        vocab, merges = path / "vocab.json", path / "merges.txt"
        if vocab.is_file() and merges.is_file():
            try:
                backend = tokenizers.Tokenizer(models.BPE.from_file(str(vocab), str(merges)))
            except Exception as error:
                raise ValueError(
                    f"{vocab} and {merges.name} are no tokenizer ({error}): get them again"
                ) from error
            backend.add_special_tokens([END_OF_TEXT])
            return cls(_byte_level(backend))
        raise FileNotFoundError(
            f"no tokenizer at {path}: expected a tokenizer.json, or a folder with one, "
            "or with vocab.json and merges.txt"
        )

    def _check(self, ids: Sequence[int]) -> None:
        size = self.vocab_size
        for index in ids:
            if not 0 <= index < size:
                raise ValueError(
                    f"id {index} is outside the vocabulary: ids go from 0 to {size - 1}"
                )


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """Learn merges from texts until there are `vocab_size` entries (GPT-2, section 2.2).

    The entries are `<|endoftext|>` (id 0), the 256 bytes, then the merges, the most frequent first.
    Raises ValueError for a size that leaves no room for the bytes.
    """
    if vocab_size < 257:
        raise ValueError(f"vocab_size is {vocab_size}: 256 bytes and {END_OF_TEXT} need 257")
    backend = _byte_level(tokenizers.Tokenizer(models.BPE()))
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    return Tokenizer(backend)


def _byte_level(backend: tokenizers.Tokenizer) -> tokenizers.Tokenizer:
    """GPT-2's splitting into words, numbers and punctuation, each with the space before it."""
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    backend.decoder = decoders.ByteLevel()
    return backend
