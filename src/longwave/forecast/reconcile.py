"""Forecasts of parts and totals that add up.

Each series is forecast for itself, so the forecast of a total is not the sum of those of its parts. Let y hold
all of them, totals first, b the parts that have no parts, and S the matrix that adds up: y = S b. Every linear
way to make forecasts coherent is S G y, with

    G = J - J W C' (C W C')^-1 C,     C = [I, -A],  J = [0, I],  A the rows of S that are totals

and W = I (ordinary least squares), W = diag(S 1) (structural weights), or W the covariance of the errors that the
separate forecasts made together, which gives the least total variance among unbiased ways: MinT (Wickramasuriya,
Athanasopoulos and Hyndman 2019). With few origins W is shrunk towards its diagonal by the share of Schäfer and
Strimmer (2005). This form of G needs no inverse of W. Bottom-up is G = J.

Means and medians are carried by S G and add up. Other quantiles of a sum are not the sum of quantiles: each
series keeps the shape of its own band, its width times the ratio of standard deviations after and before, from
the covariance D R D (D: standard deviations that the separate bands say, R: correlations of the joint errors).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.forecast.method import Matrix, Vector

Way = Literal["mint_shrink", "ols", "wls", "bottom_up"]

TOLERANCE = 0.001
"""Largest gap between a total and its parts, as a share of the parts, that counts as rounding."""

_FEWEST_ERRORS = 5
"""Joint errors below this number say nothing of how series err together."""

_NEGLIGIBLE = 1e-10
"""Directions in which totals and parts never erred apart, relative to the largest, are left alone."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Which parts make which totals.

    totals and parts: names in the order of the alphabet, so that no result hangs on the order in which they were
    given; a part has no parts itself. sums: shape (totals, parts), 1 where the part belongs to the total.
    """

    totals: tuple[str, ...]
    parts: tuple[str, ...]
    sums: Matrix

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.totals, *self.parts)

    @property
    def adding(self) -> Matrix:
        """S: shape (names, parts)."""
        return np.vstack([self.sums, np.eye(len(self.parts))])


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Forecasts that add up.

    frames: name -> frame as given (index = periods ahead, ``mean`` and quantile columns); gaps: index = periods,
    one column a total: its separate forecast less the sum of those of its parts; changes: index = periods, one
    column a name: what reconciling added to the centre (median where there is one, else mean); projection: G, one
    row a part, one column a name; shrinkage: weight of the diagonal in W, None where no covariance was used.
    """

    frames: Mapping[str, pd.DataFrame]
    gaps: pd.DataFrame
    changes: pd.DataFrame
    projection: pd.DataFrame
    method: Message
    shrinkage: float | None = None
    notes: tuple[Message, ...] = ()


def reconcile(
    forecasts: Mapping[str, pd.DataFrame],
    structure: Mapping[str, Sequence[str]],
    history: Mapping[str, pd.Series],
    errors: pd.DataFrame | None = None,
    method: Way = "mint_shrink",
) -> Reconciled | Refusal:
    """Makes forecasts of totals and parts add up.

    forecasts: name -> frame, all with the same periods and columns (``mean`` or ``0.5``, and quantiles); structure:
    total -> its parts, which may be totals themselves; history: name -> known values by written period, in the same
    unit; errors: one row a joint trial, one column a name (`joint_errors`), outcome less forecast.

    Returns a Refusal where the history itself does not add up within a thousandth, where no period shows
    whether it does, or where fewer than five joint errors are there for ``mint_shrink``. Raises UsageError
    (unknown method) and BadInput (a circle, a part counted twice, a name without forecast or without a place, or an
    argument of another kind).
    """
    if method not in list(get_args(Way)):
        raise UsageError(say("reconcile.unknown_method", method=str(method), methods=get_args(Way)))
    tree = hierarchy(structure)
    _check_kinds(forecasts, history, errors)
    base = _checked(forecasts, tree)
    refusal = _history_refusal(structure, history)
    if refusal is not None:
        return refusal
    known = _joint(errors, tree)
    if method == "mint_shrink" and len(known) < _FEWEST_ERRORS:
        few = say("reconcile.few_errors", count=len(known), fewest=_FEWEST_ERRORS)
        return Refusal(tree.totals[0], few, say("reconcile.few_errors_mend"))
    together = shrunk_covariance(known) if len(known) >= _FEWEST_ERRORS else None
    gain = projection(tree, None if method == "bottom_up" else _weights(tree, method, together))
    return _assembled(base, tree, history, gain, together, method)


def hierarchy(structure: Mapping[str, Sequence[str]]) -> Hierarchy:
    """The structure, checked. Raises BadInput: nothing in it, a total without parts, a part twice, a circle."""
    if not isinstance(structure, Mapping) or not structure:
        raise BadInput(say("reconcile.no_structure"), say("reconcile.structure_mend"))
    for total, children in structure.items():
        if not _is_list_of_names(children):
            raise BadInput(say("reconcile.no_parts", total=str(total)), say("reconcile.structure_mend"))
    try:
        order = tuple(TopologicalSorter(structure).static_order())
    except CycleError as error:
        circle = tuple(str(name) for name in error.args[1])
        raise BadInput(say("reconcile.circle", names=circle), say("reconcile.structure_mend")) from error
    parts = tuple(sorted(name for name in order if name not in structure))
    rows: dict[str, Vector] = {name: np.eye(len(parts))[place] for place, name in enumerate(parts)}
    for name in order:
        if name not in structure:
            continue
        rows[name] = np.sum([rows[child] for child in structure[name]], axis=0)
        if (rows[name] > 1).any():
            twice = parts[int(np.argmax(rows[name]))]
            raise BadInput(
                say("reconcile.counted_twice", total=name, part=twice), say("reconcile.structure_mend")
            )
    totals = tuple(sorted(structure))
    return Hierarchy(totals, parts, np.array([rows[name] for name in totals]))


def _is_list_of_names(children: object) -> bool:
    """Whether there is at least one, and each is text."""
    listed = isinstance(children, Collection) and not isinstance(children, (str, bytes)) and len(children) > 0
    return listed and all(isinstance(name, str) for name in cast("Collection[object]", children))


def joint_errors(trials: pd.DataFrame, method: str) -> pd.DataFrame:
    """Errors that several series' forecasts made at the same origin and step: one row each, one column a series.

    trials: a table with the columns of `Trials` (unique_id, method, origin, step, outcome, mean). Later steps are
    brought to the size of the first by one factor for all series (the median of the ratios of root mean squares), so
    that steps may be pooled; rows in which a series is missing are left out. Raises BadInput where one series has two
    errors for the same origin and step, and for what is no table of trials.
    """
    wanted = ("unique_id", "method", "origin", "step", "outcome", "mean")
    if not isinstance(trials, pd.DataFrame) or not set(wanted) <= set(trials.columns):
        raise BadInput(say("reconcile.bad_trials", columns=wanted), say("reconcile.bad_trials_mend"))
    rows = trials[trials["method"] == method]
    keys = ["origin", "step", "unique_id"]
    if rows.duplicated(keys).any():
        origin, step, name = rows.loc[rows.duplicated(keys), keys].iloc[0]
        raise BadInput(say("reconcile.trial_twice", name=str(name), origin=str(origin), step=int(step)))
    rows = rows.assign(error=rows["outcome"] - rows["mean"])
    table = rows.pivot(index=["origin", "step"], columns="unique_id", values="error").dropna()
    if table.empty:
        return table
    sizes = (table**2).groupby(level="step").mean() ** 0.5
    first = sizes.iloc[0]
    growth = (sizes.loc[:, first > 0] / first[first > 0]).median(axis=1)
    growth = growth.where(growth > 0, 1.0).fillna(1.0)
    return table.div(growth.reindex(table.index.get_level_values("step")).to_numpy(), axis=0)


def projection(tree: Hierarchy, weights: Matrix | None) -> Matrix:
    """G: shape (parts, names). weights: W, shape (names, names); None takes the parts as they are (bottom-up)."""
    count = len(tree.totals)
    parts = np.hstack([np.zeros((len(tree.parts), count)), np.eye(len(tree.parts))])
    if weights is None:
        return parts
    constraint = np.hstack([np.eye(count), -tree.sums])
    apart = constraint @ weights @ constraint.T
    size = np.sqrt(np.diag(apart))
    size = np.where(size > 0, size, 1.0)
    inverse = np.linalg.pinv(apart / np.outer(size, size), rcond=_NEGLIGIBLE, hermitian=True)
    gain = (weights @ constraint.T)[count:] @ (inverse / np.outer(size, size))
    return np.asarray(parts - gain @ constraint, dtype=np.float64)


def shrunk_covariance(errors: Matrix) -> tuple[Matrix, float]:
    """Mean products of the errors (about zero, so that a lasting miss counts as error), shrunk to their diagonal.

    errors: shape (rows, names). The share of the diagonal is the sum of the variances of all correlations over the
    sum of their squares, at most 1 (Schäfer and Strimmer 2005); it is given beside the matrix.
    """
    count = len(errors)
    size = np.sqrt((errors**2).mean(axis=0))
    scores = errors / np.where(size > 0, size, 1.0)
    correlation = scores.T @ scores / count
    doubt = ((scores**2).T @ (scores**2) / count - correlation**2) / (count - 1)
    off = ~np.eye(len(size), dtype=bool)
    squares = float((correlation[off] ** 2).sum())
    share = float(np.clip(doubt[off].sum() / squares, 0.0, 1.0)) if squares > 0 else 1.0
    shrunk = np.where(off, (1 - share) * correlation, correlation)
    return np.asarray(shrunk * np.outer(size, size), dtype=np.float64), share


def _check_kinds(forecasts: object, history: object, errors: object) -> None:
    """Raises BadInput for an argument that is no mapping of tables or series of numbers, or no table."""
    for argument, given, kind in (("forecasts", forecasts, pd.DataFrame), ("history", history, pd.Series)):
        held = list(given.values()) if isinstance(given, Mapping) else [None]
        if not all(isinstance(one, kind) and _is_numeric(pd.DataFrame(one)) for one in held):
            raise BadInput(say(f"reconcile.bad_{argument}"), say("reconcile.arguments_mend"))
    if errors is not None and not (isinstance(errors, pd.DataFrame) and _is_numeric(errors)):
        raise BadInput(say("reconcile.bad_errors"), say("reconcile.arguments_mend"))


def _is_numeric(frame: pd.DataFrame) -> bool:
    try:
        frame.astype(np.float64)
    except (TypeError, ValueError):
        return False
    return True


def _checked(forecasts: Mapping[str, pd.DataFrame], tree: Hierarchy) -> dict[str, pd.DataFrame]:
    """The frames in the tree's order. Raises BadInput: names that do not match, frames unlike one another."""
    missing = tuple(name for name in tree.names if name not in forecasts)
    if missing:
        raise BadInput(say("reconcile.no_forecast", names=missing), say("reconcile.structure_mend"))
    orphans = tuple(str(name) for name in forecasts if name not in tree.names)
    if orphans:
        raise BadInput(say("reconcile.orphans", names=orphans), say("reconcile.structure_mend"))
    first = forecasts[tree.names[0]]
    if not all(str(one) == "mean" or _is_share(one) for one in first.columns):
        raise BadInput(say("reconcile.bad_forecasts"), say("reconcile.arguments_mend"))
    for name in tree.names:
        frame = forecasts[name]
        alike = list(frame.index) == list(first.index) and list(frame.columns) == list(first.columns)
        if not alike or frame.empty or not _centres(frame):
            raise BadInput(say("reconcile.unlike_frames", name=name, other=tree.names[0]))
        if not np.isfinite(frame.to_numpy(np.float64)).all():
            raise BadInput(say("reconcile.not_finite", name=name))
    return {name: forecasts[name] for name in tree.names}


def _is_share(name: object) -> bool:
    """Whether a column is named by a probability, as text."""
    try:
        return isinstance(name, str) and 0 < float(name) < 1
    except ValueError:
        return False


def _history_refusal(
    structure: Mapping[str, Sequence[str]], history: Mapping[str, pd.Series]
) -> Refusal | None:
    """The largest gap in the known figures, where it is beyond rounding."""
    worst, refusal = TOLERANCE, None
    for total, children in structure.items():
        known = _known(history, (total, *children))
        if known.empty:
            return Refusal(total, say("reconcile.no_history", total=total), say("reconcile.history_mend"))
        values, parts = known.to_numpy()[:, 0], known.to_numpy()[:, 1:]
        gaps = np.abs(values - parts.sum(axis=1))
        shares = np.where(gaps > 0, gaps / np.maximum(np.abs(parts).sum(axis=1), np.finfo(float).tiny), 0.0)
        place = int(np.argmax(shares))
        if shares[place] > worst:
            worst = float(shares[place])
            reason = say(
                "reconcile.gap",
                total=total,
                period=str(known.index[place]),
                value=float(values[place]),
                parts=float(parts[place].sum()),
                count=int((shares > TOLERANCE).sum()),
                periods=len(shares),
            )
            refusal = Refusal(total, reason, say("reconcile.gap_mend"))
    return refusal


def _known(history: Mapping[str, pd.Series], names: tuple[str, ...]) -> pd.DataFrame:
    """Periods in which all have figures, one column a name; empty where one has none."""
    if any(name not in history for name in names):
        return pd.DataFrame()
    for name in names:
        if history[name].index.has_duplicates:
            period = history[name].index[history[name].index.duplicated()][0]
            raise BadInput(say("reconcile.period_twice", name=name, period=str(period)))
    return pd.DataFrame({name: history[name].astype(float) for name in names}).dropna()


def _joint(errors: pd.DataFrame | None, tree: Hierarchy) -> Matrix:
    """Complete rows of errors in the tree's order; no rows where a name is missing."""
    if errors is None or any(name not in errors.columns for name in tree.names):
        return np.zeros((0, len(tree.names)))
    rows = errors[list(tree.names)].to_numpy(np.float64)
    return np.asarray(rows[np.isfinite(rows).all(axis=1)], dtype=np.float64)


def _weights(tree: Hierarchy, method: Way, together: tuple[Matrix, float] | None) -> Matrix:
    if method == "mint_shrink" and together is not None:
        return together[0]
    if method == "wls":
        return np.diag(tree.adding.sum(axis=1))
    return np.eye(len(tree.names))


def _assembled(
    base: Mapping[str, pd.DataFrame],
    tree: Hierarchy,
    history: Mapping[str, pd.Series],
    gain: Matrix,
    together: tuple[Matrix, float] | None,
    method: Way,
) -> Reconciled:
    first = base[tree.names[0]]
    centre = _centres(first)[-1]
    before = {one: _column(base, one) for one in _centres(first)}
    after = {one: values @ gain.T @ tree.adding.T for one, values in before.items()}
    ratio = _ratios(base, tree.adding @ gain, None if together is None else _correlation(together[0]))
    frames = {
        name: _frame(
            base[name],
            {one: values[:, place] for one, values in after.items()},
            ratio[:, place],
            amounts=bool((history[name].dropna() > 0).all()),
        )
        for place, name in enumerate(tree.names)
    }
    count = len(tree.totals)
    gaps = before[centre][:, :count] - before[centre][:, count:] @ tree.sums.T
    table = pd.DataFrame(after[centre] - before[centre], index=first.index, columns=list(tree.names))
    share = together[1] if together is not None and method == "mint_shrink" else None
    said = say(
        "reconcile.method",
        way=say(f"reconcile.{method}") if share is None else say("reconcile.mint_shrink", share=share),
        totals=count,
        parts=len(tree.parts),
        gap=float(np.max(np.abs(gaps) / np.maximum(np.abs(before[centre][:, :count]), np.finfo(float).tiny))),
    )
    return Reconciled(
        {name: frames[name] for name in tree.names},
        pd.DataFrame(gaps, index=first.index, columns=list(tree.totals)),
        table,
        pd.DataFrame(gain, index=list(tree.parts), columns=list(tree.names)),
        said,
        share,
        tuple(_notes(frames, history, centre, together is None and bool(_bands(first)))),
    )


def _frame(
    frame: pd.DataFrame, centres: Mapping[str, Vector], ratio: Vector, *, amounts: bool
) -> pd.DataFrame:
    """The separate frame about its new centre. A series of positive amounts keeps its band above zero: there the
    quantiles' distances from the centre are ratios, elsewhere differences."""
    centre = list(centres)[-1]
    old, new = frame[centre].to_numpy(np.float64), centres[centre]
    quantiles = frame[list(_bands(frame))].to_numpy(np.float64)
    if amounts and (quantiles > 0).all() and (old > 0).all() and (new > 0).all():
        moved = new[:, None] * (quantiles / old[:, None]) ** ratio[:, None]
    else:
        moved = new[:, None] + (quantiles - old[:, None]) * ratio[:, None]
    columns = dict(zip(_bands(frame), moved.T, strict=True)) | dict(centres)
    return pd.DataFrame({name: columns[name] for name in frame.columns}, index=frame.index)


def _ratios(base: Mapping[str, pd.DataFrame], moving: Matrix, correlation: Matrix | None) -> Matrix:
    """Standard deviation after over that before: shape (periods, names); ones where nothing joint is known."""
    first = next(iter(base.values()))
    pair = _widest(first)
    if pair is None or correlation is None:
        return np.ones((len(first), len(base)))
    spread = _column(base, pair[1]) - _column(base, pair[0])
    covariance = spread[:, :, None] * correlation[None, :, :] * spread[:, None, :]
    after = np.sqrt(((moving @ covariance) * moving).sum(axis=2).clip(min=0.0))
    return np.where(spread > 0, after / np.where(spread > 0, spread, 1.0), 1.0)


def _widest(frame: pd.DataFrame) -> tuple[str, str] | None:
    """The 80 per cent band where it is there, else the outermost quantiles."""
    bands = _bands(frame)
    if {"0.1", "0.9"} <= set(bands):
        return "0.1", "0.9"
    return (bands[0], bands[-1]) if len(bands) > 1 else None


def _correlation(covariance: Matrix) -> Matrix:
    size = np.sqrt(np.diag(covariance))
    size = np.where(size > 0, size, 1.0)
    found = covariance / np.outer(size, size)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found, dtype=np.float64)


def _column(base: Mapping[str, pd.DataFrame], column: str) -> Matrix:
    """One column of every frame: shape (periods, names)."""
    return np.column_stack([frame[column].to_numpy(np.float64) for frame in base.values()])


def _centres(frame: pd.DataFrame) -> list[str]:
    return [name for name in ("mean", "0.5") if name in frame.columns]


def _bands(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted((name for name in frame.columns if name not in ("mean", "0.5")), key=float))


def _notes(
    frames: Mapping[str, pd.DataFrame],
    history: Mapping[str, pd.Series],
    centre: str,
    moved_only: bool,
) -> Iterator[Message]:
    below = tuple(
        name
        for name, frame in frames.items()
        if (history[name].dropna() > 0).all() and (frame[centre] <= 0).any()
    )
    if below:
        yield say("reconcile.below_zero", names=below)
    if moved_only:
        yield say("reconcile.bands_moved")
