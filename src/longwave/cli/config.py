"""``longwave config``: the settings in force, and where each came from."""

from __future__ import annotations

from typing import Annotated

import typer

from longwave.cli.command import Call, command, group
from longwave.core.message import Message, say
from longwave.core.settings import DEFAULT, FLAG, SETTINGS


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    config = typer.Typer()
    group(config, text="cli.config_text", examples=("longwave config show --origin",))
    examples = ("longwave config show --origin", "longwave --store /data/longwave config show --json")
    command(config, "show", brief="cli.config_show_brief", text="cli.config_show_text", examples=examples)(
        show
    )
    app.add_typer(config, name="config", short_help="cli.config_brief")


def show(
    call: Call, origin: Annotated[bool, typer.Option("--origin", help="cli.config_origin")] = False
) -> None:
    values = call.settings.shown()
    header: list[Message] = [say("cli.setting"), say("cli.value")]
    rows = [[name, _written(values[name])] for name in SETTINGS]
    if origin:
        header.append(say("cli.origin"))
        for row, name in zip(rows, SETTINGS, strict=True):
            row.append(call.output.spoken(_origin(call.settings.origin(name))))
    call.output.table(header, rows)
    settings = {name: {"value": values[name], "origin": call.settings.origin(name)} for name in SETTINGS}
    call.output.document("config", {"settings": settings})


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return str(value)


def _origin(origin: str) -> Message | str:
    if origin == FLAG:
        return say("cli.from_flag")
    return say("cli.from_default") if origin == DEFAULT else origin
