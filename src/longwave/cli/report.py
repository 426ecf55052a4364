"""``longwave report``: a study's report again, in another language or after an upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.progress import watched
from longwave.cli.study import tell_files, written


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = ("longwave report out/USA-CHN --lang zh",)
    command(app, "report", brief="cli.report_brief", text="cli.report_text", examples=examples)(report)


def report(
    call: Call, folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="cli.report_folder")]
) -> None:
    from longwave.workflows.report import report as write

    with watched(call.output) as progress:
        files = write(folder, call.languages, settings=call.settings, progress=progress)
    tell_files(call.output, written(files))
    call.output.document("report", {"files": written(files)})
