"""``longwave doctor``: whether this installation can do its work."""

from __future__ import annotations

import typer

from longwave.cli.command import Call, command, leave
from longwave.core.message import say


def enter(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    examples = ("longwave doctor", "longwave doctor --json")
    command(
        app, "doctor", brief="cli.doctor_brief", text="cli.doctor_text", examples=examples, settled=False
    )(doctor)


def doctor(call: Call) -> None:
    from longwave.workflows.doctor import State, examine, read_settings

    found = examine(read_settings(call.chosen))
    words = {State.WELL: "cli.well", State.WARNING: "cli.warning", State.BROKEN: "cli.broken"}
    for each in found.findings:
        call.output.line(f"{call.output.spoken(say(words[each.state]))}  {call.output.spoken(each.message)}")
        if each.mend is not None:
            call.output.line(f"      {call.output.spoken(each.mend)}")
    call.output.document("doctor", found.as_dict(call.output.lang))
    if not found.healthy:
        leave(1)
