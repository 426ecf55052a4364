"""A score as counts per row and a function of their sum, so that its interval is weights @ counts.

Accuracy has two counts a row (right, 1); F1 over L labels has 3L (right, told, there); corpus BLEU has ten. A bootstrap
sample is a row of weights, its score `value(weights @ counts)`: two thousand samples of ten thousand rows take well
below a second. Interval: percentiles of these draws (rows, or whole groups of them). Where every draw says the same (all
right, or nothing), the bootstrap knows no doubt; there the interval is Wilson's for as many rows as there are, where the
score is nought or one just when every row is; elsewhere there is none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import Language, Message, say
from longwave.text.checkpoints.plain_values import plain
from longwave.text.score.draws import Matrix, Places, Vector, all_drawn_sums, drawn_sums, places_of
from longwave.text.score.proportion import wilson

FEW_ROWS = 30
"""Below, percentile intervals of a bootstrap are too narrow; they are given with a note."""

FEW_GROUPS = 10
DRAWS = 2000
_ALIKE = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its doubt: nan where it is not defined, and then the note says why.

    n: rows that the score is of; groups: how many were drawn whole, 0 where rows were drawn; draws: 0 where Wilson's
    formula served.
    """

    name: str
    value: float
    low: float
    high: float
    level: float
    n: int
    draws: int
    groups: int = 0
    unit: str = "share"
    notes: tuple[Message, ...] = ()

    @property
    def method(self) -> Message:
        if self.draws == 0:
            return say("text_score.by_wilson", level=self.level)
        if self.groups:
            return say("text_score.by_groups", level=self.level, draws=self.draws, groups=self.groups)
        return say("text_score.by_rows", level=self.level, draws=self.draws, rows=self.n)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "title": title(self.name).text(lang),
            "value": plain(self.value),
            "interval": {"low": plain(self.low), "high": plain(self.high), "level": self.level},
            "unit": self.unit,
            "rows": self.n,
            "method": self.method.text(lang),
            "notes": [note.text(lang) for note in self.notes],
        }


LEAN = 3.0
"""How many times what drawing again adds the lower end of an upward score is moved down. Where there is no distance at all,
the score lies 1 + sqrt(2) = 2.4 times that above nought, and by chance more; where there is much, drawing adds nothing."""


class AbstractMetric(ABC):
    """A score of rows that can be drawn again. name; unit: ``share`` (0 to 1), ``steps``, ``nats``; upward: a sum of
    distances, which chance can only make larger (see `lifted`)."""

    name: str
    higher_is_better: bool
    unit: str
    upward: bool = False

    @property
    @abstractmethod
    def rows(self) -> int: ...

    @property
    @abstractmethod
    def point(self) -> float:
        """The score of all rows; nan where it is not defined."""

    @abstractmethod
    def drawn(self, draws: int, seed: int, groups: Places | None = None) -> Vector:
        """The score of each new sample, shape (draws,)."""

    @abstractmethod
    def on(self, mask: ArrayLike) -> AbstractMetric:
        """The same score of the rows where `mask` (rows,) is true."""

    @property
    def counted(self) -> int:
        """How many rows the score is of: fewer than there are where some are none of its business."""
        return self.rows

    def trials(self) -> int:
        """How many rows the score rests on where all of them say the same; 0 for a score that is of no row."""
        return self.counted

    def interval(
        self,
        level: float = 0.95,
        draws: int = DRAWS,
        seed: int = 0,
        groups: ArrayLike | None = None,
    ) -> Interval:
        """The score with its interval. groups: a name per row; rows of one name are drawn together.

        Raises NotEnoughData without rows, BadInput where groups and rows differ in number.
        """
        if self.rows == 0:
            raise NotEnoughData(say("text_score.no_rows"), say("text_score.no_rows_mend"))
        places = _places(groups, self.rows)
        count = 0 if places is None else int(places.max()) + 1
        return self.told(self.drawn(draws, seed, places), count, level, draws)

    def told(self, drawn: Vector, groups: int, level: float, draws: int) -> Interval:
        """The interval from the score of each new sample, shape (draws,)."""
        point = self.point
        known = drawn[~np.isnan(drawn)]
        blank = Interval(self.name, point, np.nan, np.nan, level, self.counted, draws, groups, self.unit)
        if np.isnan(point):
            return replace(blank, notes=(say("text_score.undefined"),))
        notes = self._doubts(groups, len(known) / draws)
        alike = len(known) == 0 or bool(np.ptp(known) < _ALIKE)
        trials = min(groups or self.rows, self.trials()) if self.unit == "share" else 0
        if alike and trials and (point <= _ALIKE or point >= 1 - _ALIKE):
            low, high = wilson(round(point) * trials, trials, level)
            return replace(blank, low=float(low), high=float(high), draws=0, notes=notes)
        if alike:
            return replace(blank, notes=(*notes, say("text_score.no_doubt_known")))
        extra = lifted(known, point) if self.upward else 0.0
        bounds = np.quantile(known, [(1 - level) / 2, (1 + level) / 2]) - extra
        least = max(0.0, float(bounds[0]) - LEAN * extra) if self.upward else float(bounds[0])
        return replace(blank, low=least, high=float(bounds[1]), notes=notes)

    def _doubts(self, groups: int, defined: float) -> tuple[Message, ...]:
        notes = []
        if self.counted < FEW_ROWS:
            notes.append(say("text_score.few_rows", rows=self.counted))
        if 0 < groups < FEW_GROUPS:
            notes.append(say("text_score.few_groups", groups=groups))
        if defined < 0.95:
            notes.append(say("text_score.often_undefined", share=1 - defined))
        return tuple(notes)


@dataclass(frozen=True, eq=False)
class Metric(AbstractMetric):
    """A score that is a function of sums of counts.

    kinds: distinct rows of counts (kinds, k); which: the kind of each row (rows,); value: from sums (..., k) to scores
    (...), nan where not defined; again: where a draw asks for more than `value`, from sums (draws, k) and those of all
    rows (k,) to scores (draws,); some: rows without any count are none of the score's; whole: of all texts together, no row
    has one. Make it with `Metric.of` from counts (rows, k).
    """

    name: str
    kinds: Matrix = field(repr=False)
    which: Places = field(repr=False)
    value: Callable[[Matrix], Vector] = field(repr=False)
    higher_is_better: bool = True
    unit: str = "share"
    again: Callable[[Matrix, Vector], Vector] | None = field(default=None, repr=False)
    some: bool = False
    whole: bool = False
    upward: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        counts: ArrayLike,
        value: Callable[[Matrix], Vector],
        *,
        higher_is_better: bool = True,
        unit: str = "share",
        again: Callable[[Matrix, Vector], Vector] | None = None,
        some: bool = False,
        whole: bool = False,
        upward: bool = False,
    ) -> Metric:
        """From counts of shape (rows, k) or (rows,)."""
        table = np.asarray(counts, dtype=np.float64)
        table = np.ascontiguousarray(table[:, None] if table.ndim == 1 else table)
        kinds, which = _kinds(table)
        return cls(name, kinds, which, value, higher_is_better, unit, again, some, whole, upward)

    @property
    def counts(self) -> Matrix:
        """Counts of every row, shape (rows, k)."""
        return self.kinds[self.which]

    @property
    def rows(self) -> int:
        return len(self.which)

    @property
    def counted(self) -> int:
        if not self.some:
            return self.rows
        return int(np.asarray(self.kinds.any(axis=1))[self.which].sum())

    def trials(self) -> int:
        return 0 if self.whole else self.counted

    @property
    def sums(self) -> Vector:
        """The counts added up over rows, shape (k,)."""
        return np.asarray(np.bincount(self.which, minlength=len(self.kinds)) @ self.kinds)

    @property
    def point(self) -> float:
        return float(self.value(self.sums)) if self.rows else float("nan")

    def drawn(self, draws: int, seed: int, groups: Places | None = None) -> Vector:
        return self.redrawn(drawn_sums(self.kinds, self.which, draws, seed, groups))

    def redrawn(self, sums: Matrix) -> Vector:
        """The score of each new sample from its sums (draws, k)."""
        found = self.value(sums) if self.again is None else self.again(sums, self.sums)
        return np.asarray(found, dtype=np.float64)

    def on(self, mask: ArrayLike) -> Metric:
        kept = np.asarray(mask, dtype=bool)
        if kept.shape != (self.rows,):
            raise BadInput(say("text_score.wrong_length", wanted=self.rows, given=len(kept)))
        used, which = np.unique(self.which[kept], return_inverse=True)
        places = which.reshape(-1).astype(np.int64)
        return replace(self, kinds=self.kinds[used], which=places)


@dataclass(frozen=True, eq=False)
class Judged:
    """What a model's answers to a table are worth.

    metrics: by name, the headline's among them; headline: the one to choose a model by; by_row: the one to compare
    slices by (one that does not change its meaning with the labels that happen to be there); tables: confusion, labels,
    reliability and others by name; rows: how many; groups: a name per row, drawn whole, or None; notes: what to know.
    """

    metrics: Mapping[str, AbstractMetric]
    headline: str
    tables: Mapping[str, pd.DataFrame]
    rows: int
    by_row: str = ""
    groups: NDArray[np.object_] | None = None
    notes: tuple[Message, ...] = ()

    @property
    def head(self) -> AbstractMetric:
        return self.metrics[self.headline]

    @property
    def score(self) -> float:
        """The headline's value."""
        return self.head.point

    def interval(self, name: str = "", level: float = 0.95, draws: int = DRAWS, seed: int = 0) -> Interval:
        """A score with its interval, the headline's where no name is given. Raises BadInput for a name not here."""
        wanted = name or self.headline
        if wanted not in self.metrics:
            raise BadInput(say("text_score.no_such_score", name=wanted, there=tuple(self.metrics)))
        return self.metrics[wanted].interval(level, draws, seed, self.groups)

    def intervals(self, level: float = 0.95, draws: int = DRAWS, seed: int = 0) -> list[Interval]:
        """Every score with its interval, the headline first; rows are drawn once for all of them."""
        names = [self.headline, *(name for name in self.metrics if name != self.headline)]
        counted = {name: metric for name in names if isinstance(metric := self.metrics[name], Metric)}
        families = {id(metric.which): (metric.kinds, metric.which) for metric in counted.values()}
        places = _places(self.groups, self.rows)
        count = 0 if places is None else int(places.max()) + 1
        sums = dict(zip(families, all_drawn_sums(list(families.values()), draws, seed, places), strict=True))
        return [
            counted[name].told(counted[name].redrawn(sums[id(counted[name].which)]), count, level, draws)
            if name in counted
            else self.interval(name, level, draws, seed)
            for name in names
        ]

    def table(self, level: float = 0.95, draws: int = DRAWS, seed: int = 0) -> pd.DataFrame:
        """Columns metric, value, low, high, n: the headline first."""
        told = self.intervals(level, draws, seed)
        return pd.DataFrame(
            [(each.name, each.value, each.low, each.high, each.n) for each in told],
            columns=["metric", "value", "low", "high", "n"],
        )

    def as_dict(
        self,
        lang: Language = "en",
        draws: int = DRAWS,
        seed: int = 0,
        intervals: Sequence[Interval] | None = None,
    ) -> dict[str, Any]:
        """Everything as plain values for a file: nan becomes None. intervals: where they have been drawn already."""
        told = self.intervals(draws=draws, seed=seed) if intervals is None else intervals
        return {
            "headline": self.headline,
            "rows": self.rows,
            "metrics": [each.as_dict(lang) for each in told],
            "tables": plain(self.tables),
            "notes": [note.text(lang) for note in self.notes],
        }


def title(name: str) -> Message:
    """A score's name as people read it; ``recall_at_5`` and the like carry their number."""
    stem, _, number = name.lower().rpartition("_at_")
    if stem and number.isdigit():
        return say(f"text_score.metric_{stem}_at", number=number)
    return say(f"text_score.metric_{name.lower()}")


def ratio(part: Vector, whole: Vector) -> Vector:
    """part / whole, nan where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


def mean(sums: Matrix) -> Vector:
    """The first count over the second: accuracy, and every score that is an average over rows."""
    return ratio(sums[..., 0], sums[..., 1])


def average(name: str, values: ArrayLike, *, higher_is_better: bool = True, unit: str = "share") -> Metric:
    """The mean of a value per row, shape (rows,); rows with nan are left out."""
    column = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(column)
    counts = np.stack([np.where(known, column, 0.0), known.astype(np.float64)], axis=1)
    some = not bool(known.all())
    return Metric.of(name, counts, mean, higher_is_better=higher_is_better, unit=unit, some=some)


def mean_known(values: Matrix, known: NDArray[np.bool_]) -> Vector:
    """The mean over the last axis of what is known; nan where nothing is."""
    there = known & ~np.isnan(values)
    return ratio(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1).astype(np.float64))


def steady(parts: Callable[[Matrix], Matrix]) -> Callable[[Matrix, Vector], Vector]:
    """For a mean over labels: a label that a draw happens to miss keeps its value of all rows.

    Left out instead, a rare label would make the mean jump by its whole weight from draw to draw. parts: from sums
    (..., k) to a score of each label (..., labels), nan where it has none.
    """

    def again(drawn: Matrix, whole: Vector) -> Vector:
        each, kept = parts(drawn), parts(whole)
        filled = np.where(np.isnan(each), kept, each)
        return mean_known(filled, ~np.isnan(filled))

    return again


def lifted(drawn: Vector, point: float) -> float:
    """By how much draws of a sum of distances lie above the value of all rows: as that lies above the truth, in part."""
    return max(0.0, float(np.mean(drawn)) - point) if len(drawn) else 0.0


def _kinds(counts: Matrix) -> tuple[Matrix, Places]:
    """Distinct rows and which each row is."""
    if counts.size == 0:
        return counts, np.arange(len(counts))
    whole = (counts + 0.0).view(np.dtype((np.void, counts.dtype.itemsize * counts.shape[1]))).ravel()
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    return counts[first], which.reshape(-1).astype(np.int64)


def _places(groups: ArrayLike | None, rows: int) -> Places | None:
    if groups is None:
        return None
    places = places_of(groups)
    if len(places) != rows:
        raise BadInput(say("text_score.wrong_length", wanted=rows, given=len(places)))
    return places
