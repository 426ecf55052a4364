from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from longwave.core.errors import NotEnoughData
from longwave.macro.estimate.autoregressive import memory
from longwave.macro.estimate.equation import estimate_equation, estimate_model
from longwave.macro.language.read import read_model

from .made import QUARTERS, bank, model, simulated


def persistent(count: int = 120, rho: tuple[float, ...] = (0.7,), seed: int = 3) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    x, e = np.cumsum(draw.standard_normal(count)), draw.standard_normal(count)
    u = np.zeros(count)
    for step in range(count):
        u[step] = e[step] + sum(r * u[step - lag] for lag, r in enumerate(rho, 1) if step >= lag)
    return pd.DataFrame({"y": 1 + 0.5 * x + u, "x": x}, index=QUARTERS[:count])


def cochrane_orcutt(y: np.ndarray, x: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Regressions in turn until nothing moves: b given rho, rho given b."""
    rho = np.zeros(order)
    for _ in range(2000):
        turned_y = y[order:] - sum(r * y[order - lag : -lag] for lag, r in enumerate(rho, 1))
        turned_x = x[order:] - sum(r * x[order - lag : -lag] for lag, r in enumerate(rho, 1))
        b = np.linalg.lstsq(turned_x, turned_y, rcond=None)[0]
        u = y - x @ b
        lagged = np.column_stack([u[order - lag : -lag] for lag in range(1, order + 1)])
        new = np.linalg.lstsq(lagged, u[order:], rcond=None)[0]
        if np.abs(new - rho).max() < 1e-14:
            break
        rho = new
    return b, rho


@pytest.mark.parametrize("order", [1, 2, 4])
def test_it_is_the_fixed_point_of_cochrane_and_orcutt(order: int) -> None:
    frame = persistent(rho=(0.5, 0.2))
    found = estimate_equation(
        model(f"y = a + b*x estimate errors ar({order})", coefficients="a, b", exogenous="x"),
        "y",
        bank(frame),
    )
    b, rho = cochrane_orcutt(frame["y"].to_numpy(), sm.add_constant(frame["x"].to_numpy()), order)
    np.testing.assert_allclose(list(found.values.values()), [*b, *rho], rtol=1e-8)
    assert memory(found) == pytest.approx(tuple(rho))
    assert found.sample.observations == 120 - order, "the first periods are history"
    assert list(found.values)[2:] == [f"y.rho{lag}" for lag in range(1, order + 1)]
    assert f"order {order}" in found.how.text()


def test_standard_errors_are_those_of_the_conditional_likelihood() -> None:
    """statsmodels' regression with lags of both sides, whose common factor is imposed here, is the check at large n."""
    frame = persistent(240)
    found = estimate_equation(
        model("y = a + b*x estimate errors ar(1)", coefficients="a, b", exogenous="x"), "y", bank(frame)
    )
    exact = sm.tsa.SARIMAX(
        frame["y"].to_numpy(), sm.add_constant(frame["x"].to_numpy()), order=(1, 0, 0)
    ).fit(disp=0)
    np.testing.assert_allclose(list(found.values.values()), exact.params[:3], rtol=0.03)
    np.testing.assert_allclose(found.standard_errors[1:], exact.bse[1:3], rtol=0.1)


def test_close_to_glsar() -> None:
    frame = persistent(240)
    theirs = sm.GLSAR(frame["y"].to_numpy(), sm.add_constant(frame["x"].to_numpy()), rho=1)
    fitted = theirs.iterative_fit(200)
    found = estimate_equation(
        model("y = a + b*x estimate errors ar(1)", coefficients="a, b", exogenous="x"), "y", bank(frame)
    )
    # statsmodels takes rho by Yule-Walker, which shrinks it by about 1/n
    np.testing.assert_allclose(list(found.values.values()), [*fitted.params, *theirs.rho], rtol=0.02)
    np.testing.assert_allclose(found.standard_errors[:2], fitted.bse, rtol=0.05)


def test_a_written_sample_uses_the_data_before_it_or_starts_later() -> None:
    frame = persistent()
    text = "y = a + b*x estimate sample 1962-Q1..1980-Q4 errors ar(2)"
    inside = estimate_equation(model(text, coefficients="a, b", exogenous="x"), "y", bank(frame))
    assert (inside.sample.first, inside.notes[0].key) == ("1962-Q1", "estimate.starts")
    edge = estimate_equation(
        model(text, coefficients="a, b", exogenous="x"), "y", bank(frame.loc["1962-Q1":])
    )
    assert edge.sample.first == "1962-Q3"
    assert any("starts in 1962-Q3" in each.text() for each in edge.notes)
    same = estimate_equation(
        model(text, coefficients="a, b", exogenous="x"), "y", bank(frame), first="1962-Q3", last="1980-Q4"
    )
    assert edge.values == pytest.approx(same.values, rel=1e-8)


def test_errors_that_do_not_die_out_are_told() -> None:
    frame = persistent()
    frame["y"] += 1.1 ** np.arange(120)
    found = estimate_equation(
        model("y = a + b*x estimate errors ar(1)", coefficients="a, b", exogenous="x"), "y", bank(frame)
    )
    assert memory(found)[0] > 1
    assert any("do not die out" in each.text() for each in found.notes)


def test_with_instruments_lags_of_the_equation_are_instruments_too() -> None:
    frame = simulated(200)
    made = model("y = a + b*x + c*z estimate instruments z, v, w errors ar(1)")
    found = estimate_equation(made, "y", bank(frame))
    assert found.method == "2sls"
    assert found.values["b"] == pytest.approx(0.5, abs=0.1)
    assert abs(memory(found)[0]) < 0.2
    assert len(found.instruments) == 7, "constant, three named, y(-1), x(-1), z(-1)"


def test_a_regime_with_memory_needs_its_own_past() -> None:
    frame = persistent().assign(s=lambda f: (np.arange(len(f)) < 60) * 1.0)
    text = """model m
exogenous x, s
coefficient a, b, c
behavioural y: y = a + b*x when s == 1 estimate errors ar(1)
behavioural y: y = c + 0.5*x
"""
    made = read_model(text)
    found = estimate_equation(made, made.equations[0].name, bank(frame))
    assert (found.sample.first, found.sample.last, found.sample.observations) == ("1960-Q2", "1974-Q4", 59)
    frame["s"] = (np.arange(len(frame)) % 2) * 1.0
    with pytest.raises(NotEnoughData):
        estimate_equation(made, made.equations[0].name, bank(frame))


def test_the_model_keeps_rho() -> None:
    made = model("y = a + b*x estimate errors ar(1)", coefficients="a, b", exogenous="x")
    found = estimate_model(made, bank(persistent()))
    assert found.refusals == ()
    assert found.model.values["y.rho1"] == pytest.approx(found.values["y.rho1"])
