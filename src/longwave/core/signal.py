"""What a monitor saw, how sure it is, and on what evidence: fired, quiet, or not decidable.

Quiet is no proof that nothing has changed. So a signal carries how often the monitor cries wolf (`false_alarm`) and how long
a lasting change of one standard deviation goes unseen (`delay`), both in years.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Sample
from longwave.core.message import Language, Message, Names


class SignalState(StrEnum):
    """How a monitor ended."""

    FIRED = "fired"
    """It gave an alarm in `fired`; the change began about `since`."""
    QUIET = "quiet"
    """Nothing beyond chance was seen."""
    NOT_DECIDABLE = "not_decidable"
    """The figures cannot carry an answer; `reason` says why."""


_NOTHING = Names("")


@dataclass(frozen=True, eq=False)
class Signal:
    """The outcome of one watch rule on one series.

    watched: first and last written period looked at, empty where there was none; fired: period of the first alarm; since:
    first period of the change that it tells of; still: it is beyond the limit in the last period too; upwards: which way.
    table: index = written period; figure, expected, deviation, revision (the part of the deviation that comes of revised
    figures), residual (in standard deviations), the statistic's columns and its limit, as the monitor has them.
    false_alarm: years between two false alarms; delay: years until a lasting change of one standard deviation is seen, on
    average. only_revision: without revisions of past figures there would be no alarm (None: not known). meaning, action:
    what the rule's author takes it for, and what to do.
    """

    name: str
    names: Names
    state: SignalState
    watched: tuple[str, str]
    table: pd.DataFrame
    method: Message
    sample: Sample
    grade: Grade
    findings: tuple[Message, ...]
    fired: str | None = None
    since: str | None = None
    still: bool = False
    upwards: bool | None = None
    limit: float | None = None
    false_alarm: Estimate | None = None
    delay: float | None = None
    only_revision: bool | None = None
    reason: Message | None = None
    mend: Message | None = None
    meaning: Names = _NOTHING
    action: Names = _NOTHING
    sources: tuple[str, ...] = ()

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Plain JSON: what is not known is null."""
        return {
            "name": self.name,
            "title": self.names.text(lang),
            "state": str(self.state),
            "watched": {"first": self.watched[0], "last": self.watched[1]},
            "fired": self.fired,
            "since": self.since,
            "still": self.still,
            "upwards": self.upwards,
            "limit": self.limit,
            "false_alarm": None if self.false_alarm is None else self.false_alarm.as_dict(lang),
            "delay_years": self.delay,
            "only_revision": self.only_revision,
            "reason": None if self.reason is None else self.reason.text(lang),
            "mend": None if self.mend is None else self.mend.text(lang),
            "method": self.method.text(lang),
            "sample": self.sample.as_dict(),
            "grade": str(self.grade),
            "findings": [each.text(lang) for each in self.findings],
            "meaning": self.meaning.text(lang),
            "action": self.action.text(lang),
            "table": [
                {"period": period} | {str(name): _number(cell) for name, cell in row.items()}
                for period, row in self.table.to_dict("index").items()
            ],
            "sources": list(self.sources),
        }


def _number(cell: float) -> float | None:
    return float(cell) if np.isfinite(cell) else None
