"""``longwave measure``: one dimension of an area, or one measure of your own table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_area, complete_measure
from longwave.cli.output import Output, Spoken
from longwave.cli.progress import watched
from longwave.core.errors import DataError, PartialResult, UsageError
from longwave.core.message import Message, Names, say

if TYPE_CHECKING:
    from longwave.core.dating import Dating
    from longwave.core.estimate import Estimate
    from longwave.measure.measurement import Measurement
    from longwave.workflows.measure import Measured, MeasureRow


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = (
        "longwave measure productivity USA",
        "longwave measure era JPN DEU --json",
        "longwave measure concentration --file firms.csv",
        "longwave measure list",
    )
    command(app, "measure", brief="cli.measure_brief", text="cli.measure_text", examples=examples)(measure)


def measure(
    call: Call,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="cli.measure_what", autocompletion=complete_measure)
    ],
    areas: Annotated[
        list[str] | None,
        typer.Argument(metavar="AREA", help="cli.study_areas", autocompletion=complete_area),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="cli.measure_file")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
) -> None:
    if what == "list":
        _list(call, areas, file)
        return
    if seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)))
    from longwave.workflows.measure import take_measure as conduct

    with watched(call.output) as progress:
        done = conduct(
            what, *(areas or ()), file=file, as_of=as_of, seed=seed, settings=call.settings, progress=progress
        )
    _tell(call.output, done)
    call.output.document("measure", done.results())
    if not done.said:
        leave(DataError.exit_code)
    if done.refusals:
        leave(PartialResult.exit_code)


def _list(call: Call, areas: list[str] | None, file: Path | None) -> None:
    if areas or file is not None:
        raise UsageError(say("cli.measure_list_alone"))
    from dataclasses import asdict

    from longwave.workflows.measure import measures

    rows = measures()
    header = [say(f"cli.column_{name}") for name in ("measure", "dimension", "rests_on", "needs")]
    kinds = {kind: say(f"cli.measure_of_{kind}") for kind in ("area", "table")}
    call.output.table(header, [[row.name, row.dimension, kinds[row.kind], _wants(row)] for row in rows])
    call.output.document("measures", {"measures": [asdict(row) for row in rows]})


def _wants(row: MeasureRow) -> Message:
    """What a measure needs; where it needs nothing by itself, what it takes one or more of, or the other measures."""
    if row.needs:
        return say("cli.measure_needs", names=row.needs)
    return say("cli.measure_any_of", names=row.uses) if row.uses else say("cli.measure_others")


def _tell(output: Output, done: Measured) -> None:
    for each in done:
        output.line(_heading(each).text(output.lang))
        for finding in each.findings:
            output.line(f"  - {finding.text(output.lang)}")
        for dating in each.datings:
            output.detail(_dated(dating))
        _estimates(output, each)
        for refusal in each.refusals:
            output.line(
                f"  - {say('cli.refused', reason=refusal.reason, mend=refusal.mend or '').text(output.lang)}"
            )
        output.line()
    for refusal in done.refusals:
        output.warn(say("cli.refused", reason=refusal.reason, mend=refusal.mend or ""))
    for origin in done.origins.values():
        output.note(say("cli.source_line", citation=origin.citation()))


def _heading(each: Measurement) -> Message:
    from longwave.core.area import area_names

    if not each.area:
        return say("cli.measure_heading", measure=each.measure)
    return say("cli.measure_heading_of", measure=each.measure, area=area_names(each.area))


def _estimates(output: Output, each: Measurement) -> None:
    if not each.estimates:
        return
    header = [
        say(f"cli.column_{name}") for name in ("estimate", "value", "interval", "unit", "sample", "grade")
    ]
    rows: list[list[Spoken]] = [
        [
            one.name,
            _written(one.value),
            _interval(one),
            Names(one.unit),
            _sample(one),
            str(one.grade),
        ]
        for one in each.estimates
    ]
    output.table(header, rows)


def _sample(one: Estimate) -> str:
    """First and last period and how many observations; the number alone where the table named no period."""
    count = f"({one.sample.observations})"
    return f"{one.sample.first}–{one.sample.last} {count}" if one.sample.first else count


def _written(value: float) -> str:
    """Four digits that count, and no powers of ten where an ordinary number does."""
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e15 else f"{value:.4g}"


def _interval(one: Estimate) -> Message | str:
    from longwave.core.estimate import RANGE

    if one.level >= 1 and one.low == one.high:
        return say("cli.exact")
    bounds = f"{_written(one.low)} … {_written(one.high)}"
    if one.level == RANGE:
        return say("cli.range", bounds=bounds)
    return f"{bounds} ({one.level:.0%})"


def _dated(dating: Dating) -> Message:
    return say(
        f"cli.dated_{dating.state}",
        name=dating.name,
        period=dating.period or "",
        low=dating.low or "…",
        high=dating.high or "…",
        level=dating.level,
        reason=dating.reason or "",
    )
