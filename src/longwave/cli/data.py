"""``longwave data``: what there is, one series, bring in, take away, check."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from longwave.cli.command import Call, command, group, leave
from longwave.cli.complete import complete_area, complete_connector, complete_dataset
from longwave.cli.progress import watched
from longwave.core.errors import DataError, UsageError
from longwave.core.message import Names, say

if TYPE_CHECKING:
    from longwave.core.harvest import Fault
    from longwave.workflows.data import Shown
    from longwave.workflows.ingest import IngestReport


class Decimal(StrEnum):
    """Decimal marks that a file may use."""

    POINT = "."
    COMMA = ","


MARKS: dict[Decimal, Literal[".", ","]] = {Decimal.POINT: ".", Decimal.COMMA: ","}

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="cli.dry_run")]
Source = Annotated[
    str | None,
    typer.Option("--source", metavar="DATASET", help="cli.source", autocompletion=complete_dataset),
]


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    data = typer.Typer()
    group(data, text="cli.data_text", examples=("longwave data list", "longwave data show USA real_gdp"))
    lines: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
        "list": (datasets, ("longwave data list", "longwave data list --json")),
        "show": (show, ("longwave data show USA", "longwave data show China real_gdp --json")),
        "add": (
            add,
            (
                "longwave data add my-package/",
                'longwave data add figures.csv --area DEU --unit "% of GDP" --dry-run',
            ),
        ),
        "pull": (
            pull,
            (
                "longwave data pull world_bank NY.GDP.MKTP.KD --area USA --area CHN",
                "longwave data pull fred GDPC1 --since 1950",
            ),
        ),
        "export": (
            export,
            (
                "longwave data export figures.csv --area USA",
                "longwave data export gdp.parquet --variable real_gdp",
            ),
        ),
        "check": (check, ("longwave data check",)),
    }
    for name, (function, examples) in lines.items():
        brief, text = f"cli.data_{name}_brief", f"cli.data_{name}_text"
        command(data, name, brief=brief, text=text, examples=examples)(function)
    app.add_typer(data, name="data", short_help="cli.data_brief")


def datasets(call: Call) -> None:
    from longwave.workflows.data import datasets as list_datasets

    rows = list_datasets(call.settings)
    header = ("dataset", "publisher", "release", "series", "observations", "areas", "licence", "embedded")
    words = {True: say("cli.yes"), False: say("cli.no")}
    call.output.table(
        [say(f"cli.column_{name}") for name in header],
        [[_cell(getattr(row, name), words) for name in header] for row in rows],
    )
    call.output.document("datasets", {"datasets": [asdict(row) for row in rows]})


def show(
    call: Call,
    area: Annotated[str, typer.Argument(metavar="AREA", help="cli.show_area", autocompletion=complete_area)],
    variable: Annotated[str | None, typer.Argument(metavar="VARIABLE", help="cli.show_variable")] = None,
    source: Source = None,
    as_of: AsOf = None,
) -> None:
    from longwave.workflows.data import show as look

    shown = look(area, variable, source=source, as_of=as_of, settings=call.settings)
    origins = {name: origin.as_dict() for name, origin in shown.origins.items()}
    if variable is None:
        rows = _variables(shown)
        header = ("variable", "title", "unit", "first", "last", "observations", "dataset")
        call.output.table(
            [say(f"cli.column_{name}") for name in header], [[row[name] for name in header] for row in rows]
        )
        body = [{**row, "title": {"en": row["title"].en, "zh": row["title"].zh}} for row in rows]
        call.output.document("variables", {"variables": body, "origins": origins})
        return
    columns = ("source", "area", "variable", "item", "period", "value", "unit", "status", "vintage", "note")
    frame = shown.panel.frame
    call.output.csv(columns, frame.loc[:, list(columns)].itertuples(index=False, name=None))
    for origin in shown.origins.values():
        call.output.note(say("cli.source_line", citation=origin.citation()))
    observations = frame.loc[:, list(columns)].to_dict("records")
    call.output.document("series", {"observations": observations, "origins": origins})


def _variables(shown: Shown) -> list[dict[str, Any]]:
    """One row a variable, item and dataset, with its unit and span; periods without a figure do not count."""
    names = {(meta.source, meta.variable): meta.names for meta in shown.metas}
    frame = shown.panel.frame
    rows = []
    for (source, variable, item), part in frame[frame["value"].notna()].groupby(
        ["source", "variable", "item"], sort=True
    ):
        latest = part[part["vintage"] == part["vintage"].max()]
        rows.append(
            {
                "variable": f"{variable}[{item}]" if item else variable,
                "title": names.get((str(source), str(variable)), Names(str(variable))),
                "unit": latest["unit"].iloc[0],
                "first": latest["period"].min(),
                "last": latest["period"].max(),
                "observations": len(latest),
                "dataset": source,
            }
        )
    return sorted(rows, key=lambda row: (row["variable"], row["dataset"]))


def add(
    call: Call,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="cli.add_path")],
    publisher: Annotated[str, typer.Option("--publisher", help="cli.add_publisher")] = "",
    title: Annotated[str, typer.Option("--title", help="cli.add_title")] = "",
    licence: Annotated[str, typer.Option("--licence", help="cli.add_licence")] = "",
    released: Annotated[str, typer.Option("--released", metavar="DATE", help="cli.add_released")] = "",
    dataset: Annotated[str, typer.Option("--dataset", metavar="ID", help="cli.add_dataset")] = "",
    area: Annotated[str, typer.Option("--area", help="cli.add_area", autocompletion=complete_area)] = "",
    variable: Annotated[str, typer.Option("--variable", help="cli.add_variable")] = "",
    unit: Annotated[str, typer.Option("--unit", help="cli.add_unit")] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="cli.add_sheet")] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="cli.add_encoding")] = "",
    decimal: Annotated[Decimal | None, typer.Option("--decimal", help="cli.add_decimal")] = None,
    dry_run: DryRun = False,
) -> None:
    from longwave.connectors.files import FileSource
    from longwave.workflows.ingest import add as take_in

    told = FileSource(
        dataset=dataset,
        title=title,
        publisher=publisher,
        licence=licence,
        released=released,
        area=area,
        variable=variable,
        unit=unit,
        sheet=sheet,
        encoding=encoding,
        decimal=None if decimal is None else MARKS[decimal],
    )
    source = None if told == FileSource() else told
    with watched(call.output) as progress:
        report = take_in(path, source, settings=call.settings, dry_run=dry_run, progress=progress)
    _tell_kept(call, report)


def pull(
    call: Call,
    connector: Annotated[
        str, typer.Argument(metavar="PUBLISHER", help="cli.pull_connector", autocompletion=complete_connector)
    ],
    series: Annotated[list[str], typer.Argument(metavar="SERIES", help="cli.pull_series")],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="cli.pull_area", autocompletion=complete_area),
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="PERIOD", help="cli.pull_since")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="PERIOD", help="cli.pull_until")] = None,
    dry_run: DryRun = False,
) -> None:
    from longwave.connectors.connector import CONNECTORS
    from longwave.workflows.ingest import pull as fetch

    if connector not in CONNECTORS:
        near = tuple(difflib.get_close_matches(connector, CONNECTORS.names(), n=3))
        mend = (
            say("cli.nearest", near=near) if near else say("cli.publishers", names=tuple(CONNECTORS.names()))
        )
        raise UsageError(say("cli.no_publisher", name=connector), mend)
    with watched(call.output) as progress:
        report = fetch(
            connector,
            series,
            areas=area or (),
            since=since,
            until=until,
            settings=call.settings,
            dry_run=dry_run,
            progress=progress,
        )
    _tell_kept(call, report)


def _tell_kept(call: Call, report: IngestReport) -> None:
    header = ("dataset", "publisher", "release", "series", "observations", "areas", "licence")
    call.output.table(
        [say(f"cli.column_{name}") for name in header],
        [[getattr(each, name) for name in header] for each in report.kept],
    )
    held = [fault for fault in report.faults if fault.held_back]
    noted = [fault for fault in report.faults if not fault.held_back]
    if held:
        call.output.warn(say("cli.held_back", count=len(held)))
    for fault in held:
        call.output.warn(say("cli.fault", subject=fault.subject, message=fault.message))
    if noted:
        call.output.note(say("cli.noted" if call.output.verbose else "cli.notes", count=len(noted)))
    for fault in noted:
        call.output.detail(say("cli.fault", subject=fault.subject, message=fault.message))
    if report.dry_run:
        call.output.note(say("cli.nothing_written"))
    kept = [asdict(each) for each in report.kept]
    body = {"kept": kept, "faults": _faults(call, report.faults), "dry_run": report.dry_run}
    call.output.document("ingest", body)


def export(
    call: Call,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="cli.export_out")],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="cli.export_area", autocompletion=complete_area),
    ] = None,
    variable: Annotated[
        list[str] | None, typer.Option("--variable", metavar="NAME", help="cli.export_variable")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="DATASET", help="cli.source", autocompletion=complete_dataset),
    ] = None,
    as_of: AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="cli.export_force")] = False,
) -> None:
    from longwave.workflows.data import export as write

    if out.exists() and not force:
        raise UsageError(say("cli.file_exists", path=str(out)), say("cli.use_force"))
    done = write(
        out,
        areas=area or (),
        variables=variable or (),
        sources=source or (),
        as_of=as_of,
        settings=call.settings,
    )
    call.output.line(say("cli.exported", count=done.observations, path=str(done.path)))
    call.output.line(say("cli.exported_origins", path=str(done.origins_path)))
    call.output.document(
        "export",
        {
            "path": str(done.path),
            "origins_path": str(done.origins_path),
            "observations": done.observations,
            "origins": {name: origin.as_dict() for name, origin in done.origins.items()},
        },
    )


def check(call: Call) -> None:
    from longwave.workflows.data import check as examine
    from longwave.workflows.doctor import DAMAGE

    faults = examine(call.settings)
    for fault in faults:
        call.output.line(say("cli.fault", subject=fault.subject, message=fault.message))
    damaged = [fault for fault in faults if fault.check in DAMAGE]
    if not faults:
        call.output.line(say("cli.no_faults"))
    call.output.document("check", {"faults": _faults(call, faults), "whole": not damaged})
    if damaged:
        leave(DataError.exit_code)


def _faults(call: Call, faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    return [
        {
            "check": fault.check,
            "subject": fault.subject,
            "message": call.output.spoken(fault.message),
            "held_back": fault.held_back,
            "rows": fault.rows,
        }
        for fault in faults
    ]


def _cell(value: Any, words: dict[bool, Any]) -> Any:
    return words[value] if isinstance(value, bool) else value
