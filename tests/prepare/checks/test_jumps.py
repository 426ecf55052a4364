"""Units that change midway."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from longwave.prepare.prepare import Prepared
from longwave.prepare.quality import Action

from ..tables import areas_under, rows

QUIET = [100.0 * 1.03**step for step in range(16)]


@pytest.mark.parametrize("factor", [100.0, 1000.0, 1e6, 0.01, 0.001])
def test_a_lasting_jump_is_held_back(factor: float) -> None:
    broken = [*QUIET[:8], *(factor * value for value in QUIET[8:])]
    table = rows("anything", {"USA": broken, "CHN": QUIET})
    assert areas_under(Action.HOLD_BACK, "unit_jump", table) == {"USA"}


def test_there_and_back_is_held_back() -> None:
    broken = [*QUIET[:8], 1000 * QUIET[8], *QUIET[9:]]
    assert areas_under(Action.HOLD_BACK, "unit_jump", rows("anything", {"USA": broken})) == {"USA"}


@pytest.mark.parametrize(
    "values",
    [
        [
            0.0001,
            0.002,
            0.2,
            1.5,
            4.0,
            9.0,
            16.0,
            25.0,
            33.0,
            41.0,
            50.0,
            58.0,
        ],  # growth out of nearly nothing
        [2.0**step for step in range(16)],  # doubling each period
        [*QUIET[:8], *(2.5 * value for value in QUIET[8:])],  # a merger or an annexed region
        [2.0, 2.0, 3.0, 2.0, 2.0, 3.0, 200.0, 210.0, 1.0, 2.0, 3.0, 2.0, 3.0, 2.0],  # a few cases a year
        [1.0, 30.0, 900.0, 27_000.0, 8e5, 2e7, 7e8, 2e10],  # hyperinflation
    ],
)
def test_movements_are_not_jumps(values: list[float]) -> None:
    assert areas_under(Action.HOLD_BACK, "unit_jump", rows("anything", {"USA": values})) == set()


def test_the_broken_industry_of_the_klems_splice_is_found(world_ready: Callable[[str], Prepared]) -> None:
    """Industry 44 of 63, labour: 2060 in 2017, 46 in 2018, 51 in 2020, 3990 in 2021; three vintages were spliced."""
    ready = world_ready("us_klems_ev")
    assert [key.item for key in ready.held_back] == ["63Ind:44"]
