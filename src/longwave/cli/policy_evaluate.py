"""``longwave policy evaluate``: what became of it, against what would have been and against the promise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_area
from longwave.core.errors import DataError, PartialResult, UsageError
from longwave.core.message import Names, say

if TYPE_CHECKING:
    from longwave.cli.output import Output
    from longwave.policy.evaluate.design import Estimator
    from longwave.workflows.policy.evaluate import Evaluated, Evaluation

PLACEBOS_SHOWN = 5


def enter(policy: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        policy, "evaluate", brief="cli.policy_evaluate_brief", text="cli.policy_evaluate_text",
        examples=(
            "longwave policy evaluate macro USA",
            "longwave policy evaluate --file jobs.csv --outcome jobs --of NJ",
        ),
    )(evaluate)  # fmt: skip


def evaluate(
    call: Call,
    domain: Annotated[str | None, typer.Argument(metavar="DOMAIN", help="cli.policy_domain")] = None,
    area: Annotated[
        str | None, typer.Argument(metavar="AREA", help="cli.policy_area", autocompletion=complete_area)
    ] = None,
    design: Annotated[
        str | None, typer.Option("--design", metavar="NAME", help="cli.policy_evaluate_design")
    ] = None,
    adoption: Annotated[
        str | None, typer.Option("--adoption", metavar="ID", help="cli.policy_adoption")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="cli.policy_evaluate_file")
    ] = None,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="cli.policy_evaluate_outcome")
    ] = "outcome",
    treated: Annotated[
        str | None, typer.Option("--of", "--area", metavar="AREA", help="cli.policy_evaluate_of")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="PERIOD", help="cli.policy_evaluate_start")
    ] = None,
    estimator: Annotated[
        str, typer.Option("--estimator", metavar="NAME", help="cli.policy_evaluate_estimator")
    ] = "synthetic_control",
    horizon: Annotated[
        int, typer.Option("--horizon", metavar="PERIODS", help="cli.policy_evaluate_horizon")
    ] = 10,
    donors: Annotated[
        list[str] | None, typer.Option("--donors", metavar="AREA,...", help="cli.policy_evaluate_donors")
    ] = None,
    adopter: Annotated[
        list[str] | None, typer.Option("--adopter", metavar="AREA=PERIOD", help="cli.policy_evaluate_adopter")
    ] = None,
    hit: Annotated[
        list[str] | None, typer.Option("--hit", metavar="AREA,...", help="cli.policy_evaluate_hit")
    ] = None,
    intercept: Annotated[bool, typer.Option("--intercept", help="cli.policy_evaluate_intercept")] = False,
    record: Annotated[bool, typer.Option("--record/--no-record", help="cli.policy_record_step")] = True,
) -> None:
    from longwave.workflows.policy.evaluate import evaluate_policy, evaluate_table

    if file is not None:
        if treated is None or start is None or domain is not None:
            raise UsageError(say("policy_verbs.file_alone"), say("policy_verbs.file_alone_mend"))
        found = evaluate_table(
            file, outcome, treated, start, estimator=cast("Estimator", estimator), horizon=horizon,
            donors=_listed(donors), adopters=_adopters(adopter), hit=_listed(hit), intercept=intercept,
        )  # fmt: skip
    else:
        if domain is None or area is None:
            raise UsageError(say("policy_verbs.which"), say("policy_verbs.which_mend"))
        found = evaluate_policy(
            domain, area, design=design, adoption=adoption, as_of=as_of, hit=_listed(hit), record=record,
            settings=call.settings,
        )  # fmt: skip
    _told(call.output, found)
    call.output.document("policy-evaluation", found.results())
    if not found.answered:
        leave(DataError.exit_code)
    if found.refusals:
        leave(PartialResult.exit_code)


def _listed(given: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())


def _adopters(given: list[str] | None) -> dict[str, str]:
    """``AREA = PERIOD``. Raises UsageError."""
    found = {}
    for text in given or ():
        area, sign, period = text.partition("=")
        if not sign or not area.strip() or not period.strip():
            raise UsageError(say("policy_verbs.bad_adopter", text=text))
        found[area.strip()] = period.strip()
    return found


def _told(output: Output, found: Evaluation) -> None:
    if found.adopted is not None:
        output.line(
            say(
                "policy_verbs.judged", domain=found.title, area=found.area_names,
                on=found.adopted.body["decided_on"],
            )
        )  # fmt: skip
    for each in found.answers:
        _answer(output, each)
    for note in found.notes:
        output.note(note)
    if found.record is not None:
        output.note(say("cli.policy_kept", id=found.record.id[:12]))


def _answer(output: Output, each: Evaluated) -> None:
    title = each.design.title if each.design.title.en else Names(each.design.outcome)
    output.line(f"{output.spoken(title)} [{each.design.estimator}]")
    for refusal in each.refusals:
        output.line(f"  - {refusal.reason.text(output.lang)}")
        if refusal.mend is not None:
            output.line(f"    {refusal.mend.text(output.lang)}")
    effect = each.effect
    if effect.average is None:
        return
    if each.check is not None:
        output.line(f"  > {each.check.sentence.text(output.lang)}")
    output.line(f"  > {effect.sentence().text(output.lang)}")
    if each.smallest is not None:
        told = say("policy_verbs.could_see", smallest=each.smallest, unit=each.design.unit)
        output.line(f"  {told.text(output.lang)}")
    _path(output, each)
    _placebos(output, each)
    output.tests(effect.tests)
    for note in effect.notes:
        output.line(f"  - {note.text(output.lang)}")


def _path(output: Output, each: Evaluated) -> None:
    frame = each.effect.path
    promised = (
        None if each.check is None or "promised" not in each.check.path else each.check.path["promised"]
    )
    rows = []
    for period, row in frame.iterrows():
        told = (
            "–" if promised is None or str(period) not in promised.index else f"{promised[str(period)]:+.3g}"
        )
        rows.append((str(period), f"{row['effect']:+.3g}", f"{row['low']:+.3g} … {row['high']:+.3g}", told))
    heads = ("period", "effect", "interval_of", "promised")
    level = round(100 * each.effect.level)
    output.table([say(f"policy_verbs.head_{head}", level=level) for head in heads], rows)


def _placebos(output: Output, each: Evaluated) -> None:
    """The placebos that moved most: what was found where nothing was."""
    frame = each.effect.placebos
    if frame.empty:
        return
    for kind, rows in frame.groupby("kind", sort=False):
        shown = rows.reindex(rows["effect"].abs().sort_values(ascending=False).index)[:PLACEBOS_SHOWN]
        parts = tuple(
            f"{name} {value:+.3g}" for name, value in zip(shown["name"], shown["effect"], strict=True)
        )
        said = say(f"policy_verbs.placebo_{kind}", parts=parts, count=len(rows))
        output.line(f"  {said.text(output.lang)}")
