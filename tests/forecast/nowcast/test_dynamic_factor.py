"""The factor model: what it reads, the traps it must not fall into, what it refuses."""

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.method import FitError
from longwave.forecast.nowcast.dynamic_factor import (
    DynamicFactor,
    FactorFit,
    FactorOptions,
    calendar,
    can_carry,
)
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.outliers import Doubted
from longwave.forecast.nowcast.ragged import Ragged

from .economy import economy, truth


def read(target: pd.Series, indicators: dict[str, pd.Series]) -> Ragged:
    return read_inputs(target, indicators, {}, {}).data


@pytest.fixture(scope="module")
def data() -> Ragged:
    return read(*economy(ends=("2019-12",)))


@pytest.fixture(scope="module")
def fit(data: Ragged) -> FactorFit:
    return DynamicFactor().fit(data)


def test_it_reads_the_quarter_that_is_to_come(data: Ragged, fit: FactorFit) -> None:
    said = fit.predict(data, 1)
    assert abs(said.mean[0] - truth()) < 2.5 * said.sd[0]
    assert said.sd[0] < np.nanstd(data.target.changes)
    assert (fit.weighed > 0.3).all()


def test_it_is_the_smoothed_prediction_of_statsmodels(data: Ragged, fit: FactorFit) -> None:
    table = data.table(1)
    found = fit.smoothed(table)
    stamp, place = calendar(table)[table.ends[0]], table.target
    smoothed = found.get_prediction(start=stamp, end=stamp, information_set="smoothed")
    said = fit.predict(data, 1)
    assert said.mean[0] == pytest.approx(
        fit.centre[place] + fit.scale[place] * smoothed.predicted_mean.iloc[0, place]
    )


def test_trap_the_last_month_of_the_quarter_counts(data: Ragged, fit: FactorFit) -> None:
    """Another last month must move the nowcast. statsmodels' own default does not see it: the trap."""
    table = data.table(1)
    other = dict(data.indicators)
    for name, track in data.indicators.items():
        values = track.values.copy()
        values[-1] *= 1.05
        other[name] = type(track)(track.name, track.frequency, track.first, values, track.kind)
    moved = data.but(other)
    assert fit.predict(moved, 1).mean[0] > fit.predict(data, 1).mean[0] + 0.001
    stamp = calendar(table)[table.ends[0]]
    default = [fit.smoothed(each.table(1)).get_prediction(start=stamp, end=stamp) for each in (data, moved)]
    blind = [each.predicted_mean.iloc[0, table.target] for each in default]
    assert blind[0] == blind[1]


def test_figures_far_out_do_not_set_the_parameters() -> None:
    """A spring like that of 2020, and the two years after it: without handling the nowcast is led astray."""
    target, indicators = economy(seed=4, series=6, ends=("2019-12",))
    hit = np.zeros(264)
    hit[228:234] = (-0.04, -0.24, -0.1, 0.12, 0.16, 0.08)  # 2017-01 to 2017-06
    signs = (1.0, 0.2, -1.5, 2.0, -0.6, 1.2)  # not along the factor: each series has its own pandemic
    shocked = {
        name: series * np.exp(sign * np.cumsum(hit))[: len(series)]
        for (name, series), sign in zip(indicators.items(), signs, strict=True)
    }
    quarterly = np.exp(np.cumsum(hit)).reshape(-1, 3).mean(axis=1)
    calm, wild = read(target, indicators), read(target * quarterly[: len(target)], shocked)
    untouched = DynamicFactor().fit(calm)
    fits = {flag: DynamicFactor(FactorOptions(outliers=flag)).fit(wild) for flag in (True, False)}
    assert {"2017-02", "2017-03"} <= {
        wild.table(1).written(int(row)) for row in np.flatnonzero(fits[True].aside.any(1))
    }
    away: dict[bool, list[float]] = {True: [], False: []}
    for origin in range(calm.target.last - 6, calm.target.last + 1):
        meant = untouched.predict(calm.at(origin, calm.leads), 1).mean[0]
        for flag, fit in fits.items():
            away[flag].append(fit.predict(wild.at(origin, wild.leads), 1).mean[0] - meant)
    kept, led = (float(np.sqrt(np.mean(np.square(away[flag])))) for flag in (True, False))
    assert led > 3 * kept
    assert kept < 0.1 * np.nanstd(calm.target.changes)


def spring(seed: int) -> Ragged:
    """A collapse in the manner of 2020 in the first half of 2017, in which each series has a share of its own."""
    target, indicators = economy(seed=seed, series=6, ends=("2019-12",))
    hit = np.zeros(264)
    hit[228:234] = (-0.02, -0.12, -0.06, 0.05, 0.1, 0.04)
    shares = np.random.default_rng(seed).normal(1.0, 0.6, size=len(indicators))
    shocked = {
        name: series * np.exp(share * np.cumsum(hit))
        for (name, series), share in zip(indicators.items(), shares, strict=True)
    }
    quarterly = np.exp(np.cumsum(hit)).reshape(-1, 3).mean(axis=1)
    return read(target * quarterly[: len(target)], shocked)


def test_bands_are_wide_where_the_figures_of_the_period_are_far_out() -> None:
    """Without the doubt of such figures the 95% band misses most outcomes; with it, it holds nearly all."""
    held: dict[str, list[bool]] = {"before": [], "now": []}
    for seed in range(8):
        data = spring(seed)
        start = data.target.first + 4 * 19 - 1  # 2016-Q4 is known
        fit = DynamicFactor().fit(data.at(start, data.leads))
        for origin in (start, start + 1):
            said = fit.predict(data.at(origin, data.leads), 1)
            assert isinstance(said, Doubted)
            missed = abs(data.target.changes[origin + 1 - data.target.first] - said.mean[0])
            own = np.sqrt(said.sd[0] ** 2 - said.doubt[0] ** 2)
            held["before"].append(bool(missed <= 2.45 * own))
            held["now"].append(bool(missed <= 2.45 * said.sd[0]))
    assert np.mean(held["before"]) < 0.6
    assert np.mean(held["now"]) > 0.85


def test_calm_figures_leave_the_band_as_it_is(data: Ragged, fit: FactorFit) -> None:
    assert not isinstance(fit.predict(data, 1), Doubted)


def test_units_do_not_matter(data: Ragged, fit: FactorFit) -> None:
    target, indicators = economy(ends=("2019-12",))
    other = read(target * 1e6, {name: 1e-3 * series for name, series in indicators.items()})
    assert DynamicFactor().fit(other).predict(other, 1).mean[0] == pytest.approx(
        fit.predict(data, 1).mean[0], rel=1e-4, abs=1e-6
    )


def test_a_series_that_the_newer_data_lack_counts_as_unknown(data: Ragged, fit: FactorFit) -> None:
    less = data.but({name: track for name, track in data.indicators.items() if name != "x0"})
    assert fit.predict(less, 1).sd[0] > fit.predict(data, 1).sd[0]


def test_too_little_is_no_fit() -> None:
    target, indicators = economy(series=1)
    with pytest.raises(FitError):
        DynamicFactor().fit(read(target, indicators))


def test_calendars_that_the_library_knows() -> None:
    target, indicators = economy(series=2)
    assert can_carry(read(target, indicators))
    quarterly = {"q": target.rename("q") * 2 + 1}
    assert can_carry(read(target, quarterly))
    yearly = pd.Series(np.arange(22.0) ** 1.1 + 5, index=[str(year) for year in range(1998, 2020)], name="a")
    assert not can_carry(read(yearly, indicators))


def test_an_estimation_that_breaks_down_is_begun_again() -> None:
    """A series of noughts and ones on which EM with an estimated initial state runs away."""
    target, indicators = economy()
    random = np.random.default_rng(0)
    random.normal(size=163)
    rare = pd.Series((random.random(264) > 0.95).astype(float), index=indicators["x0"].index)
    data = read(target, {**indicators, "rare": rare})
    said = DynamicFactor().fit(data).predict(data, 1)
    assert said.sd[0] < 1.5 * np.nanstd(data.target.changes)
