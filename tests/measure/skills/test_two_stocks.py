import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.skills.two_stocks import measure_skill_stocks, replacement_lag, two_stocks


def made(n: int = 30, fall: float = 0.05, rise: float = 0.08, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    at = np.arange(n)
    return pd.DataFrame(
        {
            "period": [str(1990 + each) for each in at],
            "old": 100 * np.exp(-fall * at + rng.normal(0, 0.01, n)),
            "new": 5 * np.exp(rise * at + rng.normal(0, 0.01, n)),
        }
    )


def test_both_rates_come_back() -> None:
    found = measure_skill_stocks(made())
    fall, rise = found.estimate("old_falls"), found.estimate("new_rises")
    assert fall.low <= 0.05 <= fall.high
    assert rise.low <= 0.08 <= rise.high
    keys = [each.key for each in found.findings]
    assert keys[:3] == ["skills.old_expected", "skills.new_expected", "skills.shortfall"]
    assert "skills.lag" in keys
    assert all(each.text("zh") for each in found.findings)


def test_what_is_wanted_gives_the_mismatch() -> None:
    table = made().assign(old_wanted=1.0, new_wanted=3.0)
    found = measure_skill_stocks(table)
    assert found.table["mismatch"].between(0, 1).all()
    assert not found.refusals
    assert measure_skill_stocks(made()).refusals[0].subject == "mismatch"


def test_stocks_that_move_the_other_way_are_told_so() -> None:
    keys = [each.key for each in measure_skill_stocks(made(fall=-0.05, rise=-0.08)).findings]
    assert keys[:2] == ["skills.old_opposite", "skills.new_opposite"]


def test_the_lag_by_hand() -> None:
    lost = np.array([0.0, 10, 20, 30, 40, 50])
    gained = np.array([0.0, 0, 0, 10, 20, 60])
    lag = replacement_lag(lost, gained, np.arange(6))
    assert np.isnan(lag[:3]).all()
    assert list(lag[3:5]) == [2, 2]
    assert np.isnan(lag[5])


@given(scale=st.floats(0.01, 100))
def test_units_do_not_matter(scale: float) -> None:
    table = made()
    old, new = table["old"].to_numpy(), table["new"].to_numpy()
    one, other = (two_stocks(factor * old, factor * new, np.arange(30)) for factor in (1.0, scale))
    assert other.fall.value == pytest.approx(one.fall.value, abs=1e-9)
    assert other.shortfall == pytest.approx(one.shortfall, abs=1e-9)


def test_quarters_have_rates_a_year() -> None:
    table = made().assign(period=[f"{1990 + at // 4}-Q{at % 4 + 1}" for at in range(30)])
    assert measure_skill_stocks(table).estimate("old_falls").value == pytest.approx(0.2, abs=0.01)


def test_bad_tables_are_refused_in_a_sentence() -> None:
    whole = made()
    cases = {
        "skills.no_rows": whole.assign(new=np.nan),
        "skills.not_above_zero": whole.assign(new=[0.0, *whole["new"][1:]]),
        "skills.few_periods": whole.head(4),
        "skills.constant": whole.assign(old=3.0),
        "skills.period_twice": pd.concat([whole, whole.tail(1)]),
        "skills.exact_fit": whole.assign(old=100 * 0.5 ** np.arange(30)),
    }
    for key, table in cases.items():
        assert measure_skill_stocks(table).refusals[0].reason.key == key
    with pytest.raises(ValueError, match="eight periods"):
        two_stocks(np.ones(3), np.ones(3), np.arange(3))
