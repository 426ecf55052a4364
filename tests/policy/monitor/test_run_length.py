"""A limit gives the run length that was asked for, or says what it really gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import NotEnoughData, UsageError
from longwave.policy.monitor.run_length import calibrate, run_length


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["cusum", "ewma"]), st.sampled_from(["up", "down", "both"]), st.floats(5, 5_000))
def test_a_calibrated_limit_gives_what_was_asked(kind, direction, wanted):
    found = calibrate(kind, wanted, direction=direction)
    assert run_length(kind, found.limit, direction=direction) == pytest.approx(wanted, rel=1e-3)
    assert found.low == found.usual == found.high == pytest.approx(wanted, rel=1e-3)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["cusum", "ewma"]), st.sampled_from(["up", "both"]), st.floats(0.6, 6), st.floats(0, 2)
)
def test_a_larger_change_is_seen_sooner_and_a_wider_limit_later(kind, direction, limit, shift):
    limit = limit if kind == "cusum" else 1 + limit / 3
    here = run_length(kind, limit, shift, direction=direction)
    assert 1 <= run_length(kind, limit, shift + 0.2, direction=direction) < here
    assert run_length(kind, limit + 0.2, shift, direction=direction) > here


@pytest.mark.parametrize("kind", ["cusum", "ewma"])
def test_a_sample_makes_the_run_length_doubtful_and_a_larger_one_less(kind):
    few, many = (calibrate(kind, 100.0, sample=n, lost=2) for n in (20, 80))
    assert few.limit == many.limit
    assert few.low < many.low < many.usual < 100 < many.high < few.high
    assert few.usual < many.usual


def test_an_assured_limit_holds_for_the_share_of_samples_that_was_asked():
    """Samples are drawn, mean and spread estimated from each, and the run length that each limit then really has."""
    chance = np.random.default_rng(5)
    plain, half, nine = (
        calibrate("cusum", 60.0, sample=25, lost=1, assurance=share).limit for share in (0.0, 0.5, 0.9)
    )
    assert plain < half < nine
    real: dict[float, list[float]] = {plain: [], half: [], nine: []}
    for _ in range(150):
        sample = chance.normal(3.0, 2.0, size=25)
        mean, spread = sample.mean(), sample.std(ddof=1)
        for limit, found in real.items():
            found.append(run_length("cusum", limit, (3.0 - mean) / spread, spread=2.0 / spread))
    held = [float(np.mean(np.array(each) >= 60)) for each in real.values()]
    assert held == pytest.approx([0.3, 0.5, 0.9], abs=0.1)


def test_a_known_mean_is_half_of_the_doubt():
    known = calibrate("cusum", 100.0, sample=25, lost=1, mean_known=True)
    measured = calibrate("cusum", 100.0, sample=25, lost=1)
    assert measured.low < known.low < known.high


def test_the_equation_has_nodes_enough():
    """Wide limits and narrow inputs, where few nodes would miss the kernel: against a chain of many states."""
    for limit, shift, spread in ((4.0, 0.0, 1.0), (12.0, 0.3, 0.7), (20.0, 0.6, 0.6)):
        assert run_length("cusum", limit, shift, spread=spread, direction="up") == pytest.approx(
            brook_and_evans(limit, shift, spread), rel=0.01
        )


def brook_and_evans(limit: float, shift: float, spread: float, states: int = 1_200) -> float:
    """The upward CUSUM as a Markov chain (Biometrika 59, 1972): states of width 2h/(2m - 1), nought in the first."""
    from scipy.stats import norm

    width = 2 * limit / (2 * states - 1)
    places = np.arange(states) * width
    edges = places[None, :] - places[:, None]
    move = norm(shift - 0.5, spread)
    chain = move.cdf(edges + width / 2) - move.cdf(edges - width / 2)
    chain[:, 0] = move.cdf(width / 2 - places)
    return float(np.linalg.solve(np.eye(states) - chain, np.ones(states))[0])


def test_a_delay_looks_the_way_the_chart_looks():
    for direction in ("up", "down", "both"):
        found = calibrate("cusum", 100.0, direction=direction)
        assert found.delay(1.0) < 8 < 20 < found.delay(0.25)


def test_a_run_length_beyond_counting_is_told_as_that():
    assert run_length("cusum", 30.0, -2.0, direction="up") == 1e9


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(UsageError, match="positive limit"):
        run_length("cusum", limit)


def test_what_cannot_be_calibrated_is_refused():
    with pytest.raises(UsageError, match="run length of 2 periods"):
        calibrate("cusum", 2.0)
    with pytest.raises(UsageError, match="run length of nan"):
        calibrate("cusum", float("nan"))
    with pytest.raises(UsageError, match="3 observations less 2"):
        calibrate("cusum", 100.0, sample=3, lost=2)
    with pytest.raises(NotEnoughData, match="No limit guarantees") as told:
        calibrate("ewma", 20_000.0, sample=8, lost=5, assurance=0.95)
    assert "阈值" in told.value.text("zh")
