"""Which figures stand on the card: fixed beforehand for every area, so that no row is there because it says something.

A direction is given only where it is not disputed. Competition's is (De Loecker, Eeckhout and Unger 2020 against rising
national and falling local concentration), and so is what a digital divide or a labour share does to growth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from longwave.core.estimate import TestResult
from longwave.measure.measurement import Measurement
from longwave.measure.scorecard.card import Entry, entry_of
from longwave.measure.scorecard.status import Losing


@dataclass(frozen=True, slots=True)
class CardRow:
    """A row: the measure, the column of its table that holds the level, the estimate that holds the change (or the
    beginning of the name of means by span, of which the last is taken), and which way the figure moves where the
    dimension loses force."""

    measure: str
    indicator: str
    change: str
    losing: Losing
    leading: str = ""
    """The leading series that this row is of, whose break stands in it; empty where the row is of another series."""


ROWS = (
    CardRow("growth_accounting", "growth_tfp", "tfp_growth_change", Losing.FALL, "tfp_growth"),
    CardRow(
        "labour_productivity", "growth", "productivity_growth_change", Losing.FALL, "productivity_growth"
    ),
    CardRow("innovation", "rd_intensity", "rd_intensity_yearly_change_change", Losing.FALL),
    CardRow(
        "innovation", "patent_applications", "patent_applications_growth_change", Losing.FALL, "patent_growth"
    ),
    CardRow("structural_change", "speed", "speed_change", Losing.FALL, "speed_of_change"),
    CardRow("structural_change", "employment_speed", "employment_speed_change", Losing.FALL),
    CardRow("skills", "human_capital", "human_capital_growth_change", Losing.FALL),
    CardRow("skills", "unemployment_rate", "unemployment_rate_change", Losing.RISE),
    CardRow(
        "return_on_capital", "return_on_capital", "return_on_capital_change", Losing.FALL, "return_on_capital"
    ),
    CardRow(
        "marginal_product_of_capital",
        "marginal_product_of_capital",
        "marginal_product_of_capital_change",
        Losing.FALL,
    ),
    CardRow(
        "competition",
        "establishment_entry_rate",
        "establishment_entry_rate_trend",
        Losing.CONTESTED,
        "entry_rate",
    ),
    CardRow("competition", "job_reallocation_rate", "job_reallocation_rate_trend", Losing.CONTESTED),
    CardRow("internet_use", "internet_users", "internet_users_yearly_change", Losing.CONTESTED),
    CardRow("adaptability", "days_to_start_business", "days_to_start_business_yearly_change", Losing.RISE),
    CardRow("social_impact", "income_gini", "income_gini_yearly_change", Losing.CONTESTED),
    CardRow("social_impact", "labour_share", "labour_share_yearly_change", Losing.CONTESTED),
)


def entries_of(done: Mapping[str, Measurement], observed: Mapping[str, float]) -> Iterator[Entry]:
    """The card's rows of one area, from its measurements by name; a row without a level and without a change is left
    out. observed: measure -> share of the figures it read that the publisher observed. The test and the date of a
    leading series stand in the row of that series only."""
    for row in ROWS:
        found = done.get(row.measure)
        if found is None:
            continue
        change = _named(found, row.change)
        if row.indicator not in found.table and change is None:
            continue
        entry = entry_of(
            found, row.indicator, change or row.change, row.losing, observed=observed.get(row.measure, 1.0)
        )
        slow = done.get(f"slow_down_{found.dimension}")
        if slow is not None and slow.datings and row.leading == slow.datings[0].name.partition("_break")[0]:
            entry = replace(entry, test=_deciding(slow), dating=slow.datings[0])
        yield entry


def _deciding(slow: Measurement) -> TestResult | None:
    """The test that decides whether there is a break."""
    return slow.tests[0] if slow.tests else None


def _named(found: Measurement, change: str) -> str | None:
    """The estimate of that name, else the last of the means by span that are named after it."""
    if any(one.name == change for one in found.estimates):
        return change
    means = [one for one in found.estimates if one.name == f"{change}_{one.sample.first}_{one.sample.last}"]
    return max(means, key=lambda one: one.sample.last).name if means else None
