"""Where the rows of a head begin that are of labels it did not know: where they do best while those of known labels stay.

For one label a text: the minimum over w, b of the mean of -log softmax([known, x w + b])_y + |w|^2 / (2 C n), known being
the logits that the head gives already, which is convex; C is chosen on a quarter of the rows. Of old rows only a share came
back, and each counts for as many as it stands for. Each of several labels is a regression of its own. Numbers are put on
one scale, as in `regression`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.methods.modules.regression import (
    STRENGTHS,
    Numbers,
    Places,
    States,
    each_by_itself,
    states_of,
)
from longwave.text.table import TextTable

FEWEST = 20
"""Rows below which the penalty is not chosen on a quarter of them."""


def place_new(learner: Any, rows: TextTable, known: int, progress: Progress) -> None:
    """Writes the rows of `learner.model.head.out` behind the first `known`. Raises NotEnoughData for no labelled row."""
    found, out = states_of(learner, rows, progress), learner.model.head.out
    middle, spread = found.x.mean(0), found.x.std(0)
    spread[spread < 1e-6] = 1.0
    scaled = found.scaled(middle, spread)
    progress(say("text_methods.fitting"), 0, 1)
    if learner.model.told.get("several"):
        mine = States(scaled.x, scaled.y[:, known:], scaled.rows)
        balanced = learner.recipe.class_weights == "balanced"
        weights, biases = each_by_itself(mine, None, seed=learner.recipe.seed, balanced=balanced)
    else:
        before = _logits(out, found, known)
        counts = np.where(scaled.y < known, 1 / min(1.0, learner.recipe.replay or 1.0), 1.0)
        weights, biases = beside(scaled, before, counts, out.out_features - known, seed=learner.recipe.seed)
    weights = weights / spread
    with torch.no_grad():
        out.weight[known:].copy_(torch.as_tensor(weights, dtype=out.weight.dtype))
        out.bias[known:].copy_(torch.as_tensor(biases - weights @ middle, dtype=out.bias.dtype))
    progress(say("text_methods.fitting"), 1, 1)


def beside(
    given: States, before: Numbers, counts: Numbers, new: int, *, seed: int
) -> tuple[Numbers, Numbers]:
    """(new, numbers) and (new,). before: (n, known), logits of the labels known, whose numbers in y come first; counts:
    (n,), how many rows each stands for."""
    strength = 0.03
    if len(given.y) >= FEWEST:
        inner, outer = _quarter(given.rows, seed)
        losses = []
        for each in STRENGTHS:
            weights, biases = _fitted(given.x[inner], given.y[inner], before[inner], counts[inner], new, each)
            logits = np.hstack([before[outer], given.x[outer] @ weights.T + biases])
            surprise = -log_softmax(logits, axis=1)[np.arange(len(outer)), given.y[outer]]
            losses.append(np.average(surprise, weights=counts[outer]))
        strength = STRENGTHS[int(np.argmin(losses))]
    return _fitted(given.x, given.y, before, counts, new, strength)


def _logits(out: Any, found: States, known: int) -> Numbers:
    weights = out.weight[:known].detach().double().cpu().numpy()
    return np.asarray(found.x @ weights.T + out.bias[:known].detach().double().cpu().numpy(), float)


def _quarter(rows: Places, seed: int) -> tuple[Places, Places]:
    """What is of one row stands on one side."""
    different = np.unique(rows)
    drawn = np.random.default_rng(seed).permutation(different)[: len(different) // 4]
    outer = np.isin(rows, drawn)
    return np.flatnonzero(~outer), np.flatnonzero(outer)


def _fitted(
    x: NDArray[Any], y: Places, before: Numbers, counts: Numbers, new: int, strength: float
) -> tuple[Numbers, Numbers]:
    rows, known = len(y), before.shape[1]
    right = y[:, None] == np.arange(known, known + new)
    share = counts / counts.sum()

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        table = flat.reshape(new, -1)
        weights, biases = table[:, :-1], table[:, -1]
        logs = log_softmax(np.hstack([before, x @ weights.T + biases]), axis=1)
        off = (np.exp(logs[:, known:]) - right) * share[:, None]
        value = -logs[np.arange(rows), y] @ share + (weights**2).sum() / (2 * strength * rows)
        slope = np.hstack([off.T @ x + weights / (strength * rows), off.sum(axis=0)[:, None]])
        return float(value), slope.ravel()

    found = minimize(
        loss, np.zeros(new * (x.shape[1] + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    table = np.asarray(found.x).reshape(new, -1)
    return table[:, :-1], table[:, -1]
