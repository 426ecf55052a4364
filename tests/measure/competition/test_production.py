import numpy as np
import pandas as pd
import pytest

from longwave.measure.competition.production import NAME, control_function, measure_production

LABOUR, CAPITAL, PERSISTENCE = 0.6, 0.4, 0.7


def industry(rng, firms=150, years=8, start=30):
    """Firms that settle labour when half of the year's productivity is known, and materials when all of it is; wages
    differ between firms (Ackerberg, Caves and Frazer 2015, their first design in outline)."""
    wage, omega, capital = np.zeros(firms), rng.normal(0, 0.3, firms), rng.normal(0, 1, firms)
    rows = []
    for year in range(start + years):
        middle = np.sqrt(PERSISTENCE) * omega + rng.normal(0, 0.15, firms)
        omega = np.sqrt(PERSISTENCE) * middle + rng.normal(0, 0.15, firms)
        wage = 0.3 * wage + rng.normal(0, 0.1, firms)
        labour = (np.log(LABOUR) - wage + CAPITAL * capital + np.sqrt(PERSISTENCE) * middle) / (1 - LABOUR)
        materials = CAPITAL * capital + LABOUR * labour + omega
        output = materials + rng.normal(0, 0.1, firms)
        if year >= start:
            columns = {"value_added": output, "labour": labour, "capital": capital, "materials": materials}
            frame = pd.DataFrame({name: np.exp(values) for name, values in columns.items()})
            rows.append(frame.assign(firm=[f"f{one}" for one in range(firms)], period=str(2000 + year)))
        capital = np.log(
            0.8 * np.exp(capital) + 0.2 * np.exp(0.9 * omega + 0.5 * capital + rng.normal(0, 0.7, firms))
        )
    return pd.concat(rows, ignore_index=True)


def test_the_control_function_recovers_what_least_squares_cannot():
    table = industry(np.random.default_rng(0), firms=300).sort_values(["firm", "period"], ignore_index=True)
    logs = np.log(table[["value_added", "labour", "capital", "materials"]].to_numpy())
    first = (table["period"] == "2000").to_numpy()
    found = control_function(*logs.T, np.where(first, -1, np.arange(len(table)) - 1))
    assert found.labour == pytest.approx(LABOUR, abs=0.05)
    assert found.capital == pytest.approx(CAPITAL, abs=0.1)
    assert 0.4 < found.persistence < 0.9


@pytest.mark.slow
def test_elasticities_are_recovered_where_least_squares_is_wrong():
    found = measure_production(industry(np.random.default_rng(0)))
    assert found.measure == NAME == "production_function"
    labour, capital = found.estimate("labour_elasticity"), found.estimate("capital_elasticity")
    assert labour.low < LABOUR < labour.high
    assert capital.low < CAPITAL < capital.high
    assert labour.value == pytest.approx(LABOUR, abs=0.06)
    assert found.table.loc["least_squares", "labour"] > LABOUR + 0.2
    assert all(one.text("zh") for one in found.findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labour": 0.0}, "above zero"),
        ({"materials": np.nan}, "no row"),
        ({"period": "2000"}, "twice"),
        ({"labour": 1.0}, "No elasticities"),
    ],
)
def test_refusals(change, words):
    found = measure_production(industry(np.random.default_rng(1), firms=60, years=3).assign(**change))
    assert found.table.empty
    assert words in str(found.refusals[0].reason)


def test_few_firms_and_no_neighbouring_years():
    table = industry(np.random.default_rng(2), firms=20, years=3)
    assert "at least 50" in str(measure_production(table).refusals[0].reason)
    x = np.random.default_rng(0).normal(size=(100, 4))
    with pytest.raises(ValueError, match="neighbouring"):
        control_function(*x.T, np.full(100, -1))
