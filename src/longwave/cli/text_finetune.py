"""``longwave text finetune``: a model of one's own, beside its floors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longwave.cli import signals
from longwave.cli.command import Call, command
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.cli.text_options import Columns, Encoding, Several
from longwave.core.errors import UsageError
from longwave.core.message import Message, Names, say

if TYPE_CHECKING:
    from longwave.text.prepared import Prepared
    from longwave.text.training.cost import Cost


def enter(text: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        text,
        "finetune",
        brief="text_verbs.finetune_brief",
        text="text_verbs.finetune_text",
        examples=(
            "longwave text finetune reviews.csv --task classify --out model",
            "longwave text finetune news.conll --task entities --out ner --budget 20min",
            "longwave text finetune data --task intent --out bot --recipe lora",
        ),
    )(finetune)


def finetune(
    call: Call,
    data: Annotated[str, typer.Argument(metavar="DATA", help="text_verbs.data")],
    task: Annotated[str, typer.Option("--task", metavar="TASK", help="text_verbs.task")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="text_verbs.out")],
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="NAME|FILE", help="text_verbs.recipe")
    ] = "default",
    base: Annotated[str, typer.Option("--base", metavar="MODEL", help="text_verbs.base")] = "",
    column: Columns = None,
    files: Annotated[list[str] | None, typer.Option("--file", metavar="NAME", help="text_verbs.file")] = None,
    several: Several = None,
    ordered: Annotated[
        str | None, typer.Option("--ordered", metavar="LABELS", help="text_verbs.ordered")
    ] = None,
    test: Annotated[Path | None, typer.Option("--test", metavar="FILE", help="text_verbs.test")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="text_verbs.set")
    ] = None,
    floors: Annotated[
        str, typer.Option("--floors", metavar="all|linear|none", help="text_verbs.floors")
    ] = "all",
    budget: Annotated[str | None, typer.Option("--budget", metavar="TIME", help="text_verbs.budget")] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="TIME", help="text_more.search_option")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--slice", metavar="COLUMN", help="text_more.slice_option")
    ] = None,
    robust: Annotated[bool, typer.Option("--robust/--no-robust", help="text_verbs.robust")] = True,
    track: Annotated[
        list[str] | None, typer.Option("--track", metavar="tensorboard|mlflow", help="text_verbs.track")
    ] = None,
    encoding: Encoding = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", metavar="DATA", help="text_engine.previous")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="text_verbs.resume")] = False,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="cli.study_seed")] = None,
) -> None:
    if floors not in ("all", "linear", "none"):
        raise UsageError(say("text_verbs.bad_floors", floors=floors))
    need_text()
    from longwave.text.finetuned import FinetuneOptions
    from longwave.text.listener import Listener
    from longwave.text.training import processes
    from longwave.text.training.budget import seconds_of
    from longwave.workflows.text.finetune import finetune_text

    given: dict[str, Any] = pairs(settings or (), "--set")
    options = FinetuneOptions(
        recipe=recipe,
        base=base,
        settings=given if seed is None else {**given, "seed": seed},
        columns=pairs(column or (), "--column"),
        files=tuple(files or ()),
        several=several,
        ordered=in_order(ordered or ""),
        test=test,
        floors=floors,  # type: ignore[arg-type]
        robust=robust,
        budget=None if budget is None else seconds_of(budget),
        search=None if search is None else seconds_of(search),
        trackers=tuple(track or ()),
        by=tuple(by or ()),
        encoding=encoding,
        previous=previous,
    )
    options.settled()
    output = call.output if processes.main() else replace(call.output, quiet=True)
    with _left_off(output, out), watched(output) as progress:
        listener = Listener(
            progress,
            lambda each: _tell_data(output, each),
            lambda cost, notes: _tell_cost(output, cost, notes),
            output.note,
        )
        made = finetune_text(
            data,
            task=task,
            out=out,
            options=options,
            languages=call.report_languages,
            listener=listener,
            resume=resume,
        )
    if not processes.main():
        return
    tell_card(output, made.card)
    output.note(say("text_verbs.written", folder=str(out)))
    output.document("text_model", {"folder": str(out), "card": dict(made.card)})


def in_order(labels: str) -> tuple[str, ...]:
    """The labels that one option names, parted by commas of either keyboard."""
    return tuple(each.strip() for each in re.split("[,，、]", labels)) if labels else ()


def need_text() -> None:
    """Raises MissingPackage where the text extra is not installed."""
    from longwave.core.optional import require

    for package in ("torch", "transformers"):
        require(package, why=say("text_verbs.why").text(), extra="text")


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """``KEY=VALUE`` of an option that can be repeated. Raises UsageError."""
    found = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise UsageError(say("text_verbs.no_pair", option=option, value=each))
        found[key.strip()] = value.strip()
    return found


def _tell_data(output: Output, prepared: Prepared) -> None:
    for note in prepared.summary:
        output.note(note)
    for note in (each for each in prepared.notes if each not in prepared.choices):
        output.detail(note)


def _tell_cost(output: Output, cost: Cost | None, notes: tuple[Message, ...]) -> None:
    from longwave.text.training.cost import told

    for note in notes:
        output.note(note)
    if cost is not None:
        output.note(told(cost))


@contextmanager
def _left_off(output: Output, out: Path) -> Iterator[None]:
    """Whoever stops the work is told how it is gone on with."""
    from longwave.text.finetuned import place_of, work_folder

    try:
        yield
    finally:
        work = work_folder(place_of(out))
        if signals.received() and work.is_dir():
            output.note(say("text_engine.stopped", folder=str(work)))


def tell_card(output: Output, card: Mapping[str, Any]) -> None:
    """The table of scores beside their floors, then the findings."""
    from longwave.workflows.text.card_page import headline_rows, headlines, model_name, names, span, told

    shown = headline_rows(card, "test")
    if not shown:
        return
    metric = names(shown[0])
    output.line(metric)
    output.table(
        (
            say("text_page.col_model"),
            say("text_page.col_score"),
            say("text_page.col_interval"),
            say("text_page.col_rows"),
        ),
        [
            (
                Names(model_name(each["model"], card).text("en"), model_name(each["model"], card).text("zh")),
                told(each["value"], each["unit"]),
                span(each),
                int(each["n"]),
            )
            for each in shown
        ],
    )
    for line in headlines(card):
        output.line(say("text_verbs.point", text=line))
