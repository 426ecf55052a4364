import numpy as np
import pytest

from longwave.measure.era.grid import grid_for
from longwave.measure.era.shocks import find_shocks, shift_curves, shift_windows

from .samples import noise, state

YEARS = np.arange(1970, 2023)
GRID = grid_for(1970, 2022)


def found(values, contribution=False):
    return find_shocks(YEARS, values, GRID.curves(YEARS, contribution), GRID.penalty, contribution)[0]


@pytest.mark.parametrize("window", [(2008, 2009), (2020, 2022), (1985, 1987)])
def test_a_crisis_is_found_where_it_is(window) -> None:
    values = noise(len(YEARS), 0.3, 1)
    values[(window[0] <= YEARS) & (window[1] >= YEARS)] -= 7
    shock = found(values, contribution=True)[0]
    assert shock.first <= window[0] <= window[1] <= shock.last
    assert shock.last - shock.first <= 3


def test_noise_has_no_shocks() -> None:
    counts = [len(found(noise(len(YEARS), 0.5, seed))) for seed in range(12)]
    assert np.mean(np.array(counts) > 0) <= 0.2


def test_an_era_is_no_shock() -> None:
    counts = [len(found(state(len(YEARS), 25, seed=seed).values.to_numpy())) for seed in range(8)]
    assert np.mean(np.array(counts) > 0) <= 0.26


def test_a_lasting_shift_moves_a_level_for_good_and_a_contribution_for_a_while() -> None:
    windows = shift_windows(1970, 1990)
    years = np.arange(1970, 1991)
    at = windows.index((1980, 2))
    assert shift_curves(windows, years, False)[:, at].tolist() == [0.0] * 10 + [0.5] + [1.0] * 10
    assert shift_curves(windows, years, True)[:, at].sum() == 2
