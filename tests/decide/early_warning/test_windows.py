"""What is asked of which year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.message import say
from longwave.decide.early_warning.crises import Crisis, CrisisTable, Wave
from longwave.decide.early_warning.windows import Horizon, cluster_of, label, label_wave


def table(*crises: Crisis, first: int = 1980, last: int = 2020) -> CrisisTable:
    return CrisisTable(tuple(crises), first, last, say("early_warning.nothing"))


def labels(crises: CrisisTable, horizon: Horizon, first: int = 1990, last: int = 2020) -> dict[int, float]:
    years = pd.Series(range(first, last + 1))
    found = label(pd.Series(["AAA"] * len(years)), years, crises, horizon)
    return dict(zip(years, found, strict=True))


def test_the_years_before_are_one_and_the_crisis_is_left_out() -> None:
    found = labels(table(Crisis("AAA", 2007, 2009), Crisis("BBB", 2000)), Horizon(1, 3))
    assert [found[year] for year in (2003, 2004, 2005, 2006, 2010)] == [0, 1, 1, 1, 0]
    assert all(np.isnan(found[year]) for year in (2007, 2008, 2009))
    assert found[1998] == 0  # another area's crisis


def test_the_years_between_window_and_crisis_are_left_out() -> None:
    found = labels(table(Crisis("AAA", 2007)), Horizon(2, 5))
    assert [found[year] for year in (2001, 2002, 2005)] == [0, 1, 1]
    assert np.isnan(found[2006])
    assert np.isnan(found[2011])
    assert found[2012] == 0


def test_years_whose_window_the_list_does_not_cover_are_left_out() -> None:
    found = labels(table(first=1995, last=2011), Horizon(1, 3))
    assert np.isnan(found[1993])
    assert found[1994] == 0
    assert found[2008] == 0
    assert np.isnan(found[2009])


def test_a_wave_asks_of_one_year() -> None:
    crises = table(Crisis("AAA", 2008), Crisis("BBB", 2004), Crisis("CCC", 1990))
    areas = pd.Series(["AAA", "BBB", "CCC"])
    found = label_wave(areas, 2006, crises, Wave(2007, 2009, 1))
    assert found[0] == 1
    assert np.isnan(found[1])
    assert found[2] == 0


def test_clusters_are_the_waves_ahead() -> None:
    found = [Wave(1991, 1991, 3), Wave(2007, 2009, 5)]
    years = pd.Series([1980, 1990, 1991, 2006, 2008, 2009, 2015])
    assert list(cluster_of(years, found, Horizon(1, 3))) == [0, 0, 1, 1, 1, 2, 2]


def test_a_horizon_has_an_order() -> None:
    with pytest.raises(ValueError, match="year ahead"):
        Horizon(0, 3)
    with pytest.raises(ValueError, match="year ahead"):
        Horizon(3, 2)
