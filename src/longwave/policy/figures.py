"""The figures that a domain's model starts from, for one area.

Columns come from the domain's map, over its indicators and the store's concepts. The plan begins after the last year
in which every variable that the model explains and reads back is known; what is given from outside ends where its
series ends and is held there. What is held from an old year is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.area import area_names
from longwave.core.errors import DataError, LongwaveError
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.core.period import Frequency, Period
from longwave.macro.bind import System, bind
from longwave.macro.databank import Databank
from longwave.macro.language.tree import names_in
from longwave.macro.library.mapped_column import Alternative
from longwave.macro.library.mapped_columns import Mapped, mapped_columns, notes_on
from longwave.macro.model import Model
from longwave.policy.domain import Domain
from longwave.policy.evidence import PanelShelf, State
from longwave.policy.wording import formula_in_words, known_names, published_names

Vector = NDArray[np.float64]

OLD = 3
_AT_NOUGHT = re.compile(r"^(?:[\d.]+ \+ )?0\*.*| \+ 0\*\w+$")
"""How a domain writes a start at nought or at an index of 100, and in which years."""
FIRST_YEAR = "first_year"
"""Name of a column that is 1 in the first year solved: where a model lets in what is not known of its start."""
FURTHEST = 25
"""Years from the last known year to the first of the plan: beyond, nothing of the state of things is left."""
HELD = 5
"""Years by which a variable that the model explains may lag behind the others and be held; beyond it the plan starts
earlier."""


@dataclass(frozen=True, eq=False)
class Figures:
    """bank: every column of the model from its lags before `base` to the last year of the plan; base: the last year
    that is known; start: the first year in which policy instruments may move; sources: dataset ids; notes: what
    is assumed or old."""

    bank: Databank
    base: Period
    start: Period
    last: Period
    sources: tuple[str, ...]
    notes: tuple[Message, ...]

    @property
    def first(self) -> Period:
        """The first year solved."""
        return self.base + 1


def figures_of(
    domain: Domain,
    model: Model,
    state: State,
    world: Panel,
    parameters: Mapping[str, float],
    start: int | None,
    horizon: int,
) -> Figures | Refusal:
    """The figures of an area; a Refusal that names the column where one cannot be had."""
    made = {name: each.values for name, each in state.evidence.items()}
    shelf = PanelShelf(world.of_area(state.area), state.area, made)
    missing = [
        name
        for name, each in state.refusals.items()
        if any(name in names_in(way.expression) for ways in domain.map.values() for way in ways)
    ]
    try:
        mapped = _mapped(domain.map, parameters, shelf, state.area)
    except LongwaveError as error:
        named = state.refusals[missing[0]] if missing else None
        reason = error.message if named is None else named.reason
        mend = error.mend if named is None else named.mend
        return Refusal(
            domain.name, say("policy.no_figures", area=area_names(state.area), reason=reason), mend
        )
    sources = dict.fromkeys(source for name in mapped.used for source in _sources(name, state, shelf))
    try:
        bank, base, notes = _laid_out(model, mapped, state.area)
    except DataError as error:
        return Refusal(domain.name, error.message, error.mend)
    begin = (
        base + 1 if start is None else max(base + 1, Period(Frequency.ANNUAL, start), key=lambda p: p.ordinal)
    )
    if begin - base > FURTHEST:
        reason = say("policy.too_far", start=str(begin), base=str(base), most=FURTHEST)
        return Refusal(domain.name, reason, say("policy.too_far_mend"))
    if start is not None and begin.ordinal > start:
        notes = (*notes, say("policy.starts_later", asked=str(start), begin=str(begin)))
    last = begin + (horizon - 1)
    return Figures(
        _ahead(model, bank, base, last),
        base,
        begin,
        last,
        tuple(sources),
        (*_told(domain, model, mapped), *notes),
    )


def _told(domain: Domain, model: Model, mapped: Mapped) -> tuple[Message, ...]:
    """What was taken from which figures and what is assumed, by the names that a reader knows. That changes begin at
    nought is said nowhere: it is what a change is."""
    kept = {name: replace(each, text=_AT_NOUGHT.sub("", each.text)) for name, each in mapped.chosen.items()}
    taken = {name: each for name, each in kept.items() if each.text}
    if not taken:
        return ()
    names = published_names() | {each.name: each.names for each in domain.indicators} | known_names(model)
    return tuple(
        replace(note, values={"columns": _taken(str(note.values["columns"]), names)})
        if note.key == "models.from_figures"
        else note
        for note in notes_on(taken)
    )


def _taken(columns: str, names: Mapping[str, Names]) -> Names:
    """Each column and what it was taken from, without those that are a figure of the same name."""
    told = [
        tuple(formula_in_words(side, names) for side in each.split(" = ", 1)) for each in columns.split("; ")
    ]
    kept = [each for each in told if len(set(each)) == len(each)]
    return Names(
        "; ".join(" = ".join(side.en for side in each) for each in kept),
        "；".join(" = ".join(side.zh for side in each) for each in kept),
    )


def _mapped(
    columns: Mapping[str, tuple[Alternative, ...]],
    parameters: Mapping[str, float],
    shelf: PanelShelf,
    area: str,
) -> Mapped:
    """The columns, each by the first alternative that gives a figure: its series may be there and never in one year."""
    left = dict(columns)
    while True:
        made = mapped_columns(left, parameters, shelf, area)
        empty = [name for name, values in made.columns.items() if not np.isfinite(values).any()]
        further = {name: left[name][left[name].index(made.chosen[name]) + 1 :] for name in empty}
        if not any(further.values()):
            return made
        left |= {name: ways for name, ways in further.items() if ways}


def _sources(name: str, state: State, shelf: PanelShelf) -> tuple[str, ...]:
    if name in state.evidence:
        return state.evidence[name].sources
    found = shelf.inputs[name]
    return () if isinstance(found, Refusal) else (found.source,)


def _laid_out(model: Model, mapped: Mapped, area: str) -> tuple[Databank, Period, tuple[Message, ...]]:
    """The columns up to the base year, given ones held where they end, and what is old. Raises NotEnoughData."""
    from longwave.core.errors import NotEnoughData

    bank = Databank(mapped.first, tuple(mapped.columns), np.column_stack(list(mapped.columns.values())))
    explained = {each.name for each in model.endogenous}
    last = {name: _last_known(bank, name) for name in bank.names}
    empty = [name for name, row in last.items() if row is None]
    if empty:
        raise NotEnoughData(
            say("policy.column_empty", name=_names(model, empty[0]), area=area_names(area)),
            say("policy.column_empty_mend"),
        )
    rows = [row for name, row in last.items() if name in explained and row is not None]
    newest = max(row for row in last.values() if row is not None)
    latest = max(rows, default=newest)
    base = min((row for row in rows if latest - row > HELD), default=latest)
    held = []
    values = bank.values[: base + 1].copy()
    for place, name in enumerate(bank.names):
        row = last[name]
        assert row is not None  # noqa: S101  the empty ones are refused above
        if row < base:
            values[row + 1 :, place] = values[row, place]
            held.append((name, row))
    notes = [
        say(
            "policy.held_from",
            name=_names(model, name),
            year=str(bank.first + row),
            base=str(bank.first + base),
        )
        for name, row in held
        if base - row >= OLD
    ]
    if newest - base >= OLD:
        slow = min((name for name in bank.names if name in explained), key=lambda name: last[name] or 0)
        notes.append(say("policy.base_old", base=str(bank.first + base), name=_names(model, slow)))
    return Databank(bank.first, bank.names, values), bank.first + base, tuple(notes)


def _last_known(bank: Databank, name: str) -> int | None:
    known = np.flatnonzero(np.isfinite(bank.values[:, bank.names.index(name)]))
    return int(known[-1]) if len(known) else None


def _names(model: Model, column: str) -> str | Message:
    known = {each.name: each.names for each in (*model.endogenous, *model.exogenous)}
    found = known.get(column)
    return say("policy.named", name=found) if found is not None and found.en else column


def _ahead(model: Model, bank: Databank, base: Period, last: Period) -> Databank:
    """The lags that the model reads, the base year, and the years of the plan with what is given held."""
    system: System = bind(model)
    explained = {each.name for each in model.endogenous}
    lags = max(1, system.max_lag)
    begin = max(0, bank.row(base) + 1 - lags)
    known = bank.values[begin : bank.row(base) + 1]
    given = np.array([name not in explained for name in bank.names])
    future = np.tile(np.where(given, bank.values[bank.row(base)], np.nan), (last - base, 1))
    values = np.vstack([known, future])
    made = Databank(bank.first + begin, bank.names, values)
    absent = {each.name: np.zeros(len(values)) for each in model.exogenous if each.name not in bank.names}
    if FIRST_YEAR in absent:
        absent[FIRST_YEAR][made.row(base) + 1] = 1.0
    return made.with_columns(absent)


def with_path(bank: Databank, name: str, path: pd.Series) -> Databank:
    """The bank with a column set where the path has figures."""
    values = bank.columns([name], {name: 0.0})[:, 0]
    for period, value in path.items():
        row = bank.row(Period.parse(str(period)))
        if 0 <= row < len(values) and np.isfinite(value):
            values[row] = value
    return bank.with_columns({name: values})
