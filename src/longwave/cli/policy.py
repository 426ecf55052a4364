"""``longwave policy``: the loop of a policy domain for an area, and the records that it leaves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from longwave.cli import (
    policy_adjust,
    policy_adopt,
    policy_evaluate,
    policy_history,
    policy_monitor,
)
from longwave.cli.command import Call, command, group, leave
from longwave.cli.complete import complete_area
from longwave.cli.progress import watched
from longwave.core.errors import DataError, LongwaveError, PartialResult, UsageError
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.workflows.policy.run import Policy

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NAME = r"[^\W\d]\w*"
_BETWEEN = re.compile(rf"\s*({_NAME})\s+between\s+({_NUMBER})\s+and\s+({_NUMBER})\s*")
_SET = re.compile(rf"\s*({_NAME})\s*=\s*({_NUMBER})\s*")


class _WithDefault(TyperGroup):
    """A first word that is no command is a domain: ``policy macro USA`` is ``policy design macro USA``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["design", *args]
        return super().resolve_command(ctx, args)


Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="cli.policy_domain")]
Area = Annotated[str, typer.Argument(metavar="AREA", help="cli.policy_area", autocompletion=complete_area)]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.policy_out")]


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    policy = typer.Typer(cls=_WithDefault)
    group(
        policy,
        text="cli.policy_text",
        examples=(
            "longwave policy macro USA",
            "longwave policy design all DEU --budget 1 --out mix",
            "longwave policy adopt macro USA",
            "longwave policy history USA",
        ),
    )
    command(
        policy, "design", brief="cli.policy_design_brief", text="cli.policy_design_text",
        examples=(
            "longwave policy macro USA",
            'longwave policy design macro ESP --bound "spending between 0 and 1"',
            "longwave policy design macro USA --case article",
            "longwave policy design all DEU --budget 1",
        ),
    )(design)  # fmt: skip
    for each in (policy_adopt, policy_monitor, policy_adjust, policy_evaluate, policy_history):
        each.enter(policy)
    command(
        policy,
        "list",
        brief="cli.policy_list_brief",
        text="cli.policy_list_text",
        examples=("longwave policy list",),
    )(domains)
    app.add_typer(policy, name="policy", short_help="cli.policy_brief")


def design(
    call: Call,
    domain: Domain,
    area: Area,
    start: Annotated[int | None, typer.Option("--start", metavar="YEAR", help="cli.policy_start")] = None,
    horizon: Annotated[
        int | None, typer.Option("--horizon", metavar="YEARS", help="cli.policy_horizon")
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", metavar="PERCENT", help="cli.policy_budget")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option("--target", metavar="SENTENCE", help="cli.policy_target")
    ] = None,
    weight: Annotated[
        list[str] | None, typer.Option("--weight", metavar="SENTENCE", help="cli.policy_weight")
    ] = None,
    bound: Annotated[
        list[str] | None, typer.Option("--bound", metavar="SENTENCE", help="cli.policy_bound")
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="cli.policy_only")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--given", metavar="SENTENCE", help="cli.policy_given")
    ] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="NAME", help="cli.policy_case")] = None,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="cli.policy_draws")] = 1000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.study_seed")] = 0,
    as_of: AsOf = None,
    figures_to: Annotated[
        int | None, typer.Option("--figures-to", metavar="YEAR", help="cli.policy_figures_to")
    ] = None,
    out: Out = None,
    record: Annotated[bool, typer.Option("--record/--no-record", help="cli.policy_record")] = True,
) -> None:
    from longwave.policy.loop import PlanOptions
    from longwave.workflows.page_folder import check_folder
    from longwave.workflows.policy.run import make_policy

    if seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)))
    options = PlanOptions(
        start=start, horizon=horizon, budget=budget, targets=_settings(target), weights=_settings(weight),
        bounds=_ranges(bound), parameters=_ranges(given), only=tuple(only or ()), replications=draws, seed=seed,
    )  # fmt: skip
    if out is not None:
        check_folder(out)
    with watched(call.output) as progress:
        made = make_policy(
            domain, area, options=options, as_of=as_of, figures_to=figures_to, settings=call.settings,
            progress=progress,
        )  # fmt: skip
        if case is not None:
            _case(call, made, case)
            return
        written = _written(call, made, out)
    kept = _kept(call, made) if record else None
    from longwave.cli import policy_told  # it rests on what policies are made of

    policy_told.policy(call.output, made)
    if written is not None:
        call.output.note(say("cli.policy_written", path=str(written)))
    if kept is not None:
        call.output.note(say("cli.policy_kept", id=kept[:12]))
    call.output.document("policy", {**made.results(), "record": kept})
    _end(made)


def _kept(call: Call, made: Policy) -> str | None:
    """The id of the record; a store that cannot be written loses the record, not the plan."""
    from longwave.workflows.policy.records import keep_plan

    try:
        return keep_plan(made, call.settings)
    except LongwaveError as error:
        call.output.warn(say("cli.policy_not_kept", why=error.message))
        return None


def _written(call: Call, made: Policy, out: Path | None) -> Path | None:
    if out is None:
        return None
    from longwave.workflows.policy.folder import write_policy

    return write_policy(made, out, call.report_languages)


def _case(call: Call, made: Policy, name: str) -> None:
    from longwave.workflows.policy.case import case_of

    found = case_of(made, name)
    from longwave.cli import policy_told

    policy_told.case(call.output, found)
    call.output.document("policy-case", found.results())


def _end(made: Policy) -> None:
    if made.designed and not made.refusals:
        return
    leave(PartialResult.exit_code if made.designed else DataError.exit_code)


def _ranges(sentences: list[str] | None) -> dict[str, tuple[float, float]]:
    """``NAME between LOW and HIGH``. Raises UsageError for a sentence that cannot be read."""
    found = {}
    for text in sentences or ():
        match = _BETWEEN.fullmatch(text)
        if match is None or float(match[2]) > float(match[3]):
            raise UsageError(say("cli.policy_bad_range", text=text), say("cli.policy_bad_range_mend"))
        found[match[1]] = (float(match[2]), float(match[3]))
    return found


def _settings(sentences: list[str] | None) -> dict[str, float]:
    """``NAME = NUMBER``. Raises UsageError for a sentence that cannot be read."""
    found = {}
    for text in sentences or ():
        match = _SET.fullmatch(text)
        if match is None:
            raise UsageError(say("cli.policy_bad_setting", text=text), say("cli.policy_bad_setting_mend"))
        found[match[1]] = float(match[2])
    return found


def domains(call: Call) -> None:
    from longwave.policy.read import domain_names, find_domain

    rows = [find_domain(name) for name in domain_names()]
    call.output.table(
        (say("cli.policy_head_domain"), say("cli.policy_head_about")),
        [(each.name, each.about) for each in rows],
    )
    call.output.document(
        "policy-domains",
        {
            "domains": [
                {
                    "name": each.name,
                    "title": {"en": each.names.en, "zh": each.names.zh},
                    "about": {"en": each.about.en, "zh": each.about.zh},
                    "instruments": [one.name for one in each.instruments],
                    "targets": [one.name for one in each.targets],
                    "cases": [one.name for one in each.cases],
                }
                for each in rows
            ]
        },
    )
