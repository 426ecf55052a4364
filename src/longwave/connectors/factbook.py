"""The factbook: the tables of published figures that come with longwave, each with its publisher, release and
licence.

``longwave/factbook/factbook.toml`` lists datasets and tables; each table is a readable text file: periods
down, areas across, empty where nothing is published. The publisher's code and unit are kept; prepare gives
longwave's names.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import pandas as pd

from longwave.core.area import areas
from longwave.core.errors import BadInput
from longwave.core.harvest import Harvest, RawFile
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.panel import Panel, Status
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit

LIST = "factbook.toml"


def read_factbook(folder: Traversable | None = None) -> tuple[Harvest, ...]:
    """The factbook's datasets, in the order of its list.

    folder: another place of the same layout; the built-in one by default. Raises BadInput naming the table
    and cell.
    """
    home = folder or resources.files("longwave").joinpath("factbook")
    try:
        listed = tomllib.loads(home.joinpath(LIST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(say("connectors_files.no_factbook", reason=str(error)[:120]), _mend()) from error
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for table in _entries(listed, "table"):
        tables.setdefault(_need(table, "dataset"), []).append(table)
    datasets = {_need(entry, "id"): entry for entry in _entries(listed, "dataset")}
    strangers = sorted(set(tables) - set(datasets))
    if strangers:
        message = say(
            "connectors_files.factbook_dataset",
            table=_need(tables[strangers[0]][0], "file"),
            name=strangers[0],
        )
        raise BadInput(message, _mend())
    return tuple(_harvest(home, entry, tables[name]) for name, entry in datasets.items() if name in tables)


def _entries(listed: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = listed.get(f"{name}s", listed.get(name))
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadInput(say("connectors_files.no_factbook", reason=f"{name}s"), _mend())
    return found


def _need(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        message = say(
            "connectors_files.factbook_field",
            entry=str(entry.get("file") or entry.get("id") or "?"),
            field=key,
        )
        raise BadInput(message, _mend())
    return value


def _mend() -> Any:
    return say("connectors_files.factbook_mend")


def _harvest(home: Traversable, entry: Mapping[str, Any], tables: list[Mapping[str, Any]]) -> Harvest:
    raw = tuple(_file(home, _need(table, "file")) for table in tables)
    origin = Origin(
        dataset=_need(entry, "id"),
        title=_need(entry, "title"),
        publisher=_need(entry, "publisher"),
        release=_need(entry, "release"),
        released=str(entry.get("released") or ""),
        licence=Licence(_need(entry, "licence"), str(entry.get("licence_url") or "")),
        url=str(entry.get("url") or ""),
        sha256=checksum(b"".join(file.data for file in raw)),
        attribution=str(entry.get("attribution") or ""),
    )
    frames = [_frame(table, file, origin) for table, file in zip(tables, raw, strict=True)]
    metas = tuple(_meta(table, origin) for table in tables)
    return Harvest(origin, Panel.of(pd.concat(frames, ignore_index=True)), metas, raw)


def _file(home: Traversable, name: str) -> RawFile:
    try:
        return RawFile(name, home.joinpath(name).read_bytes())
    except OSError as error:
        raise BadInput(say("connectors_files.no_factbook", reason=name), _mend()) from error


def _meta(table: Mapping[str, Any], origin: Origin) -> SeriesMeta:
    variable = _need(table, "variable")
    return SeriesMeta(
        origin.dataset,
        variable,
        Names(_need(table, "en"), _need(table, "zh")),
        Unit.parse(_need(table, "unit")),
        variable,
        tuple(table.get("dimensions") or ()),
        tuple(table.get("domains") or ()),
        str(table.get("note") or ""),
    )


def _frame(table: Mapping[str, Any], file: RawFile, origin: Origin) -> pd.DataFrame:
    rows = [row for row in csv.reader(file.data.decode("utf-8").splitlines()) if row]
    header = rows[0] if rows else []
    unknown = [code for code in header[1:] if code not in areas()]
    if not header or header[0] != "period" or unknown or len(header) < 2:
        message = say("connectors_files.factbook_header", table=file.name, columns=tuple(header[:12]))
        raise BadInput(message, _mend())
    return pd.DataFrame(
        {
            "source": origin.dataset,
            "area": area,
            "variable": _need(table, "variable"),
            "period": row[0],
            "value": _figure(cell, file.name, row[0], area),
            "unit": str(Unit.parse(_need(table, "unit"))),
            "status": str(Status.NORMAL if cell else Status.MISSING),
            "vintage": origin.released,
            "note": "" if cell else _reason(table, area, row[0]),
        }
        for row in rows[1:]
        for area, cell in zip(header[1:], _cells(row, header, file.name), strict=True)
    )


def _cells(row: list[str], header: list[str], table: str) -> list[str]:
    if len(row) != len(header):
        message = say("connectors_files.factbook_row", table=table, period=row[0])
        raise BadInput(message, _mend())
    return [cell.strip() for cell in row[1:]]


def _figure(cell: str, table: str, period: str, area: str) -> float:
    if cell and not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?", cell):
        message = say("connectors_files.factbook_cell", table=table, period=period, area=area, text=cell[:40])
        raise BadInput(message, _mend())
    return float(cell) if cell else float("nan")


def _reason(table: Mapping[str, Any], area: str, period: str) -> str:
    """Why a cell is empty, where the list says so: by ``AREA:PERIOD``, by area, or for the whole table
    (``*``)."""
    reasons = table.get("missing") or {}
    return str(reasons.get(f"{area}:{period}") or reasons.get(area) or reasons.get("*") or "")
