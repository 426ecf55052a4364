"""Exposure of occupations to language models, from labels of their tasks: the published measure of Eloundou,
Manning, Mishkin and Rock (2023, 2024).

Each task is labelled E1 (a language model alone halves the time), E2 (with software built upon one) or E0
(neither). With weights w of 1 for core tasks and 1/2 for the others,

    alpha = sum w [E1] / sum w,   beta = sum w ([E1] + [E2] / 2) / sum w,   zeta = sum w ([E1] + [E2]) / sum w

zeta is called gamma in the published files. E3 (with vision as well) counts as E2, as in the article.
Exposure is what could be touched, not what will be displaced.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.occupations import named, six_digits, titles_by_occupation, weights_by_occupation

NAME = "language_model_tasks"
WEIGHTS = {"core": 1.0, "supplemental": 0.5, "": 0.5}
"""O*NET's kinds of task; a task without a kind weighs as a supplemental one, which among its like changes
nothing."""

LABELS = frozenset({"E0", "E1", "E2", "E3"})
_TOLD = 4
_SHARES = (0.1, 0.5)


def task_exposure(table: pd.DataFrame, by: str = "soc") -> pd.DataFrame:
    """alpha, beta and zeta of each occupation: index = column `by`; fractions of tasks between 0 and 1, alpha
    <= beta <= zeta.

    table: columns `by`, label (E0 to E3), kind (core, supplemental or empty, in any case). Raises ValueError
    for a label or kind that is none of these.
    """
    labels = table["label"].astype(str).str.strip().str.upper()
    kinds = table["kind"].astype(str).str.strip().str.lower()
    if not set(labels) <= LABELS or not set(kinds) <= set(WEIGHTS):
        raise ValueError("labels are E0 to E3, kinds are core, supplemental or empty")
    weight = kinds.map(WEIGHTS).astype(float)
    alone, helped = (labels == "E1").astype(float), labels.isin({"E2", "E3"}).astype(float)
    parts = pd.DataFrame(
        {
            by: table[by].to_numpy(),
            "weight": weight.to_numpy(),
            "alpha": (weight * alone).to_numpy(),
            "beta": (weight * (alone + helped / 2)).to_numpy(),
            "zeta": (weight * (alone + helped)).to_numpy(),
        }
    )
    sums = parts.groupby(by).sum()
    return sums[["alpha", "beta", "zeta"]].div(sums["weight"], axis=0)


def measure_language_model_tasks(table: pd.DataFrame) -> Measurement:
    """Exposure by occupation from a user's table of labelled tasks.

    Table, one row a six-digit occupation (the mean of the detailed ones in it): alpha, beta, zeta, and
    employment_share where given. No estimates: labels are judgements, not a sample; how far the ways of
    labelling differ is between alpha and zeta.
    """
    rows = table[(table["soc"] != "") & (table["label"] != "")].copy()
    rows["kind"] = rows["kind"] if "kind" in rows.columns else ""
    bad = _refused(rows)
    if bad is not None:
        return Measurement(NAME, "rising", "", pd.DataFrame(), refusals=(bad,))
    detailed = task_exposure(rows)
    shown = detailed.groupby(lambda code: six_digits(str(code)) or str(code)).mean()
    known = weights_by_occupation(rows).reindex(shown.index)
    weighted = "employment" in known.columns and bool((known["employment"] > 0).any())
    if weighted:
        shown["employment_share"] = known["employment"] / known["employment"].sum()
    titles = titles_by_occupation(rows)
    told = tuple(_findings(shown, titles, weighted))
    shown.index = pd.Index(
        [f"{code} {titles.get(code, '')}".strip() for code in shown.index], name="occupation"
    )
    units = {
        **dict.fromkeys(("alpha", "beta", "zeta"), "share of tasks"),
        "employment_share": "share of employment",
    }
    return Measurement(
        NAME,
        "rising",
        "",
        shown.sort_values("beta", ascending=False),
        units=units,
        findings=told,
        refusals=()
        if weighted
        else (Refusal("employment", say("rising.no_employment"), say("rising.no_employment_mend")),),
    )


def _refused(rows: pd.DataFrame) -> Refusal | None:
    if rows.empty:
        return Refusal(NAME, say("rising.no_tasks"), say("rising.no_tasks_mend"))
    labels = rows["label"].astype(str).str.strip().str.upper()
    strange = labels[~labels.isin(LABELS)]
    if len(strange):
        return Refusal(
            NAME, say("rising.strange_label", label=str(strange.iloc[0])[:20]), say("rising.no_tasks_mend")
        )
    kinds = rows["kind"].astype(str).str.strip().str.lower()
    unknown = kinds[~kinds.isin(list(WEIGHTS))]
    if len(unknown):
        return Refusal(
            NAME, say("rising.strange_kind", kind=str(unknown.iloc[0])[:20]), say("rising.no_tasks_mend")
        )
    return None


def _findings(shown: pd.DataFrame, titles: dict[str, str], weighted: bool) -> Iterator[Message]:
    ordered = shown["beta"].sort_values(ascending=False).index
    top = tuple(named(titles, code) for code in ordered[:_TOLD])
    yield say("rising.tasks_top", top=top, count=len(shown))
    weights = shown["employment_share"] if weighted else pd.Series(1 / len(shown), index=shown.index)
    weights = weights.fillna(0.0)
    key = "rising.tasks_workers" if weighted else "rising.tasks_occupations"
    values = {name: float((shown[name] * weights).sum()) for name in ("alpha", "beta", "zeta")}
    some, half = (float(weights[shown["beta"] >= np.nextafter(share, 0)].sum()) for share in _SHARES)
    yield say(key, some=some, half=half, **values)
    yield say("rising.exposure_caveat")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "rising",
        (
            Column("soc", "text", say("skills.column_soc")),
            Column("title", "text", say("skills.column_title"), optional=True),
            Column("label", "text", say("rising.column_label")),
            Column("kind", "text", say("rising.column_kind"), optional=True),
            Column("employment", "number", say("skills.column_employment"), optional=True),
            Column("wage", "number", say("skills.column_wage"), optional=True),
        ),
        measure_language_model_tasks,
    )
)
