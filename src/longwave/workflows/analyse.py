"""Analyse: every measure of the areas that were collected, in the order in which one rests on another.

First what is read off published figures, dimension by dimension; then what is found from those results: since when a
dimension's leading series has changed, the era behind all of them, the effects on growth across countries, the slow-down
split over causes, and the scorecard.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.measure.effects.arrow import Effects
from longwave.measure.effects.growth import effects_on_growth
from longwave.measure.effects.slowdown import slow_down_split
from longwave.measure.era.model import Era, era_model
from longwave.measure.era.series import EraSeries
from longwave.measure.era.telling import measurement_of
from longwave.measure.era.vintages import real_time
from longwave.measure.inputs import OBSERVED
from longwave.measure.measurement import DIMENSIONS, Measurement, of_panel, studied
from longwave.measure.scorecard.card import Scorecard, scorecard
from longwave.measure.scorecard.rows import entries_of
from longwave.measure.slowdown.leading import SOURCES, Leading, leading
from longwave.measure.slowdown.slow_down import slow_down
from longwave.workflows.collect import Collected

LATER: Mapping[str, str] = {
    **{f"slow_down_{dimension}": dimension for dimension in DIMENSIONS},
    "era": "era",
    "effects_on_growth": "effects",
    "slow_down_split": "effects",
    "scorecard": "scorecard",
}
"""What is found from the measures together, by the dimension that tells it."""

QUICK, THOROUGH = 99, 999
"""Artificial series behind a p-value of the era model: in a study, where a dozen answers are wanted within seconds,
and where the era alone was asked for."""


EVERY = 2
"""Years between the end years of the real-time picture in a study; a year where the era alone was asked for."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that was measured.

    measurements: area -> name -> result; eras: area -> the era model's whole result; vintages: area -> how its answer
    moved in real time; effects: across all countries; card: of all areas.
    """

    measurements: Mapping[str, Mapping[str, Measurement]]
    eras: Mapping[str, Era] = field(default_factory=dict)
    vintages: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    effects: Effects | None = None
    card: Scorecard | None = None


def in_dimension(dimension: str) -> tuple[str, ...]:
    """Names of everything that is measured in a dimension, what answers "since when" first."""
    later = [name for name, room in LATER.items() if room == dimension]
    return (*later, *(name for name, measure in of_panel().items() if measure.dimension == dimension))


def analyse(
    collected: Collected,
    names: Collection[str] | None = None,
    *,
    seed: int = 0,
    thorough: bool = False,
    progress: Progress = silent,
) -> Analysis:
    """All that is asked for of the areas collected.

    names: only these, and what they rest on (by default what a study makes); seed: of every bootstrap; thorough: as many
    artificial series as a final answer wants. Raises nothing of its own: what the figures cannot carry is refused within
    the result.
    """
    asked = set(studied()) | set(LATER) if names is None else set(names)
    first = [name for name in of_panel() if name in asked | _needed(asked)]
    steps = len(collected.areas) * (len(first) + 2) + 1
    work = _Work(collected, frozenset(asked), seed, THOROUGH if thorough else QUICK, progress, steps)
    effects = work.effects() if asked & {"effects_on_growth", "slow_down_split"} else None
    measurements: dict[str, dict[str, Measurement]] = {}
    eras: dict[str, Era] = {}
    vintages: dict[str, pd.DataFrame] = {}
    for place, area in enumerate(collected.areas):
        done = work.measured(area, first, 1 + place * (len(first) + 2))
        leads = leading(done)
        done |= work.slow_downs(leads)
        if "era" in asked:
            eras[area], vintages[area] = work.era(area, leads, (place + 1) * (len(first) + 2))
            done["era"] = measurement_of(eras[area], area)
        if effects is not None:
            done |= work.causes(area, effects, done)
        measurements[area] = done
    card = None
    if "scorecard" in asked:
        card = scorecard(
            [one for area, done in measurements.items() for one in entries_of(done, work.observed(area))]
        )
        for area, done in measurements.items():
            done["scorecard"] = _card_of(card, area)
    return Analysis(measurements, eras, vintages, effects, card)


def _needed(asked: Collection[str]) -> set[str]:
    """The measures that what is asked for rests on."""
    if "scorecard" in asked:
        return set(studied())
    needed: set[str] = set()
    for dimension, measures in SOURCES.items():
        if "era" in asked or f"slow_down_{dimension}" in asked:
            needed |= set(measures)
    return needed | ({"labour_productivity"} if "slow_down_split" in asked else set())


@dataclass(frozen=True, eq=False)
class _Work:
    """The steps of an analysis, with what they share."""

    collected: Collected
    asked: frozenset[str]
    seed: int
    draws: int
    progress: Progress
    steps: int

    def effects(self) -> Effects:
        self.progress(say("workflows.comparing"), 0, self.steps)
        return effects_on_growth(self.collected.world)

    def measured(self, area: str, names: list[str], start: int) -> dict[str, Measurement]:
        """What is read off published figures."""
        own = self.collected.panel.select(area=area)
        done = {}
        for number, name in enumerate(names):
            measure = of_panel()[name]
            self.progress(
                say("workflows.measuring", measure=name, area=area_names(area)), start + number, self.steps
            )
            done[name] = measure.compute(self.collected.world if measure.across else own, area)
        return done

    def observed(self, area: str) -> dict[str, float]:
        """Measure -> share of the figures that it could read which the publisher observed for the whole area."""
        frame = self.collected.panel.select(area=area).frame
        frame = frame[frame["value"].notna()]
        seen = frame["status"].isin(OBSERVED) & (frame["item"] == "")
        shares = {}
        for name, measure in studied().items():
            mine = frame["variable"].isin((*measure.needs, *measure.uses))
            shares[name] = float(seen[mine].mean()) if mine.any() else 1.0
        return shares

    def slow_downs(self, leads: Mapping[str, Leading]) -> dict[str, Measurement]:
        return {
            f"slow_down_{dimension}": slow_down(one)
            for dimension, one in leads.items()
            if f"slow_down_{dimension}" in self.asked or "scorecard" in self.asked
        }

    def era(self, area: str, leads: Mapping[str, Leading], place: int) -> tuple[Era, pd.DataFrame]:
        self.progress(say("workflows.dating", area=area_names(area)), place, self.steps)
        series = {
            dimension: EraSeries(one.values, one.kind, one.sources, unit="share a year")
            for dimension, one in leads.items()
            if one.step == 1
        }
        era = era_model(series, draws=self.draws, seed=self.seed)
        step = 1 if self.draws == THOROUGH else EVERY
        return era, real_time(series, seed=self.seed, step=step, pooled=era.together)

    def causes(self, area: str, effects: Effects, done: Mapping[str, Measurement]) -> dict[str, Measurement]:
        found = {"effects_on_growth": _effects_of(effects, area)}
        stretches = _stretches(done.get("labour_productivity"))
        if stretches is not None:
            own = self.collected.panel.select(area=area)
            found["slow_down_split"] = slow_down_split(effects, own, area, *stretches)
        return {name: one for name, one in found.items() if name in self.asked}


Stretch = tuple[int, int]


def _stretches(measured: Measurement | None) -> tuple[Stretch, Stretch] | None:
    """The last two spans over which output per hour or person was averaged."""
    if measured is None:
        return None
    spans = sorted(
        {
            (int(one.sample.first), int(one.sample.last))
            for one in measured.estimates
            if one.name == f"productivity_growth_{one.sample.first}_{one.sample.last}"
        }
    )
    return (spans[-2], spans[-1]) if len(spans) > 1 else None


def _effects_of(effects: Effects, area: str) -> Measurement:
    """The arrows across all countries as a measurement; they are the same for every area."""
    rows = {
        f"{one.source}: {one.indicator} -> {one.target}": (
            one.effect,
            one.low,
            one.high,
            one.p_value,
            one.q_value,
        )
        for one in effects.arrows
        if one.effect is not None
    }
    columns = ["effect", "effect_low", "effect_high", "p_value", "q_value"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype(float)
    units = {name: "see arrow" if name.startswith("effect") else "share" for name in columns}
    return Measurement(
        "effects_on_growth",
        "effects",
        area,
        table,
        units,
        findings=effects.findings,
        refusals=effects.refusals,
        sources=effects.sources,
    )


def _card_of(card: Scorecard, area: str) -> Measurement:
    """The card's rows of one area as a measurement."""
    mine = Scorecard(card.of(area))
    frame = mine.frame()
    table = frame.set_index(frame["dimension"] + ": " + frame["indicator"])[
        ["value", "change", "change_low", "change_high"]
    ]
    table = table.astype(float)
    refusals = tuple(r for r in card.refusals if r.subject.startswith(f"{area}: "))
    if table.empty and not refusals:
        refusals = (Refusal("scorecard", say("workflows.no_card", area=area_names(area))),)
    return Measurement(
        "scorecard",
        "scorecard",
        area,
        table,
        dict.fromkeys(map(str, table.columns), "see row"),
        findings=mine.findings,
        refusals=refusals,
        sources=tuple(dict.fromkeys(s for row in mine.rows for s in row.entry.sources)),
    )
