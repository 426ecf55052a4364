"""Occupations: O*NET's ratings in the occupational classification, joined with employment and wages, and
means and ranks in which each occupation counts as often as it has workers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from longwave.core.message import Message, say

_CODE = re.compile(r"(\d{2})-?(\d{4})(?:\.\d{2})?")
_WORDS = {"employment": "tot_emp", "wage": "a_mean"}


def six_digits(code: str) -> str | None:
    """The six-digit occupation of an O*NET or SOC code: ``11-1011.03`` and ``111011`` -> ``11-1011``; None
    where it is no such code."""
    found = _CODE.fullmatch(code.strip())
    return None if found is None else f"{found[1]}-{found[2]}"


def ratings_by_occupation(table: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Mean rating of each element in each six-digit occupation: index = occupation, columns = element.

    table: columns soc, element, scale, value, one row a rating; scale: ``IM`` (importance, 1 to 5) or ``LV``
    (level, 0 to 7). Detailed O*NET occupations (``.01`` and on) count equally within theirs: O*NET gives no
    employment below six digits.
    """
    rows = table[table["scale"].astype(str).str.upper() == scale]
    rows = rows.assign(occupation=rows["soc"].astype(str).map(six_digits))
    rows = rows[rows["occupation"].notna() & rows["value"].notna()]
    means = rows.groupby(["occupation", "element"], observed=True)["value"].mean()
    return means.unstack("element").sort_index()


def titles_by_occupation(table: pd.DataFrame) -> dict[str, str]:
    """The title of each six-digit occupation: the one whose code ends in ``.00`` where there is one."""
    if "title" not in table.columns:
        return {}
    rows = table[["soc", "title"]].drop_duplicates("soc").assign(soc=lambda each: each["soc"].astype(str))
    rows = rows[rows["title"].notna()].sort_values("soc", kind="stable")
    found: dict[str, str] = {}
    for code, title in zip(rows["soc"], rows["title"].astype(str), strict=True):
        occupation = six_digits(code)
        if occupation is not None:
            found.setdefault(occupation, title)
    return found


def named(titles: dict[str, str], code: object) -> Message:
    """An occupation within a sentence: its title in quotation marks, since titles hold commas, or its
    code."""
    return say("skills.title", title=titles.get(str(code), str(code)))


def weights_by_occupation(table: pd.DataFrame) -> pd.DataFrame:
    """Employment and wage of each six-digit occupation, from rows that repeat them; columns that the table
    lacks are absent. A figure is taken from the first row of the occupation that has one."""
    rows = table.assign(occupation=table["soc"].astype(str).map(six_digits))
    rows = rows[rows["occupation"].notna()]
    wanted = [name for name in ("employment", "wage", "employment_before") if name in rows.columns]
    return rows.groupby("occupation")[wanted].first()


def with_employment(ratings: pd.DataFrame, employment: pd.DataFrame) -> pd.DataFrame:
    """O*NET's raw ratings with the employment and mean yearly wage of the occupational employment survey
    beside them.

    ratings: soc, title, skill (or element), scale, value; employment: the survey's occ_code, occ_group,
    tot_emp, a_mean, of which detailed occupations count. Both in the same edition of the classification.
    Returns columns soc, title, element, scale, value, employment (persons), wage (a year); null where the
    survey has no such occupation.
    """
    table = ratings.rename(columns={"skill": "element"})
    detailed = employment
    if "occ_group" in employment.columns:
        detailed = employment[employment["occ_group"].astype(str).str.lower() == "detailed"]
    known = detailed.assign(occupation=detailed["occ_code"].astype(str).map(six_digits))
    known = known.drop_duplicates("occupation").set_index("occupation")
    occupation = table["soc"].astype(str).map(six_digits)
    joined = {name: occupation.map(known[column]).astype(float) for name, column in _WORDS.items()}
    return table.assign(**joined)


def weighted_mean(values: pd.Series, weights: pd.Series) -> float:
    """Mean in which each value counts by its weight."""
    return float(np.average(values.to_numpy(float), weights=weights.to_numpy(float)))


def standardised(values: pd.Series, weights: pd.Series) -> pd.Series:
    """Values with weighted mean 0 and weighted standard deviation 1. Raises ValueError where they do not
    vary."""
    centred = values - weighted_mean(values, weights)
    spread = float(np.sqrt(weighted_mean(centred**2, weights)))
    if spread <= 1e-12 * max(1.0, float(values.abs().max())):
        raise ValueError("the values do not vary")
    return centred / spread


def weighted_rank(values: pd.Series, weights: pd.Series) -> pd.Series:
    """The share of weight below each value, own weight counted half: 0 to 1. Equal values share their
    rank."""
    order = values.rank(method="dense")
    each = weights.groupby(order).sum()
    below = each.cumsum() - each / 2
    return pd.Series(order.map(below / each.sum()), index=values.index, dtype=float)


def rank_correlation(one: pd.Series, other: pd.Series, level: float = 0.95) -> tuple[float, float, float]:
    """Spearman's rank correlation with its interval after Bonett and Wright (2000): Fisher's z with variance
    (1 + r^2 / 2) / (n - 3). Index = occupation in both; those in one only are left out.

    Raises ValueError for fewer than ten in both, or one that does not vary.
    """
    from scipy.special import ndtri

    both = pd.concat([one, other], axis=1, join="inner").dropna()
    if len(both) < 10 or both.nunique().min() < 2:
        raise ValueError("at least ten occupations that vary are wanted")
    ranks = both.rank()
    r = float(np.corrcoef(ranks.iloc[:, 0], ranks.iloc[:, 1])[0, 1])
    bounded = float(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    half = float(ndtri(0.5 + level / 2)) * float(np.sqrt((1 + r**2 / 2) / (len(both) - 3)))
    z = float(np.arctanh(bounded))
    return r, float(np.tanh(z - half)), float(np.tanh(z + half))
