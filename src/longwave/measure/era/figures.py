"""Numbers that follow from the dated era: loadings, decay factor, half-life, ceiling, and the table behind the
picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, grade_of
from longwave.core.message import say
from longwave.measure.breaks.chances import chance
from longwave.measure.era.dates import DateSet
from longwave.measure.era.decay import ceiling, half_life
from longwave.measure.era.dimension import Found, Prepared
from longwave.measure.era.drift import DecayPath
from longwave.measure.era.series import name_of
from longwave.measure.era.turning import SIZE

Vector = NDArray[np.float64]


def loadings(group: Sequence[Prepared], pooled: Found | None, own: Mapping[str, Found]) -> list[Estimate]:
    """How far each dimension moved with the era between its first and its last year: b (m_last - m_first) of a state,
    K (m_last - m_first) of a contribution, which is its sum over the years. Under the pooled date where one has passed,
    else under its own; none where none has: while a date may lie anywhere ahead, so may the size of the wave.
    """
    estimates = []
    for one in group:
        under = pooled if pooled is not None and pooled.passed else own[one.readings.name]
        if under.passed:
            estimates.append(_loading(one, under.dates, under.p_value))
    return estimates


def _loading(one: Prepared, dates: DateSet, p_value: float) -> Estimate:
    """Value at the best curve; bounds over every curve that is not ruled out, two standard errors off."""
    years = one.readings.years
    ends = dates.grid.maturities(years[[0, -1]])
    moved = ends[1] - ends[0]
    fits = one.likelihood.fits(one.readings.values, dates.best)
    value = fits[0].coefficient * float(moved[dates.best])
    points = np.flatnonzero(dates.kept)
    low, high = one.likelihood.ranges(one.readings.values, points, fits)
    return Estimate(
        f"loading_{one.readings.name}",
        value,
        min(float((low * moved[points]).min()), value),
        max(float((high * moved[points]).max()), value),
        "log points in all" if one.readings.contribution else one.readings.unit,
        say("era.method_loading", p=chance(p_value)),
        one.readings.sample,
        grade_of(len(years), one.readings.observed),
        sources=one.readings.sources,
    )


def decay_figures(
    group: Sequence[Prepared], head: Sequence[Found], own: Mapping[str, Found], pooled: Found | None
) -> tuple[list[Estimate], list[Refusal]]:
    """lambda in the last year of each finding that may be told, its half-life, and for contributions the ceiling;
    refused where the set of dates leaves lambda = 1 possible, and in one sentence where no turning point has passed."""
    estimates: list[Estimate] = []
    refusals: list[Refusal] = []
    waiting = tuple(name_of(name) for found in head if not found.passed for name in found.names)
    if waiting:
        reason = say("era.no_decay") if not any(found.passed for found in head) else None
        refusals.append(Refusal("decay_factor", reason or say("era.no_decay_of", names=waiting)))
    for found in head:
        name = "era" if len(found.names) > 1 else found.names[0]
        if not found.passed:
            continue
        value, low, high = found.decay(int(found.sample.last))
        if high >= 1:
            refusals.append(Refusal(f"decay_factor_{name}", say("era.decay_covers_one", low=low, high=high)))
            continue
        method = say("era.method_decay", draws=sum(len(node.ratios) for node in found.dates.nodes))
        grade, sources = found.dating.grade, found.dating.sources
        estimates.append(
            Estimate(
                f"decay_factor_{name}",
                value,
                low,
                high,
                "ratio",
                method,
                found.sample,
                grade,
                sources=sources,
            )
        )
        lives = sorted(half_life(each) for each in (low, value, high))
        estimates.append(
            Estimate(
                f"half_life_{name}",
                lives[1],
                lives[0],
                lives[2],
                "years",
                method,
                found.sample,
                grade,
                sources=sources,
            )
        )
        for j, one in enumerate(group):
            if one.readings.contribution and one.readings.name in found.names:
                top = _ceiling(one, found, j if found is pooled else 0)
                (refusals if isinstance(top, Refusal) else estimates).append(top)  # type: ignore[arg-type]
    return estimates, refusals


def _ceiling(one: Prepared, found: Found, position: int) -> Estimate | Refusal:
    """E_0 + c_0 / (1 - lambda): E_0 the sum of the given contributions, c_0 the era's part in the year to come."""
    years, values = one.readings.years, one.readings.values
    level = float(values.sum())
    coming = np.array([years[-1] + 1])
    grid, node = found.dates.grid, found.dates.centre
    pace = grid.curves(coming, True)[0]
    decay = np.exp(grid.log_decays(years[[-1]])[0])

    def height(coefficient: float, point: int) -> float:
        if decay[point] >= 1:
            return float("inf")
        return ceiling(level, coefficient * float(pace[point]), float(decay[point]))

    fit = one.likelihood.fits(values, found.dates.best)[0]
    value = height(fit.coefficient, found.dates.best)
    drawn = [
        height(float(b), int(point)) for b, point in zip(node.coefficients[position], node.best, strict=True)
    ]
    low, high = (float(bound) for bound in np.quantile(drawn, (0.025, 0.975), method="inverted_cdf"))
    if not np.isfinite([value, high]).all():
        return Refusal(f"ceiling_{one.readings.name}", say("era.no_ceiling", name=name_of(one.readings.name)))
    return Estimate(
        f"ceiling_{one.readings.name}",
        value,
        min(low, value),
        max(high, value),
        "log points since the first year",
        say("era.method_ceiling", draws=len(drawn), level=level),
        one.readings.sample,
        grade_of(len(years), one.readings.observed),
        sources=one.readings.sources,
    )


def era_table(
    head: Sequence[Found], group: Sequence[Prepared], paths: Mapping[str, DecayPath]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """By year: maturity of the era (or of each dimension under its own date) with band; each series as given,
    and as fitted under its headline date; and the state-space decay factor of contributions with band and
    P(lambda < 1). Maturity only where an era is there; elsewhere the columns are left out."""
    first = min(int(one.readings.years[0]) for one in group)
    last = max(int(one.readings.years[-1]) for one in group)
    years = np.arange(first, last + 1)
    table = pd.DataFrame(index=pd.Index(years, name="year"))
    units: dict[str, str] = {}
    by_name = {one.readings.name: one for one in group}
    for one in group:
        table[one.readings.name] = pd.Series(one.readings.values, index=one.readings.years)
        units[one.readings.name] = one.readings.unit
    for found in head:
        if found.p_value > SIZE:
            continue
        column = "maturity" if len(found.names) > 1 else f"maturity_{found.names[0]}"
        inside = years[(years >= int(found.sample.first)) & (years <= int(found.sample.last))]
        middle, low, high = found.maturity(inside)
        for suffix, values in (("", middle), ("_low", low), ("_high", high)):
            table[column + suffix] = pd.Series(values, index=inside)
            units[column + suffix] = "share"
        for name in found.names:
            one = by_name[name]
            fit = one.likelihood.fits(one.readings.values, found.dates.best)[0]
            table[f"{name}_fitted"] = pd.Series(fit.mean, index=one.readings.years)
            units[f"{name}_fitted"] = one.readings.unit
    for name, path in paths.items():
        for column in path.table.columns:
            head_name = (
                f"{column}_{name}"
                if column == "chance_below_one"
                else column.replace("decay", f"decay_{name}")
            )
            table[head_name] = path.table[column]
            units[head_name] = "share" if column == "chance_below_one" else "ratio"
    return table, units
