"""Variances split over blocks of shocks: known shares of linear models."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import UsageError
from longwave.macro.language.read import read_model
from longwave.macro.stochastic.coefficients import Coefficients
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.variance import variance_shares

from .made_models import MODELS, flat, noise

SUM = read_model("""
frequency annual
endogenous a, b, c, total
parameter level = 1
behavioural a: a = 0
behavioural b: b = 0
behavioural c: c = 0
identity total = 3*a + 2*b + c + 10*level
""")


def split(**more):
    given = noise("a b c", 400)
    spread = given.cov(ddof=0)
    weights = np.array([3.0, 2.0, 1.0])
    shares = variance_shares(
        SUM,
        flat("a b c total"),
        "2000",
        "2001",
        {"first": ["a"], "second": ["b.add"]},
        watch=["total"],
        residuals=Residuals(given=given),
        method="normal",
        replications=4000,
        **more,
    )
    return shares, spread.to_numpy(), weights


def test_shares_of_a_sum_are_those_of_its_parts() -> None:
    shares, spread, weights = split()
    found = shares.of("total", "2001")
    total = weights @ spread @ weights
    for place, name in enumerate(["first", "second", "rest"]):
        alone = weights[place] ** 2 * spread[place, place] / total
        others = np.delete(weights, place)
        rest = np.delete(np.delete(spread, place, 0), place, 1)
        missing = 1 - others @ rest @ others / total
        assert abs(found.loc[name, "alone"] - alone) < 5 * found.loc[name, "alone_error"]
        assert abs(found.loc[name, "missing"] - missing) < 5 * found.loc[name, "missing_error"]
        assert found.loc[name, "alone_error"] < 0.03
    assert next(iter(found.index)) == "first"
    assert any("7 simulations" in str(note) for note in shares.notes)
    np.testing.assert_allclose(shares.shares["sd"].iloc[0] ** 2, total, rtol=0.15)


def test_drawn_coefficients_are_a_block_of_their_own() -> None:
    shares, spread, weights = split(coefficients=Coefficients(("level",), np.array([[0.09]])))
    found = shares.of("total", "2000")
    total = weights @ spread @ weights + 9.0
    assert (
        abs(found.loc["coefficients", "alone"] - 9.0 / total) < 5 * found.loc["coefficients", "alone_error"]
    )
    assert found["alone"].sum() == pytest.approx(1.0, abs=0.1)


def test_the_random_numbers_are_the_same_with_and_without_a_block() -> None:
    shares = variance_shares(
        MODELS["pair"],
        flat("u p x", quarterly=True),
        "1970-Q1",
        "1970-Q2",
        {"u": ["u"], "p": ["p"]},
        watch=["p"],
        residuals=Residuals(given=noise("u p", 100)),
        replications=200,
    )
    # the sums of a linear model's parts are its whole, replication by replication
    assert set(shares.shares["block"]) == {"u", "p"}
    found = shares.of("p", "1970-Q1")
    assert found["missing_error"].max() < 0.2


@pytest.mark.parametrize(
    "blocks", [{"x": []}, {"x": ["a"], "y": ["a"]}, {"x": ["total"]}, {"x": ["nothing"]}]
)
def test_blocks_that_do_not_fit_are_refused(blocks) -> None:
    with pytest.raises(UsageError, match="Block") as caught:
        variance_shares(
            SUM,
            flat("a b c total"),
            "2000",
            "2001",
            blocks,
            watch=["total"],
            residuals=Residuals(given=noise("a b c")),
            replications=10,
        )
    assert caught.value.text("zh")


def test_a_share_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="was not watched"):
        split()[0].of("a", "2000")
