"""GPT-1's formats, losses and fine-tuning, on a tiny random network."""

from __future__ import annotations

import dataclasses
import math
import re
import signal

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from gptedu.finetuning import (
    TASKS,
    Classifier,
    FineTuning,
    Formats,
    LSTMConfig,
    LSTMModel,
    MaskedModel,
    accuracy,
    fine_tune,
    fresh,
    predict,
    transfer,
)
from gptedu.finetuning.train import Encoded, labels_of
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.sft.train import SFT
from gptedu.sampling import seeded
from gptedu.world import Classification, Entailment, MultipleChoice, Similarity

VOCABULARY, CONTEXT, WIDTH = 20, 16, 32
CONFIG = GPTConfig(VOCABULARY, CONTEXT, layers=2, width=WIDTH, heads=4)
START, DELIM, EXTRACT = 20, 21, 22

EXAMPLES = {
    "review": [Classification("abc", 0), Classification("defgh", 1)],
    "entailment": [Entailment("abcd", "ef", 2), Entailment("ab", "g", 0)],
    "similarity": [Similarity("abcd", "ef", 1), Similarity("g", "hijk", 0)],
    "story": [MultipleChoice("abc", ("d", "efg"), 1), MultipleChoice("hi", ("j", "k"), 0)],
}
TASK_NAMES = list(EXAMPLES)


def encode(text: str) -> list[int]:
    """One letter, one token."""
    return [ord(letter) - ord("a") for letter in text]


def bodies() -> dict[str, torch.nn.Module]:
    return {
        "gpt": GPT(CONFIG, seeded(0)),
        "lstm": LSTMModel(LSTMConfig.same_size(CONFIG), seeded(0)),
        "bert": MaskedModel(CONFIG, seeded(0)),
    }


def classifier(task: str = "review", body: str = "gpt", seed: int = 0) -> Classifier:
    return Classifier(bodies()[body], TASKS[task], seeded(seed)).eval()


def rows_and_labels(model: Classifier, task: str) -> tuple[list, torch.Tensor]:
    examples = EXAMPLES[task]
    data = Encoded.of(model.formats(encode), examples, labels_of(examples, TASKS[task]))
    return [row for rows in data.rows for row in rows], data.labels


# Formats


@pytest.fixture
def formats() -> Formats:
    return Formats(encode, VOCABULARY, CONTEXT)


def test_the_four_formats_are_the_papers(formats):
    assert formats.classification("ab").ids == (START, 0, 1, EXTRACT)
    assert formats.entailment("ab", "c").ids == (START, 0, 1, DELIM, 2, EXTRACT)
    first, second = formats.similarity("ab", "c")
    assert first.ids == (START, 0, 1, DELIM, 2, EXTRACT)
    assert second.ids == (START, 2, DELIM, 0, 1, EXTRACT)
    rows = formats.multiple_choice("ab", ("c", "de"))
    assert [row.ids for row in rows] == [
        (START, 0, 1, DELIM, 2, EXTRACT),
        (START, 0, 1, DELIM, 3, 4, EXTRACT),
    ]
    assert rows[1].roles == ("start", *["context"] * 2, "delim", *["choice"] * 2, "extract")


@pytest.mark.parametrize("length", range(1, 60))
def test_truncation_keeps_the_specials_and_says_what_was_cut(formats, length):
    text = ("abcdefghij" * 6)[:length]
    cases = [
        ([formats.classification(text)], length, 0),
        ([formats.entailment(text, "ab")], length + 2, 1),
        (formats.similarity(text, "ab"), length + 2, 1),
        (formats.similarity("ab", text), length + 2, 1),
        (formats.similarity(text, text), 2 * length, 1),
        (formats.multiple_choice(text, ("a", "bc")), None, 1),
    ]
    for rows, tokens, delims in cases:
        for row in rows:
            assert len(row.ids) == len(row.roles) <= CONTEXT
            assert row.ids[0] == START
            assert row.ids.count(EXTRACT) == 1
            assert row.ids[row.extract] == EXTRACT
            assert row.ids.count(DELIM) == delims
            if tokens is not None:
                assert row.cut == tokens - (len(row.ids) - 2 - delims)


def test_what_is_cut_is_the_end_of_a_premise_and_the_beginning_of_a_story(formats):
    text = "abcdefghijklmnopqrst"
    assert formats.classification(text).ids[1:-1] == tuple(range(14))
    assert formats.entailment(text, "ab").ids[1:12] == tuple(range(11))
    for row in formats.multiple_choice(text, ("a", "bc")):
        assert row.ids[1:12] == tuple(range(9, 20))
        assert row.cut == 9


def test_a_short_sentence_beside_a_long_one_is_not_cut(formats):
    text = "abcdefghijklmnopqrst"
    first, second = formats.similarity("tsr", text)
    assert first.ids == (START, 19, 18, 17, DELIM, *range(10), EXTRACT)
    assert second.ids == (START, *range(10), DELIM, 19, 18, 17, EXTRACT)


@pytest.mark.parametrize(
    "make",
    [
        lambda f: f.entailment("a", "b" * 13),
        lambda f: f.multiple_choice("a", ("b", "c" * 13)),
        lambda f: dataclasses.replace(f, context=2).classification("a"),
        lambda f: dataclasses.replace(f, context=4).similarity("a", "b"),
    ],
)
def test_what_cannot_fit_raises(formats, make):
    with pytest.raises(ValueError, match="do not fit in a context of"):
        make(formats)


@pytest.mark.parametrize(
    "make",
    [
        lambda f: f.classification(""),
        lambda f: f.entailment("a", ""),
        lambda f: f.similarity("", "a"),
        lambda f: f.multiple_choice("a", ("b", "")),
    ],
)
def test_an_empty_text_raises(formats, make):
    with pytest.raises(ValueError, match="is empty"):
        make(formats)


def test_other_examples_and_single_choices_raise(formats):
    with pytest.raises(ValueError, match="no input format for str"):
        formats.rows("a review")
    with pytest.raises(ValueError, match="at least 2 choices"):
        formats.multiple_choice("a", ("b",))


# The classifier


@pytest.mark.parametrize("task", TASK_NAMES)
@pytest.mark.parametrize("body", ["gpt", "lstm", "bert"])
def test_logits_are_those_of_each_example_alone(task, body):
    """Padding and neighbours in the batch change nothing."""
    model = classifier(task, body)
    rows, _ = rows_and_labels(model, task)
    together = model(rows)
    assert together.shape == (2, model.task.answers)
    count = model.task.rows
    for index in range(2):
        alone = model(rows[index * count : (index + 1) * count])
        torch.testing.assert_close(together[index], alone[0], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("body", ["gpt", "lstm", "bert"])
@pytest.mark.parametrize("texts", [("abcd", "ef"), ("abcdefghijklmno", "ponmlkjihgfedcb")])
def test_similarity_does_not_depend_on_the_order(body, texts):
    model = classifier("similarity", body)
    formats = model.formats(encode)
    one = model(formats.similarity(*texts))
    other = model(formats.similarity(*texts[::-1]))
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)
    # and it is the sum of both orders that is read, not one of them
    hidden, _, mask = model.hidden(formats.similarity(*texts))
    last = mask.sum(1) - 1
    by_hand = model.head(hidden[0, last[0]] + hidden[1, last[1]])
    torch.testing.assert_close(one[0], by_hand)
    assert not torch.allclose(model.head(hidden[0, last[0]]), by_hand, atol=1e-3)


def test_multiple_choice_scores_each_answer_by_itself():
    model = classifier("story")
    formats = model.formats(encode)
    two = model(formats.multiple_choice("abc", ("d", "efg")))
    swapped = model(formats.multiple_choice("abc", ("efg", "d")))
    torch.testing.assert_close(two.flip(1), swapped, atol=1e-5, rtol=1e-4)


def by_hand(model: Classifier, task: str, weight: float) -> torch.Tensor:
    """L3 of the examples, one row at a time, from the network's own pieces.

    Of a story only the right ending is text that the language model learns.
    """
    formats, count = model.formats(encode), len(EXAMPLES[task])
    table = torch.cat([model.body.token_embedding.weight, model.specials])
    loss2, loss1 = [], []
    for example in EXAMPLES[task]:
        vectors = []
        for number, row in enumerate(formats.rows(example)):
            ids = torch.tensor(row.ids)
            hidden = model.body.features(
                embeddings=table[ids][None], mask=torch.ones(1, len(ids), dtype=torch.bool)
            )[0]
            vectors.append(hidden[-1])
            # P(u) = softmax(h We^T), with the specials' embeddings in We
            probabilities = (hidden @ table.T).softmax(-1)
            steps = [-probabilities[t, ids[t + 1]].log() for t in range(len(ids) - 1)]
            if task != "story" or number == example.label:
                loss1.append(sum(steps) / len(steps))
        if task == "story":
            logits = torch.cat([model.head(vector) for vector in vectors])
        else:
            logits = model.head(sum(vectors))
        loss2.append(F.cross_entropy(logits[None], torch.tensor([example.label])))
    return sum(loss2) / count + weight * sum(loss1) / len(loss1)


@pytest.mark.parametrize("task", TASK_NAMES)
@pytest.mark.parametrize("weight", [0.0, 0.5, 2.0])
def test_l3_is_l2_plus_lambda_l1(task, weight):
    model = classifier(task)
    rows, labels = rows_and_labels(model, task)
    losses = model.losses(rows, labels, weight)
    torch.testing.assert_close(losses.total, by_hand(model, task, weight), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("task", TASK_NAMES)
def test_lambda_zero_is_the_classifier_alone(task):
    model = classifier(task)
    rows, labels = rows_and_labels(model, task)
    total = model.losses(rows, labels, 0.0).total
    torch.testing.assert_close(total, F.cross_entropy(model(rows), labels))


def test_a_body_that_sees_the_next_token_has_no_auxiliary_loss():
    model = classifier("review", "bert")
    rows, labels = rows_and_labels(model, "review")
    assert torch.isfinite(model.losses(rows, labels, 0.0).total)
    with pytest.raises(ValueError, match="sees the next token"):
        model.losses(rows, labels, 0.5)


def test_language_model_targets_never_include_pads(monkeypatch):
    """What stands in the pads, and what the network says there, changes no loss."""
    import gptedu.finetuning.classifier as module

    model = classifier("review")
    rows, labels = rows_and_labels(model, "review")
    before = model.losses(rows, labels, 0.5)
    original = module.pad
    monkeypatch.setattr(module, "pad", lambda rows: original(rows, value=7))
    after = model.losses(rows, labels, 0.5)
    torch.testing.assert_close(before.language_model, after.language_model)
    torch.testing.assert_close(before.total, after.total)


@pytest.mark.parametrize("body", ["gpt", "lstm", "bert"])
@pytest.mark.parametrize("task", TASK_NAMES)
def test_gradients_reach_every_new_weight_and_the_body(task, body):
    model = classifier(task, body).train()
    rows, labels = rows_and_labels(model, task)
    model.losses(rows, labels, 0.0).total.backward()
    used = [0, 2] if task == "review" else [0, 1, 2]  # a review has no [Delim]
    assert all(model.specials.grad[i].abs().sum() > 0 for i in used)
    assert model.head.weight.grad.abs().sum() > 0
    assert model.body.token_embedding.weight.grad.abs().sum() > 0


def test_specials_may_begin_as_tokens_that_the_body_knows():
    body = GPT(CONFIG, seeded(0))
    model = Classifier(body, TASKS["review"], seeded(0), begin_as=(0, 7, 3))
    weight = body.token_embedding.weight
    assert torch.equal(model.specials, weight[[0, 7, 3]])
    model.specials.data.zero_()  # and they are their own
    assert weight.abs().sum(1).min() > 0


def test_the_body_is_not_touched_by_the_specials():
    body = GPT(CONFIG, seeded(0))
    before = {name: value.clone() for name, value in body.state_dict().items()}
    Classifier(body, TASKS["review"], seeded(0))
    assert body.token_embedding.num_embeddings == VOCABULARY
    for name, value in body.state_dict().items():
        assert torch.equal(value, before[name])


def test_the_answer_is_read_at_the_last_real_token():
    """Not at the last place, and not at the first pad-like token."""
    model = classifier("review")
    hidden = torch.arange(2 * 4 * WIDTH, dtype=torch.float).view(2, 4, WIDTH)
    mask = torch.tensor([[True] * 4, [True, True, False, False]])
    expected = torch.stack([model.head(hidden[0, 3]), model.head(hidden[1, 1])])
    torch.testing.assert_close(model.answer_logits(hidden, mask), expected)


# Transfer


@pytest.mark.parametrize("layers", [0, 1, 2])
@pytest.mark.parametrize("body", ["gpt", "bert"])
def test_transfer_keeps_so_many_layers(layers, body):
    model = bodies()[body]
    for parameter in model.parameters():  # so that also gains and biases differ from a new model's
        parameter.data += 0.1
    before = {name: value.clone() for name, value in model.state_dict().items()}
    moved = transfer(model, layers, seeded(1)).state_dict()
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])  # the pretrained model is left alone
        kept = "embedding" in name
        if ".blocks." in f".{name}":
            kept = int(name.split("blocks.")[1].split(".")[0]) < layers
        if "final_norm" in name:
            kept = layers == 2
        assert torch.equal(value, moved[name]) == kept, name


def test_transfer_of_all_is_the_same_function_and_of_a_copy():
    model = GPT(CONFIG, seeded(0))
    ids = torch.arange(6)[None]
    for copy in (transfer(model), transfer(model, 2)):
        assert torch.equal(copy(ids), model(ids))
        copy.token_embedding.weight.data.zero_()
        assert model.token_embedding.weight.abs().sum() > 0


def test_transfer_of_layers_that_are_not_there_raises():
    with pytest.raises(ValueError, match="0 to 2"):
        transfer(GPT(CONFIG), 3)
    with pytest.raises(ValueError, match="no layers to choose"):
        transfer(bodies()["lstm"], 1)


@pytest.mark.parametrize("body", ["gpt", "lstm", "bert"])
def test_fresh_is_drawn_from_the_generator(body):
    model = bodies()[body]
    one, same, other = fresh(model, seeded(5)), fresh(model, seeded(5)), fresh(model, seeded(6))
    weight = one.token_embedding.weight
    assert torch.equal(weight, same.token_embedding.weight)
    assert not torch.equal(weight, other.token_embedding.weight)


# Fine-tuning


def first_letter_task(count: int, seed: int) -> list[Classification]:
    """Label 1 where the text holds an "a"."""
    drawn = torch.randint(1, 12, (count, 9), generator=seeded(seed))
    examples = []
    for index, row in enumerate(drawn):
        letters = [chr(ord("a") + int(letter)) for letter in row[: 4 + index % 6]]
        if index % 2:
            letters[index % len(letters)] = "a"
        examples.append(Classification("".join(letters), index % 2))
    return examples


@pytest.mark.parametrize("body", ["gpt", "lstm", "bert"])
def test_fine_tuning_learns_a_rule(body):
    model = classifier("review", body)
    train, test = first_letter_task(256, 1), first_letter_task(64, 2)
    how = FineTuning(epochs=12, batch=32, learning_rate=3e-3, lm_weight=0.0)
    done = fine_tune(model, train, encode, how, generator=seeded(0), progress=False)
    assert done.finished
    assert len(done.classification) == 12 * 8
    assert accuracy(model, test, encode) >= 0.85


def test_fine_tuning_is_decided_by_its_seeds():
    results = []
    for seed in (0, 0, 1):
        model = classifier("review")
        torch.rand(7)  # torch's global state has no say
        how = FineTuning(epochs=1)
        fine_tune(
            model, first_letter_task(64, 1), encode, how, generator=seeded(seed), progress=False
        )
        results.append(model.head.weight.clone())
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


def test_ctrl_c_keeps_what_was_learned():
    model = classifier("review")
    before = model.head.weight.clone()

    def press(epoch: int, _: Classifier) -> None:
        if epoch == 2:
            signal.raise_signal(signal.SIGINT)

    done = fine_tune(
        model, first_letter_task(64, 1), encode, FineTuning(batch=32),
        generator=seeded(0), progress=False, on_epoch=press,
    )  # fmt: skip
    assert not done.finished
    assert len(done.classification) == 4
    assert not torch.equal(model.head.weight, before)


@pytest.mark.parametrize("seed", [None, 0])
def test_an_epoch_sees_every_example_once(seed):
    formats = Formats(encode, VOCABULARY, CONTEXT)
    data = Encoded.of(formats, first_letter_task(50, 3), torch.arange(50))
    generator = None if seed is None else seeded(seed)
    seen = [row for rows, _ in data.batches(8, generator) for row in rows]
    assert sorted(row.ids for row in seen) == sorted(row.ids for rows in data.rows for row in rows)


def test_predictions_come_in_the_examples_order():
    model = classifier("review")
    examples = first_letter_task(40, 4)
    together = predict(model, examples, encode, batch=8)
    alone = torch.cat([predict(model, [example], encode) for example in examples])
    assert torch.equal(together, alone)


def test_the_rate_rises_and_falls():
    how = FineTuning(warmup=0.1)
    rates = [how.schedule(step, 50) for step in range(50)]
    assert 0 < rates[0] < rates[4] == max(rates) == 1.0
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert 0 < rates[-1] < 0.05


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0}, {"epochs": 1.5}, {"epochs": "2"}, {"epochs": True},
        {"batch": 0}, {"batch": 8.0}, {"lm_weight": -1.0}, {"lm_weight": float("inf")},
        {"learning_rate": 0.0}, {"learning_rate": float("nan")}, {"learning_rate": "1e-3"},
        {"clip": 0.0}, {"clip": -1.0}, {"clip": float("inf")}, {"weight_decay": -0.1},
        {"warmup": -0.1}, {"warmup": 1.0}, {"warmup": 10}, {"warmup": float("nan")},
    ],
)  # fmt: skip
@pytest.mark.parametrize("settings", [FineTuning, SFT, RewardFitting])
def test_settings_that_make_no_sense_raise(change, settings):
    name, value = next(iter(change.items()))
    if name == "lm_weight" and settings is not FineTuning:
        name = "ptx" if settings is SFT else "weight_decay"
    with pytest.raises(ValueError, match=re.escape(f"{name} is {value!r}: ")):
        settings(**{name: value})


@pytest.mark.parametrize(("rate", "when"), [(1e30, 2), (1e-3, 1)])
def test_a_loss_that_is_no_number_stops_it_before_it_spoils_more(rate, when):
    model = classifier("review")
    if when == 1:
        model.head.weight.data[0, 0] = math.nan
    seen = []
    real = model.losses

    def losses(*given):
        seen.append({name: w.clone() for name, w in model.state_dict().items()})
        return real(*given)

    model.losses = losses  # type: ignore[method-assign]
    with pytest.raises(FloatingPointError, match=f"at step {when} the loss is .*: lower the learn"):
        fine_tune(
            model, first_letter_task(64, 1), encode, FineTuning(learning_rate=rate),
            generator=seeded(0), progress=False,
        )  # fmt: skip
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(tensor, seen[-1][name], rtol=0, atol=0, equal_nan=True)
    assert not model.training


LABELS_THAT_ARE_NONE = [
    2,
    -1,
    -100,
    True,
    False,
    1.0,
    0.5,
    "1",
    None,
    np.float64(1),
    np.bool_(True),
]


@pytest.mark.parametrize("label", LABELS_THAT_ARE_NONE, ids=repr)
@pytest.mark.parametrize("task", ["review", "similarity", "story"])
def test_a_label_that_is_no_index_is_named_before_anything_is_trained(task, label):
    model = classifier(task)
    before = model.head.weight.clone()
    examples = [*EXAMPLES[task], dataclasses.replace(EXAMPLES[task][0], label=label)]
    said = f"the label of example 2 is .*: give the index of one of {task}'s answers, 0 to 1"
    with pytest.raises(ValueError, match=said):
        fine_tune(model, examples, encode, FineTuning(), generator=seeded(0), progress=False)
    with pytest.raises(ValueError, match=said):
        accuracy(model, examples, encode)
    assert torch.equal(model.head.weight, before)
    assert len(predict(model, examples, encode)) == 3  # no label is asked for there


def test_labels_counted_from_1_are_named():
    examples = [Entailment("ab", "c", label) for label in (1, 2, 3)]
    with pytest.raises(ValueError, match=r"example 2 is 3: .* 0 to 2"):
        labels_of(examples, TASKS["entailment"])


@pytest.mark.parametrize("label", [1, np.int64(1), torch.tensor(1), np.uint8(1)], ids=repr)
def test_an_index_of_any_library_is_taken(label):
    assert labels_of([Classification("ab", label)], TASKS["review"]).tolist() == [1]


@pytest.mark.parametrize(
    "labels", [[0, 2], [-1, 0], [-100, 1], [1.0, 0.0], [True, False]], ids=repr
)
def test_losses_take_indices_alone(labels):
    model = classifier()
    rows, _ = rows_and_labels(model, "review")
    with pytest.raises(ValueError, match=r"the labels .*: give indices of"):
        model.losses(rows, torch.tensor(labels), 0.0)


def test_no_examples_raise():
    with pytest.raises(ValueError, match="no examples"):
        fine_tune(classifier(), [], encode, generator=seeded(0), progress=False)
