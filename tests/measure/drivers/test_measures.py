"""The drivers' measures on made-up countries, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.drivers.adaptability import measure_adaptability
from longwave.measure.drivers.convergence import first_reached
from longwave.measure.drivers.digital_divide import measure_digital_divide
from longwave.measure.drivers.levels import without_carried, yearly_steps
from longwave.measure.drivers.productivity_gap import measure_gap, split
from longwave.measure.drivers.security import measure_security
from longwave.measure.drivers.social_impact import measure_social_impact


def rows(variable, area, values, unit, item="", **more):
    return pd.DataFrame(
        {
            "area": area,
            "variable": variable,
            "item": item,
            "period": [str(year) for year in values],
            "value": list(values.values()),
            "unit": unit,
            "source": "made_up",
            **more,
        }
    )


def diffusion(middle, first=1995, last=2022, noise=0.0):
    return {y: float(1 / (1 + np.exp(-0.35 * (y - middle) + noise))) for y in range(first, last + 1)}


@pytest.fixture
def divide():
    frames = []
    for place in range(20):
        area = f"X{place:02d}"
        frames.append(rows("internet_users", area, diffusion(2000 + 0.7 * place), "share of population"))
        income = dict.fromkeys(range(2015, 2020), 50000.0 - 2000 * place)
        frames.append(rows("real_gdp", area, income, "million USD, constant 2017"))
        frames.append(rows("population", area, dict.fromkeys(range(2015, 2020), 1.0), "million persons"))
    return Panel.of(pd.concat(frames))


def test_the_divide_and_the_time_distance(divide):
    found = measure_digital_divide(divide, "X10")
    assert found.table["gini"].iloc[-1] < found.table["gini"].iloc[0]
    assert 0 <= found.table["theil_between"].iloc[-1] <= 1
    told = [str(one) for one in found.findings]
    assert any("7 years after X00" in text for text in told)
    assert any("by arithmetic" in text for text in told)
    # Every country follows the same curve, later: on log odds nothing converges.
    change = found.estimate("logit_dispersion_change")
    assert abs(change.value) < 0.3
    assert found.estimate("share_dispersion_change").value < change.value
    assert all(one.low <= one.value <= one.high for one in found.estimates)


def test_the_divide_and_internet_use_name_the_same_year(divide):
    """Both count the first published year at or above a level."""
    reached = measure_digital_divide(divide, "X05").findings
    own = divide.series("internet_users", area="X05")
    years = {one.values["level"]: one.values["year"] for one in reached if one.key == "drivers.time_distance"}
    assert years
    for level, year in years.items():
        assert year == str(first_reached(own, level))


def test_a_level_that_is_not_reached_has_no_time_distance(divide):
    late = rows("internet_users", "LAT", diffusion(2030), "share of population")
    found = measure_digital_divide(Panel.concat([divide, Panel.of(late)]), "LAT")
    assert any(one.reason.key == "drivers.not_reached" for one in found.refusals)


def test_few_countries_have_no_distribution(divide):
    found = measure_digital_divide(divide.select(area=["X01", "X02"]), "X01")
    assert found.refusals[0].reason.key == "drivers.divide_few"
    assert measure_digital_divide(Panel.empty(), "X01").refusals


def test_shares_over_one_are_refused(divide):
    bad = Panel.of(rows("internet_users", "BAD", {2001: 1.4}, "share of population"))
    assert (
        measure_digital_divide(Panel.concat([divide, bad]), "X01").refusals[0].reason.key
        == "measure.share_outside"
    )


def test_aggregates_are_not_countries(divide):
    world = Panel.of(rows("internet_users", "WLD", diffusion(2006), "share of population"))
    plain, more = (measure_digital_divide(p, "X10").table for p in (divide, Panel.concat([divide, world])))
    pd.testing.assert_frame_equal(plain, more)


@pytest.fixture
def breaches():
    rng = np.random.default_rng(1)
    counts = {year: float(rng.poisson(100 * 1.1 ** (year - 2010))) for year in range(2010, 2023)}
    kinds = {"Theft": 0.4, "Hacking": 0.6}
    frames = [
        rows(
            "data_breaches",
            "USA",
            {y: round(n * part) for y, n in counts.items()} | {2023: 20.0},
            "incidents",
            kind,
        )
        for kind, part in kinds.items()
    ]
    frames.append(
        rows("breached_records", "USA", dict.fromkeys(range(2010, 2023), 1e6), "persons", "Hacking")
    )
    return Panel.of(pd.concat(frames))


def test_a_partial_last_year_is_not_a_fall(breaches):
    found = measure_security(breaches, "USA")
    assert found.estimate("data_breaches_growth").sample.last == "2022"
    assert found.estimate("data_breaches_growth").low > 0
    assert any(one.key == "drivers.partial_last" for one in found.findings)
    assert any(one.key == "drivers.reporting_law" for one in found.findings)
    assert "2023" in found.table.index


def test_security_refuses(breaches):
    assert measure_security(breaches, "FRA").refusals
    short = breaches.frame[breaches.frame["period"] < "2013"]
    assert measure_security(Panel.of(short), "USA").refusals[0].reason.key == "measure.short_trend"
    negative = Panel.of(rows("data_breaches", "USA", {2001: -3.0, 2002: 4.0}, "incidents", "Theft"))
    assert measure_security(negative, "USA").refusals[0].reason.key == "drivers.negative_counts"


def test_survey_gaps_are_honoured():
    gini = {1990: 0.40, 1995: 0.41, 2010: 0.50, 2012: 0.52}
    values = pd.Series(gini)
    steps = yearly_steps(values)
    assert list(steps.index) == [1995, 2012]
    assert steps[2012] == pytest.approx(0.01)
    found = measure_social_impact(Panel.of(rows("income_gini", "AAA", gini, "share")), "AAA")
    assert any(one.key == "drivers.coverage" for one in found.findings)
    assert found.table["income_gini"].notna().sum() == 4


def test_carried_figures_do_not_count_but_rounded_ones_do():
    carried = pd.Series([0.612345, 0.612345, 0.612345, 0.612345, 0.55], index=range(2000, 2005))
    assert list(without_carried(carried).index) == [2000, 2004]
    rounded = pd.Series([0.051, 0.051, 0.051, 0.052], index=range(2000, 2004))
    assert len(without_carried(rounded)) == 4


def test_social_impact_tells_a_lone_figure_as_such():
    found = measure_social_impact(Panel.of(rows("labour_share", "AAA", {2000: 0.6}, "share of GDP")), "AAA")
    assert found.findings[0].key == "drivers.lone_share"
    assert measure_social_impact(Panel.empty(), "AAA").table.empty


def test_adaptability_says_that_days_are_a_rule_on_paper():
    days = {year: 40.0 * 0.9 ** (year - 2004) for year in range(2004, 2020)}
    found = measure_adaptability(Panel.of(rows("days_to_start_business", "AAA", days, "days")), "AAA")
    change = (
        found.estimate("days_to_start_business_yearly_change_2010_2019") if len(found.estimates) else None
    )
    assert any(one.key == "drivers.days_on_paper" for one in found.findings)
    assert change is None or change.value == pytest.approx(np.log(0.9))
    zero = Panel.of(rows("days_to_start_business", "AAA", {2000: 0.0, 2001: 3.0}, "days"))
    assert any(one.reason.key == "measure.not_positive" for one in measure_adaptability(zero, "AAA").refusals)


def firms(widening=0.02, years=12, count=100, seed=0):
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.5, count)
    frames = []
    for year in range(years):
        log = level * (1 + widening * year) + rng.normal(0, 0.05, count)
        frames.append(
            pd.DataFrame(
                {
                    "period": str(2000 + year),
                    "firm": [f"f{i}" for i in range(count)],
                    "productivity": np.exp(log),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_a_widening_gap():
    found = measure_gap(firms())
    trend = found.estimate("gap_trend")
    assert trend.low > 0
    assert any(one.key == "drivers.gap_widens" for one in found.findings)
    scaled = measure_gap(firms().assign(productivity=lambda t: 1000 * t["productivity"]))
    assert scaled.estimate("gap_2011").value == pytest.approx(found.estimate("gap_2011").value)


def test_gap_of_a_toy():
    assert split(np.array([10.0, 9, 8, 7, 6, 1, 1])) == (8.0, 1.0)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda t: t.assign(productivity=0.0), "drivers.gap_not_positive"),
        (lambda t: t.assign(productivity=2.0), "drivers.gap_alike"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "drivers.gap_twice"),
        (lambda t: t.groupby("period").head(10), "drivers.gap_few"),
        (lambda t: t.iloc[:0], "drivers.gap_empty"),
        (lambda t: t.assign(period="2000-Q1").drop_duplicates(["period", "firm"]), "drivers.gap_not_yearly"),
    ],
)
def test_gap_refuses(change, key):
    assert measure_gap(change(firms(years=3))).refusals[0].reason.key == key
