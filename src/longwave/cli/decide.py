"""``longwave decide``: decisions of firms and of banks."""

from __future__ import annotations

import typer

from longwave.cli import decide_invest, decide_risk
from longwave.cli.command import group


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    decide = typer.Typer()
    group(
        decide,
        text="cli.decide_text",
        examples=("longwave decide invest plan.toml", "longwave decide risk USA"),
    )
    for part in (decide_invest, decide_risk):
        part.enter(decide)
    app.add_typer(decide, name="decide", short_help="cli.decide_brief")
