"""The verb `measure`: one dimension, or one measure, of an area; or one measure of a user's own table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.connectors import guards
from longwave.connectors.figures import read_figures
from longwave.connectors.tables import Table, read_tables
from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.settings import Settings, load_settings
from longwave.measure.measurement import (
    DIMENSIONS,
    DRIVERS,
    MEASURES,
    POLICY,
    WIDER,
    Measurement,
    TableMeasure,
    of_panel,
    of_table,
)
from longwave.measure.own_table import of_own_table, wanted
from longwave.measure.structure.published_tables import with_published
from longwave.workflows.analyse import LATER, analyse, in_dimension
from longwave.workflows.collect import Collected, collect
from longwave.workflows.plain import plain_measurement, plain_refusal


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One thing that can be measured. kind: ``area`` (published figures) or ``table`` (a user's own); needs:
    the variables or columns without which it refuses; uses: those that it takes where they are there."""

    name: str
    dimension: str
    kind: str
    needs: tuple[str, ...]
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured: for each area (or for the user's table, under ""), each measure's result.

    origins: the datasets that the results rest on; refusals: areas and datasets of which nothing could be read.
    """

    measurements: Mapping[str, Mapping[str, Measurement]]
    origins: Mapping[str, Origin]
    refusals: tuple[Refusal, ...] = ()

    def __iter__(self) -> Any:
        return (each for by_name in self.measurements.values() for each in by_name.values())

    @property
    def said(self) -> bool:
        """Whether anything could be said at all."""
        return any(len(each.table) or each.estimates or each.findings for each in self)

    def results(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "measurements": [plain_measurement(each) for each in self],
            "refusals": [plain_refusal(refusal) for refusal in self.refusals],
            "data": [origin.as_dict() for origin in self.origins.values()],
        }


def measures() -> tuple[MeasureRow, ...]:
    """Everything that can be measured, by dimension and name."""
    rows = [MeasureRow(name, m.dimension, "area", m.needs, m.uses) for name, m in of_panel().items()]
    rows += [MeasureRow(name, dimension, "area", ()) for name, dimension in LATER.items()]
    rows += [
        MeasureRow(
            name,
            m.dimension,
            "table",
            tuple(c.name for c in m.columns if not c.optional),
            tuple(c.name for c in m.columns if c.optional),
        )
        for name, m in of_table().items()
    ]
    order = {name: place for place, name in enumerate((*DIMENSIONS, *DRIVERS, *WIDER, *POLICY))}
    return tuple(sorted(rows, key=lambda row: (order.get(row.dimension, len(order)), row.kind, row.name)))


def take_measure(
    what: str,
    *areas: str,
    file: str | Path | pd.DataFrame | None = None,
    as_of: str | date | None = None,
    seed: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Measured:
    """Measures `what`, a dimension or a measure's name, for areas or for a user's own table.

    areas: codes or names; file: a table (csv, xlsx, parquet, or a DataFrame) with the columns that the measure
    wants, instead of areas; as_of: figures as they stood on a date. Raises UsageError for an unknown name or where
    areas or the file are missing, UnknownArea, BadInput.
    """
    if file is not None:
        return _of_file(what, areas, file)
    entry = MEASURES.get(what) if what in MEASURES else None
    if isinstance(entry, TableMeasure):
        raise UsageError(say("workflows.wants_table", measure=what), wanted(entry))
    names = _names(what)
    if not areas:
        raise UsageError(say("workflows.no_area"))
    as_of = as_of.isoformat() if isinstance(as_of, date) else as_of
    settings = settings or load_settings()
    progress(say("workflows.collecting"), 0, 1)
    collected = collect(areas, names, as_of=as_of, settings=settings)
    done = analyse(collected, names, seed=seed, thorough=True, progress=progress)
    found = {
        area: {name: each[name] for name in names if name in each} for area, each in done.measurements.items()
    }
    refusals = (*collected.refusals, *collected.damaged)
    return Measured(found, _origins(collected, found), refusals)


def subjects() -> tuple[str, ...]:
    """Every word that `measure` understands: dimensions, drivers, what is found from them together, fields of policy,
    and measures."""
    return tuple(dict.fromkeys((*DIMENSIONS, *DRIVERS, *WIDER, *POLICY, *MEASURES.names(), *LATER)))


def _names(what: str) -> tuple[str, ...]:
    """The measures of a dimension, or the one of that name. Raises UsageError that names the nearest."""
    if names := in_dimension(what):
        return names
    if what in MEASURES or what in LATER:
        return (what,)
    near = difflib.get_close_matches(what, subjects(), n=4) or [*DIMENSIONS, *DRIVERS, *WIDER, *POLICY]
    raise UsageError(
        say("workflows.no_measure", name=what), say("workflows.nearest_measure", near=tuple(near))
    )


def _of_file(what: str, areas: tuple[str, ...], file: str | Path | pd.DataFrame) -> Measured:
    if what not in MEASURES:
        _names(what)  # an unknown word is told the nearest ones
    entry = MEASURES.get(what) if what in MEASURES else None
    if not isinstance(entry, TableMeasure):
        raise UsageError(say("workflows.wants_areas", measure=what))
    if areas:
        raise UsageError(say("workflows.areas_or_file"))
    table = file if isinstance(file, pd.DataFrame) else _read(Path(file), entry)
    return Measured({"": {what: of_own_table(entry, table)}}, {})


def _read(path: Path, entry: TableMeasure) -> pd.DataFrame:
    """The file's table with the columns wanted, numbers read as people write them. Raises BadInput."""
    required = frozenset(column.name for column in entry.columns if not column.optional)
    tables = read_tables(guards.read_bytes(path), path.name, headings=required)
    table = _best(tables, {column.name for column in entry.columns})
    frame = table.frame.rename(columns=lambda name: str(name).strip().casefold())
    if frame.columns.has_duplicates:
        repeated = frame.columns[frame.columns.duplicated()]
        raise BadInput(say("workflows.columns_twice", columns=tuple(map(str, repeated[:8]))))
    numbers = {c.name: frame[c.name] for c in entry.columns if c.kind == "number" and c.name in frame}
    read = read_figures(numbers, path.name) if numbers else {}
    return frame.assign(**{name: figures.values for name, figures in read.items()})


def _best(tables: Iterable[Table], names: set[str]) -> Table:
    """The sheet that has most of the columns wanted."""
    return max(tables, key=lambda t: len(names & {str(name).strip().casefold() for name in t.frame.columns}))


def _origins(collected: Collected, found: Mapping[str, Mapping[str, Measurement]]) -> dict[str, Origin]:
    used = {source for each in found.values() for m in each.values() for source in m.sources}
    return with_published(collected.origins, used)
