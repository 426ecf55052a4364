"""``longwave text export``: a model in the form that it is shipped in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.cli.text_finetune import need_text, pairs
from longwave.cli.text_options import Columns, Model, Several
from longwave.core.message import Message, say

if TYPE_CHECKING:
    from longwave.text.export.export import Exported


def enter(text: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        text,
        "export",
        brief="text_export.brief",
        text="text_export.text",
        examples=(
            "longwave text export model --to onnx-int8",
            "longwave text export model --to pruned --data reviews.csv --out small",
        ),
    )(export)


def export(
    call: Call,
    model: Model,
    to: Annotated[
        str, typer.Option("--to", metavar="onnx|onnx-int8|pruned|pruned-int8", help="text_export.to")
    ] = "onnx-int8",
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="text_export.out")] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="DATA", help="text_export.data")] = None,
    column: Columns = None,
    several: Several = None,
    share: Annotated[float | None, typer.Option("--share", metavar="SHARE", help="text_export.share")] = None,
) -> None:
    need_text()
    from longwave.core.errors import GateClosed
    from longwave.workflows.text.export import export_text

    output = call.output
    try:
        with watched(output) as progress:
            done = export_text(
                model, to, out=out, data=data, columns=pairs(column or (), "--column"), several=several,
                share=share, progress=progress,
            )  # fmt: skip
    except GateClosed as closed:
        tell(output, closed.exported)
        raise
    tell(output, done)
    output.note(say("text_export.written", folder=str(done.folder)))
    output.document("text_export", {"folder": str(done.folder), **done.as_dict()})


def tell(output: Output, done: Exported) -> None:
    """The table: the checkpoint and the export beside each other."""
    from longwave.text.score.metric import title

    judged = done.judgement
    shown = [] if judged is None else judged.shown
    names = (say("text_export.own"), done.to)
    scores = [[_score(gap.b, gap.unit), _score(gap.a, gap.unit)] for _, gap in shown]
    rows = [
        (
            name,
            f"{size / 1e6:.1f}",
            *(each[place] for each in scores),
            f"{speed.milliseconds:.1f}",
            f"{speed.per_second:.0f}",
        )
        for place, (name, size, speed) in enumerate(zip(names, done.sizes, done.speeds, strict=True))
    ]
    output.table(
        (
            say("text_page.col_model"),
            say("text_export.col_size"),
            *(title(name) for name, _ in shown),
            say("text_export.col_one"),
            say("text_export.col_many"),
        ),
        rows,
    )
    for line in _findings(done):
        output.line(line)
    for note in done.notes:
        output.note(note)
    output.note(say("text_export.measured_on", processor=done.processor))


def _findings(done: Exported) -> Iterator[Message]:
    """What changed and how much of it chance may be, how many answers stayed, and what was pruned."""
    from longwave.text.score.metric import title
    from longwave.text.score.points import number, points

    judged = done.judgement
    for name, gap in () if judged is None else judged.shown:
        ends = {"low": number(gap.low, gap.unit, 2), "high": number(gap.high, gap.unit, 2)}
        change = points(gap.value, gap.unit, 2)
        yield say("text_export.told", metric=title(name), change=change, **ends, rows=gap.n)
    if judged is not None:
        yield say("text_export.told_alike", alike=_score(judged.alike, "share", 1))
    if done.pruning is not None:
        before, after = done.pruning.parameters
        share = f"{100 * done.pruning.share:.0f}"
        yield say("text_export.told_pruned", share=share, before=before, after=after)


def _score(value: float, unit: str, places: int = 2) -> str:
    return f"{100 * value:.{places}f}%" if unit == "share" else f"{value:.{places + 2}f}"
