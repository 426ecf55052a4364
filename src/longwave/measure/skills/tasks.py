"""The task content of work: how routine each occupation is, how employment and wages spread over it, and
whether the middle of the wage ladder is the most routine.

    RTI = ln R - ln M - ln A,   standardised with employment weights

R, M and A are means of O*NET ratings (1 to 5): of routine, of manual and of abstract elements (Autor and Dorn
2013, with elements in place of the old dictionary's). Two lists of elements are known. *activities*: the work
activities, contexts and abilities of Acemoglu and Autor (2011), taken where the table holds all of them.
*skills*: composites built here from O*NET's 35 skills, for tables that hold nothing else; they know no
repetition and no pace, so that R is the tending and checking of machines, clerical routine is missed, and the
index is a proxy to be read with care.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.occupations import (
    named,
    ratings_by_occupation,
    standardised,
    titles_by_occupation,
    weighted_rank,
    weights_by_occupation,
)

NAME = "task_content"
FEWEST = 30
"""Fewest occupations for thirds and a shape to mean anything."""

_TOLD = 3


@dataclass(frozen=True, slots=True)
class ElementList:
    """Which elements make up each kind of task; turned: elements whose scale runs the other way (1 to 5)."""

    name: str
    routine: tuple[str, ...]
    manual: tuple[str, ...]
    abstract: tuple[str, ...]
    turned: frozenset[str] = frozenset()

    @property
    def elements(self) -> frozenset[str]:
        return frozenset((*self.routine, *self.manual, *self.abstract))


ACTIVITIES = ElementList(
    "activities",
    routine=(
        "Importance of Repeating Same Tasks",
        "Importance of Being Exact or Accurate",
        "Structured versus Unstructured Work",
        "Pace Determined by Speed of Equipment",
        "Controlling Machines and Processes",
        "Spend Time Making Repetitive Motions",
    ),
    manual=(
        "Operating Vehicles, Mechanized Devices, or Equipment",
        "Spend Time Using Your Hands to Handle, Control, or Feel Objects, Tools, or Controls",
        "Manual Dexterity",
        "Spatial Orientation",
    ),
    abstract=(
        "Analyzing Data or Information",
        "Thinking Creatively",
        "Interpreting the Meaning of Information for Others",
        "Establishing and Maintaining Interpersonal Relationships",
        "Guiding, Directing, and Motivating Subordinates",
        "Coaching and Developing Others",
    ),
    turned=frozenset({"Structured versus Unstructured Work"}),
)
"""Acemoglu and Autor (2011), appendix; all six routine elements in one mean."""

SKILLS = ElementList(
    "skills",
    routine=("Operation Monitoring", "Operation and Control", "Quality Control Analysis"),
    manual=("Equipment Maintenance", "Repairing", "Installation"),
    abstract=(
        "Critical Thinking",
        "Complex Problem Solving",
        "Judgment and Decision Making",
        "Mathematics",
        "Coordination",
        "Persuasion",
        "Negotiation",
        "Management of Personnel Resources",
    ),
)
"""Composites of longwave's own from O*NET skills; coordination, persuasion and negotiation are social skills
after Deming (2017)."""


def element_list(present: frozenset[str]) -> ElementList | None:
    """The published list where all its elements are there, else the skills, else None."""
    if ACTIVITIES.elements <= present:
        return ACTIVITIES
    return SKILLS if SKILLS.elements <= present else None


def task_scores(ratings: pd.DataFrame, elements: ElementList) -> pd.DataFrame:
    """Columns routine, manual, abstract (means of ratings) and rti = ln R - ln M - ln A. index = occupation.

    Occupations that lack an element are left out. Raises ValueError for a rating of zero or below: importance
    begins at 1.
    """
    whole = ratings[sorted(elements.elements)].dropna()
    turned = whole.assign(**{name: 6 - whole[name] for name in sorted(elements.turned)})
    kinds = {name: getattr(elements, name) for name in ("routine", "manual", "abstract")}
    scores = pd.DataFrame({name: turned[list(members)].mean(axis=1) for name, members in kinds.items()})
    if (scores <= 0).to_numpy().any():
        raise ValueError("importance is rated from 1 to 5")
    logs = np.log(scores)
    scores["rti"] = logs["routine"] - logs["manual"] - logs["abstract"]
    return scores


def thirds(index: pd.Series, employment: pd.Series, wage: pd.Series | None) -> pd.DataFrame:
    """Rows low, middle, high: occupations ranked by `index` and cut where a third of their number lies below;
    columns employment_share, and with wages wage_bill_share and mean_wage. Shares add up to 1."""
    place = np.minimum((index.rank(method="average").to_numpy() - 0.5) / len(index) * 3, 2.999).astype(int)
    rows = {}
    bill = None if wage is None else employment * wage
    for which, name in enumerate(("low", "middle", "high")):
        part = place == which
        row = {"employment_share": float(employment[part].sum() / employment.sum())}
        if bill is not None:
            row["wage_bill_share"] = float(bill[part].sum() / bill.sum())
            row["mean_wage"] = float(bill[part].sum() / employment[part].sum())
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index")


@dataclass(frozen=True, slots=True)
class Shape:
    """Curvature of y over a rank from 0 to 1: the coefficient on rank squared, with its interval. Above zero:
    high at both ends, low in the middle; below zero: a hump."""

    value: float
    low: float
    high: float
    count: int


def shape_over_rank(y: pd.Series, rank: pd.Series, weights: pd.Series, level: float = 0.95) -> Shape:
    """Weighted least squares of y on rank and its square; the interval is robust to unequal variances (HC3 of
    MacKinnon and White 1985, t with n - 3 degrees of freedom). Reference for the shape: Goos and Manning
    (2007).

    Raises ValueError for fewer than ten occupations or a rank that takes fewer than three values.
    """
    from scipy.special import stdtrit

    n = len(y)
    if n < 10 or rank.nunique() < 3:
        raise ValueError("at least ten occupations on three ranks are wanted")
    x = np.column_stack([np.ones(n), rank, rank**2])
    root = np.sqrt(weights.to_numpy(float) / weights.mean())
    xw, yw = x * root[:, None], y.to_numpy(float) * root
    inverse = np.linalg.inv(xw.T @ xw)
    beta = inverse @ xw.T @ yw
    leverage = np.einsum("ij,jk,ik->i", xw, inverse, xw)
    errors = (yw - xw @ beta) / np.maximum(1 - leverage, 1e-8)
    covariance = inverse @ (xw.T @ (xw * errors[:, None] ** 2)) @ inverse
    half = float(stdtrit(n - 3, 0.5 + level / 2)) * float(np.sqrt(covariance[2, 2]))
    return Shape(float(beta[2]), float(beta[2] - half), float(beta[2] + half), n)


def measure_task_content(table: pd.DataFrame) -> Measurement:
    """Task content of occupations from O*NET ratings, with employment and wages where the table brings them.

    Table, one row an occupation: routine, manual, abstract (mean importance), rti (standardised), and
    employment_share. Estimates: rti_curvature_over_wages, and with employment_before
    employment_curvature_over_wages.
    """
    renamed = table.rename(columns={"skill": "element"})
    ratings = ratings_by_occupation(
        renamed[renamed["scale"].str.upper().isin({"IM", "CX"})].assign(scale="IM"), "IM"
    )
    elements = element_list(frozenset(map(str, ratings.columns)))
    if elements is None:
        missing = tuple(sorted(SKILLS.elements - set(map(str, ratings.columns))))[:5]
        reason = say("skills.no_elements", elements=missing)
        return _nothing(Refusal(NAME, reason, say("skills.no_elements_mend")))
    if (ratings < 1).to_numpy().any() or (ratings > 5).to_numpy().any():
        return _nothing(Refusal(NAME, say("skills.off_scale"), say("skills.off_scale_mend")))
    scores = task_scores(ratings, elements)
    if len(scores) < FEWEST:
        return _nothing(
            Refusal(
                NAME,
                say("skills.few_occupations", count=len(scores), fewest=FEWEST),
                say("skills.no_elements_mend"),
            )
        )
    known = weights_by_occupation(renamed).reindex(scores.index)
    return _measurement(scores, known, elements, titles_by_occupation(renamed))


def _nothing(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(refusal,))


def _measurement(
    scores: pd.DataFrame, known: pd.DataFrame, elements: ElementList, titles: dict[str, str]
) -> Measurement:
    weighted = "employment" in known.columns and bool((known["employment"] > 0).sum() >= FEWEST)
    kept = scores[known["employment"] > 0] if weighted else scores
    weights = known.loc[kept.index, "employment"] if weighted else pd.Series(1.0, index=kept.index)
    shown = kept.copy()
    try:
        shown["rti"] = standardised(kept["rti"], weights)
    except ValueError:
        return _nothing(Refusal(NAME, say("skills.same_tasks"), say("measure.check_figures")))
    refusals: list[Refusal] = []
    wage = None
    if weighted:
        shown["employment_share"] = weights / weights.sum()
        paid = "wage" in known.columns and bool((known.loc[kept.index, "wage"] > 0).sum() >= FEWEST)
        wage = known.loc[kept.index, "wage"] if paid else None
    else:
        refusals.append(Refusal("employment", say("skills.no_employment"), say("skills.no_employment_mend")))
    estimates = tuple(_estimates(shown, weights, wage, known)) if wage is not None else ()
    told = tuple(_findings(shown, weights, wage, elements, titles, estimates, len(scores)))
    shown.index = pd.Index(
        [f"{code} {titles.get(code, '')}".strip() for code in shown.index], name="occupation"
    )
    return Measurement(
        NAME,
        "skills",
        "",
        shown.sort_values("rti", ascending=False),
        units={
            "routine": "mean importance, 1 to 5",
            "manual": "mean importance, 1 to 5",
            "abstract": "mean importance, 1 to 5",
            "rti": "standard deviations",
            "employment_share": "share of employment",
        },
        estimates=estimates,
        findings=told,
        refusals=tuple(refusals),
    )


def _estimates(
    shown: pd.DataFrame, weights: pd.Series, wage: pd.Series, known: pd.DataFrame
) -> Iterator[Estimate]:
    paid = wage[wage > 0]
    rank = weighted_rank(paid, weights[paid.index])
    rti = shape_over_rank(shown.loc[paid.index, "rti"], rank, weights[paid.index])
    yield _shape_estimate("rti_curvature_over_wages", rti, "standard deviations", "skills.method_shape")
    if "employment_before" in known.columns:
        before = known.loc[paid.index, "employment_before"]
        before = before[before > 0]
        if len(before) >= FEWEST:
            growth = np.log(weights[before.index] / before)
            found = shape_over_rank(growth, weighted_rank(paid[before.index], before), before)
            yield _shape_estimate(
                "employment_curvature_over_wages", found, "log change", "skills.method_polarisation"
            )


def _shape_estimate(name: str, found: Shape, unit: str, method: str) -> Estimate:
    sample = Sample(found.count, "", "")
    # One cross-section, however many occupations it has, is fair evidence at most.
    grade = Grade.B if grade_of(found.count) is Grade.A else grade_of(found.count)
    return Estimate(name, found.value, found.low, found.high, unit, say(method), sample, grade)


def _findings(
    shown: pd.DataFrame,
    weights: pd.Series,
    wage: pd.Series | None,
    elements: ElementList,
    titles: dict[str, str],
    estimates: tuple[Estimate, ...],
    rated: int,
) -> Iterator[Message]:
    ordered = shown["rti"].sort_values(ascending=False)
    top, bottom = (
        [named(titles, code) for code in part] for part in (ordered.index[:_TOLD], ordered.index[-_TOLD:])
    )
    yield say("skills.most_routine", top=tuple(top), bottom=tuple(bottom), count=len(shown), rated=rated)
    if wage is not None:
        paid = wage[wage > 0].index
        parts = thirds(shown.loc[paid, "rti"], weights[paid], wage[paid]).to_dict(orient="index")
        yield say(
            "skills.routine_thirds",
            employment=float(parts["high"]["employment_share"]),
            bill=float(parts["high"]["wage_bill_share"]),
            low_employment=float(parts["low"]["employment_share"]),
            low_bill=float(parts["low"]["wage_bill_share"]),
        )
    for one in estimates:
        of = one.name.partition("_")[0]
        how = "hump" if one.high < 0 else "valley" if one.low > 0 else "flat"
        yield say(f"skills.shape_{of}_{how}", value=one.value, low=one.low, high=one.high)
    if elements is SKILLS:
        yield say("skills.tasks_by_skills")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "skills",
        (
            Column("soc", "text", say("skills.column_soc")),
            Column("title", "text", say("skills.column_title"), optional=True),
            Column("skill", "text", say("skills.column_skill")),
            Column("scale", "text", say("skills.column_scale")),
            Column("value", "number", say("skills.column_value")),
            Column("employment", "number", say("skills.column_employment"), optional=True),
            Column("employment_before", "number", say("skills.column_employment_before"), optional=True),
            Column("wage", "number", say("skills.column_wage"), optional=True),
        ),
        measure_task_content,
    )
)
