"""A library model's figures for any economy: its map of columns, read from the store's variables."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from longwave.core.errors import UnknownSeries, UsageError
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.period import Frequency
from longwave.core.settings import Settings
from longwave.macro.library.mapped_columns import bank_ahead, mapped_columns, notes_on
from longwave.workflows.forecast.named import NamedSeries, named_series
from longwave.workflows.model.figures import Figures
from longwave.workflows.model.source import Sourced


def mapped_figures(sourced: Sourced, area: str, settings: Settings) -> Figures:
    """The figures of an economy for a model of the library.

    Raises UsageError for a model without a map, UnknownArea and UnknownSeries as the store does, NotEnoughData where
    the variables have no period in common or the economy is outside what the model is for.
    """
    entry = sourced.library
    if entry is None or not entry.map:
        raise UsageError(say("models.no_map", model=sourced.model.name), say("models.no_map_mend"))
    shelf = _Shelf(area, sourced.model.frequency or Frequency.ANNUAL, settings)
    mapped = mapped_columns(entry.map, sourced.model.values, shelf, area)
    used = [shelf.held(name) for name in mapped.used]
    origins: dict[str, Origin] = {}
    for each in used:
        origins |= each.origins
    bank = bank_ahead(sourced.model, mapped.first, mapped.columns, entry.ahead, area)
    return Figures(bank, used[0].area, origins, notes=notes_on(mapped.chosen, entry.assumed))


@dataclass(eq=False)
class _Shelf:
    """The store's series of one economy, each looked up once."""

    area: str
    frequency: Frequency
    settings: Settings
    found: dict[str, NamedSeries | UnknownSeries] = field(default_factory=dict)

    def look(self, name: str) -> UnknownSeries | None:
        """None where the store has the series, else why not."""
        if name not in self.found:
            try:
                self.found[name] = named_series(
                    f"{name}@{self.area}", as_of=None, frequency=self.frequency, settings=self.settings
                )
            except UnknownSeries as error:
                self.found[name] = error
        held = self.found[name]
        return held if isinstance(held, UnknownSeries) else None

    def values(self, name: str) -> pd.Series:
        return self.held(name).values

    def held(self, name: str) -> NamedSeries:
        held = self.found[name]
        if isinstance(held, UnknownSeries):
            raise held
        return held
