"""A plan as a document: the answer, the evidence, the rules, the mix with its fans, what it cannot do, who gains,
what is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from longwave.core.message import Message, Names, Value, say
from longwave.policy.conditions import Answer
from longwave.policy.design import Design
from longwave.policy.diagnose import Diagnosis
from longwave.policy.digits import short
from longwave.policy.domain import DomainTarget
from longwave.policy.evidence import Evidence
from longwave.policy.joint import Joint, Stake, stakes_of
from longwave.policy.loop import Plan
from longwave.policy.verdict import joint_verdict, robustness_of, used_in, verdict
from longwave.policy.wording import band, banded, bare, formula_in_words, known_names, published_names, signed
from longwave.report.document import Band, Chart, Curve, Document, Part, Section, Table
from longwave.workflows.policy.run import Policy
from longwave.workflows.policy.stakes import by_group, side_words, why

SHOWN_YEARS = 25
"""Years of an indicator in its small picture."""


def document(policy: Policy) -> Document:
    """The whole report of a policy."""
    if policy.joint is not None:
        return _all(policy, policy.joint)
    plan = policy.plan
    return Document(
        title=say("policy_page.title", domain=plan.domain.names, area=policy.area_names),
        lead=_lead(policy),
        headlines=headlines(plan),
        sections=(*_sections(plan),),
        origins=policy.origins,
        caveats=_caveats(plan),
    )


def _all(policy: Policy, joint: Joint) -> Document:
    head = joint_verdict(joint)
    problems = tuple(each for plan in policy.plans.values() for each in problems_of(plan))
    return Document(
        title=say("policy_page.title_all", area=policy.area_names),
        lead=_lead(policy),
        headlines=(*head, *problems)[:10],
        sections=(*joint_sections(policy, joint), *(domain_section(plan) for plan in policy.plans.values())),
        origins=policy.origins,
        overview=(_overview(policy),),
        caveats=tuple(dict.fromkeys(note for plan in policy.plans.values() for note in _caveats(plan))),
    )


def _lead(policy: Policy) -> Message:
    whose = "own" if policy.options.weights or policy.options.targets else "house"
    return say(
        "policy_page.lead",
        made=policy.made,
        newest=str(policy.plan.state.newest),
        draws=policy.options.replications,
        weights=say(f"policy_page.{whose}_weights"),
    )


def headlines(plan: Plan) -> tuple[Message, ...]:
    """What a reader must know first: the answer, then the problems."""
    said = (*problems_of(plan), *strengths_of(plan))
    found = (*said, *verdict(plan.design, plan.refusals, plan.diagnoses))
    return found if said else (say("policy_page.no_problem"), *found)


def problems_of(plan: Plan) -> tuple[Message, ...]:
    return tuple(
        say(
            "policy_page.problem",
            domain=plan.domain.names,
            diagnosis=each.rule.diagnosis,
            reason=each.rule.reason,
        )
        for each in plan.problems
    )


def strengths_of(plan: Plan) -> tuple[Message, ...]:
    """What rules found that asks for no action."""
    return tuple(
        say(
            "policy_page.problem",
            domain=plan.domain.names,
            diagnosis=each.rule.diagnosis,
            reason=each.rule.reason,
        )
        for each in plan.strengths
    )


def _caveats(plan: Plan) -> tuple[Message, ...]:
    notes = () if plan.figures is None else plan.figures.notes
    design = () if plan.design is None else (say("policy_page.last_years"), *plan.design.cautions)
    refuses = tuple(say("policy.named", name=each) for each in plan.domain.refuses)
    return (*notes, *design, *refuses)


def _sections(plan: Plan) -> list[Section]:
    """A section for each step of the loop."""
    found = [
        Section(
            "evidence", say("policy_page.evidence"), tables=(evidence_table(plan),),
            refusals=tuple(plan.state.refusals.values()),
        ),
        Section(
            "diagnosis", say("policy_page.diagnosis"), answers=problems_of(plan), tables=(rules_table(plan),)
        ),
        Section(
            "parameters", say("policy_page.parameters"), (say("policy_page.grades"),), tables=(_parameters(plan),)
        ),
    ]  # fmt: skip
    if plan.design is not None:
        found.append(_design_section(plan, plan.design))
    else:
        found.append(
            Section("design", say("policy_page.design"), refusals=plan.refusals[len(plan.state.refusals) :])
        )
    found.append(_watch_section(plan))
    return found


def domain_section(plan: Plan, area: Names | None = None) -> Section:
    """A whole domain as one section with parts, for a report that holds several; area: where it holds several of
    them."""
    name = plan.domain.name if area is None else f"{plan.area}-{plan.domain.name}"
    parts = [
        Part(f"{name}-evidence", say("policy_page.evidence"), tables=(evidence_table(plan, name),)),
        Part(f"{name}-diagnosis", say("policy_page.diagnosis"), tables=(rules_table(plan, name),)),
    ]
    if plan.design is not None:
        parts += [
            Part(
                f"{name}-mix",
                say("policy_page.design"),
                tables=(
                    *_mix_tables(plan.design, name),
                    _stakes_table(stakes_of(plan, plan.design), plan.design, name),
                ),
                charts=_charts(plan.design, name, plan.sources),
            )
        ]
    title = (
        say("policy.named", name=plan.domain.names)
        if area is None
        else say("policy_page.title", domain=plan.domain.names, area=area)
    )
    return Section(
        f"domain-{name}",
        title,
        (say("policy.named", name=plan.domain.about),),
        answers=headlines(plan),
        refusals=plan.refusals,
        parts=tuple(parts),
    )


def _overview(policy: Policy) -> Table:
    rows: list[tuple[Value, ...]] = []
    for plan in policy.plans.values():
        used = () if plan.design is None else tuple(each.names for each in used_in(plan.design))
        rows.append(
            (
                plan.domain.names,
                tuple(bare(each.rule.diagnosis) for each in plan.problems) or say("policy_page.none"),
                used
                or (
                    say("policy_page.no_design") if plan.design is None else say("policy_page.nothing_to_do")
                ),
                len(plan.refusals),
            )
        )
    header = (
        say("policy_page.domain"),
        say("policy_page.fired"),
        say("policy_page.acts"),
        say("policy_page.unsaid"),
    )
    return Table("overview", say("policy_page.overview"), header, tuple(rows))


def evidence_table(plan: Plan, key: str = "") -> Table:
    """Each indicator: latest figure, its band or five-year mean, slope, grade and date, and a small picture."""
    rows, pictures = [], []
    for each in plan.state.evidence.values():
        rows.append(_evidence_row(plan, each))
        pictures.append(_small(plan, each))
    header = tuple(
        say(f"policy_page.head_{name}")
        for name in ("indicator", "latest", "unit", "year", "band", "mean", "slope", "grade", "better")
    )
    return Table(
        f"{key or plan.domain.name}-figures",
        say("policy_page.evidence_caption"),
        header,
        tuple(rows),
        plan.sources,
        tuple(pictures),
    )


def _evidence_row(plan: Plan, each: Evidence) -> tuple[Value, ...]:
    latest = each.latest
    band = "–" if latest.low == latest.high else _span(latest.low, latest.high)
    mean = "–" if each.mean is None else _span(each.mean.low, each.mean.high)
    slope = "–" if each.slope is None else _span(each.slope.low, each.slope.high)
    year = str(each.year)
    when: Value = say("policy_page.old", year=year) if plan.state.old(each.indicator.name) else year
    return (
        each.indicator.names, short(latest.value), each.indicator.unit, when, band, mean, slope, str(each.grade),
        say(f"policy_page.better_{each.indicator.better}"),
    )  # fmt: skip


def _small(plan: Plan, each: Evidence) -> Chart:
    values = each.values[each.values.index > each.year - SHOWN_YEARS]
    series = pd.Series(values.to_numpy(), index=[f"{year:04d}" for year in values.index])
    name = say("policy.named", name=each.indicator.names)
    return Chart(
        f"small-{plan.domain.name}-{each.indicator.name}", "lines", name, say("policy.named", name=each.indicator.unit),
        name, (Curve(each.indicator.names, series),), each.sources,
    )  # fmt: skip


_ORDER = {Answer.YES: 0, Answer.OPEN: 1, Answer.NO: 2}


def rules_table(plan: Plan, key: str = "") -> Table:
    """Every rule, those that fired first, with the figures they rest on."""
    rows = [_rule_row(each) for each in sorted(plan.diagnoses, key=lambda each: _ORDER[each.answer])]
    header = tuple(say(f"policy_page.head_{name}") for name in ("diagnosis", "answer", "figures", "source"))
    return Table(f"{key or plan.domain.name}-rules", say("policy_page.rules_caption"), header, tuple(rows))


def _rule_row(each: Diagnosis) -> tuple[Value, ...]:
    words: tuple[Value, ...] = tuple(one.words for one in each.checked)
    return each.rule.diagnosis, say(f"policy_page.answer_{each.answer}"), words, each.rule.source or "–"


def _parameters(plan: Plan) -> Table:
    rows = tuple(
        (each.names, short(each.value), _span(each.low, each.high), str(each.grade), each.basis)
        for each in plan.parameters.values()
    )
    header = tuple(
        say(f"policy_page.head_{name}") for name in ("parameter", "middle", "range", "grade", "basis")
    )
    return Table(f"{plan.domain.name}-parameters", say("policy_page.parameters_caption"), header, rows)


def _design_section(plan: Plan, design: Design) -> Section:
    name = plan.domain.name
    return Section(
        "design", say("policy_page.design"),
        (say("policy_page.loss"),),
        charts=_charts(design, name, plan.sources),
        tables=(*_mix_tables(design, name), _stakes_table(stakes_of(plan, design), design, name)),
        refusals=plan.refusals[len(plan.state.refusals) :],
        answers=verdict(design, diagnoses=plan.diagnoses),
    )  # fmt: skip


def _targets_table(design: Design, name: str) -> Table:
    """Where each target should be, and the gap that counts as met: the whole loss but for the moves."""
    columns = known_names(design.problem.model)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            each.names,
            each.unit,
            _wanted(each, columns),
            f"± {each.tolerance:g}",
            f"{each.priority:g}",
        )
        for each in design.problem.targets
    )
    header = tuple(
        say(f"policy_page.head_{key}") for key in ("target", "unit", "desired", "tolerance", "priority")
    )
    return Table(f"{name}-targets", say("policy_page.targets_caption"), header, rows)


def _wanted(each: DomainTarget, columns: Mapping[str, Names]) -> Value:
    if not each.called:
        return say("policy_page.not_called")
    return columns.get(each.desired, each.desired) if isinstance(each.desired, str) else f"{each.desired:g}"


def _mix_tables(design: Design, name: str) -> tuple[Table, ...]:
    return (_targets_table(design, name), _mix_table(design, name), _alternatives_table(design, name))


def _mix_table(design: Design, name: str) -> Table:
    """The paths at the first year, the middle and the end, with 90 % over what is not known."""
    rows: list[tuple[Value, ...]] = []
    periods = list(dict.fromkeys(design.mix_interval.index.get_level_values(1)))
    chosen = list(dict.fromkeys((periods[0], periods[len(periods) // 2], periods[-1])))
    for each in design.problem.instruments:
        frame = design.mix_interval.loc[each.name]
        cells = [
            say(
                "policy.with_band",
                value=signed(float(frame.loc[p, "best"])),
                band=band(frame.loc[p, "low"], frame.loc[p, "high"]),
            )
            for p in chosen
        ]
        sure = robustness_of(design, each.name)
        rows.append((each.names, each.unit, *cells, each.lags if each.lags.en else "–", sure))
    header = (
        say("policy_page.head_instrument"), say("policy_page.head_unit"), *chosen, say("policy_page.head_lags"),
        say("policy_page.head_robust"),
    )  # fmt: skip
    return Table(f"{name}-mix", say("policy_page.mix_caption"), header, tuple(rows))


def _alternatives_table(design: Design, name: str) -> Table:
    rows: list[tuple[Value, ...]] = []
    for each in design.alternatives:
        cells = [
            _met(each.ends[t.name], each.chances[t.name] if t.called else None)
            for t in design.problem.targets
        ]
        judged = (short(each.loss), short(each.mean_loss), short(each.regret))
        rows.append((each.names, *judged, f"{each.outlay:+.2f}", *cells))
    targets: list[Value] = [each.names for each in design.problem.targets]
    header: tuple[Value, ...] = (
        say("policy_page.head_alternative"),
        say("policy_page.head_loss"),
        say("policy_page.head_mean_loss"),
        say("policy_page.head_regret"),
        say("policy_page.head_outlay"),
        *targets,
    )
    caption = say("policy_page.alternatives_caption", last=str(design.problem.figures.last))
    return Table(f"{name}-alternatives", caption, header, tuple(rows))


def _frontier_charts(design: Design, name: str, sources: tuple[str, ...]) -> tuple[Chart, ...]:
    """What bringing one target nearer costs another: the mean gap of both as the weight moves from one to the other."""
    found = design.frontier
    if found is None:
        return ()
    known = {each.name: each for each in design.problem.targets}
    first, second = (known[each] for each in found.between)
    shares = [f"{float(share):.0%}" for share in found.points.index]
    curves = tuple(
        Curve(each.names, pd.Series(found.points[each.name].to_numpy(), index=shares), labelled=True)
        for each in (first, second)
    )
    title = say("policy_page.frontier_title", first=first.names, second=second.names)
    summary = say(
        "policy_page.frontier_summary",
        first=first.names,
        second=second.names,
        first_least=short(float(found.points[first.name].min())),
        first_most=short(float(found.points[first.name].max())),
        second_least=short(float(found.points[second.name].min())),
        second_most=short(float(found.points[second.name].max())),
    )
    return (
        Chart(
            f"{name}-frontier",
            "lines",
            title,
            say("policy_page.frontier_unit"),
            summary,
            curves,
            sources,
            entries=say("policy_page.frontier_entries", first=first.names),
        ),
    )


def _met(end: tuple[float, float, float], chance: float | None) -> Message:
    """The end and its chance; none where nothing is aimed at."""
    told = banded(*end)
    return told if chance is None else say("policy_page.met", end=told, chance=chance)


def _stakes_table(stakes: Sequence[Stake], design: Design, name: str) -> Table:
    """Group by group, each policy instrument's side, then the whole mix where it can be told."""
    rows: list[tuple[Value, ...]] = []
    for each in by_group(stakes, design):
        group = say(f"policy_page.group_{each.group}")
        rows += [(group, _side(one), one.instrument, why(one)) for one in each.stakes]
        if each.together is not None:
            rows.append(
                (group, side_words(each.together.side), say("policy_page.all_together"), each.together.words)
            )
    header = tuple(say(f"policy_page.head_{key}") for key in ("group", "side", "instrument", "why"))
    nobody: tuple[tuple[Value, ...], ...] = ((say("policy_page.nobody"), "–", "–", "–"),)
    return Table(f"{name}-stakes", say("policy_page.stakes_caption"), header, tuple(rows) or nobody)


def _side(each: Stake) -> Message:
    return side_words("gains" if each.sign > 0 else "loses")


def _charts(design: Design, name: str, sources: tuple[str, ...]) -> tuple[Chart, ...]:
    return (
        *_instrument_charts(design, name, sources),
        *_target_charts(design, name, sources),
        *_frontier_charts(design, name, sources),
    )


def _instrument_charts(design: Design, name: str, sources: tuple[str, ...]) -> tuple[Chart, ...]:
    """The path of each policy instrument that the mix uses, with its band over what is not known."""
    found = []
    for each in used_in(design):
        frame = design.mix_interval.loc[each.name]
        title = say("policy_page.path_title", name=each.names)
        found.append(
            Chart(
                f"{name}-path-{each.name}", "lines", title, say("policy.named", name=each.unit),
                say("policy_page.path_summary", name=each.names, first=short(float(frame["best"].iloc[0])),
                    last=short(float(frame["best"].iloc[-1]))),
                (Curve(say("policy_page.best_path"), frame["best"], labelled=True),), sources,
                bands=(Band(frame["low"], frame["high"], 0.9),),
            )
        )  # fmt: skip
    return tuple(found)


def _target_charts(design: Design, name: str, sources: tuple[str, ...]) -> tuple[Chart, ...]:
    """Each target under the mix and under doing nothing, with 50 and 90 %."""
    return tuple(_target_chart(design, each, name, sources) for each in design.problem.targets)


def _target_chart(design: Design, each: DomainTarget, name: str, sources: tuple[str, ...]) -> Chart:
    mix, nothing = design.outcomes.quantiles(each.name), design.without.quantiles(each.name)
    desired = (
        design.outcomes.quantiles(each.desired)[0.5]
        if isinstance(each.desired, str)
        else pd.Series(np.full(len(mix), each.desired), index=mix.index)
    )
    curves = (
        Curve(say("policy.the_mix"), mix[0.5], labelled=True),
        Curve(say("policy.do_nothing"), nothing[0.5], dashed=True, labelled=True),
        Curve(say("policy_page.desired"), desired, dashed=True),
    )
    return Chart(
        f"{name}-target-{each.name}", "lines", say("policy_page.target_title", name=each.names),
        say("policy.named", name=each.unit),
        say("policy_page.target_summary", name=each.names, last=str(mix.index[-1]), mix=short(float(mix[0.5].iloc[-1])),
            nothing=short(float(nothing[0.5].iloc[-1]))),
        curves, sources, bands=(Band(mix[0.05], mix[0.95], 0.9), Band(mix[0.25], mix[0.75], 0.5)),
        note=say("policy_page.fan_note"),
    )  # fmt: skip


def _watch_section(plan: Plan) -> Section:
    watch = tuple(
        (each.title, say(f"policy_page.watch_{each.kind}"), each.meaning, each.action)
        for each in plan.domain.watch
    )
    judged = tuple(
        (
            each.title if each.title.en else each.name, say(f"policy_page.estimator_{each.estimator}"),
            formula_in_words(each.outcome, published_names()),
            say("policy_page.years", years=each.horizon),
        )
        for each in plan.domain.evaluations
    )  # fmt: skip
    tables = []
    if watch:
        header = tuple(say(f"policy_page.head_{key}") for key in ("watched", "chart", "meaning", "action"))
        tables.append(Table(f"{plan.domain.name}-watch", say("policy_page.watch_caption"), header, watch))
    if judged:
        header = tuple(say(f"policy_page.head_{key}") for key in ("judged", "method", "outcome", "horizon"))
        tables.append(
            Table(f"{plan.domain.name}-evaluation", say("policy_page.evaluation_caption"), header, judged)
        )
    return Section("watch", say("policy_page.watch"), (say("policy_page.slow"),), tables=tuple(tables))


def joint_sections(policy: Policy, joint: Joint) -> tuple[Section, ...]:
    if joint.design is None:
        return (Section(f"{policy.area}-joint", say("policy_page.joint"), refusals=joint.refusals),)
    design = joint.design
    sources = tuple(dict.fromkeys(source for plan in policy.plans.values() for source in plan.sources))
    said = list(joint_verdict(joint))
    if joint.shadow_price is not None:
        said.append(say("policy_told.shadow_price", price=joint.shadow_price))
    return (
        Section(
            "joint", say("policy_page.joint"),
            (
                say("policy_page.joint_budget", budget=_budget(policy)),
                say("policy_page.joint_demand"),
                say("policy_page.loss"),
            ),
            charts=_instrument_charts(design, f"{policy.area}-joint", sources),
            tables=(
                _targets_table(design, f"{policy.area}-joint"),
                _mix_table(design, f"{policy.area}-joint"), _uses_table(joint, design), _moves_table(policy, joint, design),
                _stakes_table(joint.stakes, design, f"{policy.area}-joint"),
            ),
            answers=tuple(said),
        ),
    )  # fmt: skip


def _budget(policy: Policy) -> Value:
    if policy.options.budget is None:
        return say("policy_page.no_budget")
    return say("policy_page.budget", budget=f"{policy.options.budget:g}")


def _uses_table(joint: Joint, design: Design) -> Table:
    """Interactions: what each policy instrument would do for its domain alone, and what it does in the joint mix."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            each.names,
            each.unit,
            f"{float(joint.uses['alone'][each.name]):+.2f}",
            f"{float(joint.uses['together'][each.name]):+.2f}",
        )
        for each in design.problem.instruments
    )
    header = tuple(say(f"policy_page.head_{key}") for key in ("instrument", "unit", "alone", "together"))
    return Table(f"{joint.plans[0].area}-joint-uses", say("policy_page.uses_caption"), header, rows)


def _moves_table(policy: Policy, joint: Joint, design: Design) -> Table:
    targets = {each.name: each.names for each in design.problem.targets}
    rows: list[tuple[Value, ...]] = []
    for name in joint.moves.index:
        plan = policy.plans[str(name)]
        rows.append(
            (plan.domain.names, *(f"{float(joint.moves[t][name]):+.2f}" for t in joint.moves.columns))
        )
    header: tuple[Value, ...] = (
        say("policy_page.head_acting"),
        *(targets[str(t)] for t in joint.moves.columns),
    )
    return Table(
        f"{policy.area}-joint-moves",
        say("policy_page.moves_caption", last=str(design.problem.figures.last)),
        header,
        tuple(rows),
    )


def _span(low: float, high: float) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "–"
    return f"{short(low)} … {short(high)}"
