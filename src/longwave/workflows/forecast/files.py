"""Where forecasts are written: the table as csv, parquet or json, the picture as a page or an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.workflows.data import spreadsheet_safe
from longwave.workflows.forecast.make import Made

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
    if not path.parent.is_dir():
        raise UsageError(say("workflows.no_folder", folder=str(path.parent)), say("workflows.no_folder_mend"))


def save_frame(frame: pd.DataFrame, path: Path) -> Path:
    """The table of forecasts, whole or not at all."""
    with _whole(path) as part:
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
        table.to_json(part, orient="records", force_ascii=False, indent=1, date_format="iso")
    else:
        spreadsheet_safe(table).to_csv(part, index=False, encoding="utf-8-sig")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes `path` when all is written, and is gone where it broke off."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def save_plot(made: Made, path: Path, languages: Sequence[Language]) -> dict[str, Path]:
    """The page (html), one a language, or the fan alone (svg, png) of the first series."""
    if path.suffix.lower() != ".html":
        return {"plot": _image(made, path, languages[0])}
    from longwave.report.page import render

    paths: dict[str, Path] = {}
    names = {lang: path if lang == languages[0] else path.with_suffix(f".{lang}.html") for lang in languages}
    for lang in languages:
        other = next((names[each].name for each in languages if each != lang), None)
        with _whole(names[lang]) as part:
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
