"""The measure frontier_distance: a made-up world whose distances are known."""

import time

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.frontier.envelopment import efficiency
from longwave.measure.measurement import MEASURES
from longwave.measure.productivity.frontier_distance import (
    World,
    efficiency_interval,
    frontier_makers,
    measure_distance,
)

UNITS = {
    "gdp_ppp": "million USD, constant 2017",
    "capital_stock_ppp": "million USD, constant 2017",
    "employment": "million persons",
    "human_capital": "index",
}


def world(economies=60, years=range(1990, 2020), schooled=True, seed=0, frontier_growth=0.01):
    """Economies with output = exp(g t) k^.4 h^.6 times their efficiency; A00 catches up from .4 to .8."""
    rng = np.random.default_rng(seed)
    level = np.exp(-np.abs(rng.normal(0, 0.5, economies)))
    rows = []
    start = np.exp(rng.normal(3, 0.7, economies))
    for at, year in enumerate(years):
        for one in range(economies):
            share = (
                0.4 * 2 ** (at / (len(years) - 1)) if one == 0 else level[one] * np.exp(rng.normal(0, 0.01))
            )
            labour, schooling, deep = 2.0 + one, 2.0 + 0.01 * at, start[one] * np.exp(0.01 * at)
            effort = labour * (schooling if schooled else 1.0)
            made = np.exp(frontier_growth * at) * deep**0.4 * effort * share
            values = {"gdp_ppp": made, "capital_stock_ppp": deep * effort, "employment": labour}
            if schooled:
                values["human_capital"] = schooling
            rows += [[f"A{one:02d}", name, str(year), value, UNITS[name]] for name, value in values.items()]
    frame = pd.DataFrame(rows, columns=["area", "variable", "period", "value", "unit"])
    return Panel.of(frame.assign(source="s"))


def test_catching_up_is_found_with_its_pace():
    found = measure_distance(world(), "A00")
    table = found.table
    true = np.log(2) / 29
    # The frontier that is seen lies inside the true one, by much the same part every year.
    assert table["efficiency_change"].mean() == pytest.approx(true, abs=0.004)
    assert table["technical_change"].mean() == pytest.approx(0.01, abs=0.004)
    np.testing.assert_allclose(
        table["malmquist"].dropna(), (table["efficiency_change"] + table["technical_change"]).dropna()
    )
    assert 0.4 < table["efficiency"].iloc[0] < 0.5
    low, high = table.loc["2019", ["efficiency_low", "efficiency_high"]]
    assert low < 0.8 < high
    # The interval reaches to the score without the economies that make the frontier there.
    assert high >= table.loc["2019", "efficiency"]
    peers = next(one for one in found.findings if one.key == "productivity.frontier_peers")
    assert high == pytest.approx(peers.values["without"])
    assert all(one.text(lang) for one in found.findings for lang in ("en", "zh"))


def test_scores_are_those_of_the_linear_programme():
    panel = world(years=range(2018, 2020))
    frame = panel.frame[panel.frame["period"] == "2019"].pivot(
        index="area", columns="variable", values="value"
    )
    labour = frame["employment"] * frame["human_capital"]
    x = np.column_stack([frame["capital_stock_ppp"], labour])
    scores = efficiency(x, frame[["gdp_ppp"]].to_numpy(), orientation="output")
    found = measure_distance(panel, "A07").table.loc["2019", "efficiency"]
    assert found == pytest.approx(scores[7], rel=1e-6)


def test_small_economies_do_not_make_the_frontier_but_are_measured():
    panel = world()
    frame = panel.frame.copy()
    tiny = (frame["area"] == "A05") & frame["variable"].isin(["gdp_ppp", "capital_stock_ppp", "employment"])
    frame.loc[tiny, "value"] *= 0.01
    frame.loc[(frame["area"] == "A05") & (frame["variable"] == "gdp_ppp"), "value"] *= 50
    changed = Panel.of(frame)
    before, after = (measure_distance(each, "A00").table["efficiency"] for each in (panel, changed))
    assert after.iloc[-1] >= before.iloc[-1] - 1e-12
    own = measure_distance(changed, "A05")
    assert own.table["efficiency"].iloc[-1] == pytest.approx(1.0)
    assert any(one.key == "productivity.on_frontier" for one in own.findings)


def test_without_schooling_labour_is_persons():
    found = measure_distance(world(schooled=False), "A00")
    assert "persons)" in str(found.findings[0])
    assert "human capital" not in str(found.findings[0])


def test_national_prices_are_no_levels(economy):
    found = measure_distance(economy(), "AAA")
    assert found.table.empty
    assert found.refusals[0].reason.key == "productivity.no_ppp"


def test_few_economies_make_no_world():
    found = measure_distance(world(economies=12), "A00")
    assert found.refusals[0].reason.key == "productivity.few_economies"


def test_aggregates_are_no_economies():
    panel = world(economies=40, years=range(2010, 2020))
    frame = panel.frame
    total = frame[frame["area"] == "A01"].assign(area="WLD")
    total.loc[total["variable"] == "gdp_ppp", "value"] *= 100
    found = measure_distance(Panel.of(pd.concat([frame, total])), "A00")
    np.testing.assert_allclose(found.table["efficiency"], measure_distance(panel, "A00").table["efficiency"])


def test_the_frontier_is_named():
    shape = World(("a", "b", "c"), np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.8, 1.5]))
    assert frontier_makers(shape, "c") == ("b",)
    assert set(frontier_makers(World(("a", "b", "d"), shape.depth, np.array([1.0, 1.2, 2.0])), "b")) == {
        "a",
        "d",
    }


def test_a_hundred_and_thirty_economies_over_sixty_years_take_less_than_three_seconds():
    panel = world(economies=130, years=range(1960, 2020))
    start = time.process_time()
    found = measure_distance(panel, "A00")
    assert time.process_time() - start < 3
    assert len(found.table) == 60


def test_coverage_is_near_what_is_printed():
    """The full study is benchmarks/frontier_coverage.py."""
    rng = np.random.default_rng(4)
    hits = []
    for sample in range(12):
        depth, truth = np.exp(rng.normal(0, 1, 130)), np.exp(-np.abs(rng.normal(0, 0.6, 130)))
        shape = World(tuple(map(str, range(130))), depth, depth**0.35 * truth)
        for one in range(0, 130, 10):
            _, low, high = efficiency_interval(shape, str(one), seed=sample)
            hits.append(low <= truth[one] <= high)
    assert np.mean(hits) > 0.9


def test_it_is_a_measure_across_areas():
    assert MEASURES.get("frontier_distance").across
