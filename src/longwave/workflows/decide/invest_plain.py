"""An investment decision as plain data: the stable schema longwave.decision/1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.origin import Origin
from longwave.decide.investment.decision import QUANTILES, Decision
from longwave.decide.investment.follow_up import FollowUp
from longwave.decide.investment.judged import Judged
from longwave.decide.investment.plan import Vector
from longwave.workflows.plain import plain_refusal, plain_sentence


def plain_decision(
    decision: Decision, origins: Mapping[str, Origin], checksum: str, followed: tuple[FollowUp, ...]
) -> dict[str, Any]:
    """Sentences in both languages; money in the plan's unit; rates and shares as fractions; what is not known is
    null."""
    plan = decision.plan
    chosen = decision.chosen
    return {
        "kind": "investment",
        "plan": plan.name,
        "checksum": checksum,
        "area": plan.area,
        "currency": plan.currency,
        "unit": plan.unit,
        "prices": plan.prices,
        "start": plan.start,
        "draws": decision.draws,
        "seed": decision.seed,
        "answer": plain_sentence(decision.answer),
        "wacc": None if plan.wacc is None else [plan.wacc.low, plan.wacc.mode, plan.wacc.high],
        "scenarios": [
            {
                "key": each.key,
                "origin": plain_sentence(each.origin),
                "weight": plan.weights.get(each.key) if plan.weights else None,
            }
            for each in decision.scenarios
        ],
        "openings": [_opening(each, plan.years) for each in decision.openings],
        "ranking": list(decision.ranking),
        "dominance": [
            {"better": better, "worse": worse, "order": order}
            for (better, worse), order in decision.dominances.items()
        ],
        "chosen": None
        if chosen is None
        else {
            "openings": list(chosen.names),
            "npv": chosen.value,
            "outlay": chosen.cost,
            "budget": plan.budget,
            "loss_probability": chosen.loss_probability,
            "tail_loss": chosen.tail_loss,
            "complete": chosen.complete,
        },
        "follow_up": [_followed(each) for each in followed],
        "refusals": [plain_refusal(each) for each in decision.refusals],
        "notes": [plain_sentence(each) for each in decision.notes],
        "data": [each.as_dict() for each in origins.values()],
    }


def _opening(each: Judged, years: tuple[int, ...]) -> dict[str, Any]:
    worth, waiting = each.worth, each.waiting
    return {
        "name": each.opening.name,
        "direction": each.opening.direction,
        "answer": str(each.verdict.answer),
        "sentence": plain_sentence(each.verdict.sentence),
        "reasons": [plain_sentence(reason) for reason in each.verdict.reasons],
        "npv": None
        if worth is None
        else {
            "mean": worth.mean,
            "standard_error": worth.noise,
            "quantiles": _quantiles(worth.npv),
            "loss_probability": worth.loss_probability,
            "tail_loss": worth.tail_loss,
            "scenarios": {
                key: {"mean": mean, "loss_probability": loss}
                for key, (mean, loss) in worth.by_scenario.items()
            },
        },
        "value": None if worth is None else worth.value,
        "outlay": None if worth is None else worth.cost,
        "irr": {
            "mean_flows": list(each.planned),
            "quantiles": _quantiles(each.rates.value),
            "share_none": each.rates.none,
            "share_several": each.rates.several,
        },
        "mirr": None if worth is None else worth.modified,
        "payback": _quantiles(each.payback),
        "payback_discounted": None if worth is None else _quantiles(worth.discounted),
        "hurdle": each.hurdle,
        "option": None
        if waiting is None
        else {
            "trigger": waiting.trigger,
            "trigger_value": None if worth is None else waiting.trigger * worth.cost,
            "value": waiting.value,
            "waiting": waiting.waiting,
            "exponent": waiting.exponent,
            "years": waiting.years if math.isfinite(waiting.years) else None,
        },
        "roic_less_wacc": _table(each.spread),
        "roic": _table(each.roic),
        "cumulated": _table(each.cumulated),
        "matters": [
            {
                "key": one.key,
                "median": one.middle,
                "low": one.low,
                "high": one.high,
                "variance_share": one.share,
            }
            for one in each.matters
        ],
        "refusals": [plain_refusal(one) for one in each.refusals],
    }


def _quantiles(values: Vector) -> dict[str, float | None]:
    """NaN are no figures; infinite ones (never paid back) are, and told as null."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return {f"{share:g}": None for share in QUANTILES}
    found = [float(known[min(int(share * len(known)), len(known) - 1)]) for share in QUANTILES]
    return {
        f"{share:g}": value if math.isfinite(value) else None
        for share, value in zip(QUANTILES, found, strict=True)
    }


def _table(frame: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    return {
        str(year): {str(name): float(value) if np.isfinite(value) else None for name, value in row.items()}
        for year, row in frame.iterrows()
        if np.isfinite(row.to_numpy(dtype=float)).any()
    }


def _followed(each: FollowUp) -> dict[str, Any]:
    return {
        "opening": each.name,
        "until": each.until,
        "course": str(each.course),
        "sentence": plain_sentence(each.sentence),
        "reasons": [plain_sentence(reason) for reason in each.reasons],
        "promised_npv": each.promised,
        "if_deviations_end": dict(zip(("npv", "ahead", "better_than_stopping"), each.ends, strict=True)),
        "if_deviations_last": dict(zip(("npv", "ahead", "better_than_stopping"), each.lasts, strict=True)),
        "abandon": each.abandon,
        "lines": [
            {
                "line": one.line,
                "year": one.year or None,
                "actual": one.actual,
                "low": one.low,
                "median": one.middle,
                "high": one.high,
                "rank": one.rank,
                "state": one.state,
            }
            for one in each.compared
        ],
    }
