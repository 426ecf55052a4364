"""The figures that a model runs on: a table of the user's, the model's own, or the store's by a map of names."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.connectors import guards
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.origin import Origin
from longwave.core.period import Frequency, Period
from longwave.core.settings import Settings
from longwave.macro.databank import Databank
from longwave.macro.interop.scene import Scene
from longwave.workflows.model.source import Sourced

_MOST_GZIP = 400_000_000
_MOST_CELLS = 6  # named in a note
_PERIOD_ONE = 2001  # the year that stands for period 1 of a file that only counts periods


@dataclass(frozen=True, eq=False)
class Figures:
    """bank: the figures; origins: by dataset id, for the foot of a chart; where: in words a reader can follow; own:
    shipped with the model; notes: what of them is assumed or lacking; span: the periods that they are made for, where
    they come from the model's file."""

    bank: Databank
    where: str | Message
    origins: Mapping[str, Origin] = field(default_factory=dict)
    own: bool = False
    notes: tuple[Message, ...] = ()
    span: tuple[Period, Period] | None = None

    def named(self, lang: Language) -> str:
        """Where the figures are from, in words."""
        return self.where.text(lang) if isinstance(self.where, Message) else self.where


def find_figures(
    sourced: Sourced,
    data: str | Path | None,
    area: str | None,
    settings: Settings,
    first: str | None = None,
    last: str | None = None,
) -> Figures:
    """The figures for a model: the file `data`, or for a model of the library its own or those of `area`, or what the
    model's own file brings.

    first, last: written periods for a file that says values and shocks by the number of the period (Dynare's).
    Raises UsageError where no figures are named and none belong to the model, and where they have another frequency.
    """
    if data is not None:
        return brought(sourced, read_databank(Path(data)), Path(data).name)
    if area is not None:
        from longwave.workflows.model.mapped import mapped_figures

        return mapped_figures(sourced, area, settings)
    if sourced.imported is not None and sourced.imported.data is not None:
        return brought(sourced, sourced.imported.data, Path(sourced.where).name)
    if sourced.imported is not None and sourced.imported.scene is not None:
        return _from_scene(sourced, sourced.imported.scene, first, last)
    if sourced.library is not None:
        bank = sourced.library.bank()
        if bank is not None:
            return Figures(
                bank,
                sourced.library.figures_source or say("models.at_rest"),
                sourced.library.origins(),
                own=True,
            )
    raise UsageError(say("models.no_figures", model=sourced.model.name), say("models.no_figures_mend"))


def brought(sourced: Sourced, bank: Databank, where: str) -> Figures:
    """A databank as the figures of a model. Raises UsageError where its frequency is not the model's."""
    model, given = sourced.model, bank.first.frequency
    if model.frequency is not None and model.frequency is not given:
        raise UsageError(
            say(
                "figures.frequency",
                model=model.name,
                own=_FREQUENCIES[model.frequency],
                given=_FREQUENCIES[given],
                first=str(bank.first),
            ),
            say("figures.frequency_mend"),
        )
    whole = sourced.complete(bank)
    return Figures(whole, where, notes=_holes(sourced, whole))


_FREQUENCIES = {
    Frequency.ANNUAL: say("figures.annual"),
    Frequency.QUARTERLY: say("figures.quarterly"),
    Frequency.MONTHLY: say("figures.monthly"),
}


def _holes(sourced: Sourced, bank: Databank) -> tuple[Message, ...]:
    """A note that names the first figures of exogenous columns that are missing between others."""
    cells: list[Message] = []
    for each in sourced.model.exogenous:
        if each.name not in bank.names:
            continue
        there = np.isfinite(bank.values[:, bank.names.index(each.name)])
        known = np.flatnonzero(there)
        inside = known[0] + np.flatnonzero(~there[known[0] : known[-1]]) if len(known) else []
        cells += [say("figures.hole", name=each.name, period=str(bank.first + int(row))) for row in inside]
        if len(cells) > _MOST_CELLS:
            break
    return (say("figures.holes", cells=tuple(cells[:_MOST_CELLS])),) if cells else ()


def _from_scene(sourced: Sourced, scene: Scene, first: str | None, last: str | None) -> Figures:
    """The values and shocks that a Dynare file says, laid over periods."""
    begin = Period.parse(first) if first else None
    end = Period.parse(last) if last else None
    count = scene.length()
    if begin is None:
        begin = end + (1 - count) if end is not None else Period(Frequency.ANNUAL, _PERIOD_ONE)
    if end is None:
        end = begin + (count - 1)
    if begin.frequency is not end.frequency or end < begin:
        raise UsageError(
            say("figures.backward", first=str(begin), last=str(end)), say("figures.backward_mend")
        )
    bank = scene.bank(sourced.model, begin, end)
    note = say("figures.scene_periods", first=str(begin), last=str(end))
    return Figures(bank, say("figures.scene"), notes=(note,), span=(begin, end))


def read_databank(path: Path) -> Databank:
    """A table of one row a period, the periods in its first column: csv, csv.gz, xlsx or Parquet.

    Periods as the house writes them or as usual elsewhere (1962Q1, 1962:1, 1962-01-01, 1962). Raises UsageError,
    BadInput and UnsafeInput.
    """
    from longwave.connectors.tables import (
        TABLE_SUFFIXES,
        read_tables,
    )  # a model with figures of its own reads no table

    try:
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise UsageError(say("workflows.no_file", path=str(path)), say("workflows.no_file_mend"))
    if path.suffix.lower() == ".gz":
        return _from_frame(_plain_csv(_unzipped(path), path.name), path.name)
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise UsageError(say("models.data_ending", path=str(path)), say("models.data_ending_mend"))
    tables = read_tables(guards.read_bytes(path), path.name)
    widest = max(tables, key=lambda each: each.frame.size)
    frame = widest.frame
    numbers = {name: _numbers(frame[name], str(name), path.name) for name in frame.columns[1:]}
    table = pd.DataFrame(numbers)
    table.index = pd.Index(_period_texts(frame.iloc[:, 0]))
    return Databank.from_frame(table)


def _unzipped(path: Path) -> bytes:
    try:
        with gzip.open(io.BytesIO(guards.read_bytes(path))) as file:
            content = file.read(_MOST_GZIP + 1)
    except (OSError, EOFError) as error:
        raise BadInput(say("models.bad_gzip", path=path.name), say("models.bad_gzip_mend")) from error
    if len(content) > _MOST_GZIP:
        raise BadInput(say("models.large_gzip", path=path.name), say("models.bad_gzip_mend"))
    return content


def _plain_csv(content: bytes, name: str) -> pd.DataFrame:
    try:
        heads = pd.read_csv(io.BytesIO(content), header=None, nrows=1, dtype="string").iloc[0]
        frame = pd.read_csv(io.BytesIO(content), index_col=0, low_memory=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise BadInput(say("models.bad_csv", path=name), say("databank.empty_mend")) from error
    # pandas would call the second of two like columns x.1.
    twice = heads[heads.duplicated() & heads.notna()]
    if len(twice):
        raise BadInput(
            say("databank.double", names=", ".join(twice.unique()[:8])), say("databank.double_mend")
        )
    return frame


def _from_frame(frame: pd.DataFrame, name: str) -> Databank:
    frame = frame.loc[:, ~frame.columns.astype(str).str.startswith("Unnamed")]
    frame.index = pd.Index(_period_texts(frame.index))
    return Databank.from_frame(frame)


_DATE = re.compile(r"(\d{4})-(\d\d)-\d\d(?:[ T].*)?")


def _period_texts(cells: Iterable[object]) -> list[str]:
    """Written periods; dates that are a year or a quarter apart are years or quarters."""
    texts = [_period_text(each) for each in cells]
    dates = [_DATE.fullmatch(text) for text in texts]
    months = [12 * int(date[1]) + int(date[2]) - 1 for date in dates if date is not None]
    if len(months) < max(2, len(texts)):
        return texts
    steps = {later - earlier for earlier, later in pairwise(months)}
    if steps == {12}:
        return [str(month // 12) for month in months]
    if steps == {3}:
        return [f"{month // 12}-Q{month % 12 // 3 + 1}" for month in months]
    return texts


def _period_text(cell: object) -> str:
    """A cell that names a period, in a form that the house's reader knows."""
    text = str(cell).strip().upper()
    year, mark, rest = text.partition(":")
    if mark and year.isdigit() and rest.isdigit():
        return f"{year}-Q{int(rest)}" if len(rest) == 1 and int(rest) <= 4 else f"{year}-{int(rest):02d}"
    return text.replace(" ", "")


def _numbers(column: pd.Series, name: str, where: str) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    cells = column.astype("string").str.strip().fillna("")
    empty = cells.str.upper().isin(["", "NA", "NAN", "N/A", ".", "..", "-", "NULL"])
    numbers = pd.to_numeric(cells.where(~empty), errors="coerce")
    wrong = numbers.isna() & ~empty
    if wrong.any():
        raise BadInput(
            say(
                "models.bad_cell",
                column=name,
                cell=str(cells[wrong].iloc[0])[:40],
                row=str(cells.index[wrong][0]),
                path=where,
            ),
            say("databank.not_numbers_mend"),
        )
    return numbers.to_numpy(dtype=float)
