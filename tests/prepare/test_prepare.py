"""One dataset, from the publisher's names to figures ready to be kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

from longwave.core.area import areas
from longwave.core.harvest import Harvest
from longwave.core.panel import Panel
from longwave.prepare.prepare import Prepared, prepare

from .tables import harvest, origin, rows


def test_a_prepared_dataset_carries_all_it_came_with() -> None:
    source = harvest(rows("GB.XPD.RSDV.GD.ZS", {"USA": [2.5, 2.6, 2.7]}, unit="% of GDP"))
    ready = prepare(source)
    assert ready.origin is source.origin
    assert ready.raw == source.raw
    assert ready.realtime is False
    assert ready.panel.series("rd_intensity", area="USA").tolist() == pytest.approx([0.025, 0.026, 0.027])
    assert [meta.variable for meta in ready.metas] == ["rd_intensity"]


def test_the_harvest_is_not_touched() -> None:
    source = harvest(rows("x", {"USA": [25.0, 24.5, 0.0, 25.5, 24.8, 25.1, 25.0]}))
    before = source.panel.frame.copy()
    prepare(source)
    assert source.panel.frame.equals(before)


def test_a_variable_held_back_whole_leaves_no_meta() -> None:
    table = rows("rd_intensity", {"USA": [2.5, 2.6, 2.7]}, unit="share of GDP")
    ready = prepare(harvest(table, rows("x", {"USA": [1.0, 2.0]})))
    assert ready.panel.variables() == ["x"]
    assert [meta.variable for meta in ready.metas] == ["x"]
    assert [str(key) for key in ready.held_back] == ["mine:rd_intensity@USA"]
    assert ready.faults[0].held_back


def test_a_dataset_without_any_unit_leaves_only_its_faults() -> None:
    ready = prepare(harvest(rows("rd_intensity", {"USA": [2.5, 2.6]})))
    assert len(ready.panel) == 0
    assert ready.metas == ()
    assert [(fault.check, fault.held_back) for fault in ready.faults] == [("unit", True)]


def test_an_empty_harvest_gives_an_empty_panel() -> None:
    ready = prepare(Harvest(origin(), Panel.empty(), ()))
    assert len(ready.panel) == 0
    assert ready.faults == ()


def test_vintages_of_one_figure_live_side_by_side() -> None:
    early = rows("GDPC1", {"USA": [10.0, 11.0]}, unit="Billions of Chained 2017 Dollars").assign(
        vintage="2020-01-01"
    )
    late = early.assign(value=early["value"] + 0.5, vintage="2021-01-01")
    ready = prepare(
        harvest(early, late, about=origin("fred_alfred", publisher="Federal Reserve Bank of St. Louis"))
    )
    assert ready.panel.frame["value"].tolist() == pytest.approx([10_000.0, 10_500.0, 11_000.0, 11_500.0])
    assert ready.faults == ()


@pytest.mark.slow
def test_the_world_pack_is_prepared_in_time(world: Mapping[str, Harvest]) -> None:
    names = ["gapminder_sg", "pwt1001", "wb_wdi_2022", "wb_wdi_2025"]
    start = time.process_time()
    ready = [prepare(world[name]) for name in names]
    elapsed = time.process_time() - start
    assert sum(len(part.panel) for part in ready) == sum(len(world[name].panel) for name in names)
    assert elapsed < 8  # seconds of one core; measured 3


def test_nothing_real_is_held_back_from_the_world_panel(world_ready: Callable[[str], Prepared]) -> None:
    """The four country datasets were cleaned by hand when the pack was made; a check that holds back is mistaken."""
    for name in ("gapminder_sg", "pwt1001", "wb_wdi_2022", "wb_wdi_2025"):
        assert world_ready(name).held_back == (), name


def test_aggregates_are_told_from_countries(world_ready: Callable[[str], Prepared]) -> None:
    known = areas()
    present = world_ready("wb_wdi_2025").panel.areas()
    assert {"WLD", "EUU", "OED"} <= {code for code in present if known[code].aggregate}
    assert not known["CHN"].aggregate
