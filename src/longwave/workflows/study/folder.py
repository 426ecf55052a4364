"""A study's folder: reports, results.json, tables as Parquet, and run.json with a checksum of each.

No clock time is in any of them, so the same options on the same data give the same bytes.
"""

from __future__ import annotations

import json
import platform
import re
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.forecast import ForecastTable
from longwave.core.harvest import Progress
from longwave.core.message import Language, say
from longwave.core.origin import checksum
from longwave.core.run import RunRecord
from longwave.workflows.page_folder import check_folder, page_name
from longwave.workflows.whole_file import whole

if TYPE_CHECKING:
    from longwave.workflows.study.conduct import Study

PACKAGES = (
    "longwave",
    "numpy",
    "pandas",
    "scipy",
    "statsforecast",
    "matplotlib",
    "duckdb",
    "pyarrow",
)


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """What was written where."""

    folder: Path
    reports: dict[Language, Path]
    results: Path
    run: Path
    tables: tuple[Path, ...]


def write_folder(study: Study, folder: Path, langs: tuple[Language, ...], progress: Progress) -> StudyFiles:
    """Writes everything; run.json comes last, so a folder with one is whole. Raises UsageError for a bad folder."""
    from longwave.report.page import render

    check_folder(folder, TABLES)
    _clear(folder)
    written: dict[str, str] = {}
    reports = {}
    for done, lang in enumerate(langs):
        progress(say("workflows.rendering", lang=lang), done, len(langs))
        other = next((page_name(each) for each in langs if each != lang), None)
        page = render(study.document, lang, alternate=other)
        reports[lang] = _put(folder, page_name(lang), page.encode(), written)
    results = _put(folder, "results.json", _json(study.results()), written)
    tables = tuple(_put_table(folder, name, frame, written) for name, frame in _tables(study).items())
    run = folder / "run.json"
    _replace(run, _json(_record(study, langs, written).as_dict()))
    return StudyFiles(folder, reports, results, run, tables)


TABLES = "tables"
"""The folder of the tables, within the study's."""


def _clear(folder: Path) -> None:
    """Takes away what an earlier study left here, as its record names it, so that nothing stale lies beside the new."""
    record = folder / "run.json"
    try:
        named = json.loads(record.read_text("utf-8"))["artefacts"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        named = {}
    for name in named:
        if _OURS.fullmatch(name):
            (folder / name).unlink(missing_ok=True)
    record.unlink(missing_ok=True)


_OURS = re.compile(r"report(\.zh)?\.html|results\.json|tables/[a-z_]+\.parquet")


def _put(folder: Path, name: str, data: bytes, written: dict[str, str]) -> Path:
    written[name] = checksum(data)
    _replace(folder / name, data)
    return folder / name


def _replace(path: Path, data: bytes) -> None:
    with whole(path) as part:
        part.write_bytes(data)


def _put_table(folder: Path, name: str, frame: pd.DataFrame, written: dict[str, str]) -> Path:
    data = frame.to_parquet(index=False)
    return _put(folder, f"tables/{name}.parquet", data, written)


def _tables(study: Study) -> dict[str, pd.DataFrame]:
    """One long table of the figures used, one a measure and one of forecasts, areas below each other."""
    tables = {"figures": study.collected.panel.frame}
    by_measure: dict[str, list[pd.DataFrame]] = {}
    for code, each in study.measurements.items():
        for name, measurement in each.items():
            if len(measurement.table):
                by_measure.setdefault(name, []).append(_with_area(measurement.table, code))
    tables |= {name: pd.concat(frames, ignore_index=True) for name, frames in sorted(by_measure.items())}
    forecasts = [
        _with_area(item.frame, code).assign(variable=item.variable, origin=item.origin, unit=item.unit)
        for code, each in study.forecasts.items()
        for item in each.values()
        if isinstance(item, ForecastTable)
    ]
    return tables | ({"forecasts": pd.concat(forecasts, ignore_index=True)} if forecasts else {})


def _with_area(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    table = frame.rename(columns=str).rename_axis("period").reset_index()
    return table.assign(area=code)


def _record(study: Study, langs: tuple[Language, ...], written: dict[str, str]) -> RunRecord:
    data = {name: origin.sha256 for name, origin in study.collected.origins.items()}
    options = asdict(study.options) | {"languages": list(langs)}
    outcome = "partial" if study.partial else "ok"
    versions = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    return RunRecord("study", options, study.options.seed, data, versions, written, outcome)


def _json(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True) + "\n").encode()
