"""What a row of the scorecard says, in words: read from the interval and the grade alone."""

from __future__ import annotations

from enum import StrEnum

from longwave.core.estimate import Estimate, Grade
from longwave.core.message import Message, say


class Losing(StrEnum):
    """Which way a figure moves where the dimension loses force."""

    FALL = "fall"
    RISE = "rise"
    CONTESTED = "contested"
    """Whether a rise or a fall means a loss is disputed (competition): a movement is told, not judged."""


class Status(StrEnum):
    """What can be said of a row."""

    LOSING = "losing"
    GAINING = "gaining"
    RISEN = "risen"
    """Risen, in a row whose direction is contested."""
    FALLEN = "fallen"
    NO_CHANGE = "no_change"
    """No change that can be told from noise: not the same as no change."""
    NOT_ENOUGH = "not_enough"

    @property
    def words(self) -> Message:
        return say(f"scorecard.status_{self.value}")


def status_of(change: Estimate | None, grade: Grade, losing: Losing) -> Status:
    """The status of a row from its change, grade and direction.

    Not enough figures: there is no change with an interval, or the grade is D. No change: the interval holds
    zero. Else the sign decides; a point estimate never does.
    """
    if change is None or grade is Grade.D or change.grade is Grade.D:
        return Status.NOT_ENOUGH
    if change.low <= 0 <= change.high:
        return Status.NO_CHANGE
    rises = change.low > 0
    if losing is Losing.CONTESTED:
        return Status.RISEN if rises else Status.FALLEN
    return Status.LOSING if rises is (losing is Losing.RISE) else Status.GAINING
