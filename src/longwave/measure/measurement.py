"""What a measure is, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.catalogue import Catalogue
from longwave.core.estimate import Estimate, Refusal
from longwave.core.message import Message
from longwave.core.panel import Panel

DIMENSIONS = ("productivity", "innovation", "structure", "skills", "returns", "competition", "digital")


@dataclass(frozen=True, eq=False)
class Measurement:
    """The result of one measure for one area.

    table: index = written period, columns as the measure's docstring says; units: column -> unit text;
    estimates carry intervals and grades; findings: sentences that say no more than the estimates do, most
    important first; refusals: what could not be said; sources: dataset ids that the figures came from.
    A measure with nothing to say has an empty table and at least one refusal.
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

    def estimate(self, name: str) -> Estimate:
        """The estimate of that name. Raises KeyError."""
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: a pure function of a panel (one source a variable) and an area code.

    needs: concept names without which it refuses; uses: those that it takes where they are there.
    """

    name: str
    dimension: str
    needs: tuple[str, ...]
    compute: Callable[[Panel, str], Measurement]
    uses: tuple[str, ...] = ()


MEASURES: Catalogue[Measure] = Catalogue(
    "measure",
    rooms=(
        "longwave.measure.productivity",
        "longwave.measure.accounting",
        "longwave.measure.innovation",
        "longwave.measure.structure",
        "longwave.measure.skills",
        "longwave.measure.returns",
        "longwave.measure.competition",
        "longwave.measure.digital",
    ),
)
