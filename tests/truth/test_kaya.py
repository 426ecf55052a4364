"""The Kaya decomposition against a worked example and against reported changes.

LMDI-I by hand: factors 100 -> 110, 10 -> 12, 5 -> 4, 2 -> 1.8, product 10000 -> 9504, L = 496 / ln(10000 / 9504) = 9749.9;
929.264, 1777.616, -2175.627, -1027.254 (Ang 2005's formula for the additive form, worked anew).

On the packs: decompositions of 2000-2019 and elasticities computed apart from this code when the policy reference was made
(Penn World Table 10.01 with carbon intensity and energy use per person; linearmodels 7.0, errors clustered by country).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel
from longwave.measure.environment.decomposition import decompose
from longwave.measure.environment.emission_elasticity import measure_elasticity
from longwave.measure.environment.factors import NAMES, Factors, read_factors


def test_worked_example() -> None:
    found = decompose([100, 10, 5, 2], [110, 12, 4, 1.8])
    assert (found.start, found.end) == pytest.approx((10000, 9504))
    np.testing.assert_allclose(found.effects, [929.264, 1777.616, -2175.627, -1027.254], atol=5e-4)
    assert abs(found.residual) < 1e-9


@pytest.fixture(scope="module")
def accounts(world_pack: Path) -> Panel:
    """Penn World Table output and people beside carbon intensity and energy use: what the reference figures rest on."""
    frame = pd.read_parquet(world_pack / "panel.parquet")
    codes = {
        "rgdpna": ("real_gdp", "million USD, constant 2017"),
        "pop": ("population", "million persons"),
        "co2_intensity_of_economic_output_kg_co2_per_2021_ppp_of_gdp": (
            "co2_intensity",
            "kg CO2 per 2021 PPP $ of GDP",
        ),
        "energy_use_per_person": ("energy_use_per_person", "kg of oil equivalent per person"),
    }
    rows = frame[frame["is_country"] & frame["variable"].isin(list(codes)) & (frame["year"] >= 1990)]
    names = rows["variable"].astype(str)
    return Panel.of(
        pd.DataFrame(
            {
                "area": rows["iso3"].astype(str),
                "variable": names.map({code: name for code, (name, _) in codes.items()}),
                "period": rows["year"].astype(str),
                "value": rows["value"].astype(float),
                "unit": names.map({code: unit for code, (_, unit) in codes.items()}),
                "source": rows["source"].astype(str),
            }
        )
    )


@pytest.mark.parametrize(
    ("area", "effects", "change"),
    [
        ("USA", (14.2, 20.0, -36.7, -14.5), -17.1),
        ("CHN", (15.9, 170.9, -22.8, -47.5), 116.5),
        ("DEU", (2.3, 18.7, -30.9, -10.7), -20.6),
    ],
)
def test_published_decompositions(
    accounts: Panel, area: str, effects: tuple[float, ...], change: float
) -> None:
    found = read_factors(accounts, area)
    assert isinstance(found, Factors)
    assert found.other_accounts
    parts = decompose(found.table.loc[2000, list(NAMES)], found.table.loc[2019, list(NAMES)])
    np.testing.assert_allclose(100 * parts.shares, effects, atol=0.06)
    assert 100 * (parts.end / parts.start - 1) == pytest.approx(change, abs=0.06)


def test_elasticities_of_the_panel(accounts: Panel) -> None:
    found = measure_elasticity(accounts, "USA")
    carbon, energy = found.estimate("co2_two_way"), found.estimate("energy_two_way")
    assert carbon.value == pytest.approx(0.73, abs=0.005)
    assert (carbon.high - carbon.low) / 2 / 1.97 == pytest.approx(0.09, abs=0.005)
    assert energy.value == pytest.approx(0.41, abs=0.005)
    # The reference says .55 and .45 for differences, on a sample that it does not describe to the country.
    assert found.estimate("co2_differences").value == pytest.approx(0.55, abs=0.03)
    assert found.estimate("energy_differences").value == pytest.approx(0.45, abs=0.04)
