"""The arrows in sentences that say no more than the figures do."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.core.message import Message, say
from longwave.measure.effects.arrow import Arrow, ArrowState
from longwave.measure.effects.mediate import Mediation
from longwave.measure.effects.table import CountryTable

NOTES = {"income_gini": "effects.note_gini"}
"""What has to be added wherever an indicator's number is told."""


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign; one that rounds to zero has none."""
    return f"{value:+.{digits}f}" if round(abs(value), digits) > 0 else f"{0:.{digits}f}"


def chance(letter: str, value: float, digits: int) -> str:
    """A p- or q-value with its letter: ``p = 0.03``; one that rounds to nothing as ``p < 0.01``."""
    least = 10.0**-digits
    return f"{letter} = {value:.{digits}f}" if value >= least else f"{letter} < {least:.{digits}f}"


def findings_of(
    arrows: tuple[Arrow, ...],
    mediations: tuple[Mediation, ...],
    table: CountryTable,
    points: float,
    deviations: float,
) -> Iterator[Message]:
    """What all arrows come to, then each arrow into growth, then those into productivity that are effects, then paths.

    points, deviations: what an arrow that shows no effect rules out."""
    drawn = [arrow for arrow in arrows if arrow.first]
    measured = [arrow for arrow in drawn if arrow.effect is not None]
    if not measured:
        return
    count = {state: sum(arrow.state is state for arrow in drawn) for state in ArrowState}
    yield say(
        "effects.summary",
        countries=max(arrow.clusters for arrow in measured),
        first=min(arrow.sample.first for arrow in measured if arrow.sample is not None),
        last=max(arrow.sample.last for arrow in measured if arrow.sample is not None),
        asked=len(drawn),
        effects=count[ArrowState.EFFECT],
        none=count[ArrowState.NO_EFFECT],
        points=points,
        deviations=deviations,
        mechanical=count[ArrowState.MECHANICAL],
        rest=count[ArrowState.NOT_IDENTIFIED],
    )
    for arrow in drawn:
        if arrow.target == "growth" and arrow.source != "era":
            yield told(arrow)
    for arrow in drawn:
        if arrow.target != "growth" and arrow.state is ArrowState.EFFECT:
            yield told(arrow)
    yield from (_path(one) for one in mediations if one.clear)
    if mediations and not any(one.clear for one in mediations):
        yield say("effects.no_paths", count=len(mediations))
    yield say("effects.assumption")
    if table.wild:
        yield say("effects.wild", count=table.wild)


def told(arrow: Arrow) -> Message:
    """One arrow as a sentence."""
    words = {"source": say(f"effects.node_{arrow.source}"), "target": say(f"effects.node_{arrow.target}")}
    known = arrow.effect is not None
    note = say(NOTES[arrow.indicator]) if known and arrow.indicator in NOTES else say("measure.nothing")
    if arrow.state is ArrowState.NOT_IDENTIFIED:
        reason = arrow.reason if arrow.reason is not None else say("measure.nothing")
        return say("effects.not_identified", **words, reason=reason, note=note)
    if arrow.state is ArrowState.MECHANICAL and arrow.reason is not None:
        return say("effects.mechanical", **words, reason=arrow.reason)
    points = arrow.target in {"growth", "productivity"}
    effect, low, high = arrow.effect or 0.0, arrow.low or 0.0, arrow.high or 0.0
    scale = 100 if points else 1
    kind = "points" if points else "deviations"
    if arrow.state is ArrowState.NO_EFFECT:
        return say(
            "effects.none_points" if points else "effects.none_deviations",
            **words,
            indicator=say(f"effects.indicator_{arrow.indicator}"),
            bound=scale * (arrow.bound or 0.0),
            effect=signed(scale * effect),
            low=signed(scale * low),
            high=signed(scale * high),
            countries=arrow.clusters,
            note=note,
        )
    return say(
        f"effects.found_{kind}",
        **words,
        indicator=say(f"effects.indicator_{arrow.indicator}"),
        effect=signed(scale * effect),
        low=signed(scale * low),
        high=signed(scale * high),
        q=chance("q", arrow.q_value or 0.0, 3),
        countries=arrow.clusters,
        note=note,
    )


def _path(one: Mediation) -> Message:
    return say(
        "effects.path",
        driver=say(f"effects.node_{one.driver}"),
        dimension=say(f"effects.node_{one.dimension}"),
        indirect=signed(100 * one.indirect),
        low=signed(100 * one.low),
        high=signed(100 * one.high),
        rho=signed(one.rho),
        countries=one.clusters,
    )
