"""Choose: one source for each area and concept, whole; sources are never spliced.

The rule, for the sources that have figures of the wanted frequency for an area and a concept:

1. Concepts of one identity (growth accounts, the sectors of one whole) come from one dataset: the one that
   gives most of them for that area, where it gives the concept at all. In a group in which nothing has to add
   up (industries), only if its figures for the concept end no more than five years before those of
   another source that is comparable in length.
2. Of sources at least two thirds as long as the longest, the one whose last figure is latest.
3. Of those, the longer; then the newest release; then the first dataset id in the alphabet.

Figures marked as projections (status F) are left out: a study says what was observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from longwave.core.origin import Origin
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency
from longwave.prepare.concepts import concepts, groups

COMPARABLE = 2 / 3
"""A source this part as long as the longest, or longer, competes by how recent it is."""
STALE = 5
"""Years by which a source may end before a comparable one and still be taken for what else it gives."""
ENOUGH = 10
"""Figures from which a dataset is said to give a concept of a group."""

_FORM = {Frequency.ANNUAL: r"\d{4}", Frequency.QUARTERLY: r"\d{4}-Q\d", Frequency.MONTHLY: r"\d{4}-\d\d"}


@dataclass(frozen=True, eq=False)
class Choice:
    """The panel with one source an area and variable, and what was passed over.

    passed_over: columns area, variable, source, first, last, observations, taken (the source that was
    chosen).
    """

    panel: Panel
    passed_over: pd.DataFrame


def choose(panel: Panel, origins: Mapping[str, Origin], frequency: Frequency = Frequency.ANNUAL) -> Panel:
    """The panel with one source for each area and variable, of one frequency; see the rule at the top."""
    return weigh(panel, origins, frequency).panel


def weigh(panel: Panel, origins: Mapping[str, Origin], frequency: Frequency = Frequency.ANNUAL) -> Choice:
    """What `choose` takes, and what it passes over.

    origins: by dataset id, for the release dates; a dataset without one counts as oldest. The panel holds
    one vintage a dataset, as a read of the store gives it.
    """
    frame = panel.frame
    right = frame["period"].str.fullmatch(_FORM[frequency]) & (frame["status"] != str(Status.FORECAST))
    frame = frame[right.to_numpy(bool)]
    offers = _offers(frame, origins)
    if offers.empty:
        return Choice(Panel.empty(), offers.assign(taken=[])[_PASSED])
    ranked = offers.sort_values(
        ["area", "variable", "current", "served", "comparable", "last", "observations", "released", "source"],
        ascending=[True, True, False, False, False, False, False, False, True],
        kind="stable",
    )
    taken = ranked.drop_duplicates(["area", "variable"])
    keys = pd.MultiIndex.from_frame(taken[["area", "variable", "source"]])
    kept = pd.MultiIndex.from_frame(frame[["area", "variable", "source"]]).isin(keys)
    chosen = dict(zip(zip(taken["area"], taken["variable"], strict=True), taken["source"], strict=True))
    rest = ranked[ranked.duplicated(["area", "variable"])]
    winners = [chosen[pair] for pair in zip(rest["area"], rest["variable"], strict=True)]
    passed = rest.assign(taken=winners)[_PASSED].reset_index(drop=True)
    return Choice(Panel(frame[kept].reset_index(drop=True)), passed)


def weigh_concepts(panel: Panel, origins: Mapping[str, Origin], names: Iterable[str]) -> Choice:
    """What `weigh` takes for each variable named, of the frequency in which measures read it (yearly where it is no
    concept).

    A concept whose figures are another's of another frequency (`Concept.of`) stands in the result under its own name.
    """
    by_frequency: dict[Frequency, list[str]] = {}
    for name in sorted(set(names)):
        known = concepts().get(name)
        by_frequency.setdefault(Frequency.ANNUAL if known is None else known.frequency, []).append(name)
    choices = [
        weigh(_under_own_names(panel, wanted), origins, frequency)
        for frequency, wanted in by_frequency.items()
    ]
    if not choices:
        return weigh(Panel.empty(), origins)
    passed = pd.concat([choice.passed_over for choice in choices], ignore_index=True)
    return Choice(Panel.concat([choice.panel for choice in choices]), passed)


def _under_own_names(panel: Panel, names: list[str]) -> Panel:
    """The rows of the variables named; of one that is another's by frequency also the other's rows, renamed, of
    datasets that do not have it under its own name."""
    frames = [panel.select(variable=names).frame]
    for name in names:
        known = concepts().get(name)
        if known is not None and known.of:
            own = set(panel.select(variable=name).sources())
            other = panel.select(variable=known.of).frame
            frames.append(other[~other["source"].isin(own)].assign(variable=name))
    return Panel(pd.concat(frames, ignore_index=True))


_PASSED = ["area", "variable", "source", "first", "last", "observations", "taken"]


def _offers(frame: pd.DataFrame, origins: Mapping[str, Origin]) -> pd.DataFrame:
    """One row an area, variable and source: how long, how recent, how much of its group it serves."""
    seen = frame[frame["value"].notna()].groupby(["area", "variable", "source"], sort=True)["period"]
    offers = seen.agg(first="min", last="max", observations="nunique").reset_index()
    longest = offers.groupby(["area", "variable"])["observations"].transform("max")
    released = {name: origin.released for name, origin in origins.items()}
    offers["comparable"] = offers["observations"] >= COMPARABLE * longest
    return offers.assign(
        current=_current(offers),
        released=offers["source"].map(released).fillna(""),
        served=_served(offers),
    )


def _current(offers: pd.DataFrame) -> pd.Series:
    """Whether a source ends no more than five years before the latest comparable one; True in groups that have to
    add up, and for a concept of no group."""
    lenient = offers["variable"].isin([n for group in groups() if group.recent_first for n in group.concepts])
    ends = offers["last"].str[:4].astype(int)
    latest = ends.where(offers["comparable"]).groupby([offers["area"], offers["variable"]]).transform("max")
    return ~lenient | (ends >= latest - STALE)


def _served(offers: pd.DataFrame) -> pd.Series:
    """How many deciding concepts of its group each source gives for the area; 0 for a concept of no group."""
    group = offers["variable"].map({name: group.name for group in groups() for name in group.concepts})
    deciding = offers["variable"].isin([name for group in groups() for name in group.decides])
    enough = offers["observations"] >= ENOUGH
    marked = offers.assign(group=group, counts=(deciding & enough).astype(int))
    served = marked.groupby(["area", "group", "source"], dropna=False)["counts"].transform("sum")
    return served.where(group.notna() & enough, 0)
