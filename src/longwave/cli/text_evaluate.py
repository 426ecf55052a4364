"""``longwave text evaluate`` and ``compare``: models judged on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.cli.text_finetune import need_text, pairs
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.text.judged import Evaluated
    from longwave.text.score.comparison import Difference


def enter(text: typer.Typer) -> None:
    """Adds the commands to the group."""
    command(
        text,
        "evaluate",
        brief="text_verbs.evaluate_brief",
        text="text_verbs.evaluate_text",
        examples=("longwave text evaluate model other.csv", "longwave text evaluate model other.csv --json"),
    )(evaluate)
    command(
        text,
        "compare",
        brief="text_verbs.compare_brief",
        text="text_verbs.compare_text",
        examples=("longwave text compare model_a model_b test.csv",),
    )(compare)


def evaluate(
    call: Call,
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="text_verbs.model")],
    data: Annotated[str, typer.Argument(metavar="DATA", help="text_verbs.labelled_data")],
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=COLUMN", help="text_verbs.column")
    ] = None,
    several: Annotated[
        str | None, typer.Option("--several", metavar="MARK", help="text_verbs.several")
    ] = None,
) -> None:
    need_text()
    from longwave.text.checkpoint import open_checkpoint
    from longwave.text.judged import evaluate as judged_on

    with watched(call.output) as progress:
        found = judged_on(
            open_checkpoint(model),
            data,
            columns=pairs(column or (), "--column"),
            several=several,
            progress=progress,
        )
    _tell(call.output, found)
    call.output.document("text_scores", {"model": str(model), **found.judged.as_dict(call.output.lang)})


def compare(
    call: Call,
    one: Annotated[Path, typer.Argument(metavar="MODEL", help="text_verbs.model")],
    other: Annotated[Path, typer.Argument(metavar="MODEL", help="text_verbs.model")],
    data: Annotated[str, typer.Argument(metavar="DATA", help="text_verbs.labelled_data")],
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=COLUMN", help="text_verbs.column")
    ] = None,
    several: Annotated[
        str | None, typer.Option("--several", metavar="MARK", help="text_verbs.several")
    ] = None,
) -> None:
    need_text()
    from longwave.text.checkpoint import open_checkpoint
    from longwave.text.judged import compare as compared

    with watched(call.output) as progress:
        first, second, gaps = compared(
            open_checkpoint(one), open_checkpoint(other), data,
            columns=pairs(column or (), "--column"), several=several, progress=progress,
        )  # fmt: skip
    _tell_gaps(call.output, str(one), str(other), gaps)
    lang = call.output.lang
    call.output.document(
        "text_comparison",
        {
            "models": [str(one), str(other)],
            "scores": [first.judged.as_dict(lang), second.judged.as_dict(lang)],
            "differences": [each.as_dict(lang) for each in gaps],
        },
    )


def _tell(output: Output, found: Evaluated) -> None:
    from longwave.text.score.metric import title
    from longwave.workflows.text.card_page import told

    for note in found.table.notes:
        output.note(note)
    judged = found.judged
    names = [judged.headline, *(name for name in judged.metrics if name != judged.headline)]
    rows = []
    for each in (judged.interval(name) for name in names):
        span = f"{told(each.low, each.unit)} … {told(each.high, each.unit)}"
        rows.append((title(each.name), told(each.value, each.unit), span, each.n))
    output.table(
        (
            say("text_page.col_metric"),
            say("text_page.col_score"),
            say("text_page.col_interval"),
            say("text_page.col_rows"),
        ),
        rows,
    )
    unit = found.judged.head.unit
    if found.home is not None:
        value, low, high = (told(each, unit) for each in found.home)
        output.line(say("text_verbs.at_home", value=value, low=low, high=high))
    for part in found.parts.flagged:
        output.line(
            say(
                "text_verbs.weak_part",
                by=part.by,
                part=part.name,
                value=told(part.score.value, unit),
                rest=told(part.rest.value, unit),
            )
        )


def _tell_gaps(output: Output, one: str, other: str, gaps: Sequence[Difference]) -> None:
    from longwave.text.score.metric import title

    rows = [
        (
            title(each.name),
            f"{each.a:.4f}",
            f"{each.b:.4f}",
            f"{each.value:+.4f}",
            f"{each.low:+.4f} … {each.high:+.4f}",
            each.n,
        )
        for each in gaps
    ]
    output.table(
        (
            say("text_page.col_metric"),
            one,
            other,
            say("text_verbs.col_difference"),
            say("text_page.col_interval"),
            say("text_page.col_rows"),
        ),
        rows,
    )
