"""The mismatch index of Sahin, Song, Topa and Violante (2014)."""

import numpy as np
import pytest

from longwave.measure.skills.mismatch_index import mismatch_index


def test_the_toy_of_three_cells() -> None:
    """u = (.5, .3, .2), v = (.3, .3, .4), a = .5: 1 - (sqrt .15 + .3 + sqrt .08) = .029859, by hand."""
    u, v = np.array([0.5, 0.3, 0.2]), np.array([0.3, 0.3, 0.4])
    by_hand = 1 - (0.15**0.5 + 0.3 + 0.08**0.5)
    assert mismatch_index(u, v) == pytest.approx(by_hand, abs=1e-12)
    assert mismatch_index(u, v) == pytest.approx(0.029859, abs=5e-7)


def test_efficiencies_of_which_one_cell_has_all() -> None:
    """Two cells with u = v = (.5, .5) and efficiencies 1 and 0+: the planner sends everyone to the first cell, where hires
    would be phi u^.5 (.5)^.5, so that half of the best is reached: with a = .5, phi_bar = (1 / 2)^.5 and
    M = 1 - .5 / .7071 = .29289."""
    half = np.array([0.5, 0.5])
    found = mismatch_index(half, half, 0.5, np.array([1.0, 1e-12]))
    assert found == pytest.approx(1 - 0.5 / 0.5**0.5, abs=1e-9)
