"""Several methods as one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.message import LANGUAGES
from longwave.forecast.ensemble import MEMBERS, QUICK_MEMBERS, Ensemble, EnsembleFit, middle
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction

from .made_series import autoregression, growing, quarterly, random_walk
from .methods.test_every_method import odd

FAST = FORECAST_METHODS.get("fast")
MEANS = np.array([[1.0, 9.0], [2.0, 8.0], [6.0, 1.0], [30.0, 4.0], [3.0, 3.0]])


class Says:
    """A fitted member that says what it was given, or fails."""

    parameters = 1
    label = None

    def __init__(self, mean, sd=1.0):
        self.mean, self.sd = np.array(mean, dtype=float), sd

    def ahead(self, horizon):
        if np.isnan(self.mean).any():
            raise FitError("nothing to say")
        return Prediction(self.mean, np.full(len(self.mean), self.sd))


def fitted(*members, values=(1.0, 2.0, 3.0), rule="trimmed"):
    return EnsembleFit(dict(enumerate(members)), np.array(values), 1, 0, rule)


def test_the_three_middles_by_hand():
    """Trimmed: without 1 and 30, (2 + 6 + 3) / 3; without 9 and 1, (8 + 4 + 3) / 3."""
    np.testing.assert_allclose(middle(MEANS, "trimmed"), [11 / 3, 5])
    np.testing.assert_allclose(middle(MEANS, "median"), [3, 4])
    np.testing.assert_allclose(middle(MEANS, "mean"), [42 / 5, 5])


def test_fewer_than_four_are_not_trimmed():
    np.testing.assert_allclose(middle(MEANS[:3], "trimmed"), [3, 6])
    np.testing.assert_allclose(middle(MEANS[:4], "trimmed"), [4, 6])


def test_members_not_heard_do_not_count():
    means = MEANS.copy()
    means[3, 0] = np.nan
    np.testing.assert_allclose(middle(means, "trimmed"), [2.5, 5])
    np.testing.assert_allclose(middle(means, "mean"), [3, 5])


def test_the_variance_is_that_of_an_even_mixture():
    """Mean of the variances plus variance of the means: (1 + 4 + 9) / 3 + ((1 - 3)^2 + 0 + (5 - 3)^2) / 3."""
    said = fitted(Says([1.0], 1), Says([3.0], 2), Says([5.0], 3)).ahead(1)
    assert said.mean[0] == pytest.approx(3)
    assert said.sd[0] ** 2 == pytest.approx(14 / 3 + 8 / 3)
    assert said.counts_doubt


def test_the_variance_of_the_mixture_by_drawing():
    rng = np.random.default_rng(0)
    means, sds = rng.normal(size=5), rng.uniform(0.5, 2, 5)
    pick = rng.integers(0, 5, 400_000)
    drawn = rng.normal(means[pick], sds[pick])
    said = fitted(*(Says([mean], sd) for mean, sd in zip(means, sds, strict=True)), values=(-1.0, 1.0)).ahead(
        1
    )
    assert said.sd[0] == pytest.approx(drawn.std(), rel=0.01)


def test_a_member_that_fails_ahead_is_left_out():
    with_it = fitted(Says([1.0], 1), Says([3.0], 2), Says([np.nan])).ahead(1)
    without = fitted(Says([1.0], 1), Says([3.0], 2)).ahead(1)
    assert (with_it.mean, with_it.sd) == (without.mean, without.sd)
    with pytest.raises(FitError):
        fitted(Says([1.0]), Says([np.nan])).ahead(1)


def test_above_zero_a_member_at_or_below_zero_is_not_heard_at_that_step():
    said = fitted(Says([4.0, -1.0], 2), Says([2.0, 2.0], 2), Says([3.0, 4.0], 2)).ahead(2)
    np.testing.assert_allclose(said.mean, [3, 3])
    assert said.sd[1] ** 2 == pytest.approx(4 + 1)
    below = fitted(Says([4.0, -1.0]), Says([2.0, 2.0]), Says([3.0, 4.0]), values=(-1.0, 2.0)).ahead(2)
    np.testing.assert_allclose(below.mean, [3, 5 / 3])
    with pytest.raises(FitError, match="no member"):
        fitted(Says([-1.0]), Says([-2.0])).ahead(1)


@pytest.mark.parametrize("seed", range(6))
def test_a_falling_series_above_zero_stays_above_zero(seed):
    rng = np.random.default_rng(seed)
    values = 100 - 3 * np.arange(33) + rng.normal(0, 0.5, 33)
    assert values.min() > 0
    assert (FAST.fit(values, 1, 0).ahead(20).mean > 0).all()


def test_members_that_find_no_fit_are_left_out_and_not_named():
    crossing = random_walk(30, 0) - 100
    assert "log_growth_autoregression" not in FAST.fit(crossing, 1, 0).members
    assert set(FAST.fit(random_walk(30, 0), 1, 0).members) == set(QUICK_MEMBERS)
    assert "per cent" not in str(FAST.fit(crossing, 1, 0).label)


@pytest.mark.parametrize("length", [6, 7, 8, 11])
def test_short_series_are_led_on_by_the_members_that_can(length):
    fit = FAST.fit(random_walk(length, 1), 1, 0)
    assert 2 <= len(fit.members) <= 5
    assert all(FORECAST_METHODS.get(name).fewest <= length for name in fit.members)
    assert fit.ahead(6).finite


def test_one_member_is_no_ensemble():
    with pytest.raises(FitError, match="two members"):
        Ensemble(("drift",)).fit(random_walk(20, 0), 1, 0)
    with pytest.raises(FitError, match="two members"):
        Ensemble(("naive", "auto_arima"), fewest=3).fit(random_walk(4, 0), 1, 0)


def test_carried_keeps_what_takes_long_and_fits_the_rest_anew():
    values = random_walk(40, 2)
    fit = FAST.fit(values[:30], 1, 0)
    carried = fit.carried(values)
    for name in QUICK_MEMBERS:
        method = FORECAST_METHODS.get(name)
        expected = fit.members[name].carried(values) if method.slow else method.fit(values, 1, 0)
        np.testing.assert_array_equal(carried.members[name].ahead(4).mean, expected.ahead(4).mean)


def test_carried_fits_anew_what_cannot_be_carried():
    """A log growth that meets a value below zero is left out; weights that let the states run away are fitted anew."""
    values = np.append(random_walk(30, 0), -1.0)
    assert "log_growth_autoregression" not in FAST.fit(values[:30], 1, 0).carried(values).members
    for seed in range(12):
        noise = autoregression(120, 0.0, seed)
        ces = FORECAST_METHODS.get("ces").fit(noise[:60], 1, 0)
        carried = FAST.fit(noise[:60], 1, 0).carried(noise)
        assert "ces" in carried.members
        assert carried.ahead(8).sd.max() < 10
        try:
            ces.carried(noise)
        except FitError:
            return
    raise AssertionError("no series on which the states run away")


def test_carried_with_fewer_than_two_members_is_no_fit():
    values = random_walk(20, 0)
    fit = Ensemble(("log_growth_autoregression", "naive")).fit(values, 1, 0)
    with pytest.raises(FitError, match="two members"):
        fit.carried(np.append(values, -1.0))


@pytest.mark.parametrize("name", ["ensemble", "fast", "mean", "median"])
def test_the_registered_ensembles_speak(name):
    method = FORECAST_METHODS.get(name)
    assert method.members == (QUICK_MEMBERS if name == "fast" else MEMBERS)
    assert set(method.members) <= set(FORECAST_METHODS.names())
    fit = method.fit(quarterly(40, 0), 4, 0)
    assert fit.parameters >= 1
    for lang in LANGUAGES:
        text = fit.label.text(lang)
        assert "Naive2" in text
        assert "{" not in text
    said = fit.ahead(12)
    assert said.finite
    np.testing.assert_array_equal(fit.ahead(6).mean, said.mean[:6])
    np.testing.assert_array_equal(method.fit(quarterly(40, 0), 4, 99).ahead(12).mean, said.mean)


@given(seed=st.integers(0, 300), power=st.integers(-8, 12), season=st.sampled_from([1, 4]))
@settings(max_examples=12, deadline=None)
def test_scale_does_not_matter(seed, power, season):
    """For a power of two the arithmetic is the same; searches may end elsewhere, by far less than the spread."""
    values = growing(32, seed) if season == 1 else quarterly(32, seed)
    plain, scaled = (FAST.fit(factor * values, season, 0).ahead(6) for factor in (1.0, 2.0**power))
    assert (np.abs(scaled.mean / 2.0**power - plain.mean) < 0.05 * plain.sd).all()
    np.testing.assert_allclose(scaled.sd / 2.0**power, plain.sd, rtol=0.05)


@given(seed=st.integers(0, 300), shift=st.floats(-1e3, 1e3))
@settings(max_examples=10, deadline=None)
def test_a_shift_shifts_members_that_add(seed, shift):
    """Growth in per cent, CES and theta are not additive; the others are."""
    both = Ensemble(("naive2", "growth_autoregression", "drift"))
    values = growing(30, seed) - 150
    plain, moved = (both.fit(each, 1, 0).ahead(5) for each in (values, values + shift))
    if (values.min() > 0) == ((values + shift).min() > 0):
        np.testing.assert_allclose(moved.mean - shift, plain.mean, atol=1e-6)
        np.testing.assert_allclose(moved.sd, plain.sd, rtol=1e-6)


def test_odd_values_give_numbers_or_no_fit():
    wrong = []
    for length in (4, 5, 6, 7, 8, 12, 26):
        for what, values in odd(length).items():
            for season in (1, 4):
                try:
                    said = FAST.fit(values, season, 0).ahead(8)
                except FitError:
                    continue
                if not said.finite or (said.sd <= 0).any():
                    wrong.append((what, length, season))
    assert wrong == []


def test_the_fan_is_never_that_of_ces():
    """The library's bands of complex exponential smoothing do not widen; the ensemble's member has its own, which do."""
    fit = FAST.fit(random_walk(60, 0), 1, 0)
    sd = fit.members["ces"].ahead(12).sd
    assert sd[-1] > 2 * sd[0]


def test_logarithms_know_no_bound_at_zero():
    """Logarithms of amounts near one are near zero and may fall below it."""
    values = np.log(np.linspace(3.0, 1.05, 40)) + 1e-3 * np.random.default_rng(5).normal(size=40)
    values = values - values.min() + 1e-3
    kept = Ensemble(("drift", "naive", "growth_autoregression")).fit(values, 1, 0).ahead(20)
    free = Ensemble(("drift", "naive", "growth_autoregression")).on_logs().fit(values, 1, 0).ahead(20)
    assert kept.mean.min() > 0
    assert free.mean.min() < 0
