"""What is left of a score elsewhere: the same model on its own test and on another set of the same task.

Other rows, so the two intervals are independent and the loss has the spread of both. Where the sets are unlike, part of the
loss is theirs and not the model's: see `likeness`, and the baselines' loss on the same two sets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.message import Language
from longwave.text.score.metric import Interval, title
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


def transfer(home: Iterable[Interval], away: Iterable[Interval]) -> tuple[Transfer, ...]:
    """A line for each score that both sets have and that is defined in both, in the order of `away`."""
    here = {each.name: each for each in home}
    lines = (_line(here[there.name], there) for there in away if there.name in here)
    return tuple(line for line in lines if not np.isnan([line.loss, line.low, line.high]).any())


def _line(here: Interval, there: Interval) -> Transfer:
    loss = here.value - there.value
    # Bounds of a difference of independent scores from their own: MOVER (Zou and Donner 2008), unequal arms kept.
    low = loss - float(np.hypot(here.value - here.low, there.high - there.value))
    high = loss + float(np.hypot(here.high - here.value, there.value - there.low))
    return Transfer(here.name, here, there, loss, low, high, gap_p_value(here, there))
