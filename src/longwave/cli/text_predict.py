"""``longwave text predict``: a model's answers to a file, or to a text."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from longwave.cli.command import Call, command
from longwave.cli.progress import watched
from longwave.cli.text_finetune import need_text, pairs
from longwave.cli.text_options import Columns, Encoding, Model
from longwave.core.errors import UsageError
from longwave.core.message import say

_SHOWN = 20


def enter(text: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        text,
        "predict",
        brief="text_verbs.predict_brief",
        text="text_verbs.predict_text",
        examples=(
            "longwave text predict model new.csv --out told.csv",
            'longwave text predict model --text "The card never came."',
            "longwave text predict model - < lines.txt",
            'longwave text predict answers --text "Who pays?" --documents contracts',
        ),
    )(predict)


def predict(
    call: Call,
    model: Model,
    data: Annotated[str | None, typer.Argument(metavar="DATA", help="text_verbs.new_data")] = None,
    texts: Annotated[
        list[str] | None, typer.Option("--text", metavar="TEXT", help="text_verbs.one_text")
    ] = None,
    column: Columns = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", metavar="FOLDER|FILE", help="text_verbs.documents")
    ] = None,
    encoding: Encoding = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="text_verbs.out_file")] = None,
) -> None:
    if (data is None) == (not texts):
        raise UsageError(say("text_verbs.one_of_both"))
    need_text()
    from longwave.workflows.forecast.files import check_out, save_frame
    from longwave.workflows.text.predict import in_cells, predict_text

    check_out(out)
    with tempfile.TemporaryDirectory(prefix="longwave-") as beside, watched(call.output) as progress:
        told = predict_text(
            model,
            _given(data, texts or (), beside),
            columns=pairs(column or (), "--column"),
            encoding=encoding,
            documents=documents,
            progress=progress,
        )
    for note in told.notes:
        call.output.note(note)
    frame = in_cells(told.frame)
    if out is not None:
        save_frame(told.frame if out.suffix.lower() == ".json" else frame, out)
        call.output.note(say("text_verbs.saved", path=str(out), rows=len(frame)))
    else:
        shown = frame.head(_SHOWN).to_dict("records")
        call.output.table(
            list(frame.columns), [[_shown(row[name]) for name in frame.columns] for row in shown]
        )
        if len(frame) > _SHOWN:
            call.output.note(say("text_verbs.more", rows=len(frame) - _SHOWN))
    call.output.document("text_answers", {"rows": told.frame.to_dict("records")})


def _given(data: str | None, texts: Sequence[str], folder: str) -> str | list[str]:
    """The file's path, or the texts: of the options, or a line each of standard input (JSON lines become a file)."""
    if data is None:
        return list(texts)
    if data != "-":
        return data
    told = sys.stdin.read()
    if not told.lstrip().startswith("{"):
        return told.rstrip().splitlines()  # a blank line between others has its empty answer
    path = Path(folder) / "stdin.jsonl"
    path.write_text(told, "utf-8")
    return str(path)


def _shown(value: Any) -> str:
    """A cell for people's eyes: four places of a number, nothing where there is no answer."""
    if value is None or value != value:  # not a number: a row without an answer
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)
