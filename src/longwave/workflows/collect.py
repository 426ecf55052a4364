"""Collect: the figures of the areas asked for, one source a series, as they stood on a date."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.area import area_names, areas
from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings
from longwave.measure.effects.indicators import CONCEPTS
from longwave.measure.measurement import Measure, of_panel, studied
from longwave.prepare.choose import weigh_concepts
from longwave.prepare.concepts import concepts
from longwave.workflows.data import area_code, nothing_known
from longwave.workflows.sources import holdings, read_date


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


def collect(
    asked: tuple[str, ...], names: Collection[str] = (), *, as_of: str | None, settings: Settings
) -> Collected:
    """Figures for the areas asked for, of what a study measures and of the measures named.

    Raises UsageError where no area is asked for, UnknownArea when not one of them has any figure.
    """
    if not asked:
        raise UsageError(say("workflows.no_area"))
    codes = tuple(dict.fromkeys(area_code(text, settings) for text in asked))
    wanted = wanted_variables(names)
    found = holdings(codes, wanted, as_of=read_date(as_of), settings=settings)
    chosen = weigh_concepts(found.panel, found.origins, wanted)
    panel = chosen.panel
    present = tuple(code for code in codes if code in set(panel.areas()))
    absent = tuple(code for code in codes if code not in present)
    if not present:
        raise nothing_known(absent, as_of)
    refusals = tuple(
        Refusal(code, say("workflows.nothing_for_area", area=area_names(code)), say("workflows.bring_data"))
        for code in absent
    )
    damaged = tuple(Refusal(name, error.message, error.mend) for name, error in found.damaged.items())
    common = compared_variables(names)
    compared = holdings(None, common, as_of=read_date(as_of), settings=settings)
    world = _countries(weigh_concepts(compared.panel, compared.origins, common).panel, present)
    used = {*panel.sources(), *world.sources()}
    known = {**compared.origins, **found.origins}
    origins = {name: origin for name, origin in sorted(known.items()) if name in used}
    return Collected(present, panel, found.metas, origins, refusals, chosen.passed_over, damaged, world)


def wanted_variables(names: Collection[str] = ()) -> list[str]:
    """Every concept that some measure of one area needs or uses."""
    return _variables(measure for measure in _measures(names) if not measure.across)


def compared_variables(names: Collection[str] = ()) -> list[str]:
    """Every concept that some measure across areas needs or uses, and those of the effects on growth."""
    named = _variables(measure for measure in _measures(names) if measure.across)
    return sorted({*named, *CONCEPTS})


def _measures(names: Collection[str]) -> list[Measure]:
    """What a study makes, and the measures named beside."""
    return [measure for name, measure in of_panel().items() if name in names or name in studied()]


def _variables(measures: Iterable[Measure]) -> list[str]:
    """The concepts named, and those under whose names their figures stand in the store."""
    named = {name for measure in measures for name in (*measure.needs, *measure.uses)}
    return sorted({*named, *(concepts()[name].of for name in named if name in concepts())} - {""})


def _countries(panel: Panel, asked: tuple[str, ...]) -> Panel:
    """The rows of countries and of the areas asked for: an aggregate beside its members would count them twice."""
    known = areas()
    kept = [code for code in panel.areas() if code in asked or (code in known and not known[code].aggregate)]
    return panel.select(area=kept)
