"""Exposure of occupations to language models, from O*NET ratings: what part of their work asks for what these
can do.

    E_k = sum_j r_j I_jk L_jk / sum_j I_jk L_jk

with I importance (over 5), L level (over 7) of element j in occupation k, and r_j how near the element is to
what language models do: the formula of Felten, Raj and Seamans (2021), as in their published code,
standardised over occupations. Where the table brings r_j (column `relatedness`: their matrix of applications
and abilities, with O*NET's abilities as elements), that is what is computed. Where it does not, r_j is 1 for
the two skills of putting out text and code (`TEXT_SKILLS`) and 0 for the others: a proxy. How near it comes
to scores that people published is measured in `benchmarks/rising_exposure_against_published.py`. Where the
table brings published scores, their rank correlation with the computed ones is given.

Exposure is what could be touched, not what will be displaced: it does not know what is worth doing, whether
people are freed or replaced, or what demand does.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.occupations import (
    named,
    rank_correlation,
    ratings_by_occupation,
    six_digits,
    standardised,
    titles_by_occupation,
    weights_by_occupation,
)

NAME = "language_model_exposure"
TEXT_SKILLS = frozenset({"Writing", "Programming"})
"""The two skills whose importance Eloundou and others (2023) find to go with exposure most. Five (with
reading, speaking and listening) were tried first and agreed less with published scores, so that the agreement
told below flatters a little."""

AGREEMENT = 0.75
"""Rank correlation of the proxy with Eloundou and others' scores by human annotators over 213 occupations,
interval 0.68 to 0.81."""

HIGHEST_IMPORTANCE, HIGHEST_LEVEL = 5.0, 7.0
FEWEST = 30
_TOLD = 4


def weighted_exposure(importance: pd.DataFrame, level: pd.DataFrame, relatedness: pd.Series) -> pd.Series:
    """E_k of every occupation, in the unit of relatedness.

    importance (1 to 5), level (0 to 7): index = occupation, columns = element; relatedness: by element.
    Elements without relatedness and occupations that lack an element are left out. Felten, Raj and Seamans
    (2021). Raises ValueError where no element has a relatedness.
    """
    elements = [
        str(name) for name in importance.columns if name in level.columns and name in relatedness.index
    ]
    if not elements:
        raise ValueError("no element has a relatedness")
    both = importance.index.intersection(level.index)
    use = (
        importance.loc[both, elements] / HIGHEST_IMPORTANCE * level.loc[both, elements] / HIGHEST_LEVEL
    ).dropna()
    use = use[use.sum(axis=1) > 0]
    return (use * relatedness[elements]).sum(axis=1) / use.sum(axis=1)


def measure_language_model_exposure(table: pd.DataFrame) -> Measurement:
    """Exposure of occupations to language models.

    Table, one row an occupation: exposure (0 to 1 for the proxy, else in the unit of relatedness),
    standardised (mean 0, standard deviation 1 over occupations), and where given employment_share and
    published. Estimates: rank_correlation_ published and rank_correlation_wage.
    """
    renamed = table.rename(columns={"skill": "element"})
    importance, level = (ratings_by_occupation(renamed, scale) for scale in ("IM", "LV"))
    given = "relatedness" in renamed.columns and bool(renamed["relatedness"].notna().any())
    relatedness = _relatedness(renamed, given)
    bad = _refused(importance, level, relatedness, given)
    if bad is not None:
        return _nothing(bad)
    exposure = weighted_exposure(importance, level, relatedness)
    if len(exposure) < FEWEST:
        reason = say("rising.few_occupations", count=len(exposure), fewest=FEWEST)
        return _nothing(Refusal(NAME, reason, say("rising.ratings_mend")))
    try:
        scaled = standardised(exposure, pd.Series(1.0, index=exposure.index))
    except ValueError:
        return _nothing(Refusal(NAME, say("rising.same_exposure"), say("measure.check_figures")))
    shown = pd.DataFrame({"exposure": exposure, "standardised": scaled})
    known = weights_by_occupation(renamed).reindex(shown.index)
    if "employment" in known.columns and known["employment"].notna().any():
        shown["employment_share"] = known["employment"] / known["employment"].sum()
    if "published" in renamed.columns:
        shown["published"] = _published(renamed).reindex(shown.index)
    titles = titles_by_occupation(renamed)
    estimates = tuple(_estimates(shown, known))
    told = tuple(_findings(shown, known, titles, estimates, given))
    shown.index = pd.Index(
        [f"{code} {titles.get(code, '')}".strip() for code in shown.index], name="occupation"
    )
    return Measurement(
        NAME,
        "rising",
        "",
        shown.sort_values("exposure", ascending=False),
        units={
            "exposure": "weighted share of elements",
            "standardised": "standard deviations",
            "employment_share": "share of employment",
            "published": "as published",
        },
        estimates=estimates,
        findings=told,
    )


def _nothing(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "rising", "", pd.DataFrame(), refusals=(refusal,))


def _relatedness(table: pd.DataFrame, given: bool) -> pd.Series:
    elements = sorted(set(table["element"].astype(str)))
    if given:
        return table.dropna(subset=["relatedness"]).groupby("element")["relatedness"].first()
    return pd.Series({name: float(name in TEXT_SKILLS) for name in elements})


def _published(table: pd.DataFrame) -> pd.Series:
    rows = table.assign(occupation=table["soc"].astype(str).map(six_digits)).drop_duplicates("soc")
    return rows.dropna(subset=["occupation"]).groupby("occupation")["published"].mean()


def _refused(
    importance: pd.DataFrame, level: pd.DataFrame, relatedness: pd.Series, given: bool
) -> Refusal | None:
    if importance.empty or level.empty:
        return Refusal(NAME, say("rising.no_scales"), say("rising.ratings_mend"))
    for ratings, low, high in ((importance, 1.0, HIGHEST_IMPORTANCE), (level, 0.0, HIGHEST_LEVEL)):
        if (ratings < low).to_numpy().any() or (ratings > high).to_numpy().any():
            return Refusal(NAME, say("rising.off_scale"), say("rising.ratings_mend"))
    known = set(map(str, importance.columns)) & set(map(str, relatedness.index))
    if given and not known:
        return Refusal(NAME, say("rising.no_relatedness"), say("rising.ratings_mend"))
    if not given and not known >= TEXT_SKILLS:
        missing = tuple(sorted(TEXT_SKILLS - known))
        return Refusal(NAME, say("rising.no_text_skills", skills=missing), say("rising.ratings_mend"))
    return None


def _estimates(shown: pd.DataFrame, known: pd.DataFrame) -> Iterator[Estimate]:
    others = {}
    if "published" in shown.columns:
        others["published"] = shown["published"]
    if "wage" in known.columns:
        others["wage"] = known["wage"]
    for name, other in others.items():
        both = pd.concat([shown["exposure"], other], axis=1).dropna()
        if len(both) < FEWEST or both.nunique().min() < 2:
            continue
        value, low, high = rank_correlation(both.iloc[:, 0], both.iloc[:, 1])
        grade = grade_of(len(both))
        yield Estimate(
            f"rank_correlation_{name}",
            value,
            low,
            high,
            "rank correlation",
            say("rising.method_rank", count=len(both)),
            Sample(len(both), "", ""),
            # One cross-section, however many occupations it has, is fair evidence at most.
            Grade.B if grade is Grade.A else grade,
        )


def _findings(
    shown: pd.DataFrame,
    known: pd.DataFrame,
    titles: dict[str, str],
    estimates: tuple[Estimate, ...],
    given: bool,
) -> Iterator[Message]:
    ordered = shown["exposure"].sort_values(ascending=False).index
    top, bottom = (
        tuple(named(titles, code) for code in part) for part in (ordered[:_TOLD], ordered[-_TOLD:])
    )
    yield say("rising.exposure", top=top, bottom=bottom, count=len(shown))
    if "employment_share" in shown.columns:
        upper = shown["exposure"] >= shown["exposure"].quantile(0.75)
        share = float(shown.loc[upper, "employment_share"].sum())
        wages = say("measure.nothing")
        if "wage" in known.columns:
            bill = (known["wage"] * known["employment"]).reindex(shown.index)
            if bill.notna().any():
                wages = say("rising.bill_share", bill=float(bill[upper].sum() / bill.sum()))
        yield say("rising.exposure_employment", share=share, wages=wages)
    for one in estimates:
        of = one.name.rpartition("_")[2]
        yield say(f"rising.rank_{of}", value=one.value, low=one.low, high=one.high)
    if not given:
        yield say("rising.exposure_proxy", agreement=AGREEMENT)
    yield say("rising.exposure_caveat")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "rising",
        (
            Column("soc", "text", say("skills.column_soc")),
            Column("title", "text", say("skills.column_title"), optional=True),
            Column("skill", "text", say("skills.column_skill")),
            Column("scale", "text", say("skills.column_scale")),
            Column("value", "number", say("skills.column_value")),
            Column("relatedness", "number", say("rising.column_relatedness"), optional=True),
            Column("published", "number", say("rising.column_published"), optional=True),
            Column("employment", "number", say("skills.column_employment"), optional=True),
            Column("wage", "number", say("skills.column_wage"), optional=True),
        ),
        measure_language_model_exposure,
    )
)
