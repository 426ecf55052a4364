"""Arguments and options that several verbs of ``longwave text`` take, each told once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[Path, typer.Argument(metavar="MODEL", help="text_verbs.model")]
Labelled = Annotated[str, typer.Argument(metavar="DATA", help="text_verbs.labelled_data")]
Columns = Annotated[
    list[str] | None, typer.Option("--column", metavar="NAME=COLUMN", help="text_verbs.column")
]
Several = Annotated[str | None, typer.Option("--several", metavar="MARK", help="text_verbs.several")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="text_verbs.encoding")]
Labels = Annotated[list[str] | None, typer.Option("--label", metavar="HERE=MODEL", help="text_verbs.label")]
