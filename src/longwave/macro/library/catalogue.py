"""The shelf of models: what there is, its text, its figures or how to find them.

Each model is a text ``NAME.lw`` with a description ``NAME.toml``, and where its figures are published and small a
table ``NAME.csv``. The description:

    title = { en = "...", zh = "..." }
    span = ["1921", "1941"]          periods solved where nobody names others (own figures only)
    watch = ["Y", "C"]               variables shown where nobody names any
    example = ["G + 1 in 1930..1933"]
    [figures]                        own table: where it comes from
    title = "..."   publisher = "..."   released = "2003-01-01"   licence = "..."   url = "..."
    [map]                            else, for any economy: columns as `mapped_column` describes them
    Y = "real_gdp"
    ahead = 15                       the map's figures end with the last year known; solved for so many years after it
    [assumed]                        what of the model itself is an assumption, said with every mapped result
    en = "..."   zh = "..."
    [rest]                           without an economy: the model at rest, every column one number, in these periods
    first = "2025-Q1"   last = "2049-Q4"   values = { y = 0.0, pi = 2.0 }
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.library.mapped_column import Alternative, alternatives
from longwave.macro.model import Model


@dataclass(frozen=True, eq=False)
class LibraryModel:
    """A model of the shelf.

    span: periods solved by default, None where the figures decide; watch, example, ahead, rest: see the module; map:
    the alternatives of each column, empty where the model has figures of its own or none; assumed: what is assumed
    beside the map's own assumptions, empty where nothing is.
    """

    name: str
    names: Names
    watch: tuple[str, ...]
    example: tuple[str, ...]
    span: tuple[Period, Period] | None
    map: Mapping[str, tuple[Alternative, ...]]
    ahead: int
    figures: Mapping[str, Any]
    assumed: Names
    rest: Mapping[str, Any]

    def text(self) -> str:
        """The model as it is written."""
        return (resources.files(__package__) / f"{self.name}.lw").read_text("utf-8")

    def model(self) -> Model:
        return _model(self.name)

    @property
    def figures_source(self) -> str:
        """Where its own figures come from; empty where it has none."""
        return str(self.figures.get("title", ""))

    @property
    def has_figures(self) -> bool:
        """Whether it can be solved without other figures: on its own table, or from rest."""
        return bool(self.figures or self.rest)

    def bank(self) -> Databank | None:
        """Its own figures, None where it has none."""
        if self.rest:
            return _at_rest(self.rest)
        return _bank(self.name) if self.figures else None

    def origins(self) -> dict[str, Origin]:
        """Its own figures' origin by dataset id."""
        if not self.figures:
            return {}
        return {f"library.{self.name}": _origin(self.name, self.figures)}


@cache
def names() -> tuple[str, ...]:
    """The models of the shelf, by name."""
    return tuple(
        sorted(
            each.name.removesuffix(".lw")
            for each in resources.files(__package__).iterdir()
            if each.name.endswith(".lw")
        )
    )


@cache
def find(name: str) -> LibraryModel:
    """A model of the shelf. Raises UsageError for a name that is none."""
    if name not in names():
        raise UsageError(
            say("models.not_found", what=name), say("models.not_found_mend", names=", ".join(names()))
        )
    told = tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text("utf-8"))
    span = told.get("span")
    return LibraryModel(
        name=name,
        names=Names(**told["title"]),
        watch=tuple(told.get("watch", ())),
        example=tuple(told.get("example", ())),
        span=(Period.parse(span[0]), Period.parse(span[1])) if span else None,
        map={column: alternatives(each) for column, each in told.get("map", {}).items()},
        ahead=int(told.get("ahead", 0)),
        figures=told.get("figures", {}),
        assumed=Names(**told.get("assumed", {"en": ""})),
        rest=told.get("rest", {}),
    )


@cache
def _model(name: str) -> Model:
    return read_model((resources.files(__package__) / f"{name}.lw").read_text("utf-8"), f"{name}.lw")


@cache
def _bank(name: str) -> Databank:
    rows = list(csv.reader(io.StringIO((resources.files(__package__) / f"{name}.csv").read_text("utf-8"))))
    values = [[float(cell) if cell else np.nan for cell in row[1:]] for row in rows[1:]]
    return Databank.from_frame(pd.DataFrame(values, index=[row[0] for row in rows[1:]], columns=rows[0][1:]))


def _at_rest(rest: Mapping[str, Any]) -> Databank:
    first, last = Period.parse(rest["first"]), Period.parse(rest["last"])
    values = rest["values"]
    return Databank(
        first,
        tuple(values),
        np.tile(np.array(list(values.values()), dtype=np.float64), (last - first + 1, 1)),
    )


def _origin(name: str, told: Mapping[str, Any]) -> Origin:
    content = (resources.files(__package__) / f"{name}.csv").read_bytes()
    return Origin(
        dataset=f"library.{name}",
        title=str(told["title"]),
        publisher=str(told["publisher"]),
        licence=Licence(str(told["licence"])),
        release=str(told["released"]),
        released=str(told["released"]),
        url=str(told.get("url", "")),
        sha256=checksum(content),
    )
