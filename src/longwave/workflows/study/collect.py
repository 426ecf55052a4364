"""Collect: the figures of the areas asked for, one source a series, as they stood on a date."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta
from longwave.core.settings import Settings
from longwave.measure.measurement import of_panel
from longwave.prepare.choose import weigh
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
    choice = weigh(found.panel, found.origins)
    panel = choice.panel
    present = tuple(code for code in codes if code in set(panel.areas()))
    absent = tuple(code for code in codes if code not in present)
    if not present:
        raise nothing_known(absent, as_of)
    refusals = tuple(
        Refusal(code, say("workflows.nothing_for_area", area=area_names(code)), say("workflows.bring_data"))
        for code in absent
    )
    damaged = tuple(Refusal(name, error.message, error.mend) for name, error in found.damaged.items())
    used = set(panel.sources())
    origins = {name: origin for name, origin in sorted(found.origins.items()) if name in used}
    return Collected(present, panel, found.metas, origins, refusals, choice.passed_over, damaged)


def wanted_variables() -> list[str]:
    """Every concept that some measure needs or uses."""
    return sorted({name for measure in of_panel().values() for name in (*measure.needs, *measure.uses)})
