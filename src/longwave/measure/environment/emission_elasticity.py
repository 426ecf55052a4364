"""How energy use and emissions go with income: elasticities to GDP a head, of one country and of all.

    own country   dln z_t = a + b dln y_t + e_t                 z energy or CO2 a head, y GDP a head
    panel         ln z_it = a_i + f_t + b ln y_it + e_it        (two-way), and the same in differences
    curve         ln z_it = a_i + f_t + b ln y_it + c (ln y_it)^2 + e_it,  turning point exp(-b / 2c)

The trap: published carbon intensity is carbon per unit of GDP, so carbon is intensity times GDP. Any error in GDP
enters both sides and pulls the elasticity of CO2 towards 1. Energy is published a person, without GDP in it: where
the two differ, energy is the better witness.

A turning point of the environmental Kuznets curve is told only where it lies within the incomes that were seen, with
its whole interval; beyond them it is the parabola's, not the data's (Stern 2004, "The rise and fall of the
environmental Kuznets curve").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.environment.across import PanelSlopes, by_country, log, panel_slopes
from longwave.measure.environment.factors import CARBON, ENERGY, OTHER_OUTPUT, PEOPLE, PER_PERSON
from longwave.measure.inputs import OBSERVED, by_period, missing, name_of, not_positive, take
from longwave.measure.intervals import GROWTH_PERSISTENCE
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.skills.regression import Segment, SegmentedRegression, hac_covariance
from longwave.measure.spans import caution

NAME = "emission_elasticity"
USES = (CARBON, ENERGY, PER_PERSON, OTHER_OUTPUT, PEOPLE)
FEWEST = 15
"""Yearly changes below which a country's own elasticity is not told."""
_SOURCES = {"energy": ENERGY, "co2": CARBON}
_UNIT = "log change per log change"
_SEEN = (0.05, 0.95)
"""Quantiles of income between which a turning point counts as seen."""


def measure_elasticity(panel: Panel, area: str) -> Measurement:
    """Elasticities of energy and of CO2 a head to GDP a head.

    Table by year: income_change, energy_change, co2_change of the area (log changes a head). Estimates: energy_own,
    co2_own (of the area); energy_two_way, energy_differences, co2_two_way, co2_differences (of all countries);
    turning points energy_turning_point and co2_turning_point (GDP a head, in the panel's unit) where the figures can
    carry them.
    """
    bad = _unfit(panel, area)
    world = _world(panel)
    if world.income.empty:
        return Measurement(
            NAME, "environment", area, pd.DataFrame(), refusals=(missing(PER_PERSON, area), *bad)
        )
    blocked = {one.subject for one in bad}
    own: list[Estimate | Refusal] = []
    shown = {"income_change": _change(world.income, area)}
    for name, source in _SOURCES.items():
        if source not in blocked:
            shown[f"{name}_change"] = _change(world.targets[name], area)
            own.append(_own(panel, area, name, source, shown[f"{name}_change"], shown["income_change"]))
    found = [*own, *world.found]
    estimates = tuple(one for one in found if isinstance(one, Estimate))
    table = pd.DataFrame(shown).dropna(subset=["income_change"]).dropna(axis=1, how="all")
    table = (
        table.dropna(how="all", subset=[c for c in table if c != "income_change"])
        if len(table.columns) > 1
        else table
    )
    by_name = {one.name: one for one in estimates}
    return Measurement(
        NAME,
        "environment",
        area,
        by_period(table) if len(table) else pd.DataFrame(),
        units=dict.fromkeys(map(str, table.columns), "log change"),
        estimates=estimates,
        findings=tuple(_findings(area, by_name)),
        refusals=(*bad, *(one for one in found if isinstance(one, Refusal))),
        sources=_sources(panel, area),
    )


@dataclass(frozen=True, eq=False)
class World:
    """All countries: income and the targets a head by year and country, and what the panel says of them."""

    income: pd.DataFrame
    targets: dict[str, pd.DataFrame]
    found: tuple[Estimate | Refusal, ...]


@lru_cache(maxsize=1)
def _world(panel: Panel) -> World:
    """The same for every area that is measured on one panel."""
    income, carbon = _income(panel), by_country(panel, CARBON)
    co2 = carbon * income if len(carbon) and len(income) else pd.DataFrame()
    targets = {"energy": by_country(panel, ENERGY), "co2": co2}
    if income.empty:
        return World(income, targets, ())
    found = [
        one for name, source in _SOURCES.items() for one in _panel(panel, name, source, targets[name], income)
    ]
    return World(income, targets, tuple(found))


def _unfit(panel: Panel, area: str) -> tuple[Refusal, ...]:
    """Zeros and gaps of the area's own figures, by name."""
    found = []
    for variable in (ENERGY, CARBON):
        given = take(panel, area, variable)
        bad = given if isinstance(given, Refusal) else not_positive(given)
        if bad is not None:
            found.append(bad)
    return tuple(found)


def _income(panel: Panel) -> pd.DataFrame:
    """GDP a head by year and country: as published, else GDP at national prices over people."""
    published = by_country(panel, PER_PERSON)
    output, people = by_country(panel, OTHER_OUTPUT), by_country(panel, PEOPLE)
    made = output / people if len(output) and len(people) else pd.DataFrame()
    if published.empty or made.empty:
        return made if published.empty else published
    other = made.drop(columns=[name for name in made if name in published])
    return published.join(other, how="outer")


def _change(table: pd.DataFrame, area: str) -> pd.Series:
    if area not in table:
        return pd.Series(dtype=float)
    return pd.Series(np.log(table[area].to_numpy(float)), index=table.index).diff()


def _own(
    panel: Panel, area: str, name: str, source: str, target: pd.Series, income: pd.Series
) -> Estimate | Refusal:
    both = pd.DataFrame({"z": target, "y": income}).dropna()
    title = f"{name}_own"
    if len(both) < FEWEST:
        reason = say("environment.few_changes", name=name_of(source), area=area_names(area), count=len(both))
        return Refusal(title, reason, say("environment.few_changes_mend", fewest=FEWEST))
    z, y = both["z"].to_numpy(float), both["y"].to_numpy(float)
    x = np.column_stack([np.ones(len(y)), y - y.mean()])
    if np.ptp(y) < 1e-12 or np.abs(z - x @ np.linalg.lstsq(x, z, rcond=None)[0]).max() < 1e-9:
        return Refusal(
            title, say("environment.no_variation", name=name_of(source)), say("measure.check_figures")
        )
    segment = Segment(both.index.to_numpy(np.int64), z, x)
    slope = SegmentedRegression([segment], GROWTH_PERSISTENCE).coefficient(0, 1)
    error = float(np.sqrt(hac_covariance(x, segment.residuals())[1, 1]))
    given = take(panel, area, source)
    observed = 1.0 if isinstance(given, Refusal) else given.observed
    return Estimate(
        title,
        slope.value,
        slope.low,
        slope.high,
        _UNIT,
        say("environment.method_own", count=len(both), error=error, caution=caution(slope.persistence)),
        Sample(len(both), str(both.index[0]), str(both.index[-1])),
        grade_of(len(both), observed),
        slope.level,
        _sources(panel, area),
    )


def _panel(
    panel: Panel, name: str, source: str, target: pd.DataFrame, income: pd.DataFrame
) -> Iterator[Estimate | Refusal]:
    shapes = (f"{name}_two_way", f"{name}_differences", f"{name}_turning_point")
    if target.empty:
        for title in shapes[:2]:
            yield Refusal(title, say("environment.few_countries", name=name_of(source)), _bring(source))
        return
    z, y = log(target), log(income)
    statuses = panel.select(variable=source).frame["status"]
    observed = float(statuses.isin(OBSERVED).mean()) if len(statuses) else 1.0
    fits = (
        panel_slopes(z, {"y": y}, countries=True),
        panel_slopes(z.diff(), {"y": y.diff()}, countries=False),
    )
    for title, fitted in zip(shapes[:2], fits, strict=True):
        if fitted is None:
            yield Refusal(title, say("environment.few_countries", name=name_of(source)), _bring(source))
            continue
        yield _estimate(
            title,
            fitted.interval("y"),
            fitted,
            _UNIT,
            say("environment.method_panel", countries=fitted.countries),
            observed,
        )
    shared = y[[name for name in z if name in y]]
    if not shared.notna().to_numpy().any():
        return
    centre = float(np.nanmean(shared.to_numpy(float)))
    curve = panel_slopes(z, {"y": y - centre, "y2": (y - centre) ** 2}, countries=True)
    if curve is not None:
        yield _turning(
            shapes[2], say(f"environment.what_{name}"), curve, shared.where(z.notna()), centre, observed
        )


def _turning(
    title: str, what: Message, curve: PanelSlopes, incomes: pd.DataFrame, centre: float, observed: float
) -> Estimate | Refusal:
    """The income beyond which the fitted parabola falls, or why it is not told."""
    b, c = float(curve.values["y"]), float(curve.values["y2"])
    _, _, high = curve.interval("y2")
    if high >= 0:
        return Refusal(title, say("environment.no_turn", what=what))
    bottom, top = (float(np.nanquantile(incomes.to_numpy(float), q)) for q in _SEEN)
    turn = -b / (2 * c)
    # The delta method on -b / 2c, in logarithms.
    slope = np.array([-1 / (2 * c), b / (2 * c**2)])
    covariance = curve.covariance.loc[["y", "y2"], ["y", "y2"]].to_numpy(float)
    half = 1.96 * float(np.sqrt(max(float(slope @ covariance @ slope), 0.0)))
    low, mid, up = (float(np.exp(centre + turn + shift)) for shift in (-half, 0.0, half))
    words = {"turn": mid, "low": low, "high": up, "bottom": float(np.exp(bottom)), "top": float(np.exp(top))}
    if not (bottom <= centre + turn - half and centre + turn + half <= top):
        return Refusal(title, say("environment.turn_unseen", what=what, **words))
    return _estimate(
        title,
        (mid, low, up),
        curve,
        "GDP a head",
        say("environment.method_turn", countries=curve.countries),
        observed,
    )


def _estimate(
    title: str,
    interval: tuple[float, float, float],
    fitted: PanelSlopes,
    unit: str,
    method: Message,
    observed: float,
) -> Estimate:
    value, low, high = interval
    sample = Sample(fitted.observations, str(fitted.first), str(fitted.last))
    # Countries, not years, are what a clustered error counts.
    grade = max(grade_of(fitted.countries, observed), Grade.B)
    return Estimate(title, value, low, high, unit, method, sample, grade)


def _bring(source: str) -> Message:
    return say("environment.few_countries_mend", variable=source)


def _sources(panel: Panel, area: str) -> tuple[str, ...]:
    rows = panel.select(area=area, variable=USES).frame
    return tuple(sorted(rows["source"].unique()))


def _findings(area: str, by_name: dict[str, Estimate]) -> Iterator[Message]:
    for name in ("energy", "co2"):
        own, two, diff = (by_name.get(f"{name}_{how}") for how in ("own", "two_way", "differences"))
        if own is not None:
            key = "own_clear" if own.low > 0 else "own_unclear"
            yield say(
                f"environment.{key}",
                what=say(f"environment.what_{name}"),
                area=area_names(area),
                first=own.sample.first,
                last=own.sample.last,
                value=own.value,
                low=own.low,
                high=own.high,
            )
        if two is not None and diff is not None:
            yield say(
                "environment.panel_elasticity",
                what=say(f"environment.what_{name}"),
                two_way=two.value,
                two_low=two.low,
                two_high=two.high,
                differences=diff.value,
                diff_low=diff.low,
                diff_high=diff.high,
            )
    if any(name.startswith("co2") for name in by_name):
        yield say("environment.gdp_in_both")


MEASURES.register(NAME)(Measure(NAME, "environment", (), measure_elasticity, USES, across=True))
