"""Diffusion curves: found where they are, refused where they cannot be known, alike in any unit and calendar."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.dating import DatingState
from longwave.measure.diffusion.compare import compare_curves
from longwave.measure.diffusion.curves import CURVES, fit_curve
from longwave.measure.diffusion.shapes import curve


def sample(
    seed: int, bend: float, count: int = 40, speed: float = 0.25, rho: float = 0.6, sd: float = 0.02
) -> pd.Series:
    """A logistic to 0.9 with autoregressive errors."""
    rng = np.random.default_rng(seed)
    errors = rng.normal(0, sd * np.sqrt(1 - rho**2), count + 40)
    for place in range(1, len(errors)):
        errors[place] += rho * errors[place - 1]
    years = np.arange(count)
    return pd.Series(0.9 / (1 + np.exp(-speed * (years - bend))) + errors[40:], index=1980 + years)


@pytest.mark.parametrize("name", CURVES)
def test_derivatives_are_right(name):
    theta = np.array([[0.1, 1.3, 0.4, 0.5]])
    times = np.linspace(0.45 if name == "bounded_exponential" else 0.0, 1.0, 9)
    slopes = curve(CURVES[name], theta, times)[1][0]
    for which in range(4):
        step = np.zeros(4)
        step[which] = 1e-6
        numeric = (curve(CURVES[name], theta + step, times)[0] - curve(CURVES[name], theta - step, times)[0])[
            0
        ] / 2e-6
        assert slopes[:, which] == pytest.approx(numeric, abs=1e-6)


def test_richards_holds_the_logistic_and_bass_nearly_so():
    theta, times = np.array([[0.0, 2.0, 0.5, 0.0]]), np.linspace(0, 1, 20)
    logistic = curve(CURVES["logistic"], theta, times)[0]
    assert curve(CURVES["richards"], theta, times)[0] == pytest.approx(logistic)
    theta[0, 3] = -30.0
    assert curve(CURVES["bass"], theta, times)[0] == pytest.approx(logistic)


@pytest.mark.parametrize("name", ["logistic", "gompertz", "richards", "bass"])
def test_curves_without_much_noise_are_found_again(name):
    years = np.arange(1950, 1990)
    theta = np.array([[np.log(0.8), np.log(8.0), 0.4, -1.0]])
    values = curve(CURVES[name], theta, (years - 1950) / 39)[0][0]
    values = values + np.random.default_rng(0).normal(0, 1e-5, 40)
    found = fit_curve(pd.Series(values, index=years), name, draws=0)
    assert found.level == pytest.approx(0.8, rel=1e-3)
    assert found.bend == pytest.approx(1950 + 39 * 0.4, abs=0.1)
    assert found.speed == pytest.approx(8.0 / 39, rel=5e-3)


def test_a_bend_long_past_is_dated_with_its_level():
    found = fit_curve(sample(1, 18), draws=99)
    assert found.state is DatingState.PASSED
    assert found.intervals["bend"][0] <= 1998 <= found.intervals["bend"][1]
    assert found.intervals["level"][0] <= 0.9 <= found.intervals["level"][1]
    assert found.level_known
    assert found.takeover == pytest.approx(np.log(81) / found.speed, rel=1e-3)


def test_a_bend_that_lies_ahead_is_hardly_ever_dated():
    """Five per cent of series with the bend at or beyond the end may be dated: of sixteen, two at most."""
    dated = [
        fit_curve(sample(seed, bend, speed=speed), draws=59, speed=False).state is DatingState.PASSED
        for seed in range(8)
        for bend, speed in ((40, 0.25), (50, 0.15))
    ]
    assert sum(dated) <= 2


def test_the_bound_of_a_bend_ahead_is_before_it():
    found = [fit_curve(sample(seed, 44), draws=79, speed=False) for seed in range(5)]
    bounds = [one.not_before for one in found if one.not_before is not None]
    assert len(bounds) >= 4
    assert sum(bound <= 1980 + 44 for bound in bounds) >= 3


def test_intervals_cover():
    """Twelve: nine is what a 95 per cent interval hardly ever falls below but by a mistake."""
    hits = 0
    for seed in range(12):
        low, high = fit_curve(sample(seed, 20), draws=79, speed=False).intervals["bend"]
        hits += low <= 2000 <= high
    assert hits >= 9


@settings(max_examples=6)
@given(st.integers(0, 200), st.floats(1e-3, 1e5), st.integers(-500, 500))
def test_time_moves_the_bend_and_scale_the_level(seed, scale, shift):
    values = sample(seed, 15, 30)
    moved = pd.Series(scale * values.to_numpy(), index=values.index + shift)
    plain, other = fit_curve(values, draws=0), fit_curve(moved, draws=0)
    assert other.bend == pytest.approx(plain.bend + shift, abs=1e-3)
    assert other.level == pytest.approx(scale * plain.level, rel=1e-4)
    assert other.speed == pytest.approx(plain.speed, rel=1e-4)
    assert other.aicc == pytest.approx(plain.aicc - 0 + 2 * 30 * np.log(scale), abs=1e-2)


def test_a_known_ceiling_is_kept_and_a_share_cannot_pass_one():
    assert fit_curve(sample(2, 18), ceiling=0.95, draws=0).level == pytest.approx(0.95)
    early = sample(3, 44).clip(0, 1)
    assert fit_curve(early, most=1.0, draws=0).level <= 1.0 + 1e-9


def test_a_random_walk_with_drift_is_no_curve():
    """What wanders is dated in few cases, although a curve can be laid through it."""
    dated = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        values = pd.Series(10 + np.cumsum(1.0 + rng.normal(0, 1.0, 40)), index=range(1980, 2020))
        dated += fit_curve(values, draws=79, speed=False).state is DatingState.PASSED
    assert dated <= 2


@pytest.mark.parametrize(
    "values",
    [[1.0] * 10, list(range(10, 0, -1)), [0.1, 0.2], [np.nan] * 12, [-1.0] * 9 + [-0.5], [0.1, np.inf] * 5],
)
def test_what_is_no_diffusion_is_refused_with_a_sentence(values):
    with pytest.raises(ValueError, match=r"[a-z]"):
        fit_curve(pd.Series(values, index=range(2000, 2000 + len(values)), dtype=float))


def test_figures_above_what_is_possible_are_refused():
    with pytest.raises(ValueError, match="highest level"):
        fit_curve(sample(1, 15) * 2, most=1.0)


def test_families_are_weighed_and_judged_by_forecast():
    found = compare_curves(sample(5, 15, rho=0.2, sd=0.005), draws=79)
    assert found.table["weight"].sum() == pytest.approx(1.0)
    assert found.table.loc["exponential", "weight"] < 1e-6
    assert found.table.loc["logistic", "hold_out"] < found.table.loc["exponential", "hold_out"]
    assert found.state is DatingState.PASSED
    assert found.bend[1] <= 1995 <= found.bend[2]
    assert "logistic" in found.weighty


def test_exponential_growth_has_no_bend():
    rng = np.random.default_rng(2)
    values = pd.Series(np.exp(0.12 * np.arange(30)) * (1 + rng.normal(0, 0.01, 30)), index=range(1990, 2020))
    found = compare_curves(values, draws=79)
    assert found.state is not DatingState.PASSED
    assert found.bend is None
    assert found.level is None


def test_two_families_are_no_comparison():
    with pytest.raises(ValueError, match="three"):
        compare_curves(sample(1, 15), ("logistic", "gompertz"))
