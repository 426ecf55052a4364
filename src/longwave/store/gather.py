"""A dataset that comes piece by piece: today these series, tomorrow others, each under its own vintage.

A publisher's service gives what it is asked for. If each answer were a release of the whole dataset, the second
would hide the first. So an answer is joined to what is there, and a reader takes of each series the newest vintage
that it may know, whole: the rows of two vintages of one series are never spliced, since their units may differ.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from longwave.core.panel import KEY, Panel
from longwave.store.batch import Batch

_SERIES_VINTAGE = ("source", "area", "variable", "item", "vintage")


def joined(piece: Batch, before: Batch) -> Batch:
    """What is there after `piece` came to `before`, which holds every vintage that the dataset had.

    A series of the piece replaces the same vintage of itself; in a realtime batch, which brings single revisions, a
    row does. The origin is the piece's, dated by the later of the two.
    """
    realtime = piece.realtime or before.realtime
    names = list(KEY if realtime else _SERIES_VINTAGE)
    old, new = before.panel.frame, piece.panel.frame
    again = pd.MultiIndex.from_frame(old[names]).isin(pd.MultiIndex.from_frame(new[names]))
    metas = {meta.variable: meta for meta in (*before.metas, *piece.metas)}
    faults = {(fault.check, fault.subject): fault for fault in (*before.held_back, *piece.held_back)}
    return replace(
        piece,
        origin=replace(piece.origin, released=max(before.origin.released, piece.origin.released)),
        panel=Panel.concat([Panel(old[~again]), piece.panel]),
        metas=tuple(metas[variable] for variable in sorted(metas)),
        held_back=tuple(faults[key] for key in sorted(faults)),
        realtime=realtime,
    )
