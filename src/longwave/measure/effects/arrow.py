"""An arrow of the articles' diagrams, measured: what was found, how sure, or why nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from longwave.core.estimate import Grade, Refusal, Sample
from longwave.core.message import Language, Message
from longwave.measure.effects.mediate import Mediation
from longwave.measure.effects.projections import Response
from longwave.measure.effects.table import CountryTable


class ArrowState(StrEnum):
    """What can be said of an arrow."""

    EFFECT = "effect"
    """The interval leaves zero out after correction for the number of arrows, and the test of reverse causation is
    passed. An effect as far as its assumptions go: see `method`."""
    NO_EFFECT = "no_effect"
    """None was found, by the interval and by the half-panel jackknife, and one larger than `bound` can be ruled out."""
    NOT_IDENTIFIED = "not_identified"
    """The figures cannot tell; `reason` says why."""
    MECHANICAL = "mechanical"
    """The two are tied by an accounting identity; the number is no effect."""


FLAWS = frozenset(
    {
        "effects.reverse",
        "effects.lost_in_thirds",
        "effects.turned_by_jackknife",
        "effects.lost_in_jackknife",
        "effects.seen_by_jackknife",
    }
)
"""Reasons that speak against the number itself, not only against its precision."""


@dataclass(frozen=True, slots=True)
class Check:
    """A second estimate of the same arrow by other means; p_value alone for a test."""

    name: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "effect": self.effect,
            "low": self.low,
            "high": self.high,
            "p_value": self.p_value,
        }


@dataclass(frozen=True, eq=False)
class Arrow:
    """From a source node to a target node, by one indicator of the source.

    effect, low, high: change of the target for a source higher by one standard deviation within countries (`deviation`,
    in the indicator's own unit), with the interval of coverage `level`; None where nothing could be estimated. `unit`
    says of what: fractions of growth a year, or standard deviations of the target. bound: for NO_EFFECT, the largest
    effect in the interval or in that of the half-panel jackknife.
    p_value: of this arrow alone; q_value: with the share of false finds among all arrows held
    (Benjamini and Hochberg); family_p: the chance of any (Romano and Wolf). clusters: countries; periods: windows. first:
    whether it is the indicator by which the diagram is drawn.
    """

    source: str
    target: str
    indicator: str
    state: ArrowState
    unit: str
    reason: Message | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    bound: float | None = None
    deviation: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    family_p: float | None = None
    grade: Grade = Grade.D
    sample: Sample | None = None
    clusters: int = 0
    periods: int = 0
    first: bool = True
    checks: tuple[Check, ...] = ()
    method: Message | None = None
    sources: tuple[str, ...] = ()

    @property
    def flawed(self) -> bool:
        """Whether a check says that the number is likely to be something else than the effect."""
        return self.state is ArrowState.MECHANICAL or (self.reason is not None and self.reason.key in FLAWS)

    def check(self, name: str) -> Check | None:
        return next((one for one in self.checks if one.name == name), None)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "source": self.source,
            "target": self.target,
            "indicator": self.indicator,
            "state": str(self.state),
            "reason": None if self.reason is None else self.reason.text(lang),
            "effect": self.effect,
            "interval": {"low": self.low, "high": self.high, "level": self.level},
            "unit": self.unit,
            "bound": self.bound,
            "deviation": self.deviation,
            "p_value": self.p_value,
            "q_value": self.q_value,
            "family_p": self.family_p,
            "grade": str(self.grade),
            "sample": None if self.sample is None else self.sample.as_dict(),
            "countries": self.clusters,
            "windows": self.periods,
            "first": self.first,
            "checks": [check.as_dict() for check in self.checks],
            "method": None if self.method is None else self.method.text(lang),
            "sources": list(self.sources),
        }


@dataclass(frozen=True, eq=False)
class Effects:
    """Every arrow, the responses over time, and what runs through what.

    arrows: first indicators and second looks; responses: indicator -> how the level of output per worker answers a
    surprise in it; mediations: driver -> dimension -> growth; table: the countries' figures, in which `slow_down_split`
    finds how an area's states changed; findings, refusals, sources as in a Measurement; method: how the responses were made.
    """

    arrows: tuple[Arrow, ...]
    responses: Mapping[str, Response]
    mediations: tuple[Mediation, ...]
    table: CountryTable
    findings: tuple[Message, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sources: tuple[str, ...] = ()
    method: Message | None = None

    def diagram(self) -> tuple[Arrow, ...]:
        """One arrow for each pair of nodes: the one that the diagram draws."""
        return tuple(arrow for arrow in self.arrows if arrow.first)

    def arrow(self, source: str, target: str, indicator: str | None = None) -> Arrow:
        """The arrow between two nodes, by the diagram's indicator unless another is named. Raises KeyError."""
        for one in self.arrows:
            if (one.source, one.target) == (source, target) and (
                one.first if indicator is None else one.indicator == indicator
            ):
                return one
        raise KeyError(f"{source} -> {target}")

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "arrows": [arrow.as_dict(lang) for arrow in self.arrows],
            "responses": {
                name: {
                    "surprise": one.surprise,
                    "countries": one.clusters,
                    "first": one.first,
                    "last": one.last,
                    "level": one.level,
                    "years_after": one.table.reset_index().to_dict("list"),
                }
                for name, one in self.responses.items()
            },
            "mediations": [one.as_dict(lang) for one in self.mediations],
            "findings": [one.text(lang) for one in self.findings],
            "refusals": [one.as_dict(lang) for one in self.refusals],
            "sources": list(self.sources),
        }
