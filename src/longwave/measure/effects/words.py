"""The arrows in sentences that say no more than the figures do."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.core.message import Message, say
from longwave.measure.effects.arrow import Arrow, ArrowState
from longwave.measure.effects.mediate import Mediation
from longwave.measure.effects.table import CountryTable


def findings_of(
    arrows: tuple[Arrow, ...], mediations: tuple[Mediation, ...], table: CountryTable
) -> Iterator[Message]:
    """What all arrows come to, then each arrow into growth, then those into productivity that are effects, then paths."""
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
    if arrow.state is ArrowState.NOT_IDENTIFIED:
        reason = arrow.reason if arrow.reason is not None else say("measure.nothing")
        return say("effects.not_identified", **words, reason=reason)
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
            effect=scale * effect,
            low=scale * low,
            high=scale * high,
            countries=arrow.clusters,
        )
    return say(
        f"effects.found_{kind}",
        **words,
        indicator=say(f"effects.indicator_{arrow.indicator}"),
        effect=scale * effect,
        low=scale * low,
        high=scale * high,
        q=arrow.q_value or 0.0,
        countries=arrow.clusters,
    )


def _path(one: Mediation) -> Message:
    return say(
        "effects.path",
        driver=say(f"effects.node_{one.driver}"),
        dimension=say(f"effects.node_{one.dimension}"),
        indirect=100 * one.indirect,
        low=100 * one.low,
        high=100 * one.high,
        rho=one.rho,
        countries=one.clusters,
    )
