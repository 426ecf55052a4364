"""The door: what does not hold together is told with its place; what is read is what was written."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from longwave.core.errors import BadInput, LongwaveError, UnitMismatch
from longwave.core.message import LANGUAGES, catalogue
from longwave.decide.investment import door, read
from longwave.decide.investment.plan import Spread
from longwave.decide.investment.read import plan_of_flows, read_plan

from .plans import content, opening

LINES = [{"name": "Ore", "kind": "revenue", "value": 30}]


def line(**other: Any) -> dict[str, Any]:
    return opening(line=[{"name": "Ore", "kind": "revenue"} | other])


WRONG: list[tuple[dict[str, Any], str]] = [
    (content(wacc="8"), "wacc"),
    (content(wacc=8), "0.08"),
    (content(wacc=[0.1, 0.08, 0.06]), "contradict"),
    (content(wacc=float("nan")), "wacc"),
    (content(wacc={"low": 0.05}), "wacc"),
    (content(tax=25), "0.25"),
    (content(currency=""), "currency"),
    (content(currency=978), "currency"),
    (content(prices="constant"), "prices"),
    (content(start="soon"), "start"),
    (content(start=2026.5), "start"),
    (content(opening=[]), "[[opening]]"),
    (content(opening={"name": "x"}), "[[opening]]"),
    (content(opening(), opening()), "twice"),
    (content(opening(lifetime=-5)), "lifetime"),
    (content(opening(lifetime=0)), "lifetime"),
    (content(opening(outlays="100")), "outlays"),
    (content(opening(outlays=1e308)), "outlays"),
    (content(opening(outlays=10**400)), "outlays"),
    (content(opening(outlays={"2020": 5})), "2020"),
    (content(opening(outlays={"then": 5})), "then"),
    (content(opening(line=[])), "line"),
    (content(line(value=True)), "True"),
    (content(line(value=-1)), "-1"),
    (content(line(values={"2027": 1, "2029": 2})), "2028"),
    (content(line(values=[1, 2])), "20"),
    (content(line(value=1, values=[1] * 20)), "not both"),
    (content(line(value=1, growth=2.5)), "growth"),
    (content(line(valeu=1)), "value"),
    (content(line(value=1, first=2020)), "2020"),
    (content(line(value=1, follows={"gdp": "a lot"})), "gdp"),
    (content(line(value=1, follows={"inflation": 1})), "inflation"),
    (content(opening(line=[*LINES, {"name": "n", "kind": "net", "value": 1}])), "net"),
    (content(opening(wait={"kind": "deadline", "until": 2020})), "2020"),
    (content(opening(wait={"kind": "maybe"})), "maybe"),
    (content(opening(depreciation={"method": "declining"})), "rate"),
    (content(opening(requires="Other")), "no other opening"),
    (
        content(opening(exclusive="z"), opening(name="Mine", requires="Pit", exclusive="z")),
        "never be done together",
    ),
    (content(opening(outlays={"2026": 100, "2027": 50, "2030": 20})), "operation"),
    (content(wacc=-0.3), "-0.3"),
    (content(driver={"oil": {"growth": 0.1}}), "oil"),
    (content(weights={"forecast": 0.5}), "0.5"),
    (content(weights={"boom": 1}), "boom"),
    (content(scenario=[{"name": "era", "lines": {"Ore": 1}}]), "era"),
    (content(scenario=[{"name": "x"}]), "x"),
    (content(scenario=[{"name": "x", "lines": {"Gold": 1}}]), "Gold"),
    (content(correlation=[{"drivers": ["a"], "value": 1}]), "drivers"),
    (content(limits={"share": 0.5}), "budget"),
    (content(limits={"loss_probability": 35}), "0.35"),
    (content(nmae="x"), "name"),
    (content(opening(name="x" * 5000)), "80"),
    (content(opening(name="a\x00b")), "printable"),
]


@pytest.mark.parametrize(("tables", "word"), WRONG)
def test_what_is_wrong_is_told_with_its_place(tables: dict[str, Any], word: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_plan(tables)
    assert word in caught.value.text("en")
    assert len(caught.value.text("en")) < 500
    assert re.search(r"[\u4e00-\u9fff]", caught.value.text("zh"))


@pytest.mark.parametrize("key", ["name", "currency", "prices", "start", "tax", "opening"])
def test_what_is_missing_is_named(key: str) -> None:
    tables = content()
    del tables[key]
    with pytest.raises(BadInput, match=key):
        read_plan(tables)


def test_nominal_flows_at_a_real_rate_are_refused() -> None:
    with pytest.raises(UnitMismatch) as caught:
        read_plan(content(prices="nominal"))
    assert "current prices" in str(caught.value) and "constant prices" in str(caught.value)


def test_a_rate_without_its_prices_is_refused() -> None:
    tables = content()
    del tables["wacc_prices"]
    with pytest.raises(BadInput, match="wacc_prices"):
        read_plan(tables)


def test_every_fault_has_its_sentence() -> None:
    import inspect

    from longwave.decide.investment import decision, drivers, follow_up
    from longwave.workflows.decide import invest_file, invest_scenarios

    for module in (door, read, decision, drivers, follow_up, invest_file, invest_scenarios):
        for what in re.findall(r'fault\(\s*"([a-z_]+)"', inspect.getsource(module)):
            assert set(catalogue()[f"investment.bad_{what}"]) == set(LANGUAGES)


def test_lists_tables_and_rules_say_the_same() -> None:
    years = range(2027, 2047)
    by_rule = read_plan(content(line(value=10, growth=0.05)))
    by_list = read_plan(content(line(values=[10 * 1.05**n for n in range(20)])))
    by_table = read_plan(content(line(values={str(y): 10 * 1.05 ** (y - 2027) for y in years})))
    wanted = by_rule.openings[0].lines[0].parts[0].values
    for plan in (by_list, by_table):
        assert plan.openings[0].lines[0].parts[0].values == pytest.approx(wanted)


def test_the_median_of_a_triangle_is_that_of_draws() -> None:
    spread = Spread(0.5, 1.0, 2.0)
    draws = np.random.default_rng(0).triangular(0.5, 1.0, 2.0, 400_000)
    shares = np.array([0.05, 0.3, 0.5, 0.95])
    assert spread.at(shares) == pytest.approx(np.quantile(draws, shares), abs=0.01)


def test_a_table_of_flows_becomes_a_plan() -> None:
    plan = plan_of_flows(
        {"a": {2026: -100, 2027: -20, 2028: 60, 2029: 90}}, name="t", currency="EUR", prices="nominal"
    )
    assert plan.openings[0].outlays == {2026: 100, 2027: 20}
    assert plan.openings[0].lines[0].parts[0].values == (60, 90)
    assert plan.wacc is None


@pytest.mark.parametrize("flows", [{2026: -1, 2028: 3}, {2026: -1, 2027: -2}])
def test_flows_with_a_hole_or_without_income_are_refused(flows: dict[int, float]) -> None:
    with pytest.raises(LongwaveError):
        plan_of_flows({"a": flows}, name="t", currency="EUR", prices="nominal")
