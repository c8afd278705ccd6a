"""What a classifier reads and what it is taught by: two exercises of chapter 1."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from gptedu.course.exercises import Exercise, Mistake, Probe, probe
from gptedu.sampling import seeded


def extracted(hidden, real):
    last = real.sum(dim=1) - 1  # rows are padded on the right
    return hidden[torch.arange(len(hidden)), last]


def _batches() -> list[Probe]:
    """Hidden states of rows of different lengths."""
    generator = seeded(0)
    made = []
    for lengths in ((4, 2, 5), (1, 3), (6, 6)):
        hidden = torch.randn(len(lengths), max(lengths), 4, generator=generator).requires_grad_()
        real = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
        made.append(probe(hidden, real))
    return made


EXTRACTED = Exercise(
    id="gpt1/extracted",
    title="Read the answer at [Extract]",
    difficulty=3,
    minutes=10,
    task=(
        "`hidden` [batch, time, width] holds a vector for each token: what the body makes of it. "
        "`real` [batch, time] is True for real tokens and False for pads, which stand on the "
        "right. Return the vector at the **last real token** of each row, [batch, width]: that is "
        "where [Extract] stands."
    ),
    hints=(
        "How many real tokens has each row? `real.sum(dim=1)` counts them.",
        "A row with 4 real tokens has them at places 0 to 3: the last is at 4 - 1.",
        "`hidden[rows, places]` with two tensors of indices takes one vector from each row; "
        "`torch.arange(len(hidden))` gives all rows.",
    ),
    reference=extracted,
    probes=_batches,
    mistakes=(
        Mistake(
            "the last place",
            lambda hidden, real: hidden[:, -1],
            "You read the last place of every row. In a short row that is a pad: its vector says "
            "nothing about the text, and depends on how long its neighbours are.",
        ),
        Mistake(
            "the first place",
            lambda hidden, real: hidden[:, 0],
            "You read the first place. Attention looks back only, so [Start] has seen nothing of "
            "the text: it is the same vector for every row.",
        ),
        Mistake(
            "one place too far",
            lambda hidden, real: hidden[
                torch.arange(len(hidden)), real.sum(dim=1).clamp(max=real.shape[1] - 1)
            ],
            "You read one place too far: a row of 4 real tokens has its last one at place 3.",
        ),
        Mistake(
            "one place too early",
            lambda hidden, real: hidden[torch.arange(len(hidden)), real.sum(dim=1) - 2],
            "You read one place too early: a row of 4 real tokens has its last one at place 3.",
        ),
        Mistake(
            "the mean",
            lambda hidden, real: (hidden * real[..., None]).sum(1) / real.sum(1, keepdim=True),
            "You average over all tokens. That works too, but it is not GPT-1: only [Extract] has "
            "seen the whole row, so its vector alone is read.",
        ),
    ),
)


def l3(logits, labels, logprobs, real, lm_weight):
    l2 = F.cross_entropy(logits, labels)
    l1 = -(logprobs * real).sum() / real.sum()
    return l2 + lm_weight * l1


def _losses() -> list[Probe]:
    """Logits and token log-probabilities of a few rows, pads among them."""
    generator = seeded(1)
    made = []
    # Where one of the losses alone carries a gradient, it must not be cut off.
    for lengths, weight, learns in (
        ((4, 2, 5), 0.5, "logits"),
        ((3, 1), 2.0, "logprobs"),
        ((2, 6), 0.0, "logits"),
    ):
        logits = torch.randn(len(lengths), 3, generator=generator)
        labels = torch.randint(3, (len(lengths),), generator=generator)
        logprobs = -3 * torch.rand(len(lengths), max(lengths), generator=generator)
        real = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
        (logits if learns == "logits" else logprobs).requires_grad_()
        made.append(probe(logits, labels, logprobs, real, weight))
    return made


def _language_loss(logprobs, real):
    return -(logprobs * real).sum() / real.sum()


def _in_place(logits, labels, logprobs, real, w):
    logprobs[~real] = 0
    return F.cross_entropy(logits, labels) - w * logprobs.sum() / real.sum()


L3 = Exercise(
    id="gpt1/l3",
    title="Two losses in one",
    difficulty=3,
    minutes=12,
    task=(
        "Return the loss $L_3 = L_2 + \\lambda L_1$ as one number. $L_2$ is the cross-entropy of "
        "`logits` [batch, classes] and `labels` [batch] (`F.cross_entropy`). $L_1$ is the mean of "
        "$-\\log P$ over all **real** tokens of the batch; `logprobs` [batch, time] are "
        "the log-probabilities, `real` [batch, time] is True for a real token. $\\lambda$ is "
        "`lm_weight`."
    ),
    hints=(
        "Write $L_2$ first: it is one call. Then $L_1$, then add.",
        "`logprobs * real` is 0 at the pads. Its sum is over real tokens only: over how many?",
        "Training makes a loss small, and a log-probability should get large: $L_1$ needs a minus "
        "sign.",
    ),
    reference=l3,
    probes=_losses,
    mistakes=(
        Mistake(
            "pads count",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) - w * logprobs.mean()
            ),
            "The pads count in your $L_1$. Nobody wrote them: a model that learns to predict pads "
            "learns nothing about text.",
        ),
        Mistake(
            "divided by all places",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) - w * (logprobs * real).mean()
            ),
            "You leave the pads out of the sum and then divide by all places, pads included. "
            "Divide by the number of real tokens.",
        ),
        Mistake(
            "a softmax before",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits.softmax(-1), labels) + w * _language_loss(logprobs, real)
            ),
            "You take a softmax first. `F.cross_entropy` takes logits and does that by itself; "
            "after two, no answer can be more than 2.7 times as likely as another.",
        ),
        Mistake(
            "a sum",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) - w * (logprobs * real).sum()
            ),
            "Your $L_1$ is a sum, so a long text outweighs its label. Divide by the number of real "
            "tokens.",
        ),
        Mistake(
            "divided by rows",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) - w * (logprobs * real).sum() / len(real)
            ),
            "You divide $L_1$ by the number of rows. It is a mean over **tokens**.",
        ),
        Mistake(
            "no lambda",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) + _language_loss(logprobs, real)
            ),
            "$\\lambda$ is missing: $L_1$ is multiplied by `lm_weight`.",
        ),
        Mistake(
            "a mean of rows",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels)
                - w * ((logprobs * real).sum(dim=1) / real.sum(dim=1)).mean()
            ),
            "You average each row, and then the rows: a token of a short row then weighs more. One "
            "mean over all the real tokens of the batch.",
        ),
        Mistake(
            "written into",
            _in_place,
            "The number is right, but you write into `logprobs`, which is not yours and through "
            "which the gradient flows. Make a new tensor: `logprobs * real`, or `logprobs[real]`.",
        ),
        Mistake(
            "no minus",
            lambda logits, labels, logprobs, real, w: (
                F.cross_entropy(logits, labels) - w * _language_loss(logprobs, real)
            ),
            "The sign of $L_1$ is wrong: making this small makes the text *less* likely.",
        ),
        Mistake(
            "shared out",
            lambda logits, labels, logprobs, real, w: (
                (1 - w) * F.cross_entropy(logits, labels) + w * _language_loss(logprobs, real)
            ),
            "You share the weight out between the two losses. The paper adds: $L_2$ keeps its full "
            "weight, whatever $\\lambda$ is.",
        ),
        Mistake(
            "lambda on the wrong one",
            lambda logits, labels, logprobs, real, w: (
                w * F.cross_entropy(logits, labels) + _language_loss(logprobs, real)
            ),
            "$\\lambda$ stands before the wrong loss: with $\\lambda = 0$ the classifier alone "
            "has to be left.",
        ),
    ),
)
