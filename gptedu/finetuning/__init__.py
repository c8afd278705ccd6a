"""Fine-tuning a pretrained body on few labels (GPT-1, Radford et al. 2018, section 3).

formats      examples -> rows of tokens with [Start], [Delim], [Extract]
classifier   a body, three new embeddings, a linear head; L2, L1 and L3; transfer of layers
train        fine-tuning in seconds, predictions, accuracy
lstm, bert   two other bodies: what attention adds, and what looking both ways adds
"""

from __future__ import annotations

from gptedu.finetuning.bert import (
    MaskedLanguageModel,
    MaskedModel,
    mask_tokens,
    masked_loss,
)
from gptedu.finetuning.classifier import TASKS, Classifier, Losses, Task, fresh, transfer
from gptedu.finetuning.formats import SPECIALS, Formats, Row, familiar
from gptedu.finetuning.lstm import LSTMConfig, LSTMModel
from gptedu.finetuning.train import FineTuning, Progress, accuracy, fine_tune, predict

__all__ = [
    "SPECIALS",
    "TASKS",
    "Classifier",
    "FineTuning",
    "Formats",
    "LSTMConfig",
    "LSTMModel",
    "Losses",
    "MaskedLanguageModel",
    "MaskedModel",
    "Progress",
    "Row",
    "Task",
    "accuracy",
    "familiar",
    "fine_tune",
    "fresh",
    "mask_tokens",
    "masked_loss",
    "predict",
    "transfer",
]
