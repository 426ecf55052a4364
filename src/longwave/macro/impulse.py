"""Impulse responses and multipliers: what one shock does, period by period, and per unit of what was spent.

The multiplier of x on y is the change of y over the change of x: on impact dy(0)/dx(0), cumulated sum dy / sum dx up
to a horizon (discounted where a rate is given), and in the long run, between the steady states without and with it.
With draws of the coefficients each carries the interval that their uncertainty gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.scenario import Difference, Scenario
from longwave.macro.shock import Shock
from longwave.macro.steady_state import MOST_FOR_ROOTS, steady_state

LEVEL = 0.95
EDGES = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
MOST_LONG_RUN = 500
"""Draws for the interval of a long-run multiplier: each takes two steady states and the roots."""
FEWEST_DRAWS = 100


@dataclass(frozen=True, eq=False)
class Impulse:
    """responses: the change of each variable [periods, variables]; bands: for each variable low and high at `LEVEL`
    where coefficient draws were given, else empty; draws and failed: how many, and how many found no solution;
    paths: the responses of those that did [draws, periods, variables], None without draws."""

    shock: Shock
    responses: pd.DataFrame
    difference: Difference
    bands: dict[str, pd.DataFrame]
    draws: int = 0
    failed: int = 0
    paths: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        periods, variables = self.responses.shape
        return f"Impulse({str(self.shock)!r}, {periods} periods, {variables} variables, {self.draws} draws)"


def impulse(
    baseline: Scenario,
    name: str,
    *,
    size: float = 1.0,
    at: Period | str | None = None,
    permanent: bool = False,
    fading: float = 1.0,
    watch: Sequence[str] | None = None,
    draws: NDArray[np.float64] | None = None,
) -> Impulse:
    """The responses to `size` more of a column in period `at` (the first solved one), once, for good, or fading.

    draws: coefficient vectors [draws, parameters] in the system's order, for the bands. Raises what the scenario
    raises; UsageError for fewer than 100 draws.
    """
    first, last = baseline.span
    start = first if at is None else as_period(at, "at")
    stop = last if permanent or fading != 1.0 else start
    one = Shock(name, "+", size, first=start, last=stop, fading=fading)
    shocked = baseline + one
    difference = shocked - baseline
    names = list(watch) if watch is not None else list(baseline.system.variables)
    responses = difference.frame(names)
    if draws is None:
        return Impulse(one, responses, difference, {})
    if len(draws) < FEWEST_DRAWS:
        raise UsageError(
            say("impulse.few_draws", count=len(draws)), say("impulse.few_draws_mend", fewest=FEWEST_DRAWS)
        )
    paths, failed = _drawn(baseline, shocked, names, draws)
    edges = np.quantile(paths, EDGES, axis=0)
    bands = {
        each: pd.DataFrame({"low": edges[0][:, place], "high": edges[1][:, place]}, index=responses.index)
        for place, each in enumerate(names)
    }
    return Impulse(one, responses, difference, bands, len(draws), failed, paths)


def _drawn(
    baseline: Scenario, shocked: Scenario, names: list[str], draws: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """Responses [draws that solved, periods, variables], and how many did not. Raises SolveError when most fail."""
    parameters, paths = baseline.system.parameters, []
    for draw in draws:
        values = dict(zip(parameters, map(float, draw), strict=True))
        try:
            pair = [replace(each, parameters=values) for each in (shocked, baseline)]
            paths.append((pair[0] - pair[1]).frame(names).to_numpy())
        except SolveError:
            continue
    failed = len(draws) - len(paths)
    if failed > len(draws) // 20:
        raise SolveError(
            say("impulse.draws_fail", failed=failed, count=len(draws)), say("impulse.draws_fail_mend")
        )
    return np.array(paths), failed


@dataclass(frozen=True, eq=False)
class Multipliers:
    """table: one row a horizon (periods from the shock, 0 the same period) with `multiplier` (of that period on the
    first period's change of x), `cumulative` and, where draws were given, the edges of the intervals of both (`low`,
    `high`, `cumulative_low`, `cumulative_high`); long_run: between two steady states, None where the model has none or
    does not go there; it is that of a lasting change, and in a linear model also what the cumulated multiplier of a
    passing one goes to (`lasting` says which the shock was); long_run_interval: its low and high where draws were given
    and at least 95 % of those tried (the first `MOST_LONG_RUN`) have a long run as well; draws and failed: how many, and
    how many found no solution."""

    of: str
    to: str
    table: pd.DataFrame
    long_run: float | None
    discount: float
    long_run_interval: tuple[float, float] | None = None
    draws: int = 0
    failed: int = 0
    lasting: bool = True

    def sentence(self) -> Message:
        """On impact, cumulated and in the long run, each with its interval where draws were given."""
        impact, last = self.table.iloc[0], self.table.iloc[-1]
        drawn, nothing = "low" in self.table.columns, say("forecast_page.nothing")
        long_run = say("models.no_long_run")
        if self.long_run is not None:
            interval = say("models.no_interval") if drawn else nothing
            if self.long_run_interval is not None:
                interval = _interval(*self.long_run_interval)
            long_run = say("models.long_run", value=self.long_run, interval=interval)
        return say(
            "models.multiplier",
            of=self.of,
            to=self.to,
            impact=float(impact["multiplier"]),
            impact_interval=_interval(impact["low"], impact["high"]) if drawn else nothing,
            cumulative=float(last["cumulative"]),
            cumulative_interval=_interval(last["cumulative_low"], last["cumulative_high"])
            if drawn
            else nothing,
            periods=len(self.table),
            long_run=long_run,
        )

    def text(self, lang: Language = "en") -> str:
        return self.sentence().text(lang)

    def __repr__(self) -> str:
        long_run = "none" if self.long_run is None else f"{self.long_run:.4g}"
        impact = float(self.table["multiplier"].iloc[0])
        return f"Multipliers(of {self.to} on {self.of}: {impact:.4g} on impact, long run {long_run})"


def _interval(low: float, high: float) -> Message:
    return say("models.interval", level=LEVEL, low=f"{low:.3f}", high=f"{high:.3f}")


def multipliers(
    baseline: Scenario,
    of: str,
    to: str,
    *,
    size: float = 1.0,
    at: Period | str | None = None,
    permanent: bool = True,
    discount: float = 0.0,
    draws: NDArray[np.float64] | None = None,
) -> Multipliers:
    """Multipliers of column `to` on variable `of`. discount: a period, as a fraction.

    Raises UsageError where the shock does not move `to`.
    """
    if of not in baseline.system.variables:
        raise UsageError(say("impulse.not_endogenous", name=of), say("impulse.not_endogenous_mend"))
    found = impulse(baseline, to, size=size, at=at, permanent=permanent, watch=[of, to], draws=draws)
    start = found.shock.first
    assert start is not None  # an impulse has a first period  # noqa: S101
    dy = found.responses[of].to_numpy()[start - baseline.span[0] :]
    dx = found.responses[to].to_numpy()[start - baseline.span[0] :]
    if dx[0] == 0.0:
        raise UsageError(say("impulse.not_moved", name=to), say("impulse.not_moved_mend"))
    weights = (1.0 + discount) ** -np.arange(len(dy))
    table = pd.DataFrame(
        {"multiplier": dy / dx[0], "cumulative": np.cumsum(weights * dy) / np.cumsum(weights * dx)}
    )
    if found.bands:
        edges = found.bands[of].to_numpy()[start - baseline.span[0] :] / dx[0]
        table["low"], table["high"] = edges.min(axis=1), edges.max(axis=1)
    if found.paths is not None:
        drawn = found.paths[:, start - baseline.span[0] :, :]
        sums = np.cumsum(weights[None, :, None] * drawn, axis=1)
        ends = np.quantile(sums[:, :, 0] / sums[:, :, 1], EDGES, axis=0)
        table["cumulative_low"], table["cumulative_high"] = ends[0], ends[1]
    table.index.name = "horizon"
    long_run = _long_run(baseline, of, to, size)
    interval = None
    if draws is not None and long_run is not None:
        interval = _long_run_interval(baseline, of, to, size, draws[:MOST_LONG_RUN])
    return Multipliers(of, to, table, long_run, discount, interval, found.draws, found.failed, permanent)


def _long_run_interval(
    baseline: Scenario, of: str, to: str, size: float, draws: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Low and high of the long-run multiplier over draws; None where more than one in twenty has no long run."""
    parameters, found = baseline.system.parameters, []
    for draw in draws:
        values = dict(zip(parameters, map(float, draw), strict=True))
        long_run = _long_run(replace(baseline, parameters=values), of, to, size)
        if long_run is not None:
            found.append(long_run)
    if len(draws) - len(found) > len(draws) // 20:
        return None
    low, high = np.quantile(found, EDGES)
    return float(low), float(high)


def _long_run(baseline: Scenario, of: str, to: str, size: float) -> float | None:
    """The change of a variable between the steady states without and with `size` more of a column, per unit of it.

    Both rest on what is given in the last solved period. None where a level has no steady state, where the search finds
    none, or where the model does not go there: by its roots at both, and by where it goes from the solved paths.
    """
    if len(baseline.system.variables) > MOST_FOR_ROOTS:
        return None
    last = baseline.span[1]
    try:
        solved = baseline.solution.bank
        before = steady_state(baseline.system, solved, last, parameters=baseline.parameters)
        shocked = replace(baseline, data=solved, given=(), tracking=False, shocks=()) + Shock(to, "+", size)
        after = steady_state(baseline.system, shocked.shocked_data, last, parameters=baseline.parameters)
    except SolveError:
        return None
    if not (before.attracts and after.attracts):
        return None
    return (after.values[of] - before.values[of]) / size
