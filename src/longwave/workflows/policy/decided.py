"""What was decided, in words and as paths: ``spending = 0.5 in 2027..2029``.

What is not named stays as it is: at no change, or at the path that was adopted before. Bounds are those of the plan.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.workflows.policy.kept_plan import KeptInstrument, KeptPlan

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_SENTENCE = re.compile(
    rf"\s*([^\W\d]\w*)\s*=\s*({_NUMBER})\s*(?:in\s+(\d{{4}})\s*(?:(?:\.\.|-|–|to)\s*(\d{{4}})\s*)?)?"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One policy instrument set to a value; first, last: years, None for the whole plan."""

    name: str
    value: float
    first: int | None = None
    last: int | None = None


def read_decision(text: str) -> Decision:
    """A decision as a user wrote it. Raises UsageError."""
    found = _SENTENCE.fullmatch(text)
    if found is None:
        raise UsageError(say("policy_verbs.bad_set", text=text), say("policy_verbs.bad_set_mend"))
    first = int(found[3]) if found[3] else None
    return Decision(found[1], float(found[2]), first, int(found[4]) if found[4] else first)


def decided_paths(
    plan: KeptPlan, decisions: Iterable[Decision], *, beyond_bounds: bool = False
) -> dict[str, dict[str, float]]:
    """The paths of every policy instrument of the plan. Raises UsageError for a name, a year or a value that the plan
    does not have; values outside the bounds are let through where asked for."""
    known = {each.name: each for each in plan.instruments}
    paths = plan.held
    for each in decisions:
        if each.name not in known:
            near = tuple(difflib.get_close_matches(each.name, list(known), n=3, cutoff=0.3)) or tuple(known)
            raise UsageError(
                say("policy_verbs.no_instrument", name=each.name, id=plan.record.id[:12]),
                say("policy_verbs.no_instrument_mend", near=near),
            )
        first, last = _years(plan, each)
        if not beyond_bounds:
            _check_bounds(known[each.name], each.value)
        paths[each.name] |= {str(year): each.value for year in range(first, last + 1)}
    return paths


def _years(plan: KeptPlan, decision: Decision) -> tuple[int, int]:
    first = plan.start if decision.first is None else decision.first
    last = plan.last if decision.last is None else decision.last
    if first > last or first not in plan.years or last not in plan.years:
        raise UsageError(
            say("policy_verbs.bad_years", name=decision.name, first=str(first), last=str(last)),
            say("policy_verbs.bad_years_mend", start=str(plan.start), last=str(plan.last)),
        )
    return first, last


def _check_bounds(instrument: KeptInstrument, value: float) -> None:
    if not instrument.low - 1e-9 <= value <= instrument.high + 1e-9:
        raise UsageError(
            say(
                "policy_verbs.out_of_bounds", name=instrument.names, value=value, low=instrument.low,
                high=instrument.high, unit=instrument.unit,
            ),
            say("policy_verbs.out_of_bounds_mend"),
        )  # fmt: skip
