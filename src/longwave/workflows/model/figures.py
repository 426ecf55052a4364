"""The figures that a model runs on: a table of the user's, the model's own, or the store's by a map of names."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.connectors import guards
from longwave.connectors.tables import TABLE_SUFFIXES, read_tables
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.origin import Origin
from longwave.core.settings import Settings
from longwave.macro.databank import Databank
from longwave.workflows.model.source import Sourced

_MOST_GZIP = 400_000_000


@dataclass(frozen=True, eq=False)
class Figures:
    """bank: the figures; origins: by dataset id, for the foot of a chart; where: in words a reader can follow; own:
    shipped with the model; notes: what of them is assumed."""

    bank: Databank
    where: str | Message
    origins: Mapping[str, Origin] = field(default_factory=dict)
    own: bool = False
    notes: tuple[Message, ...] = ()

    def named(self, lang: Language) -> str:
        """Where the figures are from, in words."""
        return self.where.text(lang) if isinstance(self.where, Message) else self.where


def find_figures(sourced: Sourced, data: str | Path | None, area: str | None, settings: Settings) -> Figures:
    """The figures for a model: the file `data`, or for a model of the library its own or those of `area`.

    Raises UsageError where none are named and none belong to the model.
    """
    if data is not None:
        return Figures(sourced.complete(read_databank(Path(data))), Path(data).name)
    if area is not None:
        from longwave.workflows.model.mapped import mapped_figures

        return mapped_figures(sourced, area, settings)
    if sourced.imported is not None and sourced.imported.data is not None:
        return Figures(sourced.complete(sourced.imported.data), Path(sourced.where).name)
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


def read_databank(path: Path) -> Databank:
    """A table of one row a period, the periods in its first column: csv, csv.gz, xlsx or Parquet.

    Periods as the house writes them or as usual elsewhere (1962Q1, 1962:1, 1962-01-01, 1962). Raises UsageError,
    BadInput and UnsafeInput.
    """
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
    table.index = pd.Index([_period_text(each) for each in frame.iloc[:, 0]])
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
        return pd.read_csv(io.BytesIO(content), index_col=0, low_memory=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise BadInput(say("models.bad_csv", path=name), say("databank.empty_mend")) from error


def _from_frame(frame: pd.DataFrame, name: str) -> Databank:
    frame = frame.loc[:, ~frame.columns.astype(str).str.startswith("Unnamed")]
    frame.index = pd.Index([_period_text(each) for each in frame.index])
    return Databank.from_frame(frame)


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
