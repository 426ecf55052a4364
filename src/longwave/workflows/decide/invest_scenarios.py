"""What a plan's lines move with, from the house: forecasts of published series, the era's decay, a macro model's
answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from longwave.core.errors import DataError, UnknownSeries, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.period import Frequency, Period
from longwave.core.settings import Settings
from longwave.core.unit import Unit
from longwave.decide.investment.door import fault, near
from longwave.decide.investment.drivers import Fan
from longwave.decide.investment.plan import OwnScenario, Plan, Vector
from longwave.decide.investment.scenario import Fading, Scenario, own_scenario
from longwave.forecast.forecast import FARTHEST
from longwave.measure.era.drift import decay_path
from longwave.prepare.concepts import concepts
from longwave.workflows.data import area_code
from longwave.workflows.forecast.make import make_forecast
from longwave.workflows.forecast.named import named_series
from longwave.workflows.model.solve import solve_model

AMOUNTS, RATES = "long_run", "ensemble"
"""Profiles: slow growth for amounts over decades, the default for rates, whose drift it keeps narrower."""

OUTPUT = (
    "real_gdp",
    "real_gdp_usd",
    "gdp_ppp",
    "gdp_growth",
    "gdp_per_person_employed",
    "labour_productivity",
)
"""Drivers whose growth holds that of productivity, which fades where an era does."""

WILD = 0.4
"""A yearly rate above it, as in high inflation, belongs to another world than a plan's."""

_CALM_YEARS = 20
_TIMES = 100.0
"""An amount whose 90th percentile is so many times its 10th is not forecast at all."""

_CONTRIBUTIONS = 25
"""Yearly contributions below which the decay is not told, as in the era model."""
_RECENT = 10


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the house knows of a plan's surroundings. origins: the datasets it rests on."""

    fans: tuple[Fan, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)


def surroundings(plan: Plan, settings: Settings, progress: Progress, seed: int) -> Surroundings:
    """Fans of the drivers that the plan does not describe itself, and the scenarios: the era's, the user's, models'.

    Raises BadInput for a driver that needs an area where the plan has none, UnknownArea, UnknownSeries, and what
    forecasts and models raise.
    """
    wanted = [name for name in plan.followed if name not in {each.name for each in plan.drivers}]
    if (bare := [name for name in wanted if "@" not in name]) and not plan.area:
        there = {*concepts(), *(each.name for each in plan.drivers)}
        raise fault("driver_without_area", name=bare[0][:80], near=near(bare[0], there))
    area = area_code(plan.area, settings) if plan.area else ""
    origins: dict[str, Origin] = {}
    fans = []
    for done, name in enumerate(wanted):
        progress(say("investment.forecasting", name=name), done, len(wanted) + 1)
        fan, used = _fan(name, area, plan, settings, seed)
        fans.append(fan)
        origins |= used
    progress(say("investment.scenarios_made"), len(wanted), len(wanted) + 1)
    scenarios: list[Scenario] = []
    refusals: list[Refusal] = []
    if plan.era:
        _era(plan, area, settings, scenarios, refusals, origins)
    for each in plan.scenarios:
        shifts = _model_shifts(plan, each, settings) if each.model else None
        scenarios.append(own_scenario(plan, each, shifts))
    return Surroundings(tuple(fans), tuple(scenarios), tuple(refusals), origins)


def _fan(name: str, area: str, plan: Plan, settings: Settings, seed: int) -> tuple[Fan, Mapping[str, Origin]]:
    text = name if "@" in name else f"{name}@{area}"
    try:
        series = named_series(text, as_of=None, frequency=Frequency.ANNUAL, settings=settings)
    except UnknownSeries as error:
        raise UnknownSeries(error.message, say("investment.describe_driver", name=name)) from error
    unit = Unit.parse(series.unit)
    rate = unit.quantity == "growth"
    scale = unit.scale if rate else 1.0
    past = series.values.astype(float).dropna()
    past.index = [Period.parse(str(each)).year for each in past.index]
    if rate:
        past = _calm(name, past, scale)
    last = int(past.index[-1])
    if plan.last - last > FARTHEST:
        raise fault("beyond_forecast", name=name, last=plan.last, farthest=FARTHEST)
    if plan.start < int(past.index[0]):
        raise fault("before_figures", name=name, start=plan.start, first=int(past.index[0]))
    method = RATES if rate else AMOUNTS
    quantiles = (
        _quantiles(_forecast(past, series.unit, plan.last - last, method, seed), past, plan.years) * scale
    )
    if not rate and not (quantiles.to_numpy() > 0).all():
        raise fault("not_positive", name=name)
    _check_width(name, quantiles, rate)
    origin = say(
        "investment.origin_forecast", name=series.name, series=series.key, last=str(last), method=method
    )
    return Fan(
        name,
        "rate" if rate else "amount",
        quantiles,
        _persistence(past) if rate else 0.0,
        origin,
        past * scale,
        series.name,
    ), series.origins


def _calm(name: str, past: pd.Series, scale: float) -> pd.Series:
    """A rate's figures since the last year in which it ran wild: what came of such years says nothing of ordinary
    ones."""
    wild = past.index[(past.abs() * scale > WILD).to_numpy()]
    calm = past if not len(wild) else past[past.index > wild[-1]]
    if len(calm) < _CALM_YEARS:
        raise fault("wild_driver", name=name, limit=f"{100 * WILD:.0f}%", years=len(calm), least=_CALM_YEARS)
    return calm


def _forecast(past: pd.Series, unit: str, horizon: int, method: str, seed: int) -> ForecastTable | None:
    """None where the figures reach beyond the plan."""
    if horizon <= 0:
        return None
    dated = past.set_axis(pd.PeriodIndex([str(year) for year in past.index], freq="Y"))
    made = make_forecast(dated, horizon=horizon, method=method, freq="A", unit=unit, seed=seed)
    return next(iter(made.tables.values()))


def _check_width(name: str, quantiles: pd.DataFrame, rate: bool) -> None:
    """Raises BadInput for a forecast so wide that money counted by it means nothing."""
    shares = quantiles.columns.to_numpy(dtype=float)
    low = quantiles.iloc[:, int(np.abs(shares - 0.1).argmin())]
    high = quantiles.iloc[:, int(np.abs(shares - 0.9).argmin())]
    wide = (high > WILD) | (low < -WILD / 2) if rate else high > _TIMES * low
    if wide.any():
        raise fault("wide_forecast", name=name, year=int(quantiles.index[wide.to_numpy()][0]))


def _persistence(past: pd.Series) -> float:
    return float(np.clip(past.autocorr(1), 0.0, 0.95)) if past.std() > 0 else 0.0


def _quantiles(table: ForecastTable | None, past: pd.Series, years: tuple[int, ...]) -> pd.DataFrame:
    """Quantiles of every year of the plan: figures that are known have no width."""
    if table is None:
        known = past.loc[list(years)]
        return pd.DataFrame(dict.fromkeys((0.1, 0.5, 0.9), known))
    frame = table.frame.drop(columns="mean", errors="ignore")
    frame = frame.set_axis([Period.parse(str(each)).year for each in frame.index]).astype(float)
    frame.columns = pd.Index([float(each) for each in frame.columns])
    whole = frame.reindex(list(years))
    for year in whole.index[whole.isna().all(axis=1)]:
        whole.loc[year] = past.get(year, math.nan)
    return whole.sort_index(axis=1).interpolate(limit_direction="both")


def _era(
    plan: Plan,
    area: str,
    settings: Settings,
    scenarios: list[Scenario],
    refusals: list[Refusal],
    origins: dict[str, Origin],
) -> None:
    """The scenario in which productivity growth fades as fast as the state-space model of the era finds it, where it
    can be had."""
    faded = tuple(name for name in plan.followed if name in OUTPUT)
    if not faded and not plan.followed:
        return
    if not faded:
        refusals.append(Refusal("era", say("investment.era_no_driver")))
        return
    if not area:
        refusals.append(Refusal("era", say("investment.era_no_area"), say("investment.era_no_area_mend")))
        return
    try:
        series = named_series(f"labour_productivity@{area}", as_of=None, frequency=None, settings=settings)
    except DataError as error:
        refusals.append(Refusal("era", error.message, error.mend))
        return
    values = series.values.astype(float).dropna()
    years = np.array([Period.parse(str(each)).year for each in values.index], dtype=np.int64)
    growth = np.diff(np.log(values.to_numpy()))
    yearly = np.diff(years) == 1
    if int(yearly.sum()) < _CONTRIBUTIONS:
        refusals.append(
            Refusal("era", say("investment.era_short", count=int(yearly.sum()), least=_CONTRIBUTIONS))
        )
        return
    path = decay_path(years[1:][yearly], growth[yearly])
    recent = float(growth[yearly][-_RECENT:].mean())
    if path is None or recent <= 0:
        refusals.append(Refusal("era", say("investment.era_no_growth")))
        return
    last = path.table.iloc[-1]
    spread = (math.log(last["decay_high"]) - math.log(last["decay_low"])) / (2 * 1.96)
    fading = Fading(recent, math.log(last["decay"]), spread, float(last["chance_below_one"]))
    origins |= series.origins
    origin = say(
        "investment.origin_era",
        chance=f"{100 * fading.chance:.0f}%",
        low=fading.range[0],
        high=fading.range[1],
        growth=f"{100 * recent:.1f}%",
        year=str(path.table.index[-1]),
    )
    scenarios.append(Scenario("era", say("investment.scenario_era"), origin, fading=fading, faded=faded))


def _model_shifts(plan: Plan, told: OwnScenario, settings: Settings) -> dict[str, Vector]:
    """A macro model's answer to a shock as shifts of drivers by calendar year; after the model's last year an amount
    stays where it is and a rate is as in the baseline. Raises as `solve_model`, BadInput for a model whose years are
    not the plan's."""
    names = tuple(dict.fromkeys(told.moves.values()))
    solved = solve_model(told.model, shocks=(told.shock,), watch=names, settings=settings)
    scenario, baseline = solved.scenarios[0].frame(list(names)), solved.baseline.frame(list(names))
    units = {each.name: each.unit for each in solved.baseline.model.endogenous}
    found = {}
    for driver, name in told.moves.items():
        found[driver] = _shift(plan, units.get(name, ""), scenario[name], baseline[name])
    return found


def _shift(plan: Plan, unit: str, scenario: pd.Series, baseline: pd.Series) -> Vector:
    years = pd.Index([Period.parse(str(each)).year for each in scenario.index])
    there = [year for year in plan.years if year in years]
    if not there:
        raise fault("model_years", first=int(years[0]), last=int(years[-1]), start=plan.start, end=plan.last)
    difference = pd.Series((scenario - baseline).to_numpy()).groupby(years.to_numpy()).mean()
    if unit.strip().startswith("%"):
        yearly = difference / 100
        if "year" in unit:
            held = yearly.reindex(plan.years, fill_value=0.0).to_numpy()
            return np.asarray(np.cumsum(np.where(np.arange(len(held)) > 0, held, 0.0)), dtype=float)
        logs = np.log1p(yearly)
    else:
        ratio = pd.Series((scenario / baseline).to_numpy()).groupby(years.to_numpy()).mean()
        if not (np.isfinite(ratio) & (ratio > 0)).all():
            raise UsageError(say("investment.model_ratio", name=str(scenario.name)))
        logs = np.log(ratio)
    return np.asarray(logs.reindex(plan.years).ffill().fillna(0.0).to_numpy(), dtype=float)
