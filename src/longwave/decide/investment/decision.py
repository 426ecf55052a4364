"""The decision: scenarios laid over drawn drivers, cash flows, worth, waiting, what matters, ranking, the best set,
the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, Names, Value, say
from longwave.decide.investment.cash_flow import Chances, Flows, cash_flows, draw_chances
from longwave.decide.investment.dominance import Order, dominance
from longwave.decide.investment.door import fault, near
from longwave.decide.investment.drivers import Fan, Matrix, Paths, correlation_of, draw_paths
from longwave.decide.investment.judged import Answer, Judged, Verdict, Worth
from longwave.decide.investment.plan import PRICE_DRIVERS, Opening, Plan, Vector
from longwave.decide.investment.portfolio import Chosen, best_set
from longwave.decide.investment.real_option import Waiting, perpetual, with_deadline
from longwave.decide.investment.scenario import Scenario
from longwave.decide.investment.tornado import tornado
from longwave.decide.investment.value import (
    factors,
    modified,
    payback_years,
    planned_rates,
    present_value,
    rates_of,
    return_on_capital,
    tail_loss,
)
from longwave.decide.investment.verdict import amount, expected, extreme, judge, percent

DRAWS = 10_000
FEWEST, MOST = 1_000, 200_000
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_CELLS = 150_000_000
"""Figures that are held at once, a little over a gigabyte; a larger plan gets fewer draws, and says so."""


@dataclass(frozen=True, eq=False)
class Decision:
    """What was decided. openings: in the plan's order; scenarios: the first is the one on which the answer rests
    where there are no weights; ranking: names, best first; dominances: (better, worse) -> order; chosen: the best set
    within the budget."""

    plan: Plan
    draws: int
    seed: int
    scenarios: tuple[Scenario, ...]
    openings: tuple[Judged, ...]
    ranking: tuple[str, ...]
    dominances: Mapping[tuple[str, str], Order]
    chosen: Chosen | None
    answer: Message
    refusals: tuple[Refusal, ...]
    notes: tuple[Message, ...]

    def of(self, name: str) -> Judged:
        return next(each for each in self.openings if each.opening.name == name)


def decide(
    plan: Plan,
    fans: Sequence[Fan] = (),
    scenarios: Sequence[Scenario] = (),
    *,
    draws: int = DRAWS,
    seed: int = 0,
    refusals: Sequence[Refusal] = (),
    progress: Progress = silent,
) -> Decision:
    """Decides. fans: a driver each that the plan follows and does not describe itself; scenarios: beside the base,
    which draws the drivers as they are. Raises BadInput for a driver without figures, contradictory correlations, a
    weight without scenario."""
    _check_drivers(plan, fans)
    every = (_base(plan, fans), *scenarios)
    _check_weights(plan, every)
    correlation, measured = correlation_of(fans, plan.drivers, plan.correlations)
    asked, draws = draws, max(FEWEST, min(draws, _CELLS // _size(plan, len(every))))
    generator = np.random.default_rng(seed)
    paths = draw_paths(plan.years, fans, plan.drivers, correlation, draws, generator)
    chances = draw_chances(plan, draws, generator)
    laid = [(each, each.laid_over(paths, seed)) for each in every]
    found = []
    for done, opening in enumerate(plan.openings):
        progress(say("investment.drawing", name=opening.name), done, len(plan.openings))
        found.append(_judged(plan, opening, laid, chances, fans, seed))
    chosen = _best_set(plan, found)
    if chosen is not None:
        found = [_in_its_set(plan, each, chosen) for each in found]
    ranking = _ranked(found)
    return Decision(
        plan,
        draws,
        seed,
        every,
        tuple(found),
        ranking,
        _dominances(found),
        chosen,
        _answer(plan, found, chosen),
        tuple(refusals),
        (*measured, *_notes(plan, every, found), *_fewer(asked, draws)),
    )


def _size(plan: Plan, scenarios: int) -> int:
    """Figures that one draw holds: every opening's lines once, and those of the opening at work in each scenario."""
    lines = [len(each.lines) + 8 for each in plan.openings]
    return len(plan.years) * (sum(lines) + scenarios * max(lines))


def _check_drivers(plan: Plan, fans: Sequence[Fan]) -> None:
    there = {fan.name for fan in fans} | {each.name for each in plan.drivers}
    for name in plan.followed:
        if name not in there:
            raise fault("unknown_driver", name=name[:80], near=near(name, there) or ("–",))


def _check_weights(plan: Plan, scenarios: Sequence[Scenario]) -> None:
    there = {each.key for each in scenarios}
    for name, weight in plan.weights.items():
        if weight > 0 and name not in there:
            raise fault("weight_without_scenario", name=name, near=tuple(sorted(there)))


def _base(plan: Plan, fans: Sequence[Fan]) -> Scenario:
    if fans:
        origins = tuple(fan.origin for fan in fans)
        return Scenario(
            "forecast", say("investment.scenario_forecast"), say("investment.origins", origins=origins)
        )
    return Scenario("plan", say("investment.scenario_plan"), say("investment.origin_plan"))


def _judged(
    plan: Plan,
    opening: Opening,
    laid: Sequence[tuple[Scenario, Paths]],
    chances: Chances,
    fans: Sequence[Fan],
    seed: int,
) -> Judged:
    flows = [cash_flows(plan, opening, paths, chances, scenario.lines) for scenario, paths in laid]
    parts = _shares(plan, [scenario.key for scenario, _ in laid], len(chances.wacc))
    net, outlays = (
        _mixed([each.net for each in flows], parts),
        _mixed([each.outlays for each in flows], parts),
    )
    lines = {line.name: _mixed([each.lines[line.name] for each in flows], parts) for line in opening.lines}
    roic = _mixed([return_on_capital(each) for each in flows], parts)
    salvage = _mixed([each.salvage[:, None] for each in flows], parts)[:, 0]
    payback = payback_years(net)
    expected_net = net.mean(axis=0)
    refusals: list[Refusal] = []
    worth, waiting, hurdle = None, None, None
    if plan.wacc is None:
        refusals.append(Refusal("npv", say("investment.no_rate"), say("investment.no_rate_mend")))
    else:
        worth = _worth(plan, flows, parts, laid, chances)
        waiting = _waiting(plan, opening, worth, refusals)
        hurdle = None if waiting is None else _hurdle(net, outlays, worth, waiting)
    if opening.after_tax:
        refusals.append(Refusal("roic", say("investment.no_capital"), say("investment.no_capital_mend")))
    spread = roic if plan.wacc is None else roic - plan.wacc.at(chances.wacc)[:, None]
    verdict = judge(plan, opening, worth, waiting, payback, refusals, [scenario for scenario, _ in laid])
    verdict = replace(verdict, reasons=(*verdict.reasons, *_shape(opening, expected_net)))
    return Judged(
        opening=opening,
        rates=rates_of(net),
        planned=planned_rates(expected_net),
        payback=payback,
        roic=_by_year(roic, plan.years),
        spread=_by_year(spread, plan.years) if plan.wacc is not None else _by_year(roic * np.nan, plan.years),
        cumulated=_by_year(np.cumsum(net, axis=1), plan.years),
        lines=lines,
        net=net,
        outlays=outlays,
        salvage=salvage,
        worth=worth,
        waiting=waiting,
        hurdle=hurdle,
        matters=() if plan.wacc is None else tornado(plan, opening, fans, seed),
        refusals=tuple(refusals),
        verdict=verdict,
    )


def _shape(opening: Opening, flows: Vector) -> tuple[Message, ...]:
    """When it runs; and that a rate of return is a cost where money comes in first."""
    said = [say("investment.operates", first=str(opening.operation), last=str(opening.last))]
    moved = flows[np.abs(flows) > 1e-12 * np.abs(flows).max(initial=0.0)]
    if len(moved) and moved[0] > 0 and (moved < 0).any():
        said.append(say("investment.borrowing"))
    return tuple(said)


def _shares(plan: Plan, keys: Sequence[str], draws: int) -> list[slice]:
    """Which draws each scenario gives to the whole: by weight, or all from the first."""
    weights = (
        [plan.weights.get(key, 0.0) for key in keys] if plan.weights else [1.0, *[0.0] * (len(keys) - 1)]
    )
    ends = np.rint(np.cumsum(weights) * draws).astype(int)
    return [slice(int(start), int(end)) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _mixed(each: Sequence[Matrix], parts: Sequence[slice]) -> Matrix:
    if parts[0].stop - parts[0].start == len(each[0]):
        return each[0]
    return np.concatenate([values[part] for values, part in zip(each, parts, strict=True)])


def _worth(
    plan: Plan,
    flows: Sequence[Flows],
    parts: Sequence[slice],
    laid: Sequence[tuple[Scenario, Paths]],
    chances: Chances,
) -> Worth:
    assert plan.wacc is not None  # noqa: S101
    rate = plan.wacc.at(chances.wacc)
    discounts = [factors(plan, rate, paths) for _, paths in laid]
    by_scenario = {}
    for (scenario, _), each, factor in zip(laid, flows, discounts, strict=True):
        alone = present_value(each.net, factor)
        by_scenario[scenario.key] = (float(alone.mean()), float((alone < 0).mean()))
    discount = _mixed(discounts, parts)
    net, outlays = (
        _mixed([each.net for each in flows], parts),
        _mixed([each.outlays for each in flows], parts),
    )
    npv, cost = present_value(net, discount), present_value(outlays, discount)
    middle = float(plan.wacc.at(np.array([0.5]))[0])
    return Worth(
        npv=npv,
        by_scenario=by_scenario,
        value=float((npv + cost).mean()),
        cost=float(cost.mean()),
        value_draws=npv + cost,
        modified=modified(net.mean(axis=0), middle),
        discounted=payback_years(net * discount),
        loss_probability=float((npv < 0).mean()),
        tail_loss=tail_loss(npv),
        discount=discount,
    )


def _waiting(plan: Plan, opening: Opening, worth: Worth, refusals: list[Refusal]) -> Waiting | None:
    """The option to wait, where there is one and all that it needs is given."""
    option = opening.option
    if option is None or option.kind == "now":
        return None
    if worth.cost <= 0:
        refusals.append(Refusal("waiting", say("investment.no_outlay")))
        return None
    missing = [name for name in ("volatility", "payout", "risk_free") if getattr(option, name) is None]
    if missing:
        reason = say("investment.option_missing", names=tuple(missing))
        refusals.append(Refusal("option", reason, say("investment.option_missing_mend")))
        return None
    assert option.volatility is not None and option.payout is not None and option.risk_free is not None  # noqa: S101
    if option.payout <= 0 or option.volatility <= 0:
        key = "no_payout" if option.payout <= 0 else "no_volatility"
        refusals.append(Refusal("option", say(f"investment.{key}"), say(f"investment.{key}_mend")))
        return None
    numbers = (option.risk_free, option.payout, option.volatility)
    try:
        if option.kind == "perpetual":
            return perpetual(worth.value, worth.cost, *numbers)
        return with_deadline(worth.value, worth.cost, float(option.until - plan.start), *numbers)
    except ValueError:
        refusals.append(Refusal("option", say("investment.no_lattice"), say("investment.no_volatility_mend")))
        return None


def _hurdle(net: Matrix, outlays: Matrix, worth: Worth, waiting: Waiting) -> float | None:
    """The internal rate of the mean flows, scaled so that their value is the trigger's: what a project of this shape
    must earn."""
    if worth.value <= 0:
        return None
    paid = outlays.mean(axis=0)
    scaled = (net.mean(axis=0) + paid) * waiting.trigger * worth.cost / worth.value - paid
    rates = planned_rates(scaled)
    return rates[0] if len(rates) == 1 else None


def _by_year(values: Matrix, years: Sequence[int]) -> pd.DataFrame:
    """Quantiles by year; NaN where no draw has a figure."""
    known = np.isfinite(values).any(axis=0)
    table = np.full((len(years), len(QUANTILES)), np.nan)
    if known.any():
        table[known] = np.nanquantile(values[:, known], QUANTILES, axis=0).T
    return pd.DataFrame(
        table, index=pd.Index(years, name="year"), columns=[f"{each:g}" for each in QUANTILES]
    )


def _ranked(found: Sequence[Judged]) -> tuple[str, ...]:
    """By mean NPV a unit of outlay where there are outlays, those to invest in first; without a cost of capital as
    written."""
    order = {Answer.INVEST: 0, Answer.WAIT: 1, Answer.NOT_DECIDABLE: 2, Answer.DO_NOT: 3}

    def key(each: Judged) -> tuple[int, float]:
        if each.worth is None:
            return 0, 0.0
        return order[each.verdict.answer], -each.worth.mean / max(each.worth.cost, 1e-12)

    return tuple(each.opening.name for each in sorted(found, key=key))


def _dominances(found: Sequence[Judged]) -> dict[tuple[str, str], Order]:
    table: dict[tuple[str, str], Order] = {}
    known = [each for each in found if each.worth is not None]
    for one in known:
        for two in known:
            if one is not two and one.worth is not None and two.worth is not None:
                order = dominance(one.worth.npv, two.worth.npv)
                if order != "none":
                    table[one.opening.name, two.opening.name] = order
    return table


def _best_set(plan: Plan, found: Sequence[Judged]) -> Chosen | None:
    """The best set of the openings that are worth doing now, with those that another needs; the limits hold for the
    set."""
    worths = [each.worth for each in found if each.worth is not None]
    if len(found) < 2 or len(worths) < len(found):
        return None
    needed = {each.opening.requires for each in found if each.opening.requires}
    ready = [
        (each, worth)
        for each, worth in zip(found, worths, strict=True)
        if each.verdict.answer is Answer.INVEST
        or (each.opening.name in needed and not extreme(worth))
        or _only_as_a_set(each)
    ]
    if not any(worth.mean > 0 for _, worth in ready):
        return Chosen((), 0.0, 0.0, 0.0, 0.0, 0, True)
    draws: Matrix = np.stack([worth.npv for _, worth in ready], axis=1)
    costs: Vector = np.array([worth.cost for _, worth in ready])
    forgone: Vector = np.array([_forgone(each) for each, _ in ready])
    budget = float(costs.sum()) if plan.budget is None else plan.budget
    return best_set(
        [each.opening for each, _ in ready], draws, costs, budget=budget, limits=plan.limits, forgone=forgone
    )


_OF_A_SET = frozenset({"investment.breaks_loss", "investment.breaks_tail"})
"""Limits on the chance and size of a loss: one opening may break them and a set of several keep them."""


def _only_as_a_set(each: Judged) -> bool:
    """Whether an opening is turned down for such limits alone."""
    broken = each.verdict.broken
    return bool(broken) and each.verdict.answer is Answer.DO_NOT and set(broken) <= _OF_A_SET


def _forgone(each: Judged) -> float:
    """The worth of the choice that is given up by not waiting."""
    worth, waiting = each.worth, each.waiting
    if worth is None or waiting is None or worth.value >= waiting.trigger * worth.cost:
        return 0.0
    return waiting.value


def _in_its_set(plan: Plan, each: Judged, chosen: Chosen) -> Judged:
    """The opening with the verdict that fits the best set, so that a reader is told one thing only."""
    worth, name, base = each.worth, Names(each.opening.name), each.opening.requires
    if worth is None or not chosen.complete:
        return each
    if each.opening.name in chosen.names:
        others = tuple(Names(other) for other in chosen.names if other != each.opening.name)
        if each.verdict.answer is Answer.INVEST and not base:
            return each
        key = "invest_with" if each.verdict.answer is Answer.INVEST else "invest_for_others"
        sentence = say(
            f"investment.{key}",
            name=name,
            others=others,
            why=expected(plan, worth),
            value=amount(chosen.value, plan),
        )
        return replace(each, verdict=Verdict(Answer.INVEST, sentence, each.verdict.reasons))
    if each.verdict.answer is not Answer.INVEST:
        return each
    key = "needs" if base else "not_in_set"
    blanks = {"base": Names(base)} if base else {}
    sentence = say(f"investment.{key}", name=name, expected=expected(plan, worth), **blanks)
    return replace(each, verdict=Verdict(Answer.DO_NOT, sentence, each.verdict.reasons))


def _answer(plan: Plan, found: Sequence[Judged], chosen: Chosen | None) -> Message:
    if len(found) == 1:
        return found[0].verdict.sentence
    if chosen is None:
        return say("investment.answer_undecided", why=say("investment.why_no_rate"))
    if not chosen.complete:
        return say("investment.answer_undecided", why=say("investment.why_search", cuts=chosen.cuts))
    waiting = tuple(Names(each.opening.name) for each in found if each.verdict.answer is Answer.WAIT)
    later = say("investment.answer_wait", names=waiting) if waiting else say("investment.nothing")
    if not chosen.names:
        return say("investment.answer_none", wait=later)
    sure = all(
        each.worth is not None and each.worth.sure for each in found if each.opening.name in chosen.names
    )
    blanks: dict[str, Value] = {} if sure else {"loss": percent(chosen.loss_probability)}
    return say(
        "investment.answer_set_sure" if sure else "investment.answer_set",
        names=tuple(Names(name) for name in chosen.names),
        value=amount(chosen.value, plan),
        cost=amount(chosen.cost, plan),
        wait=later,
        **blanks,
    )


def _fewer(asked: int, draws: int) -> tuple[Message, ...]:
    return () if draws == asked else (say("investment.fewer_draws", asked=asked, draws=draws),)


def _notes(plan: Plan, scenarios: Sequence[Scenario], judged: Sequence[Judged]) -> tuple[Message, ...]:
    found = []
    if not plan.weights and len(scenarios) > 1:
        found.append(say("investment.no_weights", base=scenarios[0].name))
    if plan.wacc is None:
        found.append(say("investment.hurdle_survey"))
    elif plan.prices == "nominal" and set(plan.followed) & set(PRICE_DRIVERS):
        found.append(say("investment.fisher"))
    if plan.prices == "real" and plan.tax > 0 and plan.inflation is None:
        found.append(say("investment.allowance_kept"))
    worths = [each.worth for each in judged if each.worth is not None]
    if worths and all(each.sure for each in worths):
        found.append(say("investment.no_doubt"))
    return tuple(found)
