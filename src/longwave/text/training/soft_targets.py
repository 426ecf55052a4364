"""Soft targets: a student learns a teacher's whole answer, not only which label it gave.

loss = (1 - w) L(student, gold) + w T^2 KL(softmax(z_t / T) || softmax(z_s / T))

Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network; T^2 keeps the gradients' size. Several labels
and ordinal scales: the same with a sigmoid a number. The teacher reads the very batch that the student reads, so that the
two must have one vocabulary and one layout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.learners.heads import counted
from longwave.text.learners.model import bare
from longwave.text.training.bend import Bend

FEATURES = ("kind", "shapes", "letters")


class SoftTargets(Bend):
    """A bend of the training step. teacher: the learner that `teacher_of` gives; temperature: T; weight: w."""

    pushed = True

    def __init__(self, teacher: Any, temperature: float, weight: float) -> None:
        self.teacher = teacher
        self.teacher.model.eval().requires_grad_(False)
        self.temperature = temperature
        self.weight = weight

    def loss(self, model: Any, batch: dict[str, Tensor], outputs: dict[str, Tensor]) -> Tensor:
        """The mean of the gold's loss and the teacher's, weighed."""
        logits = outputs["logits"]
        teacher = self.teacher.model.to(logits.device)
        with torch.no_grad():
            told = teacher(**{name: each for name, each in batch.items() if name != "labels"})["logits"]
        mine = bare(model).told
        told = told[..., same_order(mine, teacher.told)] if mine.get("labels") else told
        apart = divergence(told, logits, batch, mine, self.temperature)
        return (1 - self.weight) * outputs["loss"] + self.weight * self.temperature**2 * apart


def teacher_of(folder: str) -> Any:
    """The learner of a checkpoint. Raises BadInput, UsageError for a kind that has no logits of labels."""
    from longwave.text.checkpoints.checkpoint import open_checkpoint
    from longwave.text.learners.encoder_learner import EncoderLearner

    learner = open_checkpoint(Path(folder).expanduser()).learner
    if not isinstance(learner, EncoderLearner):
        raise UsageError(say("text_export.no_teacher", folder=folder))
    return learner


def same_order(mine: dict[str, Any], theirs: dict[str, Any]) -> list[int]:
    """Where the teacher's numbers stand for the student's."""
    if mine.get("ordered"):
        return list(range(len(mine["labels"]) - 1))
    return [theirs["labels"].index(label) for label in mine["labels"]]


def check_teacher(teacher: Any, told: dict[str, Any], layout: dict[str, Any], tokenizer: Any) -> None:
    """That the teacher can read what the student reads, and answers in its words. Raises UsageError."""
    ordered = bool(told.get("ordered"))
    labels, theirs = list(told.get("labels", ())), list(teacher.model.told.get("labels", ()))
    kinds = [
        (each.get("kind"), bool(each.get("several")), bool(each.get("ordered")))
        for each in (told, teacher.model.told)
    ]
    alike = labels == theirs if ordered else set(labels) == set(theirs)
    if kinds[0] != kinds[1] or not alike:
        raise UsageError(say("text_export.other_teacher"), say("text_export.other_teacher_mend"))
    same_layout = all((layout.get(name) or 0) == (teacher.layout.get(name) or 0) for name in FEATURES)
    if not same_layout or tokenizer.get_vocab() != teacher.tokenizer.get_vocab():
        raise UsageError(say("text_export.other_vocabulary"), say("text_export.other_vocabulary_mend"))


def divergence(
    teacher: Tensor, student: Tensor, batch: dict[str, Tensor], told: dict[str, Any], temperature: float
) -> Tensor:
    """KL of the student's answer from the teacher's, at a temperature: mean over rows, or over tagged tokens."""
    teacher, student = teacher / temperature, student / temperature
    if told.get("several") or told.get("ordered"):
        soft = torch.sigmoid(teacher)
        cross = functional.binary_cross_entropy_with_logits(student, soft)
        return cross - functional.binary_cross_entropy_with_logits(teacher, soft)
    teacher, student = counted((teacher, student), batch, told)
    soft, log_soft = functional.softmax(teacher, -1), functional.log_softmax(teacher, -1)
    return (soft * (log_soft - functional.log_softmax(student, -1))).sum(-1).mean()
