"""Distillation: a smaller model learns from a larger one, on its rows or on texts that nobody has labelled.

The student begins as the teacher with some of its layers (Sanh et al. 2019, DistilBERT, who keep every other one; the first
and the last stay here, and those between lie evenly) and its head, or from another base of the same vocabulary; it learns
by `soft_targets`. In a recipe: ``teacher``, ``keep_layers``, ``teacher_weight``, ``teacher_temperature``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from torch import nn

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.checkpoints.checkpoint import Checkpoint, open_checkpoint
from longwave.text.method import METHODS
from longwave.text.methods.full import layers_of
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS
from longwave.text.training.soft_targets import check_teacher, teacher_of


def distil(
    teacher: Checkpoint | str | Path,
    data: str | Path | pd.DataFrame | Sequence[str],
    out: str | Path,
    *,
    layers: int = 3,
    **settings: Any,
) -> Checkpoint:
    """A student of `layers` layers (nought: all of its base's). data: rows as `finetune` takes them, or plain texts, which
    the teacher labels: their test then says how like the teacher the student is, not how right. settings: of `finetune`.

    Raises as `finetune` does; UsageError for plain texts where one label a text is not what the teacher gives.
    """
    from longwave.text.finetuned import finetune

    held = teacher if isinstance(teacher, Checkpoint) else open_checkpoint(Path(teacher))
    check_can_teach(held)
    given = data if isinstance(data, str | Path | pd.DataFrame) else labelled_by(held, data)
    return finetune(
        given, task=held.task, out=out, teacher=str(held.folder.resolve()), keep_layers=layers, **settings
    )


def check_can_teach(held: Checkpoint) -> None:
    """That a checkpoint has an encoder and a head whose answers a student can be shown: no export, none that writes, none
    with a linear model beside. Raises UsageError."""
    reads = TASKS.get(held.task).family == "encoder"
    if "export" in held.card or held.recipe.stack != "none" or not reads:
        raise UsageError(say("text_export.no_teacher", folder=str(held.folder)))


def labelled_by(teacher: Checkpoint, texts: Sequence[str]) -> pd.DataFrame:
    """Texts with the teacher's labels. Raises UsageError."""
    told = teacher.learner.model.told
    if teacher.task not in ("classify", "intent") or told.get("several"):
        raise UsageError(say("text_export.plain_texts"))
    labels = [answer["label"] for answer in teacher.answers([{"text": text} for text in texts])]
    return pd.DataFrame({"text": list(texts), "label": labels})


def student_base(recipe: Recipe, task: str) -> str:
    """Where a student begins that names no base: the teacher's own weights, or its base where it keeps no weights.

    Raises UsageError for a task or a method that cannot be taught so."""
    method = METHODS.get(recipe.method)
    if (
        TASKS.get(task).family != "encoder"
        or not method.gradient
        or (recipe.keep_layers and not method.whole)
    ):
        raise UsageError(
            say("text_export.no_student", method=method.names), say("text_export.no_student_mend")
        )
    if recipe.base or not recipe.teacher:
        return recipe.base
    teacher = open_checkpoint(Path(recipe.teacher).expanduser())
    if not METHODS.get(teacher.recipe.method).whole:
        return str(teacher.card["base"]["name"])
    if teacher.recipe.members == 1:
        return recipe.teacher
    from longwave.text.learners.ensemble import member_folder

    return str(member_folder(teacher.folder, 0))  # of many teachers together, the first one's layers


def keep_layers(encoder: Any, count: int) -> None:
    """Leaves `count` layers, evenly from the first to the last. Raises UsageError where there are no more than that."""
    layers = layers_of(encoder)
    if not 0 < count <= len(layers):
        raise UsageError(say("text_export.too_many_layers", wanted=count, there=len(layers)))
    last = len(layers) - 1
    kept = [round(place * last / (count - 1)) for place in range(count)] if count > 1 else [0]
    chosen = nn.ModuleList([layers[place] for place in kept])
    for module in encoder.modules():
        for name, child in module.named_children():
            if child is layers:
                setattr(module, name, chosen)
    for place, layer in enumerate(chosen):
        for module in layer.modules():
            if hasattr(module, "layer_idx"):
                module.layer_idx = place
    if getattr(encoder.config, "layer_types", None):
        encoder.config.layer_types = [encoder.config.layer_types[place] for place in kept]
    encoder.config.num_hidden_layers = count


def take_after(model: Any, tokenizer: Any, layout: dict[str, Any], recipe: Recipe) -> Any:
    """The teacher, whose head a student of the same labels in the same order begins with. Raises UsageError for a teacher
    that does not fit."""
    teacher = teacher_of(recipe.teacher)
    check_teacher(teacher, model.told, layout, tokenizer)
    mine, theirs = model.head.state_dict(), teacher.model.head.state_dict()
    shapes = [{name: tuple(each.shape) for name, each in held.items()} for held in (mine, theirs)]
    if shapes[0] == shapes[1] and model.told.get("labels") == teacher.model.told.get("labels"):
        model.head.load_state_dict(theirs)
    if model.forms is not None and teacher.model.forms is not None:
        model.forms.load_state_dict(teacher.model.forms.state_dict())
    return teacher
