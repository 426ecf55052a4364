import numpy as np
import pandas as pd
import pytest

from longwave.core.dating import DatingState
from longwave.measure.measurement import TableMeasure, of_table
from longwave.measure.own_table import of_own_table
from longwave.measure.skills.beveridge_curve import (
    NAME,
    beveridge_curve,
    efficient_unemployment,
    efficient_unemployment_with,
    measure_beveridge,
)


def made(n: int = 120, cut: int = 60, shift: float = 0.6, noise: float = 0.03, seed: int = 1) -> pd.DataFrame:
    """Quarters of a curve with elasticity 0.8 that lies further out after `cut`."""
    rng = np.random.default_rng(seed)
    u = np.exp(-3 + 0.3 * np.sin(np.arange(n) / 5) + rng.normal(0, 0.02, n))
    v = np.exp(-6 - 0.8 * np.log(u) + shift * (np.arange(n) >= cut) + rng.normal(0, noise, n))
    periods = [f"{1990 + at // 4}-Q{at % 4 + 1}" for at in range(n)]
    return pd.DataFrame({"period": periods, "unemployment_rate": u, "vacancy_rate": v})


def test_a_shifted_curve_is_found() -> None:
    found = measure_beveridge(made())
    passed = [each for each in found.datings if each.state is DatingState.PASSED]
    assert [each.period for each in passed] == ["2004-Q4"]
    assert passed[0].reason is None
    shift = found.estimate("beveridge_shift_1")
    assert shift.low <= 0.6 <= shift.high
    last = found.estimate("beveridge_elasticity_2005_q1_2019_q4")
    assert last.low <= 0.8 <= last.high
    assert "skills.shifted_out" in [each.key for each in found.findings]
    assert all(each.text("zh") and each.text("en") for each in found.findings)
    assert found.tests[0].rejected


def test_one_curve_has_no_break() -> None:
    found = measure_beveridge(made(shift=0.0))
    assert [each.state for each in found.datings] == [DatingState.NO_BREAK]
    assert "skills.beveridge_no_break" in [each.key for each in found.findings]


def test_order_of_rows_does_not_matter() -> None:
    table = made()
    one, other = measure_beveridge(table), measure_beveridge(table.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(one.table, other.table)


def test_percent_for_fractions_changes_the_elasticity_not() -> None:
    table = made()
    u, v = table["unemployment_rate"].to_numpy(), table["vacancy_rate"].to_numpy()
    one, other = beveridge_curve(u, v), beveridge_curve(100 * u, 100 * v)
    assert [each.elasticity.value for each in one.regimes] == pytest.approx(
        [each.elasticity.value for each in other.regimes]
    )


def test_rates_in_per_cent_are_taken_as_such_and_it_is_said() -> None:
    table = made()
    rates = ["unemployment_rate", "vacancy_rate"]
    plain, found = measure_beveridge(table), measure_beveridge(table.assign(**(100 * table[rates])))
    pd.testing.assert_frame_equal(found.table, plain.table)
    assert "per cent" in found.findings[-1].text("en")
    assert [one.value for one in found.estimates] == pytest.approx([one.value for one in plain.estimates])
    assert not any(one.key == "skills.taken_as_per_cent" for one in plain.findings)


def test_bad_tables_are_refused_in_a_sentence() -> None:
    whole = made()
    cases = {
        "skills.no_rows": whole.assign(vacancy_rate=np.nan),
        "skills.not_a_share": whole.assign(vacancy_rate=100 * whole["vacancy_rate"]),
        "skills.not_above_zero": whole.assign(vacancy_rate=[0.0, *whole["vacancy_rate"][1:]]),
        "skills.period_twice": pd.concat([whole, whole.head(1)]),
        "skills.constant": whole.assign(unemployment_rate=0.05),
        "skills.few_periods": whole.head(5),
        "skills.mixed_frequency": pd.concat([whole, whole.head(1).assign(period="2031")]),
        "skills.exact_fit": whole.assign(vacancy_rate=0.001 / whole["unemployment_rate"]),
    }
    for key, table in cases.items():
        found = measure_beveridge(table)
        assert found.refusals[0].reason.key == key
        assert not found.estimates
        assert found.refusals[0].reason.text("zh")


def test_few_periods_still_give_the_efficient_rate() -> None:
    found = measure_beveridge(made().head(5))
    assert len(found.table) == 5
    assert found.findings[0].key in {"skills.efficient_above", "skills.efficient_below"}


def test_without_enough_periods_no_break_is_looked_for() -> None:
    found = measure_beveridge(made(n=30, cut=15))
    assert found.refusals[0].subject == "beveridge_breaks"
    assert len(found.estimates) == 1


def test_the_door_and_the_measure_fit() -> None:
    measure = of_table()[NAME]
    assert isinstance(measure, TableMeasure)
    table = made().rename(columns=str.upper)
    assert of_own_table(measure, table).estimates


def test_efficiency_needs_figures_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        efficient_unemployment(np.array([0.0]), np.array([0.1]))
    with pytest.raises(ValueError, match="above zero"):
        efficient_unemployment_with(np.array([0.1]), np.array([0.1]), -1.0)
    with pytest.raises(ValueError, match="twelve"):
        beveridge_curve(np.linspace(0.04, 0.05, 6), np.linspace(0.04, 0.03, 6))
