"""``longwave decide risk``: early warning for areas, or the risk of a portfolio."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_area
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.core.errors import PartialResult, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say

if TYPE_CHECKING:
    from longwave.decide.early_warning.windows import Horizon
    from longwave.report.document import Document, Table
    from longwave.workflows.decide.risk import RiskOptions, Warned
    from longwave.workflows.decide.risk_portfolio import PortfolioRisk

_FILES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq", ".toml")
_MOST_ROWS = 20
_SPAN = re.compile(r"\s*(\d{1,4})\s*[-–.]{1,2}\s*(\d{1,4})\s*")


def enter(decide: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        decide,
        "risk",
        brief="cli.decide_risk_brief",
        text="cli.decide_risk_text",
        examples=(
            "longwave decide risk USA CHN",
            "longwave decide risk USA --credit bis_credit.csv --crises crises.csv",
            "longwave decide risk loans.csv --scenario s.csv --effects e.toml",
        ),
    )(risk)


def risk(
    call: Call,
    what: Annotated[
        list[str],
        typer.Argument(metavar="AREA|PORTFOLIO", help="cli.decide_risk_what", autocompletion=complete_area),
    ],
    credit: Annotated[
        Path | None, typer.Option("--credit", metavar="FILE", help="cli.decide_risk_credit")
    ] = None,
    crises: Annotated[
        Path | None, typer.Option("--crises", metavar="FILE", help="cli.decide_risk_crises")
    ] = None,
    covered: Annotated[
        str | None, typer.Option("--covered", metavar="YEARS", help="cli.decide_risk_covered")
    ] = None,
    horizon: Annotated[
        str | None, typer.Option("--horizon", metavar="YEARS", help="cli.decide_risk_horizon")
    ] = None,
    mu: Annotated[float | None, typer.Option("--mu", metavar="WEIGHT", help="cli.decide_risk_mu")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="cli.decide_risk_counts")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="cli.decide_risk_strict")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="FILE|MODEL", help="cli.decide_risk_scenario")
    ] = None,
    shock: Annotated[
        list[str] | None, typer.Option("--shock", metavar="SHOCK", help="cli.model_shock")
    ] = None,
    effects: Annotated[
        Path | None, typer.Option("--effects", metavar="FILE", help="cli.decide_risk_effects")
    ] = None,
    data: Annotated[str | None, typer.Option("--data", metavar="FILE", help="cli.model_data")] = None,
    area: Annotated[
        str | None,
        typer.Option("--area", metavar="AREA", help="cli.model_area", autocompletion=complete_area),
    ] = None,
    years: Annotated[int | None, typer.Option("--years", metavar="N", help="cli.decide_risk_years")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="cli.decide_risk_out")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
) -> None:
    if seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)))
    files = [each for each in what if _is_file(each)]
    for_areas = {
        "--credit": credit, "--crises": crises, "--covered": covered, "--horizon": horizon, "--mu": mu,
        "--counts": counts or None, "--strict": strict or None, "--as-of": as_of,
    }  # fmt: skip
    for_files = {
        "--scenario": scenario, "--shock": shock or None, "--effects": effects, "--data": data, "--area": area,
        "--years": years,
    }  # fmt: skip
    if files and len(what) > 1:
        raise UsageError(say("cli.decide_risk_mixed"), say("cli.decide_risk_mixed_mend"))
    _only(for_areas if files else for_files, bool(files))
    if out is not None:
        from longwave.workflows.page_folder import check_folder

        check_folder(out)
    if files:
        from longwave.workflows.decide.risk_portfolio import weigh_portfolio
        from longwave.workflows.decide.risk_scenario import YEARS

        with watched(call.output) as progress:
            weighed = weigh_portfolio(
                files[0], scenario=scenario, shocks=tuple(shock or ()), effects=effects, data=data, area=area,
                years=YEARS if years is None else years, seed=seed, settings=call.settings, progress=progress,
            )  # fmt: skip
        _tell_portfolio(call.output, weighed)
        _finish(call, weighed, out, lambda: _portfolio_page(weighed), weighed.refusals, partly=False)
        return
    from longwave.workflows.decide.risk import warn_of_crises

    options = _options(horizon, mu, counts, strict, seed)
    with watched(call.output) as progress:
        warned = warn_of_crises(
            *what, credit=credit, crises=crises, covered=_years("--covered", covered), options=options,
            as_of=as_of, settings=call.settings, progress=progress,
        )  # fmt: skip
    _tell_areas(call.output, warned)
    _finish(call, warned, out, lambda: _areas_page(warned), warned.refusals, partly=True)


def _is_file(text: str) -> bool:
    """Whether an argument means a file: by its ending, by a folder in it, or because such a file is there."""
    path = Path(text)
    named = text.lower().endswith(_FILES) or len(path.parts) > 1
    return named or (bool(path.suffix) and "\0" not in text and path.is_file())


def _only(unfit: Mapping[str, Any], files: bool) -> None:
    """Raises UsageError for an option that has no say over what was named."""
    given = tuple(name for name, value in unfit.items() if value is not None)
    if given:
        raise UsageError(
            say("cli.decide_risk_for_areas" if files else "cli.decide_risk_for_files", options=given)
        )


def _options(horizon: str | None, mu: float | None, counts: bool, strict: bool, seed: int) -> RiskOptions:
    from longwave.workflows.decide.risk import RiskOptions

    preference = 0.5 if mu is None else mu
    if not 0 < preference < 1:
        raise UsageError(say("early_warning.bad_mu", mu=f"{preference:g}"), say("early_warning.bad_mu_mend"))
    return RiskOptions(
        _horizon(horizon), preference, "counts" if counts else "rates", strict=strict, seed=seed
    )


def _horizon(text: str | None) -> Horizon:
    from longwave.decide.early_warning.windows import Horizon

    span = _years("--horizon", text)
    if span is None:
        return Horizon()
    if not 1 <= span[0] <= span[1] <= 20:
        raise UsageError(say("cli.decide_risk_bad_span", option="--horizon", text=text or ""))
    return Horizon(*span)


def _years(option: str, text: str | None) -> tuple[int, int] | None:
    """Two whole numbers as 1-3 or 1970-2017. Raises UsageError."""
    if text is None:
        return None
    found = _SPAN.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise UsageError(say("cli.decide_risk_bad_span", option=option, text=text[:30]))
    return int(found[1]), int(found[2])


def _tell_areas(output: Output, warned: Warned) -> None:
    from longwave.workflows.decide.risk_told import findings, general, worth_header, worth_row

    for area in warned.areas:
        first, *rest = findings(area, warned)
        output.line(first)
        for sentence in rest:
            output.line(f"  - {sentence.text(output.lang)}")
        _refused(output, area.refusals)
        output.line()
    tried = warned.tried
    if tried.worths:
        output.table(worth_header(), [worth_row(each) for each in tried.worths.values()])
    if tried.rich:
        output.line(say("early_warning.rich_caption"))
        output.table(worth_header(), [worth_row(each) for each in tried.rich.values()])
    for sentence in general(warned):
        output.line(f"  - {sentence.text(output.lang)}")
    _refused(output, tried.refusals)
    for note in (*warned.notes, warned.crises.source):
        output.note(note)
    for origin in warned.origins.values():
        output.note(say("cli.source_line", citation=origin.citation()))
    for refusal in warned.refusals:
        output.warn(say("cli.refused", reason=refusal.reason, mend=refusal.mend or ""))


def _refused(output: Output, refusals: Sequence[Refusal]) -> None:
    for each in refusals:
        output.line(f"  - {say('cli.refused', reason=each.reason, mend=each.mend or '').text(output.lang)}")


def _tell_portfolio(output: Output, risk: PortfolioRisk) -> None:
    from longwave.workflows.decide.risk_portfolio import findings
    from longwave.workflows.decide.risk_portfolio_page import (
        allocation_table,
        breaches_table,
        positions_table,
    )

    first, *rest = findings(risk)
    output.line(first)
    for sentence in rest:
        output.line(f"  - {sentence.text(output.lang)}")
    _refused(output, risk.refusals)
    if risk.losses is not None:
        _table(output, positions_table(risk))
    if risk.breaches:
        _table(output, breaches_table(risk))
    if risk.allocation is not None and risk.allocation.moved > 0:
        _table(output, allocation_table(risk))


def _table(output: Output, table: Table) -> None:
    output.line()
    output.line(table.caption)
    shown = table.rows[:_MOST_ROWS]
    output.table([_spoken(each) for each in table.header], [[_spoken(cell) for cell in row] for row in shown])
    if len(table.rows) > len(shown):
        output.note(say("cli.decide_risk_more", count=len(table.rows) - len(shown)))


def _spoken(cell: Any) -> Any:
    return cell if isinstance(cell, Message) or hasattr(cell, "text") else str(cell)


def _areas_page(warned: Warned) -> Document:
    from longwave.workflows.decide.risk_page import document

    return document(warned)


def _portfolio_page(risk: PortfolioRisk) -> Document:
    from longwave.workflows.decide.risk_portfolio_page import document

    return document(risk)


def _finish(
    call: Call,
    done: Warned | PortfolioRisk,
    out: Path | None,
    page: Callable[[], Document],
    refusals: Sequence[Refusal],
    *,
    partly: bool,
) -> None:
    """The folder, the document, and the exit code: 3 where an area that was asked for has no figures."""
    results = done.results(call.output.lang)
    if out is not None:
        from longwave.workflows.decide.risk_folder import write_folder

        for path in write_folder(page(), results, out, call.report_languages):
            call.output.note(say("cli.model_written", path=str(path)))
    call.output.document("risk", results)
    if partly and refusals:
        leave(PartialResult.exit_code)
