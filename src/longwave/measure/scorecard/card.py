"""The scorecard: each dimension's figures side by side, each with its change, its interval and what it rests on.

There is no colour and no total. A row says 'weaker than before' only where the interval of the change leaves zero out on
that side and the evidence is better than D; what is not known stands there as not known. With many rows some will
leave zero out by chance, and the card says how many that would be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating
from longwave.core.estimate import Estimate, Grade, Refusal, TestResult
from longwave.core.message import Language, Message, Names, catalogue, say
from longwave.measure.measurement import DIMENSIONS, DRIVERS, WIDER, Measurement
from longwave.measure.scorecard.status import Losing, Status, status_of

_ORDER = {name: place for place, name in enumerate((*DIMENSIONS, *DRIVERS, *WIDER))}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much stands behind a row: share of the figures that the publisher observed (0 to 1), first and last
    written period, and how many figures."""

    observed: float
    first: str
    last: str
    observations: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What a measure hands to the card about one area.

    value: the latest level, None where there is none; unit: of value and change; losing: which way the figure
    moves where the dimension loses force; change: with its interval (the mean of the last span less the one
    before, a trend), None where it was refused; test and dating: what was tested and since when; grade: of the
    row. Raises ValueError for a dimension that the house does not have.
    """

    area: str
    dimension: str
    measure: str
    indicator: str
    value: float | None
    unit: str
    losing: Losing
    coverage: Coverage
    grade: Grade
    change: Estimate | None = None
    test: TestResult | None = None
    dating: Dating | None = None
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dimension not in _ORDER:
            raise ValueError(f"no dimension {self.dimension!r}; there are {', '.join(_ORDER)}")
        if not 0 <= self.coverage.observed <= 1:
            raise ValueError("the share observed lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with what can be said of it."""

    entry: Entry
    status: Status

    @property
    def sentence(self) -> Message:
        """The row in words, change and interval with it."""
        one = self.entry
        words = {"area": area_names(one.area), "indicator": indicator_words(one.indicator)}
        if one.change is None:
            return say(
                "scorecard.row_without_change", status=self.status.words, grade=str(one.grade), **words
            )
        points = one.change.unit.startswith("share")
        scale = 100 if points else 1
        return say(
            "scorecard.row_in_points" if points else "scorecard.row",
            status=self.status.words,
            change=scale * one.change.value,
            low=scale * one.change.low,
            high=scale * one.change.high,
            level=one.change.level,
            unit=one.change.unit,
            grade=str(one.grade),
            **words,
        )


def indicator_words(indicator: str) -> Message | Names:
    """An indicator's name; one that the house has no words for as it is written."""
    key = f"scorecard.indicator_{indicator}"
    return say(key) if key in catalogue() else Names(indicator.replace("_", " "))


@dataclass(frozen=True, eq=False)
class Scorecard:
    """Rows in order of dimension, indicator and area; refusals: dimensions of an area with no row at all."""

    rows: tuple[Row, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def areas(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.entry.area for row in self.rows))

    def of(self, area: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.entry.area == area)

    def frame(self, lang: Language = "en") -> pd.DataFrame:
        """One line a row: area, dimension, indicator, value, unit, change with bounds, status in words, grade,
        share observed, span, observations, test with its answer, dating state, sources."""
        return pd.DataFrame([_line(row, lang) for row in self.rows], columns=list(_COLUMNS))

    def side_by_side(self, lang: Language = "en") -> pd.DataFrame:
        """Status in words: one line an indicator, one column an area; areas without the row read as not enough
        figures."""
        lines: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.rows:
            place = (row.entry.dimension, row.entry.indicator)
            lines.setdefault(place, {})[row.entry.area] = row.status.words.text(lang)
        table = pd.DataFrame.from_dict(lines, orient="index").reindex(columns=list(self.areas))
        if len(table):
            table.index = pd.MultiIndex.from_tuples(list(lines), names=["dimension", "indicator"])
        return table.fillna(Status.NOT_ENOUGH.words.text(lang))

    @property
    def findings(self) -> tuple[Message, ...]:
        """For each area how many rows say what, then each row that says something, then what chance alone would
        bring."""
        said: list[Message] = []
        for area in self.areas:
            rows = self.of(area)
            counts = {f"n_{one.value}": sum(row.status is one for row in rows) for one in Status}
            said.append(say("scorecard.count", area=area_names(area), rows=len(rows), **counts))
            said.extend(
                row.sentence for row in rows if row.status not in {Status.NO_CHANGE, Status.NOT_ENOUGH}
            )
        tested = [row.entry.change for row in self.rows if row.status is not Status.NOT_ENOUGH]
        if tested:
            by_chance = sum(1 - one.level for one in tested if one is not None)
            said.append(say("scorecard.by_chance", rows=len(tested), expected=by_chance))
        return tuple(said)


_COLUMNS = (
    "area",
    "dimension",
    "measure",
    "indicator",
    "value",
    "unit",
    "losing_force_means",
    "change",
    "change_low",
    "change_high",
    "level",
    "status",
    "grade",
    "observed",
    "first",
    "last",
    "observations",
    "test",
    "test_p",
    "test_rejected",
    "since",
    "sources",
)


def scorecard(entries: Iterable[Entry]) -> Scorecard:
    """The card of these entries.

    An area that has rows but none in one of the six dimensions gets a refusal for that dimension, so that a
    missing dimension is seen. Raises ValueError where an area has the same indicator of a measure twice.
    """
    given = sorted(entries, key=lambda one: (one.area, _ORDER[one.dimension], one.measure, one.indicator))
    seen: set[tuple[str, str, str, str]] = set()
    for one in given:
        key = (one.area, one.dimension, one.measure, one.indicator)
        if key in seen:
            raise ValueError(f"{one.indicator} of {one.measure} stands twice for {one.area}")
        seen.add(key)
    rows = tuple(Row(one, status_of(one.change, one.grade, one.losing)) for one in given)
    return Scorecard(rows, tuple(_absent(given)))


def entry_of(
    found: Measurement,
    indicator: str,
    change: str,
    losing: Losing,
    *,
    observed: float = 1.0,
    test: str | None = None,
    dating: str | None = None,
) -> Entry:
    """An entry from a measurement: the last figure of the table's column `indicator`, the estimate `change`, the
    test and the dating of these names, where they are there. observed: share of the figures observed. The grade
    is that of the change, D without one."""
    column = found.table[indicator].dropna() if indicator in found.table else pd.Series(dtype=float)
    moved = next((one for one in found.estimates if one.name == change), None)
    first, last = (str(column.index[0]), str(column.index[-1])) if len(column) else ("", "")
    return Entry(
        found.area,
        found.dimension,
        found.measure,
        indicator,
        float(column.iloc[-1]) if len(column) else None,
        found.units.get(indicator, ""),
        losing,
        Coverage(observed, first, last, len(column)),
        Grade.D if moved is None else moved.grade,
        moved,
        next((one for one in found.tests if one.name == test), None),
        next((one for one in found.datings if one.name == dating), None),
        found.sources,
    )


def _absent(entries: list[Entry]) -> Iterable[Refusal]:
    for area in dict.fromkeys(one.area for one in entries):
        has = {one.dimension for one in entries if one.area == area}
        for dimension in DIMENSIONS:
            if dimension not in has:
                named = say(f"scorecard.dimension_{dimension}")
                reason = say("scorecard.no_row", area=area_names(area), dimension=named)
                yield Refusal(f"{area}: {dimension}", reason)


def _line(row: Row, lang: Language) -> dict[str, object]:
    one, change = row.entry, row.entry.change
    return {
        "area": one.area,
        "dimension": one.dimension,
        "measure": one.measure,
        "indicator": one.indicator,
        "value": one.value,
        "unit": one.unit,
        "losing_force_means": str(one.losing),
        "change": None if change is None else change.value,
        "change_low": None if change is None else change.low,
        "change_high": None if change is None else change.high,
        "level": None if change is None else change.level,
        "status": row.status.words.text(lang),
        "grade": str(one.grade),
        "observed": one.coverage.observed,
        "first": one.coverage.first,
        "last": one.coverage.last,
        "observations": one.coverage.observations,
        "test": None if one.test is None else one.test.null.text(lang),
        "test_p": None if one.test is None else one.test.p_value,
        "test_rejected": None if one.test is None else one.test.rejected,
        "since": None if one.dating is None else _since(one.dating).text(lang),
        "sources": ", ".join(one.sources),
    }


def _since(dating: Dating) -> Message:
    blank = say("measure.nothing")
    return say(
        f"scorecard.since_{dating.state.value}",
        period=dating.period or blank,
        low=dating.low or "…",
        high=dating.high or "…",
    )
