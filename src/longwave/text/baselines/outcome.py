"""From scores to the dicts that every predictor of the room gives, and what makes an intent out of scope."""

from __future__ import annotations

from collections.abc import Mapping

from longwave.text.table import Row

_OUT = frozenset({"oos", "out_of_scope", "outofscope", "out of scope", "out-of-scope", "none_of_the_above"})


def out_of_scope(labels: tuple[str, ...]) -> str | None:
    """The label that means "none of these", if there is one."""
    return next((label for label in labels if label.lower() in _OUT), None)


def chosen_row(scores: Mapping[str, float], task: str, threshold: float = 0.0) -> Row:
    """The likeliest label; an intent below the threshold is out of scope where there is a label for that.

    `in_scope` is the probability of the likeliest label that is in scope. Ties go to the label that stands first.
    """
    label = max(scores, key=lambda name: scores[name])
    outside = out_of_scope(tuple(scores)) if task == "intent" else None
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
