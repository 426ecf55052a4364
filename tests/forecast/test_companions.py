"""The series that a method of several columns takes beside the one to be forecast."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.forecast.companions import on_scale, with_companions
from longwave.forecast.forecast import forecast
from longwave.forecast.scale import Scale

from .made_series import WORDS, autoregression, gdp, yearly

TARGET = gdp(40)
RATE = yearly(autoregression(40, 0.7, 1), first=1970)


def test_columns_are_cut_to_the_run_that_all_share():
    late = RATE.iloc[10:].iloc[::-1]
    run = with_companions(TARGET, {"rate": late}, "var")
    assert (str(run.first), str(run.last), run.values.shape) == ("1980", "2009", (30, 2))
    np.testing.assert_array_equal(run.values, np.column_stack([TARGET.iloc[10:], RATE.iloc[10:]]))


def test_a_gap_in_a_companion_is_a_gap_for_all():
    holed = RATE.copy()
    holed["1985"] = np.nan
    run = with_companions(TARGET, {"rate": holed}, "var")
    assert str(run.first) == "1986"
    assert len(run) == 24


def test_a_companion_may_go_further():
    longer = yearly(np.append(RATE.to_numpy(), [1.0, 2.0]), first=1970)
    assert str(with_companions(TARGET, {"rate": longer}, "var").last) == "2009"


def test_two_with_one_name_and_one_without_do_not_collide():
    run = with_companions(TARGET, {"": RATE, "other": RATE + 1}, "var")
    assert run.values.shape == (40, 3)


@pytest.mark.parametrize(
    ("companions", "named", "end"),
    [
        ({"good": RATE, "late": RATE.iloc[:-1]}, "late", "2008"),
        ({"good": RATE, "empty": RATE * np.nan}, "empty", "–"),
        ({"nothing": pd.Series(dtype=float)}, "nothing", "–"),
        ({"quarters": pd.Series([1.0, 2.0], index=["2009-Q3", "2009-Q4"])}, "quarters", "2009-Q4"),
    ],
)
def test_a_companion_that_ends_first_is_named(companions, named, end):
    found = with_companions(TARGET, companions, "var")
    assert isinstance(found, Refusal)
    assert f"series {named} ends in {end}" in str(found.reason)
    assert "nowcast" in str(found.mend)
    assert found.reason.text("zh")


def test_what_is_refused():
    assert "at least 5" in str(with_companions(TARGET.iloc[:3], {"rate": RATE}, "var").reason)
    assert "at least 5" in str(with_companions(TARGET, {"rate": RATE.iloc[-3:]}, "var").reason)
    infinite = RATE.copy()
    infinite["2000"] = np.inf
    assert "infinite" in str(with_companions(TARGET, {"rate": infinite}, "var").reason)


def test_what_is_an_error():
    with pytest.raises(UsageError, match="theta"):
        with_companions(TARGET, {"rate": RATE}, "theta")
    with pytest.raises(BadInput, match="twice"):
        with_companions(TARGET, {"rate": pd.concat([RATE, RATE.iloc[:1]])}, "var")
    with pytest.raises(BadInput, match="soon"):
        with_companions(TARGET, {"rate": pd.Series([1.0], index=["soon"])}, "var")


def test_each_column_goes_on_the_scale_that_it_can_take():
    values = np.column_stack([[1.0, 2.0], [3.0, 4.0], [-1.0, 2.0]])
    np.testing.assert_allclose(
        on_scale(values, Scale("log")), np.column_stack([np.log(values[:, :2]), values[:, 2]])
    )
    np.testing.assert_array_equal(on_scale(values, Scale("level", low=0.0)), values)
    shares = np.column_stack([[0.2, 0.4], [0.1, 0.9], [0.5, 1.5]])
    np.testing.assert_allclose(
        on_scale(shares, Scale("logit")),
        np.column_stack([np.log(shares[:, :2] / (1 - shares[:, :2])), shares[:, 2]]),
    )


@pytest.mark.parametrize("method", ["var", "bayesian_var"])
def test_a_rate_below_zero_goes_beside_an_amount_on_the_logarithm(method):
    assert RATE.min() < 0
    found = forecast(TARGET, **WORDS, method=method, companions={"rate": RATE}, horizon=4)
    assert found.made_by == method
    assert (np.diff(found.frame.drop(columns="mean").to_numpy(), axis=1) > 0).all()
    assert "logarithm" in str(found.method)


def test_a_companion_that_leads_helps():
    """y follows x by a year: beside x, the forecast of y one step ahead errs less than by y alone."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=61)
    y = np.append(0, x[:-1]) + 0.1 * rng.normal(size=61)
    words = {"variable": "y", "area": "USA", "unit": "percentage points", "horizon": 1, "method": "var"}
    beside = forecast(yearly(y[:60]), **words, companions={"x": yearly(x[:60])})
    alone = forecast(yearly(y[:60]), **words)
    assert abs(beside.frame["0.5"].iloc[0] - y[60]) < 0.5
    assert (
        beside.raw["0.9"].iloc[0] - beside.raw["0.1"].iloc[0]
        < 0.5 * (alone.raw["0.9"] - alone.raw["0.1"]).iloc[0]
    )


def test_a_refusal_carries_the_name_of_the_series():
    found = forecast(TARGET, **WORDS, method="var", companions={"late": RATE.iloc[:-1]})
    assert isinstance(found, Refusal)
    assert found.subject == "real_gdp"
