"""``longwave text explain``: which words speak for a model's answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from longwave.cli.command import Call, command
from longwave.cli.text_finetune import need_text
from longwave.cli.text_options import Model
from longwave.core.errors import UsageError
from longwave.core.message import say

_SHOWN = 10


def enter(text: typer.Typer) -> None:
    """Adds the command to the group."""
    command(
        text,
        "explain",
        brief="text_explain.brief",
        text="text_explain.text",
        examples=(
            'longwave text explain model --text "The card never came."',
            'longwave text explain model --text "Profit fell." --out why.html',
        ),
    )(explain)


def explain(
    call: Call,
    model: Model,
    texts: Annotated[list[str], typer.Option("--text", metavar="TEXT", help="text_explain.text_option")],
    other: Annotated[
        str | None, typer.Option("--other", metavar="TEXT", help="text_explain.other_option")
    ] = None,
    head: Annotated[
        str | None, typer.Option("--head", metavar="NAME", help="text_explain.head_option")
    ] = None,
    tail: Annotated[
        str | None, typer.Option("--tail", metavar="NAME", help="text_explain.tail_option")
    ] = None,
    label: Annotated[str, typer.Option("--label", metavar="LABEL", help="text_explain.label_option")] = "",
    method: Annotated[
        str, typer.Option("--method", metavar="occlusion|gradients", help="text_explain.method_option")
    ] = "occlusion",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="text_explain.out_option")
    ] = None,
) -> None:
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(say("text_explain.bad_out", path=str(out)))
    need_text()
    from longwave.text.explain.explain import WAYS
    from longwave.workflows.page_folder import check_folder
    from longwave.workflows.text.explain import explain_text, headline, plain, remarks, write_page

    if method not in WAYS:
        raise UsageError(say("text_explain.no_way", way=method, ways=WAYS))
    if out is not None:
        check_folder(out.parent)
    further: dict[str, Any] = {"other": other, "head": head, "tail": tail}
    rows = [
        {"text": each, **{key: value for key, value in further.items() if value is not None}}
        for each in texts
    ]
    found = explain_text(model, rows, method=method, label=label)
    for each in found:
        call.output.line(headline(each))
        call.output.table(
            (say("text_explain.col_word"), say("text_explain.col_weight")),
            [(part.word.text, f"{part.weight:+.3f}") for part in each.strongest[:_SHOWN]],
        )
        for remark in remarks(each):
            call.output.note(remark)
    if out is not None:
        for page in write_page(found, out, call.report_languages, model.name):
            call.output.note(say("text_explain.written", path=str(page)))
    call.output.document("text_explanation", {"answers": [plain(each) for each in found]})
