"""Trials on the past never see what came later, and compare like with like."""

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.nowcast.bridge import Bridge
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.ragged import Ragged
from longwave.forecast.nowcast.rivals import RIVALS
from longwave.forecast.nowcast.trials import FEWEST_KNOWN, errors, past_origins, shared, tried

from .economy import economy

METHODS = (Bridge(), *RIVALS)


@pytest.fixture(scope="module")
def data() -> Ragged:
    return read_inputs(*economy(), {}, {}).data


def test_a_trial_is_what_would_have_been_said_then(data: Ragged) -> None:
    origin = data.target.last - 3
    then = data.at(origin, data.leads)
    rows = tried(data, METHODS, [origin], 1)
    for method in METHODS:
        said = method.fit(then).predict(then, 1)
        assert errors(rows, method.name)["mean"].iloc[0] == pytest.approx(said.mean[0])


def test_the_future_cannot_be_seen(data: Ragged) -> None:
    origins = past_origins(data, 8)
    target, indicators = economy()
    target.iloc[-1] *= 3
    other = read_inputs(target, {name: series * 1 for name, series in indicators.items()}, {}, {}).data
    one, two = (tried(each, METHODS, origins, 1) for each in (data, other))
    pd.testing.assert_series_equal(one["mean"], two["mean"])
    assert not np.allclose(one["outcome"], two["outcome"])


def test_origins_leave_enough_to_learn_from(data: Ragged) -> None:
    origins = past_origins(data, 1000)
    assert origins[0] - data.target.first + 1 == FEWEST_KNOWN
    assert origins[-1] == data.target.last - 1
    assert past_origins(data, 0) == []


def test_steps_that_are_not_known_yet_give_no_row(data: Ragged) -> None:
    rows = tried(data, RIVALS, past_origins(data, 3), 2)
    assert rows.groupby(["method", "step"]).size().tolist() == [3, 2, 3, 2]


def test_scores_compare_the_same_origins(data: Ragged) -> None:
    rows = tried(data, METHODS, past_origins(data, 4), 1)
    holed = rows.drop(rows.index[0])
    assert shared(holed, [each.name for each in METHODS])["origin"].nunique() == 3
