"""Bridge equations: the ragged edge completed and nothing else, any calendar, any unit."""

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.method import FitError
from longwave.forecast.nowcast.bridge import Bridge, completed
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.ragged import Ragged

from .economy import MONTHS, economy, truth


def read(target: pd.Series, indicators: dict[str, pd.Series]) -> Ragged:
    return read_inputs(target, indicators, {}, {}).data


def test_it_reads_the_quarter_that_is_to_come() -> None:
    data = read(*economy())
    said = Bridge().fit(data).predict(data, 1)
    assert abs(said.mean[0] - truth()) < 2.5 * said.sd[0]
    assert said.sd[0] < np.nanstd(data.target.changes)


def test_a_known_quarter_is_the_mean_of_its_months() -> None:
    target, indicators = economy(ends=("2019-12",))
    data = read(target, indicators)
    levels = indicators["x0"].to_numpy().reshape(-1, 3).mean(axis=1)
    np.testing.assert_allclose(completed(data, data.indicators["x0"], 1)[1:], np.diff(np.log(levels)))


def test_only_the_edge_is_completed() -> None:
    target, indicators = economy()
    indicators["x0"].iloc[100] = np.nan
    data = read(target, indicators)
    found = completed(data, data.indicators["x0"], 1)
    assert np.isfinite(found[-1])
    assert np.flatnonzero(np.isnan(found)).tolist() == [0, 33, 34]


def test_a_yearly_target_from_months_and_quarters() -> None:
    target, _ = economy()
    monthly = pd.Series(100.0 + np.arange(264) + 3 * np.random.default_rng(2).normal(size=264), index=MONTHS)
    yearly = pd.Series(
        monthly.to_numpy().reshape(-1, 12).mean(axis=1), index=[str(y) for y in range(1998, 2020)]
    )
    data = read(yearly[:"2018"], {"months": monthly[:"2019-10"], "quarters": target})
    said = Bridge().fit(data).predict(data, 2)
    levels = data.levels(said.mean)
    assert abs(levels[0] / yearly["2019"] - 1) < 0.05
    assert said.finite


def test_units_do_not_matter() -> None:
    target, indicators = economy()
    data = read(target, indicators)
    other = read(1e9 * target, {name: 1e-6 * series for name, series in indicators.items()})
    one, two = Bridge().fit(data).predict(data, 2), Bridge().fit(other).predict(other, 2)
    np.testing.assert_allclose(one.mean, two.mean, rtol=1e-6)
    np.testing.assert_allclose(one.sd, two.sd, rtol=1e-6)


def test_no_equation_is_no_fit() -> None:
    target, indicators = economy(series=1)
    with pytest.raises(FitError):
        Bridge().fit(read(target, {"x0": indicators["x0"][-24:]}))
