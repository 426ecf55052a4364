"""The table of a back-test: every method judged on the same series, origins and steps, one row a method.

Within a series a score is the mean over its forecasts (RMSE: the root of the mean of squares), across series the mean
over series, so that a series with many origins does not outvote the others. Scale-free scores divide by the seasonal
naive scale of the history known at each origin; series whose history is constant there are left out of those scores
only, for every method alike. OWA is relative to Naive2 on the same forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, UsageError
from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.message import Message, say
from longwave.core.period import Period, span
from longwave.forecast.method import Vector
from longwave.forecast.scores.arrays import quantile_arrays
from longwave.forecast.scores.distribution import crps_quantiles
from longwave.forecast.scores.intervals import central_pairs, interval_scores, weighted_interval_scores
from longwave.forecast.scores.point import divided, naive_scales, symmetric_errors

Codes = NDArray[np.intp]

KEY = ["unique_id", "origin", "vintage", "step"]
"""What a forecast is of; methods are compared where these are the same."""

_FEWEST_SHARE = 0.5
"""A method that has under this share of the judged method's forecasts is left out, rather than cutting all others."""

_NAIVE2 = "naive2"
_MSIS_LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Aligned:
    """frame: the rows of trials that can be compared, every method on the same ones, the judged method first, ordered
    by time within a method, with the columns ``scale`` (NaN without one), ``series`` (a number for each),
    ``period_ordinal`` and ``origin_ordinal``; quantiles: their columns, by rising probability; with_quantiles: the
    methods that have them; notes: what was left out."""

    frame: pd.DataFrame
    quantiles: list[str]
    with_quantiles: list[str]
    notes: tuple[Message, ...]

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys(self.frame["method"]))

    @property
    def series(self) -> int:
        return int(self.frame["unique_id"].nunique())

    def of(self, method: str) -> pd.DataFrame:
        return self.frame[self.frame["method"] == method]

    @property
    def probabilities(self) -> Vector:
        return np.array([float(name) for name in self.quantiles])


def quantile_columns(frame: pd.DataFrame) -> list[str]:
    """The quantile columns of a table of trials (names that are probabilities), by rising probability."""
    found = {}
    for name in frame.columns.difference(list(TRIAL_COLUMNS)):
        try:
            share = float(name)
        except ValueError:
            continue
        if 0 < share < 1:
            found[share] = str(name)
    return [found[share] for share in sorted(found)]


def align(trials: Trials, method: str) -> Aligned:
    """The forecasts that can be compared: with outcome and mean, and made by every method.

    Raises UsageError (no such method), BadInput (columns missing, one forecast twice, nothing to compare).
    """
    frame, names = _checked(trials, method)
    known = frame.loc[np.isfinite(frame[["outcome", "mean"]].to_numpy(dtype=np.float64)).all(axis=1)]
    if known[known["method"] == method].empty:
        raise BadInput(say("scores.no_outcomes", method=method), say("scores.no_outcomes_mend"))
    notes = [say("scores.no_outcome_yet", count=len(frame) - len(known))] if len(known) < len(frame) else []
    kept, thin = _common(known, method, names)
    notes += [say("scores.thin", method=name, share=share) for name, share in thin]
    dense = [
        str(name)
        for name, rows in kept.groupby("method", sort=False)
        if names and np.isfinite(rows[names].to_numpy()).all()
    ]
    bare = [name for name in kept["method"].unique() if name not in dense]
    if names and bare:
        notes.append(say("scores.no_quantiles", methods=tuple(bare)))
    kept = kept.assign(
        scale=_scales(trials, kept), series=pd.factorize(kept["unique_id"])[0], **_ordinals(kept)
    )
    without = kept.loc[~np.isfinite(kept["scale"]), "unique_id"].nunique()
    if without:
        notes.append(say("scores.no_scale", count=int(without)))
    rank = {name: place for place, name in enumerate(dict.fromkeys([method, *trials.methods]))}
    ordered = kept.assign(rank=kept["method"].map(rank)).sort_values(
        ["rank", "unique_id", "origin_ordinal", "vintage", "step"], kind="stable", ignore_index=True
    )
    return Aligned(ordered.drop(columns="rank"), names, dense, tuple(notes))


def score_table(found: Aligned) -> pd.DataFrame:
    """One row a method (the index), one column a score; NaN where not defined, never infinite.

    Columns: forecasts, rmse, mae, bias, mase, smape, owa, msis, crps, scaled_crps, wis, and coverage_50, ... for each
    central interval. rmse, mae, bias, crps and wis are in the unit of the series. Raises BadInput (crossed quantiles).
    """
    rows = {method: _scores(found, method) for method in found.methods}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")
    if _NAIVE2 in table.index:
        shares, scaled = table["_smape"].to_numpy(float), table["mase"].to_numpy(float)
        base = int(np.flatnonzero(table.index == _NAIVE2)[0])
        table["owa"] = [
            (divided(share, float(shares[base])) + divided(error, float(scaled[base]))) / 2
            for share, error in zip(shares, scaled, strict=True)
        ]
    order = ["forecasts", "rmse", "mae", "bias", "mase", "smape", "owa", "msis", "crps", "scaled_crps", "wis"]
    return table[[*order, *(name for name in table.columns if name.startswith("coverage_"))]]


def step_table(found: Aligned) -> pd.DataFrame:
    """One row a method and step ahead: method, step, forecasts, rmse, mae, bias, and coverage_50, ...

    Raises BadInput (crossed quantiles).
    """
    rows = []
    for (method, step), part in found.frame.sort_values("step", kind="stable").groupby(
        ["method", "step"], sort=False
    ):
        errors = (part["outcome"] - part["mean"]).to_numpy()
        series = part["series"].to_numpy()
        row = {
            "method": method,
            "step": step,
            "forecasts": len(part),
            "rmse": _rmse(errors, series),
            "mae": _mean(np.abs(errors), series),
            "bias": _mean(errors, series),
        }
        rows.append(row | _coverages(found, part, str(method)))
    return pd.DataFrame(rows)


def _scores(found: Aligned, method: str) -> dict[str, float]:
    part = found.of(method)
    series, scale = part["series"].to_numpy(), part["scale"].to_numpy()
    came, said = part["outcome"].to_numpy(), part["mean"].to_numpy()
    errors = came - said
    shares = symmetric_errors(came, said)
    row = {
        "forecasts": len(part),
        "rmse": _rmse(errors, series),
        "mae": _mean(np.abs(errors), series),
        "bias": _mean(errors, series),
        "mase": _mean(np.abs(errors) / scale, series),
        "smape": _mean(shares, series),
        "_smape": _mean(np.where(np.isfinite(scale), shares, np.nan), series),
        "owa": np.nan,
    }
    return row | _of_distributions(found, part, method) | _coverages(found, part, method)


def _of_distributions(found: Aligned, part: pd.DataFrame, method: str) -> dict[str, float]:
    row = dict.fromkeys(["msis", "crps", "scaled_crps", "wis"], np.nan)
    if method not in found.with_quantiles:
        return row
    series, scale = part["series"].to_numpy(), part["scale"].to_numpy()
    came, table, levels = quantile_arrays(part["outcome"], part[found.quantiles], found.probabilities)
    crps = crps_quantiles(came, table, levels)
    row |= {"crps": _mean(crps, series), "scaled_crps": _mean(crps / scale, series)}
    pairs = central_pairs(levels)
    middle = np.flatnonzero(np.abs(levels - 0.5) < 1e-9).tolist()
    paired = sorted([place for _, low, high in pairs for place in (low, high)] + middle)
    if paired:
        row["wis"] = _mean(weighted_interval_scores(came, table[:, paired], levels[paired]), series)
    for level, low, high in pairs:
        if abs(level - _MSIS_LEVEL) < 1e-9:
            row["msis"] = _mean(interval_scores(came, table[:, low], table[:, high], level) / scale, series)
    return row


def _coverages(found: Aligned, part: pd.DataFrame, method: str) -> dict[str, float]:
    series, came = part["series"].to_numpy(), part["outcome"].to_numpy()
    row = {}
    for level, low, high in central_pairs(found.probabilities):
        below, above = part[found.quantiles[low]].to_numpy(), part[found.quantiles[high]].to_numpy()
        inside = ((came >= below) & (came <= above)).astype(float)
        row[f"coverage_{100 * level:g}"] = _mean(inside, series) if method in found.with_quantiles else np.nan
    return row


def _mean(values: Vector, series: Codes) -> float:
    """Mean over each series, then over the series; NaN values are left out, NaN where nothing is left."""
    means = _means(values, series)
    return float(means.mean()) if len(means) else np.nan


def _rmse(errors: Vector, series: Codes) -> float:
    return float(np.sqrt(_means(errors**2, series)).mean())


def _means(values: Vector, series: Codes) -> Vector:
    known = np.isfinite(values)
    counts = np.bincount(series[known])
    totals = np.bincount(series[known], weights=values[known])
    return np.asarray(totals[counts > 0] / counts[counts > 0], dtype=np.float64)


def _checked(trials: Trials, method: str) -> tuple[pd.DataFrame, list[str]]:
    frame = trials.frame
    texts = ["unique_id", "method", "origin", "vintage", "period"]
    missing = [name for name in TRIAL_COLUMNS if name not in frame.columns]
    if missing:
        raise BadInput(
            say("core.missing_columns", columns=tuple(missing), present=tuple(map(str, frame.columns)))
        )
    frame = frame.assign(
        **{name: frame[name].astype(object).where(frame[name].notna(), "").astype(str) for name in texts}
    )
    if method not in set(frame["method"]):
        raise UsageError(say("scores.no_method", method=method, there=tuple(map(str, trials.methods))))
    twice = frame.duplicated(["method", *KEY])
    if twice.any():
        row = frame[twice].iloc[0]
        raise BadInput(
            say(
                "scores.twice",
                method=str(row["method"]),
                series=str(row["unique_id"]),
                origin=str(row["origin"]),
                step=int(row["step"]),
            )
        )
    names = quantile_columns(frame)
    numbers = {name: _numbers(frame[name]) for name in ("outcome", "mean", "step", *names)}
    steps = numbers["step"]
    if not (np.isfinite(steps) & (steps >= 1) & (steps % 1 == 0)).all():
        raise BadInput(say("scores.bad_step"), say("scores.bad_step_mend"))
    table = frame.assign(**(numbers | {"step": steps.astype(int)}))
    return table[[*TRIAL_COLUMNS, *names]], names


def _numbers(column: pd.Series) -> Vector:
    """Numbers of any kind of column; what is none is missing."""
    return np.asarray(pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan))


def _common(
    known: pd.DataFrame, method: str, names: list[str]
) -> tuple[pd.DataFrame, list[tuple[str, float]]]:
    """Rows whose key every method has; methods with too few of the judged one's are left out, and told."""
    keys = pd.MultiIndex.from_frame(known[KEY])
    wanted = keys[(known["method"] == method).to_numpy()]
    common, thin, left = wanted, [], {method}
    for name in known["method"].unique():
        own = keys[(known["method"] == name).to_numpy()]
        share = float(wanted.isin(own).mean())
        if share < _FEWEST_SHARE:
            thin.append((str(name), share))
            continue
        left.add(name)
        common = common[common.isin(own)]
    if not len(common):
        raise BadInput(say("scores.nothing_common"), say("scores.nothing_common_mend"))
    return known[known["method"].isin(left).to_numpy() & keys.isin(common)], thin


def _scales(trials: Trials, kept: pd.DataFrame) -> Vector:
    """The seasonal naive scale of each row's series as far as its origin; gaps in a history stay gaps."""
    found: dict[tuple[str, str], float] = {}
    for name, rows in kept.groupby("unique_id", sort=False):
        series = str(name)
        history = trials.history.get(series)
        known = None if history is None else history.dropna()
        if known is None or known.empty:
            continue
        written = sorted(map(str, known.index))
        line = pd.Series(known.to_numpy(float), index=known.index.astype(str)).reindex(
            span(written[0], written[-1])
        )
        scales = naive_scales(line.to_numpy(), trials.season)
        origins = rows["origin"].unique()
        until = np.searchsorted(line.index.to_numpy(dtype=str), origins.astype(str), side="right")
        for origin, count in zip(origins, until, strict=True):
            found[series, origin] = float(scales[count - 1]) if count else np.nan
    pairs = zip(kept["unique_id"], kept["origin"], strict=True)
    return np.array([found.get(pair, np.nan) for pair in pairs])


def _ordinals(kept: pd.DataFrame) -> dict[str, Vector]:
    """Places in time of origins and periods, so that order and distance do not hang on how they are written."""
    place = {
        text: Period.parse(str(text)).ordinal for text in {*kept["origin"].unique(), *kept["period"].unique()}
    }
    return {
        f"{name}_ordinal": kept[name].map(place).to_numpy(dtype=np.float64) for name in ("origin", "period")
    }
