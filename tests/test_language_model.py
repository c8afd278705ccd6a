"""The language model: scores, log-probabilities, text, and what it refuses."""

from __future__ import annotations

import copy
import dataclasses
import io
import math
import pickle
import re

import numpy as np
import pytest
import torch

from gptedu.finetuning.bert import MaskedModel
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.language_model import LanguageModel, split_choices
from gptedu.model import GPT, GPTConfig, count_parameters
from gptedu.model.text_model import wrap
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer

TEXTS = [
    "The cat sat on the mat.\nThe dog saw the cat; the dog sat down.\n",
    "Question: who sat? Answer: the cat\n\nQuestion: who saw? Answer: the dog\n",
    "abab abab cathedral catalogue the the",
]


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    tokenizer = train_tokenizer(TEXTS * 4, 320)
    config = GPTConfig(tokenizer.vocab_size, context=48, layers=2, width=32, heads=4)
    model = GPT(config, seeded(3))
    with torch.no_grad():  # sharp enough that texts differ
        model.token_embedding.weight.mul_(4)
    return LanguageModel(model, tokenizer, "tiny")


def joint(lm: LanguageModel, text: str) -> float:
    """The log-probability of a whole text, straight from the model's logits."""
    ids = [lm.tokenizer.end, *lm.tokenizer.encode(text)]
    logits = lm.model(torch.tensor([ids]))[0].log_softmax(-1)
    return sum(float(logits[i, ids[i + 1]].detach()) for i in range(len(ids) - 1))


def test_logprobs_follow_the_chain_rule(lm):
    found = lm.logprobs("The cat saw the dog")
    assert "".join(found.pieces) == "The cat saw the dog"
    assert len(found.pieces) == len(found.ids) == len(found.logprobs)
    assert float(found.logprobs.sum()) == pytest.approx(joint(lm, "The cat saw the dog"), abs=1e-4)
    beginning = lm.logprobs("The cat saw")
    torch.testing.assert_close(found.logprobs[: len(beginning.ids)], beginning.logprobs)


def test_next_token_agrees_with_logprobs(lm):
    probabilities = lm.next_token("The cat")
    found = lm.logprobs("The cat sat")
    assert float(probabilities.sum()) == pytest.approx(1, abs=1e-5)
    assert math.log(probabilities[found.ids[-1]]) == pytest.approx(float(found.logprobs[-1]), 1e-4)


def test_scores_are_differences_of_joint_logprobs(lm):
    prompt, choices = "Question: who sat? Answer:", [" the cat", " the dog sat down", " catalogue"]
    scores = lm.score(prompt, choices)
    for choice, raw, mean in zip(choices, scores.raw, scores.normalised, strict=True):
        assert raw == pytest.approx(joint(lm, prompt + choice) - joint(lm, prompt), abs=1e-4)
        tokens = len(lm.tokenizer.encode(prompt + choice)) - len(lm.tokenizer.encode(prompt))
        assert mean == pytest.approx(raw / tokens, abs=1e-6)


def test_padding_beside_a_longer_choice_changes_no_score(lm):
    choices = [" the cat", " the dog sat down on the mat.", " a"]
    together = lm.score("Answer:", choices)
    for index, choice in enumerate(choices):
        alone = lm.score("Answer:", [choice])
        assert together.raw[index] == pytest.approx(alone.raw[0], abs=1e-4)
        assert together.normalised[index] == pytest.approx(alone.normalised[0], abs=1e-5)


@pytest.mark.parametrize("choices", [["at", "ow"], ["at", "zz"], ["zz", "at"], ["q", "at", "ow"]])
def test_a_merge_across_the_border_moves_it_for_all_choices(lm, choices):
    prompt = "The c"
    alone = lm.tokenizer.encode(prompt)
    whole = lm.tokenizer.encode("The cat")
    assert whole[: len(alone)] != alone, "this test needs a merge across the border"
    head, tails = split_choices(lm.tokenizer, prompt, choices)
    assert head[0] == lm.tokenizer.end
    for choice, tail in zip(choices, tails, strict=True):
        assert lm.tokenizer.decode(head[1:] + tail) == prompt + choice
        assert head[1:] + tail == lm.tokenizer.encode(prompt + choice)
    scores = lm.score(prompt, choices)
    shared = lm.tokenizer.decode(head[1:])
    for choice, raw in zip(choices, scores.raw, strict=True):
        assert raw == pytest.approx(joint(lm, prompt + choice) - joint(lm, shared), abs=1e-4)


def test_greedy_text_is_the_argmax_and_independent_of_its_neighbours(lm):
    prompts = ["The cat", "Question: who saw the dog? Answer:", "a"]
    together = lm.generate(prompts, max_tokens=12)
    assert together == [lm.generate(prompt, max_tokens=12) for prompt in prompts]
    ids = lm.tokenizer.encode("The cat")
    for _ in range(12):
        logits = lm.model(torch.tensor([[lm.tokenizer.end, *ids]]))[0, -1]
        ids.append(int(logits.argmax()))
        if ids[-1] == lm.tokenizer.end:
            ids.pop()
            break
    assert "The cat" + together[0] == lm.tokenizer.decode(ids)


def test_sampling_repeats_for_a_seed_and_only_for_it(lm):
    kwargs = {"max_tokens": 20, "temperature": 1.5}
    first = lm.generate("The cat", seed=1, **kwargs)
    assert first == lm.generate("The cat", seed=1, **kwargs)
    assert len({lm.generate("The cat", seed=seed, **kwargs) for seed in range(6)}) > 1


def test_text_ends_before_stop_even_inside_a_token_or_across_two(lm):
    whole = lm.generate("The cat", max_tokens=30, temperature=1.2, seed=2)
    for start in range(1, min(12, len(whole) - 2)):
        for length in (1, 2, 3):
            stop = whole[start : start + length]
            if "\N{REPLACEMENT CHARACTER}" in stop:
                continue
            found = lm.generate("The cat", max_tokens=30, temperature=1.2, seed=2, stop=stop)
            assert found == whole.split(stop, 1)[0]


STOPS = ("9", "x", "\\", "é", "👍", "👍\n", "\n\n", "a.\nA", "日", "ñ9", "e9", "the cat", "\ufffd")


class Script(torch.nn.Module):
    """Goes on with given ids, whatever it reads, and counts for how many it was asked."""

    def __init__(self, config: GPTConfig, ids: list[int]) -> None:
        super().__init__()
        self.config, self.ids, self.calls = config, ids, 0
        self.token_embedding = torch.nn.Embedding(config.vocab_size, 1)

    def new_cache(self, rows, room):
        return None

    def features(self, ids, mask=None, cache=None):
        return self.token_embedding(ids)

    def unembed(self, hidden):
        logits = torch.zeros(*hidden.shape[:-1], self.config.vocab_size)
        logits[..., self.ids[self.calls]] = 1
        self.calls += 1
        return logits

    def forward(self, ids, cache=None):
        return self.unembed(self.features(ids))


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize(
    "text",
    [
        "naïve 👍\n日本 9, ñ9 and the cat.",
        "\\x99 is no 9: éé9 👍👍\n\n",
        "a.\nA.\n\nthe catthe cat 日日9",
        "fo\u200d\u2019s e9",
    ],
)
def test_stop_is_found_in_the_text_and_nowhere_else(lm, text, stop):
    """Whatever the tokens: half a character, several words, a piece of what is looked for."""
    ids = lm.tokenizer.encode(text)
    model = Script(lm.model.config, [*ids, lm.tokenizer.end])
    written = LanguageModel(model, lm.tokenizer, "script").generate("The", 46, stop=stop)
    assert written == text.split(stop, 1)[0]
    decoded = [lm.tokenizer.decode(ids[:n]) for n in range(len(ids) + 1)]
    needed = next((n for n, known in enumerate(decoded) if stop in known), len(ids) + 1)
    if stop != "\ufffd":  # half a character on its own: it may yet become a whole one
        assert model.calls == needed, "it ran on, or it stopped too early"


def test_rows_stop_each_at_their_own_place(lm):
    prompts = ["The cat", "The dog sat", "Question: who", "cat", "a.\nA"]
    free = lm.generate(prompts, max_tokens=25, temperature=1.3, seed=5)
    for stop in ("at", "t ", "\n", "e ", "og s", "sat on"):
        together = lm.generate(prompts, max_tokens=25, temperature=1.3, seed=5, stop=stop)
        assert together == [text.split(stop, 1)[0] for text in free]


def test_attention_is_lower_triangular_and_sums_to_one(lm):
    found = lm.attention("The cat sat on the mat")
    layers, heads, time, keys = found.weights.shape
    assert (layers, heads) == (2, 4)
    assert time == keys == len(found.pieces)
    assert found.pieces[0] == "<|endoftext|>"
    torch.testing.assert_close(found.weights.sum(-1), torch.ones(layers, heads, time))
    assert not found.weights.triu(1).any()


def test_heads_switched_off_change_what_follows(lm):
    text = "The cat sat"
    every = [(layer, head) for layer in range(2) for head in range(4)]
    before, after = lm.next_token(text), lm.next_token(text, heads_off=every)
    assert (before - after).abs().max() > 1e-4
    ids = torch.tensor([[lm.tokenizer.end, *lm.tokenizer.encode(text)]])
    expected = lm.model(ids, heads_off=every)[0, -1].softmax(-1).detach()
    torch.testing.assert_close(after, expected)
    first = lm.attention(text, heads_off=[(0, 1)]).weights
    torch.testing.assert_close(first[0], lm.attention(text).weights[0])  # only later layers move
    assert not torch.allclose(first[1], lm.attention(text).weights[1])


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda lm: lm.generate(""), "empty"),
        (lambda lm: lm.generate(["ok", ""]), "prompt 1: the text is empty"),
        (lambda lm: lm.logprobs(""), "empty"),
        (lambda lm: lm.next_token(""), "empty"),
        (lambda lm: lm.attention(""), "empty"),
        (lambda lm: lm.score("", ["a"]), "empty"),
        (lambda lm: lm.generate("xyz " * 60), "48"),
        (lambda lm: lm.logprobs("xyz " * 60), "48"),
        (lambda lm: lm.score("xyz " * 11, ["xyz " * 30]), "48"),
        (lambda lm: lm.score("The", ["cat", ""]), "''"),
        (lambda lm: lm.score("The", []), "at least one"),
        (lambda lm: lm.score("The", "cat"), "list"),
        (lambda lm: lm.generate("The", temperature=math.nan), "temperature"),
        (lambda lm: lm.generate("The", temperature=-1), "temperature"),
        (lambda lm: lm.generate("The", top_k=0), "top_k"),
        (lambda lm: lm.generate("The", temperature=1, top_p=0.0), "top_p"),
        (lambda lm: lm.generate("The", stop=""), "stop"),
        (lambda lm: lm.generate("The", stop=["."]), "stop"),
        (lambda lm: lm.generate("The", seed=None), "seed is None"),
        (lambda lm: lm.generate("The", max_tokens=-1), "max_tokens"),
        (lambda lm: lm.next_token("The", heads_off=[(2, 0)]), r"\(2, 0\)"),
    ],
)
def test_bad_input_is_refused_with_the_value(lm, call, hint):
    with pytest.raises(ValueError, match=hint) as caught:
        call(lm)
    assert "\n" not in str(caught.value)


def test_no_text_is_no_string(lm):
    with pytest.raises(TypeError, match="NoneType"):
        lm.generate([None])
    with pytest.raises(TypeError, match="prompt is None"):
        lm.generate(None)
    with pytest.raises(TypeError, match="NoneType"):
        lm.score(None, ["cat"])
    with pytest.raises(TypeError, match="choice 1 is no text"):
        lm.score("The", ["cat", 1])


def kinds(lm):
    """One of each kind, with the tokenizer of `lm` and random weights."""
    config = lm.model.config
    networks = {
        "gaps": MaskedModel(config),
        "rewards": RewardModel(config),
        "lstm": LSTMModel(LSTMConfig(config.vocab_size, config.context, 16, 16)),
        "gpt": GPT(config),
    }
    return {name: wrap(network, lm.tokenizer, name, {}) for name, network in networks.items()}


METHODS = {
    "gaps": {"fill"},
    "rewards": {"by_token"},
    "lstm": {"next_token", "logprobs", "score"},
    "gpt": {"next_token", "logprobs", "score", "generate", "attention"},
}


@pytest.mark.parametrize("name", METHODS)
def test_each_kind_has_the_methods_that_it_can_answer(lm, name):
    model = kinds(lm)[name]
    for method in set.union(*METHODS.values()):
        if method in METHODS[name]:
            assert callable(getattr(model, method))
            continue
        assert not hasattr(model, method)
        with pytest.raises(
            AttributeError, match=rf"{name} is a .*\..*it has no '{method}'"
        ) as said:
            getattr(model, method)
        assert "\n" not in str(said.value)
    assert callable(model) == (name == "rewards") == isinstance(model, Scorer)


def test_what_it_is_says_what_it_can(lm):
    """Every method that the sentence names is there."""
    for model in kinds(lm).values():
        for method in re.findall(r"\.(\w+)\(", model.what):
            assert hasattr(model, method)


def test_a_kind_that_cannot_write_is_no_language_model(lm):
    lstm = LSTMModel(LSTMConfig(lm.model.config.vocab_size, 8, 8, 8))
    with pytest.raises(TypeError, match="odd is made of a LSTMModel: make a NextTokenModel of it"):
        LanguageModel(lstm, lm.tokenizer, "odd")


def test_size_counts_every_parameter_once(lm):
    assert lm.size == count_parameters(lm.model.config)


@pytest.mark.parametrize("name", METHODS)
def test_what_is_loaded_can_travel(lm, name):
    """To a file, a copy and another process."""
    model = kinds(lm)[name]
    for again in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert (again.name, type(again)) == (model.name, type(model))
        for one, other in zip(model.model.parameters(), again.model.parameters(), strict=True):
            assert torch.equal(one, other)
    buffer = io.BytesIO()
    torch.save(model.model, buffer)
    buffer.seek(0)
    assert torch.load(buffer, weights_only=False).config == model.model.config


@pytest.mark.parametrize("activation", ["gelu_tanh", "gelu", "relu"])
def test_every_activation_can_travel(activation):
    shape = {"vocab_size": 10, "context": 8, "layers": 1, "width": 8, "heads": 2}
    model = GPT(GPTConfig(**shape, activation=activation))
    ids = torch.tensor([[1, 2, 3]])
    assert torch.equal(pickle.loads(pickle.dumps(model))(ids), model(ids))


def asked(lm):
    """All that a language model is asked for a text."""
    return [
        lm.generate("The cat", max_tokens=3),
        lm.next_token("The cat"),
        lm.logprobs("The cat").logprobs,
        lm.score("The cat", [" sat", " is"]).raw,
        lm.attention("The cat").weights,
    ]


def same(one, other):
    return all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b
        for a, b in zip(one, other, strict=True)
    )


def test_asking_while_it_learns_leaves_dropout_on(lm):
    """As in a callback of its training; a frozen part stays frozen."""
    config = dataclasses.replace(lm.model.config, dropout=0.5)
    network = GPT(config, seeded(0)).eval()
    expected = asked(LanguageModel(network, lm.tokenizer, "still"))
    network.train()
    network.blocks[0].eval()
    modes = [module.training for module in network.modules()]
    assert same(asked(LanguageModel(network, lm.tokenizer, "learning")), expected)
    assert [module.training for module in network.modules()] == modes
    with pytest.raises(ValueError, match="empty"):
        LanguageModel(network, lm.tokenizer, "learning").generate("")
    assert [module.training for module in network.modules()] == modes


def test_answers_and_torch_settings_do_not_touch_each_other(lm):
    expected = asked(lm)
    before = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        torch.set_default_dtype(torch.bfloat16)
        torch.set_grad_enabled(False)
        assert same(asked(lm), expected)
        assert (torch.get_default_dtype(), torch.is_grad_enabled()) == (torch.bfloat16, False)
    finally:
        torch.set_default_dtype(before[0])
        torch.set_grad_enabled(before[1])


@pytest.mark.parametrize(
    "off",
    [
        [(0, 1), (1, 0)], ((0, 1), (1, 0)), [[0, 1], [1, 0]], iter([(0, 1), (1, 0)]),
        torch.tensor([[0, 1], [1, 0]]), np.array([[0, 1], [1, 0]]),
        [(np.int64(0), np.uint8(1)), (torch.tensor(1), 0)],
        torch.tensor([[False, True], [True, False]]).nonzero(),
        torch.tensor([[0, 1], [1, 0]], dtype=torch.int32),
    ],
    ids=lambda off: type(off).__name__,
)  # fmt: skip
def test_heads_off_in_every_form(lm, off):
    expected = lm.next_token("The cat", heads_off=[(0, 1), (1, 0)])
    assert not torch.equal(expected, lm.next_token("The cat"))
    assert torch.equal(lm.next_token("The cat", heads_off=off), expected)


@pytest.mark.parametrize(
    "off", [[(0.5, 1)], torch.tensor([[0.0, 1.0]]), [(True, 0)], [5], [(0, 1, 1)], ["ab"],
            np.ones((1, 2))],
)  # fmt: skip
def test_heads_that_are_no_whole_numbers(lm, off):
    for ask in (lm.next_token, lm.attention):
        with pytest.raises(ValueError, match="give pairs of whole numbers"):
            ask("The cat", heads_off=off)


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_weights_that_are_no_numbers_get_a_sentence(lm, temperature):
    spoiled = copy.deepcopy(lm)
    spoiled.model.blocks[0].mlp.up.weight.data[0, 0] = float("nan")
    for call in (
        lambda: spoiled.generate("The cat", temperature=temperature),
        lambda: spoiled.generate(["The", "The cat"], temperature=temperature),
        lambda: spoiled.next_token("The cat"),
        lambda: spoiled.logprobs("The cat"),
        lambda: spoiled.score("The cat", [" sat"]),
        lambda: spoiled.attention("The cat"),
    ):
        with pytest.raises(FloatingPointError, match="weights are spoiled"):
            call()


def test_embeddings_padded_beyond_the_vocabulary(lm):
    """As some libraries pad them, for speed: no token is made of the rows behind."""
    config = dataclasses.replace(lm.model.config, vocab_size=lm.tokenizer.vocab_size + 30)
    wide = LanguageModel(GPT(config, seeded(1)), lm.tokenizer, "padded")
    assert wide.next_token("The cat").shape == (lm.tokenizer.vocab_size,)
    assert isinstance(wide.generate("The cat", temperature=1.0, seed=3), str)
    lm.tokenizer.pieces(wide.next_token("The cat").topk(lm.tokenizer.vocab_size).indices.tolist())


def test_a_tokenizer_of_another_model_is_refused(lm):
    small = GPT(GPTConfig(vocab_size=100, context=8, layers=1, width=8, heads=1))
    with pytest.raises(ValueError, match="do not belong together"):
        LanguageModel(small, lm.tokenizer, "odd")


def test_special_characters_survive(lm):
    text = "</script><b>x é 😀 <|endoftext|>"
    assert lm.tokenizer.decode(lm.logprobs(text).ids) == text
    assert lm.tokenizer.end not in lm.logprobs(text).ids


def test_a_class_of_ones_own_may_stand_on_a_language_model(lm):
    class Loud(LanguageModel):
        def generate(self, *given, **how):
            return str(super().generate(*given, **how)).upper()

    loud = Loud(lm.model, lm.tokenizer, "loud")
    assert (
        loud.generate("a", max_tokens=3, seed=0) == lm.generate("a", max_tokens=3, seed=0).upper()
    )
