"""``longwave policy monitor``: the adopted watch rules on the figures of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.policy_adopt import Area, Domain
from longwave.core.errors import PartialResult
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.cli.output import Output
    from longwave.workflows.policy.monitor import Monitoring

_SIGNS = {"fired": "!", "not_decidable": "-", "quiet": " "}


def enter(policy: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        policy, "monitor", brief="cli.policy_monitor_brief", text="cli.policy_monitor_text",
        examples=("longwave policy monitor macro USA", "longwave policy monitor macro USA --fail"),
    )(monitor)  # fmt: skip


def monitor(
    call: Call,
    domain: Domain,
    area: Area,
    adoption: Annotated[
        str | None, typer.Option("--adoption", metavar="ID", help="cli.policy_adoption")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="cli.as_of")] = None,
    fail: Annotated[bool, typer.Option("--fail", help="cli.policy_monitor_fail")] = False,
    record: Annotated[bool, typer.Option("--record/--no-record", help="cli.policy_record_step")] = True,
) -> None:
    from longwave.workflows.policy.monitor import monitor_policy

    seen = monitor_policy(domain, area, adoption=adoption, as_of=as_of, record=record, settings=call.settings)
    _told(call.output, seen)
    call.output.document("policy-monitoring", seen.results())
    if fail and seen.fired:
        leave(PartialResult.exit_code)


def _told(output: Output, seen: Monitoring) -> None:
    output.line(
        say(
            "policy_verbs.watched", domain=seen.title, area=seen.area_names,
            on=seen.adopted.body["decided_on"], fired=len(seen.fired), of=len(seen.signals),
        )
    )  # fmt: skip
    for signal, _ in seen.signals:
        output.line(f"  {_SIGNS[str(signal.state)]} {output.spoken(signal.names)}")
        for each in signal.findings:
            output.line(f"      {each.text(output.lang)}")
        if str(signal.state) == "fired":
            output.line(f"      {output.spoken(signal.meaning)} {output.spoken(signal.action)}")
    for note in seen.notes:
        output.note(note)
    if seen.record is not None:
        output.note(say("cli.policy_kept", id=seen.record.id[:12]))
