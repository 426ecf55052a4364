"""What the policy loop reads: one source a variable of every country there is, for the concepts that the domains
name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from longwave.core.area import areas
from longwave.core.estimate import Refusal
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.period import Frequency
from longwave.core.settings import Settings
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import names_in
from longwave.measure.measurement import of_panel
from longwave.policy.domain import Domain
from longwave.prepare.choose import weigh
from longwave.prepare.concepts import concepts
from longwave.workflows.sources import holdings, read_date

INCOME = ("gdp_ppp", "population")
"""What conditions on income a head read."""


@dataclass(frozen=True, eq=False)
class World:
    """panel: the figures; origins: by dataset id; damaged: datasets of the store that could not be read."""

    panel: Panel
    origins: Mapping[str, Origin]
    damaged: tuple[Refusal, ...]


def world_for(
    domains: Iterable[Domain], *, settings: Settings, as_of: str | None = None, figures_to: int | None = None
) -> World:
    """The figures that some domains read, as they stood on a date; figures_to: the last year that is looked at."""
    found = holdings(None, sorted(wanted(domains)), as_of=read_date(as_of), settings=settings)
    by_frequency: dict[Frequency, list[str]] = {}
    for name in found.panel.variables():
        known = concepts().get(name)
        by_frequency.setdefault(Frequency.ANNUAL if known is None else known.frequency, []).append(name)
    panels = [
        weigh(found.panel.select(variable=names), found.origins, frequency).panel
        for frequency, names in by_frequency.items()
    ]
    panel = Panel.concat(panels) if panels else found.panel
    known_areas = areas()
    kept = [code for code in panel.areas() if code in known_areas and not known_areas[code].aggregate]
    damaged = tuple(Refusal(name, error.message, error.mend) for name, error in found.damaged.items())
    panel = _up_to(panel.select(area=kept), figures_to)
    used = set(panel.sources())
    return World(panel, {name: each for name, each in found.origins.items() if name in used}, damaged)


def _up_to(panel: Panel, year: int | None) -> Panel:
    """The figures of periods that end no later than a year."""
    if year is None:
        return panel
    frame = panel.frame
    return Panel(frame[frame["period"].astype(str).str[:4] <= f"{year:04d}"].reset_index(drop=True))


def wanted(domains: Iterable[Domain]) -> set[str]:
    """The concepts that some domains name, or that the measures they name read."""
    names = set(INCOME)
    for domain in domains:
        ways = [way for each in domain.indicators for way in each.ways]
        ways += [way for column in domain.map.values() for way in column]
        names |= {name for way in ways for name in names_in(way.expression)}
        if domain.estimates is not None:
            variables = (*domain.estimates.endogenous, *domain.estimates.exogenous)
            names |= {each.name for each in variables}
        expressions = [each.indicator for each in domain.watch] + [
            each.outcome for each in domain.evaluations
        ]
        names |= {name for text in expressions for name in names_in(read_expression(text))}
        for each in domain.indicators:
            measure = of_panel().get(each.measure)
            names |= set() if measure is None else {*measure.needs, *measure.uses}
    return names
