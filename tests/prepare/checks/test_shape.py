"""Series that are too short, too still, holed, or that end early."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longwave.prepare.prepare import Prepared
from longwave.prepare.quality import Action

from ..tables import areas_under, found, rows


def test_one_observation() -> None:
    table = rows("x", {"USA": [1.0], "CHN": [1.0, 2.0], "DEU": [np.nan, np.nan]})
    assert areas_under(Action.NOTE, "one_observation", table) == {"USA", "DEU"}


def test_constant_series() -> None:
    table = rows("x", {"USA": [2.0] * 5, "CHN": [2.0] * 4, "DEU": [2.0, 2.0, 2.0, 2.0, 2.1]})
    assert areas_under(Action.NOTE, "constant_series", table) == {"USA"}


def test_gaps_are_counted_whether_empty_or_absent() -> None:
    table = rows("x", {"USA": [1.0, None, 3.0, np.nan, np.nan, 6.0], "CHN": [1.0, 2.0, np.nan]})
    (finding,) = found("gaps", table)
    assert len(finding.rows) == 2
    assert areas_under(Action.NOTE, "gaps", table) == {"USA"}


def test_series_that_end_early() -> None:
    table = rows("x", {"USA": [1.0] * 10, "CHN": [1.0] * 9, "DEU": [1.0] * 8, "WLD": [1.0] * 5})
    (finding,) = found("ends_early", table)
    assert finding.details == {"earliest": "2007", "latest": "2009"}
    assert areas_under(Action.NOTE, "ends_early", table) == {"DEU"}


def test_american_sector_shares_end_early_in_the_pack(world_ready: Callable[[str], Prepared]) -> None:
    ready = world_ready("gapminder_sg")
    faults = {fault.subject: fault for fault in ready.faults if fault.check == "ends_early"}
    text = faults["gapminder_sg:services_share"].message.text("en")
    assert "2024" in text
    assert not faults["gapminder_sg:services_share"].held_back
