"""From a checkpoint to what is shipped: taken down as a graph, made smaller, proven, judged, timed, packed.

onnx         the model as it is, for ONNX Runtime
onnx-int8    its weights in eight bits
pruned       without the heads and inner numbers that matter least
pruned-int8  both

A folder is written beside and then takes its name: a disk that fills up, or a gate that closes, leaves nothing behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd
import torch

from longwave.core.errors import GateClosed, NotEnoughData, StoreError, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.text.card import both
from longwave.text.checkpoint import Checkpoint, write_card
from longwave.text.encoder_learner import HEAD, EncoderLearner
from longwave.text.ensemble import EnsembleLearner
from longwave.text.export import package
from longwave.text.export.gate import Judgement, judged_beside, told
from longwave.text.export.graph import write_graph
from longwave.text.export.pruning import Pruning, prune
from longwave.text.export.quantised import write_quantised
from longwave.text.export.rows import ExportRows, export_rows
from longwave.text.export.speed import Speed, load, speeds
from longwave.text.method import METHODS
from longwave.text.portable.predictor import CARD, GRAPH, TOKENIZER, Predictor
from longwave.text.processor import processor_name
from longwave.text.table import Row
from longwave.text.task import TASKS

To: TypeAlias = Literal["onnx", "onnx-int8", "pruned", "pruned-int8"]
FORMS: tuple[To, ...] = get_args(To)


@dataclass(frozen=True, eq=False)
class Exported:
    """folder: what was written; to: its form; sizes: bytes of the model's weights, own and exported; judgement: None where
    no labelled rows were to be had; speeds: own and exported, on one thread of `processor`; pruning: where it was pruned."""

    folder: Path
    to: To
    sizes: tuple[int, int]
    speeds: tuple[Speed, Speed]
    judgement: Judgement | None
    processor: str
    pruning: Pruning | None = None
    notes: tuple[Message, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As the card keeps it."""
        names = ("own", "exported")
        return {
            "to": self.to,
            "bytes": dict(zip(names, self.sizes, strict=True)),
            "speed": {name: asdict(each) for name, each in zip(names, self.speeds, strict=True)},
            "judged": None if self.judgement is None else self.judgement.as_dict(),
            "pruning": None if self.pruning is None else self.pruning.as_dict(),
            "machine": {"processor": self.processor, "threads": 1, **load()},
            "notes": [both(each) for each in self.notes],
        }


def export(
    checkpoint: Checkpoint,
    to: str = "onnx-int8",
    out: str | Path | None = None,
    *,
    data: str | Path | pd.DataFrame | None = None,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    share: float | None = None,
    progress: Progress = silent,
) -> Exported:
    """Writes a checkpoint in another form, proven and measured on this machine.

    out: a folder, the checkpoint's name with the form's where not said; data: labelled rows to judge on, else those that
    the checkpoint was made with where they still lie there; share: of the weights within reach to prune, else the
    greatest that holds on rows beside the test. Both cards keep what was measured.
    Raises UsageError (no such form, a kind of model that has none, a folder that is taken), NotEnoughData (a form that
    changes answers, and no rows to judge it on), GateClosed (worse by more than .3 points), DataError, BadInput, StoreError.
    """
    form = _form(to)
    learner = _encoder(checkpoint)
    folder = _folder(checkpoint, form, out)
    rows = export_rows(checkpoint, data, columns, several)
    if rows is None and form != "onnx":
        raise NotEnoughData(say("text_export.no_rows", to=form), say("text_export.no_rows_mend"))
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        beside.mkdir(parents=True)
        pruning = _write(checkpoint, learner, form, beside, rows, share, progress)
        done = _measured(checkpoint, learner, form, beside, folder, rows, pruning, progress)
        if done.judgement is not None and not done.judgement.open:
            closed = GateClosed(told(done.judgement), say("text_export.gate_mend"))
            closed.exported = done
            raise closed
        package.write_card(beside, checkpoint.card, done.as_dict())
        if folder.exists():
            shutil.rmtree(folder)
        beside.replace(folder)
    except OSError as error:
        problem = error.strerror or str(error)
        raise StoreError(
            say("text_export.not_written", folder=str(folder), problem=problem),
            say("text_export.not_written_mend"),
        ) from error
    finally:
        torch.set_num_threads(threads)
        shutil.rmtree(beside, ignore_errors=True)
    kept = {**dict(checkpoint.card.get("exports", {})), form: done.as_dict()}
    write_card(checkpoint.folder, {**checkpoint.card, "exports": kept})
    checkpoint.card = {**checkpoint.card, "exports": kept}
    return done


def _form(to: str) -> To:
    for each in FORMS:
        if to == each:
            return each
    raise UsageError(say("text_export.no_form", to=to, there=FORMS))


def _encoder(checkpoint: Checkpoint) -> EncoderLearner:
    family = TASKS.get(checkpoint.task).family
    names = TASKS.get(checkpoint.task).names
    if family == "extract":
        raise UsageError(say("text_export.no_weights", task=names), say("text_export.no_weights_mend"))
    if family != "encoder":
        raise UsageError(say("text_export.writes", task=names), say("text_export.writes_mend"))
    if checkpoint.recipe.stack != "none":
        raise UsageError(say("text_more.stack_stays"), say("text_more.stack_stays_mend"))
    learner = checkpoint.learner
    if not isinstance(learner, EncoderLearner):
        raise UsageError(say("text_export.writes", task=names))
    return learner


def _folder(checkpoint: Checkpoint, form: To, out: str | Path | None) -> Path:
    mine = checkpoint.folder.resolve()
    folder = (mine.with_name(f"{mine.name}-{form}") if out is None else Path(out)).resolve()
    if folder == mine or folder in mine.parents:
        raise UsageError(say("text_export.over_itself", folder=str(folder)), say("text_export.other_folder"))
    ours = (folder / CARD).is_file() and '"export":' in (folder / CARD).read_text("utf-8", "replace")
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not ours and not empty:
        raise UsageError(say("text_export.taken", folder=str(folder)), say("text_export.other_folder"))
    return folder


def _write(
    checkpoint: Checkpoint,
    learner: EncoderLearner,
    form: To,
    beside: Path,
    rows: ExportRows | None,
    share: float | None,
    progress: Progress,
) -> Pruning | None:
    """The files of a form, but for what is measured."""
    progress(say("text_export.taking_down"), 0, 3)
    method = METHODS.get(checkpoint.recipe.method)
    members = isinstance(learner, EnsembleLearner)
    model = learner.merged() if isinstance(learner, EnsembleLearner) else method.merged(learner.model)
    pruning = None
    if members and form.startswith("pruned"):
        raise UsageError(say("text_more.members_whole"))
    if form in ("pruned", "pruned-int8") and rows is not None:
        pruning = prune(learner, model, rows, share=share, heads=method.plain, progress=progress)
        model = pruning.model
    learner.tokenizer.save(str(beside / TOKENIZER))
    shutil.copyfile(checkpoint.folder / HEAD, beside / HEAD)
    probe = learner.features([_plain_row(learner.layout["kind"])])
    progress(say("text_export.taking_down"), 1, 3)
    write_graph(model, probe, learner.padding, beside / GRAPH, int(learner.layout["max_length"]))
    if form.endswith("int8"):
        progress(say("text_export.taking_down"), 2, 3)
        whole = beside / "whole.onnx"
        (beside / GRAPH).rename(whole)
        write_quantised(whole, beside / GRAPH)
        whole.unlink()
    package.write_package(beside, checkpoint.card)
    return pruning


def _plain_row(kind: str) -> Row:
    """A row of each kind that has everything a row can have."""
    text = "Shell sold the field to Total in March 2009, the U.S. firm said."
    return {
        "text": text, "other": "Total bought it.", "question": "Who sold it?", "context": text, "about": "Total",
        "tokens": tuple(text.split()), "head_start": 0, "head_end": 5, "tail_start": 24, "tail_end": 29,
    }  # fmt: skip


def _measured(
    checkpoint: Checkpoint,
    learner: EncoderLearner,
    form: To,
    beside: Path,
    folder: Path,
    rows: ExportRows | None,
    pruning: Pruning | None,
    progress: Progress,
) -> Exported:
    answering = Predictor(beside).predict
    notes: list[Message] = []
    judgement = None
    if rows is not None:
        progress(say("text_export.judging"), 0, 2)
        own = learner.predict(rows.test.rows())
        progress(say("text_export.judging"), 1, 2)
        judgement = judged_beside(rows.test, own, answering(rows.test.rows()))
        if rows.drawn:
            notes.append(say("text_export.drawn", rows=len(rows.test)))
        timed = rows.test.rows()
    else:
        notes.append(say("text_export.not_judged"))
        timed = [_plain_row(learner.layout["kind"])] * 64
    own_speed, speed = speeds([learner.predict, answering], timed, progress)
    sizes = (_weights(checkpoint.folder), _weights(beside))
    return Exported(
        folder, form, sizes, (own_speed, speed), judgement, processor_name(), pruning, tuple(notes)
    )


def _weights(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.suffix in (".safetensors", ".onnx"))
