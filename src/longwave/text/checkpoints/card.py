"""The card of a checkpoint: what it learnt from, how it scored beside its floors, where it is weak, what it does not say.

Plain values for a file; a sentence is there in both languages, so that the card can be told again without the run.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from longwave.core.message import Message, Names
from longwave.text.checkpoints.as_made import outside_in
from longwave.text.checkpoints.plain_values import plain
from longwave.text.prepared import Prepared
from longwave.text.score.comparison import compared
from longwave.text.score.metric import Judged, title
from longwave.text.score.slices import Slices
from longwave.text.table import SPLITS
from longwave.text.training.processor import device, processor_name
from longwave.text.training.training import Trained

SCHEMA = 1
PACKAGES = ("longwave", "torch", "transformers", "tokenizers", "peft", "numpy")
TUNED = "finetuned"
"""The name that the fine-tuned model has among the scores."""

_MOST_LABELS = 30
"""A confusion table of more labels is not for people's eyes; the file of answers has it all."""


def both(message: Message | Names) -> dict[str, str]:
    """A sentence in both languages."""
    return {"en": message.text("en"), "zh": message.text("zh")}


def data_card(prepared: Prepared) -> dict[str, Any]:
    """What was learnt from, and what was found when it was examined."""
    table = prepared.table
    return {
        "sha256": table.sha256,
        "rows": {name: len(table.part(name)) for name in SPLITS},
        "clean_test": len(prepared.clean_test),
        "labels": list(table.labels),
        "several": table.several,
        "ordered": table.ordered,
        "outside": outside_in(table),
        "notes": [both(each) for each in prepared.notes],
        "findings": [
            {
                "kind": each.kind,
                "severity": each.severity,
                "count": each.count,
                "share": each.share,
                "ids": list(each.ids),
                **both(each.message),
            }
            for each in prepared.found.findings
        ],
    }


def score_rows(judged: Mapping[str, Judged], rows: str) -> list[dict[str, Any]]:
    """Every score of every model, the headline first. rows: ``test``, or ``clean`` for the test without leaks."""
    return [
        {
            "model": model,
            "rows": rows,
            "metric": told.name,
            **both(title(told.name)),
            "unit": told.unit,
            "value": told.value,
            "low": told.low,
            "high": told.high,
            "n": told.n,
            "headline": told.name == each.headline,
        }
        for model, each in judged.items()
        for told in each.intervals()
    ]


def differences(judged: Mapping[str, Judged]) -> list[dict[str, Any]]:
    """The fine-tuned model against each floor on the same rows, by the headline."""
    mine = judged[TUNED]
    return [
        {"against": name, **gap.as_dict()}
        for name, other in judged.items()
        if name != TUNED
        for gap in compared(mine, other, (mine.headline,))
    ]


def tables_card(judged: Judged, parts: Slices) -> dict[str, Any]:
    """Confusion, calibration and whatever else the task's judge shows; slices."""
    tables = {name: plain(table) for name, table in judged.tables.items() if len(table) <= 4 * _MOST_LABELS}
    return {
        "tables": tables,
        "slices": plain(parts.table()),
        "slice_metric": parts.metric,
        "slice_notes": [both(each) for each in parts.notes],
    }


def made_card(trained: Trained) -> dict[str, Any]:
    """How it was made: the recipe as settled, what was changed of the base, the cost as forecast and as it was."""
    weights = list(trained.learner.model.parameters())
    return {
        "schema": SCHEMA,
        "recipe": trained.learner.recipe.as_dict(),
        "parameters": sum(each.numel() for each in weights),
        "learning_parameters": sum(each.numel() for each in weights if each.requires_grad),
        "rows_learnt": trained.rows,
        "history": [dict(each) for each in trained.history],
        "forecast": None if trained.cost is None else asdict(trained.cost),
        "seconds": trained.seconds,
        "notes": [{"key": each.key, **both(each)} for each in trained.notes],
        **trained.more,
        "machine": {"processor": processor_name(), "device": device(), "python": platform.python_version()},
        "packages": {name: _version(name) for name in PACKAGES},
    }


def answers_card(ids: Sequence[str], told: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """A line a row: what each model said of it; the texts are not repeated."""
    return [
        {"id": name, **{model: _short(answers[place]) for model, answers in told.items()}}
        for place, name in enumerate(ids)
    ]


def _short(answer: Mapping[str, Any]) -> Any:
    for key in ("label", "labels", "tags", "answer", "text"):
        if key in answer:
            return answer[key]
    return dict(answer)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
