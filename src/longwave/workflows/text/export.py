"""Exports a checkpoint and tells its page what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from longwave.core.harvest import Progress, silent
from longwave.text.checkpoints.checkpoint import open_checkpoint
from longwave.text.export.export import Exported, export


def export_text(
    model: Path,
    to: str,
    *,
    out: Path | None = None,
    data: str | None = None,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    share: float | None = None,
    progress: Progress = silent,
) -> Exported:
    """See `text.export.export.export`; its errors are raised as they are."""
    return export(
        open_checkpoint(model),
        to,
        out,
        data=data,
        columns=columns,
        several=several,
        share=share,
        progress=progress,
    )
