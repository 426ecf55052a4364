"""Prepare one dataset: longwave's names, units and areas, then quality.

A pure function of what was harvested.
"""

from __future__ import annotations

from dataclasses import dataclass

from longwave.core.harvest import Fault, Harvest, RawFile
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesKey, SeriesMeta
from longwave.prepare.checks.future import known_until
from longwave.prepare.harmonise import harmonise
from longwave.prepare.quality import check
from longwave.prepare.sheet import Sheet


@dataclass(frozen=True, eq=False)
class Prepared:
    """One dataset ready to be kept.

    panel: figures under longwave's names and units, held-back series left out; metas: one a variable of
    `panel`; faults: what was found, the held-back first; held_back: the series left out by a quality check.
    """

    panel: Panel
    metas: tuple[SeriesMeta, ...]
    faults: tuple[Fault, ...]
    origin: Origin
    raw: tuple[RawFile, ...]
    realtime: bool
    held_back: tuple[SeriesKey, ...] = ()


def prepare(harvest: Harvest, reference: Panel | None = None) -> Prepared:
    """Brings one harvest under longwave's names, units and areas and lets it pass the quality checks.

    reference: curated figures of other datasets (same concepts, same units), e.g. the factbook's; with them
    the check for swapped files can tell whose figures these are. Nothing is silently changed: every figure
    taken out, marked or held back has its fault.
    """
    named = harmonise(harvest)
    checked = check(Sheet.of(named.frame, known_until(harvest.origin), reference))
    panel = Panel.of(checked.frame)
    left = set(panel.frame["variable"].unique())
    return Prepared(
        panel=panel,
        metas=tuple(meta for meta in named.metas if meta.variable in left),
        faults=(*named.faults, *checked.faults),
        origin=harvest.origin,
        raw=harvest.raw,
        realtime=harvest.realtime,
        held_back=checked.held_back,
    )
