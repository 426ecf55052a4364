"""The rivals: an autoregression and the mean, blind to the indicators."""

import numpy as np
import pytest

from longwave.forecast.method import FitError
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.ragged import Ragged
from longwave.forecast.nowcast.rivals import AutoregressionRival, MeanRival

from .economy import economy


@pytest.fixture(scope="module")
def data() -> Ragged:
    return read_inputs(*economy(), {}, {}).data


def test_the_mean_is_the_mean(data: Ragged) -> None:
    said = MeanRival().fit(data).predict(data, 3)
    np.testing.assert_allclose(said.mean, np.nanmean(data.target.changes))


def test_the_spread_grows_to_that_of_the_series(data: Ragged) -> None:
    said = AutoregressionRival().fit(data).predict(data, 40)
    assert (np.diff(said.sd) >= 0).all()
    assert said.mean[-1] == pytest.approx(np.nanmean(data.target.changes), abs=0.002)


def test_both_are_spared_what_is_far_out(data: Ragged) -> None:
    values = data.target.values.copy()
    values[40] *= 0.7
    target = type(data.target)("output", data.target.frequency, data.target.first, values, data.target.kind)
    wild = Ragged(target, data.indicators)
    for rival in (AutoregressionRival(), MeanRival()):
        calm = rival.fit(data).predict(data, 1)
        assert rival.fit(wild).predict(wild, 1).mean[0] == pytest.approx(calm.mean[0], abs=0.002)


def test_too_few_figures_are_no_fit(data: Ragged) -> None:
    short = data.at(data.target.first + 6, data.leads)
    for rival in (AutoregressionRival(), MeanRival()):
        with pytest.raises(FitError):
            rival.fit(short)
