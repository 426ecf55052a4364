"""The factbook against the publishers' figures: every cell, every licence, and their number."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from longwave.core.area import areas
from longwave.core.origin import Licence, Origin
from longwave.prepare.concepts import concepts, find_concept

HOME = resources.files("longwave.factbook")
LICENCES = Path(__file__).resolve().parents[2] / "LICENSES" / "DATA.md"
OPEN = {"CC-BY-4.0", "CC0-1.0", "US-federal-public-domain"}
MOST = 10_000
IN_PACK = {
    "factbook_pwt1001": ("panel", "pwt1001"),
    "factbook_gapminder_sg": ("panel", "gapminder_sg"),
    "factbook_wb_wdi_2022": ("panel", "wb_wdi_2022"),
    "factbook_wb_wdi_2025": ("panel", "wb_wdi_2025"),
    "factbook_ncses_rd": ("us_dynamism_rd", "ncses_rd"),
}


@cache
def book() -> dict[str, Any]:
    return tomllib.loads(HOME.joinpath("factbook.toml").read_text("utf-8"))


def datasets() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in book()["datasets"]}


def figures(file: str) -> dict[tuple[str, str], float]:
    """(area, year) -> figure as it stands in the table."""
    table = list(csv.DictReader(HOME.joinpath(file).read_text("utf-8").splitlines()))
    return {
        (area, row["period"]): float(text)
        for row in table
        for area, text in row.items()
        if area != "period" and text
    }


TABLES = [pytest.param(entry, id=entry["file"]) for entry in book()["tables"]]


def test_no_more_figures_than_allowed() -> None:
    counts = {entry["file"]: len(figures(entry["file"])) for entry in book()["tables"]}
    assert 5_000 < sum(counts.values()) <= MOST, counts


def test_every_table_is_listed_and_every_listed_table_is_there() -> None:
    present = {item.name for item in HOME.iterdir() if item.name.endswith(".csv")}
    assert present == {entry["file"] for entry in book()["tables"]}


@pytest.mark.parametrize("dataset", sorted(datasets()))
def test_every_dataset_says_whose_it_is_and_that_it_may_be_shown(dataset: str) -> None:
    entry = datasets()[dataset]
    for field in ("title", "publisher", "release", "released", "licence_url", "url", "attribution"):
        assert entry[field], field
    assert entry["licence"] in OPEN
    assert f"`{dataset}`" in LICENCES.read_text("utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_means_its_concept(table: dict[str, Any]) -> None:
    entry = datasets()[table["dataset"]]
    about = Origin(
        entry["id"],
        entry["title"],
        entry["publisher"],
        entry["release"],
        entry["released"],
        Licence(entry["licence"]),
    )
    match = find_concept(table["variable"], about)
    assert match is not None
    assert match.concept.name == table["concept"]
    assert table["concept"] in concepts()
    assert table["en"]
    assert table["zh"]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_tidy(table: dict[str, Any]) -> None:
    lines = HOME.joinpath(table["file"]).read_text("utf-8").splitlines()
    head, years = lines[0].split(","), [line.split(",")[0] for line in lines[1:]]
    assert head[0] == "period"
    assert all(not areas()[code].aggregate for code in head[1:])
    assert years == [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]


@pytest.mark.parametrize("table", TABLES)
def test_every_figure_is_the_published_one(table: dict[str, Any], world_pack: Path) -> None:
    file, source = IN_PACK[table["dataset"]]
    pack = pd.read_parquet(world_pack / f"{file}.parquet")
    rows = pack[(pack["source"] == source) & (pack["variable"] == table["variable"]) & pack["value"].notna()]
    codes = rows["iso3"].astype(str) if "iso3" in rows else rows["area"].replace({"US": "USA"})
    published = dict(zip(zip(codes, rows["year"].astype(str), strict=True), rows["value"], strict=True))
    ours = figures(table["file"])
    assert ours == {key: published[key] for key in ours}
    left_out = {key for key in published if key[0] in {area for area, _ in ours}} - set(ours)
    assert not left_out


def test_tfp_can_be_made_again_to_a_millionth(world_pack: Path) -> None:
    """Penn World Table 10.01, rtfpna: the Tornqvist residual of the factbook's inputs, wherever hours are given.

    Feenstra, Inklaar and Timmer (2015), equation 21 of the appendix on growth: labour is persons x hours x human capital,
    weighted with the mean labour share of both years.
    """
    pack = pd.read_parquet(world_pack / "panel.parquet")
    pack = pack[(pack["source"] == "pwt1001") & (pack["variable"] == "rtfpna")]
    names = (
        "real_gdp",
        "capital_services",
        "employment",
        "hours_per_worker",
        "human_capital",
        "labour_share",
    )
    inputs = pd.DataFrame({name: pd.Series(figures(f"{name}.csv")) for name in names}).dropna()
    compared = 0
    for area, table in inputs.groupby(level=0):
        own = table.droplevel(0).sort_index()
        published = pack[pack["iso3"] == area].set_index(pack["year"][pack["iso3"] == area].astype(str))[
            "value"
        ]
        change = np.log(own.drop(columns="labour_share")).diff()
        share = own["labour_share"].rolling(2).mean()
        labour = change["employment"] + change["hours_per_worker"] + change["human_capital"]
        residual = change["real_gdp"] - share * labour - (1 - share) * change["capital_services"]
        gap = (residual - np.log(published).diff()).dropna().abs()
        compared += len(gap)
        assert gap.max() < 1e-6, area
    assert compared > 600
