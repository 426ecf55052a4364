"""The series that watch rules and evaluations speak of, for one area or for all: an indicator of a domain, or an
expression over indicators and concepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from longwave.core.errors import LongwaveError
from longwave.core.estimate import Refusal
from longwave.core.panel import Panel
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import Name, names_in
from longwave.macro.library.mapped_column import Alternative
from longwave.macro.library.mapped_columns import mapped_columns
from longwave.policy.domain import Domain
from longwave.policy.evidence import PanelShelf, state_of

OUTCOME = "outcome"


def watched_series(domain: Domain, world: Panel, area: str) -> dict[str, pd.DataFrame | Refusal]:
    """By what a domain's watch rules name: a frame by written year with columns value, low, high (nan where there is
    no band), or why there is none."""
    wanted = list(dict.fromkeys(each.indicator for each in domain.watch))
    read = {name for text in wanted for name in names_in(read_expression(text))}
    needed = tuple(each for each in domain.indicators if each.name in read)
    state = state_of(replace(domain, indicators=needed), world, area)
    found: dict[str, pd.DataFrame | Refusal] = {}
    made = {name: each.values for name, each in state.evidence.items()}
    for text in wanted:
        if text in state.evidence:
            each = state.evidence[text]
            found[text] = _framed(each.values, each.low, each.high)
        elif text in state.refusals:
            found[text] = state.refusals[text]
        else:
            found[text] = _expression(text, world.of_area(area), area, made)
    return found


def _framed(values: pd.Series, low: pd.Series | None, high: pd.Series | None) -> pd.DataFrame:
    missing = pd.Series(float("nan"), index=values.index)
    frame = pd.DataFrame(
        {
            "value": values,
            "low": missing if low is None else low.reindex(values.index),
            "high": missing if high is None else high.reindex(values.index),
        }
    )
    frame.index = pd.Index([f"{int(year):04d}" for year in frame.index], name="period", dtype=object)
    return frame.dropna(subset=["value"])


def _expression(text: str, own: Panel, area: str, made: dict[str, pd.Series]) -> pd.DataFrame | Refusal:
    shelf = PanelShelf(own, area, made)
    way = Alternative(text, read_expression(text))
    try:
        mapped = mapped_columns({OUTCOME: (way,)}, {}, shelf, area)
    except LongwaveError as error:
        return Refusal(text, error.message, error.mend)
    years = [(mapped.first + step).ordinal for step in range(len(mapped.columns[OUTCOME]))]
    return _framed(pd.Series(mapped.columns[OUTCOME], index=years, dtype=float).dropna(), None, None)


def outcome_of_all(text: str, domain: Domain, world: Panel) -> pd.DataFrame:
    """An evaluation's outcome for every area that has it: written years by areas."""
    read = names_in(read_expression(text))
    indicators = {each.name: each.ways for each in domain.indicators if each.name in read and each.ways}
    concepts = {name for ways in indicators.values() for way in ways for name in names_in(way.expression)}
    panel = world.select(variable=sorted(read | concepts))
    map_of = {**indicators, OUTCOME: (Alternative(text, read_expression(text)),)}
    found = {}
    for area, rows in panel.frame.groupby("area", sort=True):
        shelf = PanelShelf(Panel(rows.reset_index(drop=True)), str(area))
        try:
            mapped = mapped_columns(map_of, {}, shelf, str(area))
        except LongwaveError:
            continue
        column = mapped.columns[OUTCOME]
        index = [str(mapped.first + step) for step in range(len(column))]
        series = pd.Series(column, index=index, dtype=float).dropna()
        if len(series):
            found[str(area)] = series
    return pd.DataFrame(found).sort_index()


def promised_column(domain: Domain, text: str, columns: Iterable[str]) -> str | None:
    """The column of the model that a watched series becomes one to one by the domain's map, where it is among
    `columns`."""
    ways = {text}
    ways |= {way.text for each in domain.indicators if each.name == text for way in each.ways}
    for column in columns:
        for way in domain.map.get(column, ()):
            expression = way.expression
            same = isinstance(expression, Name) and (expression.name, expression.shift) == (text, 0)
            if (same or way.text in ways) and not way.over:
                return column
    return None
