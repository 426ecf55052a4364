"""What is left of a score elsewhere, and what is left of it afterwards.

Transfer: the same model on its own test set and on another of the same task; other rows, so the two intervals are
independent and the loss has the spread of both. Forgetting: the same rows before and after learning something else;
same rows, so draws are paired. Where the sets have unlike labels or balance, part of the loss is theirs and not the
model's: the baselines' loss on the same two sets says how large that part is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Language, say
from longwave.text.score.comparison import Difference, difference
from longwave.text.score.metric import DRAWS, Interval, Judged, title
from longwave.text.score.slices import gap_p_value


@dataclass(frozen=True, slots=True)
class Transfer:
    """home, away: the score on each set; loss: home − away with its interval (below 0: it is higher away)."""

    name: str
    home: Interval
    away: Interval
    loss: float
    low: float
    high: float
    p_value: float

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "title": title(self.name).text(lang),
            "home": self.home.as_dict(lang),
            "away": self.away.as_dict(lang),
            "loss": self.loss,
            "interval": {"low": self.low, "high": self.high, "level": self.home.level},
            "p_value": self.p_value,
        }


def transfer(home: Judged, away: Judged, *, draws: int = DRAWS, seed: int = 0) -> list[Transfer]:
    """A line for each score that both sets have and that is defined in both, the headline first.

    Raises BadInput where the two share no score.
    """
    names = [name for name in (home.headline, *home.metrics) if name in away.metrics]
    lines = [_line(name, home, away, draws, seed) for name in dict.fromkeys(names)]
    told = [line for line in lines if not np.isnan(line.loss)]
    if not told:
        raise BadInput(say("text_score.nothing_shared"))
    return told


def transfer_table(lines: list[Transfer]) -> pd.DataFrame:
    """Columns metric, home, home_low, home_high, home_n, away, ..., loss, low, high, p_value."""
    rows = [
        {
            "metric": line.name,
            **{f"home{part}": value for part, value in _parts(line.home).items()},
            **{f"away{part}": value for part, value in _parts(line.away).items()},
            "loss": line.loss,
            "low": line.low,
            "high": line.high,
            "p_value": line.p_value,
        }
        for line in lines
    ]
    return pd.DataFrame(rows)


def forgetting(before: Judged, after: Judged, *, seed: int = 0) -> Difference:
    """The headline after less before, on the same rows of the first task: below 0, something was forgotten.

    Raises BadInput where rows or headline differ.
    """
    if before.headline not in after.metrics:
        raise BadInput(say("text_score.no_such_score", name=before.headline, there=tuple(after.metrics)))
    return difference(after.metrics[before.headline], before.head, seed=seed, groups=before.groups)


def _line(name: str, home: Judged, away: Judged, draws: int, seed: int) -> Transfer:
    here = home.interval(name, draws=draws, seed=seed)
    there = away.interval(name, draws=draws, seed=seed + 1)
    loss = here.value - there.value
    # Bounds of a difference of independent scores from their own: MOVER (Zou and Donner 2008), unequal arms kept.
    low = loss - float(np.hypot(here.value - here.low, there.high - there.value))
    high = loss + float(np.hypot(here.high - here.value, there.value - there.low))
    return Transfer(name, here, there, loss, low, high, gap_p_value(here, there))


def _parts(told: Interval) -> dict[str, float]:
    return {"": told.value, "_low": told.low, "_high": told.high, "_n": told.n}
