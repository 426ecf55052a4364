"""Small harvests for the tests of prepare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from longwave.core.harvest import Harvest
from longwave.core.message import Names
from longwave.core.origin import Licence, Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit
from longwave.prepare.quality import CHECKS, Action, Finding
from longwave.prepare.sheet import Sheet


def origin(
    dataset: str = "mine", *, title: str = "A table", publisher: str = "Me", released: str = "2024-06-30"
) -> Origin:
    return Origin(dataset, title, publisher, "1", released, Licence("CC-BY-4.0"))


def rows(
    variable: str,
    values: Mapping[str, Sequence[float | None]],
    *,
    first: int = 2000,
    unit: str = "not stated",
    source: str = "mine",
    item: str = "",
) -> pd.DataFrame:
    """Annual series of one variable: area -> values from `first` on; None where there is no row."""
    table = [
        (source, area, variable, item, str(first + step), value, unit)
        for area, series in values.items()
        for step, value in enumerate(series)
        if value is not None
    ]
    frame = pd.DataFrame(table, columns=["source", "area", "variable", "item", "period", "value", "unit"])
    return frame.assign(status="A", vintage="", note="")


def harvest(
    *tables: pd.DataFrame, about: Origin | None = None, units: Mapping[str, str] | None = None
) -> Harvest:
    """A harvest of some tables; units: variable -> unit that only the metas state."""
    frame = pd.concat(tables, ignore_index=True)
    told = about or origin()
    stated = {**dict(zip(frame["variable"], frame["unit"], strict=True)), **(units or {})}
    metas = tuple(
        SeriesMeta(told.dataset, name, Names(name), Unit.parse(unit)) for name, unit in sorted(stated.items())
    )
    return Harvest(told, Panel.of(frame.assign(source=told.dataset)), metas)


def found(
    check: str, *tables: pd.DataFrame, released: str = "", reference: Panel | None = None
) -> list[Finding]:
    """What one check finds in some tables."""
    sheet = Sheet.of(pd.concat(tables, ignore_index=True), released, reference)
    return [finding for finding in CHECKS.get(check)(sheet) if len(finding.series)]


def areas_under(action: Action, check: str, *tables: pd.DataFrame, **options: object) -> set[str]:
    """Areas of the series for which the check asks for `action`."""
    frame = pd.concat(tables, ignore_index=True)
    sheet = Sheet.of(frame, **options)  # type: ignore[arg-type]
    findings = [finding for finding in CHECKS.get(check)(sheet) if finding.action is action]
    return {str(area) for finding in findings for area in sheet.keys.loc[finding.series, "area"]}
