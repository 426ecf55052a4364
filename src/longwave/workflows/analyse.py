"""Analyse: every measure of the areas that were collected, in the order in which one rests on another.

First what is read off published figures, dimension by dimension; then what is found from those results.
"""

from __future__ import annotations

from collections.abc import Collection

from longwave.core.area import area_names
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.measure.measurement import Measurement, of_panel
from longwave.workflows.collect import Collected

LATER: dict[str, str] = {}
"""What is found from the dimensions together, by the name of its dimension."""


def in_dimension(dimension: str) -> tuple[str, ...]:
    """Names of everything that is measured in a dimension."""
    first = [name for name, measure in of_panel().items() if measure.dimension == dimension]
    return (*first, *(name for name, room in LATER.items() if room == dimension))


def analyse(
    collected: Collected,
    names: Collection[str] | None = None,
    *,
    seed: int = 0,
    thorough: bool = False,
    progress: Progress = silent,
) -> dict[str, dict[str, Measurement]]:
    """Area -> name -> result. names: only these, and what they rest on; thorough: as many draws as a final answer
    wants, where a study makes do with fewer."""
    asked = tuple(of_panel()) if names is None else tuple(name for name in of_panel() if name in names)
    steps = len(collected.areas) * len(asked)
    done: dict[str, dict[str, Measurement]] = {}
    for place, area in enumerate(collected.areas):
        own = collected.panel.select(area=area)
        done[area] = {}
        for number, name in enumerate(asked):
            measure = of_panel()[name]
            progress(
                say("workflows.measuring", measure=name, area=area_names(area)),
                place * len(asked) + number,
                steps,
            )
            panel = collected.world if measure.across else own
            done[area][name] = measure.compute(panel, area)
    return done
