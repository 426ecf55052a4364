"""Whatever is committed in whatever order, the store tells the same as a few lists in memory."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from longwave.core.panel import Panel
from longwave.store import Batch, Store

from .batches import origin

DATES = ("2020-01-15", "2020-06-30", "2021-01-15")
AREAS = ("CHN", "USA")
Key = tuple[str, str, str]  # area, period, vintage
Rows = dict[Key, float | None]

released = st.sampled_from(DATES)
dataset = st.sampled_from(["a", "b"])
figure = st.integers(0, 2).map(float) | st.none()
periods = st.sampled_from(["2018", "2019"])
areas = st.sampled_from(AREAS)
whole_rows = st.dictionaries(st.tuples(areas, periods), figure, max_size=4)
realtime_rows = st.dictionaries(st.tuples(areas, periods, released), figure, min_size=3, max_size=8)


@dataclass(frozen=True)
class Kept:
    dataset: str
    released: str
    realtime: bool
    rows: Rows


def as_batch(kept: Kept) -> Batch:
    rows = [(area, period, vintage, value) for (area, period, vintage), value in kept.rows.items()]
    frame = pd.DataFrame(rows, columns=["area", "period", "vintage", "value"])
    panel = Panel.of(frame.assign(source=kept.dataset, variable="gdp"))
    return Batch(origin(kept.dataset, kept.released), panel, (), realtime=kept.realtime)


def expected(history: list[Kept], as_of: str | None, area: str | None) -> set[tuple[object, ...]]:
    """The law in its own words: of a dataset the newest release known, of a realtime one the newest rows."""
    told: set[tuple[object, ...]] = set()
    for name in {kept.dataset for kept in history}:
        known = [
            (kept.released, place, kept)
            for place, kept in enumerate(history)
            if kept.dataset == name and (as_of is None or kept.realtime or kept.released <= as_of)
        ]
        if not known:
            continue
        kept = max(known, key=lambda entry: entry[:2])[2]
        newest: dict[tuple[str, str], str] = {}
        for where, period, vintage in sorted(kept.rows, key=lambda key: key[2]):
            if as_of is None or vintage <= as_of:
                newest[where, period] = vintage
        for (where, period), vintage in newest.items():
            if area in {None, where}:
                told.add((name, where, period, vintage, kept.rows[where, period, vintage]))
    return told


def expected_of_pieces(
    pieces: dict[tuple[str, str], dict[str, float]], as_of: str | None
) -> set[tuple[object, ...]]:
    """Of each series the newest vintage known, whole."""
    newest: dict[str, str] = {}
    for area, vintage in pieces:
        if (as_of is None or vintage <= as_of) and vintage > newest.get(area, ""):
            newest[area] = vintage
    return {
        ("g", area, period, vintage, value)
        for area, vintage in newest.items()
        for period, value in pieces[area, vintage].items()
    }


def told_by(panel: Panel) -> set[tuple[object, ...]]:
    columns = panel.frame[["source", "area", "period", "vintage", "value"]].itertuples(index=False)
    rows = [(*row[:4], None if pd.isna(row[4]) else row[4]) for row in columns]
    assert len(set(rows)) == len(rows)
    return set(rows)


class Histories(RuleBasedStateMachine):
    """Commits, alone and together, anew and again; reads by area and date after each."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.store = Store.open(self.root, write=True)
        self.history: list[Kept] = []
        self.pieces: dict[tuple[str, str], dict[str, float]] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.root)

    def commit(self, *news: Kept) -> None:
        self.store.commit([as_batch(kept) for kept in news])
        for kept in news:
            same = [
                old for old in self.history if (old.dataset, old.released) == (kept.dataset, kept.released)
            ]
            if not same or same[-1] != kept:
                self.history.append(kept)

    @rule(dataset=dataset, released=released, rows=whole_rows)
    def release(self, dataset: str, released: str, rows: dict[tuple[str, str], float | None]) -> None:
        self.commit(Kept(dataset, released, False, {(*key, released): value for key, value in rows.items()}))

    @rule(dataset=dataset, rows=realtime_rows)
    def vintages(self, dataset: str, rows: Rows) -> None:
        self.commit(Kept(dataset, max(vintage for *_, vintage in rows), True, rows))

    @rule(first=released, second=released, value=figure)
    def two_at_once(self, first: str, second: str, value: float | None) -> None:
        self.commit(
            Kept("a", first, False, {("USA", "2019", first): value}),
            Kept("b", second, False, {("USA", "2019", second): value}),
        )

    @rule(
        area=areas, released=released, rows=st.dictionaries(periods, st.integers(0, 2).map(float), min_size=1)
    )
    def piece(self, area: str, released: str, rows: dict[str, float]) -> None:
        frame = pd.DataFrame({"period": list(rows), "value": list(rows.values())})
        panel = Panel.of(frame.assign(source="g", area=area, variable="gdp", vintage=released))
        self.store.commit([Batch(origin("g", released), panel, (), adds=True)])
        self.pieces[area, released] = rows

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        if self.history:
            self.commit(data.draw(st.sampled_from(self.history)))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.root, write=True)

    @invariant()
    def tells_the_same(self) -> None:
        if not hasattr(self, "store"):
            return
        for as_of in (None, "2019-12-31", "2020-01-15", "2020-12-31"):
            for area in (None, "USA"):
                day = None if as_of is None else date.fromisoformat(as_of)
                panel = self.store.read(areas=None if area is None else [area], as_of=day)
                gathered = {row for row in expected_of_pieces(self.pieces, as_of) if area in {None, row[1]}}
                assert told_by(panel) == expected(self.history, as_of, area) | gathered
                assert told_by(panel) == told_by(Panel.of(panel.frame))

    @invariant()
    def forgets_nothing(self) -> None:
        if not hasattr(self, "store"):
            return
        records = [record for record in self.store.datasets() if record.dataset != "g"]
        assert [(r.dataset, r.released, r.realtime) for r in records] == [
            (kept.dataset, kept.released, kept.realtime) for kept in self.history
        ]
        for record, kept in zip(records, self.history, strict=True):
            panel = self.store.history(record.serial)
            assert told_by(panel) == {(kept.dataset, *key, value) for key, value in kept.rows.items()}


def tried(examples: int, steps: int) -> type:
    case = type("Tried", (Histories.TestCase,), {})
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    return case


class TestHistories(tried(4, 8)):
    """A few histories."""


@pytest.mark.slow
class TestManyHistories(tried(60, 15)):
    """Many, and longer ones."""
