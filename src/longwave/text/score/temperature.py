"""One number that makes a model's probabilities honest: all scores are divided by it before they become shares.

    q_k ∝ p_k^(1/T),  T = argmin of the log loss on rows that the model has not learnt from

T > 1 where the model is too sure of itself. The order of labels does not change, nor does accuracy (of a row read in several
windows, whose shares are averaged after, it may). Guo et al. (2017).
Where nearly all of n rows are answered rightly, least loss alone would have every answer certain: so each truth counts for
(n + 1) / (n + 2) and the other labels share the rest (Platt 1999, Probabilistic outputs for support vector machines).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.errors import NotEnoughData
from longwave.core.message import Message, say
from longwave.text.score.calibration import Probabilities, calibration_metrics
from longwave.text.score.draws import Matrix, Places
from longwave.text.score.metric import FEW_ROWS

COLDEST, HOTTEST = 0.05, 20.0
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Temperature:
    """value: T; rows: how many it was fitted on; before, after: scores on these rows; notes: what to know."""

    value: float
    rows: int
    before: dict[str, float]
    after: dict[str, float]
    notes: tuple[Message, ...] = ()

    def of(self, given: Probabilities) -> Probabilities:
        """The probabilities at this temperature."""
        return Probabilities(given.labels, cooled(given.shares, self.value), given.truth)

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "rows": self.rows, "before": self.before, "after": self.after}


def best_temperature(
    loss: Callable[[float], float], coldest: float = COLDEST, hottest: float = HOTTEST
) -> float:
    """The temperature between these of least loss, never one that is worse than none. loss: of a temperature."""
    from scipy.optimize import minimize_scalar

    bounds = (np.log(coldest), np.log(hottest))
    found = minimize_scalar(lambda log_t: loss(float(np.exp(log_t))), bounds=bounds, method="bounded")
    return float(np.exp(found.x)) if found.fun < loss(1.0) else 1.0


def place_temperature(
    logits: np.ndarray[Any, np.dtype[np.float64]], truth: np.ndarray[Any, np.dtype[np.int64]]
) -> float:
    """Of words, or rows, of which each has one label; 1 where there is none. logits: (places, labels); truth: (places,)."""
    if not len(truth):
        return 1.0
    little, words = doubt(len(truth)), np.arange(len(truth))

    def loss(temperature: float) -> float:
        cooled_ = logits / temperature
        top = cooled_.max(axis=1, keepdims=True)
        logs = cooled_ - top - np.log(np.exp(cooled_ - top).sum(axis=1, keepdims=True))
        right = logs[words, truth]
        others = (logs.sum(axis=1) - right) / max(1, logits.shape[1] - 1)
        return float(-np.mean((1 - little) * right + little * others))

    return best_temperature(loss)


def doubt(rows: int) -> float:
    """What a truth of so many rows leaves to the other answers."""
    return 1 / (rows + 2)


def fit_temperature(dev: Probabilities, logs_at: Callable[[float], Matrix] | None = None) -> Temperature:
    """T from the rows of a development set. logs_at: their log shares (rows, labels) at a temperature, where the shares
    alone do not say it (see `logs_of_windows`). Raises NotEnoughData below 30 rows or with a single label there."""
    rows = len(dev.truth)
    if rows < FEW_ROWS or len(np.unique(dev.truth)) < 2:
        raise NotEnoughData(say("text_score.no_temperature", rows=rows, least=FEW_ROWS))
    logs_at = logs_at or (lambda temperature: log_shares(_logs(dev.shares) / temperature))
    value = best_temperature(lambda temperature: _loss(logs_at(temperature), dev.truth))
    at_end = value < COLDEST * 1.02 or value > HOTTEST * 0.98
    after = Probabilities(dev.labels, np.exp(logs_at(value)), dev.truth)
    notes = (say("text_score.temperature_at_end", value=value),) if at_end else ()
    return Temperature(value, rows, _scores(dev), _scores(after), notes)


def cooled(shares: Matrix, temperature: float) -> Matrix:
    """Shares (rows, labels) at a temperature, each row adding to 1 again."""
    return np.asarray(np.exp(log_shares(_logs(shares) / temperature)))


def logs_of_windows(logits: Matrix, rows: Places) -> Callable[[float], Matrix]:
    """Of rows that are read in several windows, whose shares are the mean of the windows' at that temperature.

    logits: (windows, labels); rows: (windows,), which row each is of, 0, 1, ... with none left out."""
    count = np.bincount(rows)

    def logs_at(temperature: float) -> Matrix:
        total = np.full((len(count), logits.shape[1]), -np.inf)
        np.logaddexp.at(total, rows, log_shares(logits / temperature))
        return np.asarray(total - np.log(count)[:, None])

    return logs_at


def log_shares(logits: Matrix) -> Matrix:
    """(rows, labels), the logarithm of a softmax."""
    moved = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))


def _logs(shares: Matrix) -> Matrix:
    return np.asarray(np.log(np.maximum(shares, _LEAST)))


def _loss(logs: Matrix, truth: Places) -> float:
    true = logs[np.arange(len(truth)), truth]
    least = doubt(len(truth))
    others = (logs.sum(axis=1) - true) / max(1, logs.shape[1] - 1)
    return float(-((1 - least) * true + least * others).mean())


def _scores(given: Probabilities) -> dict[str, float]:
    return {name: metric.point for name, metric in calibration_metrics(given).items()}
