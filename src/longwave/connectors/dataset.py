"""From observations to harvests: one dataset's rows with areas as codes, units from the code book, and every
series that contradicts itself held back by name.

Held back (the rest of the dataset is kept): a series with two values for one period, one that mixes years
with quarters or months, one that mixes units, one with a value under a status that says there is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from longwave.connectors.dates import written_date
from longwave.connectors.places import find_places
from longwave.connectors.shape import Observations
from longwave.core.area import areas
from longwave.core.errors import (
    BadInput,
    DataError,
    DuplicateObservations,
    UnitMismatch,
    UnknownArea,
    UnsafeInput,
)
from longwave.core.harvest import Fault
from longwave.core.message import Message, Names, say
from longwave.core.panel import EMPTY_STATUSES, Panel, Status
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

_SERIES = ["area", "variable", "item"]
_SHOWN = 8
_STATUSES = frozenset(str(status) for status in Status)
_EMPTY = frozenset(str(status) for status in EMPTY_STATUSES)


@dataclass(frozen=True, slots=True)
class BookEntry:
    """What a code book says about a variable."""

    names: Names
    unit: str = ""
    dimensions: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeBook:
    """(dataset, variable) -> entry; dataset is empty where the book does not name one."""

    entries: Mapping[tuple[str, str], BookEntry] = field(default_factory=dict)

    def find(self, dataset: str, variable: str) -> BookEntry | None:
        return self.entries.get((dataset, variable)) or self.entries.get(("", variable))

    def dataset_of(self, variable: str) -> str | None:
        """The one dataset that the book names for a variable, or None."""
        named = {dataset for dataset, name in self.entries if name == variable and dataset}
        return named.pop() if len(named) == 1 else None


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset read: its panel, what is known of its variables, and what was found wrong."""

    panel: Panel
    metas: tuple[SeriesMeta, ...]
    faults: tuple[Fault, ...]
    realtime: bool


def safe_id(text: str) -> str:
    """A dataset's id as part of a file's name: letters, digits, ``_``, ``.`` and ``-``.

    Raises UnsafeInput for an id that is written like a path, BadInput for one without a letter or digit.
    """
    if re.search(r"[/\\\x00-\x1f\x7f]|\.\.", text) or len(text) > 100:
        raise UnsafeInput(
            say("connectors_files.bad_id", text=ascii(text[:60])), say("connectors_files.bad_id_mend")
        )
    safe = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFKC", text.strip())).strip("_.-")
    if not safe:
        raise BadInput(
            say("connectors_files.bad_id", text=ascii(text[:60])), say("connectors_files.bad_id_mend")
        )
    return safe


def own_id(text: str) -> str:
    """`safe_id` for data that a user brings; ids that begin like those of the built-in figures are refused.

    Raises UnsafeInput, BadInput.
    """
    safe = safe_id(text)
    if safe.casefold().startswith("factbook"):
        raise BadInput(
            say("connectors_files.reserved_id", text=safe), say("connectors_files.reserved_id_mend")
        )
    return safe


def build_dataset(
    dataset: str, parts: Sequence[tuple[Observations, pd.DataFrame]], book: CodeBook, released: str
) -> Dataset:
    """One dataset from the rows that several tables hold of it.

    parts: each table's observations and those of its rows that belong to the dataset. The panel is empty
    where every series is held back (see `refusal`). Raises what `Panel.of` raises.
    """
    faults: list[Fault] = []
    frames = [_with_codes(dataset, seen, rows, faults) for seen, rows in parts]
    frame = _one_frame(frames)
    labels = {name: label for seen, _ in parts for name, label in seen.labels.items()}
    frame = _with_status(dataset, frame, faults)
    frame = _with_units(dataset, frame, book, faults)
    frame = _without_contradictions(dataset, frame, faults)
    realtime = _distinct(frame["vintage"]) not in ([], [""])
    vintage = _each(frame["vintage"], lambda text: _vintage(dataset, text, released))
    frame = frame.assign(source=dataset, vintage=vintage)
    panel = Panel.of(frame)
    metas = _metas(dataset, panel, book, labels)
    return Dataset(panel, metas, tuple(faults), realtime)


def _vintage(dataset: str, text: str, released: str) -> str:
    if not text:
        return released
    day = written_date(text)
    if not day:
        raise BadInput(
            say("connectors_files.bad_vintage", subject=dataset, text=text[:40]),
            say("connectors_files.bad_released_mend"),
        )
    return day


def _one_frame(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of several tables; texts stay categories, since a long table repeats few of them."""
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    texts = [name for name in frames[0].columns if name != "value"]
    plain = [frame.astype(dict.fromkeys(texts, object)) for frame in frames]
    return pd.concat(plain, ignore_index=True).astype(dict.fromkeys(texts, "category"))


def _each(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """A column of repeated texts with each distinct one changed."""
    codes, distinct = pd.factorize(column)
    words = np.array([change(str(text)) for text in distinct], dtype=object)
    places, kept = pd.factorize(words)
    return pd.Series(pd.Categorical.from_codes(places[codes], categories=pd.Index(kept)), index=column.index)


def _distinct(column: pd.Series) -> list[str]:
    return [str(text) for text in column.unique()]


def _with_codes(dataset: str, seen: Observations, rows: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    places = find_places(_distinct(rows["area"]), alpha2=seen.alpha2, not_countries=seen.not_countries)
    if places.strangers:
        count = int(rows["area"].isin(places.strangers).sum())
        faults.append(_list_fault("unknown_areas", dataset, places.strangers, rows=count))
    if places.declared:
        count = int(rows["area"].isin(places.declared).sum())
        faults.append(_list_fault("not_countries", dataset, places.declared, rows=count))
    return rows.assign(area=_each(rows["area"], places.codes.__getitem__))


def _list_fault(
    check: str, subject: str, names: Sequence[str], *, held_back: bool = False, rows: int = 0, **blanks: str
) -> Fault:
    """A fault that names the first few of a list and counts them all."""
    message = say(
        f"connectors_files.{check}",
        subject=subject,
        names=tuple(names[:_SHOWN]),
        count=len(names),
        rows=rows,
        **blanks,
    )
    return Fault(check, subject, message, held_back, rows)


def _with_status(dataset: str, frame: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Status codes in capitals; a publisher's own flag stays as the note, since it says nothing that we can
    rely on."""
    flags = sorted(flag for flag in _distinct(frame["status"]) if flag and flag.upper() not in _STATUSES)
    status = _each(
        frame["status"], lambda flag: flag.upper() if flag.upper() in _STATUSES else str(Status.NORMAL)
    )
    if not flags:
        return frame.assign(status=status)
    own = frame["status"].isin(flags).to_numpy()
    faults.append(_list_fault("own_flags", dataset, flags, rows=int(own.sum())))
    note = frame["note"].astype(object)
    note = note.mask(own & (note == "").to_numpy(), frame["status"].astype(object))
    return frame.assign(status=status, note=note.astype("category"))


def _with_units(dataset: str, frame: pd.DataFrame, book: CodeBook, faults: list[Fault]) -> pd.DataFrame:
    """The table's unit, else the code book's, else not stated; written as `Unit` writes it."""
    entries = {name: book.find(dataset, name) for name in _distinct(frame["variable"])}
    lacking = [name for name, entry in entries.items() if entry is None] if book.entries else []
    if lacking:
        count = int(frame["variable"].isin(lacking).sum())
        faults.append(_list_fault("not_in_code_book", dataset, lacking, rows=count))
    written = frame["unit"]
    silent = (written == "").to_numpy()
    if silent.any():
        booked = {name: entry.unit if entry else "" for name, entry in entries.items()}
        from_book = _each(frame["variable"], booked.__getitem__)
        own = written.astype(object)
        written = (
            from_book if silent.all() else own.where(~silent, from_book.astype(object)).astype("category")
        )
    without = sorted(_distinct(frame["variable"][(written == "").to_numpy()]))
    unstated = [name for name in without if name not in lacking]
    if unstated:
        count = int(frame["variable"].isin(unstated).sum())
        faults.append(_list_fault("unit_not_stated", dataset, unstated, rows=count))
    return frame.assign(unit=_each(written, lambda text: str(Unit.parse(text))))


def _without_contradictions(dataset: str, frame: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    codes = frame.groupby(_SERIES, sort=False, observed=True).ngroup().to_numpy()
    checks = (
        ("value_under_missing", _valued_missing(frame)),
        ("mixed_units", _mixed(frame["unit"], codes)),
        ("mixed_frequency", _mixed(_each(frame["period"], _rhythm), codes)),
        ("two_values", _two_values(frame, codes)),
    )
    bad = np.zeros(len(frame), dtype=bool)
    for check, rows in checks:
        series = np.unique(codes[rows & ~bad])
        if not len(series):
            continue
        touched = np.isin(codes, series)
        names = sorted({_series_name(row) for row in frame[touched].drop_duplicates(_SERIES).itertuples()})
        faults.append(_list_fault(check, dataset, names, held_back=True, rows=int(touched.sum())))
        bad |= touched
    kept = frame[~bad]
    repeats = kept.duplicated([*_SERIES, "period", "vintage"]).to_numpy()
    if repeats.any():
        names = sorted({_series_name(row) for row in kept[repeats].drop_duplicates(_SERIES).itertuples()})
        faults.append(_list_fault("repeated_rows", dataset, names, rows=int(repeats.sum())))
        kept = kept[~repeats]
    return kept


def _series_name(row: object) -> str:
    variable, area, item = (str(getattr(row, name)) for name in ("variable", "area", "item"))
    return f"{variable}[{item}]@{area}" if item else f"{variable}@{area}"


def _valued_missing(frame: pd.DataFrame) -> np.ndarray:
    return (frame["status"].isin(_EMPTY) & frame["value"].notna()).to_numpy()


def _rhythm(period: str) -> str:
    """What tells a year, a quarter and a month apart in writing."""
    return "Q" if "Q" in period else str(len(period))


def _mixed(column: pd.Series, codes: np.ndarray) -> np.ndarray:
    """Rows of series in which a column takes more than one value."""
    labels = pd.factorize(column)[0]
    low = np.full(codes.max() + 1, len(labels), dtype=np.int64)
    high = np.full(codes.max() + 1, -1, dtype=np.int64)
    np.minimum.at(low, codes, labels)
    np.maximum.at(high, codes, labels)
    return np.asarray((low != high)[codes])


def _two_values(frame: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """Rows whose key has another row with another value."""
    keys = pd.DataFrame(
        {
            name: codes if name == "series" else pd.factorize(frame[name])[0]
            for name in ("series", "period", "vintage")
        }
    )
    twice = keys.duplicated(keep=False).to_numpy()
    if not twice.any():
        return twice
    again = keys[twice].assign(value=frame["value"].to_numpy()[twice])
    differs = (
        again.groupby(["series", "period", "vintage"], sort=False)["value"].transform("nunique", dropna=False)
        > 1
    )
    twice[twice] = differs.to_numpy()
    return twice


def _metas(dataset: str, panel: Panel, book: CodeBook, labels: Mapping[str, str]) -> tuple[SeriesMeta, ...]:
    metas: list[SeriesMeta] = []
    units = panel.frame.groupby("variable", sort=True)["unit"].unique()
    for variable, found in units.items():
        name = str(variable)
        entry = book.find(dataset, name) or BookEntry(Names(labels.get(name, name)))
        text = str(found[0]) if len(found) == 1 else "several units"
        unit = Unit("unstated", of=text) if len(found) > 1 else Unit.parse(text)
        metas.append(
            SeriesMeta(dataset, name, entry.names, unit, name, entry.dimensions, entry.domains, entry.note)
        )
    return tuple(metas)


def refusal(faults: Sequence[Fault]) -> DataError | None:
    """The error that the first series held back amounts to, for a file that is taken whole or not at all."""
    kinds: dict[str, tuple[type[DataError], str]] = {
        "two_values": (DuplicateObservations, "core.duplicates_mend"),
        "mixed_units": (UnitMismatch, "core.unit_mend"),
    }
    for fault in faults:
        if fault.held_back:
            kind, mend = kinds.get(fault.check, (BadInput, f"connectors_files.{fault.check}_mend"))
            return kind(fault.message, say(mend))
    return None


def check_known(panels: Iterable[Panel], faults: Sequence[Fault]) -> None:
    """Refuses data of which not one area is known or declared not to be a country. Raises UnknownArea."""
    strange = [fault for fault in faults if fault.check == "unknown_areas"]
    declared = any(fault.check == "not_countries" for fault in faults)
    if strange and not declared and not any(area in areas() for panel in panels for area in panel.areas()):
        names = strange[0].message.values["names"]
        digits = isinstance(names, tuple) and all(str(name).strip().isdigit() for name in names)
        mend = "numeric_areas_mend" if digits else "unknown_areas_mend"
        told = {name: strange[0].message.values[name] for name in ("subject", "names")}
        raise UnknownArea(say("connectors_files.no_known_area", **told), say(f"connectors_files.{mend}"))


def left_out(check: str, subject: str, message: Message, rows: int = 0) -> Fault:
    """A fault for what was kept out."""
    return Fault(check, subject, message, True, rows)


def union(parts: Iterable[tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """Faults of several parts as one, each once."""
    return tuple({(f.check, f.subject, str(f.message)): f for part in parts for f in part}.values())
