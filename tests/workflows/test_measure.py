"""The verb measure: dimensions and single measures of areas, and measures of a user's own table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import longwave as lw
from longwave.core.settings import Settings
from longwave.workflows.analyse import LATER, in_dimension


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("measure")
    return Settings(store=home / "store", cache=home / "cache")


def test_a_dimension_is_everything_measured_in_it(settings: Settings) -> None:
    done = lw.take_measure("returns", "JPN", settings=settings)
    assert set(done.measurements["JPN"]) <= set(in_dimension("returns"))
    assert done.measurements["JPN"]["return_on_capital"].estimates
    assert done.measurements["JPN"]["slow_down_returns"].datings
    assert set(done.origins) == {"factbook_pwt1001"}
    assert done.said


def test_one_measure_by_its_name(settings: Settings) -> None:
    done = lw.take_measure("growth_accounting", "Germany", settings=settings)
    assert [each.measure for each in done] == ["growth_accounting"]


def test_the_era_is_told_with_what_it_rests_on(settings: Settings) -> None:
    done = lw.take_measure("era", "USA", settings=settings)
    (era,) = done
    assert era.dimension == "era"
    assert era.datings
    assert era.findings


@pytest.mark.parametrize("name", ["hhi", "productivty", ""])
def test_an_unknown_name_is_told_the_nearest(name: str, settings: Settings) -> None:
    with pytest.raises(lw.UsageError) as error:
        lw.take_measure(name, "USA", settings=settings)
    assert error.value.mend is not None


def test_areas_and_tables_are_not_mixed_up(settings: Settings, tmp_path: Path) -> None:
    table = pd.DataFrame({"firm": ["a", "b", "c", "d"], "sales": [30.0, 30.0, 20.0, 20.0]})
    with pytest.raises(lw.UsageError):
        lw.take_measure("concentration", "USA", settings=settings)
    with pytest.raises(lw.UsageError):
        lw.take_measure("returns", "USA", file=table, settings=settings)
    with pytest.raises(lw.UsageError):
        lw.take_measure("concentration", "USA", file=table, settings=settings)
    with pytest.raises(lw.UsageError):
        lw.take_measure("returns", settings=settings)


def test_a_table_from_a_file_equals_the_same_table_in_memory(tmp_path: Path) -> None:
    """Four firms with 30, 30, 20 and 20 per cent: 2600 (US Department of Justice)."""
    table = pd.DataFrame({"firm": ["a", "b", "c", "d"], "sales": [30.0, 30.0, 20.0, 20.0]})
    path = tmp_path / "firms.csv"
    path.write_text("Firm;Sales\na;30,0\nb;30,0\nc;20,0\nd;20,0\n", "utf-8")
    values = [
        next(
            one
            for one in next(iter(lw.take_measure("concentration", file=each))).estimates
            if "hhi" in one.name
        )
        for each in (table, path)
    ]
    assert [one.value for one in values] == pytest.approx([2600, 2600])


def test_everything_listed_has_a_known_dimension() -> None:
    rows = lw.measures()
    assert {row.kind for row in rows} == {"area", "table"}
    assert len({row.name for row in rows}) == len(rows)
    assert set(LATER) <= {row.name for row in rows}


def test_a_table_of_years_and_codes_keeps_its_header(tmp_path: Path) -> None:
    rows = [f"T{t},P{p},{1900 + 10 * t},{1921 + 11 * t + 7 * p},2000" for t in range(3) for p in range(5)]
    path = tmp_path / "adoption.csv"
    path.write_text("\n".join(["technology,place,invented,adopted,until", *rows]), "utf-8")
    (found,) = lw.take_measure("adoption_lag", file=path)
    assert found.estimate("median_lag").sample.observations == 15


def test_a_table_of_one_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text("\n".join(["value", *(f"{10000 / rank:.1f}" for rank in range(1, 301))]), "utf-8")
    (found,) = lw.take_measure("heavy_tail", file=path)
    assert found.estimates
