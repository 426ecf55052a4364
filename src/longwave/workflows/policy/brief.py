"""The government's brief: every domain on two pages, the answer first, in words that the figures carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from longwave.core.harvest import Progress, silent
from longwave.core.message import Language, Message, Value, say
from longwave.core.settings import Settings
from longwave.policy.conditions import Answer
from longwave.policy.digits import short
from longwave.policy.joint import Joint
from longwave.policy.loop import OPTIONS, Plan, PlanOptions
from longwave.policy.verdict import joint_verdict, path_of, robustness_of, stopped, used_in, verdict
from longwave.policy.wording import band, bare
from longwave.report.document import Document, Section, Table
from longwave.workflows.policy.page import problems_of
from longwave.workflows.policy.run import ALL, Policy, make_policy
from longwave.workflows.policy.stakes import GroupStakes, by_group, side_words, why

MOST_GROUPS, MOST_UNSAID, MOST_FIGURES = 8, 8, 2
ANSWERS = 3
"""Sentences of the joint mix at the top: what moves, what it costs, what nothing answers or what is met."""


@dataclass(frozen=True, eq=False)
class Brief:
    """The brief and the policy that it was made from."""

    policy: Policy
    document: Document

    def results(self) -> dict[str, Any]:
        return self.policy.results()


def make_brief(
    area: str,
    *,
    options: PlanOptions = OPTIONS,
    as_of: str | date | None = None,
    made: str | date | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Brief:
    """The brief of an area over all domains. Raises what `make_policy` raises."""
    policy = make_policy(
        ALL, area, options=options, as_of=as_of, made=made, settings=settings, progress=progress
    )
    return Brief(policy, brief_document(policy))


def brief_document(policy: Policy) -> Document:
    """Headlines; each domain in a row; the joint mix; who gains and loses; what could not be said."""
    joint = policy.joint
    design = None if joint is None else joint.design
    said = tuple(each for plan in policy.plans.values() for each in problems_of(plan))
    answer: tuple[Message, ...] = (say("brief.no_mix"),)
    if joint is not None and design is not None:
        answer = (*stopped(joint), *verdict(design)[:ANSWERS])
    sections = [Section("domains", say("brief.domains"), tables=(_domains(policy),))]
    if joint is not None and design is not None:
        sections.append(_mix(joint))
    sections.append(Section("unsaid", say("brief.unsaid"), _unsaid(policy)))
    return Document(
        title=say("brief.title", area=policy.area_names),
        lead=say("brief.lead", made=policy.made, newest=_newest(policy)),
        headlines=(*answer, *said)[:6],
        sections=tuple(sections),
        origins=policy.origins,
        compact=True,
    )


def _newest(policy: Policy) -> str:
    return str(max(plan.state.newest for plan in policy.plans.values()))


def _domains(policy: Policy) -> Table:
    rows = tuple(_row(plan) for plan in policy.plans.values())
    header = tuple(say(f"brief.head_{key}") for key in ("domain", "problems", "figures", "acts", "sure"))
    return Table("domains", say("brief.domains_caption"), header, rows)


def _row(plan: Plan) -> tuple[Value, ...]:
    problems: Value = tuple(bare(each.rule.diagnosis) for each in plan.problems) or _silent(plan)
    acts: Value = say("brief.diagnosis_only")
    if plan.design is not None:
        acts = tuple(
            say(
                "brief.acts",
                name=each.names,
                value=float(path_of(plan.design, each.name)["best"].mean()),
                unit=each.unit,
            )
            for each in used_in(plan.design)
        ) or say("brief.nothing_to_do")
    return plan.domain.names, problems, _figures(plan) or "–", acts, _sure(plan)


def _silent(plan: Plan) -> Message:
    """That no rule found a problem, or that most of them had no figures to find one in."""
    opened = sum(1 for each in plan.diagnoses if each.answer is Answer.OPEN)
    return say("brief.too_little" if 2 * opened >= len(plan.diagnoses) else "brief.no_problem")


def _figures(plan: Plan) -> tuple[Value, ...]:
    """What every reader asks for, known or not; then the figures behind the problems, else the first of the domain."""
    first = [each.name for each in plan.domain.indicators if each.headline]
    named = [one.condition.indicator for each in plan.problems for one in each.checked]
    known = [name for name in (*named, *plan.state.evidence) if name in plan.state.evidence]
    order = list(dict.fromkeys((*first, *known)))
    return tuple(_figure(plan, name) for name in order[: max(MOST_FIGURES, len(first))])


def _figure(plan: Plan, name: str) -> Message:
    each = plan.state.evidence.get(name)
    if each is None:
        return say("brief.figure_none", name=plan.domain.indicator(name).names)
    return say(
        "brief.figure", name=each.indicator.names, value=short(each.latest.value), unit=each.indicator.unit,
        year=str(each.year), grade=str(each.grade),
    )  # fmt: skip


def _sure(plan: Plan) -> Message:
    opened = sum(1 for each in plan.diagnoses if str(each.answer) == "not_decidable")
    shaky = () if plan.design is None else tuple(
        each.names for each in used_in(plan.design) if not plan.design.sure.get(each.name, True)
    )  # fmt: skip
    if shaky:
        return say("brief.shaky", names=shaky, open=opened, rules=len(plan.diagnoses))
    return say("brief.open", open=opened, rules=len(plan.diagnoses))


def _mix(joint: Joint) -> Section:
    assert joint.design is not None  # noqa: S101  the caller has looked
    design = joint.design
    rows: list[tuple[Value, ...]] = []
    for each in used_in(design):
        frame = path_of(design, each.name)
        mean = frame.mean()
        rows.append(
            (
                each.names, each.unit, f"{float(frame['best'].iloc[0]):+.2f}", f"{float(mean['best']):+.2f}",
                band(float(mean["low"]), float(mean["high"])),
                robustness_of(design, each.name),
            )
        )  # fmt: skip
    tables = []
    if rows:
        header = tuple(
            say(f"brief.head_{key}") for key in ("instrument", "unit", "first", "mean", "band", "robust")
        )
        tables.append(
            Table(
                "mix", say("brief.mix_caption", start=str(design.problem.figures.start)), header, tuple(rows)
            )
        )
    groups = by_group(joint.stakes, design)
    if groups:
        header = tuple(say(f"brief.head_{key}") for key in ("group", "side", "why"))
        stakes = tuple(_group(each) for each in groups[:MOST_GROUPS])
        tables.append(Table("stakes", say("brief.stakes_caption"), header, stakes))
    return Section(
        "mix",
        say("brief.mix"),
        tables=tuple(tables),
        answers=(*joint_verdict(joint)[len(stopped(joint)) + 1 :], *further(groups)),
    )


def _group(each: GroupStakes) -> tuple[Value, ...]:
    """A group's row: its side, then by which policy instruments, then all together where that can be told."""
    by: tuple[Value, ...] = tuple(
        say("brief.why", instrument=one.instrument, side=side_words("gains" if one.sign > 0 else "loses"), why=why(one))
        for one in each.stakes
    )  # fmt: skip
    together = () if each.together is None else (each.together.words,)
    return say(f"policy_page.group_{each.group}"), side_words(each.side), (*by, *together)


def further(groups: Sequence[GroupStakes]) -> tuple[Message, ...]:
    """The groups that the table leaves out, by name."""
    rest = groups[MOST_GROUPS:]
    if not rest:
        return ()
    names = tuple(say(f"policy_page.group_{each.group}") for each in rest)
    return (say("brief.groups_left", shown=MOST_GROUPS, count=len(rest), names=names),)


def _unsaid(policy: Policy) -> tuple[Message, ...]:
    """The gaps that matter most: those without which a domain has no design first."""
    first, rest = [], []
    for plan in policy.plans.values():
        if plan.design is None and plan.refusals:
            last = plan.refusals[-1]
            whole = last.subject == plan.domain.name  # names the domain itself
            first.append(
                last.reason if whole else say("brief.gap", domain=plan.domain.names, reason=last.reason)
            )
        elif plan.refusals:
            rest.append(say("brief.gap", domain=plan.domain.names, reason=plan.refusals[0].reason))
    return tuple(dict.fromkeys((*first, *rest)))[:MOST_UNSAID] or (say("brief.nothing_unsaid"),)


def write_brief(brief: Brief, folder: Path, languages: Sequence[Language]) -> Path:
    """Writes brief.html, brief.zh.html and results.json into a folder. Raises UsageError."""
    from longwave.workflows.policy.folder import write_told

    return write_told(brief.document, brief.results(), folder, languages, "brief")
