import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.rising.gains import CHANCE, share_gains, worst_without_best

YEARS = range(1990, 2021)


def shares(drifts: list[float], noise: float = 0.02, seed: int = 1, persistence: float = 0.0) -> pd.DataFrame:
    """Shares of items of equal size whose amounts drift on each other by so much a year, adding up to 1."""
    rng = np.random.default_rng(seed)
    errors = rng.normal(0, noise, (len(YEARS), len(drifts)))
    for at in range(1, len(YEARS)):
        errors[at] += persistence * errors[at - 1]
    logs = np.cumsum(np.array(drifts) + errors, axis=0)
    amounts = np.exp(logs)
    table = pd.DataFrame(amounts / amounts.sum(axis=1, keepdims=True), index=list(YEARS))
    return table.rename(columns=str)


def test_what_gains_is_found_with_its_interval() -> None:
    found = share_gains(shares([0.0] * 20 + [0.05]))
    assert found is not None
    assert found.years == (2000, 2010, 2020)
    gain = next(one for one in found.measured if one.item == "20")
    assert gain.passes
    assert found.beyond_chance >= {"20"}
    assert gain.whole.low <= 0.05 <= gain.whole.high
    assert found.passing()[0].item == "20"


@pytest.mark.parametrize("persistence", [0.0, 0.5])
def test_chance_is_kept_down_among_many(persistence: float) -> None:
    """A reduced form of benchmarks/rising_gains.py: where nothing drifts, one list in ten may name
    something."""
    named = 0
    for seed in range(12):
        found = share_gains(shares([0.0] * 10, seed=seed, persistence=persistence))
        assert found is not None
        named += bool(found.beyond_chance)
    # Of 12 lists at ten per cent, more than 4 would come once in two hundred times.
    assert named <= 4


def test_the_share_that_passes_the_rules_by_chance() -> None:
    changes = np.random.default_rng(2).normal(size=(6000, 20))
    passing = np.mean([worst_without_best(one) > 0 for one in changes])
    assert passing == pytest.approx(CHANCE, abs=0.012)


def test_one_leap_does_not_pass() -> None:
    table = shares([0.0] * 6, noise=0.001)
    amounts = table.copy()
    amounts.loc[2005:, "0"] *= 3
    amounts.loc[2015:, "0"] *= 3
    found = share_gains(amounts.div(amounts.sum(axis=1), axis=0))
    assert found is not None
    leaping = next(one for one in found.measured if one.item == "0")
    assert leaping.whole.value > 0.05
    assert leaping.without_best < 0.001


@given(factor=st.floats(0.01, 100))
@settings(max_examples=4)
def test_a_common_factor_changes_nothing(factor: float) -> None:
    table = shares([0.01, 0.0, -0.01])
    one, other = share_gains(table), share_gains(factor * table)
    assert one is not None
    assert other is not None
    assert [each.whole.value for each in one.measured] == pytest.approx(
        [each.whole.value for each in other.measured], abs=1e-9
    )


def test_gaps_zeros_and_still_items_are_passed_over() -> None:
    table = shares([0.0] * 5)
    table.loc[2005, "1"] = np.nan
    table.loc[2006, "2"] = 0.0
    table["3"] = 0.2
    found = share_gains(table)
    assert found is not None
    assert found.passed_over == ("1", "2", "3")
    assert share_gains(table.drop(index=2012)) is None
    assert share_gains(table.head(15)) is None
    assert share_gains(pd.DataFrame()) is None
