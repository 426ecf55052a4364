from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import coint

from longwave.core.errors import UsageError
from longwave.macro.estimate.equation import estimate_equation
from longwave.macro.estimate.error_correction import engle_granger, long_run
from longwave.macro.language.read import read_model

from .made import QUARTERS, bank


def tied(count: int = 200, seed: int = 4, *, together: bool = True) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    y = 5 + np.cumsum(0.005 + 0.01 * draw.standard_normal(count))
    shocks = 0.005 * draw.standard_normal(count)
    c = np.zeros(count)
    c[0] = 0.2 + 0.9 * y[0]
    for t in range(1, count):
        pull = -0.3 * (c[t - 1] - 0.2 - 0.9 * y[t - 1]) if together else 0.0
        c[t] = c[t - 1] + pull + 0.4 * (y[t] - y[t - 1]) + shocks[t]
    return pd.DataFrame({"C": np.exp(c), "Y": np.exp(y)}, index=QUARTERS[:count])


def two_equations() -> object:
    text = """model ecm
exogenous Y
endogenous C, CL
coefficient a, k, b0, b1, g
behavioural L for CL: log(CL) = a + k*log(Y)
behavioural C: dlog(C) = b0 + b1*dlog(Y) + g*(log(C(-1)) - a - k*log(Y(-1)))
"""
    return read_model(text)


def test_two_steps_find_what_was_put_in() -> None:
    frame = tied()
    found = engle_granger(two_equations(), "L", "C", bank(frame.assign(CL=frame["C"])))
    assert found.levels.values["k"] == pytest.approx(0.9, abs=0.05)
    assert found.changes.values["g"] == pytest.approx(-0.3, abs=0.1)
    assert set(found.changes.values) == {"b0", "b1", "g"}
    assert {each.name: each.rejected for each in found.tests} == {
        "engle_granger": True,
        "phillips_ouliaris": True,
    }
    assert "unit root" in found.tests[0].null.text()
    assert set(found.values) == {"a", "k", "b0", "b1", "g"}
    apart = tied(together=False, seed=11)
    found = engle_granger(two_equations(), "L", "C", bank(apart.assign(CL=apart["C"])))
    assert not any(each.rejected for each in found.tests)


def test_the_unit_root_test_is_that_of_statsmodels() -> None:
    frame = tied()
    found = engle_granger(two_equations(), "L", "C", bank(frame.assign(CL=frame["C"])))
    test = next(each for each in found.tests if each.name == "engle_granger")
    lags = test.method.values["lags"]
    statistic, p_value, _ = coint(np.log(frame["C"]), np.log(frame["Y"]), maxlag=lags, autolag=None)
    assert test.statistic == pytest.approx(statistic, rel=1e-8)
    assert test.p_value == pytest.approx(p_value, abs=1e-10)
    automatic = coint(np.log(frame["C"]), np.log(frame["Y"]), autolag="AIC")
    assert test.statistic == pytest.approx(automatic[0], rel=1e-8)


def test_phillips_and_ouliaris_without_lags_is_dickey_and_fuller() -> None:
    """With errors of the Dickey-Fuller regression uncorrelated the correction is small: Z_t is near the plain t."""
    frame = tied()
    found = engle_granger(two_equations(), "L", "C", bank(frame.assign(CL=frame["C"])))
    statistic, *_ = coint(np.log(frame["C"]), np.log(frame["Y"]), maxlag=0, autolag=None)
    other = next(each for each in found.tests if each.name == "phillips_ouliaris")
    assert other.statistic == pytest.approx(statistic, rel=0.1)


def test_one_step_nonlinear_and_free_levels_agree() -> None:
    data = bank(tied())
    text = (
        "model m\nexogenous Y\ncoefficient b0, b1, g, k, h\nbehavioural C: dlog(C) = b0 + b1*dlog(Y) + {}\n"
    )
    named = estimate_equation(
        read_model(text.format("g*(log(C(-1)) - k*log(Y(-1)))").replace(", h", "")), "C", data
    )
    free = estimate_equation(
        read_model(text.format("g*log(C(-1)) + h*log(Y(-1))").replace(", k", "")), "C", data
    )
    found = long_run(free, "g", ["h"])[0]
    assert found.value == pytest.approx(named.values["k"], rel=1e-7)
    one = named.coefficient("k")
    assert (found.low, found.high) == pytest.approx((one.low, one.high), rel=1e-5)
    assert found.value == pytest.approx(0.9, abs=0.02)


def test_what_does_not_fit_is_refused() -> None:
    frame = tied()
    text = """model m
exogenous Y
endogenous C, CL
coefficient k, b0, b1, g
behavioural L for CL: log(CL) = k*log(Y)
behavioural C: dlog(C) = b0 + b1*dlog(Y) + g*(log(C(-1)) - k*log(Y(-1)))
"""
    data = bank(frame.assign(CL=frame["C"]))
    found = engle_granger(read_model(text), "L", "C", data)
    assert found.tests == ()
    assert "constant" in found.untested[0].reason.text()
    with pytest.raises(UsageError, match="uses no coefficient"):
        engle_granger(read_model(text.replace("- k*log(Y(-1))", "- log(Y(-1))")), "L", "C", data)
