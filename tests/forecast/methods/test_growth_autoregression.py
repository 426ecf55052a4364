"""The autoregression of growth, in units and in per cent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.ar_model import AutoReg

from longwave.core.message import LANGUAGES
from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods.growth_autoregression import Growth, estimate

from ..made_series import growing
from .series import NILE, seasonal
from .test_every_method import odd

UNITS = FORECAST_METHODS.get("growth_autoregression")
CENTS = FORECAST_METHODS.get("log_growth_autoregression")


@pytest.mark.parametrize("values", [NILE, growing(60, 0), growing(12, 4)])
def test_the_equation_is_that_of_autoreg_on_the_differences(values):
    library = AutoReg(np.diff(values), 1).fit()
    growth = UNITS.fit(values, 1, 0).growth
    constant, phi = library.params
    assert growth.phi == pytest.approx(phi)
    assert growth.drift * (1 - growth.phi) == pytest.approx(constant)
    assert growth.variance == pytest.approx(library.resid @ library.resid / (len(library.resid) - 2))
    steps = library.forecast(6)
    np.testing.assert_allclose(UNITS.fit(values, 1, 0).ahead(6).mean, values[-1] + np.cumsum(steps))


def test_in_per_cent_it_is_the_same_on_logarithms():
    values = np.exp(growing(50, 1) / 50)
    library = AutoReg(np.diff(np.log(values)), 1).fit()
    expected = values[-1] * np.exp(np.cumsum(library.forecast(5)))
    np.testing.assert_allclose(CENTS.fit(values, 1, 0).ahead(5).mean, expected)


def test_the_spread_by_hand():
    """phi = 1/2, s2 = 4, n = 25: c = 1, 3/2; variances 4 + 4 / (1/4 x 25), and 4 (1 + 9/4) + 4 x 4 / (1/4 x 25)."""
    said = Growth(drift=1.0, phi=0.5, variance=4.0, steps=25).ahead(100.0, 3.0, 2)
    np.testing.assert_allclose(said.mean, [102.0, 103.5])
    np.testing.assert_allclose(said.sd**2, [4 + 0.64, 13 + 2.56])


def test_the_spread_is_that_of_simulated_paths():
    """Known parameters, many steps behind them: the doubt of the drift is nothing."""
    rng = np.random.default_rng(0)
    growth = Growth(drift=0.3, phi=0.6, variance=1.0, steps=10**9)
    level, step = np.zeros(200_000), np.full(200_000, 2.0)
    for _ in range(6):
        step = 0.3 + 0.6 * (step - 0.3) + rng.normal(size=len(step))
        level = level + step
    said = growth.ahead(0.0, 2.0, 6)
    assert said.mean[-1] == pytest.approx(level.mean(), abs=0.05)
    assert said.sd[-1] == pytest.approx(level.std(), rel=0.01)


def test_in_per_cent_the_spread_is_half_of_what_lies_a_deviation_to_either_side():
    values = np.exp(growing(50, 1) / 50)
    growth = estimate(np.diff(np.log(values)))
    logs = growth.ahead(np.log(values[-1]), np.diff(np.log(values))[-1], 4)
    expected = (np.exp(logs.mean + logs.sd) - np.exp(logs.mean - logs.sd)) / 2
    np.testing.assert_allclose(CENTS.fit(values, 1, 0).ahead(4).sd, expected)


def test_growth_that_explodes_is_held():
    assert estimate(np.array([1.0, 2, 4, 8, 16, 32])).phi == 0.98
    assert estimate(np.array([1.0, -2, 4, -8, 16, -32])).phi == -0.98
    assert estimate(np.array([1.0, 1, 1, 1, 2])).phi == 0.0


@pytest.mark.parametrize("method", [UNITS, CENTS])
def test_seasons_are_taken_off_and_put_back(method):
    values = seasonal(10, 4)
    fit = method.fit(values, 4, 0)
    assert fit.parameters == 2 + 3
    said = fit.ahead(8)
    wave = said.mean / np.convolve(said.mean, np.ones(4) / 4, "same")
    assert np.argmax(wave[2:6]) == np.argmax(
        values[2:6] / np.convolve(values[:8], np.ones(4) / 4, "same")[2:6]
    )
    for lang in LANGUAGES:
        assert fit.label.text(lang)
    assert "adjusted" in str(fit.label)
    assert "adjusted" not in str(method.fit(values, 1, 0).label)


@given(seed=st.integers(0, 1000), shift=st.floats(-1e4, 1e4), factor=st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_neither_shift_nor_scale_matters_in_units(seed, shift, factor):
    values = growing(24, seed)
    plain, moved = (UNITS.fit(each, 1, 0).ahead(5) for each in (values, shift + factor * values))
    assert (np.abs((moved.mean - shift) / factor - plain.mean) <= 1e-6 * plain.sd).all()
    np.testing.assert_allclose(moved.sd / factor, plain.sd, rtol=1e-6)


@given(seed=st.integers(0, 1000), factor=st.floats(1e-6, 1e9))
@settings(max_examples=20, deadline=None)
def test_scale_does_not_matter_in_per_cent(seed, factor):
    values = np.exp(growing(24, seed) / 50)
    plain, scaled = (CENTS.fit(each, 1, 0).ahead(5) for each in (values, factor * values))
    np.testing.assert_allclose(scaled.mean / factor, plain.mean, rtol=1e-9)
    np.testing.assert_allclose(scaled.sd / factor, plain.sd, rtol=1e-6)


@pytest.mark.parametrize("method", [UNITS, CENTS])
def test_a_carried_fit_keeps_its_equation_and_stands_on_the_longer_run(method):
    values = growing(50, 1)
    fit = method.fit(values[:40], 1, 0)
    carried = fit.carried(values)
    assert carried.growth == fit.growth
    assert not np.allclose(carried.ahead(3).mean, fit.ahead(3).mean)
    np.testing.assert_array_equal(fit.carried(values[:40]).ahead(3).mean, fit.ahead(3).mean)
    np.testing.assert_allclose(fit.ahead(3).mean, fit.ahead(30).mean[:3])


def test_per_cent_wants_values_above_zero():
    for values in (np.append(NILE, 0.0), NILE - 1000):
        with pytest.raises(FitError, match="above zero"):
            CENTS.fit(values, 1, 0)
        with pytest.raises(FitError, match="above zero"):
            CENTS.fit(NILE, 1, 0).carried(values)


@pytest.mark.parametrize("method", [UNITS, CENTS])
def test_odd_values_give_numbers_or_no_fit(method):
    wrong = []
    for length in (*range(1, 13), 26):
        for what, values in odd(length).items():
            for season in (1, 4, 12):
                try:
                    said = method.fit(values, season, 0).ahead(8)
                except FitError:
                    continue
                if not said.finite or (said.sd <= 0).any():
                    wrong.append((what, length, season))
    assert wrong == []


def test_its_own_bands_hold_what_they_say():
    """100 series of 100 whose growth is an AR(1): 80% bands six steps ahead hold 70 to 88%."""
    held = []
    for seed in range(100):
        values = growing(106, seed)
        said = UNITS.fit(values[:100], 1, 0).ahead(6)
        held.append(abs(values[-1] - said.mean[-1]) <= 1.2816 * said.sd[-1])
    assert 0.70 <= np.mean(held) <= 0.88
