"""Earlier dates at which a method is tried."""

import pytest

from longwave.forecast.origins import MOST_ORIGINS, origins


@pytest.mark.parametrize("observations", range(1, 90))
@pytest.mark.parametrize("horizon", [1, 2, 10])
def test_origins_leave_a_past_and_a_future(observations, horizon):
    found = origins(observations, horizon, 10)
    assert found == sorted(set(found))
    assert all(10 <= known <= observations - min(horizon, 3) for known in found)
    assert all(known >= observations // 2 for known in found)
    assert len(found) <= MOST_ORIGINS


def test_origins_are_spread_evenly_over_the_later_half():
    assert origins(100, 5, 10, most=5) == [50, 62, 74, 85, 97]
    assert origins(100, 1, 10, most=3) == [50, 74, 99]
    assert origins(100, 5, 90, most=3) == [90, 94, 97]


@pytest.mark.parametrize(
    ("observations", "horizon", "count"), [(12, 10, 0), (13, 10, 1), (11, 1, 1), (10, 1, 0)]
)
def test_a_short_run_has_few_or_none(observations, horizon, count):
    assert len(origins(observations, horizon, 10)) == count
