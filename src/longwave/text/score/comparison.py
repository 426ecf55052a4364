"""Is one model better than another on the same rows: the paired bootstrap, and McNemar's exact test.

Both models are scored on the same draws of rows, so what is hard for both cancels. The interval is that of the
difference; the p-value is twice the smaller share of draws on either side of zero (at least 2 / (draws + 1)). Efron and
Tibshirani (1993), chapter 16; Berg-Kirkpatrick, Burkett and Klein (2012), An empirical investigation of statistical
significance in NLP. McNemar (1947): of the rows that only one model has right, each is as likely to be either's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import Language, Message, say
from longwave.text.score.draws import Places, Vector, drawn_sums, places_of
from longwave.text.score.metric import DRAWS, FEW_ROWS, LEAN, AbstractMetric, Judged, Metric, lifted, title


@dataclass(frozen=True, slots=True)
class Difference:
    """Score a less score b. low, high: its interval; p_value: of no difference; better: a, b or nobody told apart."""

    name: str
    a: float
    b: float
    value: float
    low: float
    high: float
    p_value: float
    level: float
    n: int
    draws: int
    higher_is_better: bool = True
    notes: tuple[Message, ...] = ()
    unit: str = "share"

    @property
    def method(self) -> Message:
        return say("text_score.paired_bootstrap", draws=self.draws)

    @property
    def better(self) -> str:
        """``a``, ``b``, or empty where the interval holds zero."""
        if not (self.low > 0 or self.high < 0):
            return ""
        return "a" if (self.value > 0) == self.higher_is_better else "b"

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "title": title(self.name).text(lang),
            "a": self.a,
            "b": self.b,
            "difference": self.value,
            "unit": self.unit,
            "interval": {"low": self.low, "high": self.high, "level": self.level},
            "p_value": self.p_value,
            "better": self.better,
            "rows": self.n,
            "method": self.method.text(lang),
            "notes": [note.text(lang) for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class McNemar:
    """only_a, only_b: rows that only one of the two has right; p_value: exact binomial, two-sided."""

    only_a: int
    only_b: int
    p_value: float


def difference(
    metric_a: AbstractMetric,
    metric_b: AbstractMetric,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
    groups: ArrayLike | None = None,
) -> Difference:
    """a − b on the same rows in the same order, by paired draws.

    Raises BadInput where the two are not the same score of as many rows, NotEnoughData where one is not defined.
    """
    if metric_a.rows != metric_b.rows:
        raise BadInput(say("text_score.wrong_length", wanted=metric_a.rows, given=metric_b.rows))
    if metric_a.name != metric_b.name:
        raise BadInput(say("text_score.unlike_scores", one=metric_a.name, other=metric_b.name))
    a, b = metric_a.point, metric_b.point
    if np.isnan(a) or np.isnan(b):
        raise NotEnoughData(say("text_score.undefined"), say("text_score.no_rows_mend"))
    places = None if groups is None else places_of(groups)
    told_a, told_b = _both(metric_a, metric_b, draws, seed, places)
    extra_a, extra_b = (
        lifted(told[~np.isnan(told)], metric.point) if metric.upward else 0.0
        for told, metric in ((told_a, metric_a), (told_b, metric_b))
    )
    gaps = (told_a - extra_a) - (told_b - extra_b)
    gaps = gaps[~np.isnan(gaps)]
    # What chance adds to either score of an upward kind is not the same, and not known: both ends make room for it.
    low, high = np.quantile(gaps, [(1 - level) / 2, (1 + level) / 2]) + LEAN * np.array([-extra_a, extra_b])
    towards = -LEAN * extra_a if a > b else LEAN * extra_b
    rows = min(metric_a.counted, metric_b.counted)
    notes = (say("text_score.few_rows", rows=rows),) if rows < FEW_ROWS else ()
    return Difference(
        name=metric_a.name,
        a=a,
        b=b,
        value=a - b,
        low=float(low),
        high=float(high),
        p_value=two_sided(gaps + towards),
        level=level,
        n=rows,
        draws=draws,
        higher_is_better=metric_a.higher_is_better,
        notes=notes,
        unit=metric_a.unit,
    )


def compared(
    a: Judged, b: Judged, names: Sequence[str] = (), *, level: float = 0.95, seed: int = 0
) -> list[Difference]:
    """Every score that both have and that is defined in both, a less b, the headline first; a's groups are drawn whole where
    it has them. names: these scores alone."""
    wanted = names or dict.fromkeys((a.headline, *a.metrics))
    names = [name for name in wanted if name in a.metrics and name in b.metrics]
    defined = [n for n in names if not np.isnan(a.metrics[n].point) and not np.isnan(b.metrics[n].point)]
    return [difference(a.metrics[n], b.metrics[n], level=level, seed=seed, groups=a.groups) for n in defined]


def mcnemar(right_a: ArrayLike, right_b: ArrayLike) -> McNemar:
    """From which rows each model has right, shape (rows,) each. Raises BadInput where they differ in number."""
    one, other = np.asarray(right_a, bool), np.asarray(right_b, bool)
    if one.shape != other.shape:
        raise BadInput(say("text_score.wrong_length", wanted=len(one), given=len(other)))
    from scipy.stats import binomtest

    only_a, only_b = int((one & ~other).sum()), int((other & ~one).sum())
    apart = only_a + only_b
    return McNemar(only_a, only_b, float(binomtest(only_a, apart).pvalue) if apart else 1.0)


def two_sided(gaps: Vector) -> float:
    """Twice the smaller share of draws on one side of zero, at least 2 / (draws + 1), at most 1."""
    below, above = int((gaps <= 0).sum()), int((gaps >= 0).sum())
    return min(1.0, 2 * (min(below, above) + 1) / (len(gaps) + 1))


def _both(
    a: AbstractMetric, b: AbstractMetric, draws: int, seed: int, groups: Places | None
) -> tuple[Vector, Vector]:
    """Scores of both on the same draws. Kinds of rows of one differ from the other's: joint kinds are drawn."""
    if not (isinstance(a, Metric) and isinstance(b, Metric)):
        return a.drawn(draws, seed, groups), b.drawn(draws, seed, groups)
    joint, which = np.unique(a.which * len(b.kinds) + b.which, return_inverse=True)
    kinds = np.concatenate([a.kinds[joint // len(b.kinds)], b.kinds[joint % len(b.kinds)]], axis=1)
    sums = drawn_sums(kinds, which.reshape(-1).astype(np.int64), draws, seed, groups)
    width = a.kinds.shape[1]
    return a.redrawn(sums[:, :width]), b.redrawn(sums[:, width:])
