"""Allocation: known optima, limits kept, nothing squeezed in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import SolveError
from longwave.decide.early_warning.allocation import allocate
from longwave.decide.early_warning.positions import Limits, Portfolio, portfolio_of


def book(caps: Limits | None = None, **columns: list[float]) -> Portfolio:
    table = {"name": ["A", "B", "C"], "area": ["USA", "CHN", "CHN"], "amount": [50.0, 30.0, 20.0]}
    rest = {"pd": [0.05, 0.01, 0.02], "lgd": [0.5, 0.5, 0.5], "limit": [60.0, 60.0, 40.0]}
    return portfolio_of(pd.DataFrame(table | rest | columns), caps)


def rates(portfolio: Portfolio) -> pd.Series:
    return portfolio.table["pd"] * portfolio.table["lgd"]


def test_money_goes_to_the_safest_up_to_its_limit() -> None:
    found = allocate(book(), rates(book()))
    assert found.table["best"].tolist() == pytest.approx([0, 60, 40])
    assert found.loss_best == pytest.approx(60 * 0.005 + 40 * 0.01)
    assert (found.aim, found.unplaced, found.moved) == ("loss", 0, pytest.approx(50))


def test_with_returns_the_loss_may_not_rise() -> None:
    rich = book(**{"return": [0.09, 0.02, 0.03]})
    found = allocate(rich, rates(rich))
    assert found.aim == "return"
    assert found.gain_best >= found.gain_now
    assert found.loss_best <= found.loss_now * (1 + 1e-6)


def test_without_a_limit_nothing_is_raised() -> None:
    some = book(limit=[60.0, np.nan, 40.0])
    found = allocate(some, rates(some))
    assert found.table["best"].tolist() == pytest.approx([30, 30, 40])


def test_what_finds_no_room_is_told() -> None:
    tight = book(limit=[10.0, 30.0, 20.0])
    found = allocate(tight, rates(tight))
    assert found.unplaced == pytest.approx(40)
    assert found.table["best"].tolist() == pytest.approx([10, 30, 20])


def test_caps_are_of_the_whole() -> None:
    capped = book(Limits(areas={"CHN": 0.6}))
    found = allocate(capped, rates(capped))
    assert found.table["best"].tolist() == pytest.approx([40, 60, 0])


def test_contradictions_are_refused() -> None:
    wrong = book(Limits(areas={"CHN": 0.1}), least=[0.0, 30.0, 0.0])
    with pytest.raises(SolveError):
        allocate(wrong, rates(wrong))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(0.001, 0.3), st.floats(0, 150)), min_size=2, max_size=8),
    st.floats(0.2, 1),
)
def test_limits_hold_whatever_the_book(rows: list[tuple[float, float, float]], single: float) -> None:
    table = pd.DataFrame(rows, columns=["amount", "pd", "limit"])
    table["name"] = [f"N{n}" for n in range(len(rows))]
    table["lgd"] = 0.45
    portfolio = portfolio_of(table, Limits(single=single))
    found = allocate(portfolio, rates(portfolio))
    best = found.table["best"].to_numpy()
    slack = 1e-6 * portfolio.total
    assert np.all(best <= table["limit"] + slack)
    assert np.all(best <= single * portfolio.total + slack)
    assert best.sum() + found.unplaced == pytest.approx(portfolio.total)


@pytest.mark.parametrize("returns", [None, [0.05, 0.06, 0.06]])
def test_money_that_a_limit_frees_is_not_forced_into_risk(returns: list[float] | None) -> None:
    """A must fall to 10; lending all of that to B and C again would lose more than the book loses now."""
    columns = {"pd": [0.01, 0.03, 0.03], "limit": [10.0, 60.0, 60.0]}
    tight = book(**columns, **({"return": returns} if returns else {}))
    found = allocate(tight, rates(tight))
    assert found.loss_best <= found.loss_now * (1 + 1e-6)
    # 40 of A lose .2 a year, which carries 13.33 of B and C.
    assert found.unplaced == pytest.approx(40 - 40 / 3, abs=1e-4)
