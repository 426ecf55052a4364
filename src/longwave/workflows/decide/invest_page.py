"""The page of an investment decision: the answer first, then each opening with its distribution, cash, what matters,
and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, Value, say
from longwave.core.origin import Origin
from longwave.decide.investment.decision import Decision
from longwave.decide.investment.follow_up import OUTLAYS, FollowUp
from longwave.decide.investment.judged import Judged, Worth
from longwave.decide.investment.plan import Plan, Vector
from longwave.decide.investment.verdict import amount, digits, percent
from longwave.report.document import Band, Chart, Curve, Document, Part, Section, Table
from longwave.report.wording import MISSING, figure

BINS = 16
IN_FULL = 8
"""Openings told in full; those beyond stand in the table of all only."""


def investment_document(
    decision: Decision, origins: Mapping[str, Origin], followed: tuple[FollowUp, ...] = ()
) -> Document:
    """The page, in no language yet."""
    plan = decision.plan
    full = sorted(decision.openings, key=lambda each: decision.ranking.index(each.opening.name))[:IN_FULL]
    sections = [_followed(each, plan) for each in followed]
    sections += [_opening(each, decision, place, tuple(origins)) for place, each in enumerate(full)]
    sections.append(_basis(decision))
    headlines = [each.sentence for each in followed] or [decision.answer]
    if len(decision.openings) > 1 and not followed:
        headlines += [each.verdict.sentence for each in full]
    return Document(
        title=say("investment.page_title", name=Names(plan.name)),
        lead=lead(decision),
        headlines=tuple(headlines),
        sections=tuple(sections),
        origins=dict(origins),
        overview=(overview(decision),),
        caveats=(*decision.notes, say("investment.caveat")),
    )


def lead(decision: Decision) -> Message:
    """What was decided on: openings, years, money, draws."""
    plan = decision.plan
    return say(
        "investment.lead",
        openings=len(plan.openings),
        first=str(plan.start),
        last=str(plan.last),
        money=say("investment.money", unit=plan.unit, currency=plan.currency)
        if plan.unit
        else Names(plan.currency),
        prices=say(f"investment.{plan.prices}"),
        draws=f"{decision.draws:,}",
    )


def overview(decision: Decision) -> Table:
    """One row an opening, best first."""
    header = tuple(
        say(f"investment.column_{name}")
        for name in ("opening", "answer", "npv", "loss", "tail", "irr", "hurdle", "ratio", "payback")
    )
    rows = tuple(row(decision.of(name)) for name in decision.ranking)
    return Table("openings", say("investment.overview"), header, rows)


def row(each: Judged) -> tuple[Value, ...]:
    """The figures of an opening: answer, NPV, chance of a loss, tail, IRR, hurdle, V/I against its trigger,
    payback."""
    worth = each.worth
    return (
        each.opening.name,
        say(f"investment.answer_word_{each.verdict.answer}"),
        MISSING if worth is None else digits(worth.mean),
        MISSING if worth is None or worth.sure else percent(worth.loss_probability),
        MISSING if worth is None or worth.sure else digits(-worth.tail_loss),
        rate_words(each),
        MISSING if each.hurdle is None else percent(each.hurdle, 1),
        _ratio(each),
        years_words(each),
    )


def rate_words(each: Judged) -> Value:
    """The internal rate of the mean flows: one, several, or none."""
    if not each.planned:
        return say("investment.rate_none")
    if len(each.planned) > 1:
        return say("investment.rate_several", rates=tuple(percent(rate, 1) for rate in each.planned))
    return percent(each.planned[0], 1)


def years_words(each: Judged) -> Value:
    middle = float(np.median(each.payback))
    return f"{middle:.1f}" if math.isfinite(middle) else say("investment.never")


def _ratio(each: Judged) -> Value:
    if each.worth is None or each.worth.cost <= 0:
        return MISSING
    ratio = f"{each.worth.value / each.worth.cost:.2f}"
    return ratio if each.waiting is None else f"{ratio} / {each.waiting.trigger:.2f}"


def _opening(each: Judged, decision: Decision, place: int, sources: tuple[str, ...]) -> Section:
    plan, charts, tables = decision.plan, [], []
    if each.worth is not None:
        charts.append(_distribution(each, each.worth, plan, place, sources))
    charts.append(_cash(each, plan, place, sources))
    if each.matters and each.worth is not None:
        charts.append(_tornado(each, plan, place, sources))
        tables.append(_matters(each, place))
    if not each.spread.isna().to_numpy().all():
        charts.append(_returns(each, place, sources))
    if each.worth is not None and len(decision.scenarios) > 1:
        tables.append(_scenarios(each.worth, decision, place))
    return Section(
        f"opening-{place}",
        say("investment.section", name=Names(each.opening.name)),
        paragraphs=tuple(_rates(each)),
        charts=tuple(charts),
        tables=tuple(tables),
        refusals=each.refusals,
        answers=(each.verdict.sentence, *each.verdict.reasons),
    )


def _rates(each: Judged) -> Iterator[Message]:
    """What the draws say of internal rates, and the modified one."""
    known = each.rates.value[~np.isnan(each.rates.value)]
    if len(known):
        low, middle, high = np.quantile(known, (0.1, 0.5, 0.9))
        yield say(
            "investment.rates",
            middle=percent(middle, 1),
            low=percent(low, 1),
            high=percent(high, 1),
            none=percent(each.rates.none, 1),
            several=percent(each.rates.several, 1),
        )
    else:
        yield say(
            "investment.no_rates", none=percent(each.rates.none, 1), several=percent(each.rates.several, 1)
        )
    if each.worth is not None and each.worth.modified is not None:
        yield say("investment.modified", rate=percent(each.worth.modified, 1))
    if each.hurdle is not None and each.waiting is not None:
        yield say("investment.hurdle", rate=percent(each.hurdle, 1), trigger=each.waiting.trigger)


def _unit(plan: Plan) -> Message | Names:
    return (
        say("investment.money", unit=plan.unit, currency=plan.currency) if plan.unit else Names(plan.currency)
    )


def _unit_message(plan: Plan) -> Message:
    return say("investment.unit", money=_unit(plan))


def _distribution(each: Judged, worth: Worth, plan: Plan, place: int, sources: tuple[str, ...]) -> Chart:
    edges = _edges(worth.npv)
    counts, _ = np.histogram(np.clip(worth.npv, edges[0], edges[-1]), edges)
    places = max(0, -math.floor(math.log10(edges[1] - edges[0])))
    texts = [figure(float(edge), places) for edge in edges]
    if len(set(texts)) < len(texts):
        texts = [f"{edge:.6g}".replace("-", "−") for edge in edges]
    labels = [say("investment.between", low=low, high=high) for low, high in pairwise(texts)]
    values = pd.Series(counts / len(worth.npv), index=pd.Index(labels, dtype=object))
    return Chart(
        key=f"distribution-{place}",
        kind="bars",
        title=say("investment.distribution_title", name=Names(each.opening.name)),
        unit=say("investment.share_of_draws"),
        summary=say(
            "investment.distribution_summary",
            low=amount(float(np.quantile(worth.npv, 0.1)), plan),
            middle=amount(float(np.median(worth.npv)), plan),
            high=amount(float(np.quantile(worth.npv, 0.9)), plan),
        ),
        curves=(Curve(say("investment.share_of_draws"), values),),
        sources=sources,
        percent=True,
        decimals=1,
        note=say("investment.distribution_note", money=_unit(plan)),
        entries=say("investment.column_npv"),
    )


def _edges(values: Vector) -> Vector:
    """Edges of bins of a round width, nought among them where it lies within."""
    low, high = (float(each) for each in np.quantile(values, (0.005, 0.995)))
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 1.0, high + 1.0
    raw = (high - low) / BINS
    size = 10.0 ** math.floor(math.log10(raw))
    width = next(size * step for step in (1, 2, 5, 10) if size * step >= raw)
    return np.asarray(np.arange(math.floor(low / width), math.ceil(high / width) + 1) * width, dtype=float)


def _cash(each: Judged, plan: Plan, place: int, sources: tuple[str, ...]) -> Chart:
    frame = each.cumulated.set_axis([str(year) for year in each.cumulated.index])
    end = str(each.opening.last)
    return Chart(
        key=f"cash-{place}",
        kind="lines",
        title=say("investment.cash_title", name=Names(each.opening.name)),
        unit=_unit_message(plan),
        summary=say(
            "investment.cash_summary",
            year=end,
            low=amount(float(frame["0.1"][end]), plan),
            middle=amount(float(frame["0.5"][end]), plan),
            high=amount(float(frame["0.9"][end]), plan),
        ),
        curves=(Curve(say("investment.median"), frame["0.5"]),),
        sources=sources,
        bands=(Band(frame["0.05"], frame["0.95"], 0.9), Band(frame["0.25"], frame["0.75"], 0.5)),
        decimals=2,
    )


def _tornado(each: Judged, plan: Plan, place: int, sources: tuple[str, ...]) -> Chart:
    shown = [one for one in each.matters if one.swing > 0][:10] or list(each.matters[:1])
    names = [one.name for one in shown]
    return Chart(
        key=f"tornado-{place}",
        kind="bars",
        title=say("investment.tornado_title", name=Names(each.opening.name), first=shown[0].name),
        unit=_unit_message(plan),
        summary=say(
            "investment.tornado_summary",
            first=shown[0].name,
            low=amount(shown[0].low, plan),
            high=amount(shown[0].high, plan),
        ),
        curves=(
            Curve(
                say("investment.at_low"),
                pd.Series([one.low - one.middle for one in shown], index=names, dtype=float),
            ),
            Curve(
                say("investment.at_high"),
                pd.Series([one.high - one.middle for one in shown], index=names, dtype=float),
            ),
        ),
        sources=sources,
        note=say("investment.tornado_note"),
        entries=say("investment.column_input"),
    )


def _matters(each: Judged, place: int) -> Table:
    return Table(
        f"matters-{place}",
        say("investment.matters"),
        tuple(say(f"investment.column_{name}") for name in ("input", "low", "high", "swing", "variance")),
        tuple(
            (
                one.name,
                digits(one.low),
                digits(one.high),
                digits(one.swing),
                MISSING if one.share is None else percent(one.share),
            )
            for one in each.matters
        ),
    )


def _returns(each: Judged, place: int, sources: tuple[str, ...]) -> Chart:
    frame = each.spread.dropna().set_axis([str(year) for year in each.spread.dropna().index])
    good = [year for year in frame.index if frame["0.5"][year] > 0]
    return Chart(
        key=f"returns-{place}",
        kind="lines",
        title=say("investment.returns_title", name=Names(each.opening.name)),
        unit=say("investment.points"),
        summary=say("investment.returns_summary", good=len(good), years=len(frame)),
        curves=(Curve(say("investment.median"), frame["0.5"]),),
        sources=sources,
        bands=(Band(frame["0.1"], frame["0.9"], 0.8),),
        percent=True,
        decimals=1,
        note=say("investment.returns_note"),
    )


def _scenarios(worth: Worth, decision: Decision, place: int) -> Table:
    weights = decision.plan.weights
    return Table(
        f"scenarios-{place}",
        say("investment.by_scenario"),
        tuple(say(f"investment.column_{name}") for name in ("scenario", "npv", "loss", "weight")),
        tuple(
            (
                each.name,
                digits(worth.by_scenario[each.key][0]),
                MISSING if worth.sure else percent(worth.by_scenario[each.key][1]),
                percent(weights[each.key]) if each.key in weights else MISSING,
            )
            for each in decision.scenarios
        ),
    )


def _basis(decision: Decision) -> Section:
    """Where the scenarios are from, what dominates what, the set within the budget."""
    plan = decision.plan
    origins = tuple(
        say("investment.scenario_from", scenario=each.name, origin=each.origin) for each in decision.scenarios
    )
    parts = []
    if decision.dominances:
        parts.append(
            Part("dominance", say("investment.dominance"), paragraphs=tuple(dominance_words(decision)))
        )
    if decision.chosen is not None:
        parts.append(Part("chosen", say("investment.chosen_title"), paragraphs=(chosen_words(decision),)))
    area = (say("investment.area", area=area_names(plan.area)),) if plan.area else ()
    return Section(
        "basis",
        say("investment.basis"),
        paragraphs=(*area, *origins),
        refusals=tuple(Refusal(each.subject, each.reason, each.mend) for each in decision.refusals),
        parts=tuple(parts),
    )


def dominance_words(decision: Decision) -> Iterator[Message]:
    """Each opening that is better than another for everyone, or for all who dislike risk."""
    for (better, worse), order in decision.dominances.items():
        yield say(f"investment.dominates_{order}", better=Names(better), worse=Names(worse))


def chosen_words(decision: Decision) -> Message:
    """What the search for the best set did."""
    chosen = decision.chosen
    assert chosen is not None  # noqa: S101
    if not chosen.complete:
        return say("investment.search_given_up", cuts=chosen.cuts)
    if not chosen.names:
        return say("investment.chosen_none")
    plan = decision.plan
    worths = [decision.of(name).worth for name in chosen.names]
    sure = all(each is not None and each.sure for each in worths)
    doubt: dict[str, Value] = (
        {} if sure else {"loss": percent(chosen.loss_probability), "tail": amount(-chosen.tail_loss, plan)}
    )
    return say(
        "investment.chosen_sure" if sure else "investment.chosen",
        names=tuple(Names(name) for name in chosen.names),
        value=amount(chosen.value, plan),
        cost=amount(chosen.cost, plan),
        cuts=chosen.cuts,
        **doubt,
    )


def _followed(each: FollowUp, plan: Plan) -> Section:
    return Section(
        f"follow-{each.name}",
        say("investment.follow_title", name=Names(each.name), year=str(each.until)),
        tables=(follow_table(each),),
        answers=(each.sentence, *each.reasons),
    )


def follow_table(each: FollowUp) -> Table:
    """What came beside what was promised."""
    return Table(
        f"follow-{each.name}",
        say("investment.follow_caption"),
        tuple(
            say(f"investment.column_{name}")
            for name in ("line", "year", "actual", "low", "median", "high", "rank", "state")
        ),
        tuple(
            (
                say("investment.input_outlays") if one.line == OUTLAYS else Names(one.line),
                str(one.year) if one.year else say("investment.all_years"),
                digits(one.actual),
                digits(one.low),
                digits(one.middle),
                digits(one.high),
                percent(one.rank),
                say(f"investment.state_{one.state}"),
            )
            for one in each.compared
        ),
    )
