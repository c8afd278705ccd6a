"""Pictures among words: their places, what is learned, and who sees what."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.text import Tokenizer
from gptedu.vision.stream import (
    CLOSE,
    IMAGE,
    LONG,
    OPEN,
    SEEN,
    TAGGED,
    PictureReader,
    ReaderConfig,
    Stream,
    interleaved,
    side_by_side,
    stream,
)
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import draw

TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))
TWO = f"first {IMAGE} a ball. then {IMAGE} Question: What is it?\nAnswer:"


def picture(seed: int) -> np.ndarray:
    return draw(scenes.one(random.Random(seed)), seed=seed)


@pytest.fixture(scope="module")
def reader() -> PictureReader:
    body = GPT(GPTConfig(2500, 64, layers=2, width=32, heads=2), seeded(0))
    return PictureReader(body, generator=seeded(1)).eval()


def test_each_picture_takes_nine_tokens_between_two_tags():
    row = stream(TOKENIZER, TWO, [picture(0), picture(1)], " ring")
    tagged = (OPEN, *[SEEN] * 9, CLOSE)
    assert len(tagged) == TAGGED
    starts = [i for i, token in enumerate(row.ids) if token == OPEN]
    assert len(starts) == 2
    assert all(row.ids[i : i + TAGGED] == tagged for i in starts)
    words = [token for token in row.ids if token > 0]
    assert TOKENIZER.decode(words) == TWO.replace(IMAGE, "") + " ring"


def test_only_the_answer_and_its_end_are_learned():
    row = stream(TOKENIZER, TWO, [picture(0), picture(1)], " ring")
    learned = [token for token, own in zip(row.ids, row.learned, strict=True) if own]
    assert learned == [*TOKENIZER.encode(" ring"), TOKENIZER.end]
    assert not any(stream(TOKENIZER, TWO, [picture(0), picture(1)]).learned)


@pytest.mark.parametrize(
    ("text", "pictures", "words"),
    [
        (TWO, 1, "2 <image> marks and 1 pictures"),
        (TWO, 3, "2 <image> marks and 3 pictures"),
        ("no mark", 1, "0 <image> marks and 1 pictures"),
        ("", 0, "text is empty"),
    ],
)
def test_marks_and_pictures_have_to_agree(text, pictures, words):
    with pytest.raises(ValueError, match=words):
        stream(TOKENIZER, text, [picture(i) for i in range(pictures)])


def test_a_row_that_is_too_long_is_not_cut():
    row = stream(TOKENIZER, TWO, [picture(0), picture(1)], " ring")
    own = [picture(0), picture(1)]
    assert stream(TOKENIZER, TWO, own, " ring", context=len(row.ids)).ids == row.ids
    with pytest.raises(ValueError, match="leave out an example, with its picture"):
        stream(TOKENIZER, TWO, own, " ring", context=len(row.ids) - 1)


def test_a_row_made_by_hand_is_checked():
    with pytest.raises(ValueError, match="8 tokens for 1 pictures: each needs 9"):
        Stream((0, *[SEEN] * 8), (False,) * 9, (picture(0),))
    with pytest.raises(ValueError, match="only words can be predicted"):
        Stream((0, *[SEEN] * 9), (False, *[True] * 9), (picture(0),))
    with pytest.raises(ValueError, match="nothing is before it"):
        Stream((0, 1), (True, True), ())
    with pytest.raises(ValueError, match="2 tokens and 1 marks"):
        Stream((0, 1), (True,), ())


def test_without_pictures_it_is_the_language_model(reader):
    row = stream(TOKENIZER, "Question: What is it?\nAnswer:", [], " a ball")
    hidden, ids, _ = reader.features([row])
    torch.testing.assert_close(hidden, reader.body.features(ids))
    (logprobs,) = reader.logprobs([row])
    full = reader.body(ids).log_softmax(dim=-1)[0]
    by_hand = [full[t - 1, row.ids[t]] for t in range(len(row.ids)) if row.learned[t]]
    torch.testing.assert_close(logprobs, torch.stack(by_hand))


def test_another_second_picture_changes_nothing_before_it(reader):
    one, other = (
        reader.features([stream(TOKENIZER, TWO, [picture(0), picture(i)], " ring")])[0][0]
        for i in (1, 2)
    )
    ids = stream(TOKENIZER, TWO, [picture(0), picture(1)]).ids
    second = [i for i, token in enumerate(ids) if token == OPEN][1]
    torch.testing.assert_close(one[: second + 1], other[: second + 1])
    assert not torch.allclose(one[-1], other[-1])


def test_pictures_go_to_their_own_rows_and_places(reader):
    """A batch of rows says what each row says alone, whatever stands beside it."""
    rows = [
        stream(TOKENIZER, TWO, [picture(0), picture(1)], " ring"),
        stream(TOKENIZER, "no picture here", [], " at all, and a longer answer than the others"),
        stream(TOKENIZER, f"{IMAGE}", [picture(2)], " ball"),
    ]
    together = reader.logprobs(rows)
    for row, logprobs in zip(rows, together, strict=True):
        torch.testing.assert_close(logprobs, reader.logprobs([row])[0], atol=1e-5, rtol=1e-5)
    exchanged = stream(TOKENIZER, TWO, [picture(1), picture(0)], " ring")
    assert not torch.allclose(reader.logprobs([exchanged])[0], together[0])


def test_rows_lie_in_as_few_windows_as_the_first_that_has_room_gives():
    assert side_by_side([3, 10, 7, 4]) == [[1], [2, 0], [3]]
    assert side_by_side([]) == []


def test_long_rows_and_short_ones_say_what_each_says_alone():
    """Laid side by side, in windows of two lengths, in the order in which they were given."""
    body = GPT(GPTConfig(2500, 200, layers=1, width=16, heads=2), seeded(3))
    own = PictureReader(body, generator=seeded(4)).eval()
    texts = ["a ball" * 3, "a ball and a ring, " * 22, f"{IMAGE} ring", "the word " * 70, "a"]
    rows = [
        stream(TOKENIZER, text, [picture(5)] * text.count(IMAGE), " a moon at the top")
        for text in texts
    ]
    assert [len(row.ids) > LONG for row in rows] == [False, True, False, True, False]
    for row, logprobs in zip(rows, own.logprobs(rows), strict=True):
        hidden, ids, learned = own.features([row])
        full = own.body.unembed(hidden).log_softmax(dim=-1)[0, :-1]
        by_hand = full.gather(1, ids[0, 1:, None].clamp(0))[:, 0][learned[0, 1:]]
        torch.testing.assert_close(logprobs, by_hand, atol=1e-5, rtol=1e-5)


def test_each_row_counts_as_much_as_another(reader):
    long = stream(TOKENIZER, IMAGE, [picture(0)], " a ring " * 5)
    rows = [stream(TOKENIZER, "a", [], " b"), long]
    alone = [reader.loss([row]).item() for row in rows]
    assert reader.loss(rows).item() == pytest.approx(sum(alone) / 2, abs=1e-5)


def test_the_order_of_a_pictures_tokens_is_that_of_its_places(reader):
    row = stream(TOKENIZER, IMAGE, [picture(3)], " ring")
    ids = torch.tensor([row.ids])
    pixels = torch.from_numpy(np.stack(row.pictures))
    found = reader.embed(ids, pixels)[0]
    start = row.ids.index(SEEN)
    tokens = reader.join(reader.encoder(pixels))[0] + reader.places
    torch.testing.assert_close(found[start : start + 9], tokens)
    torch.testing.assert_close(found[start - 1], reader.tags[0])
    torch.testing.assert_close(found[start + 9], reader.tags[1])


def test_a_row_of_which_nothing_is_learned_is_refused(reader):
    row = stream(TOKENIZER, IMAGE, [picture(0)])
    with pytest.raises(ValueError, match="nothing is learned of row 1"):
        reader.loss([stream(TOKENIZER, "a", [], " b"), row])
    with pytest.raises(ValueError, match="no rows"):
        reader.loss([])
    with pytest.raises(ValueError, match="9 places of pictures' tokens and 2 pictures"):
        reader.embed(torch.tensor([row.ids]), torch.zeros(2, 24, 24, 3, dtype=torch.uint8))
    assert reader.next_token(row).sum().item() == pytest.approx(1, abs=1e-5)


def test_the_loss_reaches_encoder_tags_and_body(reader):
    reader.zero_grad()
    reader.loss([stream(TOKENIZER, TWO, [picture(0), picture(1)], " ring")]).backward()
    for parameter in (reader.tags, reader.join.weight, reader.encoder.convolutions[0].weight):
        assert parameter.grad.abs().max() > 0
    assert reader.body.token_embedding.weight.grad.abs().max() > 0
    reader.zero_grad()


def test_parts_are_learned_where_that_is_said():
    asked = f"{IMAGE} This is a"
    parts = [(asked, False), (" zib", True), (f".\n{asked}", False), (" dax", True)]
    row = interleaved(TOKENIZER, parts, [picture(0), picture(1)])
    learned = [token for token, own in zip(row.ids, row.learned, strict=True) if own]
    words = TOKENIZER.encode(" zib") + TOKENIZER.encode(" dax")
    assert learned == [*words, TOKENIZER.end]
    assert interleaved(TOKENIZER, parts[:3], [picture(0), picture(1)]).ids[-1] != TOKENIZER.end


def test_a_readers_shape_is_written_and_read_back(reader):
    config = reader.config
    assert ReaderConfig.from_dict(config.to_dict()) == config
    assert (config.vocab_size, config.context, config.width) == (2500, 64, 32)
    with pytest.raises(ValueError, match="give 'body' alone"):
        ReaderConfig.from_dict({})
