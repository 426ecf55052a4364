"""Collect: the figures of the areas asked for, one source a series, as they stood on a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.area import area_names, areas
from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.period import Frequency
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings
from longwave.measure.effects.indicators import CONCEPTS
from longwave.measure.measurement import Measure, of_panel
from longwave.prepare.choose import weigh
from longwave.prepare.concepts import concepts
from longwave.workflows.data import area_code, nothing_known
from longwave.workflows.sources import Holdings, holdings, read_date


@dataclass(frozen=True, eq=False)
class Collected:
    """What a study rests on: one source a variable of each area, where it is from, and which areas have nothing."""

    areas: tuple[str, ...]
    panel: Panel
    metas: tuple[SeriesMeta, ...]
    origins: dict[str, Origin]
    refusals: tuple[Refusal, ...]
    passed_over: pd.DataFrame
    """Series that another source was taken for: area, variable, source, first, last, observations, taken."""

    damaged: tuple[Refusal, ...] = ()
    """Datasets of the store that could not be read."""

    world: Panel = field(default_factory=Panel.empty)
    """One source a variable of every country there is, for the measures that compare areas; aggregates are left out."""

    @property
    def newest(self) -> str:
        """The latest release date among the datasets used (or the date of the copy read, where none is stated)."""
        return max(origin.released for origin in self.origins.values())


def collect(asked: tuple[str, ...], *, as_of: str | None, settings: Settings) -> Collected:
    """Figures for the areas asked for. Raises UsageError for none, UnknownArea when not one of them has any."""
    if not asked:
        raise UsageError(say("workflows.no_area"))
    codes = tuple(dict.fromkeys(area_code(text, settings) for text in asked))
    found = holdings(codes, wanted_variables(), as_of=read_date(as_of), settings=settings)
    panel, passed_over = _one_source(found)
    present = tuple(code for code in codes if code in set(panel.areas()))
    absent = tuple(code for code in codes if code not in present)
    if not present:
        raise nothing_known(absent, as_of)
    refusals = tuple(
        Refusal(code, say("workflows.nothing_for_area", area=area_names(code)), say("workflows.bring_data"))
        for code in absent
    )
    damaged = tuple(Refusal(name, error.message, error.mend) for name, error in found.damaged.items())
    compared = holdings(None, compared_variables(), as_of=read_date(as_of), settings=settings)
    world = _countries(_one_source(compared)[0], present)
    used = {*panel.sources(), *world.sources()}
    known = {**compared.origins, **found.origins}
    origins = {name: origin for name, origin in sorted(known.items()) if name in used}
    return Collected(present, panel, found.metas, origins, refusals, passed_over, damaged, world)


def wanted_variables() -> list[str]:
    """Every concept that some measure of one area needs or uses."""
    return _variables(measure for measure in of_panel().values() if not measure.across)


def compared_variables() -> list[str]:
    """Every concept that some measure across areas needs or uses, and those of the effects on growth."""
    named = _variables(measure for measure in of_panel().values() if measure.across)
    return sorted({*named, *CONCEPTS})


def _variables(measures: Iterable[Measure]) -> list[str]:
    return sorted({name for measure in measures for name in (*measure.needs, *measure.uses)})


def _one_source(found: Holdings) -> tuple[Panel, pd.DataFrame]:
    """One source a variable, of the frequency in which measures read it; and what was passed over."""
    by_frequency: dict[Frequency, list[str]] = {}
    for name in found.panel.variables():
        known = concepts().get(name)
        frequency = Frequency.ANNUAL if known is None else known.frequency
        by_frequency.setdefault(frequency, []).append(name)
    choices = [
        weigh(found.panel.select(variable=names), found.origins, frequency)
        for frequency, names in by_frequency.items()
    ]
    if not choices:
        return found.panel, weigh(found.panel, found.origins).passed_over
    passed = pd.concat([choice.passed_over for choice in choices], ignore_index=True)
    return Panel.concat([choice.panel for choice in choices]), passed


def _countries(panel: Panel, asked: tuple[str, ...]) -> Panel:
    """The rows of countries and of the areas asked for: an aggregate beside its members would count them twice."""
    known = areas()
    kept = [code for code in panel.areas() if code in asked or (code in known and not known[code].aggregate)]
    return panel.select(area=kept)
