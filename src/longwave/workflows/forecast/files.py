"""Where forecasts are written: the table as csv, parquet or json, the picture as a page or an image."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.workflows.data import spreadsheet_safe
from longwave.workflows.forecast.make import Made
from longwave.workflows.forecast.own import is_there
from longwave.workflows.whole_file import beside, whole

_TABLES = (".csv", ".parquet", ".json")
_PAGES = (".html", ".svg", ".png")


def check_out(path: Path | None) -> None:
    """Raises UsageError before the work for a file that could not be written."""
    _check(path, _TABLES)


def check_plot(path: Path | None) -> None:
    """Raises UsageError before the work for a picture that could not be written."""
    _check(path, _PAGES)


def _check(path: Path | None, endings: tuple[str, ...]) -> None:
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise UsageError(say("workflows.other_ending", path=str(path), endings=endings))
    if not is_there(path.parent):
        raise UsageError(say("workflows.no_folder", folder=str(path.parent)), say("workflows.no_folder_mend"))
    try:
        if path.is_dir():
            raise IsADirectoryError(str(path))
        part = beside(path)
        part.touch()  # as the table will be, so that hours of work are not lost for a disk that takes no files
        part.unlink()
        if path.exists():
            path.open("ab").close()
    except (OSError, ValueError) as error:
        raise UsageError(
            say("workflows.not_writable", path=str(path)), say("workflows.not_writable_mend")
        ) from error


def save_frame(frame: pd.DataFrame, path: Path) -> Path:
    """The table of forecasts, whole or not at all."""
    with whole(path) as part:
        _write(frame, part, path.suffix.lower())
    return path


def _write(frame: pd.DataFrame, part: Path, suffix: str) -> None:
    table = frame.reset_index(drop=frame.index.name is None)
    for name in table.columns[[isinstance(kind, pd.PeriodDtype) for kind in table.dtypes]]:
        table[name] = table[name].astype(
            str
        )  # other programs know no periods, and pandas cannot write them as JSON
    if suffix == ".parquet":
        table.to_parquet(part, index=False)
    elif suffix == ".json":
        records = [
            dict(zip(map(str, table.columns), map(_cell, row), strict=True))
            for row in table.itertuples(index=False)
        ]
        part.write_text(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False), "utf-8")
    else:
        spreadsheet_safe(table).to_csv(part, index=False, encoding="utf-8-sig")


def _cell(value: Any) -> Any:
    """A number as it is, a date in text, what is missing as null."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, list | dict):
        return value  # an answer of several things
    return (
        value
        if isinstance(value, bool | int)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
    )


def save_plot(made: Made, path: Path, languages: Sequence[Language]) -> dict[str, Path]:
    """The page (html) or the fan alone (svg, png) of the first series, one a language; the first has the name as given."""
    ending = path.suffix
    names = {
        lang: path if lang == languages[0] else path.with_suffix(f".{lang}{ending}") for lang in languages
    }
    if ending.lower() != ".html":
        drawn = {f"plot_{lang}": _image(made, name, lang) for lang, name in names.items()}
        return drawn if len(drawn) > 1 else {"plot": path}
    from longwave.report.page import render

    paths: dict[str, Path] = {}
    for lang in languages:
        other = next((names[each].name for each in languages if each != lang), None)
        with whole(names[lang]) as part:
            part.write_text(render(made.document, lang, alternate=other), "utf-8")
        paths[f"plot_{lang}"] = names[lang]
    return paths


def _image(made: Made, path: Path, lang: Language) -> Path:
    from longwave.report.alone import save_chart
    from longwave.workflows.forecast_page import fan_chart

    key, table = next(iter(made.tables.items()))
    chart = fan_chart(
        table,
        made.histories[key],
        scenarios=made.scenarios.get(key, ()),
        backtest=made.backtests.get(key),
        name=made.names[key],
    )
    return save_chart(chart, path, lang, origins=made.origins)
