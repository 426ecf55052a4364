"""Openness, terms of trade and gains from trade on made-up shares."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.area import areas
from longwave.core.estimate import RANGE
from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES, Measurement, TableMeasure
from longwave.measure.own_table import of_own_table
from longwave.measure.trade.gains_from_trade import gain, measure_gains
from longwave.measure.trade.openness import measure_openness, predict
from longwave.measure.trade.terms_of_trade import measure_terms, two_year_change

YEARS = np.arange(1980, 2024)


def panel(**series: dict[int, float] | np.ndarray) -> Panel:
    units = {"terms_of_trade": "index 2015=100"}
    frames = []
    for name, values in series.items():
        known = values if isinstance(values, dict) else dict(zip(YEARS, values, strict=True))
        frame = pd.DataFrame({"period": [str(year) for year in known], "value": list(known.values())})
        frames.append(
            frame.assign(area="AAA", variable=name, unit=units.get(name, "share of GDP"), source="made")
        )
    return Panel.of(pd.concat(frames, ignore_index=True))


def keys(found: Measurement) -> dict[str, str]:
    return {one.subject: one.reason.key for one in found.refusals}


@pytest.mark.parametrize("name", ["openness", "terms_of_trade", "gains_from_trade", "gains_from_trade_own"])
def test_registered(name: str) -> None:
    assert MEASURES.get(name).dimension == "trade"


# Gains


@given(st.floats(1e-3, 1.0), st.floats(0.5, 20.0))
def test_gain_is_a_share_and_falls_with_the_elasticity(domestic: float, elasticity: float) -> None:
    assert 0 <= gain(domestic, elasticity) < 1
    assert gain(domestic, elasticity + 1) <= gain(domestic, elasticity)


@pytest.mark.parametrize("bad", [(0.0, 5), (-0.1, 5), (1.01, 5), (0.5, 0), (np.nan, 5)])
def test_gain_of_what_is_no_share(bad: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="share"):
        gain(*bad)


def test_gains_range_over_the_elasticity() -> None:
    found = measure_gains(panel(exports_share=np.full(44, 0.10), imports_share=np.full(44, 0.12)), "AAA")
    one = found.estimate("gains_from_trade")
    share = 0.9 / 1.02
    assert (one.low, one.value, one.high) == pytest.approx((gain(share, 10), gain(share, 5), gain(share, 3)))
    assert str(one.grade) == "D" and one.level == RANGE
    assert one.as_dict()["interval"]["level"] is None
    assert [each.key for each in found.findings] == ["trade.gains_bound", "trade.gains_trap"]
    assert "at most" not in found.findings[0].text("en") and "至多" not in found.findings[0].text("zh")


def test_ports_have_no_share_at_home() -> None:
    found = measure_gains(panel(exports_share=np.full(44, 1.8), imports_share=np.full(44, 1.6)), "AAA")
    assert keys(found) == {"gains_from_trade": "trade.no_domestic_share"}
    assert not found.estimates
    below = measure_gains(panel(exports_share=np.full(44, 0.2), imports_share=np.full(44, -0.1)), "AAA")
    assert keys(below) == {"gains_from_trade": "trade.negative_share"}


def test_own_gains() -> None:
    entry = MEASURES.get("gains_from_trade_own")
    assert isinstance(entry, TableMeasure)
    table = pd.DataFrame(
        {
            "period": ["2020", "2021"],
            "gross_output": [100.0, 110],
            "exports": [10.0, 11],
            "imports": [7.0, 7.45],
        }
    )
    found = of_own_table(entry, table)
    share = 99 / (99 + 7.45)
    assert found.estimate("gains_from_trade").value == pytest.approx(gain(share, 5))
    for column, value, key in (
        ("exports", 200.0, "trade.no_domestic_share"),
        ("imports", -1.0, "trade.own_negative"),
        ("gross_output", np.nan, "trade.own_empty"),
    ):
        assert [one.reason.key for one in of_own_table(entry, table.assign(**{column: value})).refusals] == [
            key
        ]
    assert [one.reason.key for one in of_own_table(entry, pd.concat([table, table])).refusals] == [
        "trade.own_twice"
    ]
    holed = of_own_table(entry, table.assign(exports=[10.0, np.nan]))
    assert holed.findings[0].key == "trade.own_left_out" and "2021" in holed.findings[0].text("en")
    (more,) = of_own_table(entry, table.assign(exports=200.0)).refusals
    assert more.mend is not None and more.mend.key == "trade.check_gross_output"


# Terms of trade


def terms(**more: dict[int, float] | np.ndarray) -> Panel:
    index = 100 * np.exp(0.02 * np.sin(YEARS))
    index[-1] = 0.85 * index[-3]
    return panel(terms_of_trade=index, **more)


def test_shock_and_its_income_effect() -> None:
    """Exporters and importers of goods face the same price change with different weights: the effect spans both."""
    imports, exports = {2021: 0.30, 2022: 0.32, 2023: 0.40}, {2021: 0.50, 2022: 0.52, 2023: 0.44}
    found = measure_terms(terms(imports_share=imports, exports_share=exports), "AAA")
    change, effect = found.estimate("terms_of_trade_change"), found.estimate("terms_of_trade_income_effect")
    assert change.value == pytest.approx(-0.15)
    assert (change.level, effect.level) == (1.0, RANGE)
    assert (effect.low, effect.high) == pytest.approx((-0.15 * 0.50, -0.15 * 0.30))
    assert effect.value == pytest.approx(-0.15 * (0.35 + 0.47) / 2)
    assert str(effect.grade) == "D"
    assert found.findings[0].key == "trade.terms_shock"


def test_income_effect_needs_both_shares() -> None:
    assert keys(measure_terms(terms(), "AAA")) == {"terms_of_trade_income_effect": "measure.missing"}
    old = measure_terms(terms(imports_share={1990: 0.3}, exports_share={2023: 0.3}), "AAA")
    assert keys(old) == {"terms_of_trade_income_effect": "trade.no_trade_share"}
    bad = measure_terms(terms(imports_share={2023: -0.3}, exports_share={2023: 0.3}), "AAA")
    assert keys(bad) == {"terms_of_trade_income_effect": "trade.negative_share"}


def test_a_goods_index_tells_nothing_on_income_where_services_are_most_of_trade() -> None:
    ports = measure_terms(terms(imports_share={2023: 1.85}, exports_share={2023: 2.1}), "AAA")
    assert keys(ports) == {"terms_of_trade_income_effect": "trade.trade_too_wide"}
    assert "income_effect" not in [each.key for each in ports.findings]
    assert ports.table["income_effect"].isna().all()


def test_two_year_change_needs_both_years() -> None:
    index = pd.Series([100.0, 110.0, 121.0], index=[2000, 2001, 2003])
    assert two_year_change(index).to_dict() == {2003: pytest.approx(0.1)}
    gap = {int(year): 100.0 + year % 7 for year in YEARS if year != 2021}
    assert (
        keys(measure_terms(panel(terms_of_trade=gap), "AAA"))["terms_of_trade_change"] == "trade.no_two_years"
    )


def test_terms_that_cannot_be() -> None:
    assert keys(measure_terms(panel(terms_of_trade={2000: 0.0, 2001: 1.0}), "AAA")) == {
        "terms_of_trade": "measure.not_positive"
    }
    assert keys(measure_terms(panel(exports_share={2000: 0.1}), "AAA")) == {
        "terms_of_trade": "measure.missing"
    }


# Openness


def world(gap: float = 0.0, *, countries: int = 90, turn: int | None = None) -> Panel:
    """Countries whose log openness is 1 - .2 ln people + .1 ln income with errors of .3; the first lies `gap` above."""
    rng = np.random.default_rng(11)
    codes = [code for code, area in areas().items() if not area.aggregate][:countries]
    frames = []
    for place, code in enumerate(codes):
        people, income = rng.normal(2, 1.5), rng.normal(9, 1)
        level = -0.6 - 0.2 * people + 0.1 * income + (gap if place == 0 else rng.normal(0, 0.3))
        years = YEARS if place == 0 else YEARS[-3:]
        t = years - 1980
        path = level + np.random.default_rng(place).normal(0, 0.01, len(t))
        if turn is not None and place == 0:
            path = path + 0.03 * np.minimum(t, turn - 1980) - 0.03 * np.maximum(t - (turn - 1980), 0)
        shares = np.exp(path) / 2
        heads = np.full(len(t), np.exp(income))
        for name, values, unit in (
            ("exports_share", shares, "share of GDP"),
            ("imports_share", shares, "share of GDP"),
            ("gdp_per_person", heads, "USD, constant"),
            ("real_gdp_usd", heads * np.exp(people), "million USD, constant"),
        ):
            frame = pd.DataFrame({"period": [str(year) for year in years], "value": values})
            frames.append(frame.assign(area=code, variable=name, unit=unit, source="made"))
    return Panel.of(pd.concat(frames, ignore_index=True))


def first() -> str:
    return next(code for code, area in areas().items() if not area.aggregate)


@pytest.mark.parametrize(("gap", "key"), [(0.0, "within_band"), (2.0, "above_band"), (-2.0, "below_band")])
def test_place_among_countries(gap: float, key: str) -> None:
    found = measure_openness(world(gap), first())
    assert f"trade.{key}" in [each.key for each in found.findings]
    assert found.estimate("openness_gap").value == pytest.approx(gap, abs=0.25)
    assert found.estimate("openness_gap").level == 0.9


def test_turn_of_openness() -> None:
    found = measure_openness(world(turn=2005), first())
    told = {each.key: each for each in found.findings}
    assert told["trade.turned_down"].values["period"] in {"2004", "2005", "2006"}
    assert found.estimate("openness_trend").high < 0


def test_a_jump_is_no_turn() -> None:
    """A devaluation doubles the share of trade in a year; afterwards it drifts down. Nothing turned."""
    t = np.arange(len(YEARS))
    noise = np.random.default_rng(4).normal(0, 0.01, len(t))
    path = np.where(t < 22, np.log(0.1) + 0.014 * t, np.log(0.25) - 0.02 * (t - 22)) + noise
    found = measure_openness(panel(exports_share=np.exp(path), imports_share=np.exp(path)), "AAA")
    told = {each.key: each for each in found.findings}
    assert "trade.turned_down" not in told
    assert float(str(told["trade.jumped"].values["jump"])) > 50


def test_openness_that_ended_long_ago_is_told_as_old() -> None:
    shares = {year: 0.1 + 0.001 * (year % 7) for year in range(1940, 1961)}
    newer = {2010: 0.05, 2024: 0.06}
    made = panel(exports_share=shares, imports_share=shares, unemployment_rate=newer)
    found = measure_openness(made, "AAA")
    assert found.findings[0].key == "measure.old_figures"
    assert "1960" in found.findings[0].text("en") and "64" in found.findings[0].text("en")
    assert {str(one.grade) for one in found.estimates} == {"D"}
    gains = measure_gains(made, "AAA")
    assert gains.findings[0].key == "measure.old_figures"
    alone = measure_openness(panel(exports_share=shares, imports_share=shares), "AAA")
    assert alone.findings[0].key == "trade.openness_level"


def test_too_few_countries() -> None:
    assert keys(measure_openness(world(countries=30), first()))["openness_gap"] == "trade.no_band"


def test_openness_without_shares_or_sizes() -> None:
    whole = world()
    alone = Panel(
        whole.frame[whole.frame["variable"].isin(["exports_share", "imports_share"])].reset_index(drop=True)
    )
    assert keys(measure_openness(alone, first()))["openness_gap"] == "trade.no_size"
    none = Panel(whole.frame[whole.frame["variable"] != "imports_share"].reset_index(drop=True))
    assert keys(measure_openness(none, first())) == {"imports_share": "measure.missing"}


def test_prediction_band_covers_what_it_says() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(400):
        x = rng.normal(size=31)
        y = 1 + 0.5 * x + rng.normal(0, 0.4, 31)
        frame = pd.DataFrame({"y": y, "x": x})
        expected, half = predict(frame.iloc[:30], frame.iloc[30])
        inside += abs(y[30] - expected) <= half
    assert inside / 400 == pytest.approx(0.9, abs=0.04)


def test_collinear_others() -> None:
    frame = pd.DataFrame({"y": np.arange(10.0), "x": np.ones(10)})
    with pytest.raises(ValueError, match="countries"):
        predict(frame, frame.iloc[0])
