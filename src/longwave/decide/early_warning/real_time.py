"""Out of sample as it would have been: each year's warning from what was known at the end of that year.

In year t the logit is estimated on observations of years up to t - last - delay, so that whether a crisis followed
them was known by t - delay; their windows are labelled by the crises known then, and the threshold is chosen on the
same observations. Crises already begun within a still open window would be the only answers known of it, so that such
windows are left out whole. The indicators have to be of their time already (a one-sided gap). Alessi and Detken (2018);
Holopainen and Sarlin (2017).

Refused where it would be no test: fewer than ten crises, or one wave, which is one draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.message import Message, say
from longwave.decide.early_warning.crises import CrisisTable, waves
from longwave.decide.early_warning.logit import fit_logit
from longwave.decide.early_warning.signals import Weighing, best_signal
from longwave.decide.early_warning.windows import Horizon, label

CRISES, WAVES = 10, 2
DELAY = 1
"""Years until a crisis and the year's figures are on record."""


@dataclass(frozen=True, eq=False)
class RealTime:
    """Warnings of their time. frame: area, year, probability, threshold, warned and crisis (1 or 0: what came), one row
    an observation that could be judged; first: the first year with a model."""

    frame: pd.DataFrame
    first: int
    crises: int
    waves: int


def in_real_time(
    indicators: pd.DataFrame,
    areas: pd.Series,
    years: pd.Series,
    crises: CrisisTable,
    horizon: Horizon,
    *,
    mu: float = 0.5,
    weighing: Weighing = "rates",
    progress: Callable[[int, int], None] | None = None,
) -> RealTime:
    """The recursive test.

    indicators, areas, years: one row an area and year, on one index. Raises NotEnoughData for fewer than ten crises
    that the indicators saw coming or could have, for one wave, and where no year leaves both a model and a crisis to judge.
    """
    whole = indicators.notna().all(axis=1)
    x, where, when = indicators[whole], areas[whole], years[whole].astype(int)
    truth = label(where, when, crises, horizon)
    seen = _asked(where, when, truth, crises, horizon)
    found = waves(seen.crises)
    if len(seen.crises) < CRISES or len(found) < WAVES:
        raise NotEnoughData(_too_few(len(seen.crises), len(found)), say("early_warning.real_time_mend"))
    judged = sorted(set(when[truth.notna()]))
    rows: list[pd.DataFrame] = []
    for place, year in enumerate(judged):
        if progress is not None:
            progress(place, len(judged))
        told = warnings_of(year, x, where, when, crises, horizon, mu=mu, weighing=weighing)
        if told is not None:
            rows.append(told)
    frame = pd.concat(rows) if rows else pd.DataFrame(columns=["area", "year", *_TOLD])
    frame["crisis"] = truth.reindex(frame.index)
    frame = frame.dropna(subset=["crisis"])
    if not len(frame) or frame["crisis"].nunique() < 2:
        raise NotEnoughData(say("early_warning.real_time_empty"), say("early_warning.real_time_mend"))
    return RealTime(frame, int(frame["year"].min()), len(seen.crises), len(found))


_TOLD = ("probability", "threshold", "warned")


def warnings_of(
    year: int,
    indicators: pd.DataFrame,
    areas: pd.Series,
    years: pd.Series,
    crises: CrisisTable,
    horizon: Horizon,
    *,
    mu: float = 0.5,
    weighing: Weighing = "rates",
) -> pd.DataFrame | None:
    """The warnings of one year from what was known then; None where that was too little for a model.

    Nothing of a later year is looked at, neither figures nor crises.
    """
    known = crises.known_in(year - DELAY)
    past = (years + horizon.last <= year - DELAY).to_numpy()
    before = label(areas[past], years[past], known, horizon)
    try:
        model = fit_logit(indicators[past], before, areas[past])
    except NotEnoughData:
        return None
    asked = before.notna().to_numpy()
    fitted = model.probability(indicators[past][asked])["probability"].to_numpy()
    signal = best_signal(fitted, before[asked].to_numpy() > 0.5, mu, weighing)
    now = (years == year).to_numpy()
    chance = model.probability(indicators[now])["probability"]
    return pd.DataFrame(
        {
            "area": areas[now],
            "year": years[now],
            "probability": chance,
            "threshold": signal.threshold,
            "warned": chance >= signal.threshold,
        }
    )


def _asked(
    areas: pd.Series, years: pd.Series, truth: pd.Series, crises: CrisisTable, horizon: Horizon
) -> CrisisTable:
    """The crises that some observation was asked about."""
    up = {(area, year) for area, year in zip(areas[truth == 1], years[truth == 1], strict=True)}
    span = range(horizon.first, horizon.last + 1)
    kept = tuple(
        each for each in crises.crises if any((each.area, each.start - ahead) in up for ahead in span)
    )
    return CrisisTable(kept, crises.first, crises.last, crises.source, crises.own)


def _too_few(crises: int, found: int) -> Message:
    if found < WAVES:
        return say("early_warning.one_wave", crises=crises, waves=found)
    return say("early_warning.real_time_few", crises=crises, needed=CRISES)


def hit_rates(frame: pd.DataFrame) -> dict[str, int]:
    """Hits, missed crises, false alarms and quiet observations of warnings of their time."""
    warned, crisis = frame["warned"].to_numpy(bool), frame["crisis"].to_numpy(float) > 0.5
    return {
        "hits": int(np.sum(warned & crisis)),
        "missed": int(np.sum(~warned & crisis)),
        "false_alarms": int(np.sum(warned & ~crisis)),
        "quiet": int(np.sum(~warned & ~crisis)),
    }
