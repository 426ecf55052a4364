"""A composite over a card of many areas: of the changes, not of the levels, and only where somebody asks for it.

Rows whose direction is contested stay out: a composite has to take a side, and nobody has settled which. The noise
of each change goes into the draws, from its own interval.
"""

from __future__ import annotations

import numpy as np

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.measure.scorecard.card import Scorecard
from longwave.measure.scorecard.composite import Composite, composite
from longwave.measure.scorecard.indicators import indicators
from longwave.measure.scorecard.robustness import Choices
from longwave.measure.scorecard.status import Losing, Status

_HALF_WIDTHS = 2 * 1.959964
"""Standard errors in the width of a 95 % interval, as a normal has it: for short samples a little too wide."""


def composite_of(
    card: Scorecard, choices: Choices | None = None, *, draws: int = 2000
) -> Composite | Refusal:
    """The areas of a card by how much they gain force, with rank intervals, or why there is no such order.

    Indicators: the changes of rows with a direction and enough figures, turned so that more is more gained. Needs
    8 areas and 3 indicators that at least half of them have.
    """
    rows = [
        row
        for row in card.rows
        if row.status is not Status.NOT_ENOUGH and row.entry.losing is not Losing.CONTESTED
    ]
    names = sorted({f"{row.entry.measure}: {row.entry.indicator}" for row in rows})
    units = card.areas
    values = np.full((len(units), len(names)), np.nan)
    errors = np.zeros_like(values)
    for row in rows:
        change = row.entry.change
        if change is None:
            continue
        at = units.index(row.entry.area), names.index(f"{row.entry.measure}: {row.entry.indicator}")
        values[at] = change.value if row.entry.losing is Losing.FALL else -change.value
        errors[at] = (change.high - change.low) / _HALF_WIDTHS
    enough = (~np.isnan(values)).mean(axis=0) >= 0.5 if len(units) else np.zeros(0, bool)
    vary = np.array([len(set(column[~np.isnan(column)])) > 1 for column in values.T], bool)
    kept = np.flatnonzero(enough & vary)
    if len(kept) == 0:
        return Refusal(
            "composite_index", say("scorecard.nothing_to_order"), say("scorecard.side_by_side_mend")
        )
    table = indicators(
        values[:, kept], units=units, names=tuple(names[place] for place in kept), errors=errors[:, kept]
    )
    return composite(table, choices=choices, draws=draws)
