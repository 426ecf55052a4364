"""The supply and use tables that come with longwave: one area each, typed from the statistical office that made them.

A table is three files in `tables/`: ``<name>.toml`` (whose it is, which year, names), ``<name>.use.csv`` and
``<name>.supply.csv``. Another area's table is three more files.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Names
from longwave.core.origin import Licence, Origin
from longwave.measure.structure.supply_use import SupplyUse, supply_use


@dataclass(frozen=True, eq=False)
class PublishedTable:
    """An area's supply and use tables.

    origin: whose figures they are; title, publisher, year, copy: the same in both languages, and what is known of the
    copy that was read; period: the year; industries: code -> name; tables: without the products left out, which no
    industry makes as its own; value_added: by industry, at basic prices; paid_otherwise: what industries pay for the
    products left out.
    """

    area: str
    origin: Origin
    title: Names
    publisher: Names
    year: Names
    copy: Names
    period: str
    unit: str
    industries: Mapping[str, Names]
    tables: SupplyUse
    value_added: NDArray[np.float64]
    paid_otherwise: NDArray[np.float64]


def published_table(area: str) -> PublishedTable | None:
    """The table of an area, the latest where there are several; None where none comes with longwave."""
    mine = [table for table in published_tables() if table.area == area]
    return max(mine, key=lambda table: table.period) if mine else None


def published_origins() -> dict[str, Origin]:
    """Whose the tables are that come with longwave, by dataset id."""
    return {table.origin.dataset: table.origin for table in published_tables()}


def with_published(origins: Mapping[str, Origin], used: Collection[str]) -> dict[str, Origin]:
    """Whose the figures used are, in the order of their ids, among the origins given and the tables of longwave."""
    known = {**published_origins(), **origins}
    return {name: known[name] for name in sorted(known) if name in used}


@cache
def published_tables() -> tuple[PublishedTable, ...]:
    """Every table that comes with longwave."""
    folder = resources.files("longwave.measure.structure").joinpath("tables")
    names = sorted(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )
    return tuple(_read(name) for name in names)


def _read(name: str) -> PublishedTable:
    folder = resources.files("longwave.measure.structure").joinpath("tables")
    about = tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
    use, supply = (
        pd.read_csv(io.StringIO(folder.joinpath(f"{name}.{kind}.csv").read_text("utf-8")), index_col="row")
        for kind in ("use", "supply")
    )
    words = {key: Names(about[key]["en"], about[key]["zh"]) for key in ("title", "publisher", "year", "copy")}
    industries = {code: Names(each["en"], each["zh"]) for code, each in about["industries"].items()}
    codes = list(industries)
    products = [product for product in supply.index if product not in about["left_out"]]
    return PublishedTable(
        area=about["area"],
        origin=_origin(about),
        **words,
        period=about["period"],
        unit=about["unit"],
        industries=industries,
        tables=supply_use(
            use.loc[products, codes],
            supply.loc[products, codes],
            use.loc["output", codes],
            supply.loc[products, "imports"],
        ),
        value_added=use.loc["value_added", codes].to_numpy(float),
        paid_otherwise=use.loc[about["left_out"], codes].to_numpy(float).sum(axis=0),
    )


def _origin(about: Mapping[str, Any]) -> Origin:
    return Origin(
        about["dataset"],
        about["title"]["en"],
        about["publisher"]["en"],
        about["period"],
        about["released"],
        Licence(about["licence"], about["licence_url"]),
        about["url"],
    )
