"""How fast on average over the next years: a distribution for mean growth, beside rivals, and what a back-test found.

The mean over the next h years is surer than any one year, and less sure than it looks: past growth is averaged as if its
mean never moved. Here the mean drifts slowly (`methods.slow_growth`), and the forecast is the distribution of

    (y_{n+h} - y_n) / h,   y a logarithm,

after Müller and Watson (2016), who take the same average as the thing to forecast. Beside it stand, on the same years, a
random walk with drift, an AR(1) in growth, the mean of the last h years, and the sample mean with the confidence
interval that is often printed with it although it is none for a forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.message import Message, say
from longwave.forecast.long_run_growth import SUBJECT, Kind, is_regular, yearly_growth
from longwave.forecast.long_run_methods import DRIFT, METHODS, OWN, RECENT, Predictor, Spans, level_of
from longwave.forecast.method import Matrix, Prediction, Vector
from longwave.forecast.methods.slow_growth import SlowGrowth

YEARS = (5, 10, 20, 25)
LEVELS = (0.5, 0.8, 0.95)

FIRST_ORIGIN = 20
"""Years of growth known at the first origin of a back-test."""

FEWEST_SEPARATE = 3
"""Outcomes without a year in common that a span needs before methods are compared on it."""

GAIN = 0.02
"""A forecast is called better than a random walk with drift where its error is smaller by more than this part."""


@dataclass(frozen=True, eq=False)
class MeanGrowthBacktest:
    """What each method said of mean growth at earlier origins, and what came.

    trials: step is the number of years averaged, period their last one; scores: index (method, years), columns origins,
    separate (origins whose outcomes share no year), rmse, relative_rmse (over that of a random walk with drift at the
    same origins), coverage_<level in percent> and width_<level in percent>; refusals: spans that could not be tried.
    """

    trials: Trials
    scores: pd.DataFrame
    refusals: tuple[Refusal, ...] = ()

    @property
    def sentences(self) -> tuple[Message, ...]:
        """What each span's bands held, how far off they were, and whether anything beat a random walk with drift."""
        return (
            *(_tried(years, self.scores.loc[(OWN, years)]) for years in self.years),
            self._against_drift(),
        )

    @property
    def years(self) -> tuple[int, ...]:
        """Numbers of years that could be tried."""
        return tuple(int(years) for years in self.scores.index.get_level_values("years").unique())

    def _against_drift(self) -> Message:
        """Beyond one year, and on spans with enough separate outcomes: one or two can be luck whatever they show."""
        rivals = self.scores.drop(DRIFT, level="method")
        spans = rivals.index.get_level_values("years")
        ratios = rivals["relative_rmse"][(rivals["separate"] >= FEWEST_SEPARATE) & (spans > 1)].dropna()
        if ratios.empty:
            return say("long_run.not_comparable", needed=FEWEST_SEPARATE)
        best: Any = ratios.idxmin()
        if ratios.min() >= 1 - GAIN:
            judged = tuple(int(years) for years in ratios.index.get_level_values("years").unique())
            return say("long_run.no_gain", gain=GAIN, years=judged)
        return say(
            "long_run.gain",
            method=say(f"long_run.name_{best[0]}"),
            years=int(best[1]),
            gain=1 - float(ratios.min()),
            separate=int(self.scores["separate"].loc[best]),
        )


@dataclass(frozen=True, eq=False)
class LongRun:
    """Mean growth a year over the next years, in differences of the logarithm (or in the unit of the growth given).

    frame: index (method, years), columns ``mean`` and quantiles named by their probability as text, not decreasing from
    left to right; origin: last period known; refusals: spans too long for the sample, and a back-test that was not
    possible.
    """

    frame: pd.DataFrame
    origin: str
    sample: Sample
    method: Message
    backtest: MeanGrowthBacktest | None = None
    refusals: tuple[Refusal, ...] = ()
    left_out: int = 0

    @property
    def years(self) -> tuple[int, ...]:
        """Numbers of years that could be judged."""
        return tuple(int(years) for years in self.frame.index.get_level_values("years").unique())

    def estimates(self, level: float = 0.8, method: str = OWN) -> tuple[Estimate, ...]:
        """One estimate a span, ``mean_growth_10`` for ten years; `level` is one of those asked for."""
        low, high = _bounds(level)
        if high not in self.frame:
            raise BadInput(say("long_run.bad_levels"), say("long_run.bad_levels_mend"))
        return tuple(
            Estimate(
                name=f"{SUBJECT}_{years}",
                value=self._said(method, years, "0.5"),
                low=self._said(method, years, low),
                high=self._said(method, years, high),
                unit="share a year",
                method=self.method if method == OWN else say(f"long_run.name_{method}"),
                sample=self.sample,
                grade=grade_of(self.sample.observations),
                level=level,
            )
            for years in self.years
        )

    @property
    def sentences(self) -> tuple[Message, ...]:
        """The outlook for each span, the rivals beside it, and what the back-test found."""
        told = [self._outlook(years) for years in self.years]
        told += [say("long_run.left_out", count=self.left_out)] if self.left_out else []
        told += [refusal.reason for refusal in self.refusals]
        return (*told, *(self.backtest.sentences if self.backtest is not None else ()))

    def _said(self, method: str, years: int, column: str) -> float:
        row: Any = self.frame.loc[(method, years)]
        return float(row[column])

    def _outlook(self, years: int) -> Message:
        """With the 80 % interval, or the widest where that was not asked for."""
        widest = max(float(name) for name in self.frame.columns if name != "mean")
        low, high = _bounds(0.8 if "0.9" in self.frame else 2 * widest - 1)
        return say(
            "long_run.outlook",
            years=years,
            origin=self.origin,
            value=self._said(OWN, years, "0.5"),
            level=float(high) - float(low),
            low=self._said(OWN, years, low),
            high=self._said(OWN, years, high),
            drift=self._said(DRIFT, years, "mean"),
            recent=self._said(RECENT, years, "mean"),
        )


def mean_growth(
    values: pd.Series,
    years: Sequence[int] = YEARS,
    levels: Sequence[float] = LEVELS,
    kind: Kind = "level",
    backtest: bool = True,
) -> LongRun | Refusal:
    """Distribution of mean growth over each number of `years` ahead.

    values: one series, its index written periods (2019, 2019-Q3, 2019-07) or what else `frames` reads; quarters and months
    are taken as growth over whole years that end with the last one. kind: ``level`` (positive amounts), ``log_level``, or
    ``growth`` per period. Only the last unbroken run is used. Raises BadInput for a series that cannot be read, and for
    years and levels that make no sense.
    """
    asked, probabilities = _asked(years), _probabilities(levels)
    run = yearly_growth(values, kind)
    if isinstance(run, Refusal):
        return run
    growth, refusals = run.growth, []
    possible = asked[asked <= len(growth)]
    if len(possible) < len(asked):
        refusals.append(_too_far(int(asked.max()), len(growth)))
    if not len(possible):
        return refusals[0]
    said = [_table(predict(growth.to_numpy(), possible), probabilities) for predict in METHODS.values()]
    frame = pd.DataFrame(
        np.concatenate(said),
        index=pd.MultiIndex.from_product([list(METHODS), possible.tolist()], names=["method", "years"]),
        columns=["mean", *map(_text, probabilities)],
    )
    tried = (
        back_test_mean_growth(values, [int(span) for span in possible], levels, kind) if backtest else None
    )
    if isinstance(tried, Refusal):
        refusals.append(tried)
    fit = SlowGrowth().fit(level_of(growth.to_numpy()), 1, 0)
    return LongRun(
        frame=frame,
        origin=str(growth.index[-1]),
        sample=Sample(len(growth), str(growth.index[0]), str(growth.index[-1])),
        method=say("long_run.method", label=fit.label),
        backtest=tried if isinstance(tried, MeanGrowthBacktest) else None,
        refusals=tuple(refusals),
        left_out=run.left_out,
    )


def back_test_mean_growth(
    values: pd.Series,
    years: Sequence[int] = YEARS,
    levels: Sequence[float] = LEVELS,
    kind: Kind = "level",
    first_origin: int = FIRST_ORIGIN,
) -> MeanGrowthBacktest | Refusal:
    """Every method of `METHODS` at every origin with `first_origin` years of growth before it, each fitted anew.

    Neighbouring origins share most of the years that they forecast: `separate` counts those that share none. The figures
    are those of one vintage; revisions are not in the score. Arguments and errors as for `mean_growth`.
    """
    asked, probabilities = _asked(years), _probabilities(levels)
    run = yearly_growth(values, kind)
    if isinstance(run, Refusal):
        return run
    growth = run.growth
    known, labels = growth.to_numpy(), [str(period) for period in growth.index]
    possible = asked[first_origin + asked <= len(known)]
    if not len(possible):
        return Refusal(
            SUBJECT,
            say("long_run.not_tried", count=len(known), needed=int(first_origin + asked.min())),
            say("long_run.longer_mend"),
        )
    rows: list[tuple[object, ...]] = []
    for count in range(first_origin, len(known) - int(possible.min()) + 1):
        spans = possible[count + possible <= len(known)]
        for name, predict in METHODS.items():
            said = _table(_steady(predict, known[:count], spans), probabilities)
            for span, row in zip(spans, said, strict=True):
                outcome = float(known[count : count + span].mean())
                period = labels[count + span - 1]
                rows.append((SUBJECT, name, labels[count - 1], "", period, int(span), outcome, *row))
    frame = pd.DataFrame(rows, columns=[*TRIAL_COLUMNS, *map(_text, probabilities)])
    refusals = () if len(possible) == len(asked) else (_too_far(int(asked.max()), len(known) - first_origin),)
    return MeanGrowthBacktest(Trials(frame, {SUBJECT: growth}, 1), _scores(frame, levels), refusals)


def _asked(years: Sequence[int]) -> Spans:
    spans = np.unique(np.array(_numbers(years) or [np.nan]))
    if not np.isfinite(spans).all() or spans.min() < 1 or (spans != spans.round()).any():
        raise BadInput(say("long_run.bad_years"), say("long_run.bad_years_mend"))
    return spans.astype(np.int64)


def _probabilities(levels: Sequence[float]) -> list[float]:
    asked = _numbers(levels)
    if not asked or not all(0 < level < 1 for level in asked):
        raise BadInput(say("long_run.bad_levels"), say("long_run.bad_levels_mend"))
    tails = {round(tail, 10) for level in asked for tail in (0.5 - level / 2, 0.5 + level / 2)}
    return sorted(tails | {0.5})


def _numbers(given: object) -> list[float] | None:
    """What a list of numbers holds; None where it is no list, or holds something else."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return None
    listed = np.atleast_1d(given).tolist() if isinstance(given, np.ndarray) else list(given)
    real = (int, float, np.integer, np.floating)
    if not all(isinstance(one, real) and not isinstance(one, bool) for one in listed):
        return None
    return [float(one) for one in listed]


def _table(said: Prediction, probabilities: Sequence[float]) -> Matrix:
    """Mean and quantiles, one row a span."""
    return np.column_stack([said.mean, *(said.quantile(probability) for probability in probabilities)])


def _steady(predict: Predictor, growth: Vector, years: Spans) -> Prediction:
    """A past without variation is forecast to go on as it was, with no doubt: nothing else is known of it."""
    if is_regular(growth):
        return Prediction(np.full(len(years), growth.mean()), np.zeros(len(years)))
    return predict(growth, years)


def _scores(trials: pd.DataFrame, levels: Sequence[float]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    keys: Any = trials.groupby(["method", "step"], sort=False)
    for (method, years), told in keys:
        error = (told["mean"] - told["outcome"]).to_numpy()
        row = {
            "method": method,
            "years": years,
            "origins": len(told),
            "separate": (len(told) - 1) // years + 1,
        }
        row["rmse"] = float(np.sqrt((error**2).mean()))
        for level in levels:
            low, high = _bounds(level)
            inside = (told["outcome"] >= told[low]) & (told["outcome"] <= told[high])
            row[f"coverage_{100 * level:g}"] = float(inside.mean())
            row[f"width_{100 * level:g}"] = float((told[high] - told[low]).mean())
        rows.append(row)
    scores = pd.DataFrame(rows).set_index(["method", "years"])
    base = scores["rmse"].xs(DRIFT, level="method").reindex(scores.index.get_level_values("years")).to_numpy()
    scores.insert(3, "relative_rmse", (scores["rmse"] / base).where(base > 0))
    return scores


def _bounds(level: float) -> tuple[str, str]:
    return _text(0.5 - level / 2), _text(0.5 + level / 2)


def _text(probability: float) -> str:
    return f"{round(probability, 10):g}"


def _tried(years: int, row: Any) -> Message:
    held = tuple(
        say("long_run.held", level=name.removeprefix("coverage_"), share=float(row[name]))
        for name in row.index
        if name.startswith("coverage_")
    )
    return say(
        "long_run.tried",
        years=years,
        origins=int(row["origins"]),
        separate=int(row["separate"]),
        held=held,
        ratio=float(row["relative_rmse"]),
    )


def _too_far(years: int, known: int) -> Refusal:
    return Refusal(
        SUBJECT, say("long_run.too_far", years=years, count=known), say("long_run.too_far_mend", count=known)
    )
