"""Responses that are known, and intervals that hold as often as they say."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import NotEnoughData
from longwave.policy.evaluate.bands import from_covariance
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.local_projection import dated_projection, local_projection
from longwave.policy.evaluate.run import evaluate

from .made_up import START, YEARS, autoregression, panel

H = 5


def driven(
    rng: np.random.Generator, count: int, rho: float, noise: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    shock = rng.standard_normal(count + 50)
    y = shock + noise * rng.standard_normal(count + 50)
    for t in range(1, len(y)):
        y[t] += rho * y[t - 1]
    return y[50:], shock[50:]


def coverage(count: int, rho: float, runs: int) -> tuple[float, float]:
    """Of the average response, and of the whole path by the band."""
    rng, truth = np.random.default_rng(0), rho ** np.arange(H)
    average, band = 0, 0
    for _ in range(runs):
        found = local_projection(*driven(rng, count, rho), H)
        measured = from_covariance(found.effect, found.covariance, found.freedom, 0.95)
        average += measured.average[1] <= truth.mean() <= measured.average[2]
        band += bool(((measured.band_low <= truth) & (truth <= measured.band_high)).all())
    return average / runs, band / runs


def test_intervals_of_responses_hold() -> None:
    average, band = coverage(40, 0.5, 150)
    assert 0.90 <= average <= 0.995 and 0.90 <= band <= 0.995


@pytest.mark.slow
@pytest.mark.parametrize("count", [25, 40, 80])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 1.0])
def test_intervals_of_responses_hold_in_many_worlds(count: int, rho: float) -> None:
    average, band = coverage(count, rho, 400)
    assert 0.91 <= average <= 0.99 and 0.91 <= band <= 0.99


def forecast_coverage(count: int, rho: float, runs: int) -> float:
    rng, held = np.random.default_rng(1), 0
    for _ in range(runs):
        y = autoregression(rng, count + H, rho)
        found = dated_projection(y, count, H, 2)
        measured = from_covariance(y[count:] - found.mean, found.covariance, found.freedom, 0.95)
        held += measured.average[1] <= 0 <= measured.average[2]
    return held / runs


def test_intervals_of_one_dated_policy_hold() -> None:
    assert forecast_coverage(40, 0.8, 150) >= 0.92


@pytest.mark.slow
@pytest.mark.parametrize("count", [25, 40, 80])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8, 1.0])
def test_intervals_of_one_dated_policy_hold_in_many_worlds(count: int, rho: float) -> None:
    assert forecast_coverage(count, rho, 400) >= 0.93


def test_robust_errors_of_newey_and_west_are_near() -> None:
    y, shock = driven(np.random.default_rng(3), 300, 0.5)
    plain, hac = local_projection(y, shock, H), local_projection(y, shock, H, errors="hac")
    assert plain.effect == pytest.approx(hac.effect, abs=0.15)
    assert np.sqrt(np.diag(plain.covariance)) == pytest.approx(np.sqrt(np.diag(hac.covariance)), rel=0.35)


def test_a_few_shocks_are_no_sample() -> None:
    shock = pd.Series(0.0, index=range(1990, 1990 + YEARS))
    shock.iloc[[5, 9]] = 1.0
    design = EvaluationDesign("trial", "output", 3, "local_projection")
    told = evaluate(design, panel(1), "A00", START, shock=shock).refusals[0].reason.text()
    assert "2 events" in told


def test_a_shock_that_is_no_news_is_refused() -> None:
    y = np.random.default_rng(0).standard_normal(60).cumsum()
    with pytest.raises(NotEnoughData, match="wholly from the past"):
        local_projection(y, np.full(60, 2.0), 3)
    with pytest.raises(NotEnoughData, match="too few"):
        local_projection(y[:14], np.arange(14.0) % 3, 3)


def test_a_shock_that_was_foreseen_is_told() -> None:
    rng = np.random.default_rng(0)
    shock = pd.Series(rng.standard_normal(60), index=[str(each) for each in range(1950, 2010)])
    y = pd.DataFrame({"A": shock.shift(-1).fillna(0.0) * 2 + 0.2 * rng.standard_normal(60)})
    effect = evaluate(EvaluationDesign("t", "y", 3, "local_projection"), y, "A", 1990, shock=shock)
    assert any("before the shock" in each.text() for each in effect.notes)


def test_many_areas_with_shocks() -> None:
    rng = np.random.default_rng(2)
    table = panel(9, areas=20, rho=0.0, factors=1)
    shocks = pd.DataFrame(rng.standard_normal(table.shape), index=table.index, columns=table.columns)
    effect = evaluate(
        EvaluationDesign("t", "y", 3, "local_projection"),
        (table + 2 * shocks.cumsum()),
        "A00",
        START,
        shock=shocks,
    )
    assert effect.clock == "horizon" and effect.average is not None
    assert effect.average.low < 2 < effect.average.high and effect.average.low > 1


def test_many_areas_with_dates() -> None:
    treated = range(8)
    table = panel(11, areas=30, rho=0.3, factors=1)
    dates = {f"A{each:02d}": START + each % 3 for each in treated}
    for area, date in dates.items():
        table.loc[date:, area] += 4.0
    effect = evaluate(EvaluationDesign("t", "y", 4, "local_projection"), table, "A00", START, adopters=dates)
    assert effect.clock == "event" and effect.average is not None
    assert effect.average.low < 4 < effect.average.high and effect.average.low > 2


def test_a_single_date_says_that_it_is_one_observation() -> None:
    table = panel(12, rho=0.3, factors=1, effect=50.0)
    effect = evaluate(EvaluationDesign("t", "y", 3, "local_projection"), table, "A00", START)
    assert effect.seen and effect.clock == "period" and list(effect.path.index) == ["2014", "2015", "2016"]
    assert any("one observation" in each.text() for each in effect.notes)
