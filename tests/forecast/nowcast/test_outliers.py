"""What is far out is flagged, by series and by period, and nothing else is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longwave.forecast.method import Prediction
from longwave.forecast.nowcast.bridge import Bridge
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.outliers import Doubted, doubted, far_out, flagged
from longwave.forecast.nowcast.rivals import AutoregressionRival

from .economy import economy

CALM = np.random.default_rng(3).normal(size=(200, 6))


def test_noise_is_left_alone() -> None:
    assert not flagged(CALM).any()


def test_one_wild_figure_is_flagged_alone_and_a_wild_period_whole() -> None:
    values = CALM.copy()
    values[50, 2] = 30
    values[100, :2] = -30
    aside = flagged(values)
    assert aside[50].tolist() == [False, False, True, False, False, False]
    assert aside[100].all()
    assert aside.sum() == 7


def test_a_missing_figure_is_never_flagged_and_never_far_out() -> None:
    values = CALM.copy()
    values[100, :2] = -30
    values[100, 3] = np.nan
    assert not flagged(values)[100, 3]


def test_a_rate_that_mostly_rests_has_no_ranges_to_be_far_out_of() -> None:
    steps = np.zeros(100)
    steps[40] = 0.25
    assert not far_out(steps).any()


def test_the_doubt_of_figures_far_out_is_the_square_of_what_they_move() -> None:
    said = doubted(Prediction(np.array([-12.0, 1.0]), np.array([0.3, 0.4])), np.array([0.0, 1.0]))
    np.testing.assert_allclose(said.doubt, [-12.0, 0.0])
    np.testing.assert_allclose(said.sd, [np.sqrt(144.09), 0.4])


def test_bridge_and_autoregression_doubt_what_they_start_from() -> None:
    target, indicators = economy(ends=("2019-12",))
    hit = {name: series.copy() for name, series in indicators.items()}
    for series in hit.values():
        series.iloc[-3:] *= 0.7
    fallen = target.copy()
    fallen.iloc[-1] *= 0.8
    calm, now, then = (
        read_inputs(*given, {}, {}).data
        for given in ((target, indicators), (target, hit), (fallen, indicators))
    )
    for method, wild in ((Bridge(), now), (AutoregressionRival(), then)):
        fit = method.fit(calm)
        plain, wide = fit.predict(calm, 2), fit.predict(wild, 2)
        assert not isinstance(plain, Doubted) and isinstance(wide, Doubted)
        moved = abs(wide.mean[0] - plain.mean[0])
        assert moved > 3 * plain.sd[0] and wide.sd[0] > 0.7 * moved


@given(st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_scale_and_shift_do_not_matter(scale: float, shift: float) -> None:
    values = CALM[:, 0].copy()
    values[7] = 40
    np.testing.assert_array_equal(far_out(values), far_out(scale * (values + shift)))
