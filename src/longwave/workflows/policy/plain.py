"""A plan as plain data, complete enough to be read, watched, adjusted and judged a year later."""

from __future__ import annotations

import math
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from longwave.core.message import Names
from longwave.measure.intervals import Interval
from longwave.policy.alternatives import Alternative
from longwave.policy.design import Design
from longwave.policy.diagnose import Diagnosis
from longwave.policy.evidence import Evidence
from longwave.policy.joint import Joint, stakes_of
from longwave.policy.loop import Plan
from longwave.policy.parameter_evidence import ParameterEvidence
from longwave.workflows.plain import plain_refusal, plain_sentence

if TYPE_CHECKING:
    from longwave.workflows.policy.run import Policy


def plain_policy(policy: Policy) -> dict[str, Any]:
    """The document of ``longwave policy --json`` and the body of the record."""
    return {
        "what": policy.what,
        "area": policy.area,
        "made": policy.made,
        "as_of": policy.as_of,
        "figures_to": policy.figures_to,
        "options": _options(policy),
        "plans": {name: plain_plan(plan) for name, plan in policy.plans.items()},
        "joint": None if policy.joint is None else _joint(policy.joint),
        "data": [origin.as_dict() for origin in policy.origins.values()],
        "versions": {"longwave": version("longwave"), "numpy": np.__version__},
    }


def plain_plan(plan: Plan) -> dict[str, Any]:
    """One domain's plan."""
    return {
        "domain": plan.domain.name,
        "title": names(plan.domain.names),
        "evidence": {name: _evidence(each) for name, each in plan.state.evidence.items()},
        "diagnoses": [_diagnosis(each) for each in plan.diagnoses],
        "parameters": {name: _parameter(each) for name, each in plan.parameters.items()},
        "design": None if plan.design is None else _design(plan.design, plan),
        "watch": [_watch(plan, place) for place in range(len(plan.domain.watch))],
        "evaluation": [asdict(each) for each in plan.domain.evaluations],
        "refusals": [plain_refusal(each) for each in plan.refusals],
        "notes": [] if plan.figures is None else [plain_sentence(note) for note in plan.figures.notes],
    }


def names(given: Names) -> dict[str, str]:
    return {"en": given.text("en"), "zh": given.text("zh")}


def number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _options(policy: Policy) -> dict[str, Any]:
    told = asdict(policy.options)
    told["parameters"] = {name: list(bounds) for name, bounds in policy.options.parameters.items()}
    told["bounds"] = {name: list(bounds) for name, bounds in policy.options.bounds.items()}
    told["only"] = list(policy.options.only)
    return told


def _interval(found: Interval | None) -> dict[str, float | None] | None:
    if found is None:
        return None
    return {
        "value": number(found.value), "low": number(found.low), "high": number(found.high), "level": found.level or None,
    }  # fmt: skip


def _evidence(each: Evidence) -> dict[str, Any]:
    return {
        "title": names(each.indicator.names),
        "unit": names(each.indicator.unit),
        "better": each.indicator.better,
        "value": number(each.latest.value),
        "low": number(each.latest.low),
        "high": number(each.latest.high),
        "year": each.year,
        "grade": str(each.grade),
        "mean": _interval(each.mean),
        "slope": _interval(each.slope),
        "values": {str(year): number(float(value)) for year, value in each.values.items()},
        "sources": list(each.sources),
        "assumed": [names(one) for one in each.assumed],
    }


def _diagnosis(each: Diagnosis) -> dict[str, Any]:
    return {
        "rule": each.rule.name,
        "answer": str(each.answer),
        "problem": each.rule.problem,
        "diagnosis": names(each.rule.diagnosis),
        "reason": names(each.rule.reason),
        "source": each.rule.source,
        "calls_for": list(each.rule.calls_for),
        "conditions": [
            {"answer": str(one.answer), "words": plain_sentence(one.words)} for one in each.checked
        ],
    }


def _parameter(each: ParameterEvidence) -> dict[str, Any]:
    return {
        "title": names(each.names),
        "value": number(each.value),
        "low": number(each.low),
        "high": number(each.high),
        "grade": str(each.grade),
        "basis": plain_sentence(each.basis),
    }


def _design(design: Design, plan: Plan | None) -> dict[str, Any]:
    problem = design.problem
    return {
        "base": str(problem.figures.base),
        "start": str(problem.figures.start),
        "last": str(problem.figures.last),
        "budget": problem.budget,
        "targets": [
            {
                "name": each.name, "title": names(each.names), "unit": names(each.unit), "desired": each.desired,
                "tolerance": each.tolerance, "weight": each.priority / each.tolerance**2, "after": each.after,
                "called_for": each.called,
            }
            for each in problem.targets
        ],
        "instruments": [
            {
                "name": each.name, "title": names(each.names), "unit": names(each.unit), "low": each.low, "high": each.high,
                "step": each.step, "cost": each.cost, "sure": design.sure.get(each.name, True),
            }
            for each in problem.instruments
        ],
        "mix": {
            str(name): _frame(design.mix_interval.loc[name])
            for name in dict.fromkeys(design.mix_interval.index.get_level_values(0))
        },
        "do_nothing": {name: _frame(design.without.quantiles(name)) for name in design.without.paths},
        "outcomes": {name: _frame(design.outcomes.quantiles(name)) for name in design.outcomes.paths},
        "effects": {each.name: _frame(each.frame) for each in design.effects},
        "alternatives": [_alternative(each) for each in design.alternatives],
        "frontier": None
        if design.frontier is None
        else {"between": list(design.frontier.between), "points": _frame(design.frontier.points)},
        "loss": {"do_nothing": number(design.policy.loss_before), "mix": number(design.policy.loss_after)},
        "bounds_met": [
            {"name": b.name, "period": b.period, "side": b.side, "kind": b.kind, "shadow_price": number(b.shadow_price)}
            for b in design.policy.binding
        ],
        "stakes": [] if plan is None else [_stake(each) for each in stakes_of(plan, design)],
        "certificate": plain_sentence(design.policy.certificate.sentence()),
        "kkt": number(design.policy.kkt),
        "replications": len(design.draws.table),
        "notes": [plain_sentence(each) for each in design.cautions],
    }  # fmt: skip


def _frame(frame: pd.DataFrame) -> dict[str, Any]:
    columns = {str(name): [number(float(v)) for v in frame[name]] for name in frame.columns}
    return {"period": [str(each) for each in frame.index], **columns}


def _alternative(each: Alternative) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": plain_sentence(each.names),
        "loss": number(each.loss),
        "mean_loss": number(each.mean_loss),
        "regret": number(each.regret),
        "outlay": number(each.outlay),
        "chances": {name: number(value) for name, value in each.chances.items()},
        "ends": {
            name: {"median": number(m), "low": number(low), "high": number(high)}
            for name, (m, low, high) in each.ends.items()
        },
    }  # fmt: skip


def _stake(each: Any) -> dict[str, Any]:
    return {
        "group": each.group, "gains": each.sign > 0, "domain": names(each.domain), "instrument": names(each.instrument),
        "why": names(each.why), "reversed": each.reversed,
    }  # fmt: skip


def _watch(plan: Plan, place: int) -> dict[str, Any]:
    rule = plan.domain.watch[place]
    told = asdict(rule)
    told["skip"] = list(rule.skip)
    return told


def _joint(joint: Joint) -> dict[str, Any]:
    return {
        "design": None if joint.design is None else _design(joint.design, None),
        "uses": _table(joint.uses),
        "moves": _table(joint.moves),
        "stakes": [_stake(each) for each in joint.stakes],
        "shadow_price": None if joint.shadow_price is None else number(joint.shadow_price),
        "refusals": [plain_refusal(each) for each in joint.refusals],
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(name): {str(c): _cell(frame.loc[name, c]) for c in frame.columns} for name in frame.index}


def _cell(value: Any) -> Any:
    return number(float(value)) if isinstance(value, int | float) else str(value)
