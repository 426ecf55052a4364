"""Texts of one label are drawn together, others apart, by transformers' Trainer: see `methods.few_shot`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.table import TextTable

TEXTS, LABELS_A_BATCH, MOST_BATCHES = 32, 16, 600
"""Texts and labels of a batch; batches of a training however many rows there are: the head learns the rest."""


class Contrast(nn.Module):
    """model: a TextModel with a straight head."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, labels: Tensor, **batch: Tensor) -> dict[str, Tensor]:
        texts = functional.normalize(self.model.head.read(self.model.states(batch), batch), dim=-1)
        return {"loss": contrast(texts, labels)}


def contrast(texts: Tensor, labels: Tensor) -> Tensor:
    """The mean squared distance of the cosines from one within a label, and from nought between labels, halved.

    texts: (rows, numbers) of length one; labels: (rows,)."""
    cosines = texts @ texts.T
    pairs = torch.triu(torch.ones_like(cosines, dtype=torch.bool), diagonal=1)
    same = (labels[:, None] == labels[None, :]) & pairs
    other = pairs & ~same
    together = ((1 - cosines) ** 2 * same).sum() / same.sum().clamp(min=1)
    apart = (cosines**2 * other).sum() / other.sum().clamp(min=1)
    return (together + apart) / 2


def draw_together(learner: Any, rows: TextTable, progress: Progress) -> None:
    """Changes the encoder's weights. Raises NotEnoughData where there are not two labels, or no label has two rows."""
    from transformers import PrinterCallback, Trainer, TrainingArguments, set_seed

    from longwave.text.training.processor import device, precision
    from longwave.text.training.trainer import Watcher

    recipe, examples = learner.recipe, learner.examples(rows)
    groups = batches_of_labels(np.array([each["labels"] for each in examples]), recipe)
    set_seed(recipe.seed)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=Contrast(learner.model),
            args=TrainingArguments(
                output_dir=str(Path(folder)),
                num_train_epochs=1,
                learning_rate=recipe.learning_rate,
                per_device_train_batch_size=1,
                weight_decay=recipe.weight_decay,
                lr_scheduler_type=recipe.lr_scheduler_type,
                warmup_steps=round(recipe.warmup_ratio * len(groups)),
                max_grad_norm=recipe.max_grad_norm,
                optim=recipe.optim,
                seed=recipe.seed,
                data_seed=recipe.seed,
                save_strategy="no",
                logging_strategy="no",
                report_to=[],
                disable_tqdm=True,
                remove_unused_columns=False,
                use_cpu=device() == "cpu",
                dataloader_pin_memory=device() == "cuda",
                **precision(recipe.precision),
            ),
            data_collator=lambda drawn: _collated(learner, [examples[place] for place in drawn[0]]),
            train_dataset=groups,
            callbacks=[Watcher(progress)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()


def batches_of_labels(labels: np.ndarray[Any, np.dtype[np.int64]], recipe: Any) -> list[list[int]]:
    """Places of rows: each batch some labels drawn by seed, with equally many rows of each (at least two)."""
    by_label = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if len(by_label) < 2 or max(map(len, by_label)) < 2:
        raise NotEnoughData(say("text_methods.no_pairs"), say("text_methods.one_label_mend"))
    rng = np.random.default_rng(recipe.seed)
    count = min(len(by_label), LABELS_A_BATCH)
    each = max(2, TEXTS // count)
    drawn = []
    for _ in range(steps_of(recipe, len(labels))):
        chosen = rng.permutation(len(by_label))[:count]
        drawn.append([int(p) for k in chosen for p in rng.permutation(by_label[k])[:each]])
    return drawn


def steps_of(recipe: Any, rows: int) -> int:
    """How many batches a training has."""
    wanted: int = round(recipe.num_train_epochs * rows / TEXTS)
    return max(1, min(MOST_BATCHES, wanted))


def _collated(learner: Any, examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    batch: dict[str, Tensor] = learner.collate(examples)
    return batch
