"""The recursive test: nothing of the future, and refusals where it would be no test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import NotEnoughData
from longwave.decide.early_warning.auroc import auroc
from longwave.decide.early_warning.crises import Crisis, CrisisTable
from longwave.decide.early_warning.indicators import stacked
from longwave.decide.early_warning.real_time import hit_rates, in_real_time, warnings_of
from longwave.decide.early_warning.windows import Horizon

from .simulated import World, world

MODELLED = ["gap", "change"]


@pytest.fixture(scope="module")
def told() -> tuple[World, pd.DataFrame]:
    simulated = world(areas=30)
    return simulated, stacked(simulated.credit)


def test_crises_that_follow_booms_are_warned_of(told: tuple[World, pd.DataFrame]) -> None:
    simulated, rows = told
    found = in_real_time(rows[MODELLED], rows["area"], rows["year"], simulated.crises, Horizon())
    frame = found.frame
    assert auroc(frame["probability"].to_numpy(float), frame["crisis"].to_numpy() > 0.5) > 0.7
    counted = hit_rates(frame)
    assert sum(counted.values()) == len(frame)
    assert counted["hits"] > counted["missed"]
    assert found.waves > 3


def test_crises_that_are_blind_to_credit_are_not() -> None:
    simulated = world(areas=30, told=0.0, seed=4)
    rows = stacked(simulated.credit)
    found = in_real_time(rows[MODELLED], rows["area"], rows["year"], simulated.crises, Horizon(2, 5))
    frame = found.frame
    assert abs(auroc(frame["probability"].to_numpy(float), frame["crisis"].to_numpy() > 0.5) - 0.5) < 0.25


@pytest.mark.parametrize("year", [1990, 2001])
def test_no_leakage(told: tuple[World, pd.DataFrame], year: int) -> None:
    """Whatever is changed after the year, in figures or in crises, its warnings stay what they were."""
    simulated, rows = told
    horizon = Horizon()

    def warned(rows: pd.DataFrame, crises: CrisisTable) -> pd.DataFrame:
        made = warnings_of(year, rows[MODELLED], rows["area"], rows["year"], crises, horizon)
        assert made is not None
        return made

    own = warned(rows, simulated.crises)
    later = rows["year"] > year
    noise = np.random.default_rng(0).normal(0, 50, (int(later.sum()), len(MODELLED)))
    figures = rows.copy()
    figures.loc[later, MODELLED] = noise
    others = tuple(each for each in simulated.crises.crises if each.start < year)
    invented = tuple(Crisis(area, year) for area in sorted(set(rows["area"]))[::2])
    crises = replace(simulated.crises, crises=(*others, *invented))
    pd.testing.assert_frame_equal(own, warned(figures, crises))
    # What was known does matter.
    fewer = replace(simulated.crises, crises=tuple(each for each in others if each.start < 1980))
    assert not own["probability"].equals(warned(rows, fewer)["probability"])


def test_credit_after_the_year_changes_no_indicator_before(told: tuple[World, pd.DataFrame]) -> None:
    simulated, rows = told
    cut = stacked(simulated.credit.loc[:"2000-Q4"])
    whole = rows[rows["year"] <= 2000].reset_index(drop=True)
    merged = whole.merge(cut, on=["area", "year"], suffixes=("", "_cut"))
    assert len(merged) == len(cut)
    for name in (*MODELLED, "level"):
        assert merged[name].to_numpy() == pytest.approx(
            merged[f"{name}_cut"].to_numpy(), abs=1e-5, nan_ok=True
        )


def test_few_crises_and_one_wave_are_refused(told: tuple[World, pd.DataFrame]) -> None:
    simulated, rows = told
    few = replace(simulated.crises, crises=simulated.crises.crises[:6])
    with pytest.raises(NotEnoughData):
        in_real_time(rows[MODELLED], rows["area"], rows["year"], few, Horizon())
    areas = sorted(set(rows["area"]))
    one = replace(simulated.crises, crises=tuple(Crisis(area, 2007) for area in areas[:15]))
    with pytest.raises(NotEnoughData) as refused:
        in_real_time(rows[MODELLED], rows["area"], rows["year"], one, Horizon())
    assert refused.value.message.key == "early_warning.one_wave"
