"""Step 7: how far the places of the units depend on choices that could as well have been made otherwise.

Every draw makes all choices anew: how gaps are filled, whether outliers are treated, how figures are normalised,
weighted and put together, which one indicator is left out, and where within their errors the figures lie. A rank
interval holds a unit's places over the draws. It is no confidence interval of a true place, since there is none:
it says which places a reasonable person could have given.

Draws that share fillings, treatment and normalisation are computed together, as one array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longwave.measure.scorecard.aggregation import AGGREGATIONS, above_zero, places
from longwave.measure.scorecard.imputation import IMPUTATIONS, Filled
from longwave.measure.scorecard.indicators import Indicators, Matrix, Vector
from longwave.measure.scorecard.normalisation import NORMALISATIONS, min_max, to_target
from longwave.measure.scorecard.outliers import TREATMENTS, Treatment
from longwave.measure.scorecard.sobol import Effects, base_samples, effects_of
from longwave.measure.scorecard.weights import benefit_of_doubt, equal, principal

FACTORS = ("imputation", "outliers", "normalisation", "weights", "aggregation", "left_out", "noise")
"""The choices, in the order of the columns of a draw."""

_NOISES = 512
"""Different draws of noise; a draw of the unit cube picks one of them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to make the composite; the baseline, unless the user says otherwise.

    Nothing is imputed; outliers are drawn in where an indicator is wild; min-max; the user's weights (equal where
    none are given); arithmetic. left_out: number of the indicator left out, None for none.
    """

    imputation: str = "none"
    outliers: str = "winsorise"
    normalisation: str = "min_max"
    weights: str = "given"
    aggregation: str = "arithmetic"
    left_out: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The alternatives that the draws choose among, evenly. leave_one_out: whether one indicator may be left out
    (then with the chance q / (q + 1), each alike, as in the Handbook); groups: a number a unit for imputing group
    means."""

    imputation: tuple[str, ...] = ("none", "mean", "neighbours", "likelihood")
    outliers: tuple[str, ...] = ("none", "winsorise", "box_cox")
    normalisation: tuple[str, ...] = ("min_max", "z_score", "rank")
    weights: tuple[str, ...] = ("given", "equal", "principal", "benefit_of_doubt")
    aggregation: tuple[str, ...] = ("arithmetic", "geometric", "harmonic")
    leave_one_out: bool = True

    def fitting(self, table: Indicators) -> Choices:
        """Those that this table has a use for: no imputation without gaps, no benefit of the doubt where nothing
        fills them, no equal weights beside given ones that are equal."""
        same = bool(np.allclose(table.weights, table.weights[0]))
        weights = tuple(one for one in self.weights if not (same and one == "equal")) or ("given",)
        imputation = self.imputation if table.missing.any() else ("none",)
        wild = TREATMENTS["winsorise"](table.values).flags.any()
        return replace(
            self,
            imputation=imputation,
            outliers=self.outliers if wild else ("none",),
            weights=weights,
            leave_one_out=self.leave_one_out and len(table.names) > 3,
        )


@dataclass(frozen=True, eq=False)
class Robustness:
    """What the draws gave.

    ranks and scores: (draws, units), scores scaled to 0 for the last and 1 for the first of each draw; rank_low,
    rank_high, rank_median, score_low, score_high: by unit; effects: of each choice on the mean shift of places
    against the baseline, and factors: their names; moved: the mean shift of places a unit.
    """

    ranks: Matrix
    scores: Matrix
    rank_median: Vector
    rank_low: Vector
    rank_high: Vector
    score_low: Vector
    score_high: Vector
    shift: Vector
    choices: Choices
    effects: Effects | None = None
    factors: tuple[str, ...] = ()


@dataclass
class Kitchen:
    """Makes composites of one table by any recipe, and remembers what recipes share."""

    table: Indicators
    choices: Choices
    seed: int = 0
    _filled: dict[str, Filled] = field(default_factory=dict)
    _plans: dict[tuple[str, str], Treatment] = field(default_factory=dict)
    _weights: dict[tuple[str, str, str], Matrix] = field(default_factory=dict)

    def filled(self, rule: str) -> Filled:
        if rule not in self._filled:
            self._filled[rule] = IMPUTATIONS[rule](self.table.values)
        return self._filled[rule]

    def plan(self, imputation: str, outliers: str) -> Treatment:
        key = (imputation, outliers)
        if key not in self._plans:
            self._plans[key] = TREATMENTS[outliers](self.filled(imputation).values)
        return self._plans[key]

    def weights(self, rule: str, imputation: str, outliers: str) -> Matrix:
        """(units, indicators), or (1, indicators) where all units have the same: decided on the figures without
        noise, with all indicators."""
        key = (rule, imputation, outliers)
        if key not in self._weights:
            self._weights[key] = np.atleast_2d(self._weigh(rule, imputation, outliers))
        return self._weights[key]

    def _weigh(self, rule: str, imputation: str, outliers: str) -> Matrix:
        if rule == "given":
            return self.table.weights
        if rule == "equal":
            return equal(len(self.table.names))
        # Where gaps are left open, these two need something in them: the least that can be said is the mean.
        filled = self.filled("mean" if imputation == "none" else imputation)
        treated = TREATMENTS[outliers](filled.values).apply(filled.values)
        if rule == "principal":
            return principal(treated).weights
        # Each unit's own shares, scaled to one when they are used: what suits it best, on the common scale.
        return benefit_of_doubt(min_max(treated))[1]

    def one(self, recipe: Recipe) -> Vector:
        """The composite of each unit by one recipe, without noise. Raises ValueError for an unknown choice or one
        that the figures cannot bear."""
        values = self.filled(recipe.imputation).values
        treated = self.plan(recipe.imputation, recipe.outliers).apply(values)
        scores = self._normalise(recipe.normalisation, treated[None])
        weights = self.weights(recipe.weights, recipe.imputation, recipe.outliers)[None]
        if recipe.left_out is not None:
            weights = weights * (np.arange(len(self.table.names)) != recipe.left_out)
        return np.asarray(self._combine(recipe.aggregation, scores, weights)[0])

    def parts(self, recipe: Recipe) -> tuple[Matrix, Matrix]:
        """Normalised scores and weights of each unit, both (units, indicators), by one recipe."""
        values = self.filled(recipe.imputation).values
        scores = self._normalise(
            recipe.normalisation, self.plan(recipe.imputation, recipe.outliers).apply(values)
        )
        weights = np.where(
            np.isnan(scores), 0.0, self.weights(recipe.weights, recipe.imputation, recipe.outliers)
        )
        return scores, weights / weights.sum(axis=1, keepdims=True)

    def many(self, draws: Matrix) -> Matrix:
        """The composites of many draws of the unit cube (draws, factors): (draws, units)."""
        totals = np.full((len(draws), len(self.table.units)), np.nan)
        picked = {name: self._pick(name, draws[:, place]) for place, name in enumerate(FACTORS[:5])}
        out = self._left_out(draws[:, 5])
        noise = np.minimum((draws[:, 6] * _NOISES).astype(int), _NOISES - 1)
        shared = list(zip(picked["imputation"], picked["outliers"], picked["normalisation"], strict=True))
        for key in sorted(set(shared)):
            which = np.flatnonzero([one == key for one in shared])
            scores = self._scores(*key, noise[which])
            for pair in sorted(set(zip(picked["weights"][which], picked["aggregation"][which], strict=True))):
                inner = (picked["weights"][which] == pair[0]) & (picked["aggregation"][which] == pair[1])
                rows = which[inner]
                weights = self.weights(pair[0], key[0], key[1])
                held = (np.arange(len(self.table.names)) != out[rows][:, None])[:, None, :]
                part = scores[inner] if len(scores) > 1 else scores
                totals[rows] = self._combine(pair[1], part, weights * held)
        return totals

    def _scores(self, imputation: str, outliers: str, normalisation: str, noise: NDArray[np.int64]) -> Matrix:
        filled = self.filled(imputation)
        errors = np.hypot(np.where(filled.flags, 0.0, self.table.errors), filled.errors)
        values = filled.values[None]
        if errors.any():
            values = values + errors * self._noises[noise]
        treated = self.plan(imputation, outliers).apply(values)
        return self._normalise(normalisation, treated)

    @cached_property
    def _noises(self) -> Matrix:
        shape = (_NOISES, len(self.table.units), len(self.table.names))
        return np.random.default_rng(self.seed).standard_normal(shape)

    def _normalise(self, rule: str, values: Matrix) -> Matrix:
        if rule == "to_target":
            return to_target(values, self.table.targets)
        return NORMALISATIONS[rule](values)

    def _combine(self, rule: str, scores: Matrix, weights: Matrix) -> Matrix:
        return AGGREGATIONS[rule](scores if rule == "arithmetic" else above_zero(scores), weights)

    def _pick(self, name: str, draws: Vector) -> NDArray[np.str_]:
        options: tuple[str, ...] = getattr(self.choices, name)
        place = np.minimum((draws * len(options)).astype(int), len(options) - 1)
        return np.asarray(np.array(options)[place])

    def _left_out(self, draws: Vector) -> NDArray[np.int64]:
        """Number of the indicator left out; -1 for none."""
        width = len(self.table.names)
        if not self.choices.leave_one_out:
            return np.full(len(draws), -1)
        return np.asarray(np.minimum((draws * (width + 1)).astype(int), width) - 1)


def robustness(
    table: Indicators,
    baseline: Recipe,
    choices: Choices | None = None,
    *,
    draws: int = 2000,
    effects: bool = True,
    level: float = 0.95,
    seed: int = 0,
) -> Robustness:
    """Rank and score intervals over all choices, and which of them move the places.

    draws: how many composites the intervals rest on; effects: whether Sobol effects are computed too, from a
    quarter of the draws (then the model runs about twice as often). Raises ValueError for fewer than 64 draws or
    where no recipe can be made.
    """
    if draws < 64:
        raise ValueError("at least 64 draws are needed")
    fitting = (choices or Choices()).fitting(table)
    kitchen = Kitchen(table, fitting, seed)
    start = places(kitchen.one(baseline))
    a, b = base_samples(len(FACTORS), draws // 2, seed)
    cube = np.vstack([a, b])
    totals = kitchen.many(cube)
    ranks = places(totals)
    scores = min_max(totals[..., None])[..., 0]
    tail = (1 - level) / 2
    found = Robustness(
        ranks,
        scores,
        np.median(ranks, axis=0),
        np.floor(np.quantile(ranks, tail, axis=0, method="lower")),
        np.ceil(np.quantile(ranks, 1 - tail, axis=0, method="higher")),
        np.quantile(scores, tail, axis=0),
        np.quantile(scores, 1 - tail, axis=0),
        np.abs(ranks - start).mean(axis=0),
        fitting,
    )
    if not effects:
        return found

    def shift(inputs: Matrix) -> Vector:
        return np.asarray(np.abs(places(kitchen.many(inputs)) - start).mean(axis=1))

    return _with_effects(found, shift, a, b, ranks, start, draws // 4, seed)


def _with_effects(
    found: Robustness,
    shift: Callable[[Matrix], Vector],
    a: Matrix,
    b: Matrix,
    ranks: Matrix,
    start: Vector,
    count: int,
    seed: int,
) -> Robustness:
    active = _active(found)
    known = np.abs(ranks - start).mean(axis=1)
    of_a, of_b = known[: len(a)][:count], known[len(a) :][:count]
    mixed = []
    for place in active:
        inputs = a[:count].copy()
        inputs[:, place] = b[:count, place]
        mixed.append(shift(inputs))
    if not mixed:
        return found
    effects = effects_of(of_a, of_b, np.array(mixed), np.random.default_rng(seed))
    return replace(found, effects=effects, factors=tuple(FACTORS[place] for place in active))


def _active(found: Robustness) -> list[int]:
    """Choices that have an alternative; noise always, since its effect of nothing is worth knowing."""
    choices = found.choices
    keep = [place for place, name in enumerate(FACTORS[:5]) if len(getattr(choices, name)) > 1]
    return [*keep, *([5] if choices.leave_one_out else []), 6]
