"""The output gap of an area: what it says and what it does not."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.measurement import of_panel

from .test_real_time_gap import economy


def rows(variable: str, periods: list[str], values: np.ndarray, **columns: str) -> pd.DataFrame:
    return pd.DataFrame({"period": periods, "value": values}).assign(
        variable=variable, area="USA", unit="million USD, constant", **columns
    )


def yearly(output: pd.Series, variable: str = "real_gdp_usd", **columns: str) -> pd.DataFrame:
    return rows(variable, [str(year) for year in output.index], output.to_numpy(), **columns)


def measure(*frames: pd.DataFrame, name: str = "output_gap"):
    return of_panel()[name].compute(Panel.of(pd.concat(frames)), "USA")


def test_the_last_gap_has_an_interval_and_a_second_opinion():
    found = measure(yearly(economy(1)))
    gap = found.estimate("output_gap")
    assert gap.low < gap.value < gap.high
    assert gap.sample.last == "2019"
    assert found.table["gap"].iloc[-1] == pytest.approx(gap.value)
    assert found.table["gap_high"].iloc[-1] == pytest.approx(gap.high)
    assert found.table["gap"].iloc[:10].isna().all()
    assert found.estimate("output_gap_hamilton").value == pytest.approx(found.table["gap_hamilton"].iloc[-1])
    assert not found.refusals


def test_slack_is_told_only_off_zero():
    calm = economy(1)
    fallen = calm.copy()
    fallen.iloc[-1] *= 0.75
    assert "cannot be told from zero" in measure(yearly(calm)).findings[0].text("en")
    assert "below trend" in measure(yearly(fallen)).findings[0].text("en")


def test_the_series_that_ends_last_is_taken():
    long, short = economy(1), economy(2).iloc[:50]
    found = measure(yearly(short, source="a"), yearly(long, "real_gdp", source="b"))
    assert found.sources == ("b",)


def test_the_pandemic_is_flagged():
    output = economy(6, 64)
    output[2020] *= 0.9
    found = measure(yearly(output))
    assert found.estimate("output_gap_without_2020_2021")
    assert any("2020" in each.text("en") for each in found.findings)
    with pytest.raises(KeyError):
        measure(yearly(output.loc[:2021])).estimate("output_gap_without_2020_2021")


def test_by_quarter():
    quarters = [f"{year}-Q{quarter}" for year in range(1980, 2020) for quarter in range(1, 5)]
    found = measure(
        rows("real_gdp_quarterly", quarters, economy(3, 160).to_numpy()), name="output_gap_quarterly"
    )
    assert found.table.index[-1] == "2019-Q4"
    assert found.estimate("output_gap_quarterly").sample.observations == 160


def test_yearly_figures_are_no_quarters():
    found = measure(yearly(economy(3), "real_gdp_quarterly"), name="output_gap_quarterly")
    assert found.refusals
    assert found.table.empty


@pytest.mark.parametrize("bad", [0.0, -5.0])
def test_output_that_is_not_positive_is_refused_by_period(bad):
    output = economy(1)
    output[1977] = bad
    (refusal,) = measure(yearly(output)).refusals
    assert "1977" in refusal.reason.text("en")


def test_too_few_years_say_how_many_are_needed():
    (refusal,) = measure(yearly(economy(1, 20))).refusals
    assert "25" in refusal.reason.text("en")


def test_the_second_opinion_is_told_where_it_is_another_one():
    """A slump that the filter takes for trend: only Hamilton's gap is off zero, and a reader has to hear of it."""
    fallen = economy(1, 60).copy()
    fallen.iloc[-2:] *= 0.9
    found = measure(yearly(fallen))
    gap, second = found.estimate("output_gap"), found.estimate("output_gap_hamilton")
    keys = [each.key for each in found.findings]
    other = second.high < 0 <= gap.high or abs(second.value - gap.value) > gap.high - gap.value
    assert other and "economy.gap_disagree" in keys
    assert second.grade in ("C", "D")


def test_a_gap_with_the_wrong_sign_in_a_quarter_of_the_years_is_thin_evidence():
    for seed in range(4):
        found = measure(yearly(economy(seed, 120)))
        (told,) = [each for each in found.findings if each.key == "economy.gap_reliability"]
        if float(str(told.values["wrong"])) > 0.25:
            assert found.estimate("output_gap").grade in ("C", "D")


def test_years_that_change_nothing_bend_nothing():
    calm = economy(6, 64)
    keys = [each.key for each in measure(yearly(calm)).findings]
    gaps = [measure(yearly(calm)).estimate(f"output_gap{end}").value for end in ("", "_without_2020_2021")]
    alike = abs(round(100 * gaps[0], 1) - round(100 * gaps[1], 1)) < 0.1
    assert ("economy.gap_pandemic_alike" in keys) is alike


def test_the_second_opinion_is_no_surer_than_its_own_revisions():
    from longwave.measure.economy.hamilton_gap import hamilton_gap

    rng = np.random.default_rng(8)
    steps = np.concatenate([rng.normal(0.05, 0.005, 40), rng.normal(-0.02, 0.005, 20)])
    logs = pd.Series(np.cumsum(steps), index=range(1960, 2020))
    found = hamilton_gap(logs, 2, 2)
    cut = [hamilton_gap(logs.loc[:year], 2, 2).gaps.iloc[-1] - found.gaps[year] for year in range(1990, 2019)]
    assert found.error >= 0.5 * float(np.sqrt(np.mean(np.square(cut))))
