"""``longwave policy history``: what was planned, decided, watched and found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from longwave.cli.command import Call, command, leave
from longwave.cli.complete import complete_area
from longwave.core.errors import PartialResult
from longwave.core.message import say

if TYPE_CHECKING:
    from longwave.cli.output import Output
    from longwave.workflows.policy.history import History


def enter(policy: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        policy, "history", brief="cli.policy_history_brief", text="cli.policy_history_text",
        examples=("longwave policy history macro USA", "longwave policy history USA", "longwave policy history --id 3f9a"),
    )(history)  # fmt: skip


def history(
    call: Call,
    domain: Annotated[str | None, typer.Argument(metavar="DOMAIN", help="cli.policy_history_domain")] = None,
    area: Annotated[
        str | None, typer.Argument(metavar="AREA", help="cli.policy_area", autocompletion=complete_area)
    ] = None,
    begins: Annotated[str | None, typer.Option("--id", metavar="ID", help="cli.policy_history_id")] = None,
) -> None:
    from longwave.workflows.policy.history import one_record, policy_history

    if begins is not None:
        record = one_record(begins, settings=call.settings)
        call.output.line(json.dumps(record.as_dict(), ensure_ascii=False, indent=2))
        call.output.document("policy-record", record.as_dict())
        return
    found = policy_history(domain, area, settings=call.settings)
    _told(call.output, found)
    call.output.document("policy-history", found.results())
    if found.faults:
        leave(PartialResult.exit_code)


def _told(output: Output, found: History) -> None:
    if not found.entries:
        output.line(say("policy_verbs.nothing_kept"))
    else:
        rows = [
            (
                each.made, say(f"policy_records.kind_{each.kind}"), each.domain, each.area or "–",
                each.id[:12] + (" ✗" if each.faults else ""), each.words,
            )
            for each in found.entries
        ]  # fmt: skip
        heads = ("made", "step", "domain", "area", "id", "what")
        output.table([say(f"policy_verbs.head_{each}") for each in heads], rows)
    for fault in found.faults:
        output.warn(fault.message)
