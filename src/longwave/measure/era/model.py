"""The era model: one maturity m_t under all dimensions, and what the figures say about its turning point.

    contribution   c_t = a + K dm/dt + [d t] + shocks + u_t,  K >= 0
    state          y_j = a_j + b_j m_t + [d_j t] + shocks + u_j

Steps: read the series (`series`), find shocks (`shocks`), profile the likelihood over every family, duration and date
(`maturity`, `grid`, `likelihood`), make artificial series without an era for the test that there is none, and with one
for the set of dates (`resample`, `dates`), give one of three answers (`turning`), for each dimension by itself, the
family of dimensions held (`family`), and pooled; pooled only where one date and independent noise are not rejected
(`together`). Beside them: loadings, decay (`decay`), two waves (`waves`), a state-space second opinion (`drift`), and a
model-free break test.

References: Davies (1987), Hansen (1996) on tests where the date exists only under the alternative; Hansen (1999) on the
grid bootstrap; Patterson and Thompson (1971); Breusch and Pagan (1980); Burnham and Anderson (2002) on weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.dating import Dating
from longwave.core.estimate import Estimate, Refusal, TestResult
from longwave.core.message import say
from longwave.measure.breaks.chances import chance
from longwave.measure.era.dimension import Found, Prepared, find
from longwave.measure.era.drift import DecayPath, decay_path
from longwave.measure.era.family import Chance, in_family
from longwave.measure.era.figures import decay_figures, era_table, loadings
from longwave.measure.era.grid import Grid, grid_for
from longwave.measure.era.likelihood import Likelihood
from longwave.measure.era.resample import made_again
from longwave.measure.era.series import EraSeries, Readings, name_of, read_series
from longwave.measure.era.shocks import Shock, find_shocks, joint_shocks, shock_columns
from longwave.measure.era.together import DRAWS as TOGETHER
from longwave.measure.era.together import SHUFFLES, independent_noise, one_date
from longwave.measure.era.turning import SIZE
from longwave.measure.era.waves import Waves, two_waves

Vector = NDArray[np.float64]

DRAWS = 200
TEST_DRAWS = 999
"""Artificial series behind the test that there is no era, whatever `draws` is: Holm over six dimensions asks for a
p-value below .0083, and the same seed shall give the same p-value with few and many draws of the sets."""

_COARSE = 40
"""For many refits: so many a dimension, so that Holm can still reject."""

POOLED = "era"
"""The name under which the pooled answer goes."""
_REJECTED = 0.05


@dataclass(frozen=True, eq=False)
class Era:
    """What the model finds.

    pooled: all dimensions under one date (None for fewer than two); dimensions: each by itself; together: whether
    pooling is allowed, so that the pooled answer is the headline; shocks: by dimension; loadings, decay: estimates;
    tests; waves: by contribution; paths: the state-space opinion by contribution; breaks: datings of the model-free
    test; table: index = year, columns as `figures.era_table` says; refusals; draws: artificial series a test.
    """

    pooled: Found | None
    dimensions: Mapping[str, Found]
    together: bool
    shocks: Mapping[str, tuple[Shock, ...]]
    estimates: tuple[Estimate, ...]
    tests: tuple[TestResult, ...]
    waves: Mapping[str, Waves]
    paths: Mapping[str, DecayPath]
    breaks: tuple[Dating, ...]
    table: pd.DataFrame
    units: Mapping[str, str]
    refusals: tuple[Refusal, ...]
    sources: tuple[str, ...]
    draws: int

    @property
    def datings(self) -> tuple[Dating, ...]:
        """The headline first, then each dimension's own, then breaks."""
        own = tuple(one.dating for one in self.dimensions.values())
        head = (self.pooled.dating,) if self.together and self.pooled is not None else ()
        return (*head, *own, *self.breaks)

    @property
    def any_era(self) -> bool:
        """Whether an era was found in any dimension or in all together; else one date and common noise mean nothing."""
        every = [*self.dimensions.values(), *([self.pooled] if self.pooled is not None else [])]
        return any(one.p_value <= SIZE for one in every)

    @property
    def headline(self) -> tuple[Found, ...]:
        """The findings that may be told: the pooled one alone where pooling is allowed, else one a dimension."""
        if self.together and self.pooled is not None:
            return (self.pooled,)
        return tuple(self.dimensions.values())


def era_model(
    series: Mapping[str, EraSeries],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    waves: bool = True,
    path: bool = True,
    breaks: bool = True,
    coarse: bool = False,
    test_draws: int | None = None,
) -> Era:
    """Fit the model to up to a dozen yearly series, by dimension and pooled.

    series: name -> `EraSeries`; draws: artificial series behind a set of dates; test_draws: behind the test that there is
    no era (default `TEST_DRAWS`, fewer where coarse);
    seed: the same seed gives the same answer, whatever the order of the series; waves, path, breaks: whether to look
    for a second wave, to run the state-space opinion and the break test; coarse: a grid a quarter as fine, for many
    refits. Dates are last years of the old regime. Raises ValueError for an unknown kind or fewer than 20 draws.
    """
    if draws < 20:
        raise ValueError("a bootstrap wants at least 20 draws")
    read = [read_series(name, series[name]) for name in sorted(series)]
    refusals = [one for one in read if isinstance(one, Refusal)]
    readings = [one for one in read if isinstance(one, Readings)]
    if not readings:
        return _nothing(refusals, draws)
    grid = grid_for(
        min(int(one.years[0]) for one in readings),
        max(int(one.years[-1]) for one in readings),
        step=2 if coarse else 1,
        coarse=coarse,
    )
    group = prepare(readings, grid)
    generator = np.random.default_rng(seed)
    tried = test_draws or (max(_COARSE * len(group), draws) - 1 if coarse else TEST_DRAWS)
    statistics, chances = _chances(group, tried, np.random.default_rng([seed, 1]))
    own = {
        one.readings.name: find(
            [one],
            grid,
            statistics[j],
            chances[j],
            f"turning_point_{one.readings.name}",
            say("era.method_date", draws=draws, caution=say("era.caution")),
            draws,
            generator,
        )
        for j, one in enumerate(group)
    }
    tests = [_no_fade(own[one.readings.name], one, tried) for one in group]
    pooled, together = None, False
    if len(group) > 1:
        pooled = find(
            group,
            grid,
            statistics[-1],
            chances[-1],
            "era_turning_point",
            say("era.method_pooled", draws=draws, count=len(group), caution=say("era.caution")),
            draws,
            generator,
        )
        pair = _may_pool(pooled, group, np.random.default_rng([seed, 2]))
        tests = [_no_fade(pooled, None, tried), *pair, *tests]
        together = not any(test.rejected for test in pair)
    elif len(group) == 1:
        refusals.append(Refusal(POOLED, say("era.one_series"), say("era.mend_more")))
    contributions = [one for one in group if one.readings.contribution]
    found_waves = {
        one.readings.name: two_waves(one, grid, min(draws, 199), generator) for one in contributions if waves
    }
    paths = {
        one.readings.name: decay_path(one.readings.years, one.readings.values)
        for one in contributions
        if path
    }
    kept = {name: one for name, one in paths.items() if one is not None}
    head = (pooled,) if together and pooled is not None else tuple(own.values())
    load = loadings(group, pooled if together else None, own)
    decay, no_decay = decay_figures(group, head, own, pooled if together else None)
    table, units = era_table(head, group, kept)
    return Era(
        pooled,
        own,
        together,
        {one.readings.name: one.shocks for one in group if one.shocks},
        (*load, *decay),
        tuple(tests),
        found_waves,
        kept,
        tuple(_breaks(contributions)) if breaks else (),
        table,
        units,
        (*refusals, *no_decay),
        tuple(dict.fromkeys(source for one in readings for source in one.sources)),
        draws,
    )


def prepare(readings: list[Readings], grid: Grid) -> list[Prepared]:
    """Each series with its shocks in the background: its own, and those that all series show together."""
    curves = [grid.curves(one.years, one.contribution) for one in readings]
    found = [
        find_shocks(one.years, one.values, shape, grid.penalty, one.contribution)
        for one, shape in zip(readings, curves, strict=True)
    ]
    likelihoods = [likelihood for _, likelihood in found]
    shared = joint_shocks(likelihoods, [one.values for one in readings]) if len(readings) > 1 else ()
    prepared = []
    for one, shape, (shocks, likelihood) in zip(readings, curves, found, strict=True):
        added = tuple(new for new in shared if ((one.years >= new.first) & (one.years <= new.last)).any())
        if added:
            shocks = (*shocks, *added)
            likelihood = _likelihood(one, shape, grid, shocks)
        alone = float(likelihood.profile(one.values[:, None])[1][0])
        prepared.append(Prepared(one, shocks, likelihood, alone))
    return prepared


def _likelihood(one: Readings, curves: Vector, grid: Grid, shocks: tuple[Shock, ...]) -> Likelihood:
    columns = shock_columns(shocks, one.years)
    return Likelihood(one.years, curves, penalty=grid.penalty, positive=one.contribution, shocks=columns)


def _chances(
    group: list[Prepared], draws: int, generator: np.random.Generator
) -> tuple[list[float], list[Chance]]:
    """Statistic of "there is no era" and its chance: of each series, as a family, and last of all together."""
    drawn = _without_era(group, draws, generator)
    points = [one.likelihood.profile(one.readings.values[:, None])[0][:, 0].astype(float) for one in group]
    gains = [2 * (float(each.max()) - one.alone) for each, one in zip(points, group, strict=True)]
    gains.append(2 * (float(np.sum(points, axis=0).max()) - sum(one.alone for one in group)))
    alone = [
        float((1 + np.sum(without >= gain)) / (1 + draws)) for without, gain in zip(drawn, gains, strict=True)
    ]
    return gains, [*in_family(alone[:-1]), Chance(alone[-1], alone[-1], 1)]


def _without_era(group: list[Prepared], draws: int, generator: np.random.Generator) -> list[Vector]:
    """The test's statistic in artificial series without an era: of each series, and last of all together."""
    likelihoods = [one.likelihood for one in group]
    fits = [one.likelihood.fits(one.readings.values, None) for one in group]
    made = made_again(likelihoods, fits, draws, generator)
    total: Vector | None = None
    alone = np.zeros(draws)
    statistics = []
    for likelihood, y in zip(likelihoods, made, strict=True):
        points, none = likelihood.profile(y)
        statistics.append(2 * (points.max(axis=0).astype(float) - none))
        total = points.astype(float) if total is None else total + points
        alone += none
    if total is not None:
        statistics.append(2 * (total.max(axis=0) - alone))
    return statistics


def _no_fade(found: Found, one: Prepared | None, draws: int) -> TestResult:
    name = POOLED if one is None else one.readings.name
    null = say("era.null_no_era") if one is None else say("era.null_no_fade", name=name_of(name))
    family = say("measure.nothing")
    if found.chance.among > 1:
        family = say("era.family", count=found.chance.among, p=chance(found.chance.alone))
    return TestResult(
        f"no_fade_{name}",
        null,
        found.statistic,
        found.p_value <= SIZE,
        say("era.method_no_fade", draws=draws, family=family),
        found.sample,
        p_value=found.p_value,
        level=SIZE,
        sources=found.dating.sources,
    )


def _may_pool(
    pooled: Found, group: list[Prepared], generator: np.random.Generator
) -> tuple[TestResult, TestResult]:
    likelihoods = [one.likelihood for one in group]
    values = [one.readings.values for one in group]
    ratio, shared = one_date(pooled.dates, likelihoods, values, generator)
    multiplier, alone = independent_noise(likelihoods, values, pooled.dates.best, generator)
    sample, sources = pooled.sample, pooled.dating.sources
    return (
        TestResult(
            "common_date",
            say("era.null_one_date"),
            ratio,
            shared <= _REJECTED,
            say("era.method_one_date", draws=TOGETHER),
            sample,
            p_value=shared,
            sources=sources,
        ),
        TestResult(
            "independent_noise",
            say("era.null_independent"),
            multiplier,
            alone <= _REJECTED,
            say("era.method_independent", shuffles=SHUFFLES),
            sample,
            p_value=alone,
            sources=sources,
        ),
    )


def _breaks(contributions: list[Prepared]) -> Iterable[Dating]:
    from longwave.measure.breaks.dates import break_datings

    for one in contributions:
        given = one.readings
        values = pd.Series(given.values, index=given.years)
        yield from break_datings(
            values, f"{given.name}_contribution", given.sources, observed=given.observed
        )[0]


def _nothing(refusals: list[Refusal], draws: int) -> Era:
    if not refusals:
        refusals = [Refusal(POOLED, say("era.no_series"), say("era.mend_more"))]
    return Era(None, {}, False, {}, (), (), {}, {}, (), pd.DataFrame(), {}, tuple(refusals), (), draws)
