"""What equations missed: by hand, in every form that shocks may enter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.language.read import read_model
from longwave.macro.stochastic.residuals import Residuals, historical_residuals, residual_table

from .made_models import MODELS, bank, noise

RNG = np.random.default_rng(4)
AS_THEY_ARE = Residuals(demean=False)


def table(text: str, columns: dict[str, np.ndarray], residuals: Residuals = AS_THEY_ARE, before="2010"):
    system = bind(read_model(text))
    return residual_table(system, bank(columns), residuals, system.vector(), Period.parse(before))


def test_the_residual_is_what_the_add_factor_must_be() -> None:
    y, x = np.exp(RNG.normal(size=30).cumsum() * 0.1 + 3), RNG.normal(size=30)
    found = table(
        "endogenous y  exogenous x  behavioural y: dlog(y) = 0.3*x + 0.1*dlog(y(-1))", {"y": y, "x": x}
    )
    growth = np.diff(np.log(y))
    np.testing.assert_allclose(found.values[:, 0], growth[1:] - 0.3 * x[2:] - 0.1 * growth[:-1], atol=1e-14)
    assert found.columns == ("y.add",)
    assert found.periods[0] == "1952"
    assert found.periods[-1] == "1979"


def test_add_factors_that_are_there_change_nothing() -> None:
    y = RNG.normal(size=30)
    plain = table("endogenous y  behavioural y: y = 0.5*y(-1)", {"y": y})
    added = table("endogenous y  behavioural y: y = 0.5*y(-1)", {"y": y, "y.add": np.full(30, 7.0)})
    np.testing.assert_allclose(plain.values, added.values)


def test_a_named_error_term_may_stand_anywhere_as_a_line() -> None:
    y, x, own = RNG.normal(size=30), RNG.uniform(1, 2, size=30), np.full(30, np.nan)
    text = "endogenous y  exogenous x, y_aerr  identity y - x*y_aerr = 0.5*y(-1)"
    found = table(text, {"y": y, "x": x, "y_aerr": own}, Residuals(columns=("y_aerr",), demean=False))
    np.testing.assert_allclose(found.values[:, 0], (y[1:] - 0.5 * y[:-1]) / x[1:])


def test_autoregressive_errors_leave_their_innovations() -> None:
    y, x = RNG.normal(size=30), RNG.normal(size=30)
    system = bind(
        read_model(
            "endogenous y exogenous x coefficient c = 2\nbehavioural y: y = c*x estimate ols errors ar(1)"
        )
    )
    found = historical_residuals(system, bank({"y": y, "x": x}), ["y.add"], system.vector({"y.rho1": 0.6}))
    missed = y - 2 * x
    np.testing.assert_allclose(found[1:, 0], missed[1:] - 0.6 * missed[:-1])
    assert np.isnan(found[0, 0])


def test_regimes_are_told_apart() -> None:
    y, x = RNG.normal(size=30), RNG.normal(size=30)
    text = "endogenous y exogenous x  behavioural y: y = 2*x when x > 0  behavioural y: y = 1"
    found = table(text, {"y": y, "x": x})
    np.testing.assert_allclose(found.values[:, 0], np.where(x > 0, y - 2 * x, y - 1))


def test_means_are_taken_out_and_said() -> None:
    y = RNG.normal(size=30) + 5.0
    found = table("endogenous y  behavioural y: y = 0.5*y(-1)", {"y": y}, Residuals())
    assert found.values.mean() == pytest.approx(0.0, abs=1e-14)
    assert found.means[0] == pytest.approx((y[1:] - 0.5 * y[:-1]).mean())


def test_the_sample_ends_before_the_simulation_unless_one_is_asked_for() -> None:
    y = RNG.normal(size=40)
    text = "endogenous y  behavioural y: y = 0.5*y(-1)"
    assert table(text, {"y": y}, before="1975").periods[-1] == "1974"
    found = table(text, {"y": y}, Residuals(first="1955", last="1980"), before="1975")
    assert (found.periods[0], found.periods[-1]) == ("1955", "1980")


def test_gaps_are_left_out_and_named() -> None:
    y, p = RNG.normal(size=(2, 30))
    p[12:14] = np.nan
    text = "endogenous y, p  behavioural y: y = 0.5*y(-1)  behavioural p: p = 0.5*p(-1)"
    found = table(text, {"y": y, "p": p})
    assert len(found.periods) == 26
    assert not found.without_gaps
    (gap,) = found.gaps
    assert "3 periods between 1962 and 1964" in gap.text("en")
    assert "p.add" in gap.text("en")
    assert "3" in gap.text("zh")


def test_too_few_periods_are_refused_and_the_columns_named() -> None:
    y, p = RNG.normal(size=(2, 30))
    p[:24] = np.nan
    text = "endogenous y, p  behavioural y: y = 0.5*y(-1)  behavioural p: p = 0.5*p(-1)"
    with pytest.raises(NotEnoughData, match=r"Only 5 periods.*p\.add"):
        table(text, {"y": y, "p": p})


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        ("endogenous y exogenous x identity y = x", None, "No equation of the model can be shocked"),
        ("endogenous y exogenous x behavioural y: y = x", ("z",), "no add-factor"),
        ("endogenous y, c exogenous x behavioural y: y = x identity c = y", ("c",), "no add-factor"),
        ("endogenous y exogenous x behavioural y: y = x", ("y", "y.add"), "named twice: y.add"),
        ("endogenous y exogenous x behavioural y: y = x^2", ("x",), "not linear in the shock column x"),
        ("endogenous y exogenous x behavioural y: y = exp(x)", ("x",), "not linear"),
        (
            "endogenous y, c exogenous x behavioural y: y = x behavioural c: c = x",
            ("x",),
            "enters 2 equations",
        ),
        ("endogenous y exogenous x, w behavioural y: y = x + w(-1)", ("w",), "enters 0 equations"),
    ],
)
def test_shocks_that_cannot_enter_are_refused(text, columns, says) -> None:
    data = {name: RNG.normal(size=30) for name in ("y", "c", "x", "w")}
    with pytest.raises(UsageError, match=says) as caught:
        table(text, data, Residuals(columns=columns))
    assert caught.value.text("zh")


def test_residuals_may_be_given() -> None:
    system = bind(MODELS["ar1"])
    given = noise("y other")
    found = residual_table(
        system,
        bank({"y": np.zeros(5)}),
        Residuals(columns=("y",), given=given, demean=False),
        system.vector(),
        Period.parse("1953"),
    )
    np.testing.assert_array_equal(found.values[:, 0], given["y"])
    assert found.frame().equals(pd.DataFrame({"y.add": given["y"].to_numpy()}, index=found.frame().index))
    with pytest.raises(BadInput, match=r"lack y\.add"):
        residual_table(
            system,
            bank({"y": np.zeros(5)}),
            Residuals(columns=("y",), given=noise("other")),
            system.vector(),
            Period.parse("1953"),
        )


def test_a_residual_that_is_scaled_is_scaled() -> None:
    y = RNG.normal(size=30)
    text = "endogenous y  behavioural y: y = 0.5*y(-1)"
    np.testing.assert_allclose(
        table(text, {"y": y}, Residuals(scale=2.0)).values, 2 * table(text, {"y": y}, Residuals()).values
    )
