"""A library model's figures for any economy: its map of columns, read from the store's variables.

Each column is an expression of the model language over the names of the store, e.g. ``K = real_gdp * 3`` or
``y = log(real_gdp)``; columns that no publisher has are given as one number in the map and said with the result.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.period import Frequency, Period
from longwave.core.settings import Settings
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_expression
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Expression, Name, names_in
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record
from longwave.workflows.forecast.named import named_series
from longwave.workflows.model.figures import Figures
from longwave.workflows.model.source import Sourced

Vector = NDArray[np.float64]


def mapped_figures(sourced: Sourced, area: str, settings: Settings) -> Figures:
    """The figures of an economy for a model of the library.

    Raises UsageError for a model without a map, UnknownArea and UnknownSeries as the store does, NotEnoughData where
    the variables have no period in common.
    """
    entry = sourced.library
    if entry is None or not entry.map:
        raise UsageError(say("models.no_map", model=sourced.model.name), say("models.no_map_mend"))
    frequency = sourced.model.frequency or Frequency.ANNUAL
    wanted = {column: read_expression(text) for column, text in entry.map.items()}
    names = sorted(set().union(*(names_in(each) for each in wanted.values())))
    found = {
        name: named_series(f"{name}@{area}", as_of=None, frequency=frequency, settings=settings)
        for name in names
    }
    first, table = _together({name: each.values for name, each in found.items()}, area)
    columns = {
        column: _evaluated(each, table, len(next(iter(table.values())))) for column, each in wanted.items()
    }
    columns |= {
        name: np.full(len(next(iter(table.values()))), float(value)) for name, value in entry.fill.items()
    }
    origins: dict[str, Origin] = {}
    for each in found.values():
        origins |= each.origins
    bank = Databank(first, tuple(columns), np.column_stack(list(columns.values())))
    place = next(iter(found.values())).area
    return Figures(bank, place, origins)


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


def _evaluated(expression: Expression, table: Mapping[str, Vector], count: int) -> Vector:
    """An expression over the table; NaN where a lag reaches before it or a value is missing."""
    graph, names = Graph(), list(table)

    def leaf(name: Name) -> int:
        return graph.column(names.index(name.name), name.shift)

    node = node_of(spelt(expression, []), graph, leaf)
    shifts = [graph.arguments[each][1] for each in graph.leaves(node, Op.COLUMN)]
    back, ahead = max([0, *(-each for each in shifts)]), max([0, *shifts])
    values = np.column_stack(list(table.values()))
    padded = np.pad(values, ((back, ahead), (0, 0)), constant_values=np.nan)
    found = interpret(record(graph, [node]), padded, slice(back, back + count), np.zeros(0))[0]
    result = np.broadcast_to(np.asarray(found, dtype=np.float64), count).copy()
    result[~np.isfinite(result)] = np.nan
    return result
