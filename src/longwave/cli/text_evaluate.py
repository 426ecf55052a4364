"""``longwave text evaluate`` and ``compare``: models judged on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from longwave.cli.command import Call, command
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.cli.text_finetune import need_text, pairs
from longwave.cli.text_options import Columns, Encoding, Labelled, Labels, Model, Several
from longwave.core.message import Message, say

if TYPE_CHECKING:
    from longwave.text.checkpoints.judged import Evaluated
    from longwave.text.score.comparison import Difference
    from longwave.text.score.transfer import Transfer


def enter(text: typer.Typer) -> None:
    """Adds the commands to the group."""
    command(
        text,
        "evaluate",
        brief="text_verbs.evaluate_brief",
        text="text_verbs.evaluate_text",
        examples=(
            "longwave text evaluate model other.csv",
            "longwave text evaluate model other.csv --label bullish=positive",
        ),
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
    model: Model,
    data: Labelled,
    column: Columns = None,
    several: Several = None,
    label: Labels = None,
    encoding: Encoding = None,
) -> None:
    need_text()
    from longwave.text.checkpoints.checkpoint import open_checkpoint
    from longwave.text.checkpoints.judged import evaluate as judged_on

    with watched(call.output) as progress:
        found = judged_on(
            open_checkpoint(model),
            data,
            columns=pairs(column or (), "--column"),
            several=several,
            encoding=encoding,
            labels=pairs(label or (), "--label"),
            progress=progress,
        )
    _tell(call.output, found)
    if not call.output.json:
        return
    unseen = found.without(found.seen or ()) if found.seen_count else None
    lang = call.output.lang
    call.output.document(
        "text_scores",
        {
            "model": str(model),
            **found.as_dict(lang),
            "home": [each.as_dict(lang) for each in found.home],
            "transfer": [each.as_dict(lang) for each in found.transfers],
            "likeness": None if found.likeness is None else found.likeness.as_dict(lang),
            "rows_learnt_from": None if found.seen is None else found.seen_count,
            "unseen": None if unseen is None else unseen.as_dict(lang),
        },
    )


def compare(
    call: Call,
    one: Model,
    other: Model,
    data: Labelled,
    column: Columns = None,
    several: Several = None,
    label: Labels = None,
    encoding: Encoding = None,
) -> None:
    need_text()
    from longwave.text.checkpoints.checkpoint import open_checkpoint
    from longwave.text.checkpoints.judged import compare as compared
    from longwave.text.score.points import number, points

    with watched(call.output) as progress:
        found = compared(
            open_checkpoint(one), open_checkpoint(other), data,
            columns=pairs(column or (), "--column"), several=several, encoding=encoding,
            labels=pairs(label or (), "--label"), progress=progress,
        )  # fmt: skip
    first, second, apart = found.first, found.second, found.mcnemar
    for note in (*first.table.notes, *found.notes):
        call.output.note(note)
    _tell_gaps(call.output, str(one), str(other), found.gaps)
    if apart is not None:
        counts = {"one": apart.only_a, "other": apart.only_b}
        call.output.line(say("text_verbs.mcnemar", **counts, p=f"{apart.p_value:.3g}"))
    _tell_seen(call.output, ((str(one), first), (str(other), second)))
    for gap in found.unseen[:1]:
        low, high = (number(end, gap.unit) for end in (gap.low, gap.high))
        call.output.line(say("text_verbs.unseen_gap", gap=points(gap.value, gap.unit), low=low, high=high))
    lang = call.output.lang
    call.output.document(
        "text_comparison",
        {
            "models": [str(one), str(other)],
            "scores": [first.as_dict(lang), second.as_dict(lang)],
            "differences": [each.as_dict(lang) for each in found.gaps],
            "differences_unseen": [each.as_dict(lang) for each in found.unseen],
            "mcnemar": None if apart is None else asdict(apart),
            "rows_learnt_from": [None if each.seen is None else each.seen_count for each in (first, second)],
            "notes": [note.text(lang) for note in found.notes],
        },
    )


def _tell(output: Output, found: Evaluated) -> None:
    from longwave.text.score.metric import title
    from longwave.workflows.text.card_page import part_name, parted_by, span, told

    for note in found.table.notes:
        output.note(note)
    rows = []
    for each in found.intervals:
        ends = span({"low": each.low, "high": each.high, "unit": each.unit})
        rows.append((title(each.name), told(each.value, each.unit), ends, each.n))
    output.table(
        (
            say("text_page.col_metric"),
            say("text_page.col_score"),
            say("text_page.col_interval"),
            say("text_page.col_rows"),
        ),
        rows,
    )
    sliced = found.judged.metrics[found.parts.metric]
    _tell_home(output, found)
    _tell_seen(output, (("", found),))
    for part in found.parts.flagged:
        output.line(
            say(
                "text_verbs.weak_part",
                by=parted_by(part.by, found.table.task),
                part=part_name(part.by, part.name),
                metric=title(sliced.name),
                value=told(part.score.value, sliced.unit),
                rest=told(part.rest.value, sliced.unit),
            )
        )


def _tell_home(output: Output, found: Evaluated) -> None:
    """The headline on the model's own test, what is lost from there to here, and in what these rows are unlike."""
    from longwave.workflows.text.card_page import told

    for each in found.home:
        if each.name == found.judged.headline:
            value, low, high = (told(number, each.unit) for number in (each.value, each.low, each.high))
            output.line(say("text_verbs.at_home", value=value, low=low, high=high))
    if found.away and found.home and found.strange:
        output.line(say("text_verbs.not_beside_home", labels=found.strange[:12]))
    for moved in found.transfers:
        if moved.name == found.judged.headline:
            output.line(_moved(moved, found.judged.head.higher_is_better))
    for note in () if found.likeness is None else found.likeness.warnings:
        output.note(note)


def _moved(moved: Transfer, higher_is_better: bool) -> Message:
    """What is lost or gained from home, in points of a share; with its sign where chance alone may give it."""
    from longwave.text.score.points import number, points

    unit = moved.home.unit
    chance = moved.low <= 0 <= moved.high
    lost = (moved.loss > 0) == higher_is_better
    numbers = (-moved.loss, -moved.high, -moved.low)
    if not chance:
        ends = abs(moved.low), abs(moved.high)
        numbers = (abs(moved.loss), min(ends), max(ends))
    low, high = (number(each, unit, signed=chance) for each in numbers[1:])
    key = "no_loss" if chance else "lost" if lost else "gained"
    return say(f"text_verbs.{key}", gap=points(numbers[0], unit, signed=chance), low=low, high=high)


def _tell_seen(output: Output, found: Sequence[tuple[str, Evaluated]]) -> None:
    """How many of the rows the models had learnt from, as far as they say; the headline on those that none of them had."""
    from longwave.text.checkpoints.judged import seen_by_any
    from longwave.text.score.metric import title
    from longwave.workflows.text.card_page import told

    several = len(found) > 1
    for model, each in found:
        if each.seen is None:
            line = say("text_verbs.seen_unknown")
            output.line(say("text_verbs.of_model", model=model, text=line) if several else line)
        if each.seen_count:
            counts = {"count": each.seen_count, "rows": len(each.table)}
            key = "text_verbs.seen_by" if several else "text_verbs.seen"
            output.line(say(key, model=model, **counts) if several else say(key, **counts))
    seen = seen_by_any([each for _, each in found])
    if not any(seen):
        return
    for model, each in found:
        rest = each.without(seen)
        if rest is None:
            output.line(say("text_verbs.all_seen"))
            return
        score = rest.interval(rest.headline)
        value, low, high = (told(number, score.unit) for number in (score.value, score.low, score.high))
        line = say(
            "text_verbs.unseen", metric=title(score.name), value=value, low=low, high=high, n=score.n
        )  # fmt: skip
        output.line(say("text_verbs.of_model", model=model, text=line) if several else line)


def _tell_gaps(output: Output, one: str, other: str, gaps: Sequence[Difference]) -> None:
    from longwave.text.score.metric import title
    from longwave.text.score.points import number, points
    from longwave.workflows.text.card_page import told

    rows = [
        (
            title(each.name),
            told(each.a, each.unit),
            told(each.b, each.unit),
            points(each.value, each.unit),
            say("text_page.range", low=number(each.low, each.unit), high=number(each.high, each.unit)),
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
