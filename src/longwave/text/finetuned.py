"""From a file to a checkpoint: examine, split, set the floors, fine-tune, judge, keep.

A fine-tuned model is never shown alone: what a majority, a linear and a recurrent model make of the same rows stands
beside it, with intervals, and the test without its leaks beside the test as it came.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.text.bases import DEFAULT, SCRATCH
from longwave.text.checkpoints import card as cards
from longwave.text.checkpoints.checkpoint import Checkpoint, check_place, open_checkpoint, save
from longwave.text.checkpoints.disk_room import room_to_learn
from longwave.text.checkpoints.learnt import keep_learnt
from longwave.text.checkpoints.learnt_before import begun_with, without_learnt
from longwave.text.continuing.earlier import Earlier, earlier, forgotten
from longwave.text.continuing.taken_over import check_outside
from longwave.text.few import some_of
from longwave.text.floors import Floors, dev_judge, floors
from longwave.text.heard import heard, watched
from longwave.text.listener import Listener
from longwave.text.prepared import Prepared, prepare, read_task
from longwave.text.score.judge import judge
from longwave.text.score.likeness import Profile
from longwave.text.score.metric import Judged
from longwave.text.score.perturb import kinds_for, perturbed, rows_changed
from longwave.text.score.slices import slices
from longwave.text.settings.check_recipe import check_recipe
from longwave.text.settings.options_given import as_meant
from longwave.text.settings.recipe import Recipe, find_recipe
from longwave.text.settings.search_settings import Search, Searched, check_search, searched
from longwave.text.table import Row, TextTable
from longwave.text.tasks.settings import check_rows
from longwave.text.training import processes
from longwave.text.training.processor import threads_kept
from longwave.text.training.run_mark import run_mark
from longwave.text.training.tracking import HISTORY, LOGS, check_trackers, write_history
from longwave.text.training.training import Trained, Watch, train

SPLIT_SEED = 1
"""By which rows are held out, whatever the recipe's seed: models of several seeds are judged on the same rows."""
ANSWERS = "answers.jsonl.gz"


@dataclass(frozen=True)
class FinetuneOptions:
    """recipe: of the house, or a file; base: in its place; settings: changed of it; columns: canonical -> the file's own;
    files: of a folder, where their names leave it open; several: the mark between labels of one cell; ordered: labels
    from low to high; test: another file whose rows are the test; floors: which baselines stand beside; robust: whether
    carelessly written rows are judged too; budget: seconds, or as ``10min``; search: the same, for trying settings on dev
    first (see `search_settings`); trackers: see `Watch`; by: further columns by which the scores are sliced;
    encoding: of text files, where it is not to be found out; previous: what the checkpoint learnt from that continual
    learning goes on from, in place of what its card names; split_seed: by which rows are held out where the data do not
    say."""

    recipe: str | Path | Recipe = "default"
    base: str | Path = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    several: str | None = None
    ordered: tuple[str, ...] = ()
    test: str | Path | pd.DataFrame | None = None
    floors: Floors = "all"
    robust: bool = True
    budget: float | None = None
    search: float | None = None
    trackers: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    encoding: str | None = None
    previous: str | Path | pd.DataFrame | None = None
    split_seed: int = SPLIT_SEED

    def settled(self) -> Recipe:
        """Raises UsageError, BadInput."""
        recipe = self.recipe if isinstance(self.recipe, Recipe) else find_recipe(str(self.recipe))
        given = {**self.settings, **({"base": str(self.base)} if self.base else {})}
        return _placed(recipe.with_settings(given))


def _placed(recipe: Recipe) -> Recipe:
    """With its files and folders as they are found from any working directory."""

    def placed(name: str) -> str:
        return str(Path(name).expanduser().absolute()) if name else name

    named = recipe.base not in ("", DEFAULT, SCRATCH) and Path(recipe.base).expanduser().is_dir()
    return replace(
        recipe,
        base=placed(recipe.base) if named else recipe.base,
        teacher=placed(recipe.teacher),
        translators=tuple(placed(each) for each in recipe.translators),
        descriptions=placed(recipe.descriptions),
    )


def finetune(
    data: Any,
    *,
    task: str,
    out: str | Path | None = None,
    options: FinetuneOptions | None = None,
    listener: Listener | None = None,
    resume: bool = False,
    **settings: Any,
) -> Checkpoint:
    """A model of one's own, in a folder of its own.

    data: a file, a folder of splits, a frame, a list of dicts, or a dict of parts (`corpus.at_hand`); task: classify,
    entities, ...; out: the folder, without which it is a new one of the working directory, ``classify-lora`` or
    ``classify-lora-2`` (`Checkpoint.folder` says); settings: fields of `FinetuneOptions` (recipe, base, columns, ...) and of
    `Recipe` (learning_rate, ...) alike; listener: who is told meanwhile, on a terminal and in a notebook whoever sits there;
    resume: go on where a killed run stopped. Started as several processes (see `processes`), each learns its share and the
    main one writes.
    Raises UsageError, BadInput, DataError, NotEnoughData, DiskFull; whatever `out` held before stays until the end.
    """
    options = _options(options, settings)
    if listener is None and processes.main() and watched():
        with heard() as listener:
            return _finetuned(data, task, out, options, listener, resume)
    return _finetuned(data, task, out, options, listener or Listener(), resume)


def _finetuned(
    data: Any,
    task: str,
    out: str | Path | None,
    options: FinetuneOptions,
    listener: Listener,
    resume: bool,
) -> Checkpoint:
    recipe = options.settled()
    given = None if out is None else place_of(out)
    if given is not None:
        check_place(given, Path(data) if isinstance(data, str | Path) else None)
    _check(options, recipe, task)
    if given is not None and not resume and work_folder(given).is_dir():
        listener.note(say("text_engine.thrown_away", folder=str(work_folder(given))))
    processes.join()
    old = earlier(recipe, task, options.previous, tuple(options.settings))
    if old is not None:
        recipe = old.recipe
    prepared = _prepared(data, task, options, recipe, old)
    prepared = without_learnt(prepared, recipe, None if old is None else old.rows)
    listener.prepared(prepared)
    for note in () if old is None else old.notes:
        listener.note(note)
    mark = _mark(recipe, prepared.table, old, options)
    # A new folder is named as late as can be: from here on its work says that the name is taken.
    folder = new_folder(task, recipe, resume) if given is None else given
    with threads_kept(), room_to_learn(folder):
        work = _work(folder, mark, resume=resume, note=listener.note)
        found = _searched(prepared.table, recipe, work, options, listener, resume, old)
        trained = train(
            prepared.table,
            recipe if found is None else found.recipe,
            work,
            Watch(dev_judge(task), listener.progress, listener.cost, options.trackers),
            resume=resume,
            budget=options.budget,
            previous=None if old is None else old.rows,
        )
        if processes.main():
            with processes.alone():
                judged = _judged(data, prepared, trained, options, listener)
                for note in _write(folder, work, judged, prepared.table, trained, found, old):
                    listener.note(note)
    processes.wait()
    return replace(open_checkpoint(folder), rows=prepared.table)


def place_of(out: str | Path) -> Path:
    """The folder that is meant, from any working directory; of a link what it leads to, so that the link stays."""
    place = Path(out).expanduser().absolute()
    return place.resolve() if place.is_symlink() else place


def work_folder(folder: Path) -> Path:
    """Where the state of a fine-tuning lies until its folder is written, and after it was killed."""
    return folder.with_name(f".{folder.name}.work")


def new_folder(task: str, recipe: Recipe, resume: bool) -> Path:
    """A folder of the working directory that is not there yet, nor worked on; to go on with, the last whose work was left
    off."""
    name = re.sub(r"[^\w.-]+", "-", f"{task}-{recipe.name}")
    own = re.compile(rf"\.{re.escape(name)}(-\d+)?\.work")
    left = [each for each in Path.cwd().glob(".*.work") if own.fullmatch(each.name)]
    if resume and left:
        last = max(left, key=lambda each: each.stat().st_mtime)
        return last.with_name(last.name.removeprefix(".").removesuffix(".work"))
    named = (Path.cwd() / (name if n == 1 else f"{name}-{n}") for n in count(1))
    return next(each for each in named if not each.exists() and not work_folder(each).exists())


def _prepared(
    data: Any, task: str, options: FinetuneOptions, recipe: Recipe, old: Earlier | None
) -> Prepared:
    """Read, split and examined."""
    table = read_task(
        data,
        task,
        columns=options.columns,
        files=options.files,
        several=options.several,
        ordered=options.ordered,
        also=options.by,
        encoding=options.encoding,
    )
    table = replace(table, outside=recipe.out_of_scope)
    if old is None:
        check_rows(recipe, table)
    else:
        # A label that the checkpoint knows need not be among the new rows.
        check_rows(recipe, replace(table, labels=(*table.labels, *old.labels)))
        check_outside(options.settled(), recipe, table)
    test = None if options.test is None else _test(options.test, table, options)
    return prepare(table, seed=options.split_seed, test=test, recipe=recipe)


def _mark(recipe: Recipe, table: TextTable, old: Earlier | None, options: FinetuneOptions) -> str:
    budgets = (str(options.budget), str(options.search))
    return run_mark(recipe, table, None if old is None else old.rows, budgets)


def _work(folder: Path, run: str, *, resume: bool, note: Callable[[Message], None]) -> Path:
    """Where the work's state lies, empty unless a run of the same mark is to go on.

    Raises UsageError where what lies there is of another run."""
    work = work_folder(folder)
    mark = work / "run.txt"
    left = work.is_dir()
    if resume and left and not (mark.is_file() and mark.read_text("utf-8") == run):
        raise UsageError(say("text_engine.other_run", folder=str(folder)), say("text_engine.other_run_mend"))
    if resume and not left:
        note(say("text_engine.nothing_left", folder=str(folder)))
    processes.wait()  # all have looked before anything is changed
    if processes.main():
        if not resume:
            shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        mark.write_text(run, "utf-8")
    processes.wait()
    return work


def _check(options: FinetuneOptions, recipe: Recipe, task: str) -> None:
    """What can be refused before anything is read. Raises UsageError, BadInput, MissingPackage."""
    check_recipe(recipe, task)
    check_trackers(options.trackers)
    if options.previous is not None and recipe.method != "continual":
        raise UsageError(say("text_engine.previous_for_continual"))
    if options.search is not None:
        if processes.count() > 1:
            raise UsageError(say("text_engine.search_alone"))
        check_search()


def _searched(
    table: TextTable,
    recipe: Recipe,
    work: Path,
    options: FinetuneOptions,
    listener: Listener,
    resume: bool,
    old: Earlier | None,
) -> Searched | None:
    if options.search is None:
        return None
    fixed = tuple(options.settings)
    search = Search(options.search, dev_judge(table.task), fixed, progress=listener.progress)
    rows = None if old is None else old.rows
    found = searched(table, recipe, work / "search", search, resume=resume, previous=rows)
    listener.note(found.told())
    return found


def _write(
    folder: Path,
    work: Path,
    judged: tuple[dict[str, Any], list[dict[str, Any]]],
    table: TextTable,
    trained: Trained,
    found: Searched | None,
    old: Earlier | None,
) -> tuple[Message, ...]:
    """The checkpoint with its card, every model's answers and the training's own records; what was forgotten, in words."""
    card, answers = judged
    if found is not None:
        card["search"] = found.as_dict()
    told: tuple[Message, ...] = ()
    if old is not None:
        card["forgetting"], told = forgotten(old, trained.learner)
        card["data"]["labels"] = list(dict.fromkeys((*old.labels, *card["data"]["labels"])))
        card["notes"] += [cards.both(each) for each in (*old.notes, *told)]
    save(trained.learner, card, folder, lambda place: _records(place, work, table, trained, answers))
    shutil.rmtree(work, ignore_errors=True)
    return told


def _records(
    folder: Path, work: Path, table: TextTable, trained: Trained, answers: Sequence[Mapping[str, Any]]
) -> None:
    """What a checkpoint keeps beside the model: marks of its rows, answers to the test, how the training went."""
    keep_learnt(trained.within(table), folder, begun_with(trained.learner.recipe))
    if trained.rows:
        Profile.of(trained.within(table).part("train"), table.part("test")).keep(folder)
    _write_answers(folder, answers)
    write_history(trained.history, folder / HISTORY)
    for logs in sorted(work.rglob(LOGS)):
        shutil.copytree(logs, folder / logs.relative_to(work))


def _options(options: FinetuneOptions | None, settings: Mapping[str, Any]) -> FinetuneOptions:
    """Fields of the options by name; what is none of them is the recipe's. Raises UsageError for what means nothing."""
    known = FinetuneOptions.__dataclass_fields__
    mine = {key: value for key, value in settings.items() if key in known and key != "settings"}
    rest = {key: value for key, value in settings.items() if key not in known}
    made = replace(options or FinetuneOptions(), **mine)
    meant = as_meant({name: getattr(made, name) for name in known})
    return replace(made, settings={**made.settings, **settings.get("settings", {}), **rest}, **meant)


def _test(source: str | Path | pd.DataFrame, table: TextTable, options: FinetuneOptions) -> TextTable:
    found = read_task(
        source,
        table.task,
        columns=options.columns,
        several=options.several,
        ordered=options.ordered,
        known=table.labels,
        also=options.by,
        encoding=options.encoding,
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
    if options.floors != "none" and not len(trained.learnt):
        listener.note(say("text_engine.no_floors"))
    told = {
        **floors(prepared.table, trained, options.floors, listener.progress),
        cards.TUNED: trained.learner.predict(test.rows(), listener.progress),
    }
    scores = {name: judge(test.task, test, answers) for name, answers in told.items()}
    clean = {name: _on(test, prepared.clean_test, answers) for name, answers in told.items()}
    parts = slices(scores[cards.TUNED], test, columns=options.by)
    card = {
        **cards.made_card(trained),
        "data": {
            **cards.data_card(prepared),
            "split_seed": options.split_seed,
            "columns": {**dict(prepared.table.columns), **options.columns},
            "read": _read(data, options),
        },
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


def _read(data: object, options: FinetuneOptions) -> dict[str, Any]:
    """How the rows were read, and where they lay, so that an export can be judged on them again; of rows at hand in Python
    there is no place."""
    placed = isinstance(data, str | Path) and (options.test is None or isinstance(options.test, str | Path))
    return {
        "path": str(Path(str(data)).resolve()) if placed else None,
        "test": str(Path(str(options.test)).resolve()) if placed and options.test is not None else None,
        "files": list(options.files),
        "several": options.several,
        "ordered": list(options.ordered),
        "encoding": options.encoding,
    }


def _on(test: TextTable, clean: TextTable, answers: Sequence[Row]) -> Judged | None:
    """The scores on the rows without leaks; None where none leaks, or none is left."""
    if len(clean) == len(test) or not len(clean):
        return None
    kept = set(clean.frame["id"])
    mine = [answer for name, answer in zip(test.frame["id"], answers, strict=True) if name in kept]
    return judge(test.task, clean, mine)


def _robustness(test: TextTable, plain: Judged, trained: Trained, listener: Listener) -> list[dict[str, Any]]:
    """The headline on the test as a careless hand would have written it, and what that cost; nothing of a change that
    hardly a row has anything for, such as capitals in Chinese."""
    from longwave.text.score.comparison import difference

    sample = some_of(test, _MOST_PERTURBED, 0)
    same = (
        plain
        if len(sample) == len(test)
        else judge(test.task, sample, trained.learner.predict(sample.rows()))
    )
    found: list[dict[str, Any]] = []
    kinds = [kind for kind in kinds_for(sample) if kind in _CARELESS]
    for place, kind in enumerate(kinds):
        listener.progress(say("text_engine.perturbing"), place, len(kinds))
        other = perturbed(sample, kind, _CARELESS[kind], 0)
        altered = rows_changed(sample, other)
        if altered < _LEAST_CHANGED * len(sample):
            continue
        again = judge(test.task, other, trained.learner.predict(other.rows()))
        told = difference(again.head, same.head, groups=same.groups)
        counts = {"rows": len(sample), "rows_changed": altered}
        found.append({"kind": kind, "rate": _CARELESS[kind], **told.as_dict(), **counts})
    return found


_MOST_PERTURBED = 1_000
_LEAST_CHANGED = 0.05
"""Of the rows: what fewer of them show says nothing of a model."""
_CARELESS: dict[str, float] = {"typos": 0.1, "lower": 1.0, "upper": 1.0, "no_punctuation": 1.0}


def _write_answers(folder: Path, answers: Sequence[Mapping[str, Any]]) -> None:
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in answers)
    # Without the time of day: the same run gives the same bytes.
    (folder / ANSWERS).write_bytes(gzip.compress(lines.encode("utf-8"), mtime=0))
