"""Kaya of made-up economies whose factors are known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from longwave.core.estimate import RANGE, Estimate, Grade, Sample
from longwave.core.message import say
from longwave.core.panel import Panel
from longwave.measure.environment.kaya import NAME, decoupling, measure_kaya
from longwave.measure.measurement import MEASURES

Make = Callable[..., Panel]
UNITS = {
    "co2_intensity": "kg CO2 per 2021 PPP $ of GDP",
    "energy_use_per_person": "kg of oil equivalent per person",
    "real_gdp_usd": "million USD, constant",
    "real_gdp": "million USD, constant 2017",
    "gdp_per_person": "USD, constant",
    "population": "million persons",
}


def economy(
    output: float = 0.02,
    carbon: float = -0.03,
    *,
    drop: tuple[str, ...] = (),
    energy_to: int = 2023,
    noise: float = 0.004,
    **changed: dict[int, float],
) -> Panel:
    """AAA, 1990-2024: people grow 1 % a year, energy a person .5 %; output and carbon per unit of output as given."""
    rng = np.random.default_rng(5)
    years = np.arange(1990, 2025)
    t = years - 1990
    people = 10 * np.exp(0.01 * t)
    gdp = 1e5 * np.exp(output * t + rng.normal(0, noise, len(t)))
    made = {
        "co2_intensity": 0.4 * np.exp(carbon * t + rng.normal(0, noise, len(t))),
        "energy_use_per_person": 3000 * np.exp(0.005 * t + rng.normal(0, noise, len(t))),
        "real_gdp_usd": gdp,
        "gdp_per_person": gdp / people,
        "population": people,
    }
    frames = []
    for name, values in made.items():
        if name in drop:
            continue
        series = dict(zip(years, values, strict=True)) | changed.get(name, {})
        last = energy_to if name == "energy_use_per_person" else 2024
        rows = [(str(year), value) for year, value in series.items() if year <= last]
        frame = pd.DataFrame(rows, columns=["period", "value"])
        frames.append(frame.assign(area="AAA", variable=name, unit=UNITS[name], source="made"))
    return Panel.of(pd.concat(frames, ignore_index=True))


def test_kaya_is_in_the_catalogue() -> None:
    assert MEASURES.get(NAME).dimension == "environment"


def test_effects_add_up_to_the_change() -> None:
    found = measure_kaya(economy(), "AAA")
    for window in ("decade", "whole"):
        parts = [
            found.estimate(f"{part}_effect_{window}").value
            for part in ("population", "income", "energy", "carbon")
        ]
        assert sum(parts) == pytest.approx(found.estimate(f"emissions_change_{window}").value, abs=1e-12)


def test_slopes_are_those_put_in() -> None:
    found = measure_kaya(economy(), "AAA")
    assert found.estimate("output_trend").low < 0.02 < found.estimate("output_trend").high
    assert found.estimate("emissions_trend").low < -0.01 < found.estimate("emissions_trend").high
    assert (
        found.estimate("energy_intensity_trend").low
        < 0.015 - 0.02
        < found.estimate("energy_intensity_trend").high
    )


def test_energy_that_ends_early_is_said() -> None:
    keys = [one.key for one in measure_kaya(economy(), "AAA").findings]
    assert "environment.energy_ends" in keys
    assert "environment.energy_ends" not in [
        one.key for one in measure_kaya(economy(energy_to=2024), "AAA").findings
    ]


@pytest.mark.parametrize(
    ("output", "carbon", "kind"),
    [
        (0.02, -0.05, "absolute"),
        (0.04, -0.02, "rising"),
        (0.02, 0.03, "none"),
        (-0.02, -0.03, "slump"),
        (0.0, -0.03, "unclear"),
    ],
)
def test_decoupling_is_told(output: float, carbon: float, kind: str) -> None:
    found = measure_kaya(economy(output, carbon), "AAA")
    assert f"environment.decoupling_{kind}" == found.findings[0].key


def test_decoupling_needs_intervals() -> None:
    def slope(low: float, high: float) -> Estimate:
        return Estimate(
            "x",
            (low + high) / 2,
            low,
            high,
            "share a year",
            say("measure.nothing"),
            Sample(11, "2014", "2024"),
            Grade.C,
        )

    up, down, either = slope(0.01, 0.02), slope(-0.02, -0.01), slope(-0.01, 0.01)
    assert decoupling(down, up, down) == "absolute"
    assert decoupling(either, up, down) == "relative"
    assert decoupling(down, either, down) == "unclear"
    assert decoupling(either, up, either) == "unclear"


def test_missing_factors_are_refused_by_name() -> None:
    found = measure_kaya(economy(drop=("energy_use_per_person",)), "AAA")
    assert "energy_use_per_person" in {one.subject for one in found.refusals}
    assert found.estimate("emissions_trend")
    gone = measure_kaya(economy(drop=("co2_intensity",)), "AAA")
    assert [one.subject for one in gone.refusals] == ["co2_intensity"]
    assert not gone.estimates
    bare = measure_kaya(economy(drop=("real_gdp_usd",)), "AAA")
    assert [one.subject for one in bare.refusals] == ["real_gdp_usd"]


def test_zeros_are_refused() -> None:
    found = measure_kaya(economy(energy_use_per_person={2000: 0.0}), "AAA")
    assert ("energy_use_per_person", "measure.not_positive") in {
        (one.subject, one.reason.key) for one in found.refusals
    }
    assert not any("carbon_effect" in one.name for one in found.estimates)
    gone = measure_kaya(economy(co2_intensity={2001: -1.0}), "AAA")
    assert [one.reason.key for one in gone.refusals] == ["measure.not_positive"]


def test_people_as_published_where_income_is_not() -> None:
    found = measure_kaya(economy(drop=("gdp_per_person",)), "AAA")
    same = measure_kaya(economy(), "AAA")
    assert found.estimate("income_effect_whole").value == pytest.approx(
        same.estimate("income_effect_whole").value
    )


def test_no_figure_ten_years_before() -> None:
    panel = economy()
    short = Panel(panel.frame[panel.frame["period"] >= "2017"].reset_index(drop=True))
    found = measure_kaya(short, "AAA")
    assert not any(one.name.endswith(("_decade", "_trend")) for one in found.estimates)
    assert any(one.reason.key == "environment.no_decade" for one in found.refusals)


def test_table_is_an_index() -> None:
    table = measure_kaya(economy(), "AAA").table
    shown = ["emissions", "population", "income", "energy_intensity", "carbon_intensity"]
    np.testing.assert_allclose(table.loc["1990", shown].to_numpy(float), 100)
    product = (
        table[["population", "income", "energy_intensity", "carbon_intensity"]]
        .div(100)
        .prod(axis=1, min_count=4)
    )
    np.testing.assert_allclose(
        product.dropna(), table["emissions"].loc[product.dropna().index] / 100, rtol=1e-9
    )


def test_sentences_in_both_languages() -> None:
    for each in measure_kaya(economy(), "AAA").findings:
        assert each.text("en")
        assert each.text("zh")


def test_effects_are_arithmetic_and_their_bounds_are_of_neighbouring_years() -> None:
    """Emissions that halved have halved: no interval of a slope may put that in doubt."""
    found = measure_kaya(economy(0.02, -0.05), "AAA")
    change = found.estimate("emissions_change_whole")
    assert change.level == RANGE
    assert change.low <= change.value <= change.high < 0
    people = found.estimate("population_effect_whole")
    assert people.high - people.low < 0.05
    widths = []
    for changed in ({}, {"real_gdp_usd": {2023: 3e5}}):
        decade = measure_kaya(economy(0.02, -0.05, energy_to=2024, **changed), "AAA").estimate(
            "energy_effect_decade"
        )
        widths.append(decade.high - decade.low)
    assert widths[1] > 1.5 * widths[0]


def test_a_slump_is_told_without_a_double_negative() -> None:
    told = measure_kaya(economy(-0.02, -0.03), "AAA").findings[0].text("en")
    assert "fell by -" not in told and "fell by 2" in told.replace("1.9", "2")
