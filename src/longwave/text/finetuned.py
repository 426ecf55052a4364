"""From a file to a checkpoint: examine, split, set the floors, fine-tune, judge, keep.

A fine-tuned model is never shown alone: what a majority, a linear and a recurrent model make of the same rows stands
beside it, with intervals, and the test without its leaks beside the test as it came.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.core.origin import checksum
from longwave.text import card as cards
from longwave.text.bases import SCRATCH, find_base
from longwave.text.checkpoint import Checkpoint, check_place, save
from longwave.text.cost import Cost
from longwave.text.prepared import Prepared, prepare, read_task
from longwave.text.recipe import Recipe, find_recipe
from longwave.text.score.judge import judge
from longwave.text.score.metric import Judged
from longwave.text.score.perturb import kinds_for, perturbed
from longwave.text.score.slices import slices
from longwave.text.search_settings import Search, check_search, searched
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS
from longwave.text.tracking import HISTORY, LOGS, check_trackers, write_history
from longwave.text.training import Judge, Trained, Watch, check_recipe, train

Floors = Literal["all", "linear", "none"]
ANSWERS = "answers.jsonl.gz"


@dataclass(frozen=True)
class FinetuneOptions:
    """recipe: of the house, or a file; base: in its place; settings: changed of it; columns: canonical -> the file's own;
    files: of a folder, where their names leave it open; several: the mark between labels of one cell; ordered: labels
    from low to high; test: another file whose rows are the test; floors: which baselines stand beside; robust: whether
    carelessly written rows are judged too; budget: seconds; search: seconds for trying settings on dev first (see
    `search_settings`); trackers: see `Watch`; by: further columns by which the scores are sliced."""

    recipe: str | Recipe = "default"
    base: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    several: str | None = None
    ordered: tuple[str, ...] = ()
    test: Path | pd.DataFrame | None = None
    floors: Floors = "all"
    robust: bool = True
    budget: float | None = None
    search: float | None = None
    trackers: tuple[str, ...] = ()
    by: tuple[str, ...] = ()

    def settled(self) -> Recipe:
        """Raises UsageError, BadInput."""
        recipe = find_recipe(self.recipe) if isinstance(self.recipe, str) else self.recipe
        given = {**self.settings, **({"base": self.base} if self.base else {})}
        return recipe.with_settings(given)


@dataclass(frozen=True)
class Listener:
    """Who is told while it goes on: prepared: what was found in the data; cost: the forecast; progress: a bar."""

    progress: Progress = silent
    prepared: Callable[[Prepared], None] = lambda prepared: None
    cost: Callable[[Cost, tuple[Message, ...]], None] = lambda cost, notes: None


def finetune(
    data: str | Path | pd.DataFrame | TextTable,
    *,
    task: str,
    out: str | Path,
    options: FinetuneOptions | None = None,
    listener: Listener | None = None,
    resume: bool = False,
    **settings: Any,
) -> Checkpoint:
    """A model of one's own, in a folder of its own.

    data: a file, a folder of splits, or a frame; task: classify, entities, ...; out: the folder; settings: fields of
    `FinetuneOptions` (recipe, base, columns, ...) and of `Recipe` (learning_rate, ...) alike; resume: go on where a killed
    run stopped. Raises UsageError, BadInput, DataError, NotEnoughData; whatever `out` held before stays until the end.
    """
    options, listener = _options(options, settings), listener or Listener()
    recipe = options.settled()
    folder = Path(out).expanduser().absolute()
    check_place(folder, Path(data) if isinstance(data, str | Path) else None)
    _check(options, recipe, task)
    table = read_task(
        data,
        task,
        columns=options.columns,
        files=options.files,
        several=options.several,
        ordered=options.ordered,
        also=options.by,
    )
    test = None if options.test is None else _test(options.test, table, options)
    prepared = prepare(table, seed=recipe.seed, test=test)
    listener.prepared(prepared)
    work = _work(folder, recipe, prepared.table, resume)
    found = None
    if options.search is not None:
        tried = Search(options.search, dev_judge(task), tuple(options.settings), progress=listener.progress)
        found = searched(prepared.table, recipe, work / "search", tried, resume=resume)
        recipe = found.recipe
    trained = train(
        prepared.table,
        recipe,
        work,
        Watch(dev_judge(task), listener.progress, listener.cost, options.trackers),
        resume=resume,
        budget=options.budget,
    )
    card, answers = _judged(data, prepared, trained, options, listener)
    if found is not None:
        card["search"] = found.as_dict()
    checkpoint = save(trained.learner, card, folder)
    _write_answers(folder, answers)
    write_history(trained.history, folder / HISTORY)
    for logs in sorted(work.rglob(LOGS)):
        shutil.copytree(logs, folder / logs.relative_to(work))
    shutil.rmtree(work, ignore_errors=True)
    return checkpoint


def _work(folder: Path, recipe: Recipe, table: TextTable, resume: bool) -> Path:
    """Where the work's state lies, empty unless a run of the same recipe and rows is to go on.

    Raises UsageError where what lies there is of another run."""
    work = folder.with_name(f".{folder.name}.work")
    said = "\n".join((recipe.toml(), table.task, *table.texts(), *table.answers(), *table.frame["split"]))
    mark, run = work / "run.txt", checksum(said.encode("utf-8", "surrogatepass"))
    if not resume:
        shutil.rmtree(work, ignore_errors=True)
    elif work.is_dir() and not (mark.is_file() and mark.read_text("utf-8") == run):
        raise UsageError(say("text_engine.other_run", folder=str(folder)), say("text_engine.other_run_mend"))
    work.mkdir(parents=True, exist_ok=True)
    mark.write_text(run, "utf-8")
    return work


def _check(options: FinetuneOptions, recipe: Recipe, task: str) -> None:
    """What can be refused before anything is read. Raises UsageError, BadInput, MissingPackage."""
    check_recipe(recipe, task)
    check_trackers(options.trackers)
    if recipe.base and not Path(recipe.base).expanduser().is_dir():
        find_base(recipe.base)
    if options.search is not None:
        check_search()


def dev_judge(task: str) -> Judge:
    """The task's headline on dev, for the choice of the best weights: better when higher."""

    def judged(gold: TextTable, told: list[Row]) -> dict[str, float]:
        found = judge(task, gold, told)
        sign = 1 if found.head.higher_is_better else -1
        return {"headline": sign * found.score, found.headline: found.score}

    return judged


def _options(options: FinetuneOptions | None, settings: Mapping[str, Any]) -> FinetuneOptions:
    """Fields of the options by name; what is none of them is the recipe's."""
    known = FinetuneOptions.__dataclass_fields__
    mine = {key: value for key, value in settings.items() if key in known and key != "settings"}
    rest = {key: value for key, value in settings.items() if key not in known}
    made = replace(options or FinetuneOptions(), **mine)
    return replace(made, settings={**made.settings, **settings.get("settings", {}), **rest})


def _test(source: Path | pd.DataFrame, table: TextTable, options: FinetuneOptions) -> TextTable:
    found = read_task(
        source,
        table.task,
        columns=options.columns,
        several=options.several,
        ordered=options.ordered,
        known=table.labels,
        also=options.by,
    )
    if found.has("split") and (found.frame["split"] == "test").any():
        found = found.part("test")
    if found.several != table.several:
        raise UsageError(say("text_engine.other_labels"))
    return found


def _judged(
    data: object, prepared: Prepared, trained: Trained, options: FinetuneOptions, listener: Listener
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The card, and every model's answers to the test."""
    test = prepared.table.part("test")
    if not len(test):
        raise NotEnoughData(say("text_engine.no_test"))
    told = {
        **_floors(prepared, trained, options, listener),
        cards.TUNED: trained.learner.predict(test.rows(), listener.progress),
    }
    scores = {name: judge(test.task, test, answers) for name, answers in told.items()}
    clean = {name: _on(test, prepared.clean_test, answers) for name, answers in told.items()}
    parts = slices(scores[cards.TUNED], test, columns=options.by)
    card = {
        **cards.made_card(trained),
        "data": {**cards.data_card(prepared), "read": _read(data, options)},
        "headline": scores[cards.TUNED].headline,
        "scores": [
            *cards.score_rows(scores, "test"),
            *cards.score_rows({name: each for name, each in clean.items() if each is not None}, "clean"),
        ],
        "differences": cards.differences(scores),
        **cards.tables_card(scores[cards.TUNED], parts),
        "judge_notes": [cards.both(each) for each in scores[cards.TUNED].notes],
        "robustness": _robustness(test, scores[cards.TUNED], trained, listener) if options.robust else [],
    }
    return card, cards.answers_card(test.frame["id"].tolist(), told)


def _read(data: object, options: FinetuneOptions) -> dict[str, Any] | None:
    """Where the rows lay and how they were read, so that an export can be judged on them again; None for a table."""
    if not isinstance(data, str | Path) or isinstance(options.test, pd.DataFrame):
        return None
    return {
        "path": str(Path(data).resolve()),
        "test": None if options.test is None else str(Path(options.test).resolve()),
        "columns": dict(options.columns),
        "files": list(options.files),
        "several": options.several,
        "ordered": list(options.ordered),
    }


def _floors(
    prepared: Prepared, trained: Trained, options: FinetuneOptions, listener: Listener
) -> dict[str, list[Row]]:
    from longwave.text.baselines.baseline import BASELINES, for_task

    if options.floors == "none":
        return {}
    train_rows, dev, test = (prepared.table.part(name) for name in ("train", "dev", "test"))
    names = for_task(prepared.table.task, train_rows)
    if options.floors == "linear":
        names = tuple(name for name in names if not name.startswith("lstm"))
    told: dict[str, list[Row]] = {}
    for name in names:
        listener.progress(say("text_engine.floor", name=name), len(told), len(names) + 1)
        told[name] = (
            BASELINES.get(name)().fit(train_rows, dev, seed=0, progress=listener.progress).predict(test)
        )
    if (frozen := _frozen(prepared.table, trained.learner.recipe, listener)) is not None:
        told["frozen"] = frozen
    return told


def _frozen(table: TextTable, recipe: Recipe, listener: Listener) -> list[Row] | None:
    """What the same base makes of the rows with none of its weights changed; None where that is no floor of its own."""
    task = TASKS.get(table.task)
    if task.family != "encoder" or task.module() in ("span", "tokens") or recipe.base == SCRATCH:
        return None
    if recipe.method not in ("full", "lora", "adalora", "adapter", "prefix", "prompt"):
        return None
    listener.progress(say("text_engine.floor", name="frozen"), 0, 1)
    kept = {
        key: getattr(recipe, key)
        for key in ("base", "max_length", "long", "stride", "pool", "layers", "threads", "seed")
    }
    with tempfile.TemporaryDirectory() as work:
        watch = Watch(dev_judge(table.task), listener.progress)
        learner = train(table, Recipe(method="frozen", **kept), Path(work), watch).learner
    return learner.predict(table.part("test").rows())


def _on(test: TextTable, clean: TextTable, answers: Sequence[Row]) -> Judged | None:
    """The scores on the rows without leaks; None where none leaks, or none is left."""
    if len(clean) == len(test) or not len(clean):
        return None
    kept = set(clean.frame["id"])
    mine = [answer for name, answer in zip(test.frame["id"], answers, strict=True) if name in kept]
    return judge(test.task, clean, mine)


def _robustness(test: TextTable, plain: Judged, trained: Trained, listener: Listener) -> list[dict[str, Any]]:
    """The headline on the test as a careless hand would have written it, and what that cost."""
    from longwave.text.score.comparison import difference

    sample = test if len(test) <= _MOST_PERTURBED else test.take(range(_MOST_PERTURBED))
    same = (
        plain
        if len(sample) == len(test)
        else judge(test.task, sample, trained.learner.predict(sample.rows()))
    )
    found: list[dict[str, Any]] = []
    kinds = [kind for kind in kinds_for(sample) if kind in _CARELESS]
    for kind in kinds:
        listener.progress(say("text_engine.perturbing"), len(found), len(kinds))
        other = perturbed(sample, kind, _CARELESS[kind], 0)
        again = judge(test.task, other, trained.learner.predict(other.rows()))
        told = difference(again.head, same.head)
        found.append({"kind": kind, "rate": _CARELESS[kind], "rows": len(sample), **told.as_dict()})
    return found


_MOST_PERTURBED = 1_000
_CARELESS: dict[str, float] = {"typos": 0.1, "lower": 1.0, "upper": 1.0, "no_punctuation": 1.0}


def _write_answers(folder: Path, answers: Sequence[Mapping[str, Any]]) -> None:
    with gzip.open(folder / ANSWERS, "wt", encoding="utf-8") as file:
        for line in answers:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
