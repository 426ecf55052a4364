"""From scores to the dicts that every predictor of the room gives."""

from __future__ import annotations

from collections.abc import Mapping

from longwave.text.table import Row


def chosen_row(scores: Mapping[str, float], task: str, outside: str | None, threshold: float = 0.0) -> Row:
    """The likeliest label; an intent below the threshold is `outside`, where there is a label for that.

    `in_scope` is the probability of the likeliest label that is in scope. Ties go to the label that stands first.
    """
    label = max(scores, key=lambda name: scores[name])
    in_scope = max((p for name, p in scores.items() if name != outside), default=0.0)
    if outside is not None and in_scope < threshold:
        label = outside
    row: Row = {"label": label, "probability": scores[label], "scores": dict(scores)}
    return {**row, "in_scope": in_scope} if task == "intent" else row


def several_row(scores: Mapping[str, float], thresholds: Mapping[str, float]) -> Row:
    """Every label whose probability reaches its own threshold; there may be none."""
    return {
        "labels": tuple(name for name, p in scores.items() if p >= thresholds[name]),
        "scores": dict(scores),
    }
