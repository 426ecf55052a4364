"""``longwave text``: models of one's own on one's own texts."""

from __future__ import annotations

import typer

from longwave.cli import text_evaluate, text_explain, text_export, text_finetune, text_lists, text_predict
from longwave.cli.command import group


def enter(app: typer.Typer) -> None:
    """Adds the group to `app`."""
    text = typer.Typer()
    group(
        text,
        text="text_verbs.text",
        examples=(
            "longwave text finetune reviews.csv --task classify --out model",
            "longwave text predict model new.csv --out told.csv",
            "longwave text export model --to onnx-int8",
        ),
    )
    for part in (text_finetune, text_predict, text_evaluate, text_explain, text_export, text_lists):
        part.enter(text)
    app.add_typer(text, name="text", short_help="text_verbs.brief")
