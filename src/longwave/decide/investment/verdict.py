"""The sentence: invest now, wait until the value reaches its trigger, do not, or not decidable because ..., with the
reasons.

The rule, in order: no cost of capital, no decision. A project that may wait is held against the trigger, not against
nought. A mean that simulation noise hides is no mean. What breaks a limit of the firm's own is not done. Scenarios
without weights are not averaged: the one on which the house rests decides, and the sentence says how likely another
would have to be to turn it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.decide.investment.judged import Answer, Verdict, Worth
from longwave.decide.investment.plan import Limits, Opening, Plan, Vector
from longwave.decide.investment.real_option import Waiting, chance_to_reach
from longwave.decide.investment.scenario import Scenario

PATIENCE = 10.0
"""Years within which a trigger without a deadline is asked to be reached."""

_HOPELESS = 0.05
_NOUGHT = 1e-9
"""Of what is gained and laid out: a smaller sum of the two is rounding."""


def amount(value: float, plan: Plan) -> Message:
    """An amount in the plan's unit, to four digits: 12.35 million EUR."""
    if plan.unit:
        return say("investment.amount", value=digits(value), unit=plan.unit, currency=plan.currency)
    return say("investment.amount_plain", value=digits(value), currency=plan.currency)


def digits(value: float) -> str:
    """A number to about four digits, thousands parted, with a true minus sign."""
    size = abs(value)
    if 0 < size < 0.001 or size >= 1e15:
        return f"{value:.4g}".replace("-", "−")
    places = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 or size == 0 else 4
    text = f"{value:,.{places}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def percent(value: float, places: int = 0) -> str:
    return f"{100 * value:.{places}f}%".replace("-", "−")


def judge(
    plan: Plan,
    opening: Opening,
    worth: Worth | None,
    waiting: Waiting | None,
    payback: Vector,
    refusals: Sequence[Refusal],
    scenarios: Sequence[Scenario],
) -> Verdict:
    """The verdict on one opening by itself."""
    name = Names(opening.name)
    if worth is None:
        reason = say("investment.why_no_rate")
        return Verdict(Answer.NOT_DECIDABLE, say("investment.undecided", name=name, why=reason))
    turning = tuple(_turning(plan, worth, scenarios))
    base = expected(plan, worth)
    if extreme(worth):
        reason = say("investment.why_extreme")
        return Verdict(Answer.NOT_DECIDABLE, say("investment.undecided", name=name, why=reason), turning)
    if abs(worth.mean) <= _NOUGHT * (abs(worth.value) + worth.cost) and worth.sure:
        reason = say("investment.why_nought")
        return Verdict(Answer.NOT_DECIDABLE, say("investment.undecided", name=name, why=reason), turning)
    if waiting is not None and worth.value < waiting.trigger * worth.cost:
        return _wait(plan, opening, worth, waiting, turning, tuple(_broken(plan, worth, payback)))
    if abs(worth.mean) < 2 * worth.noise:
        reason = say(
            "investment.why_noise", value=amount(worth.mean, plan), noise=amount(2 * worth.noise, plan)
        )
        return Verdict(Answer.NOT_DECIDABLE, say("investment.undecided", name=name, why=reason), turning)
    if worth.mean < 0:
        return Verdict(Answer.DO_NOT, say("investment.do_not", name=name, why=base), turning)
    broken = tuple(_broken(plan, worth, payback))
    if broken:
        return Verdict(
            Answer.DO_NOT,
            say("investment.do_not_limits", name=name, expected=base, why=broken),
            turning,
            tuple(each.key for each in broken),
        )
    option = opening.option
    unvalued = [each for each in refusals if each.subject == "option"]
    if option is not None and option.kind != "now" and waiting is None and unvalued:
        reason = unvalued[0].reason
        return Verdict(
            Answer.NOT_DECIDABLE,
            say("investment.undecided_wait", name=name, expected=base, why=reason),
            turning,
        )
    reasons: list[Message] = []
    if waiting is not None:
        reasons.append(
            say("investment.above_trigger", ratio=worth.value / worth.cost, trigger=waiting.trigger)
        )
    elif option is None and worth.cost > 0:
        reasons.append(say("investment.taken_as_now"))
    return Verdict(Answer.INVEST, say("investment.invest", name=name, why=base), (*reasons, *turning))


def extreme(worth: Worth) -> bool:
    """Whether a hundredth of the draws holds most of what all draws gain or lose: such a mean is no forecast of anything."""
    sizes = np.sort(np.abs(worth.npv - np.median(worth.npv)))
    whole = float(sizes.sum())
    return not worth.sure and float(sizes[-max(1, len(sizes) // 100) :].sum()) > whole / 2


def expected(plan: Plan, worth: Worth) -> Message:
    """The mean and the chance of a loss; of a plan without doubt its one value."""
    if worth.sure:
        return say("investment.expected_sure", value=amount(worth.mean, plan))
    return say("investment.expected", value=amount(worth.mean, plan), loss=percent(worth.loss_probability))


_STILL = frozenset({"investment.breaks_budget", "investment.breaks_share"})
"""Limits of what is laid out, which no wait for a higher value mends."""


def _wait(
    plan: Plan,
    opening: Opening,
    worth: Worth,
    waiting: Waiting,
    turning: tuple[Message, ...],
    broken: tuple[Message, ...],
) -> Verdict:
    """Below the trigger: wait, unless it is hardly ever reached. broken: the firm's limits that it does not keep."""
    option = opening.option
    assert option is not None and option.payout is not None and option.volatility is not None  # noqa: S101
    assert plan.wacc is not None  # noqa: S101
    name = Names(opening.name)
    goal = waiting.trigger * worth.cost
    years = min(waiting.years, PATIENCE) if option.kind == "perpetual" else waiting.years
    drift = plan.wacc.mode - option.payout
    chance = chance_to_reach(goal / worth.value, years, drift, option.volatility) if worth.value > 0 else 0.0
    met = float((worth.value_draws >= goal).mean())
    still = tuple(each for each in broken if each.key in _STILL)
    today = tuple(each for each in broken if each.key not in _STILL)
    reasons = (
        *((say("investment.today_breaks", why=today),) if today else ()),
        say("investment.if_now_sure", value=amount(worth.mean, plan))
        if worth.sure
        else say("investment.if_now", value=amount(worth.mean, plan), loss=percent(worth.loss_probability)),
        say(
            "investment.chance_to_reach", chance=percent(chance), years=f"{years:g}", drift=percent(drift, 1)
        ),
        say(
            "investment.waiting_worth", value=amount(waiting.value, plan), more=amount(waiting.waiting, plan)
        ),
        *(() if worth.sure else (say("investment.already_met", share=percent(met)),)),
        *turning,
    )
    if chance < _HOPELESS:
        why = say(
            "investment.hopeless",
            goal=amount(goal, plan),
            value=amount(worth.value, plan),
            chance=percent(chance),
            years=f"{years:g}",
        )
        return Verdict(Answer.DO_NOT, say("investment.do_not", name=name, why=why), reasons)
    until = (
        say("investment.until", year=str(option.until))
        if option.kind == "deadline"
        else say("investment.no_deadline")
    )
    sentence = say(
        "investment.wait",
        name=name,
        goal=amount(goal, plan),
        ratio=waiting.trigger,
        cost=amount(worth.cost, plan),
        value=amount(worth.value, plan),
        until=until,
        even=say("investment.even_then", why=still) if still else say("investment.nothing"),
    )
    return Verdict(Answer.WAIT, sentence, reasons, tuple(each.key for each in broken))


def _turning(plan: Plan, worth: Worth, scenarios: Sequence[Scenario]) -> Iterator[Message]:
    """Scenarios in which the mean has the other sign, and how likely each would have to be."""
    if plan.weights:
        return
    base = worth.mean
    for each in scenarios[1:]:
        mean, _ = worth.by_scenario[each.key]
        if mean * base < 0:
            yield say(
                "investment.turns",
                scenario=each.name,
                value=amount(mean, plan),
                chance=percent(base / (base - mean)),
            )


def _broken(plan: Plan, worth: Worth, payback: Vector) -> Iterator[Message]:
    """Each limit that an opening breaks by itself."""
    limits: Limits = plan.limits
    if limits.loss_probability is not None and worth.loss_probability > limits.loss_probability:
        yield say(
            "investment.breaks_loss",
            share=percent(worth.loss_probability, 1),
            limit=percent(limits.loss_probability, 1),
        )
    if limits.tail_loss is not None and worth.tail_loss > limits.tail_loss:
        yield say(
            "investment.breaks_tail", loss=amount(worth.tail_loss, plan), limit=amount(limits.tail_loss, plan)
        )
    middle = float(np.median(payback))
    if limits.payback is not None and middle > limits.payback:
        years = f"{middle:.1f}" if np.isfinite(middle) else "∞"
        yield say("investment.breaks_payback", years=years, limit=f"{limits.payback:g}")
    if plan.budget is None:
        return
    if worth.cost > plan.budget:
        yield say("investment.breaks_budget", cost=amount(worth.cost, plan), budget=amount(plan.budget, plan))
    elif limits.share is not None and worth.cost > limits.share * plan.budget:
        yield say(
            "investment.breaks_share", share=percent(worth.cost / plan.budget), limit=percent(limits.share)
        )
