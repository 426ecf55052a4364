"""Conditional forecasts against the closed form of a linear Gaussian model."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import SolveError, UsageError
from longwave.macro.conditional import conditional
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.scenario import Scenario

AR = "model m exogenous z endogenous x, y behavioural x: x = 0.7*x(-1) + z behavioural y: y = 0.5*x + 0.2*y(-1)"


def _scenario(text: str = AR) -> Scenario:
    bank = Databank.from_frame(pd.DataFrame({"x": 1.0, "y": 1.0, "z": 0.3}, index=range(2000, 2010)))
    return Scenario(read_model(text), bank, "2001", "2005")


def _responses() -> np.ndarray:
    """dx(t)/de(s) of x = .7 x(-1) + e."""
    return np.array([[0.7 ** (t - s) if t >= s else 0.0 for s in range(5)] for t in range(5)])


def test_the_most_likely_path_is_the_conditional_mean() -> None:
    found = conditional(_scenario(), {("x", "2003"): 2.0, ("x", "2005"): 0.0}, {"x.add": 0.4})
    whole, rows = _responses(), [2, 4]
    gap = np.array([2.0, 0.0]) - 1.0
    picked = whole[rows]
    shocks = picked.T @ np.linalg.solve(picked @ picked.T, gap)
    assert found.shocks["x.add"].to_numpy() == pytest.approx(shocks, abs=1e-9)
    covariance = 0.16 * (np.eye(5) - picked.T @ np.linalg.solve(picked @ picked.T, picked))
    spread = np.sqrt(np.clip(np.diag(whole @ covariance @ whole.T), 0.0, None))
    band = found.bands["x"]
    assert (band["high_0.95"] - band["low_0.95"]).to_numpy() == pytest.approx(2 * 1.959964 * spread, abs=1e-6)
    assert found.distance == pytest.approx(shocks @ shocks / 0.16)


def test_several_shocks_share_by_their_size() -> None:
    found = conditional(_scenario(), {("y", "2001"): 2.0}, {"x.add": 0.4, "y.add": 0.8})
    gain = np.array([0.5 * 0.16, 0.64])
    gain = gain / (0.5 * gain[0] + gain[1])
    base = _scenario().series("y")["2001"]
    assert found.shocks.iloc[0].to_numpy() == pytest.approx(gain * (2.0 - base), abs=1e-9)
    assert found.solution.series("y")["2001"] == pytest.approx(2.0)


def test_conditions_hold_in_models_that_are_not_linear() -> None:
    text = "model m exogenous z endogenous x, y behavioural x: dlog(x) = z/10 identity y = exp(x) + y(-1)"
    found = conditional(_scenario(text), {("y", "2004"): 60.0}, {"x.add": 0.1})
    assert found.solution.series("y")["2004"] == pytest.approx(60.0, rel=1e-8)
    assert 0.0 < found.p_value <= 1.0


def test_what_cannot_be_met_is_named() -> None:
    with pytest.raises(SolveError, match="y"):
        conditional(
            _scenario("model m exogenous z endogenous x, y behavioural x: x = z identity y = z"),
            {("y", "2003"): 5.0},
            {"x.add": 1.0},
        )
    for conditions, shocks in (
        ({("z", "2003"): 1.0}, {"x.add": 1.0}),
        ({("x", "2020"): 1.0}, {"x.add": 1.0}),
        ({("x", "2003"): 1.0}, {"y": 1.0}),
        ({("x", "2003"): 1.0}, {"x.add": 0.0}),
    ):
        with pytest.raises(UsageError):
            conditional(_scenario(), conditions, shocks)
