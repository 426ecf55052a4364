import numpy as np
import pytest

from longwave.measure.era.maturity import SHAPES, log_decay, maturity, pace

GAP = np.linspace(-60, 60, 2401)


@pytest.mark.parametrize("shape", SHAPES)
def test_pace_is_the_slope_of_maturity_and_highest_at_the_date(shape) -> None:
    m, slope = maturity(shape, 30.0, GAP), pace(shape, 30.0, GAP)
    inside = m > 1e-6
    np.testing.assert_allclose(np.gradient(m, GAP)[inside][2:-2], slope[inside][2:-2], atol=2e-5)
    assert GAP[np.argmax(slope)] == pytest.approx(0, abs=0.05)
    assert np.all(np.diff(m) >= -1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_duration_runs_from_one_tenth_to_nine_tenths(shape) -> None:
    m = maturity(shape, 30.0, GAP)
    tenth, nine = (float(np.interp(share, m, GAP)) for share in (0.1, 0.9))
    assert nine - tenth == pytest.approx(30, abs=0.05)


@pytest.mark.parametrize("shape", SHAPES)
def test_decay_is_the_growth_of_the_pace_and_one_at_the_date(shape) -> None:
    gap = np.linspace(-10, 40, 501)
    growth = np.gradient(np.log(pace(shape, 30.0, gap)), gap)
    np.testing.assert_allclose(growth[2:-2], log_decay(shape, 30.0, gap)[2:-2], atol=1e-3)
    assert log_decay(shape, 30.0, np.array([0.0]))[0] == pytest.approx(0, abs=1e-12)


def test_logistic_decay_is_the_formula() -> None:
    rate = 2 * np.log(9) / 30
    m = maturity(SHAPES[0], 30.0, GAP)
    np.testing.assert_allclose(np.exp(log_decay(SHAPES[0], 30.0, GAP)), np.exp(rate * (1 - 2 * m)))


def test_richards_lies_between_logistic_and_gompertz() -> None:
    late = np.array([25.0])
    early = [float(maturity(shape, 30.0, late)[0]) for shape in (SHAPES[1], SHAPES[3], SHAPES[0])]
    assert early == sorted(early)
