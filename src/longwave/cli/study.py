"""``longwave study``: from figures to a report."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_area
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.core.errors import PartialResult, UsageError
from longwave.core.message import Language, Message, say

if TYPE_CHECKING:
    from longwave.workflows.study import StudyFiles


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = (
        "longwave study USA CHN",
        "longwave study Germany --out germany --lang en --lang zh",
        "longwave study JPN --as-of 2020-12-31 --json",
    )
    command(app, "study", brief="cli.study_brief", text="cli.study_text", examples=examples)(study)


def study(
    call: Call,
    areas: Annotated[
        list[str], typer.Argument(metavar="AREA", help="cli.study_areas", autocompletion=complete_area)
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.study_out")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    horizon: Annotated[int, typer.Option("--horizon", metavar="N", help="cli.study_horizon")] = 10,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
    policy: Annotated[str | None, typer.Option("--policy", metavar="DOMAIN", help="cli.study_policy")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.study_dry_run")] = False,
) -> None:
    started = time.monotonic()
    if not all(area.strip() for area in areas):
        raise UsageError(say("cli.empty_area"), say("cli.name_area"))
    from longwave.workflows.study import study as conduct

    with readied(None if dry_run else out), watched(call.output) as progress:
        done = conduct(
            *areas,
            as_of=as_of,
            horizon=horizon,
            seed=seed,
            policy=policy,
            settings=call.settings,
            progress=progress,
        )
        folder = out or Path("out") / folder_name(done.areas)
        files = None if dry_run else done.report(folder, call.report_languages, progress)
    paths = {} if files is None else written(files)
    tell_headlines(call.output, done.headlines, call.report_languages)
    tell_files(call.output, paths)
    call.output.document("study", {**done.results(), "partial": done.partial, "files": paths})
    for refusal in done.unsaid:
        show = call.output.warn if refusal in done.collected.refusals else call.output.detail
        show(say("cli.refused", reason=refusal.reason, mend=refusal.mend or ""))
    if done.unsaid and not call.output.verbose:
        call.output.note(say("cli.refusals", count=len(done.unsaid)))
    call.output.note(say("cli.took", seconds=time.monotonic() - started))
    if done.partial:
        leave(PartialResult.exit_code)


@contextmanager
def readied(folder: Path | None) -> Iterator[None]:
    """A folder that can be written to, or UsageError before the work; taken away again where the work comes to
    nothing and it was not there before."""
    if folder is None:
        yield
        return
    from longwave.workflows.page_folder import check_folder
    from longwave.workflows.study.folder import TABLES

    new = not folder.exists()
    check_folder(folder, TABLES)
    done = False
    try:
        yield
        done = True
    finally:
        if new and not done:
            _remove_empty(folder)


def _remove_empty(folder: Path) -> None:
    for each in (folder / "tables", folder):
        with suppress(OSError):  # something is in it after all
            each.rmdir()


def folder_name(areas: tuple[str, ...]) -> str:
    """Codes as a folder's name. A code may be a user's own, and is not trusted to make a path."""
    return re.sub(r"[^\w-]+", "_", "-".join(areas))[:100]


def tell_headlines(output: Output, headlines: tuple[Message, ...], languages: tuple[Language, ...]) -> None:
    """The findings as plain text, in each language that the report was asked in."""
    for lang in languages:
        output.line(say("cli.headlines").text(lang))
        for sentence in headlines:
            output.line(f"  - {sentence.text(lang)}")
        output.line()


def tell_files(output: Output, paths: dict[str, Any]) -> None:
    """Where the reports are."""
    for path in paths.get("reports", {}).values():
        output.line(say("cli.report_at", path=path))


def written(files: StudyFiles) -> dict[str, Any]:
    """Paths of what a study wrote, as text."""
    return {
        "folder": str(files.folder),
        "reports": {lang: str(path) for lang, path in files.reports.items()},
        "results": str(files.results),
        "run": str(files.run),
        "tables": [str(path) for path in files.tables],
    }
