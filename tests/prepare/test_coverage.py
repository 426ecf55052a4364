"""From when to when figures reach."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from longwave.core.panel import Panel
from longwave.prepare.coverage import COLUMNS, coverage
from longwave.prepare.prepare import Prepared

from .tables import rows


def test_first_last_gaps_and_projections() -> None:
    table = rows("x", {"USA": [np.nan, 1.0, np.nan, 3.0, 4.0]})
    table.loc[4, "status"] = "F"
    row = coverage(Panel.of(table)).iloc[0].to_dict()
    assert row == {
        "source": "mine",
        "area": "USA",
        "variable": "x",
        "item": "",
        "first": "2001",
        "last": "2004",
        "observations": 3,
        "missing": 1,
        "projections": 1,
    }


def test_quarters_are_counted_as_quarters() -> None:
    table = rows("x", {"USA": [1.0, 2.0]}).assign(period=["2019-Q3", "2020-Q2"])
    assert coverage(Panel.of(table))["missing"].tolist() == [2]


def test_nothing_covers_nothing() -> None:
    assert list(coverage(Panel.empty()).columns) == list(COLUMNS)
    assert coverage(Panel.of(pd.DataFrame(rows("x", {"USA": [np.nan]})))).empty


def test_american_sector_shares_end_before_the_chinese(world_ready: Callable[[str], Prepared]) -> None:
    """They start in 1997 and end in 2021 in the pack; a report that compares must be able to say so."""
    table = coverage(
        world_ready("gapminder_sg").panel.select(variable="agriculture_share", area=["USA", "CHN"])
    )
    spans = {row.area: (row.first, row.last) for row in table.itertuples()}
    assert spans == {"CHN": ("1960", "2024"), "USA": ("1997", "2021")}
