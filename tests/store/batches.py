"""Small batches for the store's tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from longwave.core.harvest import Fault, RawFile
from longwave.core.message import Names, say
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit
from longwave.store import Batch

RAW = RawFile("figures.csv", b"area,year,value\nUSA,2019,1.0\n")


def origin(dataset: str = "who", released: str = "2024-01-31", **fields: Any) -> Origin:
    record = {
        "title": f"Figures of {dataset}",
        "publisher": "An office",
        "release": released[:7],
        "licence": Licence("CC-BY-4.0"),
        "url": "https://example.org/figures.csv",
        "retrieved": "2024-02-01",
        "sha256": checksum(RAW.data),
    }
    return Origin(dataset=dataset, released=released, **(record | fields))


def meta(dataset: str, variable: str) -> SeriesMeta:
    return SeriesMeta(
        dataset,
        variable,
        Names("Real output", "实际产出"),
        Unit("money", scale=1e6, currency="USD", price="constant 2017 PPP"),
        "rgdpna",
        ("productivity", "structure"),
        ("macro",),
        "as published",
    )


def fault(subject: str = "who:gdp@USA") -> Fault:
    """A fault whose sentence has every kind of blank."""
    words = say("core.mixed_units", series=subject)
    message = say("core.nearest_areas", near=(Names("China", "中国"), words, "text", 3, 0.5, ("a", "b")))
    return Fault("zeros_for_missing", subject, message, held_back=True, rows=7)


def batch(
    dataset: str = "who",
    released: str = "2024-01-31",
    *,
    value: float = 1.0,
    areas: Iterable[str] = ("CHN", "USA"),
    variables: Iterable[str] = ("gdp", "hours"),
    years: Iterable[int] = range(2000, 2005),
    raw: tuple[RawFile, ...] = (RAW,),
    held_back: tuple[Fault, ...] = (),
    **fields: Any,
) -> Batch:
    """A whole release in which every figure is `value`, but for one missing one."""
    years, variables = list(years), list(variables)
    rows = [
        {"source": dataset, "area": area, "variable": variable, "period": str(year), "value": value}
        for area in areas
        for variable in variables
        for year in years
    ]
    if rows:
        rows[-1]["value"] = None
    frame = pd.DataFrame(rows, columns=["source", "area", "variable", "period", "value"])
    panel = Panel.of(frame.assign(unit="not stated", vintage=released))
    metas = tuple(meta(dataset, variable) for variable in variables)
    return Batch(origin(dataset, released, **fields), panel, metas, raw, held_back=held_back)


def realtime(rows: Iterable[tuple[str, str, float | None]], dataset: str = "alfred") -> Batch:
    """A realtime batch of one series from (period, vintage, value)."""
    frame = pd.DataFrame(rows, columns=["period", "vintage", "value"])
    panel = Panel.of(frame.assign(source=dataset, area="USA", variable="gdp"))
    released = str(frame["vintage"].max())
    return Batch(origin(dataset, released), panel, (meta(dataset, "gdp"),), (RAW,), realtime=True)


def figures(panel: Panel) -> list[tuple[str, str, float | None]]:
    """Period, vintage and value of each row."""
    frame = panel.frame
    values = [None if pd.isna(value) else float(value) for value in frame["value"]]
    return list(zip(frame["period"], frame["vintage"], values, strict=True))
