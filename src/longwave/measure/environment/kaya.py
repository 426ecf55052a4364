"""The Kaya identity: what moved emissions of carbon dioxide - people, income, energy intensity or the carbon in
energy - and whether output and emissions have come apart.

    C = P (Y/P) (E/Y) (C/E),   effect of x over a window = L(C_1, C_0) ln(x_1 / x_0)      (Kaya 1990; Ang 2004)

Windows: all years, the last ten, and the ten in which emissions fell most. Effects are told as shares of emissions at the
window's start, so that they add up to the change in per cent. No tonnes are told (see `factors`).

Decoupling is a matter of slopes: absolute where output rises and emissions fall, relative where output rises and
emissions per unit of it fall, each beyond its interval; all else is not decided. What falls in a slump is not
decoupled.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import RANGE, Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.measure.age import told_as_old
from longwave.measure.environment.across import log
from longwave.measure.environment.decomposition import decompose
from longwave.measure.environment.factors import (
    CARBON,
    ENERGY,
    NAMES,
    OTHER_OUTPUT,
    OUTPUT,
    PEOPLE,
    PER_PERSON,
    Factors,
    read_factors,
)
from longwave.measure.environment.trends import FEWEST, Window, best_decade, decade_to_end, trend
from longwave.measure.inputs import by_period
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SHOCKS

NAME = "kaya"
USES = (ENERGY, OUTPUT, OTHER_OUTPUT, PER_PERSON, PEOPLE)
_EFFECT = {
    "population": "population",
    "income": "income",
    "energy_intensity": "energy",
    "carbon_intensity": "carbon",
}
_SHARE = "share of emissions at the start"
EFFICIENCY = -0.01
"""Yearly change of energy intensity that counts as improving: one per cent a year down."""


def measure_kaya(panel: Panel, area: str) -> Measurement:
    """The decomposition and the slopes of an area.

    Table by year: emissions and the four factors (index, first year with all of them = 100; emissions alone where
    there is no energy), and <factor>_change (log change from the year before). Estimates: <population, income,
    energy, carbon>_effect and emissions_change, over `_decade` (last ten years with energy) and `_whole`; slopes over
    the last ten years emissions_trend, output_trend, emissions_intensity_trend, energy_intensity_trend,
    carbon_intensity_trend; best_decade_trend.
    """
    found = read_factors(panel, area)
    if not isinstance(found, Factors):
        return Measurement(NAME, "environment", area, pd.DataFrame(), refusals=found)
    known = found.table.dropna()
    effects = list(_effects(found, known))
    slopes = list(_slopes(found, known))
    estimates = tuple(one for one in (*effects, *slopes) if isinstance(one, Estimate))
    refusals = tuple(one for one in (*found.refusals, *effects, *slopes) if isinstance(one, Refusal))
    if known.empty and not found.refusals:
        refusals = (*refusals, Refusal("kaya", say("environment.no_common_year")))
    table = _table(found.table, known)
    by_name = {one.name: one for one in estimates}
    done = Measurement(
        NAME,
        "environment",
        area,
        by_period(table),
        units={
            str(name): "log change" if str(name).endswith("_change") else "first year=100" for name in table
        },
        estimates=estimates,
        findings=tuple(_findings(area, found, known, by_name)),
        refusals=refusals,
        sources=found.sources,
    )
    return told_as_old(done, panel)


def _table(table: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    base = known.iloc[0] if len(known) else table.iloc[0]
    shown = table[["emissions"] if known.empty else ["emissions", *NAMES]]
    indices = 100 * shown / base[shown.columns]
    logs = log(indices)
    before = logs.copy()
    before.index = before.index + 1
    changes = (logs - before.reindex(logs.index)).add_suffix("_change")
    return indices.join(changes)


def _windows(known: pd.DataFrame) -> Iterator[tuple[str, Window]]:
    decade = decade_to_end(known["emissions"])
    if decade is not None:
        yield "decade", decade
    if len(known) and known.index[-1] - known.index[0] > 10:
        yield "whole", Window(int(known.index[0]), int(known.index[-1]))


def _effects(found: Factors, known: pd.DataFrame) -> Iterator[Estimate | Refusal]:
    """Effects of the factors. A window's effect is arithmetic and has no sampling error; what is told beside it is how far
    it moves when either end is a year earlier or later, for one odd year can make a window."""
    if len(known) and decade_to_end(known["emissions"]) is None:
        last = int(known.index[-1])
        reason = say("environment.no_decade", first=str(last - 10), last=str(last))
        yield Refusal("carbon_effect_decade", reason, say("environment.no_decade_mend"))
    for label, window in _windows(known):
        values = _effects_of(known, window.first, window.last)
        others = [_effects_of(known, *ends) for ends in _nearby(known, window)]
        for name, value in values.items():
            count = int(((known.index >= window.first) & (known.index <= window.last)).sum())
            title = f"emissions_change_{label}" if name == "emissions" else f"{_EFFECT[name]}_effect_{label}"
            if count < FEWEST:
                reason = say(
                    "environment.no_slope", count=count, first=str(window.first), last=str(window.last)
                )
                yield Refusal(title, reason, say("environment.no_slope_mend", fewest=FEWEST))
                continue
            yield Estimate(
                title,
                value,
                min(value, *(each[name] for each in others)),
                max(value, *(each[name] for each in others)),
                _SHARE,
                say("environment.method_effect"),
                Sample(count, str(window.first), str(window.last)),
                grade_of(count, found.observed),
                RANGE,
                found.sources,
            )


def _effects_of(known: pd.DataFrame, first: int, last: int) -> dict[str, float]:
    """Effects of the factors and the change of emissions between two years, shares of emissions in the first."""
    parts = decompose(known.loc[first, list(NAMES)], known.loc[last, list(NAMES)])
    shares = dict(zip(NAMES, map(float, parts.shares), strict=True))
    return shares | {"emissions": float((parts.end - parts.start) / parts.start)}


def _nearby(known: pd.DataFrame, window: Window) -> Iterator[tuple[int, int]]:
    """The window, and those whose ends lie a year earlier or later, where there are figures."""
    for first in (window.first - 1, window.first, window.first + 1):
        for last in (window.last - 1, window.last, window.last + 1):
            if first in known.index and last in known.index:
                yield first, last


def _slopes(found: Factors, known: pd.DataFrame) -> Iterator[Estimate | Refusal]:
    table = found.table
    series = {
        "emissions_trend": table["emissions"],
        "output_trend": table["output"],
        "emissions_intensity_trend": table["emissions"] / table["output"],
        "energy_intensity_trend": table["energy_intensity"].dropna(),
        "carbon_intensity_trend": table["carbon_intensity"].dropna(),
    }
    for name, values in series.items():
        window = decade_to_end(values)
        if window is not None:
            yield trend(values, window, name, found.sources, found.observed)
        elif len(values):
            last = int(values.index[-1])
            reason = say("environment.no_decade", first=str(last - 10), last=str(last))
            yield Refusal(name, reason, say("environment.no_decade_mend"))
    # The window that is told with its factors, where there are factors.
    emissions = known["emissions"] if len(known) else table["emissions"]
    best = best_decade(emissions)
    if best is not None:
        yield trend(emissions, best, "best_decade_trend", found.sources, found.observed)


def decoupling(emissions: Estimate, output: Estimate, intensity: Estimate) -> str:
    """``absolute``, ``relative`` (emissions may or may not have fallen), ``rising`` (relative, and emissions rose),
    ``none`` (emissions rose faster than output), ``slump`` (output fell) or ``unclear``: what three slopes over one
    window carry."""
    if output.high < 0:
        return "slump"
    if output.low <= 0:
        return "unclear"
    if emissions.high < 0:
        return "absolute"
    if intensity.high < 0:
        return "rising" if emissions.low > 0 else "relative"
    return "none" if intensity.low > 0 else "unclear"


def _findings(
    area: str, found: Factors, known: pd.DataFrame, by_name: dict[str, Estimate]
) -> Iterator[Message]:
    name = area_names(area)
    slopes = [by_name.get(key) for key in ("emissions_trend", "output_trend", "emissions_intensity_trend")]
    emissions, output, intensity = slopes
    if emissions is not None and output is not None and intensity is not None:
        yield say(
            f"environment.decoupling_{decoupling(emissions, output, intensity)}",
            area=name,
            first=emissions.sample.first,
            last=emissions.sample.last,
            emissions=100 * emissions.value,
            emissions_low=100 * emissions.low,
            emissions_high=100 * emissions.high,
            output=100 * output.value,
            output_fall=100 * abs(output.value),
            output_low=100 * output.low,
            output_high=100 * output.high,
            intensity=100 * intensity.value,
            intensity_low=100 * intensity.low,
            intensity_high=100 * intensity.high,
        )
        shocks = tuple(
            str(year)
            for year in sorted(SHOCKS)
            if int(emissions.sample.first) <= year <= int(emissions.sample.last)
        )
        if shocks:
            yield say("environment.shocks_within", years=shocks)
    for label in ("decade", "whole"):
        wanted = [f"emissions_change_{label}", *(f"{part}_effect_{label}" for part in _EFFECT.values())]
        if all(each in by_name for each in wanted):
            yield _told(name, label, by_name)
    best = best_decade(known["emissions"]) if len(known) else None
    if best is not None:
        parts = decompose(known.loc[best.first, list(NAMES)], known.loc[best.last, list(NAMES)])
        yield say(
            "environment.best_decade",
            area=name,
            first=str(best.first),
            last=str(best.last),
            change=100 * (parts.end / parts.start - 1),
            **{_EFFECT[key]: 100 * value for key, value in zip(NAMES, parts.shares, strict=True)},
        )
    yield from _of_energy(by_name)
    if len(known) and known.index[-1] < found.table.index[-1]:
        yield say("environment.energy_ends", last=str(known.index[-1]), later=str(found.table.index[-1]))
    if found.other_accounts:
        yield say("environment.other_accounts")
    yield say("environment.no_tonnes")


def _told(area: Names, label: str, by_name: dict[str, Estimate]) -> Message:
    change = by_name[f"emissions_change_{label}"]
    return say(
        f"environment.kaya_{label}",
        area=area,
        first=change.sample.first,
        last=change.sample.last,
        change=100 * change.value,
        **{part: 100 * by_name[f"{part}_effect_{label}"].value for part in _EFFECT.values()},
    )


def _of_energy(by_name: dict[str, Estimate]) -> Iterator[Message]:
    """Whether the fuel mix and the use of energy have improved in the last ten years."""
    carbon, energy = by_name.get("carbon_intensity_trend"), by_name.get("energy_intensity_trend")
    if carbon is not None:
        key = "cleaner" if carbon.high < 0 else "dirtier" if carbon.low > 0 else "mix_unclear"
        yield say(f"environment.{key}", **_slope_words(carbon))
    if energy is not None:
        key = (
            "efficient" if energy.high < EFFICIENCY else "slow" if energy.low > EFFICIENCY else "pace_unclear"
        )
        yield say(f"environment.{key}", **_slope_words(energy))


def _slope_words(slope: Estimate) -> dict[str, str | float]:
    words = {"pace": 100 * slope.value, "low": 100 * slope.low, "high": 100 * slope.high}
    return {"first": slope.sample.first, "last": slope.sample.last, **words}


MEASURES.register(NAME)(Measure(NAME, "environment", (CARBON,), measure_kaya, USES))
