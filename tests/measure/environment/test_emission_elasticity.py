"""Elasticities recovered from made-up countries, and what is refused."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.environment.emission_elasticity import NAME, measure_elasticity
from longwave.measure.measurement import MEASURES, Measure

CODES = ["USA", "CHN", "DEU", "FRA", "GBR", "JPN", "IND", "BRA", "ZAF", "MEX", "TUR", "POL", "ESP", "ITA"]
CODES += ["CAN", "AUS", "KOR", "IDN", "EGY", "NGA", "ARG", "CHL", "PER", "COL", "THA", "VNM", "MYS", "PHL"]


@cache
def countries(bend: float = 0.0, *, few: bool = False, seed: int = 1) -> Panel:
    """Countries 1995-2020 with energy a head going by .5 of income, bent by `bend` on its square; own errors besides."""
    rng = np.random.default_rng(seed)
    frames = []
    for place, code in enumerate(CODES[:8] if few else CODES):
        years = np.arange(1995, 2021)
        income = np.log(800) + 4.2 * place / len(CODES) + np.cumsum(rng.normal(0.02, 0.03, len(years)))
        energy = 2 + 0.5 * income + bend * (income - 8.5) ** 2 + np.cumsum(rng.normal(0, 0.01, len(years)))
        for name, values, unit in (
            ("gdp_per_person", income, "USD, constant"),
            ("energy_use_per_person", energy, "kg of oil equivalent per person"),
            ("co2_intensity", energy - income - 5, "kg CO2 per 2021 PPP $ of GDP"),
        ):
            frame = pd.DataFrame({"period": years.astype(str), "value": np.exp(values)})
            frames.append(frame.assign(area=code, variable=name, unit=unit, source="made"))
    return Panel.of(pd.concat(frames, ignore_index=True))


def test_emission_elasticity_compares_countries() -> None:
    measure = MEASURES.get(NAME)
    assert isinstance(measure, Measure)
    assert measure.across


def test_elasticities_are_those_put_in() -> None:
    found = measure_elasticity(countries(), "USA")
    for name in ("energy_own", "energy_two_way", "energy_differences", "co2_own", "co2_differences"):
        one = found.estimate(name)
        assert one.low < 0.5 < one.high, name
        assert one.high - one.low < 0.6


def test_no_turning_point_in_a_straight_line() -> None:
    refused = {one.subject: one.reason.key for one in measure_elasticity(countries(), "USA").refusals}
    assert refused["energy_turning_point"] in {"environment.no_turn", "environment.turn_unseen"}


def test_turning_point_that_was_seen() -> None:
    found = measure_elasticity(countries(-0.35), "USA").estimate("energy_turning_point")
    turn = np.exp(8.5 + 0.5 / 0.7)
    assert found.low < turn < found.high


def test_turning_point_beyond_all_incomes() -> None:
    found = measure_elasticity(countries(-0.04), "USA")
    assert "energy_turning_point" not in {one.name for one in found.estimates}


def test_few_countries_are_refused() -> None:
    found = measure_elasticity(countries(few=True), "USA")
    assert {"energy_two_way", "energy_differences"} <= {one.subject for one in found.refusals}
    assert found.estimate("energy_own")


def test_an_area_without_figures() -> None:
    found = measure_elasticity(countries(), "SWE")
    refused = {one.subject for one in found.refusals}
    assert {"energy_use_per_person", "co2_intensity"} <= refused
    assert found.estimate("energy_two_way")


def test_zeros_of_the_area_are_refused() -> None:
    frame = countries().frame.copy()
    mine = (
        (frame["area"] == "USA")
        & (frame["variable"] == "energy_use_per_person")
        & (frame["period"] == "2001")
    )
    frame.loc[mine, "value"] = 0.0
    found = measure_elasticity(Panel.of(frame), "USA")
    assert ("energy_use_per_person", "measure.not_positive") in {
        (one.subject, one.reason.key) for one in found.refusals
    }
    assert "energy_own" not in {one.name for one in found.estimates}


def test_nothing_at_all() -> None:
    found = measure_elasticity(Panel.empty(), "USA")
    assert not found.estimates
    assert found.refusals


def test_sentences_in_both_languages() -> None:
    found = measure_elasticity(countries(), "USA")
    assert all(each.text("zh") and each.text("en") for each in found.findings)
    assert found.findings[-1].key == "environment.gdp_in_both"
    assert pytest.approx(0.5, abs=0.2) == found.estimate("energy_own").value
