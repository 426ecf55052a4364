"""Returns of different kinds are laid side by side only to show how far they are from each other.

An internal rate of return, a marginal product, an incremental capital-output ratio and a return on invested
capital answer different questions. None is ever put in another's place; this file says how little they share.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from longwave.core.estimate import Sample
from longwave.core.message import Message, say

_FEWEST = 10


class Kind(StrEnum):
    """What kind of return a figure is."""

    INTERNAL_RATE = "internal_rate"
    """The rate at which the user cost of all capital in place exhausts capital income."""
    MARGINAL_PRODUCT = "marginal_product"
    """What one more unit of capital would add to output; gross."""
    NAIVE_NET = "naive_net"
    """Average capital income over capital less depreciation; no rate of return."""
    INCREMENTAL_RATIO = "incremental_ratio"
    """Investment for a unit of growth; high is bad."""
    INVESTED_CAPITAL = "invested_capital"
    """A firm's operating profit after tax over the capital put in."""
    PROJECT = "project"
    """The rate at which a project's cash flows are worth nothing."""

    @property
    def words(self) -> Message:
        return say(f"returns.kind_{self.value}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two kinds of return moved together: correlation of levels, mean of first less second, and over which
    years. No test and no interval: it shows that they differ, and supports no replacement."""

    correlation: float
    gap: float
    sample: Sample


def alike(first: pd.Series, second: pd.Series) -> Likeness | None:
    """How two yearly series of returns (fractions a year) go together; None with fewer than ten common years or
    where one does not vary."""
    both = pd.concat([first, second], axis=1, keys=["first", "second"]).dropna()
    if len(both) < _FEWEST or (both.std() <= 1e-12).any():
        return None
    correlation = float(np.corrcoef(both["first"], both["second"])[0, 1])
    sample = Sample(len(both), str(both.index[0]), str(both.index[-1]))
    return Likeness(correlation, float((both["first"] - both["second"]).mean()), sample)


def told_apart(kinds: dict[Kind, pd.Series]) -> tuple[Message, ...]:
    """For each pair of kinds, the sentence that they are different things, with their correlation.

    kinds: kind -> yearly figures. The sentence never says which one is right.
    """
    names = list(kinds)
    said = []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            found = alike(kinds[one], kinds[other])
            if found is not None:
                said.append(
                    say(
                        "returns.kinds_differ",
                        first=one.words,
                        second=other.words,
                        correlation=found.correlation,
                        start=found.sample.first,
                        end=found.sample.last,
                    )
                )
    return tuple(said)
