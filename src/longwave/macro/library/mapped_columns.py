"""A model's columns made from published series: for each column the first of its alternatives that can be had.

Which alternatives were taken, and what they assume, is told with the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData, UnknownSeries
from longwave.core.message import Message, Names, say
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Name, names_in
from longwave.macro.library.mapped_column import ANYTHING, NOTHING, Alternative
from longwave.macro.model import Model
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]

HELPER = "_"

_REDUCED: dict[str, Callable[[Vector], float]] = {
    "mean": lambda known: float(known.mean()),
    "first": lambda known: float(known[0]),
    "last": lambda known: float(known[-1]),
}


class Shelf(Protocol):
    """Where series are looked up by name."""

    def look(self, name: str) -> UnknownSeries | None:
        """None where the series is there, else why not."""

    def values(self, name: str) -> pd.Series:
        """The series, by written period."""


@dataclass(frozen=True, eq=False)
class Mapped:
    """first: period of row 0; columns: by name, [periods], NaN where not known; chosen: the alternative of each column,
    helpers among them; used: the series that were read."""

    first: Period
    columns: Mapping[str, Vector]
    chosen: Mapping[str, Alternative]
    used: tuple[str, ...]


def mapped_columns(
    map: Mapping[str, tuple[Alternative, ...]], parameters: Mapping[str, float], shelf: Shelf, area: str
) -> Mapped:
    """Every column of a map. Raises UnknownSeries for a column without an alternative that can be had, NotEnoughData
    where the series have no period in common or a last value lies outside what the model is for."""
    choice = _Choice(map, parameters, shelf)
    chosen = choice.all()
    first, table = _together({name: shelf.values(name) for name in choice.known}, area)
    return Mapped(first, _columns(chosen, parameters, table, area), chosen, tuple(choice.known))


@dataclass(eq=False)
class _Choice:
    """Which alternative is taken for each column, in the order in which they can be computed."""

    map: Mapping[str, tuple[Alternative, ...]]
    parameters: Mapping[str, float]
    shelf: Shelf
    taken: dict[str, Alternative] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)

    def all(self) -> dict[str, Alternative]:
        for column in self.map:
            if not column.startswith(HELPER):
                self._choose(column)
        return self.taken

    def _choose(self, column: str) -> UnknownSeries | None:
        """Takes the first alternative that can be had. Raises the last one's UnknownSeries for a column of the model."""
        refusal: UnknownSeries | None = None
        for each in self.map[column]:
            refusal = self._try(column, each)
            if refusal is None:
                self.taken[column] = each
                return None
        if not column.startswith(HELPER) and refusal is not None:
            raise refusal
        return refusal

    def _try(self, column: str, alternative: Alternative) -> UnknownSeries | None:
        """None where everything that the alternative reads is there."""
        read: list[str] = []
        for name in sorted(names_in(alternative.expression)):
            if name in self.taken or name in self.parameters:
                continue
            helper = name.startswith(HELPER) and name != column
            refusal = self._choose(name) if helper else self.shelf.look(name)
            if refusal is not None:
                return refusal
            if not helper:
                read.append(name)
        self.known += [name for name in read if name not in self.known]
        return None


def _together(series: Mapping[str, pd.Series], area: str) -> tuple[Period, dict[str, Vector]]:
    """First period of all, and each series from there to the last period of any, NaN where it is not known."""
    spans = [
        (Period.parse(str(each.index[0])), Period.parse(str(each.index[-1])))
        for each in series.values()
        if len(each)
    ]
    if len(spans) < len(series):
        raise NotEnoughData(say("models.no_common", area=area), say("databank.empty_mend"))
    first = min((begin for begin, _ in spans), key=lambda each: each.ordinal)
    last = max((end for _, end in spans), key=lambda each: each.ordinal)
    index = [str(first + step) for step in range(last - first + 1)]
    return first, {name: each.reindex(index).to_numpy(dtype=np.float64) for name, each in series.items()}


def _columns(
    chosen: Mapping[str, Alternative],
    parameters: Mapping[str, float],
    table: Mapping[str, Vector],
    area: str,
) -> dict[str, Vector]:
    """Every chosen column over the table's periods; columns before parameters before the store's variables."""
    count = len(next(iter(table.values())))
    known = {**table, **{name: np.full(count, value) for name, value in parameters.items()}}
    for column, each in chosen.items():
        values = _reduced(_evaluated(each, known, count), each)
        _check(column, values, each, area)
        known[column] = values
    return {name: known[name] for name in chosen if not name.startswith(HELPER)}


def _evaluated(alternative: Alternative, table: Mapping[str, Vector], count: int) -> Vector:
    """An expression over the table; NaN where a lag reaches before it, or a value is missing or not within bounds."""
    graph, names = Graph(), list(table)

    def leaf(name: Name) -> int:
        return graph.column(names.index(name.name), name.shift)

    node = node_of(spelt(alternative.expression, []), graph, leaf)
    shifts = [graph.arguments[each][1] for each in graph.leaves(node, Op.COLUMN)]
    back, ahead = max([0, *(-each for each in shifts)]), max([0, *shifts])
    padded = np.pad(np.column_stack(list(table.values())), ((back, ahead), (0, 0)), constant_values=np.nan)
    found = interpret(record(graph, [node]), padded, slice(back, back + count), np.zeros(0))[0]
    result = np.broadcast_to(np.asarray(found, dtype=np.float64), count).copy()
    low, high = alternative.within
    known = np.isfinite(result) & (result >= low) & (result <= high)
    if alternative.where:
        known &= np.isfinite(table[alternative.where])
    result[~known] = np.nan
    return result


def _reduced(values: Vector, alternative: Alternative) -> Vector:
    known = values[np.isfinite(values)]
    if not alternative.over or not len(known):
        return values
    return np.full(len(values), _REDUCED[alternative.over](known))


def _check(column: str, values: Vector, alternative: Alternative, area: str) -> None:
    known = values[np.isfinite(values)]
    low, high = alternative.must
    if alternative.must == ANYTHING or not len(known) or low <= known[-1] <= high:
        return
    raise NotEnoughData(
        say(
            "models.outside",
            area=area,
            column=column.removeprefix(HELPER),
            text=alternative.text,
            value=float(known[-1]),
            low=low,
            high=high,
        ),
        say("models.outside_mend"),
    )


def bank_ahead(model: Model, first: Period, columns: Mapping[str, Vector], ahead: int, area: str) -> Databank:
    """The columns as a bank; of a model that looks ahead of its figures, the last known and the periods after, in which
    only what is given is known."""
    values = np.column_stack(list(columns.values()))
    if not ahead:
        return Databank(first, tuple(columns), values)
    whole = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not len(whole):
        raise NotEnoughData(say("models.no_common", area=area), say("databank.empty_mend"))
    last, lags = int(whole[-1]), max(1, bind(model).max_lag)
    begin = max(0, last + 1 - lags)
    endogenous = {each.name for each in model.endogenous}
    given = np.array([name not in endogenous for name in columns])
    held = np.tile(np.where(given, values[last], np.nan), (ahead, 1))
    return Databank(first + begin, tuple(columns), np.vstack([values[begin : last + 1], held]))


def notes_on(chosen: Mapping[str, Alternative], assumed_beside: Names = NOTHING) -> tuple[Message, ...]:
    """Which alternatives were taken where there was a choice or an assumption, and what is assumed."""
    plain = [
        f"{column} = {_written(each, chosen)}"
        for column, each in chosen.items()
        if not each.assumed.en and not column.startswith(HELPER)
    ]
    assumed: list[Names] = []
    for each in (
        *chosen.values(),
        Alternative("", next(iter(chosen.values())).expression, assumed=assumed_beside),
    ):
        if each.assumed.en and each.assumed not in assumed:
            assumed.append(each.assumed)
    told = (say("models.from_figures", columns="; ".join(plain)),) if plain else ()
    return (*told, *(say("models.assumed", text=each) for each in assumed))


def _written(alternative: Alternative, chosen: Mapping[str, Alternative]) -> str:
    """The alternative's text; a helper spelt out, or under its bare name where what it assumes is told anyway."""

    def spelt_out(match: re.Match[str]) -> str:
        helper = chosen.get(match[0])
        return match[0] if helper is None else _helper_text(match[0], helper, chosen)

    text = re.sub(rf"\b{HELPER}\w+", spelt_out, alternative.text)
    return f"{alternative.over}({text})" if alternative.over else text


def _helper_text(name: str, helper: Alternative, chosen: Mapping[str, Alternative]) -> str:
    return name.removeprefix(HELPER) if helper.assumed.en else _written(helper, chosen)
