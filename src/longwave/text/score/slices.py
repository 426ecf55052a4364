"""Where is a model weaker than elsewhere: its score by length, date, source, language, label and any column.

Each slice is set beside all other rows. Their gap, over its standard error (from both intervals), has a two-sided p-value;
of all slices looked at, those are flagged whose p-value survives Holm's step-down at 5 % (Holm 1979): with twenty slices one
would otherwise stand out by chance. Slices of fewer than 30 rows, or of fewer than ten documents where rows err together,
are shown with their interval, and never flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.portable.script import is_han
from longwave.text.score.metric import FEW_GROUPS, FEW_ROWS, AbstractMetric, Interval, Judged
from longwave.text.table import TextTable

SIZE = 0.05
MOST_VALUES = 40
"""Values of a column beyond this many, by rows, are not looked at one by one."""

_LETTERS = (
    ("cyrillic", range(0x400, 0x530)),
    ("arabic", range(0x600, 0x780)),
    ("kana", range(0x3040, 0x3100)),
    ("hangul", range(0xAC00, 0xD7B0)),
    ("greek", range(0x370, 0x400)),
    ("devanagari", range(0x900, 0x980)),
)


@dataclass(frozen=True, slots=True)
class Slice:
    """by: what it was cut by; name: which part; score, rest: of its rows and all others; p_value: of no gap, nan where
    it was not tested; flagged: stands out after Holm; few: too few rows to say."""

    by: str
    name: str
    score: Interval
    rest: Interval
    p_value: float
    flagged: bool
    few: bool

    @property
    def gap(self) -> float:
        return self.score.value - self.rest.value


@dataclass(frozen=True, eq=False)
class Slices:
    """Every slice that was looked at, and what to know of them."""

    metric: str
    parts: tuple[Slice, ...]
    notes: tuple[Message, ...] = ()

    @property
    def flagged(self) -> tuple[Slice, ...]:
        return tuple(part for part in self.parts if part.flagged)

    def table(self) -> pd.DataFrame:
        """Columns by, slice, n, value, low, high, rest, gap, p_value, flagged, few."""
        return pd.DataFrame(
            {
                "by": [part.by for part in self.parts],
                "slice": [part.name for part in self.parts],
                "n": [part.score.n for part in self.parts],
                "value": [part.score.value for part in self.parts],
                "low": [part.score.low for part in self.parts],
                "high": [part.score.high for part in self.parts],
                "rest": [part.rest.value for part in self.parts],
                "gap": [part.gap for part in self.parts],
                "p_value": [part.p_value for part in self.parts],
                "flagged": [part.flagged for part in self.parts],
                "few": [part.few for part in self.parts],
            }
        )


def slices(
    judged: Judged,
    table: TextTable,
    *,
    columns: Sequence[str] = (),
    metric: str = "",
    draws: int = 500,
    seed: int = 0,
) -> Slices:
    """The score `metric` (else the one that suits slices) by part of the table that was judged.

    columns: further columns of the frame to cut by. Raises BadInput where table and judged differ in rows, or a column
    is not there.
    """
    if len(table) != judged.rows:
        raise BadInput(say("text_score.wrong_length", wanted=judged.rows, given=len(table)))
    missing = [name for name in columns if not table.has(name)]
    if missing:
        raise BadInput(
            say("text_score.no_such_column", name=missing[0], there=tuple(map(str, table.frame.columns)))
        )
    name = metric or judged.by_row or judged.headline
    if name not in judged.metrics:
        raise BadInput(say("text_score.no_such_score", name=name, there=tuple(judged.metrics)))
    chosen = judged.metrics[name]
    found = [
        _beside(chosen, judged, by, value, mask, draws, seed)
        for by, value, mask in _cuts(table, columns)
        if 0 < mask.sum() < len(mask)
    ]
    flags = holm([part.p_value for part in found], SIZE)
    parts = [
        Slice(p.by, p.name, p.score, p.rest, p.p_value, flag, p.few)
        for p, flag in zip(found, flags, strict=True)
    ]
    tested = sum(not np.isnan(part.p_value) for part in parts)
    notes = [say("text_score.slices_tested", tested=tested, size=SIZE)] if tested else []
    few = sum(part.few for part in parts)
    if few:
        notes.append(say("text_score.slices_few", count=few, least=FEW_ROWS))
    return Slices(name, tuple(parts), tuple(notes))


def holm(p_values: Sequence[float], size: float = SIZE) -> list[bool]:
    """Which hypotheses fall by Holm's step-down; nan stands for one that was not tested."""
    told = [(p, place) for place, p in enumerate(p_values) if not np.isnan(p)]
    fallen = [False] * len(p_values)
    for step, (p, place) in enumerate(sorted(told)):
        if p > size / (len(told) - step):
            break
        fallen[place] = True
    return fallen


def script(text: str) -> str:
    """The writing that most letters of a text belong to: han, latin, kana, cyrillic, ...; empty without letters."""
    counts: dict[str, int] = {}
    for letter in text[:2000]:
        if letter.isalpha():
            kind = _script_of(letter)
            counts[kind] = counts.get(kind, 0) + 1
    # Japanese has many Chinese characters, Chinese has no kana: some kana decide.
    if counts.get("kana", 0) * 9 >= counts.get("han", 1):
        counts["kana"] += counts.pop("han", 0)
    return max(counts, key=lambda kind: counts[kind]) if counts else ""


def _script_of(letter: str) -> str:
    if is_han(letter):
        return "han"
    code = ord(letter)
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return "latin"
    return next((name for name, letters in _LETTERS if code in letters), "other")


def _beside(
    metric: AbstractMetric, judged: Judged, by: str, name: str, mask: NDArray[np.bool_], draws: int, seed: int
) -> Slice:
    groups = judged.groups
    one = metric.on(mask).interval(draws=draws, seed=seed, groups=None if groups is None else groups[mask])
    rest = metric.on(~mask).interval(
        draws=draws, seed=seed + 1, groups=None if groups is None else groups[~mask]
    )
    few = min(one.n, rest.n) < FEW_ROWS or (groups is not None and _few_groups(groups, mask))
    return Slice(by, name, one, rest, float("nan") if few else gap_p_value(one, rest), False, few)


def _few_groups(groups: NDArray[np.object_], mask: NDArray[np.bool_]) -> bool:
    """Whether one side holds too few documents: rows of one odd document would pass for a weak spot."""
    return min(len(set(groups[mask])), len(set(groups[~mask]))) < FEW_GROUPS


def gap_p_value(one: Interval, other: Interval) -> float:
    """Two-sided, of no gap between two scores of unlike rows, by the normal law; nan where one is not defined."""
    z = NormalDist().inv_cdf(0.5 + one.level / 2)
    spread = np.hypot(one.high - one.low, other.high - other.low) / (2 * z)
    gap = one.value - other.value
    if np.isnan(gap) or np.isnan(spread):
        return float("nan")
    if spread == 0:
        return 1.0 if gap == 0 else float("nan")
    return float(2 * NormalDist().cdf(-abs(gap) / spread))


def _cuts(table: TextTable, columns: Sequence[str]) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """By what, which part, and which rows."""
    yield from _by_length(table)
    if table.has("date"):
        yield from _by_date(table.frame["date"])
    if table.has("source"):
        yield from _by_value("source", table.frame["source"])
    if table.has("language"):
        yield from _by_value("language", table.frame["language"])
    else:
        yield from _by_value("script", pd.Series([script(text) for text in table.texts()], dtype=object))
    if table.has("label"):
        yield from _by_value("label", table.frame["label"])
    elif table.has("labels"):
        yield from _by_each(table.frame["labels"])
    done = {"date", "source", "language", "label", "labels"}
    for name in columns:
        if name not in done:
            yield from _by_value(name, table.frame[name])


def _by_length(table: TextTable) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    counted = table.frame["tokens"] if table.has("tokens") else table.texts()
    sizes = np.array([len(each) for each in counted])
    if len(sizes) == 0:
        return
    low, high = np.floor(np.quantile(sizes, [1 / 3, 2 / 3])).astype(int).tolist()
    if low == high:
        return
    between = f"{low + 1} - {high}" if low + 1 < high else str(high)
    yield "length", f"<= {low}", sizes <= low
    yield "length", between, (sizes > low) & (sizes <= high)
    yield "length", f"> {high}", sizes > high


def _by_date(dates: pd.Series) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """By year; by half-year where all dates are of one year."""
    read = pd.to_datetime(dates.astype(str), errors="coerce", format="mixed", utc=True)
    halves = read.dt.year.nunique() == 1
    named = [None if pd.isna(day) else _period(day.year, day.month, halves) for day in read]
    yield from _by_value("date", pd.Series(named, dtype=object))


def _period(year: int, month: int, halves: bool) -> str:
    return f"{year} H{1 if month <= 6 else 2}" if halves else str(year)


def _by_value(by: str, values: pd.Series) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    names = values.where(values.notna(), None)
    counts = names.astype(object).map(lambda value: None if value is None or value == "" else str(value))
    often = counts.value_counts()
    if len(often) < 2:
        return
    for name in often.index[:MOST_VALUES]:
        yield by, str(name), (counts == name).to_numpy(dtype=bool)


def _by_each(values: pd.Series) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """By each label that stands among several."""
    names = pd.Series([name for row in values for name in row], dtype=object).value_counts()
    for name in names.index[:MOST_VALUES]:
        yield "label", str(name), np.array([name in row for row in values], dtype=bool)
