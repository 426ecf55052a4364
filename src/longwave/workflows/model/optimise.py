"""``longwave model optimise``: paths of policy instruments that bring targets nearest to where they should be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Language, Message, Value, say
from longwave.core.settings import Settings
from longwave.macro.control.commitment import optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.within import Limit, MoveLimit, Within
from longwave.macro.model import Model
from longwave.macro.scenario import Scenario
from longwave.report.document import Chart, Curve, Document, Section
from longwave.workflows.fan import period_name
from longwave.workflows.model.figures import Figures, find_figures
from longwave.workflows.model.printed import without_dust
from longwave.workflows.model.solve import baseline_of, read_shocks
from longwave.workflows.model.source import Sourced, find_model
from longwave.workflows.model.tables import (
    decimals_of,
    model_name,
    signed,
    unit_words,
    variable_name,
)

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NAME = r"[^\W\d][\w.]*"
_TARGET = re.compile(
    rf"\s*(?P<name>{_NAME})(?:\s*=\s*(?P<desired>{_NUMBER}|{_NAME}))?(?:\s+weight\s+(?P<weight>{_NUMBER}))?\s*"
)
_LEVER = re.compile(
    rf"\s*(?P<name>{_NAME})(?:\s+between\s+(?P<low>{_NUMBER})\s+and\s+(?P<high>{_NUMBER}))?"
    rf"(?:\s+by\s+(?P<by>{_NUMBER}))?(?:\s+move\s+(?P<move>{_NUMBER}))?(?:\s+level\s+(?P<level>{_NUMBER}))?\s*"
)
_WITHIN = re.compile(
    rf"\s*(?P<name>{_NAME})\s*(?:(?P<sign>>=|<=)\s*(?P<bound>{_NUMBER})(?:\s+in\s+(?P<when>[\w-]+))?"
    rf"|\s+between\s+(?P<low>{_NUMBER})\s+and\s+(?P<high>{_NUMBER})|\s+by\s+(?P<by>{_NUMBER}))\s*"
)


@dataclass(frozen=True, eq=False)
class Optimised:
    """The best paths and what they were asked to do."""

    sourced: Sourced
    figures: Figures
    policy: OptimalPolicy
    loss: Loss
    levers: tuple[PolicyInstrument, ...]
    within: tuple[Limit, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.loss.targets)

    @property
    def policy_instruments(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.levers)

    def asked(self) -> tuple[Message, ...]:
        """The loss and the policy instruments as they were asked for, and what the end of the span means."""
        first, last = (
            period_name(str(each)) for each in (self.policy.solution.first, self.policy.solution.last)
        )
        parts = [_target_words(self.sourced.model, each) for each in self.loss.targets]
        parts += [part for each in self.loss.costs for part in _cost_words(self.sourced.model, each)]
        even = self.loss.discount == 1.0
        return (
            say(
                "models.loss",
                parts=tuple(parts),
                first=first,
                last=last,
                discount=say("models.no_discount")
                if even
                else say("models.discount", factor=self.loss.discount),
            ),
            say("models.levers", parts=tuple(_lever_words(self.sourced.model, each) for each in self.levers)),
            *(
                [
                    say(
                        "models.limits",
                        parts=tuple(_limit_words(self.sourced.model, each) for each in self.within),
                    )
                ]
                if self.within
                else []
            ),
            say("models.nothing_after", last=last),
        )

    def results(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "model": self.sourced.model.name,
            "data": self.figures.named(lang),
            "asked": [each.text(lang) for each in self.asked()],
            **self.policy.as_dict(lang),
        }


def _target_words(model: Model, each: PolicyTarget) -> Message:
    """Targets of sentences have one number, one column or their baseline, and one weight."""
    desired: Value = say("models.its_baseline")
    if isinstance(each.desired, str):
        desired = variable_name(model, each.desired)
    elif each.desired is not None:
        desired = f"{each.desired:g}"
    return say(
        "models.loss_target", name=variable_name(model, each.name), desired=desired, weight=f"{each.weight:g}"
    )


def _cost_words(model: Model, each: PolicyCost) -> list[Message]:
    name = variable_name(model, each.name)
    said = [say("models.loss_move", name=name, weight=f"{each.move:g}")] if each.move else []
    return said + ([say("models.loss_level", name=name, weight=f"{each.level:g}")] if each.level else [])


def _lever_words(model: Model, each: PolicyInstrument) -> Message:
    name = variable_name(model, each.name)
    low, high = ("–" if edge is None else f"{edge:g}" for edge in (each.low, each.high))
    said = (
        say("models.lever_free", name=name)
        if each.low is None and each.high is None
        else say("models.lever", name=name, low=low, high=high)
    )
    return said if each.moves is None else say("models.lever_by", lever=said, by=f"{each.moves:g}")


def _limit_words(model: Model, each: Limit) -> Message:
    """Limits of sentences have one number a side, or one number in one period, and moves the same both ways."""
    name = variable_name(model, each.name)
    if isinstance(each, MoveLimit):
        return say("models.limit_by", name=name, by=f"{each.up:g}")
    edge = each.high if each.low is None else each.low
    if isinstance(edge, Mapping):
        when, bound = next(iter(edge.items()))
        said = _side_words(name, each, float(bound))
        return say("models.limit_in", limit=said, when=period_name(str(when)))
    if each.low is not None and each.high is not None:
        return say("models.lever", name=name, low=f"{each.low:g}", high=f"{each.high:g}")
    return _side_words(name, each, float(edge))  # type: ignore[arg-type]


def _side_words(name: Value, each: Within, bound: float) -> Message:
    key = "models.limit_high" if each.low is None else "models.limit_low"
    return say(key, name=name, bound=f"{bound:g}")


def read_target(sentence: str) -> PolicyTarget:
    """``Y = 60 weight 2``: a variable, where it should be (a number, another column, or its baseline), its weight.

    Raises UsageError for a sentence that cannot be read.
    """
    match = _TARGET.fullmatch(sentence)
    if match is None:
        raise UsageError(say("models.bad_target", text=sentence), say("models.bad_target_mend"))
    desired: float | str | None = match["desired"]
    if desired is not None and re.fullmatch(_NUMBER, str(desired)):
        desired = float(desired)
    return PolicyTarget(match["name"], desired, float(match["weight"] or 1.0))


def read_policy_instrument(sentence: str) -> tuple[PolicyInstrument, PolicyCost | None]:
    """``G between 2 and 10 by 1 move 0.5``: a policy instrument, its bounds, how far it may move from one period to the
    next, what moving it and using it costs.

    Raises UsageError for a sentence that cannot be read.
    """
    match = _LEVER.fullmatch(sentence)
    if match is None:
        raise UsageError(say("models.bad_lever", text=sentence), say("models.bad_lever_mend"))
    low, high = (float(match[side]) if match[side] else None for side in ("low", "high"))
    cost = None
    if match["move"] or match["level"]:
        cost = PolicyCost(match["name"], move=float(match["move"] or 0.0), level=float(match["level"] or 0.0))
    moves = float(match["by"]) if match["by"] else None
    return PolicyInstrument(match["name"], low, high, moves=moves), cost


def read_within(sentence: str) -> Limit:
    """``i >= 0``, ``debt <= 60 in 2030``, ``y between -1 and 1``, ``i by 2``: a bound on any variable, in every period or in
    one, or how far it may move from one period to the next.

    Raises UsageError for a sentence that cannot be read.
    """
    match = _WITHIN.fullmatch(sentence)
    if match is None:
        raise UsageError(say("models.bad_within", text=sentence), say("models.bad_within_mend"))
    if match["by"]:
        return MoveLimit(match["name"], float(match["by"]), float(match["by"]))
    if match["low"]:
        return Within(match["name"], float(match["low"]), float(match["high"]))
    bound = float(match["bound"])
    edge: float | Mapping[str, float] = {match["when"]: bound} if match["when"] else bound
    return Within(match["name"], low=edge) if match["sign"] == ">=" else Within(match["name"], high=edge)


def optimise_model(
    what: str | Path,
    targets: Sequence[str],
    policy_instruments: Sequence[str],
    *,
    data: str | Path | None = None,
    area: str | None = None,
    first: str | None = None,
    last: str | None = None,
    given: Sequence[str] = (),
    shocks: Sequence[str] = (),
    within: Sequence[str] = (),
    discount: float = 1.0,
    method: str = "commitment",
    track: bool = False,
    expectations: str = "",
    settings: Settings,
) -> Optimised:
    """The paths of least loss over first..last. targets, policy_instruments, within: sentences as the readers have them.

    Raises UsageError, SolveError as `longwave.macro.control` does.
    """
    sourced = find_model(what, expectations=expectations, data=data)
    figures = find_figures(sourced, data, area, settings, first, last)
    scenario = baseline_of(sourced, figures, first, last, given=given, track=track) + read_shocks(
        sourced, shocks
    )
    limits = tuple(read_within(each) for each in within)
    found = optimised(scenario, targets, policy_instruments, discount, method, limits)
    return Optimised(sourced, figures, found, *loss_of(targets, policy_instruments, discount), limits)


def loss_of(
    targets: Sequence[str], policy_instruments: Sequence[str], discount: float
) -> tuple[Loss, tuple[PolicyInstrument, ...]]:
    """The loss and the policy instruments from their sentences. Raises UsageError where there is none of either."""
    if not targets or not policy_instruments:
        raise UsageError(say("models.nothing_to_optimise"), say("models.bad_lever_mend"))
    levers = [read_policy_instrument(each) for each in policy_instruments]
    loss = Loss(
        tuple(read_target(each) for each in targets),
        tuple(cost for _, cost in levers if cost is not None),
        discount,
    )
    return loss, tuple(lever for lever, _ in levers)


def optimised(
    scenario: Scenario,
    targets: Sequence[str],
    policy_instruments: Sequence[str],
    discount: float = 1.0,
    method: str = "commitment",
    within: Sequence[Limit] = (),
) -> OptimalPolicy:
    """The best paths for a scenario at hand."""
    loss, levers = loss_of(targets, policy_instruments, discount)
    return optimise(
        scenario.system, scenario.shocked_data, *scenario.span, loss, list(levers),
        method="discretion" if method == "discretion" else _commitment(method), within=within,
    )  # fmt: skip


def _commitment(method: str) -> Any:
    if method != "commitment":
        raise UsageError(say("control.unknown_method", method=method), say("control.unknown_method_mend"))
    return method


def document(found: Optimised) -> Document:
    """Policy instruments first, then targets: baseline, best path, and where the target should be."""
    model, policy = found.sourced.model, found.policy
    name = model_name(model)
    said = policy.sentences()
    first = 2 if policy.binding else 1
    sections = (
        *(_section(found, each, policy.paths, "policy_instrument") for each in found.policy_instruments),
        *(_section(found, each, policy.targets, "target") for each in dict.fromkeys(found.targets)),
    )
    return Document(
        title=say("models.optimise_title", model=name),
        lead=say("models.optimise_lead", data=found.figures.where),
        headlines=(
            *(say("models.sentence", text=each) for each in said[:first]),
            *(words for each in sections for words in each.answers),
        ),
        sections=sections,
        origins=dict(found.figures.origins),
        caveats=(
            *found.sourced.warnings,
            *found.figures.notes,
            *found.asked(),
            *(say("models.sentence", text=each) for each in said[first:-1]),
            say("models.level_note", certificate=said[-1]),
            say("models.optimise_caveat"),
        ),
    )


def _section(found: Optimised, name: str, frames: Any, role: str) -> Section:
    frame = frames[name]
    baseline, optimal = frame["baseline"], frame["optimal"]
    curves = [
        Curve(say("models.baseline"), baseline),
        Curve(say("models.best_path"), optimal, dashed=True, labelled=True),
    ]
    if "desired" in frame.columns and frame["desired"].notna().any():
        curves.append(Curve(say("models.desired"), frame["desired"]))
    change = without_dust((optimal - baseline).to_frame(name), {name: float(baseline.abs().max())})[name]
    peak = str(change.abs().idxmax())
    words = (
        say(
            f"models.best_{role}",
            name=variable_name(found.sourced.model, name),
            most=signed(float(change[peak]), change),
            when=period_name(peak),
        )
        if change.abs().max() > 0.0
        else say("models.stays", name=variable_name(found.sourced.model, name))
    )
    chart = Chart(
        key=f"{role}-{name}",
        kind="lines",
        title=say(f"models.title_{role}", name=variable_name(found.sourced.model, name)),
        unit=unit_words(found.sourced.model, name),
        summary=words,
        curves=tuple(curves),
        sources=tuple(found.figures.origins),
        decimals=decimals_of(optimal),
    )
    return Section(
        key=f"{role}-{name}",
        title=say("models.section", name=variable_name(found.sourced.model, name)),
        answers=(words,),
        charts=(chart,),
    )
