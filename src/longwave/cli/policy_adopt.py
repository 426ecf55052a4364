"""``longwave policy adopt``: what was decided, recorded with everything by which it will be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command
from longwave.cli.complete import complete_area
from longwave.cli.progress import watched
from longwave.core.message import Names, say

if TYPE_CHECKING:
    from longwave.cli.output import Output
    from longwave.workflows.policy.adopt import Adoption

Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="cli.policy_domain")]
Area = Annotated[str, typer.Argument(metavar="AREA", help="cli.policy_area", autocompletion=complete_area)]


def enter(policy: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        policy, "adopt", brief="cli.policy_adopt_brief", text="cli.policy_adopt_text",
        examples=(
            "longwave policy adopt macro USA",
            'longwave policy adopt macro USA --set "spending = 0.5 in 2027..2029"',
        ),
    )(adopt)  # fmt: skip


def adopt(
    call: Call,
    domain: Domain,
    area: Area,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="cli.policy_adopt_plan")] = None,
    sentences: Annotated[
        list[str] | None, typer.Option("--set", metavar="SENTENCE", help="cli.policy_adopt_set")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="cli.policy_adopt_on")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="cli.policy_adopt_note")] = "",
    beyond_bounds: Annotated[
        bool, typer.Option("--beyond-bounds", help="cli.policy_adopt_beyond_bounds")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.policy_adopt_dry_run")] = False,
) -> None:
    from longwave.workflows.policy.adopt import adopt_policy
    from longwave.workflows.policy.decided import read_decision

    decisions = [read_decision(each) for each in sentences or ()]
    with watched(call.output) as progress:
        made = adopt_policy(
            domain, area, decisions, plan=plan, on=on, note=note, beyond_bounds=beyond_bounds,
            dry_run=dry_run, settings=call.settings, progress=progress,
        )  # fmt: skip
    _told(call.output, made)
    call.output.document("policy-adoption", made.results())


def _told(output: Output, made: Adoption) -> None:
    body = made.body
    key = "adopted_mix" if body["decided"] == "mix" else "adopted_own"
    output.line(
        say(
            f"policy_verbs.{key}", domain=made.title, area=made.area_names, on=body["decided_on"],
            plan=made.plan.record.id[:12],
        )
    )  # fmt: skip
    years = [str(year) for year in made.plan.years]
    shown = years if len(years) <= 6 else [*years[:5], years[-1]]
    output.table(
        [say("policy_verbs.head_instrument"), say("policy_verbs.head_unit"), *shown],
        [
            (
                each.names,
                each.unit,
                *(f"{made.body['paths'].get(each.name, {}).get(y, 0.0):+.2f}" for y in shown),
            )
            for each in made.plan.instruments
        ],
    )
    _promised(output, made)
    _rules(output, made)
    _designs(output, made)
    for each in made.notes:
        output.note(each)
    if made.record is None:
        output.note(say("policy_verbs.dry_run"))
    else:
        output.note(say("cli.policy_kept", id=made.record.id[:12]))


def _promised(output: Output, made: Adoption) -> None:
    output.line(say("policy_verbs.promise", last=str(made.plan.last)))
    rows = []
    for name, told in made.body["columns"].items():
        title = Names(**told["title"])
        effect, outcome = (made.body["promise"][each][name] for each in ("effects", "outcomes"))
        rows.append((title if title.en else name, told["unit"], *_cells(effect), *_cells(outcome)))
    heads = ("effect", "interval", "outcome", "interval")
    output.table(
        [
            say("policy_verbs.head_column"),
            say("policy_verbs.head_unit"),
            *(say(f"policy_verbs.head_{each}") for each in heads),
        ],
        rows,
    )


def _cells(told: dict[str, list[float | None]]) -> tuple[str, str]:
    value, low, high = (told[side][-1] for side in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "–", "–"
    return f"{value:+.2f}", f"{low:+.2f} … {high:+.2f}"


def _rules(output: Output, made: Adoption) -> None:
    rows = []
    for each in made.body["watch"]:
        title = Names(each["rule"]["names"]["en"] or each["rule"]["name"], each["rule"]["names"]["zh"])
        against = each["promised"] or say(
            "policy_verbs.own_mean" if each["rule"]["value"] is None else "policy_verbs.a_threshold"
        )
        last = max(each["figures"], default="–")
        rows.append((title, each["rule"]["kind"], against, each["since"], last))
    if rows:
        output.line(say("policy_verbs.rules"))
        heads = ("rule", "kind", "against", "since", "last_figure")
        output.table([say(f"policy_verbs.head_{each}") for each in heads], rows)


def _designs(output: Output, made: Adoption) -> None:
    rows = []
    for each in made.body["evaluation"]:
        title = Names(each["design"]["title"]["en"] or each["design"]["name"], each["design"]["title"]["zh"])
        smallest = "–" if each["smallest"] is None else f"{each['smallest']:.3g} {each['design']['unit']}"
        effects = made.body["promise"]["effects"].get(each["design"]["promised"])
        rows.append((title, each["start"], smallest, "–" if effects is None else _largest(effects)))
    if rows:
        output.line(say("policy_verbs.designs"))
        heads = ("design", "begins", "smallest", "promised")
        output.table([say(f"policy_verbs.head_{each}") for each in heads], rows)


def _largest(told: dict[str, list[float | None]]) -> str:
    """The largest promised effect of any year."""
    known = [each for each in told["value"] if each is not None]
    return f"{max(known, key=abs):+.2f}" if known else "–"
