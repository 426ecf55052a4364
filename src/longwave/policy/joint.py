"""One mix for all domains: their models side by side, joined by name, under one budget.

Each domain's model stays as it is. What joins them are three kinds of columns: `programmes` of the macro model
becomes what the other domains' mixes cost; `output_elsewhere` of a domain becomes the demand effect of the macro mix
and what the other domains add to potential output (their columns that end in ``_output``); `outlay` is the sum over
domains, and the budget bounds it year by year. Who moves what is told by letting each domain's part of the mix act
alone in the joint model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.errors import SolveError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.macro.bind import bind
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import renamed
from longwave.macro.model import Equation, Kind, Model, Variable
from longwave.macro.solve import solve
from longwave.policy.design import Design, designed
from longwave.policy.domain import DomainInstrument, DomainTarget, Incidence
from longwave.policy.fan import Draws, Outcomes, drawn
from longwave.policy.figures import FIRST_YEAR, Figures
from longwave.policy.loop import Plan, PlanOptions
from longwave.policy.problem import OUTLAY, Problem, paths_of

PROGRAMMES, ELSEWHERE, DEMAND = "programmes", "output_elsewhere", "output_effect"


@dataclass(frozen=True, eq=False)
class Stake:
    """A group and what the mix does to it: sign 1 gains, -1 loses, by a policy instrument that is used on one side;
    why is said of its use upwards, and reversed where the mix uses it downwards."""

    group: str
    sign: int
    domain: Names
    instrument: Names
    why: Names
    reversed: bool = False


@dataclass(frozen=True, eq=False)
class Joint:
    """The joint mix.

    plans: of every domain, also those without a design; design: None where fewer than two domains carry one; alone,
    together: mean path of each policy instrument designed for its domain alone, and in the joint mix; moves: frame
    by acting domain, columns targets, median change of each target's last year against doing nothing; stakes: who
    gains and who loses.
    """

    plans: tuple[Plan, ...]
    design: Design | None
    uses: pd.DataFrame
    moves: pd.DataFrame
    stakes: tuple[Stake, ...]
    shadow_price: float | None
    refusals: tuple[Refusal, ...]
    notes: tuple[Message, ...]


def joint_plan(plans: Sequence[Plan], options: PlanOptions) -> Joint:
    """The joint mix of plans for one area. Raises UsageError where two models use one name for different things."""
    able = [plan for plan in plans if plan.design is not None and plan.figures is not None]
    if len(able) < 2:
        reason = say("policy.too_few_domains", count=len(able))
        return _without(plans, Refusal("all", reason, say("policy.too_few_domains_mend")))
    problem = _problem(able, options)
    draws = _draws(able, options)
    evidence = {name: each for plan in able for name, each in plan.parameters.items()}
    there = {each.name for each in (*problem.model.endogenous, *problem.model.exogenous)}
    said = [name for plan in able for name in plan.domain.watched]
    said += [each.meanwhile for each in problem.targets if each.meanwhile]
    watched = [name for name in said if name in there]
    try:
        design = designed(problem, draws, evidence, watched, mixes=40, further=False)
    except SolveError as error:
        return _without(plans, Refusal("all", error.message, error.mend))
    prices = [each.shadow_price for each in design.policy.binding if each.name == OUTLAY]
    return Joint(
        tuple(plans), design, _uses(able, design), _moves(able, design), _stakes(able, design),
        max(prices, default=None), (), (),
    )  # fmt: skip


def _without(plans: Sequence[Plan], refusal: Refusal) -> Joint:
    return Joint(tuple(plans), None, pd.DataFrame(), pd.DataFrame(), (), None, (refusal,), ())


def _problem(plans: Sequence[Plan], options: PlanOptions) -> Problem:
    model = _model(plans)
    figures = _figures(plans, model)
    instruments: list[DomainInstrument] = []
    targets: list[DomainTarget] = []
    values: dict[str, float] = {}
    for plan in plans:
        assert plan.design is not None  # noqa: S101  the caller has chosen
        instruments += plan.design.problem.instruments
        targets += plan.design.problem.targets
        values |= plan.design.problem.values
    return Problem(
        model.with_values(values),
        figures,
        tuple(instruments),
        tuple(targets),
        values,
        plans[0].domain.discount,
        options.budget,
    )


def _model(plans: Sequence[Plan]) -> Model:
    """All models in one, with the identities that join them."""
    parts = [_part(plan) for plan in plans]
    _check_names(plans, parts)
    endogenous = [each for part in parts for each in part.endogenous]
    equations = [each for part in parts for each in part.equations]
    own = {_own_outlay(plan.domain.name): plan.domain.name for plan in plans}
    potential = {
        each.name: plan.domain.name
        for plan, part in zip(plans, parts, strict=True)
        for each in part.endogenous
        if each.name.endswith("_output")
    }
    links = {OUTLAY: list(own)}
    given = {each.name for part in parts for each in part.exogenous}
    if PROGRAMMES in given:
        links[PROGRAMMES] = [name for name, domain in own.items() if domain != "macro"]
    demand = any(each.name == DEMAND for each in endogenous)
    for plan in plans:
        name = _elsewhere(plan.domain.name)
        if name in given:
            links[name] = [column for column, domain in potential.items() if domain != plan.domain.name]
            links[name] += [DEMAND] if demand else []
    for name, terms in links.items():
        text = " + ".join(terms) if terms else "0"
        endogenous.append(
            Variable(name, _link_names(name), "% of GDP" if name in (OUTLAY, PROGRAMMES) else "%")
        )
        equations.append(
            Equation(name, Kind.IDENTITY, read_expression(name), read_expression(text), variable=name)
        )
    exogenous = [each for part in parts for each in part.exogenous if each.name not in links]
    return Model(
        "policy_all",
        tuple(endogenous),
        tuple({each.name: each for each in exogenous}.values()),
        tuple(each for part in parts for each in part.parameters),
        tuple(equations),
        names=Names("All policy domains", "全部政策领域"),
        frequency=plans[0].domain.model.frequency,
    )


def _part(plan: Plan) -> Model:
    """A domain's model with names of its own for what each domain has."""
    assert plan.design is not None  # noqa: S101
    model = plan.design.problem.model
    names = {OUTLAY: _own_outlay(plan.domain.name), ELSEWHERE: _elsewhere(plan.domain.name)}

    def other(name: str) -> str:
        return names.get(name, name)

    return replace(
        model,
        endogenous=tuple(replace(each, name=other(each.name)) for each in model.endogenous),
        exogenous=tuple(replace(each, name=other(each.name)) for each in model.exogenous),
        equations=tuple(
            replace(
                each, name=other(each.name), variable=other(each.variable), left=renamed(each.left, names),
                right=renamed(each.right, names),
                condition=None if each.condition is None else renamed(each.condition, names),
            )
            for each in model.equations
        ),
    )  # fmt: skip


def _own_outlay(domain: str) -> str:
    return f"{OUTLAY}_{_word(domain)}"


def _elsewhere(domain: str) -> str:
    return f"{ELSEWHERE}_{_word(domain)}"


def _word(domain: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "_" else "_" for sign in domain)


def _link_names(name: str) -> Names:
    if name == OUTLAY:
        return Names("Outlay of the mix", "政策组合的支出")
    if name == PROGRAMMES:
        return Names("Outlay of other domains", "其他领域的支出")
    return Names("Output of other domains against what is in force", "其他领域对产出的影响")


def _check_names(plans: Sequence[Plan], parts: Sequence[Model]) -> None:
    owner: dict[str, str] = {}
    for plan, part in zip(plans, parts, strict=True):
        names = [each.name for each in (*part.endogenous, *part.exogenous)]
        names += [each.name for each in part.parameters]
        for name in names:
            if name in (PROGRAMMES, FIRST_YEAR):
                continue
            if name in owner:
                raise UsageError(
                    say("policy.name_shared", name=name, first=owner[name], second=plan.domain.name),
                    say("policy.name_shared_mend"),
                )
        owner |= dict.fromkeys(names, plan.domain.name)


def _figures(plans: Sequence[Plan], model: Model) -> Figures:
    """The figures of all, from the latest base year on; a domain that starts earlier is solved up to there as if
    nothing were done."""
    known = [plan.figures for plan in plans if plan.figures is not None]
    base = max((each.base for each in known), key=lambda each: each.ordinal)
    start = max((each.start for each in known), key=lambda each: each.ordinal)
    last = min((each.last for each in known), key=lambda each: each.ordinal)
    columns: dict[str, pd.Series] = {}
    for plan in plans:
        assert plan.design is not None and plan.figures is not None  # noqa: S101
        solved = solve(
            plan.design.problem.system, plan.figures.bank, plan.figures.first, plan.figures.last,
            parameters=plan.design.problem.values,
        ).bank.frame()  # fmt: skip
        names = {OUTLAY: _own_outlay(plan.domain.name), ELSEWHERE: _elsewhere(plan.domain.name)}
        for name in solved.columns:
            if not str(name).endswith(".add"):
                columns[names.get(str(name), str(name))] = solved[name]
    lags = max(1, bind(model).max_lag)
    periods = [str(base + step) for step in range(1 - lags, last - base + 1)]
    table = pd.DataFrame({name: each.reindex(periods) for name, each in columns.items()}, index=periods)
    links = {each.name for each in model.endogenous} - set(table.columns)
    for name in links:
        table[name] = 0.0
    if FIRST_YEAR in table:
        table[FIRST_YEAR] = [1.0 if period == str(base + 1) else 0.0 for period in periods]
    bank = Databank.from_frame(table)
    sources = dict.fromkeys(source for each in known for source in each.sources)
    notes = dict.fromkeys(note for each in known for note in each.notes)
    return Figures(bank, base, start, last, tuple(sources), tuple(notes))


def _draws(plans: Sequence[Plan], options: PlanOptions) -> Draws:
    """Each domain's draws beside one another; shocks of the years that all shocked domains share."""
    parts = [
        drawn(
            replace(plan.domain, model=plan.design.problem.model), plan.parameters, options.replications, options.seed
        )
        for plan in plans
        if plan.design is not None
    ]  # fmt: skip
    shocks = [each.residuals for each in parts if each.residuals is not None]
    joined = pd.concat(shocks, axis=1, join="inner") if shocks else None
    if joined is not None and len(joined.dropna()) < 8:
        joined = max(shocks, key=len)
    return Draws(
        tuple(name for each in parts for name in each.names),
        np.column_stack([each.table for each in parts]),
        joined,
        options.seed,
        tuple(dict.fromkeys(note for each in parts for note in each.notes)),
    )


def _uses(plans: Sequence[Plan], design: Design) -> pd.DataFrame:
    """Mean of each policy instrument over the plan: designed alone, and in the joint mix."""
    rows = {}
    start = str(design.problem.figures.start)
    for plan in plans:
        assert plan.design is not None  # noqa: S101
        for each in plan.design.problem.instruments:
            alone = plan.design.policy.paths[each.name]["optimal"]
            together = design.policy.paths[each.name]["optimal"]
            rows[each.name] = {
                "domain": plan.domain.name,
                "alone": float(alone.loc[start:].mean()),
                "together": float(together.loc[start:].mean()),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def _moves(plans: Sequence[Plan], design: Design) -> pd.DataFrame:
    """What each domain's part of the joint mix alone does to every target's last year, at the median."""
    problem = design.problem
    names = tuple(dict.fromkeys(each.name for each in problem.targets))
    rows = {}
    for plan in plans:
        assert plan.design is not None  # noqa: S101
        own = {each.name for each in plan.design.problem.instruments}
        part = {name: path for name, path in paths_of(design.policy).items() if name in own}
        found = problem.brought(part, names, design.draws)
        rows[plan.domain.name] = {name: _last_change(name, found, design.without) for name in names}
    return pd.DataFrame.from_dict(rows, orient="index")


def _last_change(name: str, found: Outcomes, without: Outcomes) -> float:
    difference = found.paths[name][:, -1] - without.paths[name][:, -1]
    return float(np.median(difference[np.isfinite(difference)]))


def _stakes(plans: Sequence[Plan], design: Design) -> tuple[Stake, ...]:
    return tuple(stake for plan in plans for stake in stakes_of(plan, design))


def stakes_of(plan: Plan, design: Design) -> tuple[Stake, ...]:
    """Who gains and who loses by the policy instruments of a domain, as the mix uses them."""
    found = []
    own = {each.name for each in plan.domain.instruments}
    for each in design.problem.instruments:
        if each.name not in own:
            continue
        mean = float(
            design.policy.paths[each.name]["optimal"].loc[str(design.problem.figures.start) :].mean()
        )
        if abs(mean) < 0.02 * (each.high - each.low):
            continue
        side = 1 if mean > 0 else -1
        found += [_stake(plan, each, incidence, side) for incidence in each.incidence]
    return tuple(found)


def _stake(plan: Plan, instrument: DomainInstrument, incidence: Incidence, side: int) -> Stake:
    return Stake(
        incidence.group, incidence.sign * side, plan.domain.names, instrument.names, incidence.why, side < 0
    )
