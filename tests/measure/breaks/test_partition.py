"""The global minimum against trying every partition."""

from itertools import combinations

import numpy as np
import pytest

from longwave.measure.breaks.partition import partitions, repartition
from longwave.measure.breaks.segments import Regression, fit


def every(given: Regression, shortest: int, breaks: int) -> tuple[float, tuple[int, ...]]:
    best = (np.inf, ())
    for ends in combinations(range(1, given.n), breaks):
        if min(np.diff((0, *ends, given.n))) >= shortest:
            rest = fit(given.design(ends), given.y)[1]
            best = min(best, (float(rest @ rest), ends))
    return best


@pytest.mark.parametrize("z", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_dates_of_up_to_three_breaks(z: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = Regression(rng.normal(size=22).cumsum(), np.ones((22, 1)), rng.normal(size=(22, z)))
    found = partitions(given, 4, 3)
    for breaks in (1, 2, 3):
        ssr, ends = every(given, 4, breaks)
        assert found[breaks].ssr == pytest.approx(ssr)
        assert found[breaks].ends == ends


def test_breaks_stop_where_there_is_no_room() -> None:
    given = Regression(np.random.default_rng(1).normal(size=20), np.ones((20, 1)), np.empty((20, 0)))
    assert [len(one.ends) for one in partitions(given, 6, 9)] == [0, 1, 2]


def test_repartition_moves_a_misplaced_date() -> None:
    y = np.repeat([0.0, 5.0, 1.0], 20) + np.random.default_rng(2).normal(0, 0.1, 60)
    given = Regression(y, np.ones((60, 1)), np.empty((60, 0)))
    assert repartition(given, (24, 40), 5) == (20, 40)
