"""A search for settings: recipes are tried on dev within a time, the likeliest next (TPE), the hopeless cut short.

Bergstra, Bardenet, Bengio and Kegl (2011), Algorithms for hyper-parameter optimization, NeurIPS; Golovin et al. (2017) for
the median rule: a trial that stands below the median of the earlier ones at the same epoch is ended. Optuna does both.
The first trial is the recipe as it stands, so that what is found is never worse than it on dev. What a recipe sets by
itself is not searched. Every trial is kept when it has ended, and a search that was killed goes on from those with the time
that was left. The test is not handed to the search, and the best of many dev scores is flattered: the card says so.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from longwave.core.errors import DataError, NotEnoughData, UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.core.optional import require
from longwave.text.bases import find_base
from longwave.text.method import METHODS
from longwave.text.settings.recipe import Recipe
from longwave.text.settings.settled import settled
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS
from longwave.text.tasks.settings import reads
from longwave.text.training.cost import Cost
from longwave.text.training.training import Judge, Watch, train

State: TypeAlias = Literal["done", "ended", "too_long", "failed"]
FOUND = "searched.json"
STUDY = "study.log"
"""Optuna's own journal of the trials, by which it draws the next one."""
MOST = 200
"""Trials at most: beyond them dev is fitted, not the task."""
_TOO_LONG = 3
"""Trials in a row whose forecast is beyond the time that is left, after which the search ends."""
_LENGTHS = (64, 128, 256, 512)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers between two, evenly by their logarithm."""

    low: float
    high: float


Space: TypeAlias = dict[str, Span | tuple[Any, ...]]
"""For each setting the numbers between two, or the values that it may have."""


@dataclass(frozen=True, slots=True)
class Tried:
    """settings: what was changed of the recipe; score: dev's headline, higher is better, None where none came about;
    state: ended: below the median of earlier trials; too_long: its forecast was beyond the time left; failed: no memory,
    or no score."""

    number: int
    settings: Mapping[str, Any]
    score: float | None
    seconds: float
    state: State


@dataclass(frozen=True)
class Searched:
    """recipe: the best; trials: all; seconds: that it took."""

    recipe: Recipe
    trials: tuple[Tried, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "trials": [asdict(each) for each in self.trials]}

    def told(self) -> Message:
        """What was found, against the recipe as it stood."""
        scores = [each.score for each in self.trials if each.score is not None]
        best = next(each for each in self.trials if each.score == max(scores))
        first = self.trials[0].score
        settings = tuple(f"{key} = {_short(value)}" for key, value in best.settings.items())
        return say(
            "text_more.found",
            count=len(self.trials),
            best=max(scores),
            first=float("nan") if first is None else first,
            settings=settings,
        )


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value).lower()


class _Ended(Exception):
    """A trial is given up; `state` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state: State = state


@dataclass(frozen=True, eq=False)
class Search:
    """What a search is given. seconds: the time; fixed: settings that are not to be changed; most: trials."""

    seconds: float
    judge: Judge
    fixed: Sequence[str] = ()
    most: int = MOST
    progress: Progress = silent
    clock: Callable[[], float] = field(default=time.perf_counter)


def check_search() -> None:
    """Raises MissingPackage."""
    require("optuna", why=say("text_more.why_search").text(), extra="text-tools")


def searched(
    table: TextTable,
    recipe: Recipe,
    folder: Path,
    search: Search,
    *,
    resume: bool = False,
    previous: TextTable | None = None,
) -> Searched:
    """The recipe that does best on dev. folder: for the trials' own files, and what was found, which `resume` reads again;
    previous: rows of an earlier task, as `train` takes them.

    Raises UsageError (nothing to search, too little time for one training), NotEnoughData (no dev)."""
    if resume and (folder / FOUND).is_file():
        return _read(folder / FOUND)
    rows = without_test(table)
    if not len(rows.part("dev")):
        raise NotEnoughData(say("text_more.search_no_dev"))
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    alone = replace(recipe, members=1, stack="none")
    taught = METHODS.get(recipe.method).taught(rows, alone, previous)
    places = space(taught, alone, search.fixed)
    if not places:
        raise UsageError(say("text_more.search_nothing", method=METHODS.get(recipe.method).names))
    trials = _Trials(rows, previous, as_it_stands(taught, alone))
    found = _Searching(trials, alone, folder, search, places).run()
    best = max((each for each in found if each.score is not None), key=lambda each: each.score or 0.0)
    chosen = Searched(recipe.with_settings(best.settings), tuple(found), sum(each.seconds for each in found))
    _write(chosen, folder / FOUND)
    return chosen


def without_test(table: TextTable) -> TextTable:
    """The rows that a search may see."""
    return table.take(table.frame.index[table.frame["split"] != "test"])


def space(table: TextTable, recipe: Recipe, fixed: Sequence[str] = ()) -> Space:
    """What is searched for this method and task: settings that the recipe leaves at their default."""
    start = settled(recipe, table.task, len(table.part("train")), find_base(recipe.base).width)
    method, task = METHODS.get(recipe.method), TASKS.get(table.task)
    found: Space = {}
    if task.family == "extract" or not method.needs_rows:
        return found
    if method.gradient or method.name == "few_shot":
        epochs = start.num_train_epochs
        found["learning_rate"] = Span(start.learning_rate / 4, start.learning_rate * 4)
        found["num_train_epochs"] = tuple(
            sorted({max(1.0, round(epochs * part)) for part in (0.5, 1.0, 1.5, 2.0)})
        )
        found["weight_decay"] = (0.0, 0.01, 0.05, 0.1)
    if method.gradient:
        found["per_device_train_batch_size"] = tuple(sorted({8, 16, 32, start.per_device_train_batch_size}))
        found["warmup_ratio"] = (0.0, 0.06, 0.15)
    if method.gradient and task.family == "encoder":
        found["dropout"] = (0.0, 0.1, 0.2, 0.3)
    found |= _OF_METHOD.get(recipe.method, {})
    if table.task == "entities" and method.gradient and not recipe.label_smoothing_factor:
        found["crf"] = (False, True)  # which smooths no labels, and is learnt by gradient alone
    if (
        table.task not in ("answers", "entities")
        and not table.several
        and not table.ordered
        and method.gradient
    ):
        found["label_smoothing_factor"] = (0.0, 0.05, 0.1)
    lengths = _lengths(table)
    if task.family == "encoder" and len(lengths) > 1:
        found["max_length"] = lengths
    own = as_it_stands(table, recipe)
    kept = found.keys() - recipe.changed - set(fixed)
    kept = {key for key in kept if reads(table.task, key)}
    return {key: _with_own(values, own[key]) for key, values in found.items() if key in kept}


def as_it_stands(table: TextTable, recipe: Recipe) -> dict[str, Any]:
    """Every setting's value for these rows, where the recipe leaves it to the task too."""
    start = settled(recipe, table.task, len(table.part("train")), find_base(recipe.base).width)
    length = TASKS.get(table.task).layout(table, start).get("max_length", start.max_length)
    return {**start.as_dict(), "max_length": int(length)}


def _with_own(values: Span | tuple[Any, ...], own: Any) -> Span | tuple[Any, ...]:
    """The choices with the recipe's own among them: the first trial is the recipe."""
    return values if isinstance(values, Span) or own in values else tuple(sorted((*values, own)))


_OF_METHOD: Mapping[str, Space] = {
    "full": {"freeze_layers": (0, 1, 3), "freeze_embeddings": (False, True)},
    "lora": {"lora_r": (4, 8, 16, 32), "lora_dropout": (0.0, 0.05, 0.1)},
    "adalora": {"lora_r": (4, 8, 16), "lora_dropout": (0.0, 0.05, 0.1)},
    "adapter": {"adapter_size": (16, 48, 128)},
    "prefix": {"prompt_tokens": (5, 10, 20, 40)},
    "prompt": {"prompt_tokens": (5, 10, 20, 40)},
    "frozen": {"pool": ("mean", "max", "cls")},
    "few_shot": {"pool": ("mean", "max")},
}


def _lengths(table: TextTable) -> tuple[int, ...]:
    """Lengths that differ for these texts: a token for every four characters, or one and a half for a word."""
    texts = table.texts()[:5_000]
    longest = float(np.quantile([max(len(text) / 4, 1.5 * len(text.split())) for text in texts], 0.95))
    short = [length for length in _LENGTHS if length / 2 < longest]
    return tuple(short[-3:])


@dataclass(frozen=True, eq=False)
class _Trials:
    """What every trial learns from. own: the settings of the recipe as it stands, which are tried first."""

    table: TextTable
    previous: TextTable | None
    own: Mapping[str, Any]


@dataclass(eq=False)
class _Searching:
    rows: _Trials
    recipe: Recipe
    folder: Path
    search: Search
    places: Space
    tried: list[Tried] = field(default_factory=list)
    slower: list[float] = field(default_factory=list)
    """Seconds that trials took, over their forecast."""

    def run(self) -> list[Tried]:
        check_search()
        study = self._study()
        self.started = self.search.clock() - sum(each.seconds for each in self.tried)
        if not self.tried:
            study.enqueue_trial({key: self.rows.own[key] for key in self.places})
        while len(self.tried) < self.search.most and not self._over():
            self._tell()
            self._one(study, study.ask())
        self._tell()
        return self.tried

    def _study(self) -> Any:
        """Optuna's, with the trials of a search that was killed."""
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = str(self.folder / STUDY)
        # The lock is a file beside: one that a kill left there would be waited for.
        Path(f"{path}.lock").unlink(missing_ok=True)
        study = optuna.create_study(
            study_name="search",
            storage=JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path))),
            load_if_exists=True,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        )
        self.tried = [
            Tried(**each.user_attrs["tried"]) for each in study.trials if "tried" in each.user_attrs
        ]
        # A sampler that began anew with the same seed would draw again what was drawn before the kill.
        study.sampler = optuna.samplers.TPESampler(
            seed=(self.recipe.seed + len(self.tried)) % 2**32, n_startup_trials=5
        )
        return study

    def _tell(self) -> None:
        whole = int(self.search.seconds)
        self.search.progress(say("text_more.searching"), min(self._gone(), whole), whole)

    def _gone(self) -> int:
        return int(self.search.clock() - self.started)

    def _left(self) -> float:
        return self.search.seconds - (self.search.clock() - self.started)

    def _over(self) -> bool:
        if not self.tried:
            return False
        last = [each.state for each in self.tried[-_TOO_LONG:]]
        shortest = min((each.seconds for each in self.tried if each.state == "done"), default=0.0)
        return self._left() < shortest / 2 or last == ["too_long"] * _TOO_LONG

    def _one(self, study: Any, trial: Any) -> None:
        from optuna.trial import TrialState

        settings = {key: _suggested(trial, key, values) for key, values in self.places.items()}
        began, score, state = self.search.clock(), None, "done"
        place = self.folder / f"trial-{trial.number}"
        try:
            score = self._score(trial, self.recipe.with_settings(settings), place)
        except _Ended as ended:
            state = ended.state
        except DataError:
            if not self.tried:
                raise
            state = "failed"
        finally:
            shutil.rmtree(place, ignore_errors=True)
        tried = Tried(trial.number, settings, score, self.search.clock() - began, state)  # type: ignore[arg-type]
        trial.set_user_attr("tried", asdict(tried))
        if score is None:
            study.tell(trial, state=TrialState.FAIL if state == "failed" else TrialState.PRUNED)
        else:
            study.tell(trial, score)
        self.tried.append(tried)

    def _score(self, trial: Any, recipe: Recipe, place: Path) -> float:
        forecast: list[float] = []
        steps = 0

        def told(cost: Cost | None, notes: Any) -> None:
            if cost is None:
                return
            expected = cost.seconds * (float(np.median(self.slower)) if self.slower else 1.0)
            forecast.append(cost.seconds)
            if expected <= self._left():
                return
            if not self.tried:
                raise UsageError(
                    say(
                        "text_more.search_short",
                        need=max(1, round(expected)),
                        time=round(self.search.seconds),
                    ),
                    _mend_of_short(recipe),
                )
            raise _Ended("too_long")

        def judged(gold: TextTable, answers: list[Row]) -> dict[str, float]:
            nonlocal steps
            found = self.search.judge(gold, answers)
            if not math.isnan(found["headline"]):
                trial.report(found["headline"], steps)
            steps += 1
            if trial.should_prune():
                raise _Ended("ended")
            if self.tried and self._left() < 0:
                raise _Ended("too_long")
            return found

        trained = train(self.rows.table, recipe, place, Watch(judged, told=told), previous=self.rows.previous)
        if forecast:
            self.slower.append(trained.seconds / max(forecast[0], 1e-9))
        dev = self.rows.table.part("dev") if trained.dev is None else trained.dev
        found = self.search.judge(dev, trained.learner.predict(dev.rows()))["headline"]
        if math.isnan(found):
            raise DataError(say("text_more.search_undefined"))
        return found


def _mend_of_short(recipe: Recipe) -> Message:
    """LoRA is proposed where it is cheaper than what was asked for."""
    return say(f"text_more.search_short_{'mend' if recipe.method == 'full' else 'plain_mend'}")


def _suggested(trial: Any, key: str, values: Span | tuple[Any, ...]) -> Any:
    if isinstance(values, Span):
        return trial.suggest_float(key, values.low, values.high, log=True)
    return trial.suggest_categorical(key, list(values))


def _write(found: Searched, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"recipe": found.recipe.as_dict(), **found.as_dict()}, ensure_ascii=False), "utf-8"
    )


def _read(path: Path) -> Searched:
    kept = json.loads(path.read_text("utf-8"))
    trials = tuple(Tried(**each) for each in kept["trials"])
    return Searched(Recipe().with_settings(kept["recipe"]), trials, float(kept["seconds"]))
