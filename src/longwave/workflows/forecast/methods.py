"""Every word that ``--method`` understands, with what it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.forecast.ensemble import Ensemble
from longwave.forecast.profiles import profile, profile_names
from longwave.workflows.forecast.named import nearest


@dataclass(frozen=True, slots=True)
class MethodRow:
    """kind: ``together`` (an ensemble), ``several`` (takes other series beside), ``single``; fewest: observations."""

    name: str
    kind: str
    fewest: int
    about: Message


def method_rows() -> tuple[MethodRow, ...]:
    """All methods, the default first, then the other ensembles, then single ones by name."""
    rows = [_row(name) for name in profile_names()]
    order = {"together": 0, "single": 1, "several": 2}
    return tuple(sorted(rows, key=lambda row: (row.name != "ensemble", order[row.kind], row.name)))


def check_method(name: str, companions: Collection[str] = ()) -> None:
    """Raises UsageError for a method that is none, or that takes no series beside."""
    if name not in profile_names():
        raise UsageError(
            say("workflows.no_method", name=name, near=nearest(name, profile_names())),
            say("workflows.no_method_mend"),
        )
    if companions and not profile(name).fitted.several:
        raise UsageError(say("forecast.no_companions", method=name), say("forecast.no_companions_mend"))


def _row(name: str) -> MethodRow:
    method = profile(name).fitted
    kind = "together" if isinstance(method, Ensemble) else "several" if method.several else "single"
    return MethodRow(name, kind, method.fewest, say(f"methods_list.{name}"))
