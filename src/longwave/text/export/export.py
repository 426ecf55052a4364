"""From a checkpoint to what is shipped: taken down as a graph, made smaller, proven, judged, timed, packed.

onnx         the model as it is, for ONNX Runtime
onnx-int8    its weights in eight bits
pruned       without the heads and inner numbers that matter least
pruned-int8  both

A folder is written beside and then takes its name: a disk that fills up, or a gate that closes, leaves nothing behind.
Where eight bits lose too much, more of the model stays in single precision, step by step (see `quantised`), until what is
lost is within the gate or no step is left. A step must hold on rows beside the test first, where there are any, so that the
test hardly ever chooses; where it did, for a step that held there fell on the test, or for want of such rows, that is said.
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
from longwave.text.checkpoints.card import both
from longwave.text.checkpoints.checkpoint import Checkpoint, take_place, write_card
from longwave.text.checkpoints.kept_head import HEAD
from longwave.text.checkpoints.learnt import FILE as LEARNT
from longwave.text.export import package
from longwave.text.export.gate import MOST_LOST, Judgement, judged_beside, told
from longwave.text.export.graph import write_graph
from longwave.text.export.pruning import Pruning, prune
from longwave.text.export.quantised import STEPS, write_quantised
from longwave.text.export.rows import FEWEST, ExportRows, export_rows
from longwave.text.export.speed import Speed, load, speeds
from longwave.text.learners.encoder_learner import EncoderLearner, hidden_size
from longwave.text.learners.ensemble import EnsembleLearner
from longwave.text.method import METHODS
from longwave.text.portable.linear import NAMES
from longwave.text.portable.predictor import CARD, GRAPH, TOKENIZER, Predictor
from longwave.text.portable.stack import FOLDER as LINEAR
from longwave.text.portable.stack import STACK
from longwave.text.score.likeness import FILE as PROFILE
from longwave.text.table import Row
from longwave.text.task import TASKS
from longwave.text.training.processor import processor_name

To: TypeAlias = Literal["onnx", "onnx-int8", "pruned", "pruned-int8"]
FORMS: tuple[To, ...] = get_args(To)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a step of eight bits lost, as a share: on the rows beside the test, and on the test; None where not looked at."""

    step: str
    beside: float | None
    test: float | None


@dataclass(frozen=True, eq=False)
class Exported:
    """folder: what was written; to: its form; sizes: bytes of the model's weights, own (with the base's, where the
    checkpoint keeps only what differs) and exported; judgement: None where no labelled rows were to be had; speeds: own and
    exported, on one thread of `processor`; pruning: where it was pruned; step: how far eight bits go, with the steps
    `tried`."""

    folder: Path
    to: To
    sizes: tuple[int, int]
    speeds: tuple[Speed, Speed]
    judgement: Judgement | None
    processor: str
    pruning: Pruning | None = None
    step: str = ""
    tried: tuple[Tried, ...] = ()
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
            "eight_bits": self._bits() if self.step else None,
            "machine": {"processor": self.processor, "threads": 1, **load()},
            "notes": [both(each) for each in self.notes],
        }

    def _bits(self) -> dict[str, Any]:
        looks = sum(each.test is not None for each in self.tried)
        beside = any(each.beside is not None for each in self.tried)
        chosen_on = "test" if looks > 1 else "beside" if beside else ""
        return {"step": self.step, "tried": [asdict(each) for each in self.tried], "chosen_on": chosen_on}


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
    learner.model.cpu()  # a graph is taken down, proven and timed on the processor
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
        take_place(beside, folder)
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
    """The encoder with its head, without a linear model beside it."""
    family = TASKS.get(checkpoint.task).family
    names = TASKS.get(checkpoint.task).names
    if "export" in checkpoint.card:
        raise UsageError(
            say("text_export.is_export", folder=str(checkpoint.folder)), say("text_export.is_export_mend")
        )
    if family == "extract":
        raise UsageError(say("text_export.no_weights", task=names), say("text_export.no_weights_mend"))
    if family != "encoder":
        raise UsageError(say("text_export.writes", task=names), say("text_export.writes_mend"))
    learner = getattr(checkpoint.learner, "inner", checkpoint.learner)
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
    progress(say("text_export.taking_down"), 0, 2)
    method = METHODS.get(checkpoint.recipe.method)
    members = isinstance(learner, EnsembleLearner)
    model = learner.merged() if isinstance(learner, EnsembleLearner) else method.merged(learner.model)
    pruning = None
    if members and form.startswith("pruned"):
        raise UsageError(say("text_more.members_whole"))
    if form in ("pruned", "pruned-int8") and rows is not None:
        pruning = prune(learner, model, rows, share=share, heads=method.plain, progress=progress)
        model = pruning.model
    (beside / TOKENIZER).write_text(learner.tokenizer.to_str(pretty=True), "utf-8")
    shutil.copyfile(checkpoint.folder / HEAD, beside / HEAD)
    if (checkpoint.folder / STACK).is_file():
        shutil.copyfile(checkpoint.folder / STACK, beside / STACK)
        shutil.copytree(checkpoint.folder / LINEAR, beside / LINEAR)
    probe = learner.features([_plain_row(learner.layout["kind"])])
    progress(say("text_export.taking_down"), 1, 2)
    write_graph(model, probe, learner.padding, beside / GRAPH, int(learner.layout["max_length"]))
    for marks in (LEARNT, PROFILE):
        if (checkpoint.folder / marks).is_file():
            shutil.copyfile(checkpoint.folder / marks, beside / marks)
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
    """In eight bits where they are asked for; judged, where there are rows, and timed."""
    bits = _in_bits(checkpoint, learner, beside, rows, progress) if form.endswith("int8") and rows else None
    answering = Predictor(beside).predict
    judgement = None if bits is None else bits.judgement
    notes = [] if bits is None else bits.notes
    if rows is None:
        notes.append(say("text_export.not_judged"))
    elif judgement is None:
        own = checkpoint.answers(rows.test.rows())
        judgement = judged_beside(rows.test, own, answering(rows.test.rows()))
    if rows is not None and rows.drawn:
        notes.append(say("text_export.drawn", rows=len(rows.test)))
    if rows is not None and rows.learnt and pruning is not None:
        notes.append(say("text_export.chosen_on_learnt"))
    timed = [_plain_row(learner.layout["kind"])] * 64 if rows is None else rows.test.rows()
    own_speed, speed = speeds([checkpoint.answers, answering], timed, progress)
    return Exported(
        folder, form, (_own_weights(checkpoint, learner), weights_in(beside)), (own_speed, speed), judgement,
        processor_name(), pruning, "" if bits is None else bits.step, () if bits is None else bits.tried, tuple(notes),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _InBits:
    step: str
    tried: tuple[Tried, ...]
    judgement: Judgement
    notes: list[Message]


def _in_bits(
    checkpoint: Checkpoint, learner: EncoderLearner, beside: Path, rows: ExportRows, progress: Progress
) -> _InBits:
    """The graph in eight bits, as much of it as answers well enough; all steps in vain, the last one is what is told."""
    whole = beside / "whole.onnx"
    (beside / GRAPH).rename(whole)
    chosen_on = None if rows.learnt or len(rows.other) < FEWEST else rows.other
    own = checkpoint.answers(rows.test.rows())
    own_beside = [] if chosen_on is None else checkpoint.answers(chosen_on.rows())
    tried: list[Tried] = []
    judgement = None
    for place, step in enumerate(STEPS):
        progress(say("text_export.judging"), place, len(STEPS))
        write_quantised(whole, beside / GRAPH, hidden_size(learner.model.encoder), step)
        package.write_card(beside, checkpoint.card, {})
        answering, last = Predictor(beside).predict, step == STEPS[-1]
        lost = None
        if chosen_on is not None:
            lost = judged_beside(chosen_on, own_beside, answering(chosen_on.rows())).lost
            if lost > MOST_LOST + 1e-12 and not last:
                tried.append(Tried(step, lost, None))
                continue
        judgement = judged_beside(rows.test, own, answering(rows.test.rows()))
        tried.append(Tried(step, lost, judgement.lost))
        if judgement.open:
            break
    if judgement is None:
        raise AssertionError("the last step is always judged")
    whole.unlink()
    notes = [] if step == STEPS[0] else [say(f"text_export.step_{step}")]
    looks = sum(each.test is not None for each in tried)
    if looks > 1 and judgement.open:
        notes.append(say("text_export.chosen_on_test", looks=looks))
    return _InBits(step, tuple(tried), judgement, notes)


def _own_weights(checkpoint: Checkpoint, learner: EncoderLearner) -> int:
    """Of all that must lie on a disk to answer: where only what differs from a base is kept, the base's too."""
    whole = METHODS.get(checkpoint.recipe.method).whole
    return weights_in(checkpoint.folder) + (0 if whole else weights_in(learner.base.folder))


def weights_in(folder: Path) -> int:
    """Bytes of weights, and of the names that a linear model's weights are of."""
    kept = (".safetensors", ".onnx")
    files = [each for each in folder.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files if each.suffix in kept or each.name == NAMES)
