"""The panel: the long table in which every number of longwave travels, checked once at the door.

One row is one observation: source, area, variable, item, period, value, unit, status, vintage, note.

- source: dataset id, the key to its `Origin`; area: ISO 3166 alpha-3 or an aggregate's code; item: an industry,
  a technology, an occupation, or empty for the whole area.
- period: 2019, 2019-Q3 or 2019-07; one frequency a series.
- value: float; null (NaN) exactly where status says that it is missing; never infinite.
- unit: text of a `Unit`, one a series; a series never mixes units or price bases.
- status: SDMX observation status (see `Status`); note: why a value is missing or what was done to it.
- vintage: the date (YYYY-MM-DD) on which these figures were released.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, DuplicateObservations, UnitMismatch, UnknownSeries
from longwave.core.message import say
from longwave.core.period import normalise_periods

COLUMNS = ("source", "area", "variable", "item", "period", "value", "unit", "status", "vintage", "note")
KEY = ("source", "area", "variable", "item", "period", "vintage")
_DEFAULTS = {"source": "", "item": "", "unit": "not stated", "status": "A", "vintage": "", "note": ""}


class Status(StrEnum):
    """Observation status after SDMX code list CL_OBS_STATUS (2.2). Those from MISSING on carry no value."""

    NORMAL = "A"
    BREAK = "B"
    ESTIMATED = "E"
    FORECAST = "F"
    IMPUTED = "I"
    PROVISIONAL = "P"
    LOW_RELIABILITY = "U"
    MISSING = "O"
    CANNOT_EXIST = "M"
    NOT_COLLECTED = "L"
    SUPPRESSED = "Q"


EMPTY_STATUSES = frozenset({Status.MISSING, Status.CANNOT_EXIST, Status.NOT_COLLECTED, Status.SUPPRESSED})


@dataclass(frozen=True, eq=False)
class Panel:
    """A checked long table. Make it with `Panel.of`; `frame` is never changed in place."""

    frame: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Panel:
        """Checks and normalises a long table; the one door.

        area, variable, period and value must be there, the other columns have defaults. Rows are sorted by key.
        Raises BadInput (a column is missing, text among the numbers, an infinite value, an unwritable period, an
        unknown status, mixed frequencies in a series), DuplicateObservations, UnitMismatch (two units in one series).
        """
        missing = [name for name in ("area", "variable", "period", "value") if name not in frame.columns]
        if missing:
            raise BadInput(
                say("core.missing_columns", columns=tuple(missing), present=tuple(map(str, frame.columns)))
            )
        table = frame.assign(
            **{name: default for name, default in _DEFAULTS.items() if name not in frame.columns}
        )
        table = table.loc[:, list(COLUMNS)].reset_index(drop=True)
        for name in COLUMNS:
            if name not in {"value", "period"}:
                table[name] = _text(table[name], _DEFAULTS.get(name, ""))
        table["period"] = normalise_periods(table["period"])
        table["value"] = _numbers(table["value"])
        table = _missing_marked(table)
        _check_text(table)
        table = table.sort_values(list(KEY), kind="stable", ignore_index=True)
        _check_unique(table)
        _check_series(table)
        return cls(table)

    @classmethod
    def empty(cls) -> Panel:
        return cls.of(pd.DataFrame({name: [] for name in COLUMNS}))

    @classmethod
    def concat(cls, panels: Iterable[Panel]) -> Panel:
        """All rows of several panels, checked again as one."""
        frames = [panel.frame for panel in panels if len(panel.frame)]
        return cls.of(pd.concat(frames, ignore_index=True)) if frames else cls.empty()

    def __len__(self) -> int:
        return len(self.frame)

    def select(
        self,
        *,
        source: str | Iterable[str] | None = None,
        area: str | Iterable[str] | None = None,
        variable: str | Iterable[str] | None = None,
        item: str | Iterable[str] | None = None,
    ) -> Panel:
        """The rows whose columns are among those named; checked already, so not checked again."""
        keep = np.ones(len(self.frame), dtype=bool)
        for name, wanted in (("source", source), ("area", area), ("variable", variable), ("item", item)):
            if wanted is not None:
                values = [wanted] if isinstance(wanted, str) else list(wanted)
                keep &= self.frame[name].isin(values).to_numpy()
        return Panel(self.frame[keep].reset_index(drop=True))

    def of_area(self, area: str) -> Panel:
        """The rows of one area. The table is parted once, for loops over many areas; an unknown one has none."""
        if area not in self._areas:
            places = self._places.get(area)
            rows = self.frame.iloc[:0] if places is None else self.frame.take(places)
            self._areas[area] = Panel(rows.reset_index(drop=True))
        return self._areas[area]

    @cached_property
    def _places(self) -> dict[str, NDArray[np.intp]]:
        found = self.frame.groupby("area", sort=False).indices
        return {str(area): np.asarray(places) for area, places in found.items()}

    @cached_property
    def _areas(self) -> dict[str, Panel]:
        return {}

    def variables(self) -> list[str]:
        return sorted(self.frame["variable"].unique())

    def areas(self) -> list[str]:
        return sorted(self.frame["area"].unique())

    def sources(self) -> list[str]:
        return sorted(self.frame["source"].unique())

    def series(self, variable: str, *, area: str | None = None, item: str = "") -> pd.Series:
        """One series as numbers indexed by written period, missing ones left out, sorted by period.

        Raises UnknownSeries when there is none, DuplicateObservations when sources or vintages overlap (select
        one first).
        """
        rows = self.frame[(self.frame["variable"] == variable) & (self.frame["item"] == item)]
        if area is not None:
            rows = rows[rows["area"] == area]
        rows = rows[rows["value"].notna()]
        if rows.empty:
            raise UnknownSeries(
                say("core.no_series", variable=variable, area=area or "?"), say("core.list_series")
            )
        if rows["period"].duplicated().any():
            raise DuplicateObservations(say("core.series_overlaps", variable=variable, area=area or "?"))
        return pd.Series(
            rows["value"].to_numpy(float), index=pd.Index(rows["period"], name="period"), name=variable
        )

    def has(self, variable: str, *, area: str | None = None, item: str = "") -> bool:
        """Whether `series` would find at least one number."""
        frame = self.frame
        rows = (frame["variable"] == variable) & (frame["item"] == item) & frame["value"].notna()
        return bool((rows & (frame["area"] == area) if area is not None else rows).any())

    def wide(self, variables: Iterable[str] | None = None, *, item: str = "") -> pd.DataFrame:
        """Periods down, variables across, for a panel of one area and one source a variable."""
        frame = self.frame[self.frame["item"] == item]
        if variables is not None:
            frame = frame[frame["variable"].isin(list(variables))]
        if frame.duplicated(["period", "variable"]).any():
            raise DuplicateObservations(say("core.wide_overlaps"))
        return frame.pivot(index="period", columns="variable", values="value").sort_index()


def _text(column: pd.Series, default: str) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    return column.where(column.notna(), default).astype(str).astype(object)


def _numbers(column: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    text = column.notna() & numbers.isna()
    if text.any():
        bad = column[text].iloc[0]
        if str(bad).strip().lower() != "nan":
            raise BadInput(say("core.text_in_numbers", text=str(bad)[:60], count=int(text.sum())))
    if np.isinf(numbers.to_numpy()).any():
        raise BadInput(say("core.infinite", count=int(np.isinf(numbers.to_numpy()).sum())))
    return numbers


def _missing_marked(table: pd.DataFrame) -> pd.DataFrame:
    """A null whose status says nothing becomes MISSING; a value under a missing status is refused."""
    unknown = set(table["status"].unique()) - {str(status) for status in Status}
    if unknown:
        raise BadInput(say("core.bad_status", status=tuple(sorted(unknown)[:5])))
    empty_status = table["status"].isin([str(status) for status in EMPTY_STATUSES])
    empty_value = table["value"].isna()
    if (empty_status & ~empty_value).any():
        row = table[empty_status & ~empty_value].iloc[0]
        raise BadInput(say("core.value_under_missing", variable=row["variable"], period=row["period"]))
    table.loc[empty_value & ~empty_status, "status"] = str(Status.MISSING)
    return table


def _check_text(table: pd.DataFrame) -> None:
    for name in ("area", "variable"):
        if any(not text.strip() for text in table[name].unique()):
            raise BadInput(say("core.empty_key", column=name))


def _check_unique(table: pd.DataFrame) -> None:
    twice = table.duplicated(list(KEY), keep=False)
    if twice.any():
        row = table[twice].iloc[0]
        raise DuplicateObservations(
            say(
                "core.duplicates",
                count=int(twice.sum()),
                variable=row["variable"],
                area=row["area"],
                period=row["period"],
            ),
            say("core.duplicates_mend"),
        )


def _check_series(table: pd.DataFrame) -> None:
    if table.empty:
        return
    series = ["source", "area", "variable", "item"]
    codes, periods = pd.factorize(table["period"])
    rhythm = np.array([len(text) + ("Q" in text) for text in periods])[
        codes
    ]  # 4 a year, 8 a quarter, 7 a month
    grouped = table.assign(rhythm=rhythm).groupby(series, sort=False, observed=True)
    mixed = grouped["rhythm"].nunique()
    if (mixed > 1).any():
        raise BadInput(say("core.mixed_frequencies", series=str(mixed.index[mixed > 1][0])))
    units = table.groupby([*series, "vintage"], sort=False, observed=True)["unit"].nunique()
    if (units > 1).any():
        raise UnitMismatch(
            say("core.mixed_units", series=str(units.index[units > 1][0])), say("core.unit_mend")
        )
