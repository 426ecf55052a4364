"""Gravity, tariffs and gains from trade against other programs and closed forms.

Poisson: pyfixest 0.60.0 `fepois(..., vcov={"CRV1": pair}, ssc=ssc(k_adj=False), iwls_tol=1e-12)` on the table that
`flows` makes, run once in a separate environment. Its errors leave out the factor (n - 1) / (n - K), K counting the
effects not within clusters, which is put back here. Gains: Arkolakis, Costinot and Rodriguez-Clare (2012): with a
domestic share of .93, 1.4 % at an elasticity of 5, .7 % at 10. Small country: with trade elasticity eps the tariff
that makes income highest is 1/eps (Gros 1987, sigma - 1 = eps).
"""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.trade.gains_from_trade import gain
from longwave.measure.trade.gravity import measure_gravity
from longwave.measure.trade.hat_algebra import counterfactual, world


def flows() -> pd.DataFrame:
    """Twelve countries in four years, without a random number: 528 rows, 52 zeros, one pair that never trades."""
    rows = []
    for t in range(4):
        for i in range(12):
            for j in range(12):
                if i == j:
                    continue
                distance = 1.0 + abs(i - j) + 0.3 * np.sin(7 * i * j) ** 2
                agreement = float((i * j + i + j) % 5 < t)
                ends = 1 + 0.2 * np.cos(3 * i + t) + 0.3 * np.sin(2 * j - t)
                between = -0.9 * np.log(distance) + 0.4 * agreement + 0.2 * np.sin(11 * (i + 2 * j))
                noise = 1 + 0.8 * np.sin(17 * i + 29 * j + 41 * t + i * j * t)
                none = (3 * i + 5 * j + 7 * t) % 11 == 0 or (i, j) == (2, 9)
                flow = 0.0 if none else np.exp(ends + between) * noise
                rows.append((f"c{i:02d}", f"c{j:02d}", str(2000 + t), flow, distance, agreement))
    columns = ["exporter", "importer", "period", "flow", "distance", "agreement"]
    return pd.DataFrame(rows, columns=columns)


def test_poisson_as_in_pyfixest() -> None:
    found = measure_gravity(flows()).table
    expected = {
        "levels_distance": (-0.80111597, 0.06754251, 528, 97),
        "levels_agreement": (0.24175004, 0.08648423, 528, 97),
        "pairs_agreement": (0.19610758, 0.11320714, 524, 96),
    }
    for name, (coefficient, error, rows, counted) in expected.items():
        assert found.loc[name, "coefficient"] == pytest.approx(coefficient, abs=2e-7)
        factor = np.sqrt((rows - 1) / (rows - counted))
        assert found.loc[name, "error"] == pytest.approx(error * factor, rel=1e-5)


def test_gains_from_trade() -> None:
    assert 100 * gain(0.93, 5) == pytest.approx(1.441, abs=5e-4)
    assert 100 * gain(0.93, 10) == pytest.approx(0.723, abs=5e-4)


def test_autarky_costs_what_the_formula_says() -> None:
    trade = np.array([[8.0, 2.0, 1.0], [2.0, 9.0, 1.0], [1.0, 1.0, 5.0]])
    closed = 1e6 * (1 - np.eye(3))
    found = counterfactual(world(trade, np.zeros((3, 3))), closed, 5.0)
    domestic = np.diag(trade) / trade.sum(axis=0)
    np.testing.assert_allclose(1 - found.real_income, [gain(share, 5.0) for share in domestic], rtol=1e-6)


def test_best_tariff_of_a_small_country() -> None:
    trade = np.array([[0.001, 0.001], [0.001, 1000.0]])
    before = world(trade, np.zeros((2, 2)))
    rates = np.arange(0.02, 0.6, 0.005)
    income = [counterfactual(before, np.array([[0, 0], [t, 0]]), 5.0).real_income[0] for t in rates]
    assert rates[int(np.argmax(income))] == pytest.approx(1 / 5, abs=0.006)
