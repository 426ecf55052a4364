"""Why: the articles' diagram with a measured arrow each, and each area's slow-down split over causes."""

from __future__ import annotations

import pandas as pd

from longwave.core.area import area_names
from longwave.core.message import Message, Value, say
from longwave.measure.effects.arrow import Arrow, ArrowState, Effects
from longwave.measure.effects.words import signed
from longwave.measure.measurement import Measurement
from longwave.report.document import Band, Chart, Curve, Diagram, Link, Node, Part, Section, Table
from longwave.workflows.analyse import Analysis
from longwave.workflows.study.charts import sources_of
from longwave.workflows.study.unsaid import gathered

COLUMNS: tuple[tuple[str, ...], ...] = (
    ("innovation", "digital", "security", "adaptability", "social"),
    ("productivity", "structure", "skills", "returns", "competition"),
    ("growth",),
)
"""Boxes from left to right: drivers, dimensions, growth. Innovation is both a driver and a dimension; it stands
once."""

_LINKS = {ArrowState.EFFECT: "found", ArrowState.NO_EFFECT: "none"}


def causes_section(analysis: Analysis) -> Section:
    """The diagram for all countries together, then each area's split."""
    effects = analysis.effects
    splits = {
        area: done["slow_down_split"]
        for area, done in analysis.measurements.items()
        if "slow_down_split" in done
    }
    diagrams = () if effects is None or not effects.arrows else (effects_diagram(effects),)
    return Section(
        "causes",
        say("workflows.section_causes"),
        paragraphs=() if effects is None else effects.findings[1:],
        refusals=gathered([(area, refusal) for area, one in splits.items() for refusal in one.refusals])
        + (() if effects is None else effects.refusals),
        answers=() if effects is None else effects.findings[:1],
        diagrams=diagrams,
        parts=tuple(
            Part(
                f"split-{area}",
                say("workflows.split_part", area=area_names(area)),
                paragraphs=one.findings,
                charts=split_chart(one),
            )
            for area, one in splits.items()
            if one.findings
        ),
    )


def effects_diagram(effects: Effects) -> Diagram:
    """Every arrow between two boxes, and a table of all that were looked at."""
    place = {node: column for column, nodes in enumerate(COLUMNS) for node in nodes}
    nodes = tuple(
        Node(node, say(f"effects.node_{node}"), column)
        for column, nodes in enumerate(COLUMNS)
        for node in nodes
    )
    drawn = [arrow for arrow in effects.diagram() if arrow.source in place and arrow.target in place]
    links = tuple(
        Link(arrow.source, arrow.target, _LINKS.get(arrow.state, "unknown"), _label(arrow))  # type: ignore[arg-type]
        for arrow in drawn
        if place[arrow.source] < place[arrow.target]
    )
    found = sum(arrow.state is ArrowState.EFFECT for arrow in drawn)
    return Diagram(
        "effects",
        say("workflows.effects_title", found=found, asked=len(drawn)),
        say("workflows.effects_summary"),
        nodes,
        links,
        _arrow_table(drawn, effects.sources),
        say("workflows.effects_note"),
    )


def _label(arrow: Arrow) -> str:
    if arrow.effect is None:
        return ""
    return signed(100 * arrow.effect if arrow.target in {"growth", "productivity"} else arrow.effect)


def _arrow_table(arrows: list[Arrow], sources: tuple[str, ...]) -> Table:
    header = tuple(
        say(f"workflows.arrow_{name}")
        for name in ("from", "to", "by", "effect", "interval", "countries", "grade", "said")
    )
    rows = tuple(
        (
            say(f"effects.node_{arrow.source}"),
            say(f"effects.node_{arrow.target}"),
            _indicator(arrow),
            _label(arrow) or "–",
            _interval(arrow),
            str(arrow.clusters) if arrow.clusters else "–",
            "–" if arrow.effect is None else str(arrow.grade),
            _said(arrow),
        )
        for arrow in arrows
    )
    return Table("arrows", say("workflows.arrows_caption"), header, rows, sources)


def _said(arrow: Arrow) -> Message:
    if arrow.state is ArrowState.NO_EFFECT:
        scale = 100 if arrow.target in {"growth", "productivity"} else 1
        return say("workflows.arrow_is_no_effect", bound=scale * (arrow.bound or 0.0))
    return say(f"workflows.arrow_is_{arrow.state}")


def _indicator(arrow: Arrow) -> Value:
    return say(f"effects.indicator_{arrow.indicator}")


def _interval(arrow: Arrow) -> str:
    if arrow.low is None or arrow.high is None:
        return "–"
    scale = 100 if arrow.target in {"growth", "productivity"} else 1
    return f"{signed(scale * arrow.low)} – {signed(scale * arrow.high)}"


def split_chart(one: Measurement) -> tuple[Chart, ...]:
    """The parts of the change of growth with whiskers, the rest always among them, where there is more than the rest;
    and the parts by accounts, which are exact."""
    return (*_by_effects(one), *_by_accounts(one))


def _by_effects(one: Measurement) -> tuple[Chart, ...]:
    table = one.table
    parts = [name for name in map(str, table.index) if name != "total" and not name.startswith("accounts_")]
    if "total" not in table.index or len(parts) < 2:
        return ()
    total = float(table["contribution"]["total"])
    return (
        Chart(
            key=f"split-{one.area}",
            kind="bars",
            title=say("workflows.split_title", area=area_names(one.area), points=100 * total),
            unit=say("workflows.points_a_year"),
            summary=say("workflows.split_summary", area=area_names(one.area)),
            curves=(Curve(say("workflows.split_curve"), _points(table["contribution"], parts)),),
            sources=sources_of([one]),
            bands=(
                Band(
                    _points(table["contribution_low"], parts),
                    _points(table["contribution_high"], parts),
                    0.95,
                ),
            ),
            decimals=2,
            note=say("workflows.split_note"),
        ),
    )


def _by_accounts(one: Measurement) -> tuple[Chart, ...]:
    """Where growth changed by the identity of growth accounting: nothing is estimated, so that there is no interval."""
    column = one.table["contribution"] if "contribution" in one.table else pd.Series(dtype=float)
    parts = [
        name for name in map(str, column.index) if name.startswith("accounts_") and name != "accounts_total"
    ]
    if not parts or "accounts_total" not in column.index:
        return ()
    name = area_names(one.area)
    points = 100 * float(column["accounts_total"])
    return (
        Chart(
            key=f"accounts-{one.area}",
            kind="bars",
            title=say("workflows.accounts_title", area=name, points=points),
            unit=say("workflows.points_a_year"),
            summary=say("workflows.accounts_summary", area=name),
            curves=(Curve(say("workflows.split_curve"), _points(column, parts)),),
            sources=sources_of([one]),
            decimals=2,
            note=say("workflows.accounts_note"),
        ),
    )


def _points(column: pd.Series, parts: list[str]) -> pd.Series:
    names = pd.Index([_part(name) for name in parts], dtype=object)
    return pd.Series(100 * column.loc[parts].to_numpy(float), names)


def _part(name: str) -> Message:
    if name == "rest" or name.startswith("accounts_"):
        return say(f"workflows.split_{name}")
    return say(f"effects.indicator_{name}")
