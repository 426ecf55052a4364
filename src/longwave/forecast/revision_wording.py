"""The change of a forecast in sentences: the whole and its parts, the surprises, the revised figures, the band."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.message import Message, Names, say
from longwave.core.unit import Unit
from longwave.forecast.revision import HIGH, LOW, PARTS, SAME, Revision

_MOST_TOLD = 3
"""Most new figures that are told one by one."""

_ONE_RATIO = 1e-6
"""Ratios of figures after and before that differ by less come from another base, not from news."""

_ROUNDED = 5e-5
"""Parts that would be said as 0.00 are not said."""

_LARGE = 10_000
"""From here on figures are written out, without decimals."""


def sentences(made: Revision, name: Message | Names | str) -> tuple[Message, ...]:
    """What changed and because of what, the weightiest first. name: the variable's name within a sentence."""
    return (*_change(made, name), *_outcomes(made), *_revised(made), *_band(made), *_unsaid(made))


def _change(made: Revision, name: Message | Names | str) -> Iterator[Message]:
    """The last period that both forecasts reach."""
    rows = made.median
    if rows.empty:
        return
    row = {column: float(rows[column].iloc[-1]) for column in rows.columns}
    words = {
        "area": area_names(made.area),
        "name": name,
        "period": str(rows.index[-1]),
        "origin": made.earlier_origin,
    }
    if abs(row["change"]) <= SAME * max(abs(row["earlier"]), abs(row["later"])):
        yield say("revision.unchanged", **words)
        return
    kind = _kind(made)
    amount = _amount(kind, abs(row["change"]), row["earlier"])
    moved = say("revision.rose" if row["change"] > 0 else "revision.fell", amount=amount)
    listed = tuple(_parts(made, row, kind))
    parts = say("revision.parts", listed=listed) if listed else say("revision.nothing")
    yield say("revision.change", **words, moved=moved, parts=parts)


def _kind(made: Revision) -> str:
    """Changes are said in percentage points, in per cent of the earlier forecast, or in the unit itself."""
    if _is_rate(made.unit):
        return "points"
    return "per_cent" if bool((made.table[["earlier", "later"]] > 0).all(axis=None)) else "units"


def _amount(kind: str, change: float, earlier: float, signed: str = "") -> Message:
    size = 100 * change if kind == "points" else change / earlier if kind == "per_cent" else change
    return say(f"revision.{kind}{signed}", amount=size)


def _parts(made: Revision, row: dict[str, float], kind: str) -> Iterator[Message]:
    """Each part that is there, the largest first."""
    size = 1.0 if kind == "points" else max(abs(row["earlier"]), abs(row["later"]))
    small = size * (_ONE_RATIO if kind == "units" else _ROUNDED)
    shown = [part for part in PARTS if part in row and abs(row[part]) > small]
    for part in sorted(shown, key=lambda one: -abs(row[one])):
        amount = _amount(kind, row[part], row["earlier"], "_signed")
        if part == "new_observations":
            yield _part_of_news(made, amount, row["earlier"], kind)
        else:
            yield say(f"revision.part_{part}", amount=amount)


def _part_of_news(made: Revision, amount: Message, earlier: float, kind: str) -> Message:
    """One new figure beside what was expected of it; of several, the one that moved the forecast most."""
    if len(made.news.columns) == 1 and len(made.surprises) == 1:
        period = str(made.surprises.index[0])
        return say("revision.part_one", amount=amount, period=period, where=_where(made.surprises.iloc[0]))
    first, most = str(made.news.columns[0]), say("revision.nothing")
    if len(made.news.columns) > 1:
        last = made.news.iloc[-1]
        period = str(last.abs().idxmax())
        most = say(
            "revision.most", period=period, amount=_amount(kind, float(last[period]), earlier, "_signed")
        )
    return say("revision.part_new_observations", amount=amount, first=first, most=most)


def _where(row: pd.Series) -> Message:
    if row["actual"] == row["expected"]:
        return say("revision.as_expected")
    return say("revision.above" if row["actual"] > row["expected"] else "revision.below")


def _outcomes(made: Revision) -> Iterator[Message]:
    """New figures beside what was expected of them: a few one by one, many by their count."""
    rows = made.surprises
    if len(rows) > _MOST_TOLD:
        scored = rows["z"].dropna()
        farthest = str(scored.abs().idxmax()) if len(scored) else str(rows.index[0])
        yield say(
            "revision.outcomes",
            count=len(rows),
            inside=int(rows["inside"].sum()),
            expected=0.8 * len(rows),
            farthest=farthest,
        )
        return
    for period, row in rows.iterrows():
        yield say(
            "revision.outcome",
            period=str(period),
            where=_where(row),
            actual=_figure(made.unit, float(row["actual"])),
            expected=_figure(made.unit, float(row["expected"])),
            band=say("revision.inside" if row["inside"] else "revision.outside"),
            score=say("revision.nothing") if np.isnan(row["z"]) else say("revision.score", z=float(row["z"])),
        )


def _revised(made: Revision) -> Iterator[Message]:
    rows = made.revised
    if rows.empty or made.known is None:
        return
    ratio = (rows["after"] / rows["before"]).to_numpy(np.float64)
    several = len(rows) > _MOST_TOLD and len(rows) >= made.known and bool(np.isfinite(ratio).all())
    if several and np.ptp(ratio) <= _ONE_RATIO * abs(ratio.mean()):
        yield say("revision.rebased", factor=float(ratio.mean()))
        return
    gone, added = (int(rows[one].isna().sum()) for one in ("after", "before"))
    yield say(
        "revision.figures",
        count=len(rows) - added,
        known=made.known,
        span=_span(str(rows.index[0]), str(rows.index[-1])),
        largest=_largest(made),
        gone=say("revision.withdrawn", count=gone) if gone else say("revision.nothing"),
        added=say("revision.added", count=added) if added else say("revision.nothing"),
    )


def _span(first: str, last: str) -> Message | str:
    return first if first == last else say("revision.span", first=first, last=last)


def _largest(made: Revision) -> Message:
    """The revision that is largest beside the figure, or, of rates, largest in itself."""
    both = made.revised.dropna()
    change = both["after"] - both["before"]
    rate = _is_rate(made.unit)
    if not rate:
        both = both[both["before"] > 0]
        change = change[both.index] / both["before"]
    if both.empty:
        return say("revision.nothing")
    period = str(change.abs().idxmax())
    amount = _amount("points" if rate else "per_cent", float(change[period]), 1.0, "_signed")
    return say("revision.largest", period=period, amount=amount)


def _band(made: Revision) -> Iterator[Message]:
    low, high = made.of(LOW), made.of(HIGH)
    if low.empty or high.empty:
        return
    middle = float(made.median["later"].iloc[-1])
    before, after = (float(high[one].iloc[-1] - low[one].iloc[-1]) for one in ("earlier", "later"))
    within = float(low["earlier"].iloc[-1]) <= middle <= float(high["earlier"].iloc[-1])
    ratio = after / before if before > 0 else np.inf
    width = "wider" if ratio > 1.005 else "narrower" if ratio < 0.995 else "as_wide"
    yield say(
        "revision.band",
        period=str(low.index[-1]),
        within=say("revision.within" if within else "revision.beyond"),
        width=say(f"revision.{width}"),
        before=_figure(made.unit, before),
        after=_figure(made.unit, after),
    )


def _unsaid(made: Revision) -> Iterator[Message]:
    for refusal in made.refusals:
        yield refusal.reason


def _figure(unit: str, value: float) -> Message:
    if _is_rate(unit):
        return say("revision.rate", value=value)
    return say("revision.figure_large" if abs(value) >= _LARGE else "revision.figure", value=value)


def _is_rate(unit: str) -> bool:
    """Whether values are fractions that people read in per cent."""
    known = Unit.parse(unit)
    return (known.quantity in {"share", "growth"} and known.scale == 1.0) or unit.startswith("share ")
