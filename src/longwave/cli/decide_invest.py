"""``longwave decide invest``: whether an investment earns more than it must, whether to wait, and what came of it."""

from __future__ import annotations

import math
import unicodedata
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.core.errors import PartialResult, UsageError
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.decide.investment.follow_up import FollowUp
    from longwave.decide.investment.judged import Judged
    from longwave.workflows.decide.invest import Invested

_MOST_MATTERS = 6


def enter(decide: typer.Typer) -> None:
    """Adds the command to the group."""
    examples = (
        "longwave decide invest --example > plan.toml",
        "longwave decide invest plan.toml --out decision --lang en --lang zh",
        "longwave decide invest flows.csv --wacc 0.08 --prices real --currency EUR",
        "longwave decide invest plan.toml --actuals came.csv",
    )
    command(
        decide, "invest", brief="cli.decide_invest_brief", text="cli.decide_invest_text", examples=examples
    )(invest)


def invest(
    call: Call,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="cli.decide_invest_file")] = None,
    actuals: Annotated[
        Path | None, typer.Option("--actuals", metavar="FILE", help="cli.decide_invest_actuals")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="cli.decide_invest_out")] = None,
    wacc: Annotated[str | None, typer.Option("--wacc", metavar="RATE", help="cli.decide_invest_wacc")] = None,
    wacc_prices: Annotated[
        str | None, typer.Option("--wacc-prices", metavar="KIND", help="cli.decide_invest_wacc_prices")
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="cli.decide_invest_currency")
    ] = None,
    prices: Annotated[
        str | None, typer.Option("--prices", metavar="KIND", help="cli.decide_invest_prices")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="cli.decide_invest_draws")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="cli.decide_invest_keep")] = False,
    example: Annotated[bool, typer.Option("--example", help="cli.decide_invest_example")] = False,
) -> None:
    if example:
        _example(call.output)
        return
    if file is None:
        raise UsageError(say("cli.decide_invest_no_file"), say("cli.decide_invest_no_file_mend"))
    from longwave.workflows.decide.invest import decide_investment, keep_decision
    from longwave.workflows.decide.invest_folder import save_investment
    from longwave.workflows.page_folder import check_folder

    if out is not None:
        check_folder(out)
    with watched(call.output) as progress:
        done = decide_investment(
            file,
            actuals=actuals,
            wacc=_rate(wacc),
            wacc_prices=wacc_prices,
            currency=currency,
            prices=prices,
            draws=draws,
            seed=seed,
            settings=call.settings,
            progress=progress,
        )
    _tell(call.output, done)
    if out is not None:
        for path in save_investment(done, out, call.report_languages):
            call.output.note(say("cli.model_written", path=str(path)))
    if keep:
        record = keep_decision(done, call.settings, date.today())
        call.output.note(say("cli.decide_invest_kept", id=record.id[:12]))
    call.output.document("decision", done.results())
    if done.decision.plan.wacc is None:
        leave(PartialResult.exit_code)


def _rate(text: str | None) -> float | None:
    """A rate as 0.08 or 8%. Raises UsageError."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = float(plain.rstrip("%").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(say("investment.bad_rate", text=text[:30]), say("investment.bad_rate_mend"))
    return number / 100 if plain.endswith("%") else number


def _example(output: Output) -> None:
    from longwave.workflows.decide.invest import example_plan

    output.line(example_plan().rstrip("\n"))
    output.document("plan_example", {"toml": example_plan()})


def _tell(output: Output, done: Invested) -> None:
    """The answer first, then each opening, then where it comes from."""
    from longwave.workflows.decide.invest_page import chosen_words, dominance_words, lead, overview

    decision = done.decision
    for each in done.followed:
        _follow(output, each)
    if len(decision.openings) > 1 or not done.followed:
        output.line(decision.answer)
    output.note(lead(decision))
    table = overview(decision)
    output.table(
        [output.spoken(_plain(each)) for each in table.header],
        [[_plain(cell) for cell in row] for row in table.rows],
    )
    for name in decision.ranking:
        _opening(output, decision.of(name), len(decision.openings) > 1)
    for sentence in dominance_words(decision):
        output.line(f"  - {sentence.text(output.lang)}")
    if decision.chosen is not None:
        output.line(f"  - {chosen_words(decision).text(output.lang)}")
    for scenario in decision.scenarios:
        output.note(say("investment.scenario_from", scenario=scenario.name, origin=scenario.origin))
    for note in decision.notes:
        output.note(note)
    for refusal in (*decision.refusals, *(one for each in decision.openings for one in each.refusals)):
        output.note(say("cli.decide_invest_unsaid", reason=refusal.reason, mend=refusal.mend or ""))
    for origin in done.origins.values():
        output.note(say("cli.source_line", citation=origin.citation()))


def _plain(cell: object) -> str | int | float:
    from longwave.core.message import Message, Names

    return cell if isinstance(cell, str | int | float | Message | Names) else str(cell)  # type: ignore[return-value]


def _opening(output: Output, each: Judged, named: bool) -> None:
    if named:
        output.line(each.verdict.sentence)
    for reason in each.verdict.reasons:
        output.line(f"  - {reason.text(output.lang)}")
    matters = [one for one in each.matters if one.swing > 0][:_MOST_MATTERS]
    for one in matters:
        from longwave.decide.investment.verdict import digits, percent

        key = "cli.decide_invest_matter" if one.share is not None else "cli.decide_invest_matter_alone"
        blanks = {"name": one.name, "low": digits(one.low), "high": digits(one.high)}
        said = say(key, **blanks) if one.share is None else say(key, **blanks, share=percent(one.share))
        output.line(f"  - {said.text(output.lang)}")


def _follow(output: Output, each: FollowUp) -> None:
    from longwave.workflows.decide.invest_page import follow_table

    output.line(each.sentence)
    for reason in each.reasons:
        output.line(f"  - {reason.text(output.lang)}")
    table = follow_table(each)
    output.table(
        [_plain(one) for one in table.header], [[_plain(cell) for cell in row] for row in table.rows]
    )
