"""Structure indices against values that others computed.

Sources: the worked toy examples of the literature (shares .3/.3/.4 to .2/.3/.5; amounts 30/30/40 to 22/33/55); the
help pages of the R package REAT 3.0 (Wieland) for Herfindahl, Gini and Krugman; the Python package ecomplexity 0.5.3
(Growth Lab) for the complexity index, run on the table typed in below.
"""

import numpy as np
import pytest

from longwave.measure.structure.complexity import complexity, revealed_advantage
from longwave.measure.structure.concentration import (
    equal_number,
    gini,
    herfindahl,
    normalised_gini,
    normalised_herfindahl,
)
from longwave.measure.structure.movement import absolute_movement, krugman, lilien, moore_angle

REAT = (20, 50, 20, 10)
EXPORTS = np.array(
    [
        [50, 40, 30, 20, 10, 5, 2],
        [30, 35, 25, 10, 4, 0, 1],
        [20, 10, 15, 2, 0, 1, 0],
        [5, 8, 2, 1, 0, 0, 30],
        [2, 1, 4, 0, 6, 9, 20],
        [1, 0, 2, 25, 30, 12, 3],
    ]
)


def test_movement_of_the_toy_economy():
    before, after = (0.3, 0.3, 0.4), (0.2, 0.3, 0.5)
    assert absolute_movement(before, after) == pytest.approx(0.1)
    assert moore_angle(before, after) == pytest.approx(13.163, abs=5e-4)
    assert lilien((30, 30, 40), (22, 33, 55)) == pytest.approx(0.24037, abs=5e-6)


def test_krugman_as_reat_has_it():
    assert krugman((20, 10, 70, 0, 0), (0, 0, 0, 60, 40)) == pytest.approx(2)


def test_concentration_as_reat_has_it():
    assert herfindahl(REAT) == pytest.approx(0.34)
    assert normalised_herfindahl(REAT) == pytest.approx(0.12)
    assert equal_number(REAT) == pytest.approx(2.94, abs=5e-3)
    assert gini(REAT) == pytest.approx(0.3)
    assert normalised_gini(REAT) == pytest.approx(0.4)


def test_complexity_as_ecomplexity_has_it():
    found = complexity(revealed_advantage(EXPORTS) >= 1)
    np.testing.assert_allclose(
        found.eci, [0.817461, 1.049504, 1.049504, -1.317224, -1.039382, -0.559863], atol=1e-6
    )
    # That package puts products on the places' scale, this one on their own: the same numbers but for scale.
    theirs = [1.049504, 1.049504, 1.049504, 0.121331, -0.90046, -0.90046, -1.317224]
    assert np.corrcoef(found.pci, theirs)[0, 1] == pytest.approx(1, abs=1e-9)
