"""find_breaks as a whole: what it finds, what leaves it unmoved, what it refuses."""

import time

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as some

from longwave.core.errors import BadInput, NotEnoughData
from longwave.measure.breaks.find import RULES, find_breaks

RNG = np.random.default_rng(21)
Y = RNG.normal(size=80) + np.repeat([0.0, 3.0], [30, 50])
X = np.column_stack([np.ones(80), RNG.normal(size=80)])


def test_a_clear_break_by_every_rule() -> None:
    for rule in RULES:
        found = find_breaks(Y, rule=rule, draws=99)
        assert (found.chosen, found.positions) == (1, (29,))
    assert found.rule == "lwz"
    assert found.regimes[0].last == 29
    assert found.regimes[1].first == 30
    assert found.regimes[0].low[0] < found.regimes[0].coefficients[0] < found.regimes[0].high[0]


def test_no_break_is_an_answer() -> None:
    found = find_breaks(RNG.normal(size=60), draws=199)
    assert found.chosen == 0
    assert found.positions == found.intervals == found.likelihood_intervals == ()
    assert len(found.regimes) == 1
    assert not found.test("bootstrap_ud_max").rejected


@settings(max_examples=12)
@examples(some.floats(1e-6, 1e6), some.floats(-1e4, 1e4), some.booleans())
def test_affine_change_moves_no_date_test_or_number(scale: float, shift: float, turned: bool) -> None:
    one = find_breaks(Y, draws=39)
    other = find_breaks((-1 if turned else 1) * scale * (Y + shift), draws=39)
    assert (one.positions, one.intervals, one.numbers) == (other.positions, other.intervals, other.numbers)
    for before, after in zip(one.tests, other.tests, strict=True):
        assert after.statistic == pytest.approx(before.statistic, rel=1e-3)


def test_the_order_and_the_units_of_regressors_do_not_matter() -> None:
    one = find_breaks(Y, X, draws=39)
    other = find_breaks(Y, X[:, ::-1] @ np.array([[3.0, 0.5], [0.0, -2.0]]), draws=39)
    assert one.partitions == other.partitions
    assert one.intervals == other.intervals
    assert one.ssr == pytest.approx(other.ssr)
    assert [test.statistic for test in one.tests[:6]] == pytest.approx(
        [test.statistic for test in other.tests[:6]], rel=0.2
    )
    iid = [find_breaks(Y, x, covariance="iid", draws=39).test("sup_f_1").statistic for x in (X, X[:, ::-1])]
    assert iid[0] == pytest.approx(iid[1])


def test_time_turned_round_turns_the_dates() -> None:
    one, other = find_breaks(Y, draws=39), find_breaks(Y[::-1], draws=39)
    assert [80 - 2 - position for position in other.positions] == list(one.positions)
    assert other.ssr == pytest.approx(one.ssr)


def test_partial_structural_change() -> None:
    z = RNG.normal(size=(80, 2))
    found = find_breaks(Y + z @ [5.0, -3.0], None, z, draws=99)
    assert found.positions == (29,)
    assert found.test("bootstrap_sup_f_1").rejected


def test_a_trend_that_bends() -> None:
    time = np.arange(70.0)
    y = np.where(time < 40, 0.5 * time, 20 + 0.1 * (time - 40)) + RNG.normal(0, 0.4, 70)
    found = find_breaks(y, np.column_stack([np.ones(70), time]), draws=99)
    assert found.chosen >= 1
    assert min(abs(position - 39) for position in found.positions) <= 3


def test_a_break_without_noise() -> None:
    found = find_breaks(np.repeat([1.0, 2.0], 20), draws=99)
    assert found.positions == (19,)
    assert found.intervals == found.likelihood_intervals == ((19, 19),)
    assert all(np.isfinite(test.statistic) for test in found.tests)


@pytest.mark.parametrize("covariance", ["iid", "heteroskedastic", "hac"])
@pytest.mark.parametrize("errors", ["by_regime", "common"])
def test_every_covariance_runs_and_intervals_hold_the_estimate(covariance: str, errors: str) -> None:
    found = find_breaks(Y, X, covariance=covariance, errors=errors, number=2, draws=39)
    assert found.chosen == 2
    for kind in (found.intervals, found.likelihood_intervals):
        assert all(
            0 <= low <= at <= high <= 78 for at, (low, high) in zip(found.positions, kind, strict=True)
        )


@pytest.mark.parametrize("trim", [0.05, 0.10, 0.13, 0.25, 12])
def test_trimming_is_kept(trim: float) -> None:
    found = find_breaks(Y, trim=trim, most=9, number=9, draws=39)
    assert min(one.last - one.first + 1 for one in found.regimes) >= found.shortest


@pytest.mark.parametrize(
    ("y", "options", "error"),
    [
        (np.append(Y, np.nan), {}, BadInput),
        (np.append(Y, np.inf), {}, BadInput),
        (np.ones(50), {}, BadInput),
        (Y[:, None], {}, BadInput),
        (Y[:5], {}, NotEnoughData),
        ([], {}, NotEnoughData),
        (Y, {"x": X[:50]}, BadInput),
        (Y, {"x": X[:, [0, 0]]}, BadInput),
        (Y, {"trim": 0.6}, BadInput),
        (Y, {"trim": 0}, BadInput),
        (Y, {"trim": 45}, NotEnoughData),
        (Y, {"covariance": "magic"}, BadInput),
        (Y, {"rule": "first"}, BadInput),
        (Y, {"level": 1.5}, BadInput),
        (Y, {"most": 0}, BadInput),
        (Y, {"number": -1}, BadInput),
        (Y, {"draws": 3}, BadInput),
    ],
)
def test_bad_input_is_told(y: object, options: dict, error: type[Exception]) -> None:
    with pytest.raises(error) as told:
        find_breaks(y, **options)
    assert told.value.text("en")
    assert told.value.text("zh")


def test_a_long_quarterly_series_takes_a_fraction_of_a_second() -> None:
    """Processor seconds, not those of the clock: 0.3 for 276 observations, all tests, up to 5 breaks."""
    y = RNG.normal(size=276) + np.repeat([0.0, 2.0, 0.5], 92)
    find_breaks(y[:60])
    start = time.process_time()
    find_breaks(y)
    assert time.process_time() - start < 0.3
