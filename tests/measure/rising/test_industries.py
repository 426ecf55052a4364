import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.measure.rising.industries import measure_emerging_industries, relative_volume_growth, slug
from longwave.measure.rising.items import take_items

YEARS = list(range(1995, 2021))


def amounts(
    drifts: dict[str, float], sizes: dict[str, float] | None = None, seed: int = 3, noise: float = 0.01
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    columns = {
        name: (sizes or {}).get(name, 100.0)
        * np.exp(np.cumsum(0.03 + drift + rng.normal(0, noise, len(YEARS))))
        for name, drift in drifts.items()
    }
    return pd.DataFrame(columns, index=YEARS)


def panel_of(table: pd.DataFrame, variable: str = "sector_value_added", **columns: str) -> Panel:
    rows = table.rename_axis("period").reset_index().melt("period", var_name="item")
    rows["period"] = rows["period"].astype(str)
    return Panel.of(
        rows.assign(**{"area": "AAA", "variable": variable, "unit": "LCU", "source": "made", **columns})
    )


DRIFTS = {**{f"Old {at}": 0.0 for at in range(10)}, "Web": 0.06, "Care": 0.05}
SIZES = {"Web": 5.0, "Care": 400.0}


def test_a_small_gainer_emerges_and_a_large_one_grows_large() -> None:
    found = measure_emerging_industries(panel_of(amounts(DRIFTS, SIZES)), "AAA")
    assert found.table.index[found.table["emerging"] == 1].to_list() == ["Web"]
    assert "Care" in found.table.index[found.table["growing_large"] == 1]
    assert found.table.loc["Web", "beyond_chance"] == 1
    web = found.estimate("gain_web")
    assert web.low < 0.06 < web.high + 0.02
    assert all(each.text("zh") and each.text("en") for each in found.findings)
    assert {"rising.emerging", "rising.growing_large", "rising.broad"} <= {
        each.key for each in found.findings
    }


def test_a_total_is_never_an_industry() -> None:
    table = amounts(DRIFTS, SIZES)
    with_total = table.assign(Total=table.sum(axis=1))
    one, other = (measure_emerging_industries(panel_of(each), "AAA").table for each in (table, with_total))
    pd.testing.assert_frame_equal(one, other)


def test_the_finest_list_is_taken_and_named() -> None:
    fine = amounts(DRIFTS, SIZES).add_prefix("12Ind:")
    coarse = amounts({"A": 0.0, "B": 0.0, "C": 0.0}).add_prefix("3Ind:")
    found = measure_emerging_industries(panel_of(pd.concat([fine, coarse], axis=1)), "AAA")
    assert len(found.table) == 12
    assert "of the list 12Ind" in str(found.findings[0])


def test_a_gain_of_prices_is_said_to_be_one() -> None:
    table = amounts(DRIFTS, SIZES)
    flat = amounts({**DRIFTS, "Web": -0.02}, SIZES)
    both = Panel.concat([panel_of(table), panel_of(flat, "sector_value_added_volume", unit="index")])
    found = measure_emerging_industries(both, "AAA")
    assert found.table.loc["Web", "volume_gain"] < 0
    assert "the gain is one of prices" in str(found.findings[0])


def test_employment_is_a_second_look() -> None:
    jobs = amounts({**DRIFTS, "Web": -0.05}, SIZES)
    both = Panel.concat([panel_of(amounts(DRIFTS, SIZES)), panel_of(jobs, "sector_employment")])
    told = measure_emerging_industries(both, "AAA").findings
    assert "rising.employment_not" in [each.key for each in told]
    alone = measure_emerging_industries(panel_of(jobs, "sector_employment"), "AAA")
    assert "by employment" in str(alone.findings[0])


def test_volumes_of_the_whole_add_up() -> None:
    table = amounts({"A": 0.02, "B": 0.0, "C": -0.02}, noise=0.0)
    shares = table.div(table.sum(axis=1), axis=0)
    relative = relative_volume_growth(table, shares).dropna()
    weights = ((shares + shares.shift(1)) / 2).dropna()
    assert (relative * weights).sum(axis=1).to_numpy() == pytest.approx(0, abs=1e-12)


def test_what_is_not_there_is_refused() -> None:
    table = amounts(DRIFTS)
    assert len(measure_emerging_industries(panel_of(table), "BBB").refusals) == 2
    two = measure_emerging_industries(panel_of(table[["Web", "Care"]]), "AAA")
    assert two.refusals[0].reason.key == "rising.few_items"
    short = measure_emerging_industries(panel_of(table.tail(15)), "AAA")
    assert short.refusals[0].reason.key == "rising.short_items"
    negative = table.copy()
    negative.loc[2010, "Old 3"] = -5.0
    found = measure_emerging_industries(panel_of(negative), "AAA")
    assert [each.subject for each in found.refusals] == ["Old 3"]
    monthly = panel_of(table)
    months = Panel.of(monthly.frame.assign(period=monthly.frame["period"] + "-01"))
    assert isinstance(take_items(months, "AAA", "sector_value_added"), Refusal)


def test_names_of_estimates() -> None:
    assert slug("63Ind:36") == "63ind_36"
    assert slug("Computers & Communications") == "computers_communications"
    assert slug("农业") == "item"


def test_what_passes_is_told_once() -> None:
    """Where only a large one rises by the rules, it is not said first that none does."""
    drifts = {**{f"Old {at}": -0.002 * at for at in range(10)}, "Care": 0.05}
    found = measure_emerging_industries(panel_of(amounts(drifts, {"Care": 400.0})), "AAA")
    keys = [each.key for each in found.findings]
    assert found.table["emerging"].sum() == 0
    assert "rising.large_only" in keys
    assert "rising.none_emerging" not in keys
    assert "rising.growing_large" not in keys


def test_known_codes_are_told_by_their_names() -> None:
    table = amounts(DRIFTS, SIZES)
    codes = {name: f"63Ind:{at}" for at, name in enumerate(table.columns, start=26)}
    found = measure_emerging_industries(panel_of(table.rename(columns=codes)), "AAA")
    assert codes["Web"] == "63Ind:36"
    assert "Warehousing and storage (" in str(found.findings[0])
    assert "仓储业" in found.findings[0].text("zh")
    assert not any("63Ind:" in str(each) for each in found.findings)
