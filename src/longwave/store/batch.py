"""What one commit brings for one dataset, and the few things that must hold before any of it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.harvest import Fault, RawFile
from longwave.core.message import say
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta


@dataclass(frozen=True, eq=False)
class Batch:
    """One vintage of one dataset, prepared: longwave's names and units, checked.

    panel: rows whose source is ``origin.dataset``. A whole release has the vintage ``origin.released`` in every
    row (an empty vintage is filled with it); a realtime batch has the date on which each row was published.

    adds: the batch is a piece of its dataset (what was asked of a publisher's service this time), and the series
    that were brought before stay. Without it the batch is all there is to the dataset at that release: series that
    it lacks are not read from earlier vintages.
    """

    origin: Origin
    panel: Panel
    metas: tuple[SeriesMeta, ...]
    raw: tuple[RawFile, ...] = ()
    realtime: bool = False
    held_back: tuple[Fault, ...] = ()
    adds: bool = False


def checked(batch: Batch) -> Batch:
    """The batch with vintages filled in. Raises BadInput when dates or sources do not fit."""
    origin, frame = batch.origin, batch.panel.frame
    if not origin.dataset.strip() or not origin.dataset.isprintable():
        raise BadInput(say("store.no_dataset", title=origin.title))
    if not _is_date(origin.released):
        raise BadInput(
            say("store.bad_release", dataset=origin.dataset, released=origin.released),
            say("store.bad_release_mend"),
        )
    strangers = [str(source) for source in pd.unique(frame["source"]) if source != origin.dataset]
    if strangers:
        raise BadInput(say("store.foreign_rows", dataset=origin.dataset, sources=tuple(strangers[:5])))
    if not batch.realtime and (frame["vintage"] == "").any():
        frame = frame.assign(vintage=frame["vintage"].where(frame["vintage"] != "", origin.released))
    vintages = [str(vintage) for vintage in pd.unique(frame["vintage"])]
    wrong = [
        text for text in vintages if not (_is_date(text) and (batch.realtime or text == origin.released))
    ]
    if wrong:
        raise BadInput(
            say(
                "store.foreign_vintages",
                dataset=origin.dataset,
                released=origin.released,
                vintages=tuple(wrong[:5]),
            )
        )
    return replace(batch, panel=Panel(frame))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
