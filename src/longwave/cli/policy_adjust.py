"""``longwave policy adjust``: designed again from where the economy is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.policy_adopt import Area, Domain
from longwave.cli.progress import watched
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.cli.output import Output
    from longwave.workflows.policy.adjust import Adjustment


def enter(policy: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        policy, "adjust", brief="cli.policy_adjust_brief", text="cli.policy_adjust_text",
        examples=("longwave policy adjust macro USA",),
    )(adjust)  # fmt: skip


def adjust(
    call: Call,
    domain: Domain,
    area: Area,
    adoption: Annotated[
        str | None, typer.Option("--adoption", metavar="ID", help="cli.policy_adoption")
    ] = None,
    start: Annotated[int | None, typer.Option("--start", metavar="YEAR", help="cli.policy_start")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    figures_to: Annotated[
        int | None, typer.Option("--figures-to", metavar="YEAR", help="cli.policy_figures_to")
    ] = None,
    record: Annotated[bool, typer.Option("--record/--no-record", help="cli.policy_record_step")] = True,
) -> None:
    from longwave.workflows.policy.adjust import adjust_policy

    with watched(call.output) as progress:
        made = adjust_policy(
            domain, area, adoption=adoption, start=start, as_of=as_of, figures_to=figures_to, record=record,
            settings=call.settings, progress=progress,
        )  # fmt: skip
    _told(call.output, made)
    call.output.document("policy-adjustment", made.results())


def _told(output: Output, made: Adjustment) -> None:
    figures = made.design.problem.figures
    output.line(
        say(
            "policy_verbs.adjusted", domain=made.title, area=made.area_names, base=str(figures.base),
            start=str(figures.start), last=str(figures.last), on=made.adopted.body["decided_on"],
        )
    )  # fmt: skip
    first, last = str(figures.start), str(figures.last)
    rows = []
    for each in made.design.problem.instruments:
        kept, best = made.kept_paths[each.name], made.design.policy.paths[each.name]["optimal"]
        rows.append(
            (
                each.names, each.unit, f"{made.in_force[each.name]:+.2f}", f"{kept[first]:+.2f}", f"{best[first]:+.2f}",
                f"{kept[last]:+.2f}", f"{best[last]:+.2f}",
            )
        )  # fmt: skip
    heads = ("instrument", "unit", "in_force", "kept_first", "best_first", "kept_last", "best_last")
    output.table([say(f"policy_verbs.head_{each}", first=first, last=last) for each in heads], rows)
    output.line(say("policy_verbs.compared", last=last))
    targets = made.design.problem.targets
    output.table(
        [
            say("policy_verbs.head_way"),
            say("policy_verbs.head_loss"),
            say("policy_verbs.head_mean_loss"),
            *(each.names for each in targets),
        ],
        [
            (
                each.words,
                f"{each.loss:.4g}",
                f"{each.mean_loss:.4g}",
                *(_end(each.ends[one.name], each.chances[one.name]) for one in targets),
            )
            for each in made.ways
        ],
    )
    for note in made.notes:
        output.note(note)
    if made.record is not None:
        output.note(say("cli.policy_kept", id=made.record.id[:12]))


def _end(found: tuple[float, float, float], chance: float) -> str:
    return f"{found[0]:.2f} ({found[1]:.2f} … {found[2]:.2f}), {chance:.0%}"
