"""Fine-tunes and writes the page of the checkpoint into its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.message import Language
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.finetuned import FinetuneOptions, finetune
from longwave.text.listener import Listener
from longwave.text.training import processes
from longwave.workflows.page_folder import check_folder, write_pages
from longwave.workflows.text.card_page import document


def finetune_text(
    data: str | Path | pd.DataFrame,
    *,
    task: str,
    out: Path | None = None,
    options: FinetuneOptions,
    languages: Sequence[Language] = ("en",),
    listener: Listener | None = None,
    resume: bool = False,
    **settings: Any,
) -> Checkpoint:
    """See `text.finetuned.finetune`; beside the checkpoint, one page a language. Raises UsageError for a bad folder."""
    if out is not None:
        check_folder(out.parent)
    made = finetune(data, task=task, out=out, options=options, listener=listener, resume=resume, **settings)
    if processes.main():
        write_pages(document(made.card), made.folder, languages)
    return made
