"""Scenarios of the language-model shock: what it would do to productivity and to hours of work within ten
years, if what is assumed held.

By Hulten's theorem (1978) a saving of cost in a part of the economy raises productivity by the part's share
times the saving. After Acemoglu (2024):

    dlnTFP = exposed x adopted x saving x labour share

exposed: share of pay earned in exposed tasks; adopted: share of these in which it pays within ten years;
saving: labour cost saved in such a task; labour share: of cost in exposed tasks. With his figures .199 x .23
x .27 x .535 = .0066, 0.66 per cent in ten years.

Every assumption is named and has a range; a range of outcomes comes from drawing all of them at once, each
evenly over its range, independently. That is the range of an argument, not a confidence interval: nothing
here was estimated from what happened. The theorem holds for small changes, with the economy otherwise as it
is; new tasks, capital deepening and bad uses are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "language_model_scenarios"
YEARS = 10
DRAWS = 20_000
_SEED = 20240404
"""Draws are the same each time, so that a result can be made again."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A central value with the range that is drawn from."""

    central: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a scenario assumes: fractions. exposed None: taken from the user's table."""

    adopted: Assumption
    saving: Assumption
    labour_share: Assumption
    exposed: Assumption | None = None


ACEMOGLU = Assumptions(
    # Eloundou et al. (2023) by way of Acemoglu: 19.9 % of the wage bill in exposed tasks; range: half and one and a half.
    exposed=Assumption(0.199, 0.10, 0.30),
    # Svanberg et al. (2024): 23 % of exposed vision tasks pay within ten years; range: from a tenth to a half.
    adopted=Assumption(0.23, 0.10, 0.50),
    # Mean of Brynjolfsson, Li and Raymond (14 %) and Noy and Zhang (40 %), which are also the range.
    saving=Assumption(0.27, 0.14, 0.40),
    labour_share=Assumption(0.535, 0.50, 0.60),
)
"""Acemoglu (2024), The Simple Macroeconomics of AI; the ranges are longwave's, from the studies that he
averages."""

SCENARIOS: Mapping[str, Assumptions] = {
    "acemoglu": ACEMOGLU,
    "own_table": Assumptions(ACEMOGLU.adopted, ACEMOGLU.saving, ACEMOGLU.labour_share),
    "slow": Assumptions(Assumption(0.10, 0.05, 0.15), Assumption(0.14, 0.10, 0.20), ACEMOGLU.labour_share),
    "fast": Assumptions(Assumption(0.50, 0.40, 0.80), Assumption(0.40, 0.30, 0.50), ACEMOGLU.labour_share),
}
"""acemoglu: his figures throughout; own_table: the table's exposure with his other figures; slow and fast:
the table's exposure with the ends of what the studies allow."""

PUBLISHED = (
    ("Acemoglu (2024)", 0.0066, "tfp"),
    ("Aghion and Bunel (2024)", 0.068, "tfp"),
    ("Briggs and Kodnani (2023)", 0.07, "world_gdp"),
)
"""Gains within ten years that others published, for comparison, and of what: the first two of total factor
productivity (the second as 0.68 points a year), the third of the world's GDP."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Log gain of productivity in ten years and hours saved as a share of all, each with the range (5 to 95
    per cent of the draws)."""

    productivity: Assumption
    hours: Assumption


def hulten_gain(exposed: float, adopted: float, saving: float, labour_share: float) -> float:
    """dlnTFP over the whole horizon: the product of the four fractions. Hulten (1978); Acemoglu (2024).

    Raises ValueError for a fraction outside 0 to 1.
    """
    parts = (exposed, adopted, saving, labour_share)
    if any(not 0 <= part <= 1 for part in parts):
        raise ValueError("every part is a fraction between 0 and 1")
    return float(np.prod(parts))


def hours_saved(exposed_hours: float, adopted: float, saving: float) -> float:
    """Hours of work saved, as a share of all hours: exposed share of employment times adopted times saving.
    Raises ValueError for a fraction outside 0 to 1."""
    return hulten_gain(exposed_hours, adopted, saving, 1.0)


def outcome(given: Assumptions, exposed: Assumption, exposed_hours: Assumption) -> Outcome:
    """Both outcomes of a scenario. exposed: share of pay, exposed_hours: share of employment in exposed
    tasks."""
    rng = np.random.default_rng(_SEED)
    draws = {
        name: rng.uniform(each.low, each.high, DRAWS)
        for name, each in (
            ("adopted", given.adopted),
            ("saving", given.saving),
            ("labour_share", given.labour_share),
        )
    }
    # One draw moves both exposures: they rest on the same judgement of tasks.
    place = rng.uniform(0, 1, DRAWS)
    pay = exposed.low + place * (exposed.high - exposed.low)
    hours = exposed_hours.low + place * (exposed_hours.high - exposed_hours.low)
    saved = draws["adopted"] * draws["saving"]
    central = given.adopted.central, given.saving.central
    return Outcome(
        _ranged(
            hulten_gain(exposed.central, *central, given.labour_share.central),
            pay * saved * draws["labour_share"],
        ),
        _ranged(hours_saved(exposed_hours.central, *central), hours * saved),
    )


def _ranged(central: float, draws: np.ndarray) -> Assumption:
    low, high = np.quantile(draws, (0.05, 0.95))
    return Assumption(central, min(float(low), central), max(float(high), central))


def measure_language_model_scenarios(table: pd.DataFrame) -> Measurement:
    """Ten-year scenarios from a user's table of occupations with exposures between 0 and 1.

    Table, one row a scenario: exposed_pay, exposed_hours, adopted, saving, labour_share (central values),
    productivity (log gain in ten years, with _low and _high), productivity_a_year, hours_saved (share of all
    hours, with _low and _high). Estimates: productivity_<scenario> and hours_saved_<scenario>; levels are
    0.90, and they are ranges of assumptions.
    """
    rows = table.dropna(subset=["exposure", "employment"])
    rows = rows[rows["employment"] > 0]
    bad = _refused(table, rows)
    if bad is not None:
        return Measurement(NAME, "rising", "", pd.DataFrame(), refusals=(bad,))
    pay, hours = _exposed(rows)
    found: dict[str, dict[str, float]] = {}
    estimates: list[Estimate] = []
    for name, given in SCENARIOS.items():
        exposed = given.exposed or pay
        on_hours = given.exposed or hours
        result = outcome(given, exposed, on_hours)
        found[name] = _row(given, exposed, on_hours, result)
        estimates += _estimates(name, result, len(rows))
    shown = pd.DataFrame.from_dict(found, orient="index")
    shown.index = pd.Index(list(found), name="scenario", dtype=object)
    return Measurement(
        NAME,
        "rising",
        "",
        shown,
        units=dict.fromkeys(map(str, shown.columns), "fraction"),
        estimates=tuple(estimates),
        findings=tuple(_findings(shown, rows)),
        refusals=(Refusal("jobs", say("rising.no_job_forecast"), say("rising.no_job_forecast_mend")),),
    )


def _refused(table: pd.DataFrame, rows: pd.DataFrame) -> Refusal | None:
    if rows.empty:
        return Refusal(NAME, say("rising.no_occupations"), say("rising.no_occupations_mend"))
    for name in ("exposure", "exposure_low", "exposure_high"):
        if name in rows.columns:
            given = rows[name].dropna()
            if ((given < 0) | (given > 1)).any():
                return Refusal(
                    NAME, say("rising.exposure_outside", column=name), say("rising.exposure_outside_mend")
                )
    if (table["employment"] < 0).any():
        return Refusal(NAME, say("rising.negative_employment"), say("measure.check_figures"))
    return None


def _exposed(rows: pd.DataFrame) -> tuple[Assumption, Assumption]:
    """Shares of pay and of employment in exposed tasks. The range is that of the table's own low and high
    exposures where it brings them, else none: what is not stated is not made up."""
    weights = rows["employment"]
    if _pays(rows):
        weights = weights * rows["wage"].where(rows["wage"] > 0, 0.0)
    return _share(rows, weights), _share(rows, rows["employment"])


def _pays(rows: pd.DataFrame) -> bool:
    """Whether the table has pay for any occupation; without it jobs stand in for pay."""
    return "wage" in rows.columns and bool((rows["wage"] > 0).any())


def _share(rows: pd.DataFrame, weights: pd.Series) -> Assumption:
    central = float(np.average(rows["exposure"], weights=weights))
    if not {"exposure_low", "exposure_high"} <= set(rows.columns):
        return Assumption(central, central, central)
    low, high = (
        float(np.average(rows[name].fillna(rows["exposure"]), weights=weights))
        for name in ("exposure_low", "exposure_high")
    )
    return Assumption(central, min(low, central), max(high, central))


def _row(given: Assumptions, pay: Assumption, hours: Assumption, result: Outcome) -> dict[str, float]:
    return {
        "exposed_pay": pay.central,
        "exposed_hours": hours.central,
        "adopted": given.adopted.central,
        "saving": given.saving.central,
        "labour_share": given.labour_share.central,
        "productivity": result.productivity.central,
        "productivity_low": result.productivity.low,
        "productivity_high": result.productivity.high,
        "productivity_a_year": result.productivity.central / YEARS,
        "hours_saved": result.hours.central,
        "hours_saved_low": result.hours.low,
        "hours_saved_high": result.hours.high,
    }


def _estimates(name: str, result: Outcome, count: int) -> Iterator[Estimate]:
    for what, value, unit in (
        ("productivity", result.productivity, "log change in ten years"),
        ("hours_saved", result.hours, "share of hours"),
    ):
        yield Estimate(
            f"{what}_{name}",
            value.central,
            value.low,
            value.high,
            unit,
            say("rising.method_scenario", draws=DRAWS),
            Sample(count, "", ""),
            Grade.D,
            0.90,
        )


def _findings(shown: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Message]:
    values = dict(zip(map(str, shown.index), shown["productivity"].to_numpy(float), strict=True))
    slow, fast = values["slow"], values["fast"]
    own = dict(zip(map(str, shown.columns), shown.loc["own_table"].to_numpy(float), strict=True))
    yield say(
        "rising.scenario_productivity",
        count=len(rows),
        exposed=own["exposed_pay"],
        base=say("rising.base_pay" if _pays(rows) else "rising.base_jobs"),
        stand_in=say("measure.nothing") if _pays(rows) else say("rising.jobs_stand_in"),
        gain=100 * own["productivity"],
        low=100 * own["productivity_low"],
        high=100 * own["productivity_high"],
        slow=100 * slow,
        fast=100 * fast,
    )
    yield say(
        "rising.scenario_hours",
        hours=own["hours_saved"],
        low=own["hours_saved_low"],
        high=own["hours_saved_high"],
    )
    yield say(
        "rising.scenario_published",
        others=tuple(say(f"rising.published_{of}", who=who, gain=100 * gain) for who, gain, of in PUBLISHED),
    )
    yield say("rising.scenario_caveat")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "rising",
        (
            Column("soc", "text", say("skills.column_soc")),
            Column("title", "text", say("skills.column_title"), optional=True),
            Column("exposure", "number", say("rising.column_exposure")),
            Column("exposure_low", "number", say("rising.column_exposure_low"), optional=True),
            Column("exposure_high", "number", say("rising.column_exposure_high"), optional=True),
            Column("employment", "number", say("skills.column_employment")),
            Column("wage", "number", say("skills.column_wage"), optional=True),
        ),
        measure_language_model_scenarios,
    )
)
