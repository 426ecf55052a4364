"""Telling two kinds apart by a score: what is in scope from what is not, spam from the rest.

    AUROC  chance that a positive has the higher score than a negative, ties one half (Hanley and McNeil 1982)
    AUPR   average precision: Σ (R_i − R_{i−1}) P_i over distinct scores, from high to low
    FPR95  share of negatives at or above the highest threshold that still keeps 95 % of the positives

These are no functions of sums over rows; rows are weighted by how often a draw holds them, in the order of their scores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.score.draws import Matrix, Places, Vector, weights_of
from longwave.text.score.metric import AbstractMetric, ratio

RECALL = 0.95


@dataclass(frozen=True, eq=False)
class Ranking(AbstractMetric):
    """score: a number a row, higher for what is positive (rows,); positive: what is (rows,).

    value: from weights of positives and of negatives at each distinct score, from high to low (..., scores), to (...).
    """

    name: str
    score: Vector = field(repr=False)
    positive: NDArray[np.bool_] = field(repr=False)
    value: Callable[[Matrix, Matrix], Vector] = field(repr=False)
    higher_is_better: bool = True
    unit: str = "share"

    @property
    def rows(self) -> int:
        return len(self.score)

    @property
    def point(self) -> float:
        return float(self._ranked()(np.ones((1, self.rows)))[0]) if self.rows else float("nan")

    def trials(self) -> int:
        return int(min(self.positive.sum(), (~self.positive).sum()))

    def drawn(self, draws: int, seed: int, groups: Places | None = None) -> Vector:
        rng = np.random.default_rng(seed)
        of = self._ranked()
        if groups is None:
            return np.concatenate([of(weights) for weights in weights_of(self.rows, draws, rng)])
        return np.concatenate([of(w[:, groups]) for w in weights_of(int(groups.max()) + 1, draws, rng)])

    def on(self, mask: ArrayLike) -> Ranking:
        kept = np.asarray(mask, dtype=bool)
        if kept.shape != (self.rows,):
            raise BadInput(say("text_score.wrong_length", wanted=self.rows, given=len(kept)))
        return Ranking(
            self.name, self.score[kept], self.positive[kept], self.value, self.higher_is_better, self.unit
        )

    def _ranked(self) -> Callable[[Matrix], Vector]:
        """The score as a function of weights (draws, rows); rows are put in order once."""
        order = np.argsort(-self.score, kind="stable")
        ranked = self.score[order]
        first = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        yes, no = self.positive[order].astype(np.float64), (~self.positive[order]).astype(np.float64)
        ties = len(first) < len(order)

        def of(weights: Matrix) -> Vector:
            told = weights[:, order]
            if not ties:
                return self.value(told * yes, told * no)
            return self.value(
                np.add.reduceat(told * yes, first, axis=1), np.add.reduceat(told * no, first, axis=1)
            )

        return of


def ranking_metrics(score: ArrayLike, positive: ArrayLike) -> dict[str, Ranking]:
    """``auroc``, ``aupr``, ``fpr95`` of scores (rows,). Raises BadInput for scores that are no numbers."""
    numbers, kinds = np.asarray(score, dtype=np.float64), np.asarray(positive, dtype=bool)
    if np.isnan(numbers).any():
        raise BadInput(say("text_score.nan_scores", count=int(np.isnan(numbers).sum())))
    return {
        "auroc": Ranking("auroc", numbers, kinds, auroc_of),
        "aupr": Ranking("aupr", numbers, kinds, aupr_of),
        "fpr95": Ranking("fpr95", numbers, kinds, fpr95_of, higher_is_better=False),
    }


def auroc_of(yes: Matrix, no: Matrix) -> Vector:
    """nan where one kind is missing."""
    below = no.sum(axis=-1, keepdims=True) - np.cumsum(no, axis=-1)
    wins = (yes * (below + no / 2)).sum(axis=-1)
    return ratio(wins, yes.sum(axis=-1) * no.sum(axis=-1))


def aupr_of(yes: Matrix, no: Matrix) -> Vector:
    """nan without positives."""
    kept, others = np.cumsum(yes, axis=-1), np.cumsum(no, axis=-1)
    precision = np.nan_to_num(ratio(kept, kept + others))
    return ratio((precision * yes).sum(axis=-1), yes.sum(axis=-1))


def fpr95_of(yes: Matrix, no: Matrix) -> Vector:
    """nan where one kind is missing."""
    kept, others = np.cumsum(yes, axis=-1), np.cumsum(no, axis=-1)
    enough = kept >= RECALL * kept[..., -1:] - 1e-9
    at = np.argmax(enough, axis=-1)
    share = ratio(np.take_along_axis(others, at[..., None], axis=-1)[..., 0], others[..., -1])
    return np.where(kept[..., -1] > 0, share, np.nan)
