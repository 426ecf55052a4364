"""Look at what there is, take it away, and check that it is whole."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from longwave.core.area import area_names, find_area
from longwave.core.errors import DataError, UnknownArea, UnknownSeries, UsageError
from longwave.core.harvest import Fault
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings, load_settings
from longwave.store import Store
from longwave.workflows.sources import factbook, factbook_faults, holdings, read_date

FORMATS = ("csv", "parquet", "json")


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One dataset that longwave can read; embedded: it is part of the factbook."""

    dataset: str
    title: str
    publisher: str
    release: str
    released: str
    licence: str
    series: int
    observations: int
    areas: int
    embedded: bool


@dataclass(frozen=True, eq=False)
class Shown:
    """Figures of one area with what is known about them."""

    panel: Panel
    metas: tuple[SeriesMeta, ...]
    origins: dict[str, Origin]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written where."""

    path: Path
    origins_path: Path
    observations: int
    origins: dict[str, Origin]


def datasets(settings: Settings | None = None) -> tuple[DatasetRow, ...]:
    """Every dataset in the store and in the factbook."""
    settings = settings or load_settings()
    with Store.open(settings.store) as store:
        rows = [_row(r.origin, r.series, r.observations, r.areas, embedded=False) for r in store.datasets()]
    for part in factbook():
        frame = part.panel.frame
        series = len(frame.drop_duplicates(["area", "variable", "item"]))
        figures = int(frame["value"].notna().sum())
        rows.append(_row(part.origin, series, figures, frame["area"].nunique(), embedded=True))
    return tuple(sorted(rows, key=lambda row: (row.dataset, row.released)))


def _row(origin: Origin, series: int, observations: int, areas: int, *, embedded: bool) -> DatasetRow:
    return DatasetRow(
        origin.dataset,
        origin.title,
        origin.publisher,
        origin.release,
        origin.released,
        origin.licence.name,
        series,
        observations,
        areas,
        embedded,
    )


def show(
    area: str,
    variable: str | None = None,
    *,
    source: str | None = None,
    as_of: str | date | None = None,
    settings: Settings | None = None,
) -> Shown:
    """All figures of one area, or those of one variable, from every source that has them.

    Raises UnknownArea when there is nothing for the area, UnknownSeries when the variable is not among what there is.
    """
    code = area_code(area, settings)
    sources = None if source is None else [source]
    found = holdings([code], sources=sources, as_of=read_date(as_of), settings=settings)
    if not len(found.panel):
        raise next(iter(found.damaged.values()), nothing_known([code], as_of))
    panel = found.panel if variable is None else found.panel.select(variable=variable)
    if not len(panel):
        near = _nearest(variable or "", found.panel.variables())
        raise UnknownSeries(say("workflows.no_variable", area=code, variable=variable or "", near=near))
    return Shown(panel, _metas_of(panel, found.metas), _origins_of(panel, found.origins))


def nothing_known(codes: Iterable[str], as_of: str | date | None) -> UnknownArea:
    """The error for areas without any figures, or with none that had been released by a date."""
    names = tuple(area_names(code) for code in codes)
    if as_of is not None:
        return UnknownArea(
            say("workflows.nothing_as_of", area=names, as_of=str(as_of)), say("workflows.later_as_of")
        )
    return UnknownArea(say("workflows.nothing_for_area", area=names), say("workflows.bring_data"))


def area_code(text: str, settings: Settings | None = None) -> str:
    """The code of a known area; else the text itself where the user's own data has such an area. Raises UnknownArea."""
    try:
        return find_area(text).code
    except UnknownArea:
        found = holdings([text], settings=settings)
        if len(found.panel):
            return text
        if found.damaged:
            raise next(iter(found.damaged.values())) from None
        raise


def _nearest(variable: str, there: list[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(variable, there, n=5, cutoff=0.3) or there[:8])


def _metas_of(panel: Panel, metas: tuple[SeriesMeta, ...]) -> tuple[SeriesMeta, ...]:
    present = set(zip(panel.frame["source"], panel.frame["variable"], strict=True))
    return tuple(meta for meta in metas if (meta.source, meta.variable) in present)


def _origins_of(panel: Panel, origins: dict[str, Origin]) -> dict[str, Origin]:
    return {name: origins[name] for name in panel.sources() if name in origins}


def export(
    out: str | Path,
    *,
    areas: Iterable[str] = (),
    variables: Iterable[str] = (),
    sources: Iterable[str] = (),
    as_of: str | date | None = None,
    settings: Settings | None = None,
) -> Exported:
    """Writes figures as csv, parquet or json (by the file's ending), with a file of their origins beside it.

    The csv opens safely in a spreadsheet: a text cell that starts like a formula gets a leading apostrophe; numbers
    stay numbers. Raises UsageError for another ending, DataError when nothing matches.
    """
    out = Path(out)
    suffix = out.suffix.lstrip(".").lower()
    if suffix not in FORMATS:
        raise UsageError(say("workflows.export_format", suffix=out.suffix, formats=FORMATS))
    codes = [area_code(area, settings) for area in areas] or None
    found = holdings(
        codes,
        list(variables) or None,
        sources=list(sources) or None,
        as_of=read_date(as_of),
        settings=settings,
    )
    if not len(found.panel):
        raise DataError(say("workflows.nothing_matches"), say("workflows.see_list"))
    origins = _origins_of(found.panel, found.origins)
    out.parent.mkdir(parents=True, exist_ok=True)
    _write(found.panel.frame, out, suffix)
    beside = out.with_name(f"{out.stem}.origins.json")
    beside.write_text(
        json.dumps([o.as_dict() for o in origins.values()], indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    return Exported(out, beside, len(found.panel), origins)


def _write(frame: pd.DataFrame, out: Path, suffix: str) -> None:
    if suffix == "parquet":
        frame.to_parquet(out, index=False)
    elif suffix == "json":
        frame.to_json(out, orient="records", force_ascii=False, indent=1)
    else:
        spreadsheet_safe(frame).to_csv(out, index=False, encoding="utf-8-sig")


def spreadsheet_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would take for a formula."""
    texts = [place for place, kind in enumerate(frame.dtypes) if kind.kind == "O"]
    safe = frame.copy(deep=False)
    for place in texts:
        column = frame.iloc[:, place]
        risky = column.map(lambda cell: isinstance(cell, str) and cell[:1] in _RISKY).astype(bool)
        if risky.any():
            safe.isetitem(
                place, [f"'{cell}" if bad else cell for cell, bad in zip(column, risky, strict=True)]
            )
    return safe


_RISKY = frozenset("=+-@\t\r")


def check(settings: Settings | None = None) -> tuple[Fault, ...]:
    """Everything that is wrong with what there is: damaged files, and series that were held back when they came."""
    settings = settings or load_settings()
    with Store.open(settings.store) as store:
        return (*store.check(), *store.faults(), *factbook_faults())
