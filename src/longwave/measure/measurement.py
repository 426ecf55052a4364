"""What a measure is, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.catalogue import Catalogue
from longwave.core.dating import Dating
from longwave.core.estimate import Estimate, Refusal, TestResult
from longwave.core.message import Message
from longwave.core.panel import Panel

DIMENSIONS = ("productivity", "innovation", "structure", "skills", "returns", "competition")
"""The six dimensions of an era losing force."""

DRIVERS = ("digital", "security", "adaptability", "social")
"""What drives or hinders it, beside innovation, which is both."""

WIDER = ("era", "effects", "rising", "scorecard")
"""What is found from the dimensions together."""

POLICY = ("economy", "environment", "trade")
"""Fields of policy whose arithmetic is measured when it is asked for; a study of the era leaves them out."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """The result of one measure for one area.

    table: index = written period (or, for a measure across items, the item), columns as the measure's docstring
    says; units: column -> unit text; estimates carry intervals and grades; tests state their null in words;
    datings say since when, or why no date can be given; findings: sentences that say no more than the estimates
    do, most important first; refusals: what could not be said; sources: dataset ids that the figures came from.
    A measure with nothing to say has an empty table and at least one refusal.

    A column with a band around it has its bounds in the columns ``<column>_low`` and ``<column>_high``.
    """

    measure: str
    dimension: str
    area: str
    table: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    estimates: tuple[Estimate, ...] = ()
    findings: tuple[Message, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sources: tuple[str, ...] = ()
    tests: tuple[TestResult, ...] = ()
    datings: tuple[Dating, ...] = ()

    def estimate(self, name: str) -> Estimate:
        """The estimate of that name. Raises KeyError."""
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: a pure function of a panel (one source a variable) and an area code.

    needs: concept names without which it refuses; uses: those that it takes where they are there; across: it
    compares areas, so the panel that it is given holds every area there is, not only the one asked for.
    """

    name: str
    dimension: str
    needs: tuple[str, ...]
    compute: Callable[[Panel, str], Measurement]
    uses: tuple[str, ...] = ()
    across: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a user's own table has to bring.

    name: as it is headed; kind: ``number``, ``text`` or ``period``; meaning: what stands in it, unit included.
    """

    name: str
    kind: str
    meaning: Message
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TableMeasure:
    """A measure of a user's own table (firms, industries, occupations, patents), of which no publisher's series
    need be there.

    columns: what the table has to bring; `compute` is given them already checked at the door: the named columns
    are there, numbers are finite floats or missing, periods are written periods. Its Measurement has area "".
    """

    name: str
    dimension: str
    columns: tuple[Column, ...]
    compute: Callable[[pd.DataFrame], Measurement]


MEASURES: Catalogue[Measure | TableMeasure] = Catalogue(
    "measure",
    rooms=tuple(
        f"longwave.measure.{room}" for room in (*DIMENSIONS, "drivers", "rising", "scorecard", *POLICY)
    ),
)


def of_panel() -> dict[str, Measure]:
    """The measures that read an area's published figures, by name."""
    found = {name: MEASURES.get(name) for name in MEASURES.names()}
    return {name: measure for name, measure in found.items() if isinstance(measure, Measure)}


def studied() -> dict[str, Measure]:
    """The measures of published figures that a study of the era makes, by name."""
    return {name: measure for name, measure in of_panel().items() if measure.dimension not in POLICY}


def of_table() -> dict[str, TableMeasure]:
    """The measures that read a user's own table, by name."""
    found = {name: MEASURES.get(name) for name in MEASURES.names()}
    return {name: measure for name, measure in found.items() if isinstance(measure, TableMeasure)}
