"""``longwave model``: check, show, solve, estimate, simulate, shock and steer models written as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, group, leave
from longwave.cli.complete import complete_area, complete_model
from longwave.cli.output import Output, Spoken
from longwave.cli.progress import watched
from longwave.core.errors import DataError, PartialResult, UsageError
from longwave.core.message import Message, Names, say

if TYPE_CHECKING:
    import pandas as pd

    from longwave.macro.model import Model
    from longwave.report.document import Document
    from longwave.workflows.model.figures import Figures
    from longwave.workflows.model.irf import Responses
    from longwave.workflows.model.solve import Solved
    from longwave.workflows.model.source import Sourced
    from longwave.workflows.model.structure import Structure

What = Annotated[str, typer.Argument(metavar="MODEL", help="cli.model_what", autocompletion=complete_model)]
Data = Annotated[str | None, typer.Option("--data", metavar="FILE", help="cli.model_data")]
Area = Annotated[
    str | None, typer.Option("--area", metavar="AREA", help="cli.model_area", autocompletion=complete_area)
]
First = Annotated[str | None, typer.Option("--first", metavar="PERIOD", help="cli.model_first")]
Last = Annotated[str | None, typer.Option("--last", metavar="PERIOD", help="cli.model_last")]
Shocks = Annotated[list[str] | None, typer.Option("--shock", metavar="SHOCK", help="cli.model_shock")]
Given = Annotated[list[str] | None, typer.Option("--set", metavar="SHOCK", help="cli.model_set")]
Show = Annotated[list[str] | None, typer.Option("--show", metavar="NAME", help="cli.model_show_option")]
Expectations = Annotated[str, typer.Option("--expectations", metavar="KIND", help="cli.model_expectations")]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="cli.model_plot")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.model_out")]

Track = Annotated[bool, typer.Option("--track", help="cli.model_track")]
Terminal = Annotated[str, typer.Option("--terminal", metavar="KIND", help="cli.model_terminal")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")]

_MOST_SHOWN = 30


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    model = typer.Typer()
    group(
        model,
        text="cli.model_text",
        examples=(
            'longwave model solve klein1 --shock "G + 1 in 1930..1933" --plot k.html',
            "longwave model estimate klein1 --method 3sls",
            "longwave model list",
        ),
    )
    lines: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
        "list": (models, ("longwave model list",)),
        "check": (check, ("longwave model check my_model.lw",)),
        "show": (show, ("longwave model show klein1", "longwave model show klein1 --show C --show I")),
        "graph": (graph, ("longwave model graph klein1", "longwave model graph klein1 --out klein.dot")),
        "convert": (
            convert,
            (
                "longwave model convert model.xml --out model.lw",
                "longwave model convert klein1 --out klein.tex",
            ),
        ),
        "estimate": (
            estimate,
            (
                "longwave model estimate klein1 --method 3sls",
                "longwave model estimate my_model.lw --data figures.csv --out new.lw",
            ),
        ),
        "simulate": (
            simulate,
            (
                'longwave model simulate klein1 --first 1935 --event "Y > 80"',
                "longwave model simulate my_model.lw --data figures.csv --method block",
            ),
        ),
        "irf": (
            irf,
            (
                "longwave model irf klein1 G --multiplier Y --permanent",
                "longwave model irf klein1 G --draws 500 --coefficients 3sls",
            ),
        ),
        "rest": (rest, ("longwave model rest klein1 --at 1930", "longwave model rest solow --area JPN")),
        "condition": (
            condition,
            ('longwave model condition klein1 --first 1931 --condition "Y = 60 in 1936"',),
        ),
        "optimise": (
            optimise,
            ('longwave model optimise klein1 --target "Y = 60" --instrument "G move 0.5"',),
        ),
        "solve": (
            solve,
            (
                'longwave model solve klein1 --shock "G + 1 in 1930..1933" --plot k.html',
                "longwave model solve model.xml --data figures.csv --first 2040-Q1 --track",
            ),
        ),
    }
    for name, (function, examples) in lines.items():
        brief, text = f"cli.model_{name}_brief", f"cli.model_{name}_text"
        command(model, name, brief=brief, text=text, examples=examples)(function)
    app.add_typer(model, name="model", short_help="cli.model_brief")


def models(call: Call) -> None:
    from longwave.macro.library import catalogue as library

    entries = [library.find(name) for name in library.names()]
    output = call.output
    output.table(
        [say("cli.model_column_name"), say("cli.model_column_title"), say("cli.model_column_figures")],
        [
            [
                each.name,
                each.names,
                each.figures_source or say("cli.model_rest" if each.rest else "cli.model_by_area"),
            ]
            for each in entries
        ],
    )
    output.document(
        "models",
        {
            "models": [
                {
                    "name": each.name,
                    "title": {"en": each.names.en, "zh": each.names.zh},
                    "figures": each.figures_source,
                }
                for each in entries
            ]
        },
    )


def check(call: Call, what: What, expectations: Expectations = "") -> None:
    from longwave.workflows.model.source import find_model
    from longwave.workflows.model.structure import structure

    sourced = find_model(what, expectations=expectations)
    found = structure(sourced.model)
    for warning in sourced.warnings:
        call.output.warn(warning)
    call.output.line(_counts(found).text(call.output.lang))
    call.output.line(say("cli.model_sound"))
    call.output.document("model", found.results())


def show(call: Call, what: What, show: Show = None, expectations: Expectations = "") -> None:
    from longwave.workflows.model.source import find_model
    from longwave.workflows.model.structure import structure

    sourced = find_model(what, expectations=expectations)
    found, output = structure(sourced.model), call.output
    model, body = found.model, structure(sourced.model).results()
    _must_know(found, show)
    output.line(model.names if model.names.en else model.name)
    output.line(_counts(found).text(output.lang))
    if model.source:
        output.line(model.source)
    chosen = set(show or ())
    rows: list[list[Spoken]] = [
        [each.name, each.names, each.unit, say("cli.model_endogenous")] for each in model.endogenous
    ]
    rows += [[each.name, each.names, each.unit, say("cli.model_exogenous")] for each in model.exogenous]
    shown = [row for row in rows if not chosen or row[0] in chosen]
    output.table(
        [
            say("cli.model_column_name"),
            say("cli.model_column_title"),
            say("cli.model_column_unit"),
            say("cli.model_column_kind"),
        ],
        shown if chosen else shown[:_MOST_SHOWN],
    )
    if not chosen and len(shown) > _MOST_SHOWN:
        output.note(say("cli.model_more", count=len(shown) - _MOST_SHOWN))
    equations = [each for each in body["equations"] if not chosen or each["variable"] in chosen]
    for each in equations if chosen else equations[:_MOST_SHOWN]:
        condition = f"  when {each['when']}" if each["when"] else ""
        output.line(f"  {each['kind']} {each['name']}: {each['text']}{condition}")
    if not chosen and len(equations) > _MOST_SHOWN:
        output.note(say("cli.model_more_equations", count=len(equations) - _MOST_SHOWN))
    valued = [each for each in model.parameters if each.value is not None]
    if valued and not chosen:
        output.table(
            [say("cli.model_column_parameter"), say("cli.model_column_value")],
            [[each.name, f"{each.value:g}"] for each in valued[:_MOST_SHOWN]],
        )
    output.document("model", body)


def graph(
    call: Call, what: What, show: Show = None, out: Out = None, expectations: Expectations = ""
) -> None:
    from longwave.workflows.model.files import write_text
    from longwave.workflows.model.source import find_model
    from longwave.workflows.model.structure import structure

    found, output = structure(find_model(what, expectations=expectations).model), call.output
    _must_know(found, show)
    output.line(_counts(found).text(output.lang))
    for name in show or ():
        reads = (
            ", ".join(f"{each}{_shifts(shifts)}" for each, shifts in found.reads(name).items())
            if name in found.system.variables
            else "–"
        )
        output.line(say("cli.model_reads", name=name, reads=reads))
        output.line(say("cli.model_moves", name=name, moves=", ".join(found.moves(name)) or "–"))
    if not show:
        for place, block in enumerate(found.blocks[: _MOST_SHOWN * 2], start=1):
            key = "cli.model_block" if block.tears else "cli.model_single"
            output.line(
                say(
                    key,
                    place=place,
                    count=len(block.variables),
                    variables=", ".join(block.variables),
                    tears=", ".join(block.tears),
                )
            )
        if len(found.blocks) > _MOST_SHOWN * 2:
            output.note(say("cli.model_more_equations", count=len(found.blocks) - _MOST_SHOWN * 2))
    if out is not None:
        write_text(out, found.dot(), (".dot", ".gv"))
        output.note(say("cli.model_written", path=str(out)))
    output.document("model_graph", found.results())


def _shifts(shifts: tuple[int, ...]) -> str:
    return "" if shifts == (0,) else f"({', '.join(f'{each:+d}' if each else '0' for each in shifts)})"


def _must_know(found: Structure, names: list[str] | None) -> None:
    for name in names or ():
        if not found.system.has(name):
            raise UsageError(
                say("model.unknown_variable", name=name),
                say("model.unknown_variable_mend", model=found.model.name),
            )


def _counts(found: Structure) -> Message:
    model, system = found.model, found.system
    together = max((len(each.variables) for each in found.blocks if each.tears), default=0)
    return say(
        "cli.model_counts",
        equations=len(system.residuals),
        exogenous=len(model.exogenous),
        parameters=len(model.parameters),
        lag=system.max_lag,
        lead=system.max_lead,
        together=together,
    )


def convert(
    call: Call,
    what: What,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="cli.model_convert_out")],
    expectations: Expectations = "",
) -> None:
    from longwave.workflows.model.convert import converted, left_behind
    from longwave.workflows.model.files import write_text
    from longwave.workflows.model.source import find_model

    sourced = find_model(what, expectations=expectations)
    for warning in (*sourced.warnings, *left_behind(sourced)):
        call.output.warn(warning)
    write_text(out, converted(sourced.model, out.suffix), (".lw", ".tex", ".txt"))
    call.output.line(say("cli.model_written", path=str(out)))
    call.output.document("model_converted", {"path": str(out), "model": sourced.model.name})


def solve(
    call: Call,
    what: What,
    data: Data = None,
    area: Area = None,
    first: First = None,
    last: Last = None,
    given: Given = None,
    shock: Shocks = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", metavar="FILE", help="cli.model_scenarios")
    ] = None,
    track: Track = False,
    mode: Annotated[str, typer.Option("--mode", metavar="MODE", help="cli.model_mode")] = "dynamic",
    terminal: Terminal = "data",
    start: Annotated[str, typer.Option("--start", metavar="KIND", help="cli.model_start")] = "data",
    show: Show = None,
    why: Annotated[bool, typer.Option("--why", help="cli.model_why")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="FILE", help="cli.model_keep")] = None,
    expectations: Expectations = "",
    plot: Plot = None,
    out: Out = None,
) -> None:
    from longwave.workflows.model.files import check_files, save_table, write_text
    from longwave.workflows.model.page import causes_words, document, headline
    from longwave.workflows.model.scenario_file import write_scenarios
    from longwave.workflows.model.solve import solve_model

    check_files(plot, out)
    with watched(call.output):
        solved = solve_model(
            what, data=data, area=area, first=first, last=last, given=tuple(given or ()),
            shocks=tuple(shock or ()), scenarios=scenarios, track=track, mode=mode, terminal=terminal, start=start,
            watch=tuple(show or ()), why=why, expectations=expectations, settings=call.settings,
        )  # fmt: skip
    output = call.output
    _remarks(output, solved.sourced, solved.figures)
    for scenario in solved.scenarios:
        for name in solved.watch:
            output.line(headline(solved, scenario, name))
    for name in solved.watch if solved.attribution is not None else ():
        output.line(causes_words(solved, name))
    for sentence in solved.attribution.sentences() if solved.attribution is not None else ():
        output.note(sentence)
    _paths(output, solved)
    for each in (solved.baseline, *solved.scenarios):
        output.note(each.solution.certificate.sentence())
        for note in each.solution.notes:
            output.note(note)
    if keep is not None:
        write_text(keep, write_scenarios(solved.scenarios), (".toml",))
        output.note(say("cli.model_written", path=str(keep)))
    if out is not None:
        save_table(solved, out)
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(solved), solved.figures)
    output.document("model_solution", solved.results(output.lang))


def _remarks(output: Output, sourced: Sourced, figures: Figures) -> None:
    """What a reader must know before the results: an importer's remarks, what was assumed of the figures."""
    for remark in (*sourced.warnings, *figures.notes):
        output.note(remark)


def _draw(call: Call, plot: Path | None, make: Callable[[], Document], figures: Figures) -> None:
    """Writes the page, where one was asked for, in every language asked for."""
    from longwave.workflows.model.files import save_page

    if plot is None:
        return
    for path in save_page(make(), plot, call.report_languages, figures.origins):
        call.output.note(say("cli.model_written", path=str(path)))


def _paths(output: Output, solved: Solved) -> None:
    """Levels of the baseline, then what each scenario changes."""
    from longwave.workflows.model.printed import (
        first_periods,
        peak_periods,
        shown_rows,
        sizes_of,
        with_unit,
    )

    model, watch = solved.baseline.model, solved.watch
    levels = solved.baseline.solution.frame(watch)
    sizes, changes = sizes_of(levels), [each.frame(watch) for each in solved.differences]
    keep = (*first_periods(solved.scenarios), *(each for one in changes for each in peak_periods(one, sizes)))
    rows = shown_rows(levels, keep)
    output.line(with_unit(say("cli.model_levels"), model, watch))
    _frame(output, levels, say("cli.column_period"), rows=rows, model=model)
    for each, change in zip(solved.differences, changes, strict=True):
        said = Names(each.scenario.name) if not each.scenario.names.en else each.scenario.names
        output.line(with_unit(say("cli.model_difference", name=said), model, watch))
        _frame(output, change, say("cli.column_period"), rows=rows, model=model, sizes=sizes)


def _frame(
    output: Output,
    frame: pd.DataFrame,
    corner: Spoken,
    *,
    keep: tuple[str, ...] = (),
    rows: list[int] | None = None,
    whole: bool = False,
    model: Model | None = None,
    sizes: dict[str, float] | None = None,
) -> None:
    """A frame of numbers: the rows that `printed.shown_rows` chooses, and how many there are where some are left out.

    keep: rows that must be there; rows: the choice as made before; whole: all of them; model: of the columns' units, told
    under the heads where they differ; sizes: of the levels beside which a change may be rounding.
    """
    from longwave.workflows.model.printed import (
        common_unit,
        head_of,
        number,
        shown_rows,
        unit_heads,
        without_dust,
    )

    clean = without_dust(frame, sizes)
    kept = list(range(len(frame))) if whole else rows if rows is not None else shown_rows(clean, keep)
    names = [str(each) for each in frame.columns]
    cells: list[list[Spoken]] = []
    if model is not None and not common_unit(model, names):
        units = unit_heads(model, names)
        cells += [["", *units]] if any(each.text("en") for each in units) else []
    values = clean.to_numpy()
    cells += [[str(frame.index[row]), *(number(float(value)) for value in values[row])] for row in kept]
    output.table([corner, *(head_of(each) if model is None else each for each in names)], cells)
    if len(kept) < len(frame):
        output.line(say("cli.model_rows_shown", shown=len(kept), count=len(frame)))


def estimate(
    call: Call,
    what: What,
    data: Data = None,
    area: Area = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="METHOD", help="cli.model_estimate_method")
    ] = None,
    equation: Annotated[
        list[str] | None, typer.Option("--equation", metavar="NAME", help="cli.model_equation")
    ] = None,
    first: First = None,
    last: Last = None,
    covariance: Annotated[
        str, typer.Option("--covariance", metavar="KIND", help="cli.model_covariance")
    ] = "",
    plot: Plot = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.model_estimate_out")] = None,
) -> None:
    from longwave.macro.estimate.result import ModelEstimate, lag_weight_frame, told_coefficients
    from longwave.workflows.fan import period_name
    from longwave.workflows.model.convert import converted
    from longwave.workflows.model.estimate import document, likelihood, test_line
    from longwave.workflows.model.estimate import estimate as estimated
    from longwave.workflows.model.files import check_files, write_text

    check_files(plot, None)
    with watched(call.output):
        found = estimated(
            what, data=data, area=area, method=method, equations=tuple(equation or ()), first=first, last=last,
            covariance=covariance, settings=call.settings,
        )  # fmt: skip
    output = call.output
    for each in found.equations:
        output.line(say("cli.model_equation_heading", name=each.name, how=each.how))
        _words(output, told_coefficients(each, output.lang))
        for weights in each.lag_weights:
            _words(output, lag_weight_frame(weights, output.lang))
        output.line(
            say(
                "cli.model_fit",
                r2=each.r2,
                error=each.standard_error,
                count=each.sample.observations,
                first=period_name(each.sample.first),
                last=period_name(each.sample.last),
            )
        )
        for sentence in likelihood(each):
            output.line(sentence)
        for test in each.tests:
            output.line(f"  - {test_line(test).text(output.lang)}")
        for note in each.notes:
            output.note(note)
    if not isinstance(found.result, ModelEstimate):
        for sentence in (say("models.together", how=found.result.how), *likelihood(found.result)):
            output.line(sentence)
        for test in found.result.tests:
            output.line(f"  - {test_line(test).text(output.lang)}")
        for note in found.result.notes:
            output.note(note)
    refusals = found.result.refusals if isinstance(found.result, ModelEstimate) else ()
    for refusal in refusals:
        output.warn(
            say("cli.refused_series", series=refusal.subject, reason=refusal.reason, mend=refusal.mend or "")
        )
    if out is not None:
        write_text(out, converted(found.model, out.suffix), (".lw", ".tex", ".txt"))
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(found), found.figures)
    output.document("model_estimate", found.results(output.lang))
    if refusals:
        leave(PartialResult.exit_code if found.equations else DataError.exit_code)


def _words(output: Output, frame: pd.DataFrame) -> None:
    """A frame of words and numbers with its index."""
    rows: list[list[Spoken]] = [
        [str(label), *(f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row)]
        for label, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    output.table([str(frame.index.name or ""), *map(str, frame.columns)], rows)


def simulate(
    call: Call,
    what: What,
    data: Data = None,
    area: Area = None,
    first: First = None,
    last: Last = None,
    given: Given = None,
    shock: Shocks = None,
    replications: Annotated[
        int, typer.Option("--replications", metavar="N", help="cli.model_replications")
    ] = 1000,
    method: Annotated[str, typer.Option("--method", metavar="METHOD", help="cli.model_draw")] = "bootstrap",
    residuals_first: Annotated[
        str, typer.Option("--residuals-first", metavar="PERIOD", help="cli.model_residuals_first")
    ] = "",
    residuals_last: Annotated[
        str, typer.Option("--residuals-last", metavar="PERIOD", help="cli.model_residuals_last")
    ] = "",
    residuals_scale: Annotated[
        float, typer.Option("--residuals-scale", metavar="X", help="cli.model_residuals_scale")
    ] = 1.0,
    most_failed: Annotated[
        float, typer.Option("--most-failed", metavar="SHARE", help="cli.model_most_failed")
    ] = 0.05,
    coefficients: Annotated[
        str, typer.Option("--coefficients", metavar="METHOD", help="cli.model_coefficients")
    ] = "",
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="EXPRESSION", help="cli.model_event")
    ] = None,
    track: Track = False,
    show: Show = None,
    seed: Seed = 0,
    threads: Annotated[int | None, typer.Option("--threads", metavar="N", help="cli.model_threads")] = None,
    expectations: Expectations = "",
    plot: Plot = None,
    out: Out = None,
) -> None:
    from longwave.workflows.model.files import check_files, save_columns
    from longwave.workflows.model.printed import with_unit
    from longwave.workflows.model.simulate import document, headline, simulate_model
    from longwave.workflows.model.tables import variable_name

    check_files(plot, out)
    with watched(call.output):
        found = simulate_model(
            what, data=data, area=area, first=first, last=last, given=tuple(given or ()), shocks=tuple(shock or ()),
            replications=replications, method=method, residuals=(residuals_first, residuals_last),
            scale=residuals_scale, most_failed=most_failed, coefficients=coefficients,
            track=track, watch=tuple(show or ()), events=tuple(event or ()), seed=seed,
            threads=threads, expectations=expectations, settings=call.settings,
        )  # fmt: skip
    output, run = call.output, found.run
    _remarks(output, found.sourced, found.figures)
    for sentence in found.probabilities():
        output.line(sentence)
    for name in run.names:
        output.line(headline(found, name))
        title = say("models.section", name=variable_name(found.sourced.model, name))
        output.line(with_unit(title, found.sourced.model, [name]))
        _frame(output, run.fan(name).frame(), say("cli.column_period"))
    output.line(run.failures.sentence())
    output.note(run.certificate.sentence())
    for note in found.notes():
        output.note(note)
    if out is not None:
        save_columns({name: run.fan(name).frame() for name in run.names}, out)
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(found), found.figures)
    output.document("model_simulation", found.results(output.lang))
    if run.failures.count:
        leave(PartialResult.exit_code)


def irf(
    call: Call,
    what: What,
    of: Annotated[str, typer.Argument(metavar="NAME", help="cli.model_irf_of")],
    data: Data = None,
    area: Area = None,
    first: First = None,
    last: Last = None,
    given: Given = None,
    size: Annotated[float, typer.Option("--size", metavar="X", help="cli.model_size")] = 1.0,
    at: Annotated[str | None, typer.Option("--at", metavar="PERIOD", help="cli.model_at")] = None,
    permanent: Annotated[bool, typer.Option("--permanent", help="cli.model_permanent")] = False,
    fading: Annotated[float, typer.Option("--fading", metavar="SHARE", help="cli.model_fading")] = 1.0,
    multiplier: Annotated[
        list[str] | None, typer.Option("--multiplier", metavar="NAME", help="cli.model_multiplier")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="cli.model_draws")] = 0,
    coefficients: Annotated[
        str, typer.Option("--coefficients", metavar="METHOD", help="cli.model_coefficients")
    ] = "",
    track: Track = False,
    terminal: Terminal = "data",
    show: Show = None,
    seed: Seed = 0,
    expectations: Expectations = "",
    plot: Plot = None,
    out: Out = None,
) -> None:
    from longwave.workflows.model.files import check_files, save_columns
    from longwave.workflows.model.irf import (
        document,
        headline,
        multiplier_title,
        multiplier_words,
        respond,
    )

    check_files(plot, out)
    with watched(call.output):
        found = respond(
            what, of, data=data, area=area, first=first, last=last, given=tuple(given or ()), size=size, at=at,
            permanent=permanent, fading=fading, multiplier_of=tuple(multiplier or ()), draws=draws,
            coefficients=coefficients, track=track, terminal=terminal, watch=tuple(show or ()), seed=seed,
            expectations=expectations, settings=call.settings,
        )  # fmt: skip
    output = call.output
    _remarks(output, found.sourced, found.figures)
    for note in found.impulse.difference.scenario.solution.notes:
        output.note(note)
    output.line(say("cli.model_responses", shock=str(found.impulse.shock)))
    for each in found.multipliers:
        output.line(multiplier_words(found, each))
    for name in found.watch:
        output.line(headline(found, name))
    for sentence in found.about_draws():
        output.line(sentence)
    _responses(output, found)
    for each in found.multipliers:
        output.line(multiplier_title(found, each))
        _frame(output, each.table, say("models.column_horizon"))
    if found.stability is not None:
        output.note(found.stability.sentence())
    if out is not None:
        tables = {f"multiplier of {each.to} on {each.of}": each.table for each in found.multipliers}
        save_columns({"response": found.impulse.responses, **found.impulse.bands, **tables}, out)
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(found), found.figures)
    output.document("model_responses", found.results(output.lang))


def _responses(output: Output, found: Responses) -> None:
    """The responses in one table; with draws one table a variable, beside each response its interval."""
    from longwave.workflows.model.irf import response_frame
    from longwave.workflows.model.printed import sizes_of, with_unit
    from longwave.workflows.model.tables import variable_name

    model, start = found.sourced.model, str(found.impulse.shock.first)
    shock = Names(str(found.impulse.shock))
    if not found.impulse.bands:
        levels = found.impulse.difference.baseline.solution.frame(found.watch)
        output.line(with_unit(say("cli.model_difference", name=shock), model, found.watch))
        _frame(
            output,
            found.impulse.responses,
            say("cli.column_period"),
            keep=(start,),
            model=model,
            sizes=sizes_of(levels),
        )
    for name in found.watch if found.impulse.bands else ():
        title = say("models.response_title", name=variable_name(model, name), shock=shock)
        output.line(with_unit(title, model, [name]))
        _frame(output, response_frame(found, name), say("cli.column_period"), keep=(start,))


def optimise(
    call: Call,
    what: What,
    target: Annotated[list[str], typer.Option("--target", metavar="TARGET", help="cli.model_target")],
    instrument: Annotated[
        list[str], typer.Option("--instrument", metavar="INSTRUMENT", help="cli.model_instrument")
    ],
    data: Data = None,
    area: Area = None,
    first: First = None,
    last: Last = None,
    given: Given = None,
    shock: Shocks = None,
    within: Annotated[
        list[str] | None, typer.Option("--within", metavar="BOUND", help="cli.model_within")
    ] = None,
    discount: Annotated[float, typer.Option("--discount", metavar="FACTOR", help="cli.model_discount")] = 1.0,
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="cli.model_policy")
    ] = "commitment",
    track: Track = False,
    expectations: Expectations = "",
    plot: Plot = None,
    out: Out = None,
) -> None:
    from longwave.workflows.model.files import check_files, save_columns
    from longwave.workflows.model.optimise import document, optimise_model
    from longwave.workflows.model.printed import with_unit
    from longwave.workflows.model.tables import variable_name

    check_files(plot, out)
    with watched(call.output):
        found = optimise_model(
            what, target, instrument, data=data, area=area, first=first, last=last, given=tuple(given or ()),
            shocks=tuple(shock or ()), within=tuple(within or ()), discount=discount, method=method, track=track,
            expectations=expectations, settings=call.settings,
        )  # fmt: skip
    output, policy = call.output, found.policy
    _remarks(output, found.sourced, found.figures)
    for sentence in (*found.asked(), *policy.sentences()):
        output.line(sentence)
    tables = {name: policy.paths.loc[:, [name]].droplevel(0, axis=1) for name in found.policy_instruments}
    tables |= {
        name: policy.targets.loc[:, [name]].droplevel(0, axis=1) for name in dict.fromkeys(found.targets)
    }
    for name, frame in tables.items():
        title = say("models.section", name=variable_name(found.sourced.model, name))
        output.line(with_unit(title, found.sourced.model, [name]))
        _frame(output, frame, say("cli.column_period"))
    if out is not None:
        save_columns(tables, out)
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(found), found.figures)
    output.document("model_policy", found.results(output.lang))


def rest(
    call: Call,
    what: What,
    data: Data = None,
    area: Area = None,
    at: Annotated[str | None, typer.Option("--at", metavar="PERIOD", help="cli.model_rest_at")] = None,
    expectations: Expectations = "",
) -> None:
    from longwave.workflows.fan import period_name
    from longwave.workflows.model.rest import rest_of

    with watched(call.output):
        found = rest_of(what, data=data, area=area, at=at, expectations=expectations, settings=call.settings)
    output = call.output
    _remarks(output, found.sourced, found.figures)
    for sentence in found.sentences():
        output.line(sentence)
    if found.state is not None:
        output.line(say("cli.model_rests", period=period_name(str(found.period))))
        _frame(output, found.state.frame(), say("cli.model_column_name"), whole=True)
        output.note(found.state.certificate.sentence())
    _frame(output, found.roots.frame().round(6), say("cli.model_column_root"))
    output.document("model_rest", found.results(output.lang))
    if found.why is not None:
        output.warn(found.why.text(output.lang))
        leave(PartialResult.exit_code)


def condition(
    call: Call,
    what: What,
    conditions: Annotated[
        list[str], typer.Option("--condition", metavar="CONDITION", help="cli.model_condition_option")
    ],
    data: Data = None,
    area: Area = None,
    first: First = None,
    last: Last = None,
    given: Given = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="NAME", help="cli.model_condition_by")
    ] = None,
    residuals_first: Annotated[
        str, typer.Option("--residuals-first", metavar="PERIOD", help="cli.model_residuals_first")
    ] = "",
    residuals_last: Annotated[
        str, typer.Option("--residuals-last", metavar="PERIOD", help="cli.model_residuals_last")
    ] = "",
    track: Track = False,
    show: Show = None,
    expectations: Expectations = "",
    plot: Plot = None,
    out: Out = None,
) -> None:
    from longwave.workflows.model.condition import condition_model, document, headline
    from longwave.workflows.model.files import check_files, save_columns
    from longwave.workflows.model.printed import with_unit

    check_files(plot, out)
    with watched(call.output):
        found = condition_model(
            what, conditions, data=data, area=area, first=first, last=last, given=tuple(given or ()),
            by=tuple(by or ()), residuals=(residuals_first, residuals_last), track=track,
            watch=tuple(show or ()), expectations=expectations, settings=call.settings,
        )  # fmt: skip
    output = call.output
    _remarks(output, found.sourced, found.figures)
    output.line(found.sentence())
    for name in found.watch:
        output.line(headline(found, name))
    model = found.sourced.model
    output.line(with_unit(say("models.on_conditions"), model, found.watch))
    _frame(output, found.found.solution.frame(found.watch), say("cli.column_period"), model=model)
    output.line(say("models.condition_sizes"))
    _frame(output, found.found.sizes, say("cli.column_period"))
    for note in found.found.solution.notes:
        output.note(note)
    output.note(found.found.solution.certificate.sentence())
    if out is not None:
        save_columns({name: found.found.bands[name] for name in found.watch}, out)
        output.note(say("cli.model_written", path=str(out)))
    _draw(call, plot, lambda: document(found), found.figures)
    output.document("model_condition", found.results(output.lang))
