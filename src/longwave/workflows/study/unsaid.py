"""What could not be said, gathered: the same refusal of several areas is told once, with their names."""

from __future__ import annotations

from collections.abc import Iterable

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say


def gathered(refusals: Iterable[tuple[str, Refusal]]) -> tuple[Refusal, ...]:
    """Refusals of areas (code, refusal) in order of first appearance, equal ones joined under all their areas'
    names."""
    groups: dict[str, dict[str, Refusal]] = {}
    for area, refusal in refusals:
        # The same reason for several figures of one area is told once.
        groups.setdefault(_without_area(area, refusal.reason).text(), {}).setdefault(area, refusal)
    return tuple(_joined(list(group.items())) for group in groups.values())


def _names_area(area: str, reason: Message) -> bool:
    return reason.values.get("area") == area_names(area)


def _without_area(area: str, reason: Message) -> Message:
    return Message(reason.key, {**reason.values, "area": ""}) if _names_area(area, reason) else reason


def _joined(group: list[tuple[str, Refusal]]) -> Refusal:
    names = tuple(area_names(area) for area, _ in group)
    area, first = group[0]
    if _names_area(area, first.reason):
        reason = Message(first.reason.key, {**first.reason.values, "area": names})
    else:
        reason = say("workflows.refused", area=names, reason=first.reason)
    return Refusal(first.subject, reason, first.mend)
